"""An event of a case's history, and what every kind of event says of itself.

A fact is the payload of an event; the envelope (`Event`) says when it happened, when it was written down, by whom and
by which command. Facts are stored as JSON and read for ever: a new field needs a default, a field is never renamed.
People, customers and cases are named by their numbers; times are epoch milliseconds, UTC.

Each kind of event is a class in the file of its subject, registered there under its stored name (`registry.event`).
"""

from __future__ import annotations

from enum import Enum
from typing import Any, ClassVar

import msgspec

from careconsole.domain.case.narration import Narrator
from careconsole.domain.case.reader import Reader
from careconsole.domain.case.recipients import PendingNotice
from careconsole.domain.case.state import CLOSED, MERGED, RESOLVED, VOID, Case

Changes = dict[str, Any]
"""The fields of a case that an event changes; a new dictionary each time, for `evolve` adds to it."""


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


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """What passed between a customer and us. `sort` as in Touched; `proactive`: we began it.

    `at` is when, where that was not when its event happened (epoch milliseconds).
    """

    inbound: bool
    channel: str
    text: str
    sort: str = "message"
    proactive: bool = False
    at: int | None = None


class Moved(msgspec.Struct, frozen=True):
    """Entries of a history whose words count on another case, and which case that is."""

    entries: tuple[int, ...]
    into: int


class Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The base of every fact: what a kind of event does and says where its class says nothing else."""

    kind: ClassVar[str] = ""
    """The name it is stored under; `registry.event` sets it."""
    written_by: ClassVar[Writer] = Writer.PERSON
    """Who alone writes events of this kind."""
    announces_call: ClassVar[bool] = False
    """Whether its notices say who is called on a case now; where others are called since, the latest is told."""
    passes_promises_on: ClassVar[bool] = False
    """Whether promises that are no longer open with it go on in another case."""

    def new_case(self, number: int, event: Event) -> Case:
        """The case whose history begins with this event, before the event itself is applied to it."""
        return Case(number=number, version=0, opened_at=event.at, changed_at=event.at)

    def apply(self, case: Case, event: Event) -> Changes:
        """What the event changes on `case`. It never refuses, for history has happened."""
        return {}

    @property
    def is_work(self) -> bool:
        """Whether somebody worked on the case with it, rather than noting, waiting or turning something back."""
        return True

    @property
    def changes_nothing(self) -> bool:
        """Whether a decision made without knowing of this event still stands."""
        return False

    @property
    def contact(self) -> Contact | None:
        """The contact with the customer that it tells of; None where there was none."""
        return None

    @property
    def is_public(self) -> bool:
        """Whether the customer knows of it: what was said between them and us, and promises."""
        return self.contact is not None

    @property
    def moved(self) -> Moved | None:
        """Earlier entries of this history whose words count on another case from here on; None for none."""
        return None

    @property
    def without_words(self) -> Fact | None:
        """What is left of it on its case once its words count on another one; None where that is nothing."""
        return None

    def search_text(self) -> str:
        """Its words that a search should find, one after the other; empty when it has none."""
        parts = (getattr(self, name, None) for name in _WORDS)
        return "\n".join(part for part in parts if isinstance(part, str) and part)

    def sentence(self, narrator: Narrator) -> str:
        """What happened, as a predicate: "offered it to Ben: knows the supplier"."""
        raise NotImplementedError

    def sentence_by(self, actor: int | None, narrator: Narrator) -> str:
        """The same where `actor` did it, if that reads otherwise."""
        return self.sentence(narrator)

    def concerns(self, reader: Reader) -> str | None:
        """What `reader` is told of it; None when it does not concern them."""
        return None

    def people_called(self, before: Case) -> tuple[int, ...]:
        """Who is called by it, or reminded of a call; `before` is the case without it."""
        return ()

    @property
    def calls_every_lead(self) -> bool:
        """Whether it calls every lead, since nobody answers and no step follows."""
        return False

    @classmethod
    def why_stale(cls, case: Case, notice: PendingNotice) -> str:
        """Why a notice of it that nobody has read yet is no longer true; empty while it is."""
        return "" if case.is_open else f"the case is {_ENDS.get(case.status, case.status)}"


_WORDS = ("subject", "description", "text", "reason", "need", "next", "said", "decided", "change", "nothing_because")
_ENDS = {RESOLVED: "resolved", CLOSED: "closed", MERGED: "merged", VOID: "taken back"}


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
    def said_at(self) -> int:
        """When the words passed that it tells of (epoch milliseconds); else when it happened."""
        contact = self.fact.contact
        return self.at if contact is None or contact.at is None else contact.at

    @property
    def kind(self) -> str:
        """The stored name of what happened."""
        return self.fact.kind

    def sentence(self, narrator: Narrator) -> str:
        """What happened in one sentence, with who did it."""
        if self.writer is not Writer.PERSON:
            return self.fact.sentence(narrator)
        return f"{narrator.name(self.actor)} {self.fact.sentence_by(self.actor, narrator)}"
