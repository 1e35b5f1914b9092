-- A change that a review asked for is followed after it was made: when the next check on a case is due. The kinds of
-- events "action checked", "action moved", "action dropped" and "came up again" are new, so that an older program must
-- refuse the file. A change that was made before has no time for its check.
alter table cases add column check_due integer not null default 9007199254740991;
create index cases_check on cases (check_due) where check_due < 9007199254740991;

-- How many changes the reviews of a case ask for, made or not. Every case is folded anew.
alter table cases add column changes integer not null default 0;
create index cases_changes on cases (changes) where changes > 0;

-- How often a cause came up on a case after a change for it was made.
alter table cases add column came_back integer not null default 0;
create index cases_came_back on cases (changed_at) where came_back > 0;
