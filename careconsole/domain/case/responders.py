"""Who a call for help reaches: the responders of a step today, and how a call would go on by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
from msgspec.structs import replace

from careconsole.domain.case.context import Context
from careconsole.domain.case.escalation_paths import ABLE, DUTY, Path, Step, leads, responders
from careconsole.domain.case.narrator import listed
from careconsole.domain.case.state import Case
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import Part, given, hint_of, suggest
from careconsole.domain.team.roster import AGENT, LEAD, Roster
from careconsole.domain.time.calendars import add
from careconsole.domain.time.moments import DAY


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a forecast: who is called at `level`, when, and by when they must acknowledge.

    `attempt` counts how often in a row the step was called before.
    """

    level: int
    name: str
    people: tuple[int, ...]
    at: int
    acknowledge_by: int
    attempt: int = 0


def path_of(case: Case, ctx: Context, cause: str = "") -> Path:
    """The path that a call about the case takes, for a cause given with it."""
    return ctx.paths.path_for(case, ctx.tier, cause)


def acknowledge_by(step: Step, ctx: Context, attempt: int = 0) -> int:
    """By when somebody who is called now at this step must acknowledge.

    Each `attempt` beyond those of the step doubles the time, up to a day, so that a call nobody answers goes on forever
    without flooding everybody. A calendar that never has that much time is ignored: no call may end unanswered for lack
    of office hours.
    """
    span = step.acknowledge or ctx.level.acknowledge
    # `attempt` is unbounded, so the shift is capped: 20 doublings of a second are more than a day already.
    doubled = min(span << min(max(attempt - step.repeat, 0), 20), max(span, DAY))
    try:
        return add(ctx.calendar, ctx.now, doubled)
    except WrongUse:
        return ctx.now + doubled


def eligible(ctx: Context) -> Iterator[tuple[int, int]]:
    """The people who can be called if nobody is named, in calling order, each with the person a call reaches today."""
    roster = ctx.roster
    people = sorted((p.role != LEAD, p.number) for p in roster.people.values() if p.active and p.role != AGENT)
    for number in [roster.on_duty(), *(number for _, number in people)]:
        hears = roster.who_hears_call(number) if number is not None else None
        if number is not None and hears is not None:
            yield number, hears


def can_resolve(number: int, reason: str, ctx: Context) -> bool:
    """Whether this person can be called for `reason`: leads, their covers and contacts always, agents for expertise."""
    return ctx.anybody(number).role != AGENT or reason == "expertise" or ctx.roster.is_lead(number)


def reached_by_call(people: tuple[int, ...], ctx: Context) -> set[int | None]:
    """The people that a call to `people` reaches today; None stands for a call that reaches nobody."""
    return {ctx.roster.who_hears_call(person) for person in people}


def responders_at(case: Case, step: Step, caller: int | None, before: tuple[int, ...], ctx: Context) -> tuple[int, ...]:
    """Who is called at a step, after those in `before`: the people it names, or the next one able to resolve the case.

    Never the caller, nor the owner, since the call is to help them, nor anybody for whom one of them stands in. So it
    may be nobody.
    """
    out = {caller, case.owner}
    if ABLE not in step.call:
        return _reached(responders(step, ctx.roster), out, ctx)
    out |= reached_by_call(before, ctx)
    return next(((n,) for n, hears in eligible(ctx) if hears not in out and n not in out), ())


def next_level(
    case: Case, path: Path, level: int, caller: int | None, before: tuple[int, ...], ctx: Context
) -> tuple[int, tuple[int, ...]]:
    """The next level of a call from `level` on, and who is called there, after those in `before`.

    A step at which nobody else can be called is skipped: it never calls people it does not name. If the whole path has
    nobody else, the same people are called again, or else the leads; nobody, if there are only the caller and the
    owner.
    """
    steps = [(n, path.step(n)) for n in range(level, max(level, path.last) + 1)]
    heard = reached_by_call(before, ctx)
    for number, step in steps:
        people = responders_at(case, step, caller, before, ctx)
        if not reached_by_call(people, ctx) <= heard:
            return number, people
    for number, step in steps:
        people = responders_at(case, step, caller, (), ctx)
        if people:
            return number, people
    return level, _reached(leads(ctx.roster), {caller, case.owner}, ctx)


def repeat_call(case: Case, step: Step, ctx: Context) -> tuple[int, ...]:
    """Who is called when a step is called once more: those called before, and those the step names today.

    If the caller named somebody outside the step, only that person is called again. If the step calls the lead on duty,
    a lead who was called counts as named by it: they were on duty then.
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
    """Where an open call goes when it times out; `silent`: it was acknowledged, but the promised update did not come.

    The step is called again as often as it says, then the next one; at the last one the call never ends. With `silent`,
    the step starts over.
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
    """How an open call goes on by itself if nobody answers, each step with the roster of its time (`roster_at`).

    It begins when the call times out, now at the earliest, and ends with the last level.
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
    """Those of `people` that a call reaches today, without those in `out`; nobody is reached twice."""
    found: dict[int, int] = {}
    for person in people:
        hears = ctx.roster.who_hears_call(person)
        if hears is not None and hears not in out and person not in out:
            found.setdefault(hears, person)
    return tuple(found.values())


def level_above(case: Case, path: Path) -> int:
    """The level that an escalation of the case goes to: the next one, at most the last of its path."""
    return min(case.level + 1, max(case.level, path.last))


def people_to_call(
    case: Case, named: int | None, reason: str, path: Path, ctx: Context, *, fixed: bool = False
) -> tuple[int, tuple[int, ...]]:
    """The level and people of a new call: the one named, else the path's. Raises Refused if nobody can be called.

    `fixed`: the reason is that of a call that is open already, and the person who calls gives no other.
    """
    before = case.escalation.called if case.escalation else ()
    level = level_above(case, path)
    if named is not None:
        return level, (_able(case, named, reason, ctx, reached_by_call(before, ctx)),)
    level, people = next_level(case, path, level, ctx.actor, before, ctx)
    if not reached_by_call(people, ctx) <= reached_by_call(before, ctx):
        return level, people
    raise nobody_to_call(case, ctx, reason, fixed=fixed)


def can_be_named(case: Case, ctx: Context) -> tuple[int, ...]:
    """The people whom the actor can name for a new call, in order of number; some agents only for their expertise."""
    out = {ctx.actor, case.owner, *reached_by_call(case.escalation.called if case.escalation else (), ctx)}
    people = sorted(person.number for person in ctx.roster.people.values() if person.active)
    hears = {number: ctx.roster.who_hears_call(number) for number in people}
    return tuple(n for n in people if n != ctx.actor and hears[n] is not None and hears[n] not in out)


def nobody_to_call(case: Case, ctx: Context, reason: str = "", *, fixed: bool = False) -> Refused:
    """Why a call that names nobody reaches nobody else now, and what the actor can do instead."""
    named = can_be_named(case, ctx)
    able = [number for number in named if can_resolve(number, "", ctx)]
    if able:
        others = listed([ctx.name(number) for number in able[:_LISTED]], "or")
        return Refused("The escalation path reaches nobody else now.", "Name {} ({}).", others, given(to=...))
    ways: list[tuple[str, Part]] = []
    if case.escalation is not None and reached_by_call(case.escalation.called, ctx) != {ctx.actor}:
        ways.append(("remind those who are called ({})", suggest("nudge", case.number)))
    if named and reason == "expertise":
        ways.append(("name a colleague who knows about it ({})", given(to=...)))
    elif named and not fixed:
        ways.append(("name a colleague who knows about it ({})", given(reason="expertise", to=...)))
    if ctx.actor_leads:
        ways.append(("add a contact who can resolve it ({})", suggest("team contact", name=...)))
    else:
        ways.append(("ask {} to add a contact who can resolve it", ctx.name(ctx.roster.on_duty())))
    words = listed([words for words, _ in ways], "or")
    hint = hint_of(f"{words[0].upper()}{words[1:]}.", *(part for _, part in ways))
    return Refused(f"Nobody else here can resolve it: {_why_nobody(case, ctx)}.", hint)


_LISTED = 3
"""The most people that a refusal names."""


def _why_nobody(case: Case, ctx: Context) -> str:
    """Why none of those who can resolve a case can be called."""
    called = reached_by_call(case.escalation.called if case.escalation else (), ctx)
    found = []
    for number in sorted(person.number for person in ctx.roster.people.values() if person.active):
        if not can_resolve(number, "", ctx):
            continue
        name, hears = ctx.name(number), ctx.roster.who_hears_call(number)
        if number == ctx.actor:
            found.append("you cannot call yourself")
        elif hears is None:
            found.append(f"{name} is away")
        elif hears == ctx.actor:
            found.append(f"you cover for {name}")
        elif hears == case.owner:
            found.append(f"{ctx.name(hears)} owns the case")
        elif hears in called:
            found.append(f"{ctx.name(hears)} is called already")
    found = list(dict.fromkeys(found))
    more = [f"{len(found) - _LISTED:,} more cannot be called"] if len(found) > _LISTED else []
    return listed([*found[:_LISTED], *more])


def _able(case: Case, number: int, reason: str, ctx: Context, present: set[int | None]) -> int:
    person = ctx.anybody(number)
    if not person.active:
        raise Refused(f"{person.name} no longer works here.", "Name somebody else.")
    hears = ctx.roster.who_hears_call(number)
    if hears is None:
        raise Refused(f"{person.name} is away and nobody covers for them.", "Name somebody else.")
    if ctx.actor in (number, hears):
        you = "yourself" if number == ctx.actor else f"{person.name}, for whom you cover"
        raise Refused(f"An escalation cannot call {you}.", "Name somebody else who can resolve it.")
    if hears == case.owner:
        raise Refused(
            f"{ctx.name(hears)} owns case {case.number}; an escalation brings help to the owner.",
            "Name somebody else who can resolve it.",
        )
    if hears in present:
        raise Refused(
            f"{ctx.name(hears)} has been called about case {case.number} already.",
            "Remind them ({}), or name somebody else.",
            suggest("nudge", case.number),
        )
    if not can_resolve(number, reason, ctx):
        raise Refused(
            f"{person.name} is an agent; an escalation for {reason} goes to a lead or a contact.",
            "Name a lead or a contact, escalate for expertise {}, or ask for help instead: {}.",
            given(reason="expertise"),
            suggest("ask", case.number, of=..., need=...),
        )
    return number
