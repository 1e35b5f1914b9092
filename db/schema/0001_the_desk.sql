-- The database of a team: history first, and beside it the present state of each case folded from that history.
--
-- Times are epoch milliseconds, UTC. 9007199254740991 stands for "never", so that plain order puts it last in every
-- engine. Booleans are 0 and 1. JSON is text that only the program reads.

-- The team as a whole: its name, and who is on duty.
create table team (
    name text primary key,
    value text not null
) strict;

-- Everybody the team works with. Agents and leads work the console, a contact has none. People whom an import names
-- and the team does not know come in as inactive agents.
create table people (
    id integer primary key,
    name text not null,
    folded text not null unique,
    role text not null check (role in ('agent', 'lead', 'contact')),
    active integer not null default 1,
    away integer not null default 0,
    cover_id integer references people (id),
    os_user text,
    reach text not null default '',
    batch_id integer references batches (id),       -- the import that named them first
    version integer not null default 1
) strict;

create table customers (
    id integer primary key,
    name text not null,
    folded text not null unique,
    tier text not null default 'standard',
    email text not null default '',
    phone text not null default '',
    note text not null default '',
    batch_id integer references batches (id),       -- the import that named them first
    version integer not null default 1
) strict;
create index customers_tier on customers (tier) where tier <> 'standard';

-- What a customer names on the phone: the numbers of their orders, contracts, machines.
create table customer_orders (
    reference text not null,
    customer_id integer not null references customers (id),
    primary key (reference, customer_id)
) strict, without rowid;
create index customer_orders_customer on customer_orders (customer_id);

-- One command is one thing that a person did, on one case or on many: the unit of undo.
create table commands (
    id integer primary key autoincrement,
    verb text not null,
    actor_id integer not null references people (id),
    at integer not null,
    workstation text not null,
    os_user text not null,
    request_key text unique,          -- a repeat of the same request is recognised by it
    cases text not null,              -- JSON: the numbers of the cases it touched
    takes integer references commands (id),   -- the command that this one undoes or redoes
    undone integer not null default 0
) strict;
create index commands_actor on commands (actor_id, id);

-- One import.
create table batches (
    id integer primary key,
    source text not null,
    file text not null,
    status text not null check (status in ('running', 'done', 'rolled back')),
    actor_id integer references people (id),
    started_at integer not null,
    finished_at integer,
    counts text not null              -- JSON
) strict;

-- The present state of each case, folded from its events; `state` is all of it, the columns are what queues need.
-- `version` is the number of the case's last event.
create table cases (
    id integer primary key autoincrement,
    version integer not null,
    status text not null,
    subject text not null,
    customer_id integer references customers (id),
    owner_id integer references people (id),        -- null: duty
    level integer not null,
    priority text not null,
    channel text not null,
    tags text not null,                             -- |billing|vip|
    source text not null,
    external_id text not null,
    opened_at integer not null,
    changed_at integer not null,
    contact_at integer not null,
    waiting_since integer not null,
    due_at integer not null,
    due_kind text not null,
    resolved_at integer not null,
    parked integer not null,
    offered_to integer references people (id),
    responder_id integer references people (id),
    acknowledged_until integer not null,            -- 0: never; once it has passed, nobody has it in hand again
    helpers text not null,                          -- |3|5|, the people asked to help
    change_due integer not null,                    -- by when a change that a review asked for is to be made
    hops integer not null,
    moves integer not null,
    reopenings integer not null,
    promises integer not null,
    cause text not null,
    batch_id integer references batches (id),       -- the import that brought it
    state text not null
) strict;
-- The order of the queue: what falls due first, then who waits longest, then what is oldest. The further columns let
-- the other orders and the usual filters be answered without reading the rows, which are long.
create index cases_queue on cases (
    due_at, waiting_since, opened_at, id, level, owner_id, customer_id, parked, priority, tags, moves, changed_at,
    contact_at, offered_to, responder_id, acknowledged_until, helpers
) where status = 'open';
create index cases_owner on cases (owner_id) where status = 'open';
create index cases_customer on cases (customer_id, opened_at, status, due_at, waiting_since);
create index cases_owed on cases (change_due) where change_due < 9007199254740991;

-- Where a case is known elsewhere. After a merge both names lead to the case that goes on. `rows_digest` is a digest of
-- the rows that imports brought, so that a repeat is recognised at reading speed.
create table external_ids (
    source text not null,
    external_id text not null,
    case_id integer not null references cases (id),
    rows_digest blob,
    primary key (external_id, source)
) strict, without rowid;
create index external_ids_case on external_ids (case_id);

-- What happened, for ever. `number` counts within the case and orders its fold; `id` orders the feed of changes.
create table events (
    id integer primary key autoincrement,
    case_id integer not null references cases (id),
    number integer not null,
    kind text not null,
    at integer not null,
    recorded_at integer not null,
    actor_id integer references people (id),
    command_id integer references commands (id),
    batch_id integer references batches (id),
    row_key blob,                     -- the identity of an imported row within its case
    data text not null,               -- JSON: the fact
    unique (case_id, number)
) strict;

-- Changes of the team and of customers, which are no events of a case.
create table journal (
    id integer primary key autoincrement,
    at integer not null,
    actor_id integer references people (id),
    workstation text not null,
    os_user text not null,
    kind text not null,
    about text not null,
    data text not null
) strict;

-- History is append-only. What may take events out (the roll-back of an import, a new fold) says so first, in the same
-- transaction, by a row here.
create table maintenance (
    reason text not null
) strict;
create trigger events_stay before delete on events
when not exists (select 1 from maintenance)
begin
    select raise(abort, 'history is append-only');
end;
create trigger events_hold before update on events
when not exists (select 1 from maintenance)
begin
    select raise(abort, 'history is append-only');
end;

-- The words of the events; the row's number is the event's id. The words themselves stay in the events alone.
create virtual table search using fts5 (words, content = '', tokenize = "unicode61 remove_diacritics 2");
