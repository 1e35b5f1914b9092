"""Whom an event concerns, and in which words they are told: on a console as a toast, elsewhere as a notice.

Nobody is told of what they did themselves, and nobody of what an import brought. For whoever is away, those who act for
them are told; a contact hears for themselves. With `quote` off the words hold nothing that a customer or a colleague
wrote except the case's subject, and times that can be read on another day; with `subject` off not that either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from careconsole.domain import facts as f
from careconsole.domain.case import CHANGE, PROMISE, Case
from careconsole.domain.clocks import TAKE
from careconsole.domain.hearing import FOR_WHOM, called_by, is_urgent, leads
from careconsole.domain.roster import Roster
from careconsole.domain.text import display_text
from careconsole.domain.times import DAY, HOUR, format_span, local

__all__ = ["KINDS", "Concern", "is_urgent", "told", "words_for"]

_SUBJECT = 40
_WORDS = 60


class Concern(NamedTuple):
    """What one person is told. `urgent`: it calls them for help, which may reach people at any hour."""

    person: int
    words: str
    urgent: bool


def words_for(
    before: Case, event: f.Event, roster: Roster, person: int, *, quote: bool = True, subject: bool = True
) -> str | None:
    """What `person` is told of an event, or None when it does not concern them; `before` is the case without it.

    Safe to show, in one line.
    """
    if event.actor == person or event.writer is f.Writer.IMPORT:
        return None
    rule = _RULES.get(type(event.fact))
    words = rule(_Said(before, event, roster, person, quote, subject), event.fact) if rule is not None else None
    return display_text(words) if words is not None else None


def told(
    before: Case,
    event: f.Event,
    roster: Roster,
    people: Iterable[int],
    *,
    quote: bool = False,
    subject: bool = True,
) -> list[Concern]:
    """Those of `people` whom an event concerns, each with what they are told; for who is away, who acts for them is."""
    found = []
    for person in people:
        if roster.who_receives(person) != person:
            continue
        words = words_for(before, event, roster, person, quote=quote, subject=subject)
        if words is not None:
            found.append(Concern(person, words, is_urgent(before, event.fact, roster, person)))
    return found


class _Said:
    """The words for one event, as one person is told of it."""

    def __init__(self, before: Case, event: f.Event, roster: Roster, me: int, quote: bool, subject: bool) -> None:
        self.before = before
        self._at = event.at
        self._roster = roster
        self.me = me
        self.quote = quote
        self.who = roster.name(event.actor)
        named = f" ({display_text(before.subject, _SUBJECT)})" if subject and before.subject else ""
        self.case = f"case {before.number}{named}"

    # Who I am in it.

    @property
    def owned(self) -> bool:
        """Whether I answered for the case before."""
        return self._roster.answerable(self.before.owner) == self.me

    @property
    def held(self) -> bool:
        """Whether somebody I act for owned it before; what nobody had taken is nobody's loss."""
        return self.before.owner is not None and self.owned

    @property
    def calls(self) -> bool:
        """Whether I called for help on it, or act for who did."""
        return self.before.escalation is not None and self.acts(self.before.escalation.by)

    @property
    def leads(self) -> bool:
        """Whether I am a lead today."""
        return self.me in leads(self._roster)

    @property
    def on_duty(self) -> bool:
        """Whether I am the lead on duty."""
        return self._roster.on_duty() == self.me

    def acts(self, person: int | None) -> bool:
        """Whether I am that person, or act for them today."""
        return self._roster.who_receives(person) == self.me

    def mine(self, people: Iterable[int]) -> int | None:
        """Which of some people I am or act for, myself first."""
        return next((one for one in sorted(people, key=lambda one: one != self.me) if self.acts(one)), None)

    # Names.

    def name(self, person: int | None) -> str:
        """How somebody is called."""
        return self._roster.name(person)

    def names(self, people: Iterable[int]) -> str:
        """How some people are called: "Ben", "Ben, Cleo and Dora"."""
        return _listed([self.name(one) for one in people])

    def to(self, person: int | None) -> str:
        """Me, or the one I act for: "you", "Ben (for whom you act)"."""
        return "you" if person == self.me else f"{self._roster.name(person)} {FOR_WHOM}"

    def to_all(self, mine: int, people: Iterable[int]) -> str:
        """Me, or the one I act for, with the others who are called: "you, Dora and Eve"."""
        return _listed([self.to(mine), *(self.name(one) for one in people if one != mine)])

    @property
    def whose(self) -> str:
        """The case, with its owner where I am somebody else: "Ben's case 12 (Refund not paid)"."""
        owner = self.before.owner
        return self.case if owner in (None, self.me) else f"{self.name(owner)}'s {self.case}"

    # Others' words, and times.

    def words(self, text: str) -> str:
        """What somebody wrote, after a colon, where it may be said; else the end of the sentence."""
        return f": {display_text(text, _WORDS)}" if self.quote and text else "."

    def quoted(self, text: str) -> str:
        """What somebody wrote, within a sentence, where it may be said."""
        return f' "{display_text(text, _WORDS)}"' if self.quote and text else ""

    def when(self, moment: int) -> str:
        """A time: "14:05", and with its day in what may be read on another one."""
        far = self.quote or abs(moment - self._at) >= 5 * DAY
        return local(moment, self._at if far else moment - DAY - 2 * HOUR)

    def since(self, moment: int) -> str:
        """A time that has passed: "2h ago", or itself in what may be read later."""
        return f"{format_span(self._at - moment)} ago" if self.quote else self.when(moment)


def _offered(said: _Said, fact: f.Offered) -> str | None:
    if not said.acts(fact.to):
        return None
    return f"{said.who} offers {said.to(fact.to)} {said.case}{said.words(fact.reason)}"


def _offer_expired(said: _Said, fact: f.OfferExpired) -> str | None:
    offer, owner = said.before.offer, said.before.owner
    by = offer.by if offer is not None else None
    mine = said.owned or said.on_duty or said.acts(by)
    if fact.to == said.me or (said.acts(fact.to) and not mine):
        return f"The offer of {said.case} to {said.to(fact.to)} has run out."
    if not mine:
        return None
    if owner is None:
        still = "nobody has taken it"
    elif owner == said.me:
        still = "it is still yours"
    else:
        still = f"it is still with {said.to(owner) if said.owned else said.name(owner)}"
    which = "your offer" if by == said.me else "the offer"
    return f"Nobody answered {which} of {said.case} to {said.name(fact.to)}; {still}."


def _accepted(said: _Said, fact: f.Accepted) -> str | None:
    return f"{said.who} accepted {said.case} and owns it now." if said.held else None


def _declined(said: _Said, fact: f.Declined) -> str | None:
    if not said.held:
        return None
    instead = f" Instead: {said.name(fact.instead)}." if fact.instead is not None else ""
    return f"{said.who} declined {said.case}{said.words(fact.reason).rstrip('.')}.{instead}"


def _taken_over(said: _Said, fact: f.TakenOver) -> str | None:
    return f"{said.who} took {said.case} over from you{said.words(fact.reason)}" if said.held else None


def _reassigned(said: _Said, fact: f.Reassigned) -> str | None:
    reason = said.words(fact.reason)
    if said.acts(fact.to):
        return f"{said.who} gave {said.case} to {said.to(fact.to)}{reason}"
    return f"{said.who} gave {said.case}, which was yours, to {said.name(fact.to)}{reason}" if said.held else None


def _help_asked(said: _Said, fact: f.HelpAsked) -> str | None:
    if not said.acts(fact.of):
        return None
    return f"{said.who} asks {said.to(fact.of)} to help with {said.case}{said.words(fact.need)}"


def _escalated(said: _Said, fact: f.Escalated) -> str | None:
    called = (fact.responder, *fact.also)
    mine = said.mine(called)
    if mine is not None:
        by = said.when(fact.acknowledge_by)
        return (
            f"{said.who} calls {said.to_all(mine, called)} on {said.case}, acknowledge by {by}{said.words(fact.need)}"
        )
    yours = f"{said.who} escalated your {said.case} to {said.names(called)}."
    return _gone_on(said, called) or (yours if said.held else None)


def _gone_on(said: _Said, called: tuple[int, ...]) -> str | None:
    """What those hear who were called before others are now."""
    call = said.before.escalation
    if call is None or (missed := said.mine(call.called)) is None:
        return None
    to = f"from {said.to(missed)} to {said.names(called)}"
    return f"The call on {said.case} has gone on {to}; you need not mind it any more."


def _handed_on(said: _Said, fact: f.Skipped | f.CallHanded) -> str | None:
    called = called_by(said.before, fact)
    if (mine := said.mine(called)) is None and isinstance(fact, f.Skipped):
        instead = f"{said.who} called {said.names(called)} on {said.whose} instead."
        return _gone_on(said, called) or (instead if said.held or said.calls else None)
    if mine is None or fact.acknowledge_by is None:
        return None
    call = said.before.escalation
    need = said.words(call.need if call is not None else "")
    by = said.when(fact.acknowledge_by)
    return f"{said.who} hands the call on {said.case} to {said.to_all(mine, called)}, acknowledge by {by}{need}"


def _timed_out(said: _Said, fact: f.CallTimedOut) -> str | None:
    call = said.before.escalation
    now, before = (fact.responder, *fact.also), call.called if call is not None else ()
    silent = fact.why == "silent"
    mine, missed = said.mine(now), said.mine(before)
    if mine is not None:
        by = f"acknowledge by {said.when(fact.acknowledge_by)}"
        if missed is not None:
            why = "brought no word and" if silent else "still"
            return f"The call on {said.case} {why} waits for {said.to_all(mine, now)}, {by}."
        by += said.words(call.need if call is not None else "")
        why = f"{said.names(before)} gave no word" if silent else f"{said.names(before)} did not answer"
        return f"The call on {said.case} comes to {said.to_all(mine, now)}, since {why}; {by}"
    if missed is not None:
        why = "the word that was promised did not come" if silent else "it was not answered in time"
        return f"The call on {said.case} has gone on from {said.to(missed)} to {said.names(now)}: {why}."
    end = " No step follows, so every lead is told." if fact.last else ""
    if not (said.owned or said.calls or (fact.last and said.leads)):
        return None
    what = "had the call on {} and gave no word" if silent else "did not answer the call on {}"
    again = "again" if set(now) == set(before) else "now"
    return f"{said.names(before)} {what.format(said.whose)}. Called {again}: {said.names(now)}.{end}"


def _nudged(said: _Said, fact: f.Nudged) -> str | None:
    if (mine := said.mine(called_by(said.before, fact))) is None:
        return None
    return f"{said.who} reminds {said.to(mine)} of the call on {said.case}{said.words(fact.said)}"


def _acknowledged(said: _Said, fact: f.Acknowledged) -> str | None:
    call = said.before.escalation
    if said.held or said.calls:
        return f"{said.name(fact.responder)} has your call on {said.case}, next word by {said.when(fact.until)}."
    if call is not None and said.mine(one for one in call.called if one != fact.responder) is not None:
        return f"{said.name(fact.responder)} has the call on {said.case}; you need not mind it any more."
    return None


def _deescalated(said: _Said, fact: f.Deescalated) -> str | None:
    return f"{said.who} brought {said.case} back{said.words(fact.decided)}" if said.held or said.calls else None


def _touched(said: _Said, fact: f.Touched) -> str | None:
    if not fact.inbound or fact.sort != "message" or not said.owned:
        return None
    return f"The customer has written on {said.case}{said.words(fact.text)}"


def _action(said: _Said, fact: f.ActionHanded) -> str | None:
    return f"{said.who} gave {said.to(fact.to)} a change to make, from {said.case}." if said.acts(fact.to) else None


def _returned(said: _Said, fact: f.Returned) -> str | None:
    if not said.owned:
        return None
    rest = said.before.parked
    return f"{_begun(said.whose)} is back from its rest{said.words(rest.reason if rest is not None else '')}"


def _overdue(said: _Said, fact: f.Overdue) -> str | None:
    changes = {review.number: review for review in said.before.reviews}
    promises = {promise.number: promise.text for promise in said.before.promises}

    def concerns(late: f.Late) -> bool:
        """A change concerns who makes it, all else who answers for the case, and everything the lead on duty."""
        if said.on_duty:
            return True
        if late.kind != CHANGE:
            return said.owned
        return late.number in changes and said.acts(changes[late.number].owner)

    if not (clocks := [late for late in fact.clocks if concerns(late)]):
        return None
    if len(clocks) > 1:
        listed = ", ".join(f"{_LATE.get(late.kind, late.kind)} ({said.since(late.due)})" for late in clocks)
        return f"Overdue on {said.whose}: {listed}."
    (late,) = clocks
    if late.kind == TAKE:
        return f"Nobody has taken {said.case}; it was to be taken by {said.when(late.due)}."
    text = ""
    if late.kind == PROMISE:
        text = promises.get(late.number or 0, "")
    elif late.kind == CHANGE and late.number in changes:
        text = changes[late.number].change
    thing = _LATE.get(late.kind, f"the {late.kind}") + said.quoted(text)
    return f"{_begun(said.whose)}: {thing} was due {said.since(late.due)}."


def _listed(names: list[str]) -> str:
    *most, last = names or ["nobody"]
    return f"{', '.join(most)} and {last}" if most else last


def _begun(words: str) -> str:
    """Words as a sentence begins."""
    return words[:1].upper() + words[1:]


_LATE = {
    "promise": "the promise",
    "keep informed": "a word to the customer",
    "first answer": "the first answer",
    "answer": "the answer",
    "resolution": "the resolution",
    "change": "the change that a review asked for",
    "to take": "taking it",
}
"""The kinds of clocks, as things that were due."""

_RULES: dict[type[f.Fact], Callable[[_Said, Any], str | None]] = {
    f.Offered: _offered,
    f.OfferExpired: _offer_expired,
    f.Accepted: _accepted,
    f.Declined: _declined,
    f.TakenOver: _taken_over,
    f.Reassigned: _reassigned,
    f.HelpAsked: _help_asked,
    f.Escalated: _escalated,
    f.Skipped: _handed_on,
    f.CallHanded: _handed_on,
    f.CallTimedOut: _timed_out,
    f.Nudged: _nudged,
    f.Acknowledged: _acknowledged,
    f.Deescalated: _deescalated,
    f.Touched: _touched,
    f.ActionHanded: _action,
    f.Returned: _returned,
    f.Overdue: _overdue,
}
KINDS: frozenset[str] = frozenset(f.KIND_OF[fact] for fact in _RULES)
"""The kinds of events that can concern somebody, by their stored names; nothing need be read for others."""
