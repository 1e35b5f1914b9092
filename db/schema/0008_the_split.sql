-- Cases can be split: the kinds of events "split", "split from" and "carried" are new. No table changes, but a program that does
-- not know them would take a history that has them for damaged, so that it must refuse the file.
select 'no table changes';
