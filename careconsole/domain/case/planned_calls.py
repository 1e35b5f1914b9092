"""How a call for help that is not made yet would go, step by step, if nobody answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from msgspec.structs import replace

from careconsole.domain.case.context import Context
from careconsole.domain.case.escalation_paths import Path
from careconsole.domain.case.pending_notices import leads
from careconsole.domain.case.responders import (
    Planned,
    acknowledge_by,
    forecast,
    level_above,
    next_level,
    path_of,
    reached_by_call,
)
from careconsole.domain.case.state import Case, Escalation
from careconsole.domain.team.roster import Roster


def plan(case: Case, ctx: Context, cause: str = "", roster_at: Callable[[int], Roster] | None = None) -> list[Planned]:
    """Who an escalation by the actor would call now, and after that, step by step, if nobody answered.

    If somebody is called already, it starts with the next level; `responders.forecast` tells how the open call itself
    would go on. It ends with the last level, or when nobody able is left; in a small team it may return to the same
    person. `roster_at` gives the roster of a later time, with who is on duty then. Empty if the case is not open.
    """
    if not case.is_open:
        return []
    path, steps = path_of(case, ctx, cause), list[Planned]()
    call = case.escalation
    caller, before = ctx.actor, call.called if call is not None else ()
    level, now = level_above(case, path), ctx.now
    while True:
        then = ctx if roster_at is None else replace(ctx, roster=roster_at(now))
        level, people = next_level(case, path, level, caller, before, then)
        if reached_by_call(people, then) <= reached_by_call(before, then):
            return steps
        step = path.step(level)
        for attempt in range(step.repeat + 1):
            until = acknowledge_by(step, replace(ctx, now=now), attempt)
            steps.append(
                Planned(
                    level=level,
                    name=path.level_name(level),
                    people=people,
                    at=now,
                    acknowledge_by=until,
                    attempt=attempt,
                )
            )
            now = until
        if level >= path.last:
            return steps
        level, before = level + 1, people


def plan_for(
    case: Case, ctx: Context, named: int, cause: str, roster_at: Callable[[int], Roster]
) -> tuple[list[Planned], list[Planned]]:
    """How an escalation by the actor that names somebody would go, if nobody answered.

    The second list goes on to the last level of the path, the first ends where nobody else is reached.
    """
    path = path_of(case, ctx, cause)
    level = level_above(case, path)
    by = acknowledge_by(path.step(level), ctx)
    first = Planned(level=level, name=path.level_name(level), people=(named,), at=ctx.now, acknowledge_by=by)
    call = Escalation(
        responder=named,
        by=ctx.actor,
        at=ctx.now,
        reason="",
        need="",
        acknowledge_by=by,
        cause=cause,
        path=path.name,
    )
    steps = [first, *forecast(replace(case, level=level, escalation=call), ctx, roster_at)]
    shown = steps[:1]
    for before, step in pairwise(steps):
        then = replace(ctx, roster=roster_at(step.at))
        if not step.attempt and reached_by_call(step.people, then) <= reached_by_call(before.people, then):
            break
        shown.append(step)
    return shown, steps


def calls_until_all(case: Case, path: Path, steps: Sequence[Planned], caller: int | None, ctx: Context) -> int:
    """After how many calls without an answer every lead is told, if a call goes as in `steps`.

    0 if there is no lead besides those called, the caller and the person who answers for the case, who know of it.
    """
    if not steps:
        return 0
    open_call = case.escalation.called if case.escalation is not None else ()
    people = (*open_call, *(one for step in steps for one in step.people))
    known = {None, caller, ctx.roster.answerable(case.owner), *reached_by_call(people, ctx)}
    if leads(ctx.roster) <= known:
        return 0
    calls, level, before = len(steps), steps[-1].level, steps[-1].people
    while level < path.last:
        level, before = next_level(case, path, level + 1, caller, before, ctx)
        calls += path.step(level).repeat + 1
    return calls
