"""What falls due while a case is parked: warnings for a person who parks it beyond that, or starts what is due sooner.

A change that a review asked for is left out: it is followed for itself, whatever the case waits for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from careconsole.domain.case.clocks import (
    ACKNOWLEDGEMENT,
    ANSWER,
    FIRST_ANSWER,
    OFFER,
    OWNER_UPDATE,
    PARKED,
    RUNNING,
    STEP,
    TAKE,
    Clock,
)
from careconsole.domain.case.state import CHANGE, CHECK, PROMISE, Case
from careconsole.domain.time.moments import local
from careconsole.domain.time.service_levels import INFORMED

_LEFT_OUT = (PARKED, STEP, CHANGE, CHECK)
_LISTED = 3
_THINGS = {
    FIRST_ANSWER: "the first answer",
    ANSWER: "the answer",
    OFFER: "the reply to the offer",
    ACKNOWLEDGEMENT: "the acknowledgement of the call for help",
    OWNER_UPDATE: "the update to the owner",
    TAKE: "the assignment to an owner",
    INFORMED: "the update",
}
_TO_THE_CUSTOMER = (FIRST_ANSWER, ANSWER, INFORMED, PROMISE)


def due_before(clocks: Iterable[Clock], until: int, customer: str, now: int) -> str:
    """What falls due before a parking ends: "the promise to Sam is due before that: Tue 14:00". Empty for nothing.

    `clocks` are those of the case once it is parked, `customer` the customer's name, if it is known. What is late
    already is left out: it stays late.
    """
    found = _running(clocks, until, now)
    if not found:
        return ""
    if len(found) == 1:
        return f"{_thing(found[0], customer)} is due before that: {_time(found[0], now)}"
    if len(found) > _LISTED or all(clock.kind == PROMISE for clock in found):
        what = f"promises{f' to {customer}' if customer else ''}"
        what = what if all(clock.kind == PROMISE for clock in found) else "things"
        return f"{len(found)} {what} are due before that, the first {_time(found[0], now)}"
    listed = [f"{_thing(clock, customer)} ({_time(clock, now)})" for clock in found]
    return f"{', '.join(listed[:-1])} and {listed[-1]} are due before that"


def parked_beyond(case: Case, thing: str, due: int, now: int) -> str:
    """That a case is parked beyond something due at `due`: "parked until Thu 9:00, after the promise is due"."""
    if case.parked is None or case.parked.until is None or case.parked.until <= due:
        return ""
    return f"parked until {local(case.parked.until, now)}, after {thing} is due"


def warnings(
    before: Case | None, after: Case, clocks: Callable[[Case], list[Clock]], customer: str, now: int
) -> list[str]:
    """What to tell a person whose command led from `before` (None: it opened the case) to `after`.

    That is what falls due while the case is parked, if the command parked it, or made it due. `clocks` gives those of
    a case, `customer` is the name of its customer, if it has one.
    """
    if after.parked is None or after.parked.until is None or not after.is_open:
        return []
    until, found = after.parked.until, clocks(after)
    if before is None or (before.parked, before.rests) != (after.parked, after.rests):
        words = due_before(found, until, customer, now)
        return [f"Case {after.number} is parked, but {words}."] if words else []
    known = {(clock.kind, clock.number, clock.due) for clock in clocks(before)}
    return [
        f"Case {after.number} is {parked_beyond(after, _thing(clock, ''), clock.due, now)} ({local(clock.due, now)})."
        for clock in _running(found, until, now)
        if clock.due is not None and (clock.kind, clock.number, clock.due) not in known
    ]


def _running(clocks: Iterable[Clock], until: int, now: int) -> list[Clock]:
    return [
        clock
        for clock in clocks
        if clock.state == RUNNING and clock.kind not in _LEFT_OUT and clock.due is not None and now <= clock.due < until
    ]


def _thing(clock: Clock, customer: str) -> str:
    thing = _THINGS.get(clock.kind, f"the {clock.kind}")
    return f"{thing} to {customer}" if customer and clock.kind in _TO_THE_CUSTOMER else thing


def _time(clock: Clock, now: int) -> str:
    return local(clock.due or 0, now)
