"""Everybody's load, for helping where it is heavy. It is no measure of people: they are listed by name, never by count.

"Open" counts every open case, as is:open does, including parked ones; how many are parked is shown with it. The least
loaded are those who answer for the fewest cases that are not parked, since only those can be worked on today. Every
list of colleagues to choose from says and orders loads as `answered_for` and `load_words` do.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import chain

import msgspec

from careconsole.desk.queries.case_queries import counts
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.handover import changes_of
from careconsole.domain.team.roster import Person, Roster
from careconsole.domain.terminal_text import fold
from careconsole.domain.time.moments import day_start

SOON_DAYS = 7
"""How many days, today's included, the promises of a week are counted for."""
UNANSWERED = "is:unanswered resolved:<1w"
"""The filter for the cases that were resolved lately while their customers waited, and who were not answered."""


class OpenCases(msgspec.Struct, frozen=True):
    """How many open cases somebody answers for; how many of these are parked, and how many are not their own: they act
    today for the owner, or for duty."""

    open: int = 0
    parked: int = 0
    not_own: int = 0

    @property
    def workable(self) -> int:
        """Those that are not parked, by which the least loaded are found."""
        return self.open - self.parked

    def __add__(self, other: OpenCases) -> OpenCases:
        return OpenCases(self.open + other.open, self.parked + other.parked, self.not_own + other.not_own)

    def __str__(self) -> str:
        """In words: "9 open (2 parked, 1 not their own)", "nothing open"."""
        if not self.open:
            return "nothing open"
        which = ((self.parked, "parked"), (self.not_own, "not their own"))
        of_them = ", ".join(f"{count:,} {what}" for count, what in which if count)
        return f"{self.open:,} open" + (f" ({of_them})" if of_them else "")


class PersonLoad(msgspec.Struct, frozen=True, kw_only=True):
    """One person's load, in numbers of cases: open ones they own (`cases`, and `breached` of these), offers waiting for
    their answer, and calls to them with no acknowledgement in force; `all_calls` are also those that they acknowledged,
    and `helps` cases on which they are asked to help. `due_today` are the cases they own with a promise
    due today (or overdue), `due_soon` those with one due within `SOON_DAYS` days, `to_change` those on which a review
    asked them for a change, open or not.

    `answers` are the open cases they answer for today: their own, and those of people or of duty that they act for.
    """

    person: Person
    cases: OpenCases = OpenCases()
    answers: OpenCases = OpenCases()
    breached: int = 0
    offers: int = 0
    calls: int = 0
    all_calls: int = 0
    helps: int = 0
    due_today: tuple[int, ...] = ()
    due_soon: tuple[int, ...] = ()
    to_change: tuple[int, ...] = ()

    @property
    def promises(self) -> int:
        """How many cases of theirs have a promise due today."""
        return len(self.due_today)

    @property
    def soon_promised(self) -> int:
        """How many cases of theirs have a promise due within `SOON_DAYS` days, today's included."""
        return len(self.due_soon)

    @property
    def changes(self) -> int:
        """On how many cases they owe a change."""
        return len(self.to_change)

    @property
    def nothing(self) -> bool:
        """Whether they have no load at all."""
        return not (self.cases.open or self.offers or self.all_calls or self.helps or self.changes)


class Unowned(msgspec.Struct, frozen=True, kw_only=True):
    """Open cases without an owner in the team: how many, how many of them are breached, and which have a promise due
    today (or overdue), or within `SOON_DAYS` days."""

    open: int = 0
    breached: int = 0
    due_today: tuple[int, ...] = ()
    due_soon: tuple[int, ...] = ()


class Workload(msgspec.Struct, frozen=True, kw_only=True):
    """The loads of all who work here and of contacts, by name; `untaken` are the cases that nobody has taken,
    `left` those whose owner left or came with an import. `unanswered` is how many cases the whole team resolved
    unanswered lately, as `UNANSWERED` finds them."""

    people: list[PersonLoad]
    untaken: Unowned
    left: Unowned
    unanswered: int
    roster: Roster

    def least_loaded(self, but: int) -> list[PersonLoad]:
        """The people present with a console except `but`, the least loaded first."""
        here = [load for load in self.people if load.person.present and load.person.number != but]
        return sorted(here, key=lambda load: load.answers.workable)


def answered_for(roster: Roster, owned: Iterable[tuple[int | None, int, int]]) -> defaultdict[int | None, OpenCases]:
    """The open cases each person answers for today, from (owner, how many, how many parked); owner None is duty."""
    loads: defaultdict[int | None, OpenCases] = defaultdict(OpenCases)
    for owner, count, parked in owned:
        person = roster.answerable(owner)
        loads[person] += OpenCases(count, parked, count if person != owner else 0)
    return loads


def least_load(loads: Iterable[OpenCases]) -> int:
    """The smallest number of cases that somebody in a list can work on; -1 if all have as many, or it is only one."""
    workable = [cases.workable for cases in loads]
    return min(workable) if len(set(workable)) > 1 else -1


def load_words(cases: OpenCases, least: int) -> str:
    """A load in a list of colleagues; `least` is the `least_load` of those in it."""
    return str(cases) if cases.workable != least else f"least load: {cases}"


def workload(desk: Desk) -> Workload:
    """Everybody's load now. "Today" ends at midnight at this workstation."""

    def work(unit: UnitOfWork) -> Workload:
        store, now, roster = unit.store, unit.now, unit.roster
        owned: defaultdict[int, OpenCases] = defaultdict(OpenCases)
        breached: Counter[int] = Counter()
        offers: Counter[int] = Counter()
        calls: Counter[int] = Counter()
        all_calls: Counter[int] = Counter()
        helps: Counter[int] = Counter()
        for owner, offered, called, also, heard, helpers, count, parked, late in store.loads.open_cases(now):
            owned[owner] += OpenCases(count, parked)
            breached[owner] += late
            offers[offered] += count
            for person in {called, *_numbers(also)}:
                all_calls[person] += count
                calls[person] += 0 if heard else count
            for person in _numbers(helpers):
                helps[person] += count
        answers = answered_for(roster, ((owner or None, found.open, found.parked) for owner, found in owned.items()))
        due_today, due_soon = _promises_due(desk, day_start(now, 1), day_start(now, SOON_DAYS))
        to_change = _changes_owed(desk)
        people = []
        for person in sorted(roster.people.values(), key=lambda person: (fold(person.name), person.number)):
            if person.active:
                number = person.number
                people.append(
                    PersonLoad(
                        person=person,
                        cases=owned.pop(number, OpenCases()),
                        answers=answers[number],
                        breached=breached.pop(number, 0),
                        offers=offers[number],
                        calls=calls[number],
                        all_calls=all_calls[number],
                        helps=helps[number],
                        due_today=tuple(sorted(due_today.pop(number, ()))),
                        due_soon=tuple(sorted(due_soon.pop(number, ()))),
                        to_change=tuple(sorted(to_change[number])),
                    )
                )
        untaken = Unowned(
            open=owned.pop(0, OpenCases()).open,
            breached=breached.pop(0, 0),
            due_today=tuple(sorted(due_today.pop(0, ()))),
            due_soon=tuple(sorted(due_soon.pop(0, ()))),
        )
        left = Unowned(
            open=sum(cases.open for cases in owned.values()),
            breached=breached.total(),
            due_today=tuple(sorted(chain(*due_today.values()))),
            due_soon=tuple(sorted(chain(*due_soon.values()))),
        )
        (unanswered,) = counts(desk, [UNANSWERED], most=0)
        return Workload(people=people, untaken=untaken, left=left, unanswered=unanswered, roster=roster)

    return desk.read(work)


def _numbers(listed: str) -> set[int]:
    """The people of a list such as "|4|5|"."""
    return set(map(int, filter(None, listed.split("|"))))


def _promises_due(desk: Desk, *until: int) -> list[defaultdict[int, list[int]]]:
    """For each time, the last being the latest: by owner (0: nobody), the open cases with a promise due before it."""
    due = [defaultdict[int, list[int]](list) for _ in until]
    for case in desk.store.cases.get_many(desk.store.loads.promised(until[-1])).values():
        for found, end in zip(due, until, strict=True):
            if any(promise.due < end for promise in case.promises):
                found[case.owner or 0].append(case.number)
    return due


def _changes_owed(desk: Desk) -> defaultdict[int, list[int]]:
    """By person, the cases on which a review asked them for a change that is still to be made or checked."""
    owed: defaultdict[int, list[int]] = defaultdict(list)
    for case in desk.store.cases.get_many(desk.store.loads.owed()).values():
        for owner in {review.owner for review in case.reviews if review.owner is not None}:
            if changes_of(case, owner):
                owed[owner].append(case.number)
    return owed
