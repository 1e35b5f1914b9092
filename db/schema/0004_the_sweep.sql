-- What moves by itself: when the sweep has to do something on a case, who else is called with the responder, and what
-- people are told about beyond their consoles.
alter table cases add column sweep_at integer not null default 9007199254740991;
alter table cases add column also_called text not null default '';   -- |3|5|, called together with the responder
-- What the sweep did: events without a person and without an import.
create index events_swept on events (recorded_at) where actor_id is null and batch_id is null;
create index cases_sweep on cases (sweep_at) where sweep_at < 9007199254740991;

drop index cases_queue;
create index cases_queue on cases (
    due_at, waiting_since, opened_at, id, level, owner_id, customer_id, parked, priority, tags, moves, changed_at,
    contact_at, offered_to, responder_id, acknowledged_until, helpers, risk_at, also_called
) where status = 'open';

-- Who does what only one may do at a time; whoever died with it is passed over once its time is over.
create table leases (
    name text primary key,
    holder text not null,
    until integer not null
) strict;

-- Where people are told when something waits for them. An address may hold a password: it never goes into histories,
-- the journal, exports or what is printed.
create table addresses (
    id integer primary key,
    person_id integer references people (id),       -- null: the team's mail gateway, by which bare mail addresses go
    address text not null,
    quiet text not null default '',                 -- hours at which nothing is sent: 20:00-07:00
    zone text not null default '',                  -- of these hours; empty: this machine's
    calendar text not null default '',              -- only while this calendar is open
    calls_always integer not null default 0,        -- calls for help come at any hour
    unique (person_id, address)
) strict;

-- The outbox. A notice is written with what causes it and sent afterwards, with others to the same person as one message.
create table notices (
    id integer primary key autoincrement,
    person_id integer not null references people (id),
    case_id integer not null,                       -- 0: about no case
    kind text not null,                             -- that of the event
    urgent integer not null,                        -- a call for help
    words text not null,
    at integer not null,
    state text not null check (state in ('waiting', 'sent', 'failed', 'dropped')),
    not_before integer not null,                    -- held, or tried again, from then on
    held text not null default '',                  -- why it is held: quiet hours, closed, gathering
    tries integer not null default 0,
    failure text not null default '',
    claimed_by text not null default '',            -- who is sending it
    claimed_until integer not null default 0,
    message integer,                                -- the number of the message it went with
    done_at integer
) strict;
create index notices_waiting on notices (not_before) where state = 'waiting';
create index notices_person on notices (person_id, id);
create index notices_sent on notices (person_id, done_at) where state = 'sent';
