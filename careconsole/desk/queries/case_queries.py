"""Queries: the queue now or as it was, counts, the measures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.errors import WrongUse
from careconsole.domain.team.roster import Roster
from careconsole.domain.time.moments import day_start
from careconsole.store.engine.base import NEVER
from careconsole.store.queue.listing import GROUPS, SORTS, Grouped, Queue, QueueRow, group_of
from careconsole.store.queue.query import QueueQuery

__all__ = [
    "COUNT_LIMIT",
    "GROUPS",
    "NEVER",
    "SORTS",
    "Grouped",
    "Page",
    "QueueRow",
    "Rows",
    "asked_for",
    "check",
    "counts",
    "each_page",
    "group_of",
    "measures",
    "numbers",
    "ordered",
    "queue",
    "queue_as_of",
    "rows",
]

if TYPE_CHECKING:
    from array import array

    from careconsole.desk.queries.as_of import QueueAsOf
    from careconsole.domain.filters.language import Term

COUNT_LIMIT = 1_000
"""A queue is counted exactly up to this many cases; beyond that, it is only known that there are more."""
_VOID = "void"
"""`VOID` of `domain.case.state`, which a queue need not load."""
_AT_ONCE = 500
"""Cases read together where all are wanted, in any number."""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """The first rows of a queue, and what is needed to read them: the names, and the moment it shows (`now`).

    `total` counts all cases that match the filter; with a limit, counting stops one above it or `COUNT_LIMIT`.
    """

    rows: list[QueueRow]
    total: int
    roster: Roster
    customers: dict[int, str]
    now: int


class Rows(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of the queue by case number, and the names of their customers by customer number."""

    rows: dict[int, QueueRow]
    customers: dict[int, str]


def asked_for(desk: Desk, text: str, roster: Roster, now: int, *, every: bool = False) -> QueueQuery:
    """Parses a filter text for the person at work. Raises FilterError."""
    terms: tuple[Term, ...] = ()
    if text.strip():
        from careconsole.domain.filters.language import parse

        terms = parse(text)
    return QueueQuery(terms=terms, text=text, roster=roster, now=now, me=desk.person, every=every)


def number_elsewhere(desk: Desk, name: str) -> int | None:
    """The number of the case that another system calls `name`, written SOURCE:ID; None when there is none.

    A source may hold a colon itself. Upper and lower case do not matter where one case alone is called so.
    """
    at = name.find(":")
    while at > 0:
        source, external = name[:at].strip(), name[at + 1 :].strip()
        if (number := desk.store.cases.by_external(source, external)) is not None:
            return number
        at = name.find(":", at + 1)
    return desk.store.cases.by_external_folded(name)


def check(desk: Desk, text: str) -> None:
    """Raises FilterError, with the place, for a filter that cannot be parsed or that names an unknown person."""
    desk.store.queue.where(asked_for(desk, text, desk.roster(), desk.now()))


def queue(
    desk: Desk, text: str = "", *, sort: str = "due", reverse: bool = False, limit: int = 0, every: bool = False
) -> Page:
    """The cases that match the filter `text`, in order; `limit` 0 returns them all.

    A filter that names no status matches open cases only, unless `every` is set.
    """
    _must_be_order(sort)

    def work(unit: UnitOfWork) -> Page:
        now, roster = unit.now, unit.roster
        asked = asked_for(desk, text, roster, now, every=every)
        rows, total = unit.store.queue.page(asked, sort, reverse, limit, max(limit, COUNT_LIMIT) + 1)
        rows = _with_subjects(desk, rows)
        return Page(rows=rows, total=total, roster=roster, customers=_customers(desk, rows), now=now)

    return desk.read(work)


def queue_as_of(
    desk: Desk, moment: int, text: str = "", *, sort: str = "due", reverse: bool = False, limit: int = 0
) -> Page:
    """The queue as it was at `moment` (epoch milliseconds), from the events up to then."""
    from careconsole.desk.queries.as_of import queue_as_of

    _must_be_order(sort)

    def work(unit: UnitOfWork) -> Page:
        roster = unit.roster
        asked = asked_for(desk, text, roster, moment)
        with queue_as_of(desk, moment) as queue:
            numbers, total = queue.first(asked, sort, reverse, limit)
            rows = [row for part in _parts(numbers) for row in _in_order(desk, queue, part)]
        total = min(total, max(limit, COUNT_LIMIT) + 1) if limit else total
        return Page(rows=rows, total=total, roster=roster, customers=_customers(desk, rows), now=moment)

    return desk.read(work)


def each_page(
    desk: Desk,
    take: Callable[[Page], None],
    text: str = "",
    *,
    moment: int | None = None,
    sort: str = "due",
    reverse: bool = False,
    every: bool = False,
) -> None:
    """Gives all that `queue` or, with a `moment`, `queue_as_of` would return to `take`, a few hundred cases at a time.

    All pages show one state of the database, and each has the total.
    """
    _must_be_order(sort)

    def work(unit: UnitOfWork) -> None:
        now, roster = unit.now if moment is None else moment, unit.roster
        asked = asked_for(desk, text, roster, now, every=every)
        with _queue(desk, moment) as queue:
            numbers = queue.order(asked, sort, reverse)
            for part in _parts(numbers):
                rows = _in_order(desk, queue, part)
                take(Page(rows=rows, total=len(numbers), roster=roster, customers=_customers(desk, rows), now=now))

    desk.read(work)


def _queue(desk: Desk, moment: int | None) -> AbstractContextManager[Queue | QueueAsOf]:
    if moment is None:
        return nullcontext(desk.store.queue)
    from careconsole.desk.queries.as_of import queue_as_of

    return queue_as_of(desk, moment)


def _parts(numbers: array[int]) -> Iterator[list[int]]:
    return (numbers[start : start + _AT_ONCE].tolist() for start in range(0, len(numbers), _AT_ONCE))


def _in_order(desk: Desk, queue: Queue | QueueAsOf, numbers: list[int]) -> list[QueueRow]:
    """The rows of these cases, in the order of the numbers."""
    found = {row.number: row for row in queue.get_many(numbers)}
    return _with_subjects(desk, [found[number] for number in numbers])


def _with_subjects(desk: Desk, rows: list[QueueRow]) -> list[QueueRow]:
    """The rows, those of void cases with the subject they were opened with: by itself, such a row has none."""
    void = [row.number for row in rows if row.status == _VOID]
    if not void:
        return rows
    among, params = desk.store.engine.in_list("id", void)
    begun = {number: history[0].fact for number, history in desk.store.cases.histories(among, params)}
    return [replace(row, subject=getattr(begun.get(row.number), "subject", row.subject)) for row in rows]


def _customers(desk: Desk, rows: Sequence[QueueRow]) -> dict[int, str]:
    return desk.store.customers.names(sorted({row.customer for row in rows if row.customer is not None}))


def _must_be_order(sort: str) -> None:
    if sort not in SORTS:
        raise WrongUse(f"There is no order {sort!r}.", f"Choose one of: {', '.join(SORTS)}.")


def numbers(desk: Desk, text: str, *, every: bool = False) -> list[int]:
    """The numbers of the cases that match the filter `text`, in order of due time."""
    return desk.store.queue.numbers(asked_for(desk, text, desk.roster(), desk.now(), every=every))


def ordered(desk: Desk, text: str = "", sort: str = "due", reverse: bool = False) -> Grouped:
    """The numbers of the cases that match the filter, in order; those of the order by due time are in its groups.

    Another order, or that one reversed, has no groups: its `sizes` are empty. Raises WrongUse for an unknown order,
    FilterError for a mistake in the filter.
    """
    _must_be_order(sort)

    def work(unit: UnitOfWork) -> Grouped:
        asked = asked_for(desk, text, unit.roster, unit.now)
        if sort == "due" and not reverse:
            return unit.store.queue.grouped(asked, day_start(unit.now, 1))
        return Grouped(unit.store.queue.order(asked, sort, reverse), (), NEVER)

    return desk.read(work)


def rows(desk: Desk, numbers: Sequence[int]) -> Rows:
    """The cases of these numbers as the queue shows them, open or not; those that no longer exist are left out."""

    def work(unit: UnitOfWork) -> Rows:
        found = _with_subjects(desk, unit.store.queue.get_many(numbers))
        return Rows(rows={row.number: row for row in found}, customers=_customers(desk, found))

    return desk.read(work)


def counts(desk: Desk, texts: Sequence[str], most: int = COUNT_LIMIT) -> list[int]:
    """How many cases match each filter of `texts`, counted up to `most` (0: all); -1 for an invalid filter.

    A filter is invalid when it cannot be parsed, or names an unknown person.
    """

    def work(unit: UnitOfWork) -> list[int]:
        roster, now = unit.roster, unit.now
        asked: dict[int, QueueQuery] = {}
        for place, text in enumerate(texts):
            with suppress(WrongUse):
                one = asked_for(desk, text, roster, now)
                unit.store.queue.where(one)  # raises when it names an unknown person
                asked[place] = one
        found = dict(zip(asked, unit.store.queue.counts(list(asked.values()), most), strict=True))
        return [found.get(place, -1) for place in range(len(texts))]

    return desk.read(work)


def any_came_back(desk: Desk) -> bool:
    """Whether a cause came up on an open case after a change for it was made; cheap, and takes no lock."""
    return desk.store.queue.any_came_back()


def measures(desk: Desk, text: str = "", as_of: int | None = None) -> dict[str, Any]:
    """Every measure of the cases that match the filter (all cases without one), up to `as_of` or now.

    The filter looks at cases as they are today; a case opened after `as_of` (epoch milliseconds) does not count.
    Raises WrongUse for a filter by person, FilterError for a mistake in it.
    """
    from careconsole.domain.case.measures import measure
    from careconsole.domain.filters.everybody import must_be_about_everybody

    must_be_about_everybody(text, "The measures")

    def work(unit: UnitOfWork) -> dict[str, Any]:
        now = unit.now
        asked = asked_for(desk, text, unit.roster, now, every=True)
        where, params = unit.store.queue.where(asked)
        histories = unit.store.cases.histories(where, params, as_of)
        found = measure(histories, now if as_of is None else as_of)
        if by_cause := found["escalations_by_cause"]:
            found["escalations_by_cause"] = unit.store.causes.all().counts(by_cause)
        return found

    return desk.read(work)
