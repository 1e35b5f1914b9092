-- What the consoles keep beside the cases: who looks at what, words begun and not yet sent, each person's own views and
-- preferences, and when they were last here. Nothing of it is history.
--
-- Cases are named by their numbers alone, without a reference: an imported case may be rolled back meanwhile.

-- Who is here: one row for each console that is open.
create table presence (
    console text primary key,                       -- a name the console gave itself
    person_id integer not null references people (id),
    workstation text not null,
    case_id integer,                                -- null: looks at no case
    writing integer not null,                       -- whether a word to the customer is being written there
    seen_at integer not null
) strict;

-- Forms begun and not yet sent, for each person; `case_id` 0 is a case that is not opened yet.
create table drafts (
    person_id integer not null references people (id),
    case_id integer not null,
    verb text not null,
    fields text not null,                           -- JSON: what was typed, by the names of the fields
    seen integer,                                   -- the version of the case that was before their eyes
    at integer not null,
    primary key (person_id, case_id, verb)
) strict, without rowid;

-- The views of their own that people saved; a slot below 10 is the key that opens it.
create table views (
    person_id integer not null references people (id),
    slot integer not null,
    name text not null,
    filter text not null,
    sort text not null,
    reverse integer not null,
    primary key (person_id, slot)
) strict, without rowid;

create table preferences (
    person_id integer not null references people (id),
    name text not null,
    value text not null,
    primary key (person_id, name)
) strict, without rowid;

-- When each person last left, and what was the last of everything then.
create table visits (
    person_id integer primary key references people (id),
    left_at integer not null,
    event_id integer not null,
    command_id integer not null,
    case_id integer not null,
    owned text not null                             -- JSON: the numbers of the open cases they owned
) strict;

-- The cases resolved last.
create index cases_resolved on cases (resolved_at desc) where status = 'resolved';
