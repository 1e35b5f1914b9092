"""What can happen in a case's life: one frozen record for each kind of event.

A fact is the payload of an event; the envelope (`Event`) says when it happened, when it was written down, by whom and
by which command. Facts are stored as JSON and read for ever: a new field needs a default, a field is never renamed.
People, customers and cases are named by their numbers; times are epoch milliseconds, UTC.
"""

from __future__ import annotations

from enum import Enum

import msgspec

from careconsole.domain.facts.contact import (
    Parked,
    Promised,
    PromiseKept,
    PromiseMoved,
    PromiseReleased,
    Reclassified,
    Returned,
    Touched,
    Unparked,
)
from careconsole.domain.facts.escalation import (
    Acknowledged,
    ActionDone,
    ActionHanded,
    CallHanded,
    CallTimedOut,
    Deescalated,
    Escalated,
    Nudged,
    Reviewed,
    Skipped,
)
from careconsole.domain.facts.fact import Fact
from careconsole.domain.facts.imports import Recorded
from careconsole.domain.facts.life import (
    Absorbed,
    Edited,
    Followed,
    Late,
    Merged,
    Noted,
    Opened,
    Overdue,
    Redone,
    Reopened,
    Resolved,
    Tagged,
    Undone,
)
from careconsole.domain.facts.ownership import (
    Accepted,
    Declined,
    HelpAsked,
    HelpEnded,
    Offered,
    OfferExpired,
    Reassigned,
    Taken,
    TakenOver,
    Withdrawn,
)

__all__ = [
    "KINDS",
    "KIND_OF",
    "SELF_ANSWERING",
    "SWEPT",
    "Absorbed",
    "Accepted",
    "Acknowledged",
    "ActionDone",
    "ActionHanded",
    "CallHanded",
    "CallTimedOut",
    "Declined",
    "Deescalated",
    "Edited",
    "Escalated",
    "Event",
    "Fact",
    "Followed",
    "HelpAsked",
    "HelpEnded",
    "Late",
    "Merged",
    "Noted",
    "Nudged",
    "OfferExpired",
    "Offered",
    "Opened",
    "Overdue",
    "Parked",
    "PromiseKept",
    "PromiseMoved",
    "PromiseReleased",
    "Promised",
    "Reassigned",
    "Reclassified",
    "Recorded",
    "Redone",
    "Reopened",
    "Resolved",
    "Returned",
    "Reviewed",
    "Skipped",
    "Tagged",
    "Taken",
    "TakenOver",
    "Touched",
    "Undone",
    "Unparked",
    "Withdrawn",
    "Writer",
    "expected_writer",
    "text_of",
    "writer_of",
]

SELF_ANSWERING = ("phone", "visit")
"""Channels on which the customer hears us at once, so that a contact from them waits for nothing."""

KINDS: dict[str, type[Fact]] = {
    "opened": Opened,
    "recorded": Recorded,
    "offered": Offered,
    "accepted": Accepted,
    "declined": Declined,
    "withdrawn": Withdrawn,
    "taken": Taken,
    "taken over": TakenOver,
    "reassigned": Reassigned,
    "help asked": HelpAsked,
    "help ended": HelpEnded,
    "escalated": Escalated,
    "acknowledged": Acknowledged,
    "call handed": CallHanded,
    "nudged": Nudged,
    "skipped": Skipped,
    "call timed out": CallTimedOut,
    "offer expired": OfferExpired,
    "returned": Returned,
    "overdue": Overdue,
    "de-escalated": Deescalated,
    "reviewed": Reviewed,
    "action handed": ActionHanded,
    "action done": ActionDone,
    "touched": Touched,
    "reclassified": Reclassified,
    "noted": Noted,
    "promised": Promised,
    "promise kept": PromiseKept,
    "promise moved": PromiseMoved,
    "promise released": PromiseReleased,
    "parked": Parked,
    "unparked": Unparked,
    "resolved": Resolved,
    "reopened": Reopened,
    "followed": Followed,
    "absorbed": Absorbed,
    "merged": Merged,
    "edited": Edited,
    "tagged": Tagged,
    "undone": Undone,
    "redone": Redone,
}
"""Every kind of event by the name it is stored under."""

SWEPT = (CallTimedOut, OfferExpired, Returned, Overdue)
"""What follows from time alone and was done by no person; such an event has neither an actor nor a command."""

KIND_OF: dict[type[Fact], str] = {fact: kind for kind, fact in KINDS.items()}
"""The stored name of a fact's type."""


class Writer(Enum):
    """Who wrote an event: a person by a command, an import out of another system, or the sweep as time went by."""

    PERSON = "person"
    IMPORT = "import"
    SWEEP = "sweep"


def writer_of(actor: int | None, batch: int | None) -> Writer:
    """Who wrote an event with this actor and this batch. What no person wrote need not be an import's."""
    if actor is not None:
        return Writer.PERSON
    return Writer.SWEEP if batch is None else Writer.IMPORT


def expected_writer(fact: type[Fact]) -> Writer:
    """Who alone writes facts of this type."""
    if issubclass(fact, Recorded):
        return Writer.IMPORT
    return Writer.SWEEP if issubclass(fact, SWEPT) else Writer.PERSON


class Event(msgspec.Struct, frozen=True, gc=False):
    """One entry of a case's history.

    `number` counts within the case from 1 and orders the fold. `at` is when it happened, `recorded_at` when it was
    written down (epoch milliseconds). `actor` is a person's number (None: an import, or the sweep), `command` the
    number of the command that wrote it, `batch` that of the import; `writer` says which of the three it was.
    """

    number: int
    at: int
    recorded_at: int
    fact: Fact
    actor: int | None = None
    command: int | None = None
    batch: int | None = None

    @property
    def writer(self) -> Writer:
        """Who wrote it: a person, the sweep, or the import `batch`."""
        return writer_of(self.actor, self.batch)

    @property
    def kind(self) -> str:
        """The stored name of what happened."""
        return KIND_OF[type(self.fact)]


def text_of(fact: Fact) -> str:
    """The words of a fact that a search should find, one after the other; empty when it has none."""
    if isinstance(fact, Opened):
        return f"{fact.subject}\n{fact.description}".strip()
    if isinstance(fact, Recorded):
        return "\n".join(part for part in (fact.subject, fact.description, fact.said) if part).strip()
    parts = (getattr(fact, name, None) for name in _WORDS)
    return "\n".join(part for part in parts if isinstance(part, str) and part)


_WORDS = ("subject", "description", "text", "reason", "need", "next", "said", "decided", "change", "nothing_because")
