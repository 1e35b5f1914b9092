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
