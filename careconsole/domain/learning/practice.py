"""Practice: a past exception as it stood when somebody called for help, and nothing that came later.

What can be practised is a call for help that was decided and reviewed here. What the reader sees first is folded from
the events before the call alone, so that no later event can show in it: neither the call itself, with its need and its
cause, nor a decision, a tag, another subject or an undo of what stood then.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from careconsole.domain.case.effective_history import standing
from careconsole.domain.case.escalation import Escalated
from careconsole.domain.case.event import Event
from careconsole.domain.case.evolve import fold
from careconsole.domain.case.state import VOID, Case, Occurrence, PastReview


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """A case as it stood at `at` (epoch milliseconds), right before event number `call` called for help.

    `history` are the events that counted then.
    """

    call: int
    at: int
    case: Case
    history: tuple[Event, ...]


class Resolution(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a call for help: what was needed and why, what was proposed and decided, and its review."""

    reason: str
    need: str
    proposal: str
    decided: str
    review: PastReview


def reviewed_calls(case: Case) -> list[tuple[Occurrence, PastReview]]:
    """What came up on a case, was decided, and was reviewed here, each with its review."""
    if case.status == VOID:
        return []
    reviews = {review.number: review for review in case.reviews}
    return [
        (one, reviews[one.settled])
        for one in case.occurrences
        if one.decided and one.settled is not None and one.settled in reviews
    ]


def situation(case: int, history: Sequence[Event], call: int) -> Situation | None:
    """How case number `case` stood before event number `call`; None unless that event called for help."""
    event = _call(history, call)
    if event is None:
        return None
    before = [one for one in history if one.number < call]
    state = fold(case, before)
    if state is None or state.status == VOID:
        return None
    return Situation(call=call, at=event.at, case=state, history=tuple(standing(before)))


def resolution(case: Case, history: Sequence[Event], call: int) -> Resolution | None:
    """What became of the call for help that is event number `call`; None if it cannot be practised."""
    event = _call(history, call)
    found = next(((one, review) for one, review in reviewed_calls(case) if one.number == call), None)
    if event is None or found is None or not isinstance(event.fact, Escalated):
        return None
    one, review = found
    said = event.fact
    return Resolution(reason=said.reason, need=said.need, proposal=said.proposal, decided=one.decided, review=review)


def _call(history: Sequence[Event], call: int) -> Event | None:
    return next((one for one in history if one.number == call and isinstance(one.fact, Escalated)), None)
