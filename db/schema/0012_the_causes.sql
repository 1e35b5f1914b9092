-- A cause is a thing: by what label it was first called, its key (the label folded, without punctuation), and the cause
-- it counts as since somebody merged it. `into_id` never names one that is merged itself. Causes stay when nothing has
-- them any more.
create table causes (
    id integer primary key,
    label text not null,
    folded text not null unique,
    into_id integer references causes (id),
    digest blob
) strict;
create index causes_into on causes (into_id) where into_id is not null;
create trigger causes_digest after insert on causes when new.digest is null
begin
    update causes set
        digest = row_digest('causes', new.id, new.label, new.folded, new.into_id)
    where id = new.id;
end;
create trigger causes_digest_again after update of id, label, folded, into_id on causes
when new.digest is old.digest
begin
    update causes set
        digest = row_digest('causes', new.id, new.label, new.folded, new.into_id)
    where id = new.id;
end;

-- The keys of all causes that came up on a case: a JSON array, empty text without any. Every case is folded anew.
alter table cases add column causes text not null default '';
create index cases_causes on cases (changed_at, causes) where causes <> '';
