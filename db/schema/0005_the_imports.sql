-- The records of an import that could not be taken, so that they can be looked at with it: the first ones of each, their
-- raw text cut. `place` is their order, `file` the one they stand in where an import read several.
create table rejects (
    batch_id integer not null references batches (id),
    place integer not null,
    file text not null,
    line integer not null,
    field text not null,
    reason text not null,
    raw text not null,
    primary key (batch_id, place)
) strict, without rowid;

-- By what the sources of imports know people and customers: two may have one name, and one may change their name there.
create table person_ids (
    source text not null,
    external_id text not null,
    person_id integer not null references people (id),
    batch_id integer not null references batches (id),      -- the import that told it first
    primary key (external_id, source)
) strict, without rowid;
create index person_ids_person on person_ids (person_id);

create table customer_ids (
    source text not null,
    external_id text not null,
    customer_id integer not null references customers (id),
    batch_id integer not null references batches (id),      -- the import that told it first
    primary key (external_id, source)
) strict, without rowid;
create index customer_ids_customer on customer_ids (customer_id);
