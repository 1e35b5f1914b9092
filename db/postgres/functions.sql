-- What PostgreSQL has beside the tables, which are made from the files in db/schema (store/maintenance/postgres_tables.py).
-- Run when a database is created, and again by every upgrade.

-- One row: the shape of the database, and how many writes there were, by which a console sees that there was another.
create table if not exists database_state (
    one integer primary key check (one = 1),
    shape integer not null,
    changes bigint not null
) with (fillfactor = 10);

-- The last changes, each with a mark of who made it: after a connection was lost in the moment of storing, it says whether
-- the change was stored.
create table if not exists recent_changes (
    place integer primary key,
    change bigint not null,
    mark text not null
) with (fillfactor = 50);

create or replace function begin_change(mark text) returns bigint language plpgsql as $$
declare
    number bigint;
begin
    update database_state set changes = changes + 1 returning changes into strict number;
    insert into recent_changes values (number % 500, number, mark)
        on conflict (place) do update set change = excluded.change, mark = excluded.mark;
    return number;
end $$;

-- Null: so many changes came after it that this is not known any more.
create or replace function was_stored(number bigint, mark text) returns boolean language sql stable as $$
    select case when stored.change > $1 then null else stored.change = $1 and stored.mark = $2 end
    from (select coalesce(max(one.change), 0) as change, max(one.mark) as mark
        from recent_changes as one where one.place = $1 % 500) as stored
$$;

-- The words of the events, by which they are found: see store/engine/postgres_search.py.
create table if not exists search (
    id bigint primary key,
    words text collate "C" not null,
    lexemes tsvector                  -- null: too long for one
);
create index if not exists search_lexemes on search using gin (lexemes) with (fastupdate = off);
create index if not exists search_long on search (id) where lexemes is null;

-- The contents of attached files and of mails, which with SQLite are in a folder beside the file: store/server_contents.py.
-- The parts of one have a name, `upload`; it is a content once it is listed. No two have the same digest, a SHA-256.
create table if not exists contents (
    digest text collate "C" primary key,
    upload text collate "C" not null unique,
    size bigint not null,
    at bigint not null                -- seconds, by the server's clock
);
create table if not exists content_parts (
    upload text collate "C" not null,
    place integer not null,
    at bigint not null,
    part bytea not null,
    primary key (upload, place)
);
alter table content_parts alter column part set storage external; -- most files are compressed already

-- What SQLite has built in.
create or replace function instr(text, text) returns integer language sql immutable parallel safe strict
    return strpos($1, $2);

create or replace function json_each(list text) returns table (value text) language sql immutable parallel safe strict
begin atomic
    select jsonb_array_elements_text(list::jsonb);
end;

create or replace function json_number(data text, key text) returns bigint language sql immutable parallel safe strict
    return case when jsonb_typeof(data::jsonb -> key) = 'number' then (data::jsonb ->> key)::bigint end;

-- Numbers are given as SQLite gives them: in tables that never reuse one, the next after the highest ever given; else the
-- next after the highest there is. A sequence would leave gaps where a write was undone.
create or replace function give_number() returns trigger language plpgsql as $$
begin
    if new.id is null then
        execute format('select coalesce(max(id), 0) + 1 from %I.%I', tg_table_schema, tg_table_name) into new.id;
    end if;
    return new;
end $$;

create or replace function reserve_numbers(counted text, wanted bigint) returns bigint language plpgsql as $$
declare
    last bigint;
begin
    update seals set number = number + wanted where name = counted returning number into strict last;
    return last;
end $$;

create or replace function give_new_number() returns trigger language plpgsql as $$
begin
    if new.id is null then
        update seals set number = number + 1 where name = tg_table_name returning number into strict new.id;
    else
        update seals set number = new.id where name = tg_table_name and number < new.id;
    end if;
    return new;
end $$;

-- The digest of a row: 16 bytes of SHA-256 over the name of its table and its columns without digests.
create or replace function row_digest(name text, content jsonb) returns bytea language sql immutable parallel safe
    return substr(sha256(convert_to(name || ' ' || content::text, 'UTF8')), 1, 16);

create or replace function digest_row() returns trigger language plpgsql as $$
begin
    new.digest := row_digest(tg_table_name, to_jsonb(new) - 'digest');
    return new;
end $$;

-- The logs are chained: each digest is made with the one before it.
create or replace function digest_command() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        new.chain := row_digest('commands', jsonb_build_array(
            (select encode(chain, 'hex') from commands where id < new.id order by id desc limit 1),
            new.id, new.verb, new.actor_id, new.at, new.workstation, new.os_user, new.takes));
    end if;
    new.digest := row_digest('commands', to_jsonb(new) - 'digest' - 'chain');
    return new;
end $$;

create or replace function digest_entry() returns trigger language plpgsql as $$
declare
    before bytea;
begin
    execute format('select digest from %I.%I where id < $1 order by id desc limit 1', tg_table_schema, tg_table_name)
        into before using new.id;
    new.digest := row_digest(tg_table_name, jsonb_build_array(encode(before, 'hex'), to_jsonb(new) - 'digest' - 'redacted'));
    return new;
end $$;

-- Histories and the journal are append-only; what may change them says so first, in the same transaction, by a row in
-- `maintenance`.
create or replace function append_only() returns trigger language plpgsql as $$
begin
    if not exists (select 1 from maintenance) then
        raise exception '%', tg_argv[0];
    end if;
    if tg_op = 'DELETE' then
        return old;
    end if;
    return new;
end $$;

-- A name is found by its key, which the program makes; one of ASCII characters is its own key.
create or replace function name_changed() returns trigger language plpgsql as $$
begin
    new.search_key := case when octet_length(new.folded) = length(new.folded) then new.folded end;
    return new;
end $$;
