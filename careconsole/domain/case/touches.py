"""The customer's words and ours: touches, promises, notes, and cases that rest."""

from __future__ import annotations

from careconsole.domain import commands as c
from careconsole.domain.case import event as f
from careconsole.domain.case.context import (
    Context,
    must_be_later,
    must_be_one_of,
    must_be_open,
    must_exist,
    must_look_after,
    must_say,
)
from careconsole.domain.case.state import CLOSED, RESOLVED, Case
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.wording import sort_of


def may_touch(case: Case, ctx: Context) -> None:
    """A contact is recorded on any case that goes on under its number."""
    must_exist(case, ctx)


def touch(case: Case, command: c.Touch, ctx: Context) -> list[f.Fact]:
    """A message on a resolved case reopens it; one that we waited for brings a parked case back to work."""
    text = must_say(command.text, "What was said")
    must_be_one_of(command.channel, c.CHANNELS, "channel")
    if command.proactive and command.inbound:
        raise WrongUse("A contact that the customer began is not proactive.", "Leave one of the two out.")
    if not command.inbound:
        if command.sort is not None:
            raise WrongUse("Only what comes in has a sort.", "Leave --sort out.")
        return [f.Touched(inbound=False, channel=command.channel, text=text, proactive=command.proactive)]
    sort = command.sort or sort_of(text)
    must_be_one_of(sort, c.SORTS, "sort of touch")
    touched = f.Touched(inbound=True, channel=command.channel, text=text, sort=sort)
    return [*woken(case, sort), touched]


def may_reclassify(case: Case, ctx: Context) -> None:
    """A guess can be corrected on any case that goes on under its number."""
    must_exist(case, ctx)


def reclassify(case: Case, command: c.Reclassify, ctx: Context) -> list[f.Fact]:
    """The right sort restores the waiting time that the wrong one took away, or takes it away."""
    must_be_one_of(command.sort, c.SORTS, "sort of touch")
    unanswered = {touch.number: touch for touch in case.unanswered}
    if command.touch not in unanswered:
        known = ", ".join(map(str, unanswered)) or "none"
        raise Refused(
            f"Entry {command.touch} of case {case.number} is no inbound touch that waits for an answer.",
            f"Those that do: {known}. What was answered needs no correction.",
        )
    if unanswered[command.touch].sort == command.sort:
        raise Refused(
            f"Entry {command.touch} is taken as {command.sort!r} already.",
            f"Choose another sort: {', '.join(sort for sort in c.SORTS if sort != command.sort)}.",
        )
    return [*woken(case, command.sort), f.Reclassified(touch=command.touch, sort=command.sort)]


def woken(case: Case, sort: str) -> list[f.Fact]:
    """What word from the customer does to a case that rests: one that ended, or that waited for them, begins again."""
    if sort != "message":
        return []
    if case.status in (RESOLVED, CLOSED):
        return [f.Reopened(reason="the customer wrote again", waits=False)]
    if case.parked is not None and case.parked.on == "customer":
        return [f.Unparked(reason="the customer wrote")]
    return []


def may_note(case: Case, ctx: Context) -> None:
    """A note fits everywhere, except on a case that goes on elsewhere."""
    must_exist(case, ctx)


def note(case: Case, command: c.Note, ctx: Context) -> list[f.Fact]:
    """An internal note changes nothing else."""
    return [f.Noted(text=must_say(command.text, "The note"))]


def may_promise(case: Case, ctx: Context) -> None:
    """Promises are made on open cases."""
    must_be_open(case, ctx)


def promise(case: Case, command: c.Promise, ctx: Context) -> list[f.Fact]:
    """What the customer was told, by whom, and by when."""
    must_be_later(command.due, ctx, "The promised time")
    return [f.Promised(text=must_say(command.text, "The promise"), due=command.due, by=ctx.actor)]


def may_settle(case: Case, ctx: Context) -> None:
    """There must be a promise to speak of."""
    must_be_open(case, ctx)
    if not case.promises:
        raise Refused(
            f"Case {case.number} has no open promise.",
            f"Make one: careconsole promise {case.number} WHAT --due TIME.",
        )


def keep(case: Case, command: c.Keep, ctx: Context) -> list[f.Fact]:
    """Kept is said explicitly."""
    return [f.PromiseKept(promise=_which(case, command.promise), said=command.said.strip())]


def move(case: Case, command: c.Move, ctx: Context) -> list[f.Fact]:
    """A new time for a promise; it counts, and after the old one the promise is broken all the same."""
    must_be_later(command.due, ctx, "The new time")
    number = _which(case, command.promise)
    reason = command.reason.strip()
    return [f.PromiseMoved(promise=number, due=command.due, told=command.told, reason=reason)]


def release(case: Case, command: c.Release, ctx: Context) -> list[f.Fact]:
    """The customer no longer wants what was promised."""
    reason = must_say(command.reason, "Why the customer released us")
    return [f.PromiseReleased(promise=_which(case, command.promise), reason=reason)]


def _which(case: Case, number: int | None) -> int:
    numbers = [p.number for p in case.promises]
    if number is None and len(numbers) == 1:
        return numbers[0]
    if number not in numbers:
        listed = ", ".join(f"{p.number} ({p.text})" for p in case.promises)
        raise WrongUse(
            f"Which promise of case {case.number}?" if number is None else f"There is no open promise {number}.",
            f"Name one with --promise: {listed}.",
        )
    return number


def may_park(case: Case, ctx: Context) -> None:
    """Whoever looks after a case may let it rest."""
    must_look_after(case, ctx)


def park(case: Case, command: c.Park, ctx: Context) -> list[f.Fact]:
    """The case rests, and everybody can see on whom it waits and until when."""
    must_be_one_of(command.on, c.WAITS_ON, "party to wait on")
    must_be_later(command.until, ctx, "The end of the rest")
    return [f.Parked(on=command.on, until=command.until, reason=command.reason.strip())]


def may_unpark(case: Case, ctx: Context) -> None:
    """A parked case can go back to work."""
    must_look_after(case, ctx)
    if case.parked is None:
        raise Refused(f"Case {case.number} is not parked.", f"It is at work; see careconsole show {case.number}.")


def unpark(case: Case, command: c.Unpark, ctx: Context) -> list[f.Fact]:
    """Back to work."""
    return [f.Unparked(reason=command.reason.strip())]
