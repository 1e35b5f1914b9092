-- Playbooks: how the team handles known exceptions. Their history is append-only, like that of cases, and a playbook is
-- folded from it whenever it is read: there are some hundreds of them at most.
create table playbook_events (
    id integer primary key autoincrement,
    playbook_id integer not null,
    number integer not null,
    kind text not null,
    at integer not null,
    actor_id integer not null references people (id),
    command_id integer not null references commands (id),
    data text not null,               -- JSON: the fact
    digest blob,
    redacted blob,
    unique (playbook_id, number)
) strict;
create index playbook_events_command on playbook_events (command_id);
insert into seals (name, number) values ('playbook_events', 0);
create trigger playbook_events_digest after insert on playbook_events
begin
    update playbook_events set
        digest = row_digest('playbook_events',
            (select digest from playbook_events where id < new.id order by id desc limit 1),
            new.id, new.playbook_id, new.number, new.kind, new.at, new.actor_id, new.command_id, new.data)
    where id = new.id;
    update seals set number = new.id where name = 'playbook_events' and number < new.id;
end;
create trigger playbook_events_stay before delete on playbook_events
when not exists (select 1 from maintenance)
begin
    select raise(abort, 'the history of playbooks is append-only');
end;
create trigger playbook_events_hold before update of id, playbook_id, number, kind, at, actor_id, command_id, data,
    redacted on playbook_events
when not exists (select 1 from maintenance)
begin
    select raise(abort, 'the history of playbooks is append-only');
end;

-- The words by which a playbook is found for a case, from its own text and its cases: a copy, made anew by the sweep.
create table playbook_words (
    playbook_id integer primary key,
    at integer not null,
    words text not null,              -- JSON: the weight and the rarity of each word
    digest blob
) strict;
create trigger playbook_words_digest after insert on playbook_words when new.digest is null
begin
    update playbook_words set
        digest = row_digest('playbook_words', new.playbook_id, new.at, new.words)
    where playbook_id = new.playbook_id;
end;
create trigger playbook_words_digest_again after update of playbook_id, at, words on playbook_words
when new.digest is old.digest
begin
    update playbook_words set
        digest = row_digest('playbook_words', new.playbook_id, new.at, new.words)
    where playbook_id = new.playbook_id;
end;

-- Which playbooks were used on a case: |3|5|. An older program does not know these events, so that it must refuse the file.
alter table cases add column playbooks text not null default '';
create index cases_playbooks on cases (playbooks) where playbooks <> '';
