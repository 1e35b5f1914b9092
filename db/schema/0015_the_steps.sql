-- The steps of a playbook in use are ticked on the case: the kind of event "playbook step ticked" is new. No table
-- changes.
select 'no table changes';
