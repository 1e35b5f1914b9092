"""Everything that falls due on a case, and how it turned out. Pure: nothing here reads the current time.

A clock is a time by which something should happen. Most allow a span of working time from their start; a few have a
time that somebody named (a promise, a call's acknowledgement, the end of a parking). All are computed from the case's
state, which keeps what they need of its history, so that a level or calendar set later gives the same result as if it
had applied from the beginning.

- While the case is parked, the clocks that its level lists stop; while it is parked on the customer, so do the answers
  to what they wrote before: a case that waits for the customer does not wait for us. A parking ends at its set time,
  whether or not somebody unparks the case. Time that a clock has already run is never lost.
- The first answer stays met, whatever comes later. Reopening a case restarts its resolution clock.
- Clocks of an imported case start no earlier than its import.

Whether a running clock is at risk or breached depends on the current time (`Clock.stands`).
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from careconsole.domain.case.state import CHANGE, CHECK, CLOSED, OPEN, PROMISE, RESOLVED, Case
from careconsole.domain.time.calendars import ALWAYS, Calendar, add, working_time_between
from careconsole.domain.time.service_levels import INFORMED, RESOLUTION, STOPPABLE, Level

FIRST_ANSWER, ANSWER, OFFER, TAKE = "first answer", "answer", "offer", "to take"
ACKNOWLEDGEMENT, OWNER_UPDATE, PARKED = "acknowledgement", "word to owner", "parked until"
ANSWERS = (FIRST_ANSWER, ANSWER)
STEP = "next step"
"""The kind of the clock that runs when nobody waits for anything."""

RUNNING, PAUSED, MET, BREACHED, AT_RISK = "running", "paused", "met", "breached", "at risk"
_RISK = 3, 4
"""The fraction of its time after which a clock is at risk: 75 %."""


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """One clock of a case. Times are epoch milliseconds, spans milliseconds of the level's working time.

    `state` is running or paused, or once it `ended`, met or breached. `due` is None while it is paused with no end set,
    and so is `at_risk` unless it was at risk before. `about` and `number` identify a promise or a change. `allowed` is
    the whole span, `paused_for` the working time it stood still in past parkings, `left` what is left of a paused
    clock; a clock with a fixed time has None, 0 and None.
    """

    kind: str
    state: str
    started_at: int
    due: int | None
    at_risk: int | None
    about: str = ""
    number: int | None = None
    allowed: int | None = None
    paused_for: int = 0
    left: int | None = None
    ended: int | None = None

    @property
    def mark(self) -> int:
        """Identifies this run of the clock: its due time if somebody named one, else its start."""
        return self.due or 0 if self.allowed is None else self.started_at

    def stands(self, now: int) -> str:
        """The state at `now`: as `state`, but at risk or breached for a running clock that is."""
        if self.state != RUNNING or self.due is None:
            return self.state
        if self.due < now:
            return BREACHED
        return AT_RISK if self.at_risk is not None and self.at_risk <= now else RUNNING


class Due(msgspec.Struct, frozen=True, order=True):
    """What falls due next: when, its kind, and when its clock started; and when the case is at risk.

    `at_risk` is when the first of all running clocks is at risk, which may be one that is due later. `act` is when the
    sweep next has something to do: when the next clock runs out that nobody was told of yet. None without one.
    """

    due: int
    kind: str
    started_at: int
    at_risk: int
    act: int | None = None


class _Timer(msgspec.Struct, frozen=True, gc=False):
    """A clock before its due time is computed: it has a span of working time, or a fixed time `by`."""

    kind: str
    started_at: int
    span: int = 0
    by: int = 0
    about: str = ""
    number: int | None = None


def clocks(case: Case, level: Level, calendar: Calendar) -> list[Clock]:
    """Every clock of `case` under `level`: running ones by due time, then paused ones, then ended ones.

    A case that ended has only ended ones, the changes that its reviews still ask for, and their checks.
    """
    going: list[tuple[int, str, int, Clock]] = []
    paused: list[Clock] = []
    for timer in _timers(case, level):
        clock = _clock(timer, case, level, calendar)
        if clock.state == PAUSED:
            paused.append(clock)
        else:
            going.append((clock.due or 0, clock.kind, clock.started_at, clock))
    going.sort(key=lambda entry: entry[:3])
    return [*(entry[3] for entry in going), *paused, *_settled(case, level, calendar)]


def next_due(case: Case, level: Level, calendar: Calendar, as_of: int | None = None) -> Due | None:
    """The running clock of an open case due first: the reason for its place in the queue. None without one.

    With `as_of`, clocks that started later are ignored.
    """
    if case.status != OPEN:
        return None
    nearest: tuple[int, str, int] | None = None
    at_risk: int | None = None
    told = told_until(case)
    act: int | None = None
    never_still = calendar is ALWAYS and case.parked is None and not case.rests
    for timer in _timers(case, level):
        if as_of is not None and timer.started_at > as_of:
            continue
        due = (timer.by or timer.started_at + timer.span) if never_still else _due(timer, case, level, calendar)
        if due is None:
            continue
        if nearest is None or (due, timer.kind, timer.started_at) < nearest:
            nearest = due, timer.kind, timer.started_at
        risk = _at_risk(timer, case, level, calendar)
        if risk is not None and (at_risk is None or risk < at_risk):
            at_risk = risk
        if told and (act is None or due < act) and told.get(_key(timer), NEVER_TOLD) < due:
            act = due
    if nearest is None:
        return None
    return Due(*nearest, nearest[0] if at_risk is None else at_risk, act if told else nearest[0])


_Key = tuple[str, int, int | None]
"""Identifies a run of a clock: its kind, `Clock.mark`, and its number."""

NEVER_TOLD, _WHOLE_RUN = -1, 1 << 62
"""Due times before and after every other."""


def told_until(case: Case) -> dict[_Key, int]:
    """The runs of clocks that people were told have run out, each with the latest due time that this stands for."""
    if not case.told:
        return {}
    return {(one.kind, one.mark, one.number): _WHOLE_RUN if one.due is None else one.due for one in case.told}


def _key(timer: _Timer) -> _Key:
    return timer.kind, timer.by or timer.started_at, timer.number


class RunOut(msgspec.Struct, frozen=True, gc=False):
    """A running clock whose time is over: when it was due, its kind, its start, and a promise's number."""

    due: int
    kind: str
    started_at: int
    number: int | None = None


def run_out_by(case: Case, level: Level, calendar: Calendar, by: int) -> tuple[int | None, list[RunOut]]:
    """What of `clocks` and of `Due.act` matters to what has happened by a moment, for very many cases.

    That is when the first running clock is due of which nobody was told yet (None without one), and those that are due
    before `by`.
    """
    told = told_until(case)
    act: int | None = None
    over: list[RunOut] = []
    for timer in _timers(case, level):
        due = _due(timer, case, level, calendar)
        if due is None:
            continue
        if due < by:
            over.append(RunOut(due, timer.kind, timer.started_at, timer.number))
        if (act is None or due < act) and (not told or told.get(_key(timer), NEVER_TOLD) < due):
            act = due
    return act, over


def next_change(case: Case) -> int | None:
    """When a change of an ended case, or its check, is next due that nobody was told of yet; None without one."""
    if case.status not in (RESOLVED, CLOSED):
        return None
    told = told_until(case)
    return min((t.by for t in _changes(case) if told.get(_key(t), NEVER_TOLD) < t.by), default=None)


def _changes(case: Case) -> list[_Timer]:
    """The clocks of the changes that reviews ask for, and of the checks of those that were made."""
    timers = []
    for r in case.reviews:
        if r.is_open and r.due is not None:
            timers.append(_Timer(CHANGE, min(r.at or r.due, r.due), by=r.due, about=r.change, number=r.number))
        elif r.done_at is not None and r.check_at is not None:
            began = min(r.checked_at or r.done_at, r.check_at)
            timers.append(_Timer(CHECK, began, by=r.check_at, about=r.change, number=r.number))
    return timers


def _timers(case: Case, level: Level) -> list[_Timer]:
    """The clocks that have not ended, in no particular order."""
    changes = _changes(case) if case.reviews else []
    if case.status != OPEN:
        return changes if case.status in (RESOLVED, CLOSED) else []
    start = case.clocks_from
    timers = [_Timer(PROMISE, p.made_at, by=p.due, about=p.text, number=p.number) for p in case.promises]
    waiting = case.unanswered_since
    if waiting is not None:
        started_at = max(case.heard_since or waiting, start)
        if case.answered_at is None:
            timers.append(_Timer(FIRST_ANSWER, started_at, level.first_answer))
        else:
            timers.append(_Timer(ANSWER, started_at, level.answer))
    if case.offer is not None:
        timers.append(_Timer(OFFER, case.offer.at, level.offer))
    call = case.escalation
    if call is not None and call.acknowledged_at is None:
        timers.append(_Timer(ACKNOWLEDGEMENT, call.at, by=call.acknowledge_by))
    elif call is not None and call.until is not None and call.acknowledged_at is not None:
        timers.append(_Timer(OWNER_UPDATE, call.acknowledged_at, by=call.until))
    if case.parked is not None and case.parked.until is not None:
        timers.append(_Timer(PARKED, case.parked.since, by=case.parked.until))
    if case.untaken_since is not None:
        timers.append(_Timer(TAKE, max(case.untaken_since, start), level.take))
    if not timers or (len(timers) == 1 and timers[0].kind in ANSWERS and case.waiting_since is None):
        # No case waits unnoticed: even when nobody is owed anything for now, a next step falls due.
        timers.append(_Timer(STEP, max(case.worked_at, start), level.step))
    if level.resolution:
        timers.append(_Timer(RESOLUTION, _resolution_began(case), level.resolution))
    if level.informed and (waiting is None or case.answered_at is not None):
        # Until the first answer, only that is owed to the customer.
        timers.append(_Timer(INFORMED, max(case.told_at or 0, _resolution_began(case)), level.informed))
    return timers + changes if changes else timers


def _resolution_began(case: Case) -> int:
    return max(case.opened_at if case.reopened_at is None else case.reopened_at, case.clocks_from)


def _clock(timer: _Timer, case: Case, level: Level, calendar: Calendar) -> Clock:
    at_risk = _at_risk(timer, case, level, calendar)
    if timer.by:
        return Clock(
            kind=timer.kind,
            state=RUNNING,
            started_at=timer.started_at,
            due=timer.by,
            at_risk=at_risk,
            about=timer.about,
            number=timer.number,
        )
    progress = _run_out(timer, timer.span, case, level, calendar)
    return Clock(
        kind=timer.kind,
        state=PAUSED if progress.still else RUNNING,
        started_at=timer.started_at,
        due=progress.due,
        at_risk=at_risk,
        allowed=timer.span,
        paused_for=progress.paused_for,
        left=progress.left if progress.still else None,
    )


def _due(timer: _Timer, case: Case, level: Level, calendar: Calendar) -> int | None:
    """When a clock is due that runs; None for one that is paused."""
    if timer.by:
        return timer.by
    if _runs_on(timer, case, calendar):
        return timer.started_at + timer.span
    progress = _run_out(timer, timer.span, case, level, calendar)
    return None if progress.still else progress.due


class _Progress(msgspec.Struct, frozen=True, gc=False):
    """How a span runs: when it is due, how long it stood still, what is left, and whether it stands still now."""

    due: int | None
    paused_for: int
    left: int
    still: bool


def _run_out(timer: _Timer, span: int, case: Case, level: Level, calendar: Calendar) -> _Progress:
    left, at, paused_for = span, timer.started_at, 0
    for since, until, goes_on in _pauses(timer, case, level):
        if until is not None and until <= at:
            continue
        since = max(since, at)
        ran = working_time_between(calendar, at, since)
        if ran >= left:
            break  # it ran out before this pause, which comes too late to matter
        left -= ran
        if goes_on:
            return _Progress(None if until is None else add(calendar, until, left), paused_for, left, True)
        assert until is not None
        paused_for += working_time_between(calendar, since, until)
        at = until
    return _Progress(add(calendar, at, left), paused_for, left, False)


def _pauses(timer: _Timer, case: Case, level: Level) -> Iterator[tuple[int, int | None, bool]]:
    """The pauses of this clock as (start, end, ongoing); the ongoing one is last, its end None if none was set."""
    if not _can_stand_still(timer, case):
        return
    for rest in case.rests:
        if _stops(rest.on, timer, level):
            yield rest.since, rest.until, False
    parked = case.parked
    if parked is None or (timer.kind in ANSWERS and case.waiting_since is not None):
        return  # the customer has written since
    if _stops(parked.on, timer, level):
        yield parked.since, parked.until, True


def _runs_on(timer: _Timer, case: Case, calendar: Calendar) -> bool:
    """Whether a clock never stands still, so that sums are enough: so does nearly every one of most teams."""
    return calendar is ALWAYS and not _can_stand_still(timer, case)


def _can_stand_still(timer: _Timer, case: Case) -> bool:
    return (case.parked is not None or bool(case.rests)) and (timer.kind in STOPPABLE or timer.kind in ANSWERS)


def _stops(on: str, timer: _Timer, level: Level) -> bool:
    """Whether a parking on somebody stops a clock: as the level says, and on the customer also what we owe them."""
    return timer.kind in level.stops.get(on, ()) or (on == "customer" and timer.kind in ANSWERS)


def _at_risk(timer: _Timer, case: Case, level: Level, calendar: Calendar) -> int | None:
    part, whole = _RISK
    if timer.kind in (PARKED, CHECK):
        return timer.by  # staying parked puts nothing at risk, and nothing can be checked before its time
    if timer.by:
        return min(timer.by, timer.started_at + (timer.by - timer.started_at) * part // whole)
    if _runs_on(timer, case, calendar):
        return timer.started_at + timer.span * part // whole
    return _run_out(timer, timer.span * part // whole, case, level, calendar).due


def _settled(case: Case, level: Level, calendar: Calendar) -> list[Clock]:
    """How the first answer turned out, and the resolution if the case is resolved."""
    over = []
    if case.asked_at is not None and case.answered_at is not None and case.asked_at <= case.answered_at:
        over.append((_Timer(FIRST_ANSWER, case.asked_at, level.first_answer), case.answered_at))
    started_at = _resolution_began(case)
    if level.resolution and case.status == RESOLVED and case.resolved_at is not None and started_at <= case.resolved_at:
        over.append((_Timer(RESOLUTION, started_at, level.resolution), case.resolved_at))
    return [_ended(timer, ended, case, level, calendar) for timer, ended in over]


def _ended(timer: _Timer, ended: int, case: Case, level: Level, calendar: Calendar) -> Clock:
    clock = _clock(timer, case, level, calendar)
    in_time = clock.due is None or ended <= clock.due
    return replace(clock, state=MET if in_time else BREACHED, ended=ended)
