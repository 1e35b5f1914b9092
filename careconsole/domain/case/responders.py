"""Whom a call for help reaches: the responders of a step, as they are today, and how a call would go on by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
from msgspec.structs import replace

from careconsole.domain.case.context import Context
from careconsole.domain.case.escalation_paths import ABLE, DUTY, Path, Step, leads, responders
from careconsole.domain.case.state import Case
from careconsole.domain.errors import WrongUse
from careconsole.domain.team.roster import AGENT, LEAD, Roster
from careconsole.domain.time.calendars import add
from careconsole.domain.time.moments import DAY


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """One step of what would happen: who is called at `level`, when, and by when they must acknowledge.

    `attempt` counts how often in a row the step was called before.
    """

    level: int
    name: str
    people: tuple[int, ...]
    at: int
    acknowledge_by: int
    attempt: int = 0


def path_of(case: Case, ctx: Context, cause: str = "") -> Path:
    """The path along which a call about the case goes, for a cause that is told with it."""
    return ctx.paths.path_for(case, ctx.tier, cause)


def acknowledge_by(step: Step, ctx: Context, attempt: int = 0) -> int:
    """By when somebody who is called now at this step must acknowledge.

    Each further `attempt` beyond those the step has gives twice the time, up to a day, so that a call nobody answers
    goes on for ever without drowning everybody. A calendar that never leaves them so much time does not count: no call
    may end in silence for want of office hours.
    """
    span = step.acknowledge or ctx.level.acknowledge
    doubled = min(span << min(max(attempt - step.repeat, 0), 20), max(span, DAY))
    try:
        return add(ctx.calendar, ctx.now, doubled)
    except WrongUse:
        return ctx.now + doubled


def eligible(ctx: Context) -> Iterator[tuple[int, int]]:
    """Who can be called where nobody is named, in the order of the calls, each with who hears it today."""
    roster = ctx.roster
    people = sorted((p.role != LEAD, p.number) for p in roster.people.values() if p.active and p.role != AGENT)
    for number in [roster.on_duty(), *(number for _, number in people)]:
        hears = roster.who_hears_call(number) if number is not None else None
        if number is not None and hears is not None:
            yield number, hears


def can_resolve(number: int, reason: str, ctx: Context) -> bool:
    """Whether this person can be called for `reason`: leads and contacts always, an agent for what they know."""
    return ctx.anybody(number).role != AGENT or reason == "expertise" or ctx.roster.is_lead(number)


def listeners(people: tuple[int, ...], ctx: Context) -> set[int | None]:
    """Who hears a call to these people today."""
    return {ctx.roster.who_hears_call(person) for person in people}


def responders_at(case: Case, step: Step, caller: int | None, before: tuple[int, ...], ctx: Context) -> tuple[int, ...]:
    """Who is called at a step, after those in `before` were: those whom it names, or the next one who is able.

    Never the one who calls, nor the owner, whom the call shall help; who only stands in for one of them is the same
    person. So it may be nobody.
    """
    out = {caller, case.owner}
    if ABLE not in step.call:
        return _reached(responders(step, ctx.roster), out, ctx)
    out |= listeners(before, ctx)
    return next(((n,) for n, hears in eligible(ctx) if hears not in out and n not in out), ())


def next_level(
    case: Case, path: Path, level: int, caller: int | None, before: tuple[int, ...], ctx: Context
) -> tuple[int, tuple[int, ...]]:
    """The next level of a call from `level` on, and who is called there, after those in `before` were.

    A step at which nobody else can be called is passed over: it never calls whom it does not name. Where the whole path
    has nobody else, the same ones are called again, or else the leads; nobody, where there is nobody but the caller and
    the owner.
    """
    steps = [(n, path.step(n)) for n in range(level, max(level, path.last) + 1)]
    heard = listeners(before, ctx)
    for number, step in steps:
        people = responders_at(case, step, caller, before, ctx)
        if not listeners(people, ctx) <= heard:
            return number, people
    for number, step in steps:
        people = responders_at(case, step, caller, (), ctx)
        if people:
            return number, people
    return level, _reached(leads(ctx.roster), {caller, case.owner}, ctx)


def repeat_call(case: Case, step: Step, ctx: Context) -> tuple[int, ...]:
    """Who is called when a step is called once more: those who were, and who the step names today.

    But for a call to somebody else, whom the caller named instead of the step's. Where the step calls the lead on duty,
    a lead who was called had the duty then.
    """
    call = case.escalation
    assert call is not None
    out = {call.by, case.owner}
    named = responders(step, ctx.roster)
    called = ctx.roster.people.get(call.responder)
    had_duty = DUTY in step.call and called is not None and called.role == LEAD
    if len(call.called) == 1 and call.responder not in named and not had_duty:
        named = []
    return _reached([*call.called, *named], out, ctx)


def advance(case: Case, path: Path, ctx: Context, *, silent: bool = False) -> Planned:
    """Where an open call goes when its time is over; with `silent`, when the word after an acknowledgement failed.

    The step is called again as often as it says, then the next one; on the last one the call never ends.
    """
    call = case.escalation
    assert call is not None
    level, step, attempt = case.level, path.step(case.level), 0 if silent else call.attempt + 1
    if silent or call.attempt < step.repeat:
        people = repeat_call(case, step, ctx)
    elif case.level < path.last:
        level, people = next_level(case, path, case.level + 1, call.by, call.called, ctx)
        step, attempt = path.step(level), 0
    else:
        people = responders_at(case, step, call.by, call.called if ABLE in step.call else (), ctx)
    people = people or _reached(leads(ctx.roster), {call.by, case.owner}, ctx) or call.called
    return Planned(
        level=level,
        name=path.level_name(level),
        people=people,
        at=ctx.now,
        acknowledge_by=acknowledge_by(step, ctx, attempt),
        attempt=attempt,
    )


def forecast(case: Case, ctx: Context, roster_at: Callable[[int], Roster]) -> list[Planned]:
    """How an open call goes on by itself if nobody answers, each step with the team of its moment (`roster_at`).

    It begins when the call's time is over, now at the earliest, and ends with the last level.
    """
    path, steps, call = path_of(case, ctx), list[Planned](), case.escalation
    assert call is not None
    silent = call.acknowledged_at is not None
    over = call.until if silent else call.acknowledge_by
    while over is not None:
        at = max(over, ctx.now)
        there = advance(case, path, replace(ctx, now=at, roster=roster_at(at)), silent=silent)
        steps.append(there)
        if there.level >= path.last and there.attempt >= path.step(there.level).repeat:
            break
        first, *also = there.people
        call = replace(call, responder=first, also=tuple(also), attempt=there.attempt)
        case = replace(case, level=there.level, escalation=call)
        over, silent = there.acknowledge_by, False
    return steps


def _reached(people: list[int], out: set[int | None], ctx: Context) -> tuple[int, ...]:
    """Those of some people whom a call reaches today, but not those `out`, and nobody twice."""
    found: dict[int, int] = {}
    for person in people:
        hears = ctx.roster.who_hears_call(person)
        if hears is not None and hears not in out and person not in out:
            found.setdefault(hears, person)
    return tuple(found.values())
