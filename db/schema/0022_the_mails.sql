-- The mails that came in. `state` says what became of each: taken into a case, held for a person to decide, known (another
-- copy of one that came before), or dropped by a person. `why` says so in a sentence, `reason` in a word. The bytes are in
-- the folder of files beside the database, under `sha256`. `times` counts how often exactly these bytes came.
-- Mails write events without an actor, a command and an import, so that an older program must refuse the file.
create table mails (
    id integer primary key,           -- no mail is ever removed
    sha256 text not null unique,
    message_id text not null,
    state text not null check (state in ('taken', 'held', 'known', 'dropped')),
    reason text not null,
    why text not null,
    kind text not null,
    sender text not null,             -- the address in lower case; empty: it names none
    domain text not null,
    words text not null,              -- a digest of its text, by which the same text is found
    at integer not null,              -- when it came
    recorded_at integer not null,
    times integer not null,
    case_id integer references cases (id),
    event integer,                    -- the number of its event in that case
    looks_like integer references cases (id) on delete set null,
    content text not null,            -- JSON: what was read of it
    digest blob
) strict;
create index mails_message_id on mails (message_id) where message_id <> '';
create index mails_held on mails (at) where state = 'held';
create index mails_sender on mails (sender, at);
create index mails_words on mails (words, domain, at);
create index mails_case on mails (case_id) where case_id is not null;
create index mails_looks_like on mails (looks_like) where looks_like is not null;
create trigger mails_digest after insert on mails when new.digest is null
begin
    update mails set
        digest = row_digest('mails', new.id, new.sha256, new.message_id, new.state, new.reason, new.why, new.kind,
            new.sender, new.domain, new.words, new.at, new.recorded_at, new.times, new.case_id, new.event,
            new.looks_like, new.content)
    where id = new.id;
end;
create trigger mails_digest_again after update of id, sha256, message_id, state, reason, why, kind, sender, domain, words,
    at, recorded_at, times, case_id, event, looks_like, content on mails
when new.digest is old.digest
begin
    update mails set
        digest = row_digest('mails', new.id, new.sha256, new.message_id, new.state, new.reason, new.why, new.kind,
            new.sender, new.domain, new.words, new.at, new.recorded_at, new.times, new.case_id, new.event,
            new.looks_like, new.content)
    where id = new.id;
end;

-- The ids under which later mails may refer to one.
create table mail_names (
    name text not null,
    mail_id integer not null references mails (id),
    digest blob,
    primary key (name, mail_id)
) strict, without rowid;
create index mail_names_mail on mail_names (mail_id);
create trigger mail_names_digest after insert on mail_names when new.digest is null
begin
    update mail_names set digest = row_digest('mail_names', new.name, new.mail_id)
    where name = new.name and mail_id = new.mail_id;
end;
create trigger mail_names_digest_again after update of name, mail_id on mail_names when new.digest is old.digest
begin
    update mail_names set digest = row_digest('mail_names', new.name, new.mail_id)
    where name = new.name and mail_id = new.mail_id;
end;

-- A customer is found by the address of a mail.
create index customers_email on customers (lower(email)) where email <> '';
