"""What of all that happens concerns the person at work, as sentences for a toast. Their own acts never do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from careconsole.desk.concerns import Falling, Turn
from careconsole.domain import facts as f
from careconsole.domain.roster import Roster
from careconsole.domain.text import display_text
from careconsole.domain.times import format_span
from careconsole.store import QueueRow

_SUBJECT = 40
_WORDS = 60


def sentences(turns: Iterable[Turn], roster: Roster, me: int) -> list[str]:
    """One sentence for each command and case that concerns `me`, in their order. Safe to show."""
    found: dict[tuple[int, int | None], str] = {}
    for turn in turns:
        if turn.event.actor is None or turn.event.actor == me:
            continue
        words = _RULES.get(type(turn.event.fact))
        told = words(_Said(turn, roster, me), turn.event.fact) if words is not None else None
        if told is not None:
            found.setdefault((turn.before.number, turn.event.command), display_text(told))
    return list(found.values())


def promise_words(promise: Falling, now: int) -> str:
    """That a promise is about to fall due: "The promise on case 12 falls due in 9m: call back"."""
    return (
        f"The promise on case {promise.case} falls due in {format_span(promise.due - now)}:"
        f" {display_text(promise.text, _WORDS)}"
    )


def concerns(row: QueueRow, roster: Roster, me: int) -> bool:
    """Whether a case, by its row alone, is one that `me` must act on."""
    asked = (person for person in (row.offered_to, row.responder) if person is not None)
    return roster.answerable(row.owner) == me or any(roster.stand_in(person) == me for person in asked)


class _Said:
    """The words for one event, as `me` is told of it."""

    def __init__(self, turn: Turn, roster: Roster, me: int) -> None:
        self.before = turn.before
        self._roster = roster
        self._me = me
        self.who = roster.name(turn.event.actor)
        self.case = f"case {turn.before.number} ({display_text(turn.before.subject, _SUBJECT)})"

    @property
    def owned(self) -> bool:
        """Whether I answered for the case before."""
        return self._roster.answerable(self.before.owner) == self._me

    @property
    def held(self) -> bool:
        """Whether somebody I act for owned it before; what nobody had taken is nobody's loss."""
        return self.before.owner is not None and self.owned

    @property
    def called(self) -> bool:
        """Whether I called for help on it."""
        return self.before.escalation is not None and self.before.escalation.by == self._me

    def acts(self, person: int | None) -> bool:
        """Whether I am that person, or act for them today."""
        return person is not None and self._roster.stand_in(person) == self._me

    def name(self, person: int | None) -> str:
        """How somebody is called."""
        return self._roster.name(person)

    def to(self, person: int | None) -> str:
        """Me, or the one I act for: "you", "Ben (for whom you act)"."""
        return "you" if person == self._me else f"{self._roster.name(person)} (for whom you act)"


def _offered(said: _Said, fact: f.Offered) -> str | None:
    if not said.acts(fact.to):
        return None
    return f"{said.who} offers {said.to(fact.to)} {said.case}: {display_text(fact.reason, _WORDS)}"


def _accepted(said: _Said, fact: f.Accepted) -> str | None:
    return f"{said.who} accepted {said.case} and owns it now." if said.held else None


def _declined(said: _Said, fact: f.Declined) -> str | None:
    if not said.held:
        return None
    instead = f" Instead: {said.name(fact.instead)}." if fact.instead is not None else ""
    return f"{said.who} declined {said.case}: {display_text(fact.reason, _WORDS)}.{instead}"


def _taken_over(said: _Said, fact: f.TakenOver) -> str | None:
    return f"{said.who} took {said.case} over from you: {display_text(fact.reason, _WORDS)}" if said.held else None


def _reassigned(said: _Said, fact: f.Reassigned) -> str | None:
    reason = f": {display_text(fact.reason, _WORDS)}" if fact.reason else "."
    if said.acts(fact.to):
        return f"{said.who} gave {said.case} to {said.to(fact.to)}{reason}"
    return f"{said.who} gave {said.case}, which was yours, to {said.name(fact.to)}{reason}" if said.held else None


def _help_asked(said: _Said, fact: f.HelpAsked) -> str | None:
    if not said.acts(fact.of):
        return None
    return f"{said.who} asks {said.to(fact.of)} to help with {said.case}: {display_text(fact.need, _WORDS)}"


def _escalated(said: _Said, fact: f.Escalated) -> str | None:
    if said.acts(fact.responder):
        return f"{said.who} calls {said.to(fact.responder)} on {said.case}: {display_text(fact.need, _WORDS)}"
    if said.held:
        return f"{said.who} escalated your {said.case} to {said.name(fact.responder)}."
    return None


def _called(said: _Said, fact: f.Skipped | f.CallHanded) -> str | None:
    if not said.acts(fact.responder) or (isinstance(fact, f.CallHanded) and fact.acknowledge_by is None):
        return None
    return f"{said.who} hands the call on {said.case} to {said.to(fact.responder)}."


def _nudged(said: _Said, fact: f.Nudged) -> str | None:
    call = said.before.escalation
    if call is None or not said.acts(call.responder):
        return None
    words = f": {display_text(fact.said, _WORDS)}" if fact.said else "."
    return f"{said.who} reminds {said.to(call.responder)} of the call on {said.case}{words}"


def _acknowledged(said: _Said, fact: f.Acknowledged) -> str | None:
    return f"{said.name(fact.responder)} has your call on {said.case}." if said.held or said.called else None


def _deescalated(said: _Said, fact: f.Deescalated) -> str | None:
    if not (said.held or said.called):
        return None
    return f"{said.who} brought {said.case} back: {display_text(fact.decided, _WORDS)}"


def _touched(said: _Said, fact: f.Touched) -> str | None:
    if not fact.inbound or fact.sort != "message" or not said.owned:
        return None
    return f"The customer has written on {said.case}: {display_text(fact.text, _WORDS)}"


def _action(said: _Said, fact: f.ActionHanded) -> str | None:
    return f"{said.who} gave {said.to(fact.to)} a change to make, from {said.case}." if said.acts(fact.to) else None


_RULES: dict[type[f.Fact], Callable[[_Said, Any], str | None]] = {
    f.Offered: _offered,
    f.Accepted: _accepted,
    f.Declined: _declined,
    f.TakenOver: _taken_over,
    f.Reassigned: _reassigned,
    f.HelpAsked: _help_asked,
    f.Escalated: _escalated,
    f.Skipped: _called,
    f.CallHanded: _called,
    f.Nudged: _nudged,
    f.Acknowledged: _acknowledged,
    f.Deescalated: _deescalated,
    f.Touched: _touched,
    f.ActionHanded: _action,
}
KINDS: frozenset[str] = frozenset(f.KIND_OF[fact] for fact in _RULES)
"""The kinds of events that can concern somebody, by their stored names; nothing need be read for others."""
