-- Which addresses get the whole weekly digest: only those whose owner has asked for it and was told what leaves the
-- machine. The others get the number of changed playbooks. Forgetting an address takes this along.
create table digest_addresses (
    address_id integer primary key references addresses (id) on delete cascade,
    asked_at integer not null,
    digest blob
) strict;
create trigger digest_addresses_digest after insert on digest_addresses when new.digest is null
begin
    update digest_addresses set
        digest = row_digest('digest_addresses', new.address_id, new.asked_at)
    where address_id = new.address_id;
end;
create trigger digest_addresses_digest_again after update of address_id, asked_at on digest_addresses
when new.digest is old.digest
begin
    update digest_addresses set
        digest = row_digest('digest_addresses', new.address_id, new.asked_at)
    where address_id = new.address_id;
end;
