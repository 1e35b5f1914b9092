-- The mail boxes that customers write to. `settings` is JSON without secrets; `secret` says how to get the password, or is
-- the password, and is never exported or shown. `read_at` is when the box was last read whole, `failure` why it could not
-- be read since (empty: it could), `told_at` when the leads heard of that. UIDs are those of `uidvalidity`.
create table boxes (
    id integer primary key,
    name text not null,
    folded text not null unique,
    settings text not null,
    secret text not null,
    added_at integer not null,
    read_at integer,
    failure text not null default '',
    failed_at integer,
    told_at integer,
    uidvalidity integer,
    uid integer not null default 0,   -- the highest UID that was seen in the folder
    digest blob
) strict;
create trigger boxes_digest after insert on boxes when new.digest is null
begin
    update boxes set
        digest = row_digest('boxes', new.id, new.name, new.folded, new.settings, new.secret, new.added_at, new.read_at,
            new.failure, new.failed_at, new.told_at, new.uidvalidity, new.uid)
    where id = new.id;
end;
create trigger boxes_digest_again after update of id, name, folded, settings, secret, added_at, read_at, failure, failed_at,
    told_at, uidvalidity, uid on boxes
when new.digest is old.digest
begin
    update boxes set
        digest = row_digest('boxes', new.id, new.name, new.folded, new.settings, new.secret, new.added_at, new.read_at,
            new.failure, new.failed_at, new.told_at, new.uidvalidity, new.uid)
    where id = new.id;
end;

-- Which mail of a box is which mail here; one mail can be in several boxes. `mail_id` null: it could not be fetched yet, for
-- the reason `failure`. `settled` 0: it still has to be marked as seen, or moved, on the server.
create table box_mails (
    box_id integer not null references boxes (id) on delete cascade,
    uidvalidity integer not null,
    uid integer not null,
    mail_id integer references mails (id),
    failure text not null default '',
    settled integer not null default 0 check (settled in (0, 1)),
    digest blob,
    primary key (box_id, uidvalidity, uid)
) strict, without rowid;
create index box_mails_mail on box_mails (mail_id) where mail_id is not null;
create index box_mails_open on box_mails (box_id, uidvalidity, uid) where settled = 0;
create trigger box_mails_digest after insert on box_mails when new.digest is null
begin
    update box_mails set
        digest = row_digest('box_mails', new.box_id, new.uidvalidity, new.uid, new.mail_id, new.failure, new.settled)
    where box_id = new.box_id and uidvalidity = new.uidvalidity and uid = new.uid;
end;
create trigger box_mails_digest_again after update of box_id, uidvalidity, uid, mail_id, failure, settled on box_mails
when new.digest is old.digest
begin
    update box_mails set
        digest = row_digest('box_mails', new.box_id, new.uidvalidity, new.uid, new.mail_id, new.failure, new.settled)
    where box_id = new.box_id and uidvalidity = new.uidvalidity and uid = new.uid;
end;
