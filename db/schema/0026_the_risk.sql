-- A case is at risk once any of its clocks is, and not only the one that is due first: `risk_at` is the earliest time for
-- each case. No table changes; every case is folded anew.
select 'no table changes';
