"""clocks(case, spans): what falls due on a case, and which clock is the nearest. Pure and independent of the hour.

A clock is only a time by which something should have happened; whether it is at risk or breached is seen by comparing
it with now. All spans run around the clock here. Clocks of an imported case start no earlier than its import.
"""

from __future__ import annotations

import msgspec

from careconsole.domain.case import Case

HOUR = 3_600_000
STEP = "next step"
"""The kind of the clock that runs where no other does."""


class Spans(msgspec.Struct, frozen=True):
    """How long things may take, in milliseconds: an answer to the customer, one to an offer, an acknowledgement, until
    somebody takes a case, and until the next step of one on which nothing else runs."""

    answer: int = 4 * HOUR
    offer: int = 4 * HOUR
    acknowledge: int = 1 * HOUR
    take: int = 4 * HOUR
    step: int = 24 * HOUR


class Clock(msgspec.Struct, frozen=True, order=True):
    """Something that falls due: when, of which kind, and since when the clock runs (epoch milliseconds)."""

    due: int
    kind: str
    began: int


def clocks(case: Case, spans: Spans) -> list[Clock]:
    """Every clock that runs on `case`, the nearest first; none on a case that is not open."""
    if not case.is_open:
        return []
    running = [Clock(due=p.due, kind="promise", began=p.made_at) for p in case.promises]
    waiting = case.waiting_since
    if waiting is not None:
        began = max(waiting, case.clocks_from)
        kind = "first answer" if case.answered_at is None else "answer"
        running.append(Clock(due=began + spans.answer, kind=kind, began=began))
    if case.offer is not None:
        running.append(Clock(due=case.offer.at + spans.offer, kind="offer", began=case.offer.at))
    call = case.escalation
    if call is not None and call.acknowledged_at is None:
        running.append(Clock(due=call.acknowledge_by, kind="acknowledgement", began=call.at))
    elif call is not None and call.until is not None and call.acknowledged_at is not None:
        running.append(Clock(due=call.until, kind="word to owner", began=call.acknowledged_at))
    if case.parked is not None and case.parked.until is not None:
        running.append(Clock(due=case.parked.until, kind="parked until", began=case.parked.since))
    if case.untaken_since is not None:
        began = max(case.untaken_since, case.clocks_from)
        running.append(Clock(due=began + spans.take, kind="to take", began=began))
    if not running:
        # Nothing waits in silence: where nobody is owed anything, something must happen all the same.
        began = max(case.worked_at, case.clocks_from)
        running.append(Clock(due=began + spans.step, kind=STEP, began=began))
    running.sort()
    return running


def next_due(case: Case, spans: Spans, as_of: int | None = None) -> Clock | None:
    """The nearest clock that runs on `case`: the reason for its place in the queue.

    With `as_of`, clocks that began later are left out.
    """
    running = clocks(case, spans)
    if as_of is not None:
        running = [clock for clock in running if clock.began <= as_of]
    return running[0] if running else None
