-- Which cases have a published receipt, and under which token. A token lets anybody read the page, so that it is treated
-- like a password: it stands in no event, no journal and no export.
create table receipts (
    case_id integer primary key references cases (id) on delete cascade,
    customer_id integer not null references customers (id) on delete cascade,   -- nobody else's case is shown there
    token text not null unique,
    language text not null,           -- empty: the team's
    subject integer not null,         -- 1: it says what the case is about
    made_at integer not null,
    digest blob
) strict;
create trigger receipts_digest after insert on receipts when new.digest is null
begin
    update receipts set
        digest = row_digest('receipts', new.case_id, new.customer_id, new.token, new.language, new.subject, new.made_at)
    where case_id = new.case_id;
end;
create trigger receipts_digest_again after update of case_id, customer_id, token, language, subject, made_at on receipts
when new.digest is old.digest
begin
    update receipts set
        digest = row_digest('receipts', new.case_id, new.customer_id, new.token, new.language, new.subject, new.made_at)
    where case_id = new.case_id;
end;
