"""Escalation brings help to the owner; it does not take the case away. And each exception teaches."""

from __future__ import annotations

from collections.abc import Iterator

from careconsole.domain import commands as c
from careconsole.domain import facts as f
from careconsole.domain.case import Case
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
from careconsole.domain.roster import AGENT, CONTACT, LEAD


def may_escalate(case: Case, ctx: Context) -> None:
    """Anybody who works on an open case may call for help, up to the last level, and there while nobody is called."""
    must_be_open(case, ctx)
    if case.level >= len(ctx.levels) - 1 and case.escalation is not None:
        raise Refused(
            f"Case {case.number} is at the last level ({ctx.levels[-1]}) already.",
            f"Remind them (careconsole nudge {case.number}) or call somebody else there"
            f" (careconsole skip {case.number} --to NAME --reason WHY).",
        )


def escalate(case: Case, command: c.Escalate, ctx: Context) -> list[f.Fact]:
    """It names a responder of the next level, never the one who escalates, and never changes the owner."""
    must_be_one_of(command.reason, c.REASONS, "reason to escalate")
    need = must_say(command.need, "What is needed")
    must_be_later(command.by, ctx, "The time to acknowledge by")
    responder = _responder(case, command.to, command.reason, ctx)
    return [
        f.Escalated(
            level=_next_level(case, ctx),
            responder=responder,
            reason=command.reason,
            need=need,
            cause=label(command.cause),
            acknowledge_by=command.by or ctx.acknowledge_by,
        )
    ]


def chain(case: Case, ctx: Context) -> list[int]:
    """Whom an escalation by the actor would call, and whom a skip would call after that, step by step.

    It ends with the last level, or where nobody able is left; with a small team it may come back to the same person.
    """
    if not case.is_open:
        return []
    present, called = _called(case, ctx), list[int]()
    for _ in range(max(1, len(ctx.levels) - 1 - case.level)):
        number = _next_able(case, ctx, present)
        if number is None:
            break
        called.append(number)
        present = _acting(number, ctx)
    return called


def may_acknowledge(case: Case, ctx: Context) -> None:
    """The responder acknowledges, or who acts for them; for a contact, whoever heard it from them."""
    _must_be_called(case, ctx)
    responder = case.escalation.responder if case.escalation else None
    person = ctx.roster.people.get(responder) if responder is not None else None
    if person is not None and person.role == CONTACT:
        return
    if ctx.actor not in (responder, ctx.roster.answerable(responder)):
        raise Refused(f"Case {case.number} waits for {ctx.name(responder)} to acknowledge.", _remind(case))
    if ctx.actor != responder and case.escalation and ctx.actor == case.escalation.by:
        raise Refused(
            f"It was you who called {ctx.name(responder)} about case {case.number}; you cannot answer that for them.",
            f"Call somebody else (careconsole skip {case.number} --to NAME --reason WHY), or decide it:"
            f" careconsole de-escalate {case.number} --decided WHAT.",
        )


def acknowledge(case: Case, command: c.Acknowledge, ctx: Context) -> list[f.Fact]:
    """The responder has it, and says by when the owner hears next."""
    must_be_later(command.until, ctx, "The time of your next word")
    responder = case.escalation.responder if case.escalation else ctx.actor
    return [f.Acknowledged(responder=responder, until=command.until)]


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
    before = case.escalation
    responder = _responder(case, command.to, before.reason if before else "", ctx)
    return [
        f.Skipped(
            level=_next_level(case, ctx),
            responder=responder,
            acknowledge_by=ctx.acknowledge_by,
            reason=reason,
        )
    ]


def may_deescalate(case: Case, ctx: Context) -> None:
    """Who looks after the case, or the responder, may bring it back."""
    must_be_open(case, ctx)
    if case.level == 0:
        raise Refused(
            f"Case {case.number} is not escalated.",
            f"It is with the frontline; see careconsole show {case.number}.",
        )
    call = case.escalation
    if call is None or ctx.actor not in (call.responder, ctx.roster.answerable(call.responder)):
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
            "Give --change WHAT --owner NAME --due TIME, or --nothing-because WHY.",
        )
    if nothing:
        return [f.Reviewed(cause=cause, nothing_because=nothing)]
    if command.owner is None or command.due is None:
        raise WrongUse("A change needs somebody who makes it, and by when.", "Add --owner NAME and --due TIME.")
    must_be_later(command.due, ctx, "The time of the change")
    if not ctx.anybody(command.owner).active:
        raise Refused(f"{ctx.name(command.owner)} no longer works here.", "Name somebody else with --owner.")
    return [f.Reviewed(cause=cause, change=change, owner=command.owner, due=command.due)]


def may_end_action(case: Case, ctx: Context) -> None:
    """Where a review asked for a change, it can be reported made."""
    must_exist(case, ctx)
    if not open_actions(case):
        raise Refused(
            f"No review of case {case.number} waits for a change.",
            f"See its reviews: careconsole show {case.number}.",
        )


def end_action(case: Case, command: c.DoneAction, ctx: Context) -> list[f.Fact]:
    """The change is made."""
    waiting = open_actions(case)
    number = command.review if command.review is not None or len(waiting) > 1 else waiting[0]
    if number not in waiting:
        raise WrongUse("Which review?", f"Name one with --review: {', '.join(map(str, waiting))}.")
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
            f"Escalate it: careconsole escalate {case.number} --reason REASON --need WHAT.",
        )


def _next_level(case: Case, ctx: Context) -> int:
    return min(case.level + 1, max(case.level, len(ctx.levels) - 1))


def _remind(case: Case) -> str:
    return (
        f"Remind them (careconsole nudge {case.number}) or call the next step"
        f" (careconsole skip {case.number} --reason WHY)."
    )


def _acting(number: int, ctx: Context) -> int | None:
    """Who hears a call to `number` today; a contact hears for themselves."""
    return number if ctx.anybody(number).role == CONTACT else ctx.roster.stand_in(number)


def _responder(case: Case, named: int | None, reason: str, ctx: Context) -> int:
    """Who is called: the one named, if able to resolve, else the lead on duty, another lead, or a contact.

    Never the one who calls, nor the owner, whom the call shall help, nor whoever has been called already; who only
    stands in for one of them is the same person.
    """
    present = _called(case, ctx)
    if named is not None:
        return _able(case, named, reason, ctx, present)
    number = _next_able(case, ctx, present)
    if number is not None:
        return number
    raise Refused(
        "Nobody else here is able to resolve it.",
        "Add a contact who is (careconsole team contact NAME), or name a colleague for what they know:"
        f" careconsole escalate {case.number} --reason expertise --need WHAT --to NAME.",
    )


def _called(case: Case, ctx: Context) -> int | None:
    """Who hears the call that is open now, if there is one."""
    return _acting(case.escalation.responder, ctx) if case.escalation else None


def _next_able(case: Case, ctx: Context, present: int | None) -> int | None:
    """Who is called where nobody is named, while `present` hears the call before; None when nobody able is left."""
    return next((n for n, acting in able(ctx) if acting not in (ctx.actor, case.owner, present)), None)


def able(ctx: Context) -> Iterator[tuple[int, int]]:
    """Who can be called where nobody is named, in the order of the calls, each with who hears it today."""
    roster = ctx.roster
    people = sorted(roster.people.values(), key=lambda p: (p.role != LEAD, p.number))
    for number in [roster.on_duty(), *(p.number for p in people if p.active and p.role != AGENT)]:
        acting = _acting(number, ctx) if number is not None else None
        if number is not None and acting is not None:
            yield number, acting


def can_resolve(number: int, reason: str, ctx: Context) -> bool:
    """Whether this person can be called for `reason`: leads and contacts always, an agent for what they know."""
    return ctx.anybody(number).role != AGENT or reason == "expertise" or ctx.roster.is_lead(number)


def _able(case: Case, number: int, reason: str, ctx: Context, present: int | None) -> int:
    person = ctx.anybody(number)
    if not person.active:
        raise Refused(f"{person.name} no longer works here.", "Name somebody else.")
    acting = _acting(number, ctx)
    if acting is None:
        raise Refused(f"{person.name} is away and nobody covers.", "Name somebody else.")
    if acting == ctx.actor:
        you = "yourself" if number == ctx.actor else f"{person.name}, for whom you stand in"
        raise Refused(f"An escalation cannot call {you}.", "Name somebody else who is able to resolve it.")
    if acting == case.owner:
        raise Refused(
            f"{ctx.name(acting)} owns case {case.number}; an escalation brings help to the owner.",
            "Name somebody else who is able to resolve it.",
        )
    if acting == present:
        raise Refused(
            f"{ctx.name(acting)} has been called about case {case.number} already.",
            f"Remind them (careconsole nudge {case.number}), or name somebody else.",
        )
    if not can_resolve(number, reason, ctx):
        raise Refused(
            f"{person.name} is an agent; an escalation for {reason} goes to a lead or a contact.",
            "Name one of those, or give --reason expertise, or ask for help instead:"
            f" careconsole ask {case.number} --of NAME --need WHAT.",
        )
    return number
