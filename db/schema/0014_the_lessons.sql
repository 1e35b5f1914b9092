-- What an exception taught is said with the decision or the resolution that ends it, a customer's wish and a case that
-- is overdue owe no review, and a call that nobody acknowledged is withdrawn when the case is solved: the kinds of events
-- "call withdrawn" and "lead agreed" are new. No table changes; every case is folded anew.
select 'no table changes';
