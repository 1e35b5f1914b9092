"""How the promises of a case ended, as the measures count them (see `domain.case.measures`)."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from careconsole.domain.case.effective_history import standing_if_opened
from careconsole.domain.case.event import Event, Fact
from careconsole.domain.case.evolve import begin, evolve
from careconsole.domain.case.promises import PromiseReleased
from careconsole.domain.case.resolution import Resolved
from careconsole.domain.case.state import Case

OPEN, KEPT, LATE, RELEASED, PASSED_ON = "open", "kept", "late", "released", "passed on"
"""How a promise ended, or that it is open; one passed on continues on another case, after a merge or a split."""


class PromiseOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """A promise and how it ended. `due` is its last due time; times are epoch milliseconds.

    `late_at` is when it became late: when the first of its times passed, or when the case was resolved with it open;
    None if it did not, or if its time passed and nothing has happened on the case since.
    """

    number: int
    text: str
    by: int
    made_at: int
    due: int
    moves: int
    outcome: str = OPEN
    ended_at: int | None = None
    late_at: int | None = None

    def became_late_at(self, now: int) -> int | None:
        """When it became late, by this time; None if it did not."""
        if self.outcome not in (OPEN, LATE):
            return None
        return self.due if self.late_at is None and self.due < now else self.late_at


def promise_outcomes(number: int, events: Iterable[Event]) -> list[PromiseOutcome]:
    """The promises of case `number`, in the order they were made, without undone ones."""
    found: dict[int, PromiseOutcome] = {}
    passed: dict[int, int] = {}
    case: Case | None = None
    for event in standing_if_opened(list(events)):
        after = begin(number, event) if case is None else evolve(case, event)
        for promise in after.promises:
            found[promise.number] = PromiseOutcome(
                number=promise.number,
                text=promise.text,
                by=promise.by,
                made_at=promise.made_at,
                due=promise.due,
                moves=promise.moves,
            )
        gone = {p.number for p in case.promises} - {p.number for p in after.promises} if case else set()
        for promise in case.promises if case else ():
            if event.at > promise.due:
                passed.setdefault(promise.number, promise.due)
            if promise.number in gone:
                ended = _outcome(event.fact, event.at > promise.due, promise.late)
                late_at = min(passed.get(promise.number, event.at), event.at) if ended == LATE else None
                found[promise.number] = replace(
                    found[promise.number], outcome=ended, ended_at=event.at, late_at=late_at
                )
        case = after
    for promise in case.promises if case else ():
        found[promise.number] = replace(found[promise.number], late_at=passed.get(promise.number))
    return list(found.values())


def _outcome(fact: Fact, over: bool, late: bool) -> str:
    if fact.passes_promises_on:
        return PASSED_ON
    if late or isinstance(fact, Resolved):
        return LATE
    if isinstance(fact, PromiseReleased):
        return RELEASED
    return LATE if over else KEPT
