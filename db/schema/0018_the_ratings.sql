-- What the customer says of a case: whether we did what we promised ('yes', 'partly', 'no'; empty: nothing yet), and when.
-- A rating of another system is one as well, so that every case is folded anew. The kind of event "rated" is new, and
-- "resolved" says whether it asks the customer: an older program must refuse the file.
alter table cases add column rating text not null default '';
alter table cases add column rated_at integer not null default 0;
create index cases_rated on cases (rating, rated_at) where rating <> '';

-- When the case was last resolved with that question (0: never), so that nobody is asked again within thirty days.
alter table cases add column question_at integer not null default 0;
create index cases_asked on cases (customer_id, question_at, rated_at) where question_at > 0 or rated_at > 0;
