"""An event in a case's history, and what every kind of event defines.

A fact is the payload of an event; the envelope (`Event`) holds when it happened, when it was recorded, and which person
and command wrote it. Facts are stored as JSON and read forever: a new field needs a default, a field is never renamed.
People, customers and cases are given by number; times are epoch milliseconds, UTC.

Each kind of event is a class in its subject's file, registered there under its stored name (`registry.event`).
"""

from collections.abc import Iterable
from enum import Enum
from typing import Any, ClassVar, Literal

import msgspec

from careconsole.domain.case.narrator import Named, Narrator, Told
from careconsole.domain.case.pending_notices import PendingNotice
from careconsole.domain.case.reader import Reader
from careconsole.domain.case.state import CLOSED, MERGED, RESOLVED, VOID, Case

Changes = dict[str, Any]
"""The fields of a case that an event changes; a new dictionary each time, because `evolve` adds to it."""


Direction = Literal["in", "out", ""]
"""Which way an event went between the customer and us: from them to us, from us to them, or neither."""


class Writer(Enum):
    """Who wrote an event: a person by a command, an import from another system, the sweep when a clock ran out, or a
    mail that came in."""

    PERSON = "person"
    IMPORT = "import"
    SWEEP = "sweep"
    MAIL = "mail"


def writer_of(actor: int | None, batch: int | None, usual: Writer) -> Writer:
    """Who wrote an event with this actor and this batch. `usual` is who writes events of its kind (`Fact.written_by`).

    With neither, it was the sweep if only the sweep writes such events, else a mail.
    """
    if actor is not None:
        return Writer.PERSON
    if batch is not None:
        return Writer.IMPORT
    return Writer.SWEEP if usual is Writer.SWEEP else Writer.MAIL


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """A message or conversation between a customer and us. `sort` as in MessageLogged; `proactive`: we began it.

    `at` is when it took place, if not when its event happened (epoch milliseconds).
    """

    inbound: bool
    channel: str
    text: str
    sort: str = "message"
    proactive: bool = False
    at: int | None = None

    @property
    def did(self) -> str:
        """What a customer did who said this, after "The customer": "called", "came by", "wrote"."""
        return {"phone": "called", "visit": "came by"}.get(self.channel, "wrote")

    @property
    def has(self) -> str:
        """What they have done, before the case: "has called about", "has come by about", "has written on"."""
        return {"phone": "has called about", "visit": "has come by about"}.get(self.channel, "has written on")


class Moved(msgspec.Struct, frozen=True):
    """Entries of a history whose messages and notes moved to another case, `into`."""

    entries: tuple[int, ...]
    into: int


class Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The base of every fact, with the defaults of what a kind of event does and says."""

    kind: ClassVar[str] = ""
    """The name it is stored under; `registry.event` sets it."""
    written_by: ClassVar[Writer] = Writer.PERSON
    """The only writer of events of this kind; a mail besides, if `by_mail`."""
    by_mail: ClassVar[bool] = False
    """Whether a mail that comes in can write it, too."""
    announces_call: ClassVar[bool] = False
    """Whether its notices say who is called on a case; of several such notices, only the latest is sent."""
    says_overdue: ClassVar[bool] = False
    """Whether it says that clocks ran out."""
    stands_alone: ClassVar[bool] = False
    """Whether it can be undone whatever others have done on the case since."""
    passes_promises_on: ClassVar[bool] = False
    """Whether the promises it closes here continue on another case."""

    def new_case(self, number: int, event: "Event") -> Case:
        """The case whose history begins with this event, before the event itself is applied to it."""
        return Case(number=number, version=0, opened_at=event.at, changed_at=event.at)

    def apply(self, case: Case, event: "Event") -> Changes:
        """What the event changes on `case`. Never refuses, because history has happened."""
        return {}

    @property
    def is_work(self) -> bool:
        """Whether it is work on the case, unlike a note, waiting, or an undo."""
        return True

    @property
    def changes_nothing(self) -> bool:
        """Whether a decision made without knowing of this event is still valid."""
        return False

    @property
    def contact(self) -> Contact | None:
        """The contact with the customer that it records, if any."""
        return None

    @property
    def causes(self) -> tuple[str, ...]:
        """The labels of the causes that it names."""
        return ()

    @property
    def is_public(self) -> bool:
        """Whether the customer knows of it, as they do of contacts and promises."""
        return self.contact is not None

    @property
    def direction(self) -> Direction:
        """Which way it went: from the customer ("in"), or to them ("out"), as does all that they know of; else ""."""
        contact = self.contact
        if contact is not None:
            return "in" if contact.inbound else "out"
        return "out" if self.is_public else ""

    @property
    def named_text(self) -> str:
        """The text by which later events name it: its promise, its message, or the change that it asks for."""
        return ""

    @property
    def names_earlier(self) -> bool:
        """Whether its sentence is about an earlier entry of the case (`Named`)."""
        return False

    @property
    def moved(self) -> Moved | None:
        """The earlier entries whose messages and notes it moves to another case, if any."""
        return None

    @property
    def turns(self) -> int:
        """The command that it undoes or redoes; 0 for none."""
        return 0

    @property
    def brings_back(self) -> int:
        """The earlier entry that it reports as not delivered; 0 for none."""
        return 0

    @property
    def delivers(self) -> int:
        """The earlier entry that it reports as delivered after all; 0 for none."""
        return 0

    @property
    def when_disproved(self) -> "Fact":
        """What is left of it once later events say that it was not so: that a mail was sent, or did not arrive."""
        return self

    @property
    def without_words(self) -> "Fact | None":
        """What is left of it on its case once its message or note has moved to another; None for nothing."""
        return None

    def search_text(self) -> str:
        """The texts that a search should find, one per line; empty if it has none."""
        parts = (getattr(self, name, None) for name in _WORDS)
        return "\n".join(part for part in parts if isinstance(part, str) and part)

    def sentence(self, narrator: Narrator) -> str:
        """What happened, as a predicate: "offered it to Ben: knows the supplier"."""
        raise NotImplementedError

    def sentence_by(self, actor: int | None, narrator: Narrator) -> str:
        """As `sentence`, for an event by `actor`, where that reads differently."""
        return self.sentence(narrator)

    def sentence_by_mail(self, narrator: Narrator) -> str:
        """As `sentence`, for an event that a mail wrote; it begins with who or what did it."""
        return f"a mail {self.sentence(narrator)}"

    def concerns(self, reader: Reader) -> str | None:
        """The text that `reader` gets about it; None if it does not concern them."""
        return None

    def people_called(self, before: Case) -> tuple[int, ...]:
        """The people it calls, or reminds of a call; `before` is the case without it."""
        return ()

    @property
    def calls_every_lead(self) -> bool:
        """Whether it calls every lead, because nobody answers and no step follows."""
        return False

    @classmethod
    def why_stale(cls, case: Case, notice: PendingNotice) -> str:
        """Why an unread notice of it is out of date; empty while it is true."""
        return "" if case.is_open else f"the case is {_ENDS.get(case.status, case.status)}"


_WORDS = (
    "subject",
    "description",
    "text",
    "reason",
    "need",
    "proposal",
    "next",
    "said",
    "decided",
    "change",
    "nothing_because",
)
_ENDS = {RESOLVED: "resolved", CLOSED: "closed", MERGED: "merged", VOID: "taken back"}


class Event(msgspec.Struct, frozen=True, gc=False):
    """One entry of a case's history.

    `number` counts from 1 within the case and orders the fold. `at` is when it happened, `recorded_at` when it was
    recorded (epoch milliseconds). `actor` is a person's number (None: an import, the sweep or a mail), `command` the
    number of the command that wrote it, `batch` that of the import; `writer` says who it was.
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
        """Who wrote it: a person, the sweep, a mail, or the import `batch`."""
        return writer_of(self.actor, self.batch, self.fact.written_by)

    @property
    def said_at(self) -> int:
        """When its contact took place, else when it happened (epoch milliseconds)."""
        contact = self.fact.contact
        return self.at if contact is None or contact.at is None else contact.at

    @property
    def kind(self) -> str:
        """The stored name of its kind."""
        return self.fact.kind

    def sentence(self, narrator: Narrator) -> str:
        """What happened, in one sentence, with the person who did it, if any."""
        if self.writer is Writer.MAIL:
            return self.fact.sentence_by_mail(narrator)
        if self.writer is not Writer.PERSON:
            return self.fact.sentence(narrator)
        return f"{narrator.name(self.actor)} {self.predicate(narrator)}"

    def predicate(self, narrator: Narrator) -> str:
        """What happened, without the person who did it."""
        return self.fact.sentence_by(self.actor, narrator)


def named_in(history: Iterable[Event]) -> Named:
    """What the numbers mean that the events of a history name."""
    texts, turned, done = dict[int, str](), set[int](), dict[int, list[Told]]()
    entries = list(history)
    for entry in entries:
        if text := entry.fact.named_text:
            texts[entry.number] = text
        if entry.fact.turns:
            turned.add(entry.fact.turns)
    if turned:
        for entry in entries:
            if entry.command in turned:
                done.setdefault(entry.command, []).append(entry)
    return Named(texts, done)


def named_on(case: Case) -> Named:
    """What the numbers mean that the next events of a case name; nothing of what is undone."""
    texts = {promise.number: promise.text for promise in case.promises}
    return Named({**texts, **{review.number: review.change for review in case.reviews if review.change}})
