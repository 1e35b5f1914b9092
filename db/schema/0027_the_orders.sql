-- Open cases with promises by what is due next, and all cases by their last change, so that promises and the first page of
-- a search cost the same among many cases. The conditions are written as in the queries, so that SQLite takes the indexes.
create index cases_promised on cases (due_at) where promises > 0 and status = 'open';
create index cases_changed on cases (changed_at desc) where status <> 'void';
