-- Short mails as they came, within the database: with a file for each, the disk took longer than all else. Longer ones, and
-- those of before, are in the folder of files beside it. A content needs no digest of its row: `sha256` of the mail is its own.
create table mail_contents (
    mail_id integer primary key references mails (id),
    content blob not null
) strict;
