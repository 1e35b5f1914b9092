"""Absences: how they are described, and what can return to a person once they are back."""

from __future__ import annotations

from typing import Any

import msgspec

from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.effective_history import undone_commands
from careconsole.domain.case.evolve import fold
from careconsole.domain.team.roster import Person, Roster
from careconsole.domain.time.moments import day_start, local
from careconsole.store.cases.repository import fact_of
from careconsole.store.engine.decoding import reader

_read_said = reader(dict[str, Any])


class Returning(msgspec.Struct, frozen=True):
    """A case that passed from somebody to another person because they were away: its number and subject, and who owns
    it now (None: duty; nobody has taken it)."""

    number: int
    subject: str
    owner: int | None


def returning(desk: Desk, person: int) -> list[Returning]:
    """The open cases that others accepted, took over or were given because this person was away, and still have.

    This covers their last absence, or the current one. No case goes back by itself: the person takes it over, or takes
    it when nobody owns it.
    """

    def work(unit: UnitOfWork) -> list[Returning]:
        after = _began_after(desk, person)
        if after is None:
            return []
        moved: dict[int, list[int]] = {}
        for case, number, kind, data in unit.store.loads.moved_since(after, person):
            if getattr(fact_of(kind, data), "absence", False):
                moved.setdefault(case, []).append(number)
        cases = unit.store.cases.get_many(list(moved))
        found = []
        for case, numbers in moved.items():
            if _was_theirs(desk, case, numbers, person):
                found.append(Returning(case, cases[case].subject, cases[case].owner))
        return found

    return desk.read(work)


def away_words(person: Person, roster: Roster, now: int) -> str:
    """Describes an absence: "away, expected back Fri 10:00, Ben covers", "away, expected back yesterday, Ben covers".

    People stay away until somebody says that they are back, whatever time was given.
    """
    acting = roster.answerable(person.number)
    acts = f", {roster.name(acting)} covers" if acting is not None else ""
    until = person.away_until
    if until is None:
        return f"away{acts}"
    today, yesterday = day_start(now), day_start(now, -1)
    when = "yesterday" if yesterday <= until < today else local(until, now)
    return f"away, expected back {when}{acts}"


def _began_after(desk: Desk, person: int) -> int | None:
    """The id of the last event before this person went away; None when they never did.

    Naming another cover or another time while somebody is away does not begin a new absence.
    """
    after: int | None = None
    name = desk.roster().name(person)
    for kind, about, _, data in desk.store.journal.absences():
        said = _read_said(data, "The journal")
        if said.get("person") != person and ("person" in said or about != name):
            continue  # about somebody else; older entries have the name only
        if kind == "away":
            after = said.get("after", 0)
        elif after is not None:
            break
    return after


def _was_theirs(desk: Desk, case: int, numbers: list[int], person: int) -> bool:
    """Whether one of these events, by which the case changed hands, took it from this person and was not undone."""
    history = desk.store.cases.history(case)
    gone = undone_commands(history)
    for number in numbers:
        before = fold(case, [event for event in history if event.number < number])
        moved = next(event for event in history if event.number == number)
        if before is not None and before.owner == person and moved.command not in gone:
            return True
    return False
