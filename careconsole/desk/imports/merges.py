"""Cases that the source merged: links each to the case it was merged into, where both are known here.

That is done when all the lines are recorded, for either may come first. Only the histories of cases that no person has
written in are rewritten; what the sweep did stays in them. The surviving case stays as its source says it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec.structs import replace

from careconsole.desk.imports.rewrite_history import rewrite, whole_entries
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.event import Event
from careconsole.domain.case.import_events import Imported
from careconsole.domain.case.merging import Merged
from careconsole.domain.case.state import Case


def merge(desk: Desk, source: str, merges: Mapping[str, str], batch: int | None) -> None:
    """Links cases of `source` to those they were merged into, by the ids in `merges`, as far as both are known.

    `batch` is the import that reported them, or None when nothing in it was new. This is one transaction, so `merges`
    should be few; others can write between two calls.
    """
    if desk.read(lambda unit: any(_pairs(unit, source, merges))):
        desk.write(_all(source, merges, batch))


def unlink(unit: UnitOfWork, removed: Iterable[int], restored: Iterable[int]) -> None:
    """Unlinks cases that were ever merged into ones that were `removed`; their histories still name the merge.

    Also unlinks those of them, and of the `restored` ones, that would now lead back to themselves.
    """
    gone = set(removed)
    losers = {loser for loser, into in unit.store.batches.merges() if into in gone} if gone else set()
    for case in unit.store.cases.get_many(sorted(losers)).values() if losers else ():
        _point(unit, case, lambda event, into: None if into in gone else into)
    for case in unit.store.cases.get_many(sorted(losers.union(restored))).values():
        if _leads_to(unit, case.merged_into, case.number):
            _point(unit, case, lambda event, into: None)


def _all(source: str, merges: Mapping[str, str], batch: int | None) -> Callable[[UnitOfWork], None]:
    def work(unit: UnitOfWork) -> None:
        for case, winner, number in _pairs(unit, source, merges):
            last = _last(unit, case.number)
            if last is None or not isinstance(last.fact, Imported) or last.fact.merged_into != winner:
                continue  # a later line of its history names another merge
            # Two cases that formed a cycle when their lines were recorded stay unlinked, even where this import breaks
            # the cycle: if they were linked, rolling back this import would not unlink them.
            if not _leads_to(unit, number, case.number, ever=last.batch != batch):
                _point(unit, case, _only(last.number, number))

    return work


def _only(line: int, number: int) -> Callable[[Event, int | None], int | None]:
    return lambda event, into: number if event.number == line else into


def _pairs(unit: UnitOfWork, source: str, merges: Mapping[str, str]) -> Iterator[tuple[Case, str, int]]:
    """The cases not linked yet to those they were merged into, each with the other's id and number; both are known."""
    names = [*merges, *merges.values()]
    numbers = {name: known.case for name, known in unit.store.batches.imported_cases(source, names).items()}
    pairs = [(numbers[loser], winner) for loser, winner in merges.items() if loser in numbers and winner in numbers]
    cases = unit.store.cases.get_many([number for number, _ in pairs]) if pairs else {}
    for number, winner in pairs:
        if not _leads_to(unit, cases[number].merged_into, numbers[winner]):
            yield cases[number], winner, numbers[winner]


def _last(unit: UnitOfWork, number: int) -> Event | None:
    """The last line of a case's history that says what it was merged into; None without one."""
    for event in reversed(unit.store.cases.history(number)):
        if isinstance(event.fact, Imported) and event.fact.merged_into:
            return event
    return None


def _leads_to(unit: UnitOfWork, number: int | None, end: int, *, ever: bool = False) -> bool:
    """Whether case `number` is `end` or was merged into it; with `ever`, also whether any event once said so."""
    ahead, seen = [number], set[int]()
    while ahead:
        here = ahead.pop()
        if here is None or here in seen:
            continue
        if here == end:
            return True
        seen.add(here)
        if ever:
            facts = (event.fact for event in unit.store.cases.history(here))
            ahead += [fact.into for fact in facts if isinstance(fact, Imported | Merged)]
        elif (case := unit.store.cases.get(here)) is not None:
            ahead.append(case.merged_into)
    return False


def _point(unit: UnitOfWork, case: Case, into: Callable[[Event, int | None], int | None]) -> None:
    """Rewrites a case's history, linking each line to what `into` returns for it and its link now.

    Does nothing once people have worked on the case.
    """
    if unit.store.batches.worked_on(case.number):
        return
    entries = whole_entries(unit, case)
    pointed = []
    for event, key in entries:
        if isinstance(event.fact, Imported):  # the sweep may have written in it, too
            event = replace(event, fact=replace(event.fact, into=into(event, event.fact.into)))
        pointed.append((event, key))
    if pointed != entries:
        rewrite(unit, case, pointed)
