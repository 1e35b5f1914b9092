"""What follows from time alone: a clock has run out, and the case moves on without anybody watching.

Offers go back to their giver, calls that nobody answers go to the next step, what was said and not kept is called anew,
rests end, and of everything else that is overdue those are told who can do something about it, once for each run of a
clock.
"""

from __future__ import annotations

from collections.abc import Iterable

from careconsole.domain.case import event as f
from careconsole.domain.case.clocks import ACKNOWLEDGEMENT, OFFER, PARKED, RUNNING, WORD, Clock
from careconsole.domain.case.context import Context
from careconsole.domain.case.responders import goes_on, path_of
from careconsole.domain.case.state import Case


def sweep(case: Case, clocks: Iterable[Clock], ctx: Context) -> f.Fact | None:
    """What the first clock that has run out by now, of which nobody was told yet, makes happen; None for nothing."""
    told = {(one.kind, one.mark, one.number) for one in case.told}
    late = [
        clock
        for clock in clocks
        if clock.state == RUNNING
        and clock.due is not None
        and clock.due < ctx.now
        and (clock.kind, clock.mark, clock.number) not in told
    ]
    late.sort(key=lambda clock: (clock.due, clock.kind not in _ACTS))
    if not late:
        return None
    kind = late[0].kind
    if kind == OFFER and case.offer is not None:
        return f.OfferExpired(to=case.offer.to)
    if kind in (ACKNOWLEDGEMENT, WORD):
        return _timed_out(case, ctx, silent=kind == WORD)
    if kind == PARKED:
        return f.Returned()
    return f.Overdue(
        clocks=tuple(
            f.Late(kind=clock.kind, due=clock.due or 0, mark=clock.mark, number=clock.number)
            for clock in late
            if clock.kind not in _ACTS
        )
    )


_ACTS = frozenset((OFFER, ACKNOWLEDGEMENT, WORD, PARKED))
"""Clocks whose end makes the case move; of the others, people are told."""


def _timed_out(case: Case, ctx: Context, *, silent: bool) -> f.CallTimedOut:
    path = path_of(case, ctx)
    call = case.escalation
    assert call is not None
    there = goes_on(case, path, ctx, silent=silent)
    responder, *also = there.people
    return f.CallTimedOut(
        why="silent" if silent else "unanswered",
        level=there.level,
        responder=responder,
        also=tuple(also),
        acknowledge_by=there.acknowledge_by,
        attempt=there.attempt,
        last=not silent and case.level >= path.last and there.attempt > path.step(case.level).repeat,
    )
