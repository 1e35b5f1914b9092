-- A customer can have several addresses: mail addresses and telephone numbers beside `email` and `phone`. `key` is what an
-- address is found by (domain/team/customer_addresses.py).
create table customer_addresses (
    key text not null,
    customer_id integer not null references customers (id),
    address text not null,
    digest blob,
    primary key (key, customer_id)
) strict, without rowid;
create index customer_addresses_customer on customer_addresses (customer_id);
create trigger customer_addresses_digest after insert on customer_addresses when new.digest is null
begin
    update customer_addresses set
        digest = row_digest('customer_addresses', new.key, new.customer_id, new.address)
    where key = new.key and customer_id = new.customer_id;
end;
create trigger customer_addresses_digest_again after update of key, customer_id, address on customer_addresses
when new.digest is old.digest
begin
    update customer_addresses set
        digest = row_digest('customer_addresses', new.key, new.customer_id, new.address)
    where key = new.key and customer_id = new.customer_id;
end;

-- Two customers who are one: `customer_id` counts as `into_id`, which counts as nobody else. Their cases have the event
-- "customer merged", a new kind.
create table merged_customers (
    customer_id integer primary key references customers (id),
    into_id integer not null references customers (id),
    digest blob
) strict;
create index merged_customers_into on merged_customers (into_id);
create trigger merged_customers_digest after insert on merged_customers when new.digest is null
begin
    update merged_customers set digest = row_digest('merged_customers', new.customer_id, new.into_id)
    where customer_id = new.customer_id;
end;
create trigger merged_customers_digest_again after update of customer_id, into_id on merged_customers
when new.digest is old.digest
begin
    update merged_customers set digest = row_digest('merged_customers', new.customer_id, new.into_id)
    where customer_id = new.customer_id;
end;
