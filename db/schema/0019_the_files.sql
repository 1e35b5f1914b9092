-- Files are attached to cases: the kind of event "attached" is new. Their contents are no part of the database; they are
-- found by the histories that refer to them.
create index events_attached on events (case_id) where kind = 'attached';
