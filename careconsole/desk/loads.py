"""Everybody's load, for helping where it is heavy. It is no measure of anybody: people come by name, never by count."""

from __future__ import annotations

from collections import Counter

import msgspec

from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.decide.handover import changes_of
from careconsole.domain.roster import Person, Roster
from careconsole.domain.text import fold
from careconsole.domain.times import parse_moment


class PersonLoad(msgspec.Struct, frozen=True, kw_only=True):
    """What hangs on one person: open cases they own and how many of these are breached, offers that wait for their
    answer, promises on their cases due today (or overdue), calls to them that nobody has in hand, and changes that
    reviews asked them for."""

    person: Person
    open: int = 0
    breached: int = 0
    offers: int = 0
    promises: int = 0
    calls: int = 0
    changes: int = 0

    @property
    def nothing(self) -> bool:
        """Whether nothing hangs on them."""
        return not (self.open or self.offers or self.calls or self.changes)


class Loads(msgspec.Struct, frozen=True, kw_only=True):
    """The loads of all who work here and of contacts, by name. Of cases that nobody has taken, and of those whose
    owner left or came with an import, only how many there are and how many of them are breached."""

    people: list[PersonLoad]
    untaken: tuple[int, int]
    left: tuple[int, int]
    roster: Roster

    def least_loaded(self, but: int) -> list[PersonLoad]:
        """Who else could have something: those here with a console, the one with the fewest open cases first."""
        here = [load for load in self.people if load.person.present and load.person.number != but]
        return sorted(here, key=lambda load: load.open)


def loads(desk: Desk) -> Loads:
    """Everybody's load now. "Today" ends at midnight at this workstation."""

    def work(unit: UnitOfWork) -> Loads:
        store, now, roster = unit.store, unit.now, unit.roster
        owned: Counter[int] = Counter()
        breached: Counter[int] = Counter()
        offers: Counter[int] = Counter()
        calls: Counter[int] = Counter()
        for owner, offered, called, count, late in store.loads.open_cases(now):
            owned[owner] += count
            breached[owner] += late
            offers[offered] += count
            calls[called] += count
        promises = _promises_due(desk, parse_moment("tomorrow 0:00", now))
        changes = _changes_owed(desk)
        people = []
        for person in sorted(roster.people.values(), key=lambda person: (fold(person.name), person.number)):
            if person.active:
                number = person.number
                people.append(
                    PersonLoad(
                        person=person,
                        open=owned.pop(number, 0),
                        breached=breached.pop(number, 0),
                        offers=offers[number],
                        promises=promises[number],
                        calls=calls[number],
                        changes=changes[number],
                    )
                )
        untaken = owned.pop(0, 0), breached.pop(0, 0)
        return Loads(people=people, untaken=untaken, left=(owned.total(), breached.total()), roster=roster)

    return desk.read(work)


def _promises_due(desk: Desk, until: int) -> Counter[int]:
    """By owner, the promises on open cases that fall due before `until`: promises follow the case."""
    due: Counter[int] = Counter()
    for case in desk.store.cases.some(desk.store.loads.promised(until)).values():
        due[case.owner or 0] += sum(promise.due < until for promise in case.promises)
    return due


def _changes_owed(desk: Desk) -> Counter[int]:
    owed: Counter[int] = Counter()
    for case in desk.store.cases.some(desk.store.loads.owed()).values():
        for owner in {review.owner for review in case.reviews if review.owner is not None}:
            owed[owner] += len(changes_of(case, owner))
    return owed
