-- What a resolution says about a customer who waited: told, unanswered, or why no answer was needed; empty where nobody
-- waited or nothing was asked. An older program would resolve without asking, so that it must refuse the file.
alter table cases add column answer text not null default '';
