-- A case that is parked on the customer does not wait for us: its answers fall due later, and its row no longer says that anybody
-- waits. No table changes; the rows of all cases are made anew from their histories.
select 'no table changes';
