-- Senders and mailing lists about which a person decided: further mail of the blocked is held, that of the allowed is taken
-- though a spam filter marked it, or a list brought it. `command_id` is the command that blocked one, which undo takes back.
create table mail_senders (
    address text primary key,         -- in lower case; of a mailing list, its id
    verdict text not null check (verdict in ('blocked', 'allowed')),
    at integer not null,
    person_id integer references people (id),
    command_id integer references commands (id),
    why text not null,                -- as the end of a sentence: "case 12 was spam"
    digest blob
) strict, without rowid;
create index mail_senders_person on mail_senders (person_id);
create index mail_senders_command on mail_senders (command_id);
create trigger mail_senders_digest after insert on mail_senders when new.digest is null
begin
    update mail_senders set
        digest = row_digest('mail_senders', new.address, new.verdict, new.at, new.person_id, new.command_id, new.why)
    where address = new.address;
end;
create trigger mail_senders_digest_again after update of address, verdict, at, person_id, command_id, why on mail_senders
when new.digest is old.digest
begin
    update mail_senders set
        digest = row_digest('mail_senders', new.address, new.verdict, new.at, new.person_id, new.command_id, new.why)
    where address = new.address;
end;

-- Mails are counted and listed by what became of them.
create index mails_state on mails (state, at);

-- A customer is found by their telephone number, however it is written.
create index customers_phone on customers (
    replace(replace(replace(replace(replace(replace(replace(phone, ' ', ''), '(', ''), ')', ''), '.', ''), '/', ''), '+',
        ''), '-', '')
) where phone <> '';
