-- Ties people to logins of the server, so that it enforces who wrote what: run by `db login`, and again by upgrades of a
-- database where people are tied. {team} and the others stand for roles: everybody, leads, who imports, who sweeps.

create table if not exists logins (
    login name primary key,
    person bigint                     -- null: of no person, as for a sweep from cron
);
grant select on logins to {team};

create or replace function me() returns bigint language sql stable security definer
    set search_path = {schema}, pg_temp
    as $$ select person from logins where login = session_user $$;

-- A copy of another database, restored from its backup, came with the rights of the roles of that one.
do $$
declare
    one text;
begin
    for one in select distinct rolname from pg_class cross join aclexplode(relacl) join pg_roles on pg_roles.oid = grantee
        where relnamespace = '{schema}'::regnamespace and rolname ~ '_(team|lead|import|sweep)$'
        and rolname <> all ({roles}) and 4 = (select count(*)
            from unnest('{team,lead,import,sweep}'::text[]) as ending join pg_roles as other
            on other.rolname = regexp_replace(pg_roles.rolname, '_(team|lead|import|sweep)$', '_' || ending))
    loop
        execute format('revoke all on all tables in schema {schema} from %I', one);
        execute format('revoke all on all functions in schema {schema} from %I', one);
        execute format('revoke all on schema {schema} from %I', one);
    end loop;
end $$;

-- Numbers of new rows, and the count of changes, are the server's own: nobody else writes those tables.
do $$
declare
    one text;
begin
    foreach one in array array['give_new_number()', 'begin_change(text)', 'was_stored(bigint, text)',
        'reserve_numbers(text, bigint)']
    loop
        execute format('alter function %s security definer', one);
        execute format('alter function %s set search_path = {schema}, pg_temp', one);
        execute format('revoke all on function %s from public', one);
        execute format('grant execute on function %s to {team}', one);
    end loop;
end $$;

grant usage on schema {schema} to {team};
grant select on all tables in schema {schema} to {team};
do $$
declare
    one text;
begin
    for one in select relname from pg_class where relnamespace = '{schema}'::regnamespace and relkind = 'r'
        and relname not in ('events', 'commands', 'journal', 'playbook_events', 'maintenance', 'seals', 'database_state',
            'recent_changes', 'logins')
    loop
        execute format('grant insert, update, delete on %I to {team}', one);
    end loop;
end $$;

-- Histories, commands and the journal are only ever added to. Of a command, its own person marks that it was undone.
grant insert on events, commands, journal, playbook_events to {team};
grant update (undone, request_key, request_digest) on commands to {team};
grant insert, delete on maintenance to {lead}, {import};
grant delete on events to {lead}, {import};
-- Leads may remove what somebody wrote and must not have, but not who wrote it and when: no command does it, db check knows it.
revoke update on events, commands, journal, playbook_events from {lead};
grant update (data, redacted) on events, journal, playbook_events to {lead};

do $$
declare
    one text;
begin
    foreach one in array array['events', 'commands', 'journal', 'playbook_events', 'people', 'team']
    loop
        execute format('alter table %I enable row level security', one);
        execute format('drop policy if exists seen on %I', one);
        execute format('create policy seen on %I for select using (true)', one);
    end loop;
    foreach one in array array['commands', 'journal', 'playbook_events']
    loop
        execute format('drop policy if exists own on %I', one);
        execute format('create policy own on %I for insert to {team} with check (actor_id = (select me()))', one);
    end loop;
    -- The triggers let nobody change a history but after a row in `maintenance`.
    drop policy if exists mend on commands;
    foreach one in array array['events', 'journal', 'playbook_events']
    loop
        execute format('drop policy if exists mend on %I', one);
        execute format('create policy mend on %I for update to {lead} using (true)', one);
    end loop;
end $$;

drop policy if exists own on events;
create policy own on events for insert to {team} with check (batch_id is null and (actor_id = (select me())
    or (actor_id is null and command_id is null and kind <> all ({swept}))));    -- a mail that somebody or nobody took
drop policy if exists imported on events;
create policy imported on events for insert to {import}, {lead} with check (batch_id is not null
    or (actor_id is null and command_id is null));
drop policy if exists swept on events;
create policy swept on events for insert to {sweep} with check (batch_id is null and (actor_id is null
    or exists (select 1 from commands join outgoing on outgoing.command_id = commands.id
        where commands.id = events.command_id and commands.actor_id = events.actor_id)));    -- a mail of theirs was sent
drop policy if exists rewritten on events;
create policy rewritten on events for delete to {import} using (actor_id is null);
drop policy if exists removed on events;
create policy removed on events for delete to {lead} using (actor_id is null or batch_id is not null);

drop policy if exists undone on commands;
create policy undone on commands for update to {team} using (actor_id = (select me()));
drop policy if exists unattended on journal;
create policy unattended on journal for insert to {sweep}, {import} with check (actor_id is null);

-- The team is led: others change their own absence, and the settings that work changes by the way.
drop policy if exists led on team;
create policy led on team for all to {lead} using (true);
drop policy if exists minor on team;
create policy minor on team for all to {team} using (name in ('away_until', 'words', 'digest_queued', 'mails_sent_from',
    'answer tags'));
drop policy if exists led on people;
create policy led on people for all to {lead} using (true);
drop policy if exists named on people;
create policy named on people for insert to {import} with check (active = 0 and role = 'agent' and batch_id is not null);
drop policy if exists unnamed on people;
create policy unnamed on people for delete to {import} using (active = 0 and batch_id is not null);
drop policy if exists own on people;
create policy own on people for update to {team} using (id = (select me()));

create or replace function guard_people() returns trigger language plpgsql as $$
begin
    if pg_has_role(session_user, {team_name}, 'member') and not pg_has_role(session_user, {lead_name}, 'member')
        and (new.id, new.name, new.folded, new.role, new.active, new.os_user, new.batch_id)
        is distinct from (old.id, old.name, old.folded, old.role, old.active, old.os_user, old.batch_id)
    then
        raise insufficient_privilege using message = 'only a lead may change people';
    end if;
    return new;
end $$;
create or replace trigger people_6_guard before update on people for each row execute function guard_people();
