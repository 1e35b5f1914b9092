"""Cases that the source merged: where the one that a case went on as is known here, the case leads to it.

That is looked at when all the lines are in, for either may come first. Only the histories of cases that no person has
written in are told anew; what the sweep did stays in them. The case that goes on stays as its source says it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec.structs import replace

from careconsole.desk.imports.rewrite_history import rewrite, whole_entries
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.event import Event
from careconsole.domain.case.imported import Imported
from careconsole.domain.case.merging import Merged
from careconsole.domain.case.state import Case


def merge(desk: Desk, source: str, merges: Mapping[str, str], batch: int | None) -> None:
    """Lets cases of `source` lead to those that they went on as, by the ids in `merges`, as far as both are known.

    `batch` is the import that told of them, or None where nothing in it was new. That is one transaction, so `merges`
    should be few; others get their turn between two.
    """
    if desk.read(lambda unit: any(_pairs(unit, source, merges))):
        desk.write(_all(source, merges, batch))


def part_from(unit: UnitOfWork, removed: Iterable[int], restored: Iterable[int]) -> None:
    """Cases that ever went on as ones that were `removed` now only say so.

    So do the `restored` ones that, without the lines that were taken out, would lead back to themselves.
    """
    gone = set(removed)
    losers = {loser for loser, into in unit.store.batches.merges() if into in gone} if gone else set()
    for case in unit.store.cases.some(sorted(losers)).values() if losers else ():
        _point(unit, case, lambda event, into: None if into in gone else into)
    for case in unit.store.cases.some(sorted(losers.union(restored))).values():
        if _leads_to(unit, case.merged_into, case.number):
            _point(unit, case, lambda event, into: None)


def _all(source: str, merges: Mapping[str, str], batch: int | None) -> Callable[[UnitOfWork], None]:
    def work(unit: UnitOfWork) -> None:
        for case, winner, number in _pairs(unit, source, merges):
            last = _last(unit, case.number)
            if last is None or not isinstance(last.fact, Imported) or last.fact.merged_into != winner:
                continue  # its history tells of a later merge than what came in
            # Two cases that led round in a circle when their lines came in stay apart, even where this import breaks
            # the circle: were they joined, a roll-back of this import would not part them.
            if not _leads_to(unit, number, case.number, ever=last.batch != batch):
                _point(unit, case, _only(last.number, number))

    return work


def _only(line: int, number: int) -> Callable[[Event, int | None], int | None]:
    return lambda event, into: number if event.number == line else into


def _pairs(unit: UnitOfWork, source: str, merges: Mapping[str, str]) -> Iterator[tuple[Case, str, int]]:
    """The cases that do not lead yet to those they went on as, each with the other's id and number; both are known."""
    names = [*merges, *merges.values()]
    numbers = {name: known.case for name, known in unit.store.batches.known(source, names).items()}
    pairs = [(numbers[loser], winner) for loser, winner in merges.items() if loser in numbers and winner in numbers]
    cases = unit.store.cases.some([number for number, _ in pairs]) if pairs else {}
    for number, winner in pairs:
        if not _leads_to(unit, cases[number].merged_into, numbers[winner]):
            yield cases[number], winner, numbers[winner]


def _last(unit: UnitOfWork, number: int) -> Event | None:
    """The last line of a case's history that says as which it goes on."""
    for event in reversed(unit.store.cases.history(number)):
        if isinstance(event.fact, Imported) and event.fact.merged_into:
            return event
    return None


def _leads_to(unit: UnitOfWork, number: int | None, end: int, *, ever: bool = False) -> bool:
    """Whether a case is another one, or goes on as it; with `ever` also whether it once did, by any of its lines."""
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
    """Tells the history of a case anew, with each line leading to what `into` gives for it and where it leads now."""
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
