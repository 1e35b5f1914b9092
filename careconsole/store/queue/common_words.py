"""The first page of a search for common words, without reading and sorting the thousands of cases that have them."""

from __future__ import annotations

from array import array

from careconsole.store.engine.base import Engine
from careconsole.store.queue.filter_sql import conditions_of_search
from careconsole.store.queue.query import NOT_VOID, QueueQuery

_EVENTS = 4_000
"""Events with the words that are read to count the cases."""
_CASES = 15_000
"""Cases that are looked at, the last changed first. Where these are too few, sorting all that match costs less."""


def changed_last(engine: Engine, asked: QueueQuery, limit: int, most: int) -> array[int] | None:
    """The `limit` cases changed last of those that match a search for words, the last first, if `most` match.

    None if the filter is another one, if fewer seem to match, or if they are not among the cases changed last: all that
    match must be sorted then.
    """
    search = conditions_of_search(asked, engine)
    if search is None:
        return None
    said, where, params = search
    if len(asked.terms) > 1:  # each is common, but few events may have all of them: that is known sooner
        together = engine.fetch_one(
            f"select count(*) from (select 1 from events where {said} limit {most}) as limited", params
        )
        if together is None or together[0] < most:
            return None
    # Events are read until enough cases are found. A case found by a name, or by words of several events, is not
    # counted, so that the true number can only be higher.
    found = engine.fetch_one(
        f"select count(*) from (select distinct case_id from (select case_id from events where {said} limit {_EVENTS})"
        f" as first_events join cases on id = case_id where {NOT_VOID} limit {most}) as counted",
        params,
    )
    if found is None or found[0] < most:
        return None
    # The index of changed_at gives the cases in their order, until enough of them match.
    last = engine.fetch_one(
        f"select changed_at from cases where {NOT_VOID} order by changed_at desc limit 1 offset {_CASES}"
    )
    since = "" if last is None else f" and changed_at >= {int(last[0])}"
    numbers = engine.fetch_numbers(
        f"select id from cases where {where}{since} order by changed_at desc, id limit {limit}", params
    )
    return numbers if len(numbers) == limit else None
