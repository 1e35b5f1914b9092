-- The automatic answers of mail boxes, which say that a mail is here. One waits until it is sent by one process at a time, and ends
-- as sent, uncertain (it may have been sent) or dropped; it is never more than a courtesy, so nobody has to decide about it.
create table automatic_answers (
    id integer primary key,
    case_id integer not null references cases (id),
    address text not null,            -- whom it is for, in lower case
    box text not null,                -- the name of the box that it is sent from
    state text not null check (state in ('waiting', 'sending', 'sent', 'uncertain', 'dropped')),
    at integer not null,              -- when the mail that it answers was received
    not_before integer not null,
    tries integer not null default 0,
    claim text not null default '',
    claimed_until integer not null default 0,
    said text not null default '',
    content text not null,            -- JSON: the mail as it is sent
    digest blob
) strict;
create index automatic_answers_due on automatic_answers (not_before) where state in ('waiting', 'sending');
create index automatic_answers_to on automatic_answers (address, at);
create index automatic_answers_at on automatic_answers (at);
create trigger automatic_answers_digest after insert on automatic_answers when new.digest is null
begin
    update automatic_answers set
        digest = row_digest('automatic_answers', new.id, new.case_id, new.address, new.box, new.state, new.at,
            new.not_before, new.tries, new.claim, new.claimed_until, new.said, new.content)
    where id = new.id;
end;
create trigger automatic_answers_digest_again after update of id, case_id, address, box, state, at, not_before, tries,
    claim, claimed_until, said, content on automatic_answers
when new.digest is old.digest
begin
    update automatic_answers set
        digest = row_digest('automatic_answers', new.id, new.case_id, new.address, new.box, new.state, new.at,
            new.not_before, new.tries, new.claim, new.claimed_until, new.said, new.content)
    where id = new.id;
end;
