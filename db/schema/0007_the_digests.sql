-- Digests of what is stored, so that damage and tampering show: `careconsole db check` computes them anew.
--
-- A digest is a blob of 16 bytes: row_digest(name, value, ...), a function that careconsole gives to SQLite (BLAKE2b
-- over the JSON array of its arguments, blobs in base64). Histories and the two logs are chained: each digest is made
-- with the one before it. Where a text is taken out for privacy, its row keeps the digest that was made with it, so
-- that the chain holds, and `redacted` gets a digest of that one and of what is left.
--
-- A migration that adds a column to a table makes its triggers anew; a test compares them with the columns.

-- Of the events that one write adds to a case, the last one has the digest of them all and of the one before, the first
-- of a case that of the import that brought it: made by the program, which writes very many at once. What stands in
-- `cases` follows from the histories.
alter table events add column digest blob;
alter table events add column redacted blob;

-- What is known of the whole: the highest ids ever given, and digests of the schema and of the list of migrations.
create table seals (
    name text primary key,
    number integer,
    digest blob
) strict;
insert into seals (name, number)
    select name, coalesce((select seq from sqlite_sequence where sqlite_sequence.name = counted.name), 0)
    from (select 'cases' as name union select 'commands' union select 'events' union select 'journal'
        union select 'notices') as counted;
insert into seals (name) values ('schema'), ('migrations');

-- The log of commands: the chain holds what never changes of a command, the digest the whole row.
alter table commands add column chain blob;
alter table commands add column digest blob;
create trigger commands_digest after insert on commands
begin
    update commands set
        chain = row_digest('commands', (select chain from commands where id < new.id order by id desc limit 1),
            new.id, new.verb, new.actor_id, new.at, new.workstation, new.os_user, new.takes),
        digest = row_digest('commands', new.id, new.verb, new.actor_id, new.at, new.workstation, new.os_user,
            new.request_key, new.cases, new.takes, new.undone, new.request_digest)
    where id = new.id;
    update seals set number = new.id where name = 'commands' and number < new.id;
end;
create trigger commands_digest_again after update of id, verb, actor_id, at, workstation, os_user, request_key, cases,
    takes, undone, request_digest on commands
when new.digest is old.digest
begin
    update commands set
        digest = row_digest('commands', new.id, new.verb, new.actor_id, new.at, new.workstation, new.os_user,
            new.request_key, new.cases, new.takes, new.undone, new.request_digest)
    where id = new.id;
end;

-- The journal.
alter table journal add column digest blob;
alter table journal add column redacted blob;
create trigger journal_digest after insert on journal
begin
    update journal set
        digest = row_digest('journal', (select digest from journal where id < new.id order by id desc limit 1),
            new.id, new.at, new.actor_id, new.workstation, new.os_user, new.kind, new.about, new.data)
    where id = new.id;
    update seals set number = new.id where name = 'journal' and number < new.id;
end;
create trigger journal_stay before delete on journal
when not exists (select 1 from maintenance)
begin
    select raise(abort, 'the journal is append-only');
end;
create trigger journal_hold before update of id, at, actor_id, workstation, os_user, kind, about, data, redacted
on journal
when not exists (select 1 from maintenance)
begin
    select raise(abort, 'the journal is append-only');
end;

-- Everything else: a digest for each row, made when it comes and whenever it changes, unless it is written with it.
alter table team add column digest blob;
alter table people add column digest blob;
alter table customers add column digest blob;
alter table customer_orders add column digest blob;
alter table batches add column digest blob;
alter table rejects add column digest blob;
alter table external_ids add column digest blob;
alter table person_ids add column digest blob;
alter table customer_ids add column digest blob;
alter table presence add column digest blob;
alter table drafts add column digest blob;
alter table views add column digest blob;
alter table preferences add column digest blob;
alter table visits add column digest blob;
alter table leases add column digest blob;
alter table addresses add column digest blob;
alter table notices add column digest blob;
create trigger team_digest after insert on team when new.digest is null
begin
    update team set
        digest = row_digest('team', new.name, new.value)
    where name = new.name;
end;
create trigger team_digest_again after update of name, value on team
when new.digest is old.digest
begin
    update team set
        digest = row_digest('team', new.name, new.value)
    where name = new.name;
end;
create trigger people_digest after insert on people when new.digest is null
begin
    update people set
        digest = row_digest('people', new.id, new.name, new.folded, new.role, new.active, new.away, new.cover_id,
            new.os_user, new.reach, new.batch_id, new.version)
    where id = new.id;
end;
create trigger people_digest_again after update of id, name, folded, role, active, away, cover_id, os_user, reach,
    batch_id, version on people
when new.digest is old.digest
begin
    update people set
        digest = row_digest('people', new.id, new.name, new.folded, new.role, new.active, new.away, new.cover_id,
            new.os_user, new.reach, new.batch_id, new.version)
    where id = new.id;
end;
create trigger customers_digest after insert on customers when new.digest is null
begin
    update customers set
        digest = row_digest('customers', new.id, new.name, new.folded, new.tier, new.email, new.phone, new.note,
            new.batch_id, new.version)
    where id = new.id;
end;
create trigger customers_digest_again after update of id, name, folded, tier, email, phone, note, batch_id, version on
    customers
when new.digest is old.digest
begin
    update customers set
        digest = row_digest('customers', new.id, new.name, new.folded, new.tier, new.email, new.phone, new.note,
            new.batch_id, new.version)
    where id = new.id;
end;
create trigger customer_orders_digest after insert on customer_orders when new.digest is null
begin
    update customer_orders set
        digest = row_digest('customer_orders', new.reference, new.customer_id)
    where reference = new.reference and customer_id = new.customer_id;
end;
create trigger customer_orders_digest_again after update of reference, customer_id on customer_orders
when new.digest is old.digest
begin
    update customer_orders set
        digest = row_digest('customer_orders', new.reference, new.customer_id)
    where reference = new.reference and customer_id = new.customer_id;
end;
create trigger batches_digest after insert on batches when new.digest is null
begin
    update batches set
        digest = row_digest('batches', new.id, new.source, new.file, new.status, new.actor_id, new.started_at,
            new.finished_at, new.counts)
    where id = new.id;
end;
create trigger batches_digest_again after update of id, source, file, status, actor_id, started_at, finished_at,
    counts on batches
when new.digest is old.digest
begin
    update batches set
        digest = row_digest('batches', new.id, new.source, new.file, new.status, new.actor_id, new.started_at,
            new.finished_at, new.counts)
    where id = new.id;
end;
create trigger rejects_digest after insert on rejects when new.digest is null
begin
    update rejects set
        digest = row_digest('rejects', new.batch_id, new.place, new.file, new.line, new.field, new.reason, new.raw)
    where batch_id = new.batch_id and place = new.place;
end;
create trigger rejects_digest_again after update of batch_id, place, file, line, field, reason, raw on rejects
when new.digest is old.digest
begin
    update rejects set
        digest = row_digest('rejects', new.batch_id, new.place, new.file, new.line, new.field, new.reason, new.raw)
    where batch_id = new.batch_id and place = new.place;
end;
create trigger external_ids_digest after insert on external_ids when new.digest is null
begin
    update external_ids set
        digest = row_digest('external_ids', new.source, new.external_id, new.case_id, new.rows_digest)
    where external_id = new.external_id and source = new.source;
end;
create trigger external_ids_digest_again after update of source, external_id, case_id, rows_digest on external_ids
when new.digest is old.digest
begin
    update external_ids set
        digest = row_digest('external_ids', new.source, new.external_id, new.case_id, new.rows_digest)
    where external_id = new.external_id and source = new.source;
end;
create trigger person_ids_digest after insert on person_ids when new.digest is null
begin
    update person_ids set
        digest = row_digest('person_ids', new.source, new.external_id, new.person_id, new.batch_id)
    where external_id = new.external_id and source = new.source;
end;
create trigger person_ids_digest_again after update of source, external_id, person_id, batch_id on person_ids
when new.digest is old.digest
begin
    update person_ids set
        digest = row_digest('person_ids', new.source, new.external_id, new.person_id, new.batch_id)
    where external_id = new.external_id and source = new.source;
end;
create trigger customer_ids_digest after insert on customer_ids when new.digest is null
begin
    update customer_ids set
        digest = row_digest('customer_ids', new.source, new.external_id, new.customer_id, new.batch_id)
    where external_id = new.external_id and source = new.source;
end;
create trigger customer_ids_digest_again after update of source, external_id, customer_id, batch_id on customer_ids
when new.digest is old.digest
begin
    update customer_ids set
        digest = row_digest('customer_ids', new.source, new.external_id, new.customer_id, new.batch_id)
    where external_id = new.external_id and source = new.source;
end;
create trigger presence_digest after insert on presence when new.digest is null
begin
    update presence set
        digest = row_digest('presence', new.console, new.person_id, new.workstation, new.case_id, new.writing,
            new.seen_at)
    where console = new.console;
end;
create trigger presence_digest_again after update of console, person_id, workstation, case_id, writing, seen_at on
    presence
when new.digest is old.digest
begin
    update presence set
        digest = row_digest('presence', new.console, new.person_id, new.workstation, new.case_id, new.writing,
            new.seen_at)
    where console = new.console;
end;
create trigger drafts_digest after insert on drafts when new.digest is null
begin
    update drafts set
        digest = row_digest('drafts', new.person_id, new.case_id, new.verb, new.fields, new.seen, new.at)
    where person_id = new.person_id and case_id = new.case_id and verb = new.verb;
end;
create trigger drafts_digest_again after update of person_id, case_id, verb, fields, seen, at on drafts
when new.digest is old.digest
begin
    update drafts set
        digest = row_digest('drafts', new.person_id, new.case_id, new.verb, new.fields, new.seen, new.at)
    where person_id = new.person_id and case_id = new.case_id and verb = new.verb;
end;
create trigger views_digest after insert on views when new.digest is null
begin
    update views set
        digest = row_digest('views', new.person_id, new.slot, new.name, new.filter, new.sort, new.reverse)
    where person_id = new.person_id and slot = new.slot;
end;
create trigger views_digest_again after update of person_id, slot, name, filter, sort, reverse on views
when new.digest is old.digest
begin
    update views set
        digest = row_digest('views', new.person_id, new.slot, new.name, new.filter, new.sort, new.reverse)
    where person_id = new.person_id and slot = new.slot;
end;
create trigger preferences_digest after insert on preferences when new.digest is null
begin
    update preferences set
        digest = row_digest('preferences', new.person_id, new.name, new.value)
    where person_id = new.person_id and name = new.name;
end;
create trigger preferences_digest_again after update of person_id, name, value on preferences
when new.digest is old.digest
begin
    update preferences set
        digest = row_digest('preferences', new.person_id, new.name, new.value)
    where person_id = new.person_id and name = new.name;
end;
create trigger visits_digest after insert on visits when new.digest is null
begin
    update visits set
        digest = row_digest('visits', new.person_id, new.left_at, new.event_id, new.command_id, new.case_id,
            new.owned)
    where person_id = new.person_id;
end;
create trigger visits_digest_again after update of person_id, left_at, event_id, command_id, case_id, owned on visits
when new.digest is old.digest
begin
    update visits set
        digest = row_digest('visits', new.person_id, new.left_at, new.event_id, new.command_id, new.case_id,
            new.owned)
    where person_id = new.person_id;
end;
create trigger leases_digest after insert on leases when new.digest is null
begin
    update leases set
        digest = row_digest('leases', new.name, new.holder, new.until)
    where name = new.name;
end;
create trigger leases_digest_again after update of name, holder, until on leases
when new.digest is old.digest
begin
    update leases set
        digest = row_digest('leases', new.name, new.holder, new.until)
    where name = new.name;
end;
create trigger addresses_digest after insert on addresses when new.digest is null
begin
    update addresses set
        digest = row_digest('addresses', new.id, new.person_id, new.address, new.quiet, new.zone, new.calendar,
            new.calls_always)
    where id = new.id;
end;
create trigger addresses_digest_again after update of id, person_id, address, quiet, zone, calendar, calls_always on
    addresses
when new.digest is old.digest
begin
    update addresses set
        digest = row_digest('addresses', new.id, new.person_id, new.address, new.quiet, new.zone, new.calendar,
            new.calls_always)
    where id = new.id;
end;
create trigger notices_digest after insert on notices when new.digest is null
begin
    update notices set
        digest = row_digest('notices', new.id, new.person_id, new.case_id, new.kind, new.urgent, new.words, new.at,
            new.state, new.not_before, new.held, new.tries, new.failure, new.claimed_by, new.claimed_until,
            new.message, new.done_at)
    where id = new.id;
    update seals set number = new.id where name = 'notices' and number < new.id;
end;
create trigger notices_digest_again after update of id, person_id, case_id, kind, urgent, words, at, state,
    not_before, held, tries, failure, claimed_by, claimed_until, message, done_at on notices
when new.digest is old.digest
begin
    update notices set
        digest = row_digest('notices', new.id, new.person_id, new.case_id, new.kind, new.urgent, new.words, new.at,
            new.state, new.not_before, new.held, new.tries, new.failure, new.claimed_by, new.claimed_until,
            new.message, new.done_at)
    where id = new.id;
end;
