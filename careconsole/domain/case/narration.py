"""An event as a sentence: what somebody who reads the history, or meets a conflict, is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from careconsole.domain.case import event as f
from careconsole.domain.case.clocks import TAKE
from careconsole.domain.case.contacts import IN, contact_of
from careconsole.domain.case.state import CHANGE, PROMISE
from careconsole.domain.roster import Roster
from careconsole.domain.service import INFORMED
from careconsole.domain.times import iso


def is_public(fact: f.Fact) -> bool:
    """Whether the customer knows of it: what was said between them and us, and promises."""
    return (
        contact_of(fact) is not None
        or isinstance(fact, f.Promised | f.PromiseReleased | f.Opened | f.Resolved)
        or (isinstance(fact, f.PromiseMoved) and fact.told)
    )


def promised(history: Iterable[f.Event]) -> dict[int, str]:
    """What was promised on a case, by the numbers of its promises."""
    return {event.number: event.fact.text for event in history if isinstance(event.fact, f.Promised)}


class Tell:
    """Tells events as sentences; `moment` says a time, usually as people here read it.

    `promises` are the texts of the case's promises by their numbers, where they are known; else the number stands.
    """

    def __init__(
        self, roster: Roster, moment: Callable[[int], str] = iso, promises: Mapping[int, str] | None = None
    ) -> None:
        self._roster = roster
        self._moment = moment
        self._promises = promises or {}

    def event(self, event: f.Event) -> str:
        """One sentence, with who did it."""
        if event.writer is not f.Writer.PERSON:
            return self.fact(event.fact)
        fact = event.fact
        if isinstance(fact, f.Acknowledged) and fact.responder == event.actor:
            return f"{self._name(event.actor)} acknowledged it, next word by {self._moment(fact.until)}"
        if isinstance(fact, f.HelpEnded) and fact.who == event.actor:
            return f"{self._name(event.actor)} has helped{_colon(fact.said)}"
        return f"{self._name(event.actor)} {self.fact(fact)}"

    def fact(self, fact: f.Fact) -> str:
        """The sentence's predicate: "offered it to Ben: knows the supplier"."""
        rule: Callable[[Tell, Any], str] = _SENTENCES[type(fact)]
        return rule(self, fact)

    def _name(self, person: int | None) -> str:
        return self._roster.name(person)

    def _called(self, fact: f.Escalated | f.Skipped | f.CallTimedOut) -> str:
        return ", ".join(map(self._name, (fact.responder, *fact.also)))

    def _recorded(self, fact: f.Recorded) -> str:
        said = []
        if fact.label or fact.status:
            said.append(fact.label or fact.status or "")
        if fact.nobody:
            said.append("owned by nobody")
        elif fact.owner is not None:
            said.append(f"owned by {self._name(fact.owner)}")
        if fact.level is not None:
            said.append(f"level {fact.level}")
        late = " (people here work on it: it changed nothing)" if fact.inert and (said or not fact.way) else ""
        state = f"{', '.join(said)}{late}"
        if not fact.way:
            return f"imported: {state or f'the same as before{late}'}"
        return f"imported{f' ({state})' if state else ''}: {self._words(fact)}"

    def _words(self, fact: f.Recorded) -> str:
        """Who said an imported line's words to whom, and the words."""
        if fact.way == IN:
            told = f"{_SORTS.get(fact.sort, 'word')} from the customer"
        else:
            told = "word to the customer" if contact_of(fact) is not None else "note"
            told += f" by {self._name(fact.by)}" if fact.by is not None else ""
        channel = f" ({fact.channel})" if fact.channel else ""
        return f"{told}{channel}: {fact.said}"

    def _touched(self, fact: f.Touched) -> str:
        if not fact.inbound:
            how = ", unprompted" if fact.proactive else ""
            did = "spoke with" if fact.channel in f.SELF_ANSWERING else "wrote to"
            return f"{did} the customer ({fact.channel}{how}): {fact.text}"
        sort = _SORTS.get(fact.sort, "word")
        return f"recorded {sort} from the customer ({fact.channel}): {fact.text}"

    def _reviewed(self, fact: f.Reviewed) -> str:
        if fact.nothing_because:
            return f"reviewed it. Cause: {fact.cause}. Nothing changes, because {fact.nothing_because}"
        due = self._moment(fact.due) if fact.due is not None else "no time"
        return f"reviewed it. Cause: {fact.cause}. Change: {fact.change} ({self._name(fact.owner)}, by {due})"

    def _edited(self, fact: f.Edited) -> str:
        parts = []
        for name in ("subject", "channel", "priority", "description"):
            value = getattr(fact, name)
            if value is not None:
                parts.append(f"{name}: {value}")
        if fact.customer is not None:
            parts.append("the customer")
        return f"corrected {'; '.join(parts)}"

    def _tagged(self, fact: f.Tagged) -> str:
        return "tagged it " + " ".join([*(f"+{t}" for t in fact.add), *(f"-{t}" for t in fact.remove)])

    def _parked(self, fact: f.Parked) -> str:
        until = f" until {self._moment(fact.until)}" if fact.until is not None else ""
        return f"parked it{until}, waiting on {fact.on}{_colon(fact.reason)}"

    def late(self, late: f.Late) -> str:
        """What ran out: "first answer", "taking it", 'promise "call back"'."""
        if late.kind == PROMISE and (text := self._promises.get(late.number or 0)):
            return f'promise "{text}"'
        if late.kind == CHANGE:
            return f"the change that review {late.number} asked for"
        return f"{_LATE.get(late.kind, late.kind)}{f' {late.number}' if late.number else ''}"

    def _moved(self, fact: f.PromiseMoved) -> str:
        told = "the customer was told" if fact.told else "the customer was not told"
        return f"moved promise {fact.promise} to {self._moment(fact.due)}; {told}{_colon(fact.reason)}"


_LATE = {TAKE: "taking it", INFORMED: "word to the customer"}
"""Kinds of clocks that read otherwise as something that was due."""

_SORTS = {"auto": "an automatic reply", "thanks": "thanks"}


def _colon(text: str) -> str:
    return f": {text}" if text else ""


_SENTENCES: dict[type[f.Fact], Callable[[Tell, Any], str]] = {
    f.Opened: lambda t, x: (
        f"opened it ({x.channel}), owned by {t._name(x.owner)}: {x.subject}"
        + (f" (follows {x.follows})" if x.follows else "")
    ),
    f.Recorded: Tell._recorded,
    f.Offered: lambda t, x: (
        f"{'passed the offer on to' if x.declines else 'offered it to'} {t._name(x.to)}{_colon(x.reason)}"
        + (f" (next: {x.next})" if x.next else "")
    ),
    f.Accepted: lambda t, x: "accepted it and owns it now",
    f.Declined: lambda t, x: f"declined{_colon(x.reason)}; instead: {t._name(x.instead)}",
    f.Withdrawn: lambda t, x: f"withdrew the offer{_colon(x.reason)}",
    f.Taken: lambda t, x: "took it",
    f.TakenOver: lambda t, x: f"took it over{_colon(x.reason)}",
    f.Reassigned: lambda t, x: f"reassigned it to {t._name(x.to)}{_colon(x.reason)}",
    f.HelpAsked: lambda t, x: f"asked {t._name(x.of)} to help{_colon(x.need)}",
    f.HelpEnded: lambda t, x: f"closed the help of {t._name(x.who)}{_colon(x.said)}",
    f.Escalated: lambda t, x: (
        f"escalated it to {t._called(x)} (level {x.level}, {x.reason}"
        + (f", {x.cause}" if x.cause else "")
        + f"): {x.need}; to acknowledge by {t._moment(x.acknowledge_by)}"
    ),
    f.Acknowledged: lambda t, x: f"acknowledged it for {t._name(x.responder)}, next word by {t._moment(x.until)}",
    f.CallHanded: lambda t, x: (
        f"ended the call, for {t._name(x.responder)} owns it"
        if x.acknowledge_by is None
        else f"handed the call on to {t._name(x.responder)}; to acknowledge by {t._moment(x.acknowledge_by)}"
    ),
    f.Nudged: lambda t, x: f"reminded whoever is called{_colon(x.said)}",
    f.Skipped: lambda t, x: f"called {t._called(x)} instead (level {x.level}){_colon(x.reason)}",
    f.CallTimedOut: lambda t, x: (
        ("nobody acknowledged in time" if x.why == "unanswered" else "the word that was promised did not come")
        + f": {t._called(x)} called{' again' if x.attempt or x.why == 'silent' else ''} (level {x.level}),"
        + f" to acknowledge by {t._moment(x.acknowledge_by)}"
        + ("; every lead is told" if x.last else "")
    ),
    f.OfferExpired: lambda t, x: f"nobody answered the offer to {t._name(x.to)} in time; it stays where it is",
    f.Returned: lambda t, x: "its rest is over: back at work",
    f.Overdue: lambda t, x: "overdue: " + ", ".join(f"{t.late(late)} (due {t._moment(late.due)})" for late in x.clocks),
    f.Deescalated: lambda t, x: f"brought it back to level {x.level}: {x.decided}",
    f.Reviewed: Tell._reviewed,
    f.ActionHanded: lambda t, x: f"gave the change that review {x.review} asked for to {t._name(x.to)}",
    f.ActionDone: lambda t, x: f"made the change that review {x.review} asked for{_colon(x.said)}",
    f.Touched: Tell._touched,
    f.Reclassified: lambda t, x: f"took entry {x.touch} as {x.sort}",
    f.Noted: lambda t, x: f"noted: {x.text}",
    f.Promised: lambda t, x: (
        f"promised by {t._moment(x.due)}: {x.text}"
        if x.made_at is None
        else f"took over what {t._name(x.by)} had promised by {t._moment(x.due)}: {x.text}"
    ),
    f.PromiseKept: lambda t, x: f"kept promise {x.promise}{_colon(x.said)}",
    f.PromiseMoved: Tell._moved,
    f.PromiseReleased: lambda t, x: f"was released from promise {x.promise}{_colon(x.reason)}",
    f.Parked: Tell._parked,
    f.Unparked: lambda t, x: f"took it up again{_colon(x.reason)}",
    f.Resolved: lambda t, x: f"resolved it{_colon(x.said)}",
    f.Reopened: lambda t, x: f"reopened it{_colon(x.reason)}",
    f.Followed: lambda t, x: f"opened case {x.by}, which follows it",
    f.Absorbed: lambda t, x: f"merged case {x.loser} into it",
    f.Merged: lambda t, x: f"merged it into case {x.into}",
    f.Edited: Tell._edited,
    f.Tagged: Tell._tagged,
    f.Undone: lambda t, x: f"took command {x.command} back",
    f.Redone: lambda t, x: f"put command {x.command} back",
}
