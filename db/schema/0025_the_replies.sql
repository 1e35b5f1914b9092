-- The mails that we send. A mail waits until `not_before`, is claimed by one process at a time until `claimed_until`, and
-- ends as sent, refused, uncertain (it may have been sent) or stopped, such as one that was taken back. `event` is the event in
-- the case that says that it was written; `said` are the server's words.
create table outgoing (
    id integer primary key,           -- no mail is ever removed
    case_id integer not null references cases (id),
    event integer not null,
    person_id integer not null references people (id),
    command_id integer not null references commands (id),
    box text not null,                -- the name of the box that it is sent from
    state text not null check (state in ('waiting', 'sending', 'sent', 'later', 'refused', 'uncertain', 'stopped')),
    at integer not null,              -- when it was written
    not_before integer not null,
    tries integer not null default 0,
    claim text not null default '',
    claimed_until integer not null default 0,
    done_at integer,
    said text not null default '',
    message_id text not null,
    content text not null,            -- JSON: the mail as it is sent
    digest blob,
    unique (case_id, event)
) strict;
create index outgoing_due on outgoing (not_before) where state in ('waiting', 'sending', 'later');
create index outgoing_stuck on outgoing (state) where state in ('refused', 'uncertain');
create trigger outgoing_digest after insert on outgoing when new.digest is null
begin
    update outgoing set
        digest = row_digest('outgoing', new.id, new.case_id, new.event, new.person_id, new.command_id, new.box, new.state,
            new.at, new.not_before, new.tries, new.claim, new.claimed_until, new.done_at, new.said, new.message_id,
            new.content)
    where id = new.id;
end;
create trigger outgoing_digest_again after update of id, case_id, event, person_id, command_id, box, state, at, not_before,
    tries, claim, claimed_until, done_at, said, message_id, content on outgoing
when new.digest is old.digest
begin
    update outgoing set
        digest = row_digest('outgoing', new.id, new.case_id, new.event, new.person_id, new.command_id, new.box, new.state,
            new.at, new.not_before, new.tries, new.claim, new.claimed_until, new.done_at, new.said, new.message_id,
            new.content)
    where id = new.id;
end;

-- The addresses at which a mail of ours did not arrive, until one arrives there or comes from there.
create table undelivered_addresses (
    address text primary key,         -- as it is found by, in lower case
    at integer not null,
    said text not null,
    digest blob
) strict;
create trigger undelivered_addresses_digest after insert on undelivered_addresses when new.digest is null
begin
    update undelivered_addresses set digest = row_digest('undelivered_addresses', new.address, new.at, new.said)
    where address = new.address;
end;
create trigger undelivered_addresses_digest_again after update of address, at, said on undelivered_addresses
when new.digest is old.digest
begin
    update undelivered_addresses set digest = row_digest('undelivered_addresses', new.address, new.at, new.said)
    where address = new.address;
end;
