"""The changes that reviews ask for: open, made, to check, checked, dropped; and where their causes came back."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from careconsole.desk.queries.causes import follows, when_asked
from careconsole.desk.session import Desk, load
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.causes import Causes, times_up
from careconsole.domain.case.changes import CHECKED, DROPPED, MADE, OPEN, STATES, TO_CHECK, state_of
from careconsole.domain.case.state import Case, PastReview
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import given, suggest
from careconsole.domain.team.roster import Roster


class ChangeEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A change: the case whose review asks for it, its cause by the name it counts under, and how far it has come.

    `came_back` are the cases on which the cause came up after the change was made, `while_open` those on which it came
    up after it was asked for and before that.
    """

    case: int
    subject: str
    cause: str
    review: PastReview
    state: str
    came_back: tuple[int, ...]
    while_open: tuple[int, ...]


class ChangeList(msgspec.Struct, frozen=True, kw_only=True):
    """Changes, and what is needed to show them: the roster and the time."""

    entries: list[ChangeEntry]
    roster: Roster
    now: int

    def in_state(self, state: str) -> list[ChangeEntry]:
        """Those in a state; all without one."""
        return [one for one in self.entries if not state or one.state == state]


def listed(desk: Desk, state: str = "") -> ChangeList:
    """The changes in a state, all without one: those to check first, then open ones by due time, then the others.

    Raises WrongUse for an unknown state.
    """
    if state and state not in STATES:
        raise WrongUse(f"{state!r} is not a state of a change.", f"Choose one of: {', '.join(STATES)}.")

    def work(unit: UnitOfWork) -> ChangeList:
        found = ChangeList(entries=sorted(every(unit), key=_place), roster=unit.roster, now=unit.now)
        return msgspec.structs.replace(found, entries=found.in_state(state))

    return desk.read(work)


def on_case(desk: Desk, number: int, review: int | None = None) -> ChangeList:
    """The changes that the reviews of a case ask for, or the one of review number `review`.

    Raises Refused if they ask for none, and WrongUse if that review does not.
    """

    def work(unit: UnitOfWork) -> ChangeList:
        case = load(desk, number, [])
        found = [one for one in every(unit) if one.case == case.number and review in (None, one.review.number)]
        if not found:
            asked = [one.number for one in case.reviews if one.change]
            if review is not None and asked:
                raise WrongUse(
                    f"Review {review} of case {case.number} asks for no change.",
                    "Give one that does {}: {}.",
                    given(review=...),
                    ", ".join(map(str, asked)),
                )
            raise Refused(f"No review of case {case.number} asks for a change.", "See {}.", suggest("changes list"))
        return ChangeList(entries=found, roster=unit.roster, now=unit.now)

    return desk.read(work)


def to_do(unit: UnitOfWork) -> list[ChangeEntry]:
    """The changes that are not at their end: those to check first, then those to make and those to check later."""
    return sorted((one for one in every(unit) if one.state in (TO_CHECK, OPEN, MADE)), key=_place)


def every(unit: UnitOfWork) -> list[ChangeEntry]:
    """Every change that a review asks for or asked for, in order of case."""
    return changes_of(concerned(unit), unit.store.causes.all(), unit.now)


def concerned(unit: UnitOfWork) -> list[Case]:
    """The cases that have a cause, or a review that asks for a change."""
    return unit.store.cases.states("causes <> '' or changes > 0", {})


def changes_of(cases: Sequence[Case], causes: Causes, now: int) -> list[ChangeEntry]:
    """The changes that the reviews of `cases` ask for; these have to be all that are concerned."""
    came_up: dict[str, list[tuple[int, int]]] = {}
    for case in cases:
        for one in times_up(case, causes):
            came_up.setdefault(causes.counted(one.cause), []).append((one.at, case.number))
    asked = when_asked(cases)
    return [
        _entry(case, review, causes, came_up.get(causes.counted(review.cause), []), asked(review), now)
        for case in cases
        for review in case.reviews
        if review.dropped or follows(case, review)
    ]


def _entry(
    case: Case, review: PastReview, causes: Causes, came_up: list[tuple[int, int]], asked: int, now: int
) -> ChangeEntry:
    made = review.done_at
    return ChangeEntry(
        case=case.number,
        subject=case.subject,
        cause=causes.name(review.cause),
        review=review,
        state=state_of(review, now),
        came_back=tuple(sorted({number for at, number in came_up if made is not None and at > made})),
        while_open=tuple(sorted({number for at, number in came_up if at > asked and (made is None or at <= made)})),
    )


_PLACES = {TO_CHECK: 0, OPEN: 1, MADE: 2, CHECKED: 3, DROPPED: 4}


def _place(entry: ChangeEntry) -> tuple[int, int, int, int]:
    review = entry.review
    at = {
        TO_CHECK: review.check_at or 0,
        OPEN: review.due or 0,
        MADE: review.check_at or 0,
        CHECKED: -(review.checked_at or 0),
        DROPPED: -review.at,
    }[entry.state]
    return _PLACES[entry.state], at, entry.case, review.number
