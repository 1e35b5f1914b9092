"""clocks(case, level, calendar): everything that falls due on a case, and what came of it. Pure, whatever the hour.

A clock is a time by which something should happen. Most have a span of working time from when they began; a few have a
time that somebody named (a promise, a call's acknowledgement, the end of a rest). All is computed from the state of the
case, which keeps what is needed of its history, so that another level or calendar, given later, tells the same as if it
had held from the beginning.

- While the case rests on somebody, the clocks that the level says stand still. A rest is over when its time has come,
  whether somebody said so or not. The time a clock has run before is never lost.
- The first answer stays met, whatever comes later. A case that is opened again begins its resolution anew.
- Clocks of an imported case begin no earlier than its import.

Whether a running clock is at risk or breached is seen by comparing it with now (`Clock.stands`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from careconsole.domain.calendars import ALWAYS, Calendar, add, worked
from careconsole.domain.case.state import CHANGE, CLOSED, OPEN, PROMISE, RESOLVED, Case
from careconsole.domain.service import INFORMED, RESOLUTION, STOPPABLE, Level

FIRST_ANSWER, ANSWER, OFFER, TAKE = "first answer", "answer", "offer", "to take"
ACKNOWLEDGEMENT, WORD, PARKED = "acknowledgement", "word to owner", "parked until"
STEP = "next step"
"""The kind of the clock that runs where nobody waits for anything."""

RUNNING, PAUSED, MET, BREACHED, AT_RISK = "running", "paused", "met", "breached", "at risk"
_RISK = 3, 4
"""A clock is at risk when this part of its time is over: 75 %."""


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """One clock of a case. Times are epoch milliseconds, spans milliseconds of the level's working time.

    `state` is running, paused, or what came of it: met or breached, at `ended`. `due` and `at_risk` are None while it
    is paused and nobody said until when. `about` tells which promise or change it is, with its `number`. `allowed` is
    its whole span, `stood` how much working time it stood still in rests that are over, `left` what a paused one has
    left; without a span these are None and 0.
    """

    kind: str
    state: str
    began: int
    due: int | None
    at_risk: int | None
    about: str = ""
    number: int | None = None
    allowed: int | None = None
    stood: int = 0
    left: int | None = None
    ended: int | None = None

    @property
    def mark(self) -> int:
        """What tells this run of the clock from the next: when it is due, where somebody named that, else its begin."""
        return self.due or 0 if self.allowed is None else self.began

    def stands(self, now: int) -> str:
        """Its state at a moment: as `state`, and of a running one whether it is at risk or breached."""
        if self.state != RUNNING or self.due is None:
            return self.state
        if self.due < now:
            return BREACHED
        return AT_RISK if self.at_risk is not None and self.at_risk <= now else RUNNING


class Due(msgspec.Struct, frozen=True, order=True):
    """What falls due next: when, of which kind, since when its clock runs, and when it is at risk.

    `act` is when the next clock runs out of which nobody was told yet, None where there is none: when the sweep has
    something to do.
    """

    due: int
    kind: str
    began: int
    at_risk: int
    act: int | None = None


class _Run(msgspec.Struct, frozen=True, gc=False):
    """A clock before it is worked out: it has a span of working time, or a time by which."""

    kind: str
    began: int
    span: int = 0
    by: int = 0
    about: str = ""
    number: int | None = None


def clocks(case: Case, level: Level, calendar: Calendar) -> list[Clock]:
    """Every clock of `case` under `level`: those that run, the nearest first, then the paused ones, then what is over.

    On a case that ended, what came of its resolution, and changes that its reviews still ask for.
    """
    going: list[tuple[int, str, int, Clock]] = []
    paused: list[Clock] = []
    for run in _runs(case, level):
        clock = _clock(run, case, level, calendar)
        if clock.state == PAUSED:
            paused.append(clock)
        else:
            going.append((clock.due or 0, clock.kind, clock.began, clock))
    going.sort(key=lambda entry: entry[:3])
    return [*(entry[3] for entry in going), *paused, *_settled(case, level, calendar)]


def next_due(case: Case, level: Level, calendar: Calendar, as_of: int | None = None) -> Due | None:
    """The nearest clock that runs on `case`: the reason for its place in the queue. None on a case that is not open.

    With `as_of`, clocks that began later are left out.
    """
    if case.status != OPEN:
        return None
    nearest: tuple[int, str, int] | None = None
    chosen: _Run | None = None
    told = {(one.kind, one.mark, one.number) for one in case.told} if case.told else ()
    act: int | None = None
    for run in _runs(case, level):
        if as_of is not None and run.began > as_of:
            continue
        due: int | None
        if run.by:
            due = run.by
        elif calendar is ALWAYS and run.kind not in STOPPABLE:  # nearly every clock of nearly every team
            due = run.began + run.span
        else:
            way = _run_out(run, run.span, case, level, calendar)
            due = None if way.still else way.due
        if due is None:
            continue
        if nearest is None or (due, run.kind, run.began) < nearest:
            nearest, chosen = (due, run.kind, run.began), run
        if told and (act is None or due < act) and (run.kind, run.by or run.began, run.number) not in told:
            act = due
    if nearest is None or chosen is None:
        return None
    at_risk = _at_risk(chosen, case, level, calendar)
    return Due(*nearest, at_risk or nearest[0], act if told else nearest[0])


def next_change(case: Case) -> int | None:
    """When the next change that a review of an ended case asked for is due, of those of which nobody was told yet."""
    if case.status not in (RESOLVED, CLOSED):
        return None
    told = {(one.kind, one.mark, one.number) for one in case.told}
    dues = (
        r.due
        for r in case.reviews
        if r.change and r.due is not None and r.done_at is None and (CHANGE, r.due, r.number) not in told
    )
    return min(dues, default=None)


def _runs(case: Case, level: Level) -> list[_Run]:
    """The clocks that are not over yet, in no order."""
    changes = [
        _Run(CHANGE, min(r.at or r.due, r.due), by=r.due, about=r.change, number=r.number)
        for r in case.reviews
        if r.change and r.due is not None and r.done_at is None
    ]
    if case.status != OPEN:
        return changes if case.status in (RESOLVED, CLOSED) else []
    start = case.clocks_from
    runs = [_Run(PROMISE, p.made_at, by=p.due, about=p.text, number=p.number) for p in case.promises]
    waiting = case.waiting_since
    if waiting is not None:
        began = max(case.heard_since or waiting, start)
        if case.answered_at is None:
            runs.append(_Run(FIRST_ANSWER, began, level.first_answer))
        else:
            runs.append(_Run(ANSWER, began, level.answer))
    if case.offer is not None:
        runs.append(_Run(OFFER, case.offer.at, level.offer))
    call = case.escalation
    if call is not None and call.acknowledged_at is None:
        runs.append(_Run(ACKNOWLEDGEMENT, call.at, by=call.acknowledge_by))
    elif call is not None and call.until is not None and call.acknowledged_at is not None:
        runs.append(_Run(WORD, call.acknowledged_at, by=call.until))
    if case.parked is not None and case.parked.until is not None:
        runs.append(_Run(PARKED, case.parked.since, by=case.parked.until))
    if case.untaken_since is not None:
        runs.append(_Run(TAKE, max(case.untaken_since, start), level.take))
    if not runs:
        # Nothing waits in silence: where nobody is owed anything, something must happen all the same.
        runs.append(_Run(STEP, max(case.worked_at, start), level.step))
    if level.resolution:
        runs.append(_Run(RESOLUTION, _resolution_began(case), level.resolution))
    if level.informed and (waiting is None or case.answered_at is not None):
        # Before the first answer that one is awaited, and nothing else.
        runs.append(_Run(INFORMED, max(case.told_at or 0, _resolution_began(case)), level.informed))
    return runs + changes if changes else runs


def _resolution_began(case: Case) -> int:
    return max(case.opened_at if case.reopened_at is None else case.reopened_at, case.clocks_from)


def _clock(run: _Run, case: Case, level: Level, calendar: Calendar) -> Clock:
    at_risk = _at_risk(run, case, level, calendar)
    if run.by:
        return Clock(
            kind=run.kind,
            state=RUNNING,
            began=run.began,
            due=run.by,
            at_risk=at_risk,
            about=run.about,
            number=run.number,
        )
    way = _run_out(run, run.span, case, level, calendar)
    return Clock(
        kind=run.kind,
        state=PAUSED if way.still else RUNNING,
        began=run.began,
        due=way.due,
        at_risk=at_risk,
        allowed=run.span,
        stood=way.stood,
        left=way.left if way.still else None,
    )


class _Way(NamedTuple):
    """How a span runs out: when, how long it stood still, what is left of it, and whether it stands still now."""

    due: int | None
    stood: int
    left: int
    still: bool


def _run_out(run: _Run, span: int, case: Case, level: Level, calendar: Calendar) -> _Way:
    left, at, stood = span, run.began, 0
    for since, until, goes_on in _pauses(run, case, level):
        if until is not None and until <= at:
            continue
        since = max(since, at)
        ran = worked(calendar, at, since)
        if ran >= left:
            break  # its time was over before this rest, which no longer helps it
        left -= ran
        if goes_on:
            return _Way(None if until is None else add(calendar, until, left), stood, left, True)
        assert until is not None
        stood += worked(calendar, since, until)
        at = until
    return _Way(add(calendar, at, left), stood, left, False)


def _pauses(run: _Run, case: Case, level: Level) -> Iterator[tuple[int, int | None, bool]]:
    """When this clock stood still, from when to when; last the rest that goes on, with its end where one was said."""
    if run.kind not in STOPPABLE:
        return
    for rest in case.rests:
        if run.kind in level.stops.get(rest.on, ()):
            yield rest.since, rest.until, False
    if case.parked is not None and run.kind in level.stops.get(case.parked.on, ()):
        yield case.parked.since, case.parked.until, True


def _at_risk(run: _Run, case: Case, level: Level, calendar: Calendar) -> int | None:
    part, whole = _RISK
    if run.kind == PARKED:
        return run.by  # that a rest goes on puts nothing at risk
    if run.by:
        return min(run.by, run.began + (run.by - run.began) * part // whole)
    return _run_out(run, run.span * part // whole, case, level, calendar).due


def _settled(case: Case, level: Level, calendar: Calendar) -> list[Clock]:
    """What came of the first answer, and of the resolution of a case that was resolved."""
    over = []
    if case.asked_at is not None and case.answered_at is not None and case.asked_at <= case.answered_at:
        over.append((_Run(FIRST_ANSWER, case.asked_at, level.first_answer), case.answered_at))
    began = _resolution_began(case)
    if level.resolution and case.status == RESOLVED and case.resolved_at is not None and began <= case.resolved_at:
        over.append((_Run(RESOLUTION, began, level.resolution), case.resolved_at))
    return [_ended(run, ended, case, level, calendar) for run, ended in over]


def _ended(run: _Run, ended: int, case: Case, level: Level, calendar: Calendar) -> Clock:
    clock = _clock(run, case, level, calendar)
    in_time = clock.due is None or ended <= clock.due
    return replace(clock, state=MET if in_time else BREACHED, ended=ended)
