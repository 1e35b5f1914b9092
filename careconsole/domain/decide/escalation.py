"""Escalation brings help to the owner; it does not take the case away. And each exception teaches."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from careconsole.domain import commands as c
from careconsole.domain import facts as f
from careconsole.domain.case import Case
from careconsole.domain.decide.calling import Planned, acknowledge_by, can_resolve, climb, hear, path_of
from careconsole.domain.decide.context import (
    Context,
    must_be_later,
    must_be_one_of,
    must_be_open,
    must_exist,
    must_look_after,
    must_say,
)
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import Hint, given, hint_of, suggest
from careconsole.domain.paths import Path, acting
from careconsole.domain.roster import CONTACT, Roster


def may_escalate(case: Case, ctx: Context) -> None:
    """Anybody who works on an open case may call for help, up to the last level, and there while nobody is called."""
    must_be_open(case, ctx)
    path = path_of(case, ctx)
    if case.level >= path.last and case.escalation is not None:
        raise Refused(
            f"Case {case.number} is at the last level ({path.level_name(case.level)}) already.",
            "Remind them ({}) or call somebody else there ({}).",
            suggest("nudge", case.number),
            suggest("skip", case.number, to=..., reason=...),
        )


def escalate(case: Case, command: c.Escalate, ctx: Context) -> list[f.Fact]:
    """It names a responder of the next level, never the one who escalates, and never changes the owner."""
    must_be_one_of(command.reason, c.REASONS, "reason to escalate")
    need = must_say(command.need, "What is needed")
    must_be_later(command.by, ctx, "The time to acknowledge by")
    cause = label(command.cause)
    path = path_of(case, ctx, cause)
    level, (responder, *also) = _responders(case, command.to, command.reason, path, ctx)
    return [
        f.Escalated(
            level=level,
            responder=responder,
            also=tuple(also),
            reason=command.reason,
            need=need,
            cause=cause,
            acknowledge_by=command.by or acknowledge_by(path.step(level), ctx),
            path=path.name,
        )
    ]


def plan(case: Case, ctx: Context, cause: str = "", roster_at: Callable[[int], Roster] | None = None) -> list[Planned]:
    """Whom an escalation by the actor would call now, and whom after that, step by step, if nobody answered.

    Also where somebody is called already: the next level then; how that call goes on by itself is told by
    `calling.onward`. It ends with the last level, or where nobody able is left; with a small team it may come back to
    the same person. `roster_at` gives the team of a later moment, with who is on duty then.
    """
    if not case.is_open:
        return []
    path, steps = path_of(case, ctx, cause), list[Planned]()
    call = case.escalation
    caller, before = ctx.actor, call.called if call is not None else ()
    level, now = _next_level(case, path), ctx.now
    while True:
        then = ctx if roster_at is None else replace(ctx, roster=roster_at(now))
        level, people = climb(case, path, level, caller, before, then)
        if hear(people, then) <= hear(before, then):
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


def may_acknowledge(case: Case, ctx: Context) -> None:
    """The responder acknowledges, or who acts for them; for a contact, whoever heard it from them."""
    _must_be_called(case, ctx)
    call = case.escalation
    assert call is not None
    if _acknowledges_for(case, ctx) is None:
        raise Refused(
            f"Case {case.number} waits for {' or '.join(map(ctx.name, call.called))} to acknowledge.", _remind(case)
        )
    if ctx.actor not in call.called and ctx.actor == call.by and not _contact(case, ctx):
        raise Refused(
            f"It was you who called {ctx.name(call.responder)} about case {case.number}; you cannot answer that for"
            " them.",
            "Call somebody else ({}), or decide it: {}.",
            suggest("skip", case.number, to=..., reason=...),
            suggest("de-escalate", case.number, decided=...),
        )


def acknowledge(case: Case, command: c.Acknowledge, ctx: Context) -> list[f.Fact]:
    """The responder has it, and says by when the owner hears next."""
    must_be_later(command.until, ctx, "The time of your next word")
    responder = _acknowledges_for(case, ctx)
    return [f.Acknowledged(responder=ctx.actor if responder is None else responder, until=command.until)]


def may_nudge(case: Case, ctx: Context) -> None:
    """Anybody may remind a responder of an open call."""
    _must_be_called(case, ctx)


def nudge(case: Case, command: c.Nudge, ctx: Context) -> list[f.Fact]:
    """The responder is reminded."""
    return [f.Nudged(said=command.said.strip())]


def may_skip(case: Case, ctx: Context) -> None:
    """Whoever looks after the case may call the next step."""
    must_look_after(case, ctx)
    _must_be_called(case, ctx)


def skip(case: Case, command: c.Skip, ctx: Context) -> list[f.Fact]:
    """The next step is called; on the last one, somebody else of it."""
    reason = must_say(command.reason, "Why the step is skipped")
    before, path = case.escalation, path_of(case, ctx)
    level, (responder, *also) = _responders(case, command.to, before.reason if before else "", path, ctx)
    return [
        f.Skipped(
            level=level,
            responder=responder,
            also=tuple(also),
            acknowledge_by=acknowledge_by(path.step(level), ctx),
            reason=reason,
            path=path.name,
        )
    ]


def may_deescalate(case: Case, ctx: Context) -> None:
    """Who looks after the case, or the responder, may bring it back."""
    must_be_open(case, ctx)
    if case.level == 0:
        raise Refused(
            f"Case {case.number} is not escalated.",
            "It is with the frontline; see {}.",
            suggest("show", case.number),
        )
    call = case.escalation
    if call is None or ctx.actor not in {*call.called, *map(ctx.roster.answerable, call.called)}:
        must_look_after(case, ctx)


def deescalate(case: Case, command: c.Deescalate, ctx: Context) -> list[f.Fact]:
    """De-escalating says what was decided."""
    if not 0 <= command.level < case.level:
        raise WrongUse(
            f"Level {command.level} is not below the present level {case.level}.",
            f"Give a level from 0 to {case.level - 1}.",
        )
    return [f.Deescalated(decided=must_say(command.decided, "What was decided"), level=command.level)]


def may_review(case: Case, ctx: Context) -> None:
    """A review can be written on any case, open or not."""
    must_exist(case, ctx)


def review(case: Case, command: c.Review, ctx: Context) -> list[f.Fact]:
    """The cause, and a change with an owner and a time, or explicitly nothing and why."""
    cause = must_say(label(command.cause), "The cause")
    change, nothing = command.change.strip(), command.nothing_because.strip()
    if bool(change) == bool(nothing):
        raise WrongUse(
            "A review says either what we change or why nothing changes.",
            "Give the change {}, or why there is none {}.",
            given(change=..., owner=..., due=...),
            given(nothing_because=...),
        )
    if nothing:
        return [f.Reviewed(cause=cause, nothing_because=nothing)]
    if command.owner is None or command.due is None:
        raise WrongUse("A change needs somebody who makes it, and by when.", "Name them {}.", given(owner=..., due=...))
    must_be_later(command.due, ctx, "The time of the change")
    if not ctx.anybody(command.owner).active:
        raise Refused(f"{ctx.name(command.owner)} no longer works here.", "Name somebody else {}.", given(owner=...))
    return [f.Reviewed(cause=cause, change=change, owner=command.owner, due=command.due)]


def may_end_action(case: Case, ctx: Context) -> None:
    """Where a review asked for a change, it can be reported made."""
    must_exist(case, ctx)
    if not open_actions(case):
        raise Refused(
            f"No review of case {case.number} waits for a change.",
            "See {} for its reviews.",
            suggest("show", case.number),
        )


def end_action(case: Case, command: c.DoneAction, ctx: Context) -> list[f.Fact]:
    """The change is made."""
    waiting = open_actions(case)
    number = command.review if command.review is not None or len(waiting) > 1 else waiting[0]
    if number not in waiting:
        raise WrongUse("Which review?", "Name one {}: {}.", given(review=...), ", ".join(map(str, waiting)))
    return [f.ActionDone(review=number, said=command.said.strip())]


def label(text: str) -> str:
    """A cause label as it is kept: lower case, single spaces, so that the same cause is counted as one."""
    return " ".join(text.lower().split())


def open_actions(case: Case) -> list[int]:
    """The reviews, by number, whose change is not made yet."""
    return [r.number for r in case.reviews if r.change and r.done_at is None]


def _must_be_called(case: Case, ctx: Context) -> None:
    must_be_open(case, ctx)
    if case.escalation is None:
        raise Refused(
            f"Nobody is called about case {case.number}.",
            "Escalate it: {}.",
            suggest("escalate", case.number, reason=..., need=...),
        )


def _next_level(case: Case, path: Path) -> int:
    return min(case.level + 1, max(case.level, path.last))


def _acknowledges_for(case: Case, ctx: Context) -> int | None:
    """The one of those called for whom the actor can acknowledge: themselves, whom they act for, else a contact."""
    call = case.escalation
    assert call is not None
    if ctx.actor in call.called:
        return ctx.actor
    acted_for = (person for person in call.called if ctx.roster.answerable(person) == ctx.actor)
    contact = _contact(case, ctx)
    return next((person for person in acted_for if person != contact), contact)


def _contact(case: Case, ctx: Context) -> int | None:
    """The first contact among those called; whoever heard it from them acknowledges for them."""
    called = case.escalation.called if case.escalation else ()
    people = ctx.roster.people
    return next((person for person in called if person in people and people[person].role == CONTACT), None)


def _remind(case: Case) -> Hint:
    return hint_of(
        "Remind them ({}) or call the next step ({}).",
        suggest("nudge", case.number),
        suggest("skip", case.number, reason=...),
    )


def _responders(case: Case, named: int | None, reason: str, path: Path, ctx: Context) -> tuple[int, tuple[int, ...]]:
    """The level of the call and who is called: the one named, if able to resolve, else those of the path."""
    before = case.escalation.called if case.escalation else ()
    level = _next_level(case, path)
    if named is not None:
        return level, (_able(case, named, reason, ctx, hear(before, ctx)),)
    level, people = climb(case, path, level, ctx.actor, before, ctx)
    if not hear(people, ctx) <= hear(before, ctx):
        return level, people
    raise Refused(
        "Nobody else here is able to resolve it; neither you, the owner nor those who are called can be called.",
        "Add a contact who is ({}), or name a colleague for what they know: {}.",
        suggest("team contact", name=...),
        suggest("escalate", case.number, reason="expertise", need=..., to=...),
    )


def _able(case: Case, number: int, reason: str, ctx: Context, present: set[int | None]) -> int:
    person = ctx.anybody(number)
    if not person.active:
        raise Refused(f"{person.name} no longer works here.", "Name somebody else.")
    hears = acting(number, ctx.roster)
    if hears is None:
        raise Refused(f"{person.name} is away and nobody covers.", "Name somebody else.")
    if ctx.actor in (number, hears):
        you = "yourself" if number == ctx.actor else f"{person.name}, for whom you stand in"
        raise Refused(f"An escalation cannot call {you}.", "Name somebody else who is able to resolve it.")
    if hears == case.owner:
        raise Refused(
            f"{ctx.name(hears)} owns case {case.number}; an escalation brings help to the owner.",
            "Name somebody else who is able to resolve it.",
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
            "Name one of those, or call them for what they know {}, or ask for help instead: {}.",
            given(reason="expertise"),
            suggest("ask", case.number, of=..., need=...),
        )
    return number
