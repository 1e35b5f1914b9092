"""A case in a few sentences that can be read out to its customer on the phone.

It says what the customer may hear: what is public in the history, who looks after the case, what was promised. It
leaves out notes, internal calls for help, and due times that are only ours: a time that is read out is a promise.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from unicodedata import category

from careconsole.desk.queries.shown_case import View
from careconsole.domain.case.effective_history import standing
from careconsole.domain.case.event import Event
from careconsole.domain.case.narrator import has_end
from careconsole.domain.case.opening import Opened
from careconsole.domain.case.promises import Promised, PromiseMoved
from careconsole.domain.case.public import INBOUND, OUTBOUND, PublicLine
from careconsole.domain.case.public_conversations import SAME, join_conversations
from careconsole.domain.case.state import MERGED, VOID, OpenPromise
from careconsole.domain.terminal_text import display_block

_LONGEST = 160
"""The most characters of a user's text; more is tiring to hear."""
_PROMISES = 3
_READABLE = frozenset(".,;:!?'\"’‘“”„«»¿¡()-–—&%+@")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_BY = {
    "email": " by email",
    "phone": " by phone",
    "chat": " in the chat",
    "web": " on the web",
    "letter": " by letter",
    "visit": " in person",
    "social": " on social media",
}
_TOGETHER = {f"phone{SAME}": "we spoke on the phone", f"visit{SAME}": "we spoke in person"}
_WAITS_ON = {"customer": "for you", "third party": "for somebody outside", "us": "for something on our side"}


def case_summary(view: View, now: int, *, zone: tzinfo | None = None) -> str:
    """Returns a summary to be read out, in 6 to 12 lines: safe for a terminal, without characters nobody can read out.

    `now` is epoch milliseconds; `zone` is that of the reader, None for the workstation's.
    """
    speaker = _Speaker(view, now, zone)
    return "\n".join(speaker.lines())


class _Speaker:
    """Writes the parts of one summary, one or two sentences a line."""

    def __init__(self, view: View, now: int, zone: tzinfo | None) -> None:
        self._view = view
        self._case = view.case
        self._now = now
        self._zone = zone
        self._history = standing(view.history)

    def lines(self) -> list[str]:
        return [*self._matter(), self._who(), self._last_word(), *self._promised(), *self._asked(), *self._outlook()]

    def _matter(self) -> list[str]:
        case, customer = self._case, self._view.customer
        whose = f"For {_aloud(customer.name)}. " if customer is not None else ""
        lines = [
            _sentence(f"Case {case.number}: {_aloud(case.subject) or 'without a title'}"),
            f"{whose}Opened {self._moment(case.opened_at)}{_BY.get(case.channel, '')}.",
        ]
        if case.description.strip() and case.description.strip() != case.subject.strip():
            lines.append(_sentence(f"Details: {_aloud(case.description)}"))
        return lines

    def _who(self) -> str:
        case, roster = self._case, self._view.roster
        acting = roster.answerable(case.owner)
        name = _aloud(roster.name(acting)) if acting is not None else "Somebody on our team"
        if case.owner is None:
            said = f"It has no owner yet; {name} is responsible for it today."
        elif acting == case.owner:
            said = f"{name} looks after it."
        else:
            owner = _aloud(roster.name(case.owner))
            said = f"{owner} looks after it; while {owner} is not here, {name} does."
        person = roster.people.get(acting) if acting is not None else None
        if person is not None and (reach := _aloud(person.reach)):
            said += _sentence(f" You can reach {name}: {reach}")
        return said

    def _last_word(self) -> str:
        said = [(event, one) for event in self._history if (one := _said(event)) is not None]
        if not said:
            return "There are no messages between us on record yet."
        said.sort(key=lambda pair: (pair[1].at or 0, pair[0].number))
        event, last = said[-1][0], join_conversations([one for _, one in said])[-1]
        when = self._moment(event.said_at)
        if isinstance(event.fact, Opened):
            return f"Last, you brought it to us{_BY.get(event.fact.channel, '')}, {when}."
        return _sentence(f"Last, {_did(last)}, {when}: {_aloud(last.words)}")

    def _promised(self) -> list[str]:
        case = self._case
        if not case.is_open:
            return []
        promises = sorted(case.promises, key=lambda promise: promise.due)
        lines = [self._promise(promise) for promise in promises[:_PROMISES]]
        if len(promises) > _PROMISES:
            more = len(promises) - _PROMISES
            lines.append(f"And {more} more {'promise' if more == 1 else 'promises'}, due later.")
        return lines or ["There are no open promises to you."]

    def _promise(self, promise: OpenPromise) -> str:
        told = self._told_due(promise)
        line = f"We promised you by {self._day(told)}: {_aloud(promise.text)}"
        if promise.due != told:
            return f"{_sentence(line)} That has moved to {self._day(promise.due)}, which we have not told you yet."
        if promise.untold:
            return f"{_sentence(line)} The mail that told you so came back to us."
        return _sentence(line) + (" That time has passed, and we are sorry." if told < self._now else "")

    def _told_due(self, promise: OpenPromise) -> int:
        """Returns the due time that the customer knows: moves that they were not told of do not count."""
        due = promise.due
        for event in self._history:
            fact = event.fact
            made = isinstance(fact, Promised) and event.number == promise.number
            moved = isinstance(fact, PromiseMoved) and fact.promise == promise.number and fact.told
            if made or moved:
                assert isinstance(fact, Promised | PromiseMoved)
                due = fact.due
        return due

    def _asked(self) -> list[str]:
        call = self._case.escalation
        if call is None:
            return []
        in_hand = call.acknowledged_at is not None and call.until is not None and call.until >= self._now
        return [f"A colleague who can decide it has been asked{', and is working on it' if in_hand else ''}."]

    def _outlook(self) -> list[str]:
        case = self._case
        if case.status == MERGED:
            return ["It was merged with another case of yours.", f"It continues as case {case.merged_into}."]
        if case.status == VOID:
            return ["It was opened by mistake and withdrawn.", "Nothing else needs to be done."]
        if not case.is_open:
            word = "resolved" if case.was_resolved else "closed"
            when = f" {self._moment(case.resolved_at)}" if case.resolved_at is not None else ""
            how = _aloud(case.resolution)
            return [
                _sentence(f"It was {word}{when}{f': {how}' if how else ''}"),
                "If it is not settled, tell us and we will reopen it.",
            ]
        waiting = case.waiting_since
        waits = [f"You have been waiting for an answer since {self._day(waiting)}."] if waiting is not None else []
        return [*waits, self._next()]

    def _next(self) -> str:
        case = self._case
        if any(promise.is_broken(self._now) for promise in case.promises):
            return "What happens next: we do what is overdue, and tell you."
        if case.waiting_since is not None:
            return "What happens next: we will answer you."
        if case.parked is not None:
            until = f" until {self._day(case.parked.until)}" if case.parked.until is not None else ""
            return (
                f"What happens next: it is on hold{until}, while we wait"
                f" {_WAITS_ON.get(case.parked.on, 'for something')}."
            )
        if case.promises:
            return "What happens next: we do what we promised."
        if case.owner is None:
            return "What happens next: a colleague takes it on."
        acting = self._view.roster.answerable(case.owner)
        return f"What happens next: {_aloud(self._view.roster.name(acting))} continues to work on it."

    def _moment(self, ms: int) -> str:
        """A time in a sentence: "today at 14:05", "on Friday at 17:00"."""
        day = self._day(ms)
        return day if day.startswith(("to", "yesterday")) else f"on {day}"  # "to": today and tomorrow

    def _day(self, ms: int) -> str:
        """A time after "by": "tomorrow at 10:00", "Friday at 17:00", "3 November at 17:00"."""
        moment, today = _wall(ms, self._zone), _wall(self._now, self._zone)
        clock = f"{moment.hour}:{moment.minute:02}"
        days = moment.toordinal() - today.toordinal()
        if -1 <= days <= 1:
            return f"{('yesterday', 'today', 'tomorrow')[days + 1]} at {clock}"
        if 1 < days < 6:  # from then on, the weekday could be read as the last one
            return f"{_DAYS[moment.weekday()]} at {clock}"
        year = f" {moment.year}" if moment.year != today.year else ""
        return f"{moment.day} {_MONTHS[moment.month - 1]}{year} at {clock}"


def _said(event: Event) -> PublicLine | None:
    """What was said between the customer and us in an event, as on a receipt; None for nothing."""
    fact, contact = event.fact, event.fact.contact
    if contact is not None and not (contact.inbound and contact.sort == "auto"):
        side = INBOUND if contact.inbound else OUTBOUND
        return PublicLine(sentence=f"{side}{contact.channel}", at=event.said_at, words=contact.text)
    if isinstance(fact, Opened) and fact.inbound and fact.sort == "message":
        return PublicLine(sentence=f"{INBOUND}{fact.channel}", at=event.said_at)
    return None


def _did(line: PublicLine) -> str:
    """Says who contacted whom: "you wrote to us by email", "we spoke on the phone" of what both said in one call."""
    inbound = line.sentence.startswith(INBOUND)
    channel = line.sentence.removeprefix(INBOUND if inbound else OUTBOUND)
    if channel in _TOGETHER:
        return _TOGETHER[channel]
    channel = channel.removesuffix(SAME)
    if channel == "phone":
        return "you called us" if inbound else "we called you"
    if channel == "visit":
        return "you came to see us" if inbound else "we spoke with you"
    how = _BY.get(channel, "")
    return f"you wrote to us{how}" if inbound else f"we wrote to you{how}"


def _aloud(text: str) -> str:
    """Returns a user's text on one line, without what cannot be read aloud, and cut to `_LONGEST`."""
    safe = display_block(text[: 20 * _LONGEST])
    line = "".join(sign if _readable(sign) else " " for sign in safe)
    # A joiner matters between the letters of some scripts; one that joined emoji is a leftover, as those are removed.
    line = re.sub(r"(?<!\w)[\u200c\u200d]+|[\u200c\u200d]+(?!\w)", " ", line)
    line = " ".join(line.split())
    if len(line) <= _LONGEST:
        return line
    return f"{line[:_LONGEST].rpartition(' ')[0] or line[:_LONGEST]}, and so on"


def _readable(sign: str) -> bool:
    kind = category(sign)
    if kind[0] == "L" or kind in ("Nd", "Sc") or sign in _READABLE or sign in "\u200c\u200d":
        return True
    return kind in ("Mn", "Mc") and sign not in "\ufe0e\ufe0f"  # accents, but no variation selectors


def _sentence(text: str) -> str:
    return text if has_end(text) else f"{text.rstrip(' :;,')}."


def _wall(ms: int, zone: tzinfo | None) -> datetime:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
    return moment.astimezone(zone).replace(tzinfo=None)
