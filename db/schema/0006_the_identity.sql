-- Which database this is, whatever its file is called and wherever it lies. Backups and exports of everything carry it
-- along, so that what is put back is known as the same team's; it is made once and never changes.
insert into team (name, value) values ('identity', lower(hex(randomblob(16))));

-- A digest of what was asked for under a request's key: the same key with another content is another request. Commands
-- from before this shape have none.
alter table commands add column request_digest text;
