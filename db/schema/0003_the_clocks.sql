-- When what falls due next on a case is at risk: when three quarters of its time are over. Every case is folded anew
-- when an older database is brought to this shape, for its state now keeps what the clocks of its service level need.
alter table cases add column risk_at integer not null default 9007199254740991;

drop index cases_queue;
create index cases_queue on cases (
    due_at, waiting_since, opened_at, id, level, owner_id, customer_id, parked, priority, tags, moves, changed_at,
    contact_at, offered_to, responder_id, acknowledged_until, helpers, risk_at
) where status = 'open';
