"""Cases that the source merged: where the one that a case went on as is known here, the case leads to it.

That is looked at when all the lines are in, for either may come first. Only the histories of cases that no person has
written in are told anew; what the sweep did stays in them. The case that goes on stays as its source says it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from msgspec.structs import replace

from careconsole.desk.retelling import tell_anew, whole_entries
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case import Case
from careconsole.domain.facts import Recorded


def merge(desk: Desk, source: str, merges: Mapping[str, str]) -> None:
    """Lets cases of `source` lead to those that they went on as, by the ids in `merges`, as far as both are known.

    That is one transaction, so `merges` should be few; others get their turn between two.
    """
    if desk.read(_whether_any(source, merges)):
        desk.write(_all(source, merges))


def part_from(unit: UnitOfWork, removed: Iterable[int]) -> None:
    """Cases that ever went on as ones that were `removed` now only say so."""
    gone = set(removed)
    losers = sorted({loser for loser, into in unit.store.batches.merges() if into in gone}) if gone else []
    for case in unit.store.cases.some(losers).values() if losers else ():
        _point(unit, case, lambda fact: None if fact.into in gone else fact.into)


def _whether_any(source: str, merges: Mapping[str, str]) -> Callable[[UnitOfWork], bool]:
    return lambda unit: any(case.merged_into != into[winner] for case, winner, into in _pairs(unit, source, merges))


def _all(source: str, merges: Mapping[str, str]) -> Callable[[UnitOfWork], None]:
    def work(unit: UnitOfWork) -> None:
        for case, winner, into in _pairs(unit, source, merges):
            if not _leads_to(unit, into[winner], case.number):
                _point(unit, case, _to(winner, into[winner]))

    return work


def _pairs(unit: UnitOfWork, source: str, merges: Mapping[str, str]) -> list[tuple[Case, str, dict[str, int]]]:
    """The cases that went on as others, as far as both are known: each with the other's id, and numbers by id."""
    names = [*merges, *merges.values()]
    into = {name: known.case for name, known in unit.store.batches.known(source, names).items()}
    pairs = [(into[loser], winner) for loser, winner in merges.items() if loser in into and winner in into]
    cases = unit.store.cases.some([number for number, _ in pairs]) if pairs else {}
    return [(cases[number], winner, into) for number, winner in pairs]


def _leads_to(unit: UnitOfWork, number: int | None, end: int) -> bool:
    """Whether a case is another one, or goes on as it: then that one cannot go on as this."""
    while number is not None and number != end:
        case = unit.store.cases.get(number)
        number = case.merged_into if case is not None else None
    return number == end


def _to(winner: str, number: int) -> Callable[[Recorded], int | None]:
    return lambda fact: number if fact.merged_into == winner else fact.into


def _point(unit: UnitOfWork, case: Case, into: Callable[[Recorded], int | None]) -> None:
    """Tells the history of a case anew, with each line leading to the number that `into` gives for it."""
    if unit.store.batches.worked_on(case.number):
        return
    entries = whole_entries(unit, case)
    pointed = []
    for event, key in entries:
        if isinstance(event.fact, Recorded):  # the sweep may have written in it, too
            event = replace(event, fact=replace(event.fact, into=into(event.fact)))
        pointed.append((event, key))
    if pointed != entries:
        tell_anew(unit, case, pointed)
