"""The events that concern the person at work, as sentences for the news. Their own acts are never among them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from careconsole.desk.queries.recent_events import EventWithBefore, PromiseDueSoon
from careconsole.desk.queries.still_open import BACK, DRAFT, HAS_CALL, HELP, OFFER, OWNER, ToldOpen
from careconsole.desk.queries.what_became import ToldClock, told_clocks
from careconsole.domain.case.acknowledgement import Acknowledged
from careconsole.domain.case.event import Event
from careconsole.domain.case.helpers import HelpAsked
from careconsole.domain.case.narrator import at_time
from careconsole.domain.case.notification_recipients import is_urgent, words_for
from careconsole.domain.case.offers import Accepted, Offered, OfferExpired
from careconsole.domain.case.overdue import Overdue
from careconsole.domain.case.parking import Returned
from careconsole.domain.case.reader import Reader
from careconsole.domain.case.replies import ReplySent
from careconsole.domain.case.state import PROMISE
from careconsole.domain.case.unsent_replies import ReplyFailed, ReplyStopped
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.moments import local

_WORDS = 60


class Heard(NamedTuple):
    """What the news says, safe to display (empty: it is only counted). `call`: the case it calls them for help on.

    `due` are the clocks that it warns of, `rests_on` is what it says of the present: it goes once that is over. `tells`
    is what was done, as (case, command): the sentence goes once that is undone.
    """

    words: str
    call: int | None = None
    due: tuple[ToldClock, ...] = ()
    rests_on: ToldOpen | None = None
    tells: tuple[int, int] | None = None


def heard(turns: Iterable[EventWithBefore], roster: Roster, me: int) -> list[Heard]:
    """The first sentence per case and command that concerns `me`, and one per act of the sweep; in their order."""
    found: dict[tuple[int, int | None, int], Heard] = {}
    for turn in turns:
        event = turn.event
        words = words_for(turn.before, event, roster, me)
        if words is not None:
            alone = event.number if event.command is None else 0
            call = turn.before.number if is_urgent(turn.before, event.fact, roster, me) else None
            due = _due(turn, roster, me) if isinstance(event.fact, Overdue) else ()
            tells = (turn.before.number, event.command) if event.command is not None else None
            told = Heard(words, call, due, _rests_on(turn), tells)
            found.setdefault((turn.before.number, event.command, alone), told)
    return list(found.values())


def sentences(turns: Iterable[EventWithBefore], roster: Roster, me: int) -> list[str]:
    """The words of `heard`."""
    return [one.words for one in heard(turns, roster, me)]


def _due(turn: EventWithBefore, roster: Roster, me: int) -> tuple[ToldClock, ...]:
    """The clocks that ran out and concern the person."""
    fact = turn.event.fact
    assert isinstance(fact, Overdue)
    reader = Reader(turn.before, at=turn.event.at, actor=None, roster=roster, me=me)
    return told_clocks(turn.before.number, fact.theirs(reader))


def _rests_on(turn: EventWithBefore) -> ToldOpen | None:
    """What is so on the case, or waits there, as an event says; None if it only tells what happened."""
    case, event = turn.before.number, turn.event
    match event.fact:
        case OfferExpired():
            return ToldOpen(case, OWNER, turn.before.owner or 0)
        case Accepted(person=owner):
            return ToldOpen(case, OWNER, owner)
        case Acknowledged(until=until):
            return ToldOpen(case, HAS_CALL, until)
        case Returned():
            return ToldOpen(case, BACK, 0)
        case ReplyStopped(by=by, unknown=False) if by is not None:
            return ToldOpen(case, DRAFT, by)
        case Offered():
            return ToldOpen(case, OFFER, event.at)
        case HelpAsked():
            return ToldOpen(case, HELP, event.at)
        case ReplyFailed(reply=number, state=state):
            return ToldOpen(case, state, number)
    return None


def promise_soon(promise: PromiseDueSoon, now: int) -> Heard:
    """The announcement of a promise due soon: "The promise on case 12 is due at 14:05: call back"."""
    return Heard(
        f"The promise on case {promise.case} is due {at_time(local(promise.due, now))}:"
        f" {display_text(promise.text, _WORDS)}",
        due=(ToldClock(promise.case, PROMISE, promise.due, promise.promise),),
    )


def sent_words(case: int, sent: Event, now: int) -> str:
    """That a mail of the person has left: "The mail to carla@home.example on case 12 was sent at 14:05."."""
    assert isinstance(sent.fact, ReplySent)
    to = display_text(sent.fact.people, _WORDS)
    return f"The mail to {to} on case {case} was sent {at_time(local(sent.at, now))}."
