"""What the customer may know of how a case stands: our promises, what somebody was asked for, and whom we wait for.

Of a call they may read what somebody was asked for, and never who or why; of a parking, whom we wait for, unless it is
us, and afterwards that we went on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from careconsole.domain.case.acknowledgement import Acknowledged
from careconsole.domain.case.deliveries import Delivered, Undelivered
from careconsole.domain.case.escalation import Escalated
from careconsole.domain.case.event import Event
from careconsole.domain.case.merging import Absorbed
from careconsole.domain.case.parking import Parked
from careconsole.domain.case.promises import Promised, PromiseMoved
from careconsole.domain.case.same_customer import entries_of
from careconsole.domain.case.state import Case


class PublicPromise(msgspec.Struct, frozen=True, kw_only=True):
    """A promise that is open, or that the case's end broke (`broken`).

    `by` is the time that the customer was told (epoch milliseconds); None if this history does not know it. `late`:
    it was given another time after an earlier one had passed.
    """

    text: str
    by: int | None
    broken: bool = False
    late: bool = False

    def is_late(self, at: int) -> bool:
        """Whether a time that the customer had been told had passed at a moment."""
        return self.late or (self.by is not None and at > self.by)


def untold(history: Sequence[Event], customer: int | None) -> set[int]:
    """The promises that the customer does not know of, by number.

    The mail that told them came back, or they were made to another customer, whose case was merged into this one.
    """
    unknown, of_others = set[int](), set[int | None]()
    known_as = entries_of(customer, history)
    for event in history:
        match event.fact:
            case Absorbed(customer=int(other)) if other not in known_as:
                of_others.add(event.command)
            case Promised() if event.command in of_others:
                unknown.add(event.number)
            case Promised(untold=True):
                unknown.add(event.number)
            case Undelivered(promises=promises):
                unknown.update(promises)
            case Delivered(promises=promises):
                unknown.difference_update(promises)
            case PromiseMoved(promise=number, told=True):
                unknown.discard(number)
            case _:
                pass
    return unknown


def tell(told: dict[int, PublicPromise], event: Event) -> None:
    """Notes what a customer was promised, or told of a promise, by an event."""
    fact = event.fact
    if isinstance(fact, Promised):
        # One that came from another case may have been moved there without a word: then its told time is not known.
        known = fact.made_at is None or not fact.moves
        told[event.number] = PublicPromise(text=fact.text, by=fact.due if known else None, late=fact.late)
    elif isinstance(fact, PromiseMoved) and fact.told and fact.promise in told:
        was = told[fact.promise]
        told[fact.promise] = msgspec.structs.replace(was, by=fact.due, late=was.is_late(event.at))


_DECISION = ("asked_decider", "decider_works", "decided")
_KNOWLEDGE = ("asked_expert", "expert_works", "expert_answered")
_HELP = ("asked_other", "other_works", "other_ended")
_SENTENCES = {"exception": _DECISION, "authority": _DECISION, "expertise": _KNOWLEDGE}
"""By the reason of a call, the ids of what is said when somebody is asked, has taken it up, and has ended it.

Of a call because the customer wished it, or because the case was overdue, nothing is said but that it is looked at.
"""


def call_sentence(event: Event, before: Case | None) -> str:
    """The id of the sentence about an event of a call, for what the call was made; `before` is the case before it."""
    fact, call = event.fact, before.escalation if before is not None else None
    reason = fact.reason if isinstance(fact, Escalated) else call.reason if call is not None else ""
    asked, works, ended = _SENTENCES.get(reason, _HELP)
    return asked if isinstance(fact, Escalated) else works if isinstance(fact, Acknowledged) else ended


WAITS = {"customer": "waits_for_you", "third party": "waits_outside"}
"""The ids of the sentences about a parking, by what the case waits on; one that is for us is not for the customer."""
GOES_ON = "working_again"
"""The id of the sentence that we work on it again."""


class Waiting:
    """Follows what the customer has read of parkings, to say once that we went on.

    What another system said of waiting is not for the customer, and neither is its end. Nor is the end that a message
    of theirs made: it says itself that it is our turn.
    """

    def __init__(self, history: Iterable[Event]) -> None:
        heard = [event for event in history if event.fact.contact is not None and event.fact.contact.inbound]
        self._commands = {event.command for event in heard if event.command is not None}
        self._events = {event.number for event in heard}
        self._said = False

    def ended(self, before: Case | None, event: Event, after: Case) -> int | None:
        """When we went on, if `event` ended a wait that the customer has read of; None otherwise."""
        said, parked = self._said, before.parked if before is not None else None
        waits = after.is_open and after.parked is not None and after.parked.on in WAITS
        self._said = waits and (said or isinstance(event.fact, Parked))
        if not said or waits or parked is None or not after.is_open:
            return None  # the end of the case has a sentence of its own
        if event.command in self._commands or event.number in self._events:
            return None
        return event.at if parked.until is None else min(event.at, parked.until)

    def over(self, case: Case, now: int) -> int | None:
        """When the present parking ended, if its time is over at `now` and that was not recorded; None otherwise."""
        parked = case.parked
        return parked.until if self._said and parked is not None and (parked.until or now + 1) <= now else None
