"""The records of a whole database, one for each row: what each kind holds, and which tables are left out.

Derived data is left out and computed again on loading (`store.maintenance.restore_dump`): the state of each case, due
times, the search index.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

FORMAT = 1
"""The version of the export format; a program reads those up to its own."""

Number = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
FIRST, LAST = -62_135_596_800_000, 253_402_300_799_999
"""The first and the last time allowed in a record: the beginning of the year 1 and the end of 9999."""
Moment = Annotated[int, msgspec.Meta(ge=FIRST, le=LAST)]
Flag = Annotated[int, msgspec.Meta(ge=0, le=1)]


class Head(msgspec.Struct, frozen=True):
    """The first line of an export: its format (named after the program), the schema version, and the team."""

    careconsole: int
    shape: int
    team: str = ""


# Every table is spelled out, though the database could list its columns: exports keep this format however the schema
# changes, and are validated against it when they are read.
class Record(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True, tag_field="table"):
    """A row of the table that its tag names. A column added later needs a default, because old exports lack it."""


class Setting(Record, frozen=True, kw_only=True, gc=False, tag="team"):
    """A setting of the team: its name, which database it is, who is on duty, service levels, holidays."""

    name: str
    value: str


class Person(Record, frozen=True, kw_only=True, gc=False, tag="people"):
    """Somebody the team works with."""

    id: Number
    name: str
    folded: str
    role: str
    active: Flag = 1
    away: Flag = 0
    cover_id: Number | None = None
    os_user: str | None = None
    reach: str = ""
    batch_id: Number | None = None
    version: Number = 1


class Import(Record, frozen=True, kw_only=True, gc=False, tag="batches"):
    """An import."""

    id: Number
    source: str
    file: str
    status: str
    actor_id: Number | None = None
    started_at: Moment
    finished_at: Moment | None = None
    counts: msgspec.Raw


class Rejected(Record, frozen=True, kw_only=True, gc=False, tag="rejects"):
    """A record that an import could not take."""

    batch_id: Number
    place: Count
    file: str
    line: Moment
    field: str
    reason: str
    raw: str


class PersonId(Record, frozen=True, kw_only=True, gc=False, tag="person_ids"):
    """By what a source of imports knows somebody the team works with."""

    source: str
    external_id: str
    person_id: Number
    batch_id: Number


class Customer(Record, frozen=True, kw_only=True, gc=False, tag="customers"):
    """A customer."""

    id: Number
    name: str
    folded: str
    tier: str
    email: str = ""
    phone: str = ""
    note: str = ""
    batch_id: Number | None = None
    version: Number = 1


class Order(Record, frozen=True, kw_only=True, gc=False, tag="customer_orders"):
    """A number that a customer names on the phone."""

    reference: str
    customer_id: Number


class CustomerId(Record, frozen=True, kw_only=True, gc=False, tag="customer_ids"):
    """By what a source of imports knows a customer."""

    source: str
    external_id: str
    customer_id: Number
    batch_id: Number


class CustomerAddress(Record, frozen=True, kw_only=True, gc=False, tag="customer_addresses"):
    """A further mail address or telephone number of a customer."""

    key: str
    customer_id: Number
    address: str


class MergedCustomer(Record, frozen=True, kw_only=True, gc=False, tag="merged_customers"):
    """A customer who counts as another one."""

    customer_id: Number
    into_id: Number


class Cause(Record, frozen=True, kw_only=True, gc=False, tag="causes"):
    """A cause that was named, and the one it counts as."""

    id: Number
    label: str
    folded: str
    into_id: Number | None = None


class Command(Record, frozen=True, kw_only=True, gc=False, tag="commands"):
    """A command, the unit of undo."""

    id: Number
    verb: str
    actor_id: Number
    at: Moment
    workstation: str = ""
    os_user: str = ""
    request_key: str | None = None
    cases: msgspec.Raw
    takes: Number | None = None
    undone: Flag = 0
    request_digest: str | None = None


class Case(Record, frozen=True, kw_only=True, gc=False, tag="cases"):
    """A case; its names elsewhere and its events follow, and its state is what these say."""

    id: Number
    batch_id: Number | None = None


class Name(Record, frozen=True, kw_only=True, gc=False, tag="external_ids"):
    """A name that leads to a case, with the digest of the rows that imports brought under it."""

    source: str
    external_id: str
    case_id: Number
    rows_digest: bytes | None = None


class Event(Record, frozen=True, kw_only=True, gc=False, tag="events"):
    """An event of a case; those of one case stand together, in the order of their numbers."""

    id: Number
    case_id: Number
    number: Number
    kind: str
    at: Moment
    recorded_at: Moment
    actor_id: Number | None = None
    command_id: Number | None = None
    batch_id: Number | None = None
    row_key: bytes | None = None
    data: msgspec.Raw


class PlaybookEvent(Record, frozen=True, kw_only=True, gc=False, tag="playbook_events"):
    """An event of a playbook; those of one playbook are in the order of their numbers."""

    id: Number
    playbook_id: Number
    number: Number
    kind: str
    at: Moment
    actor_id: Number
    command_id: Number
    data: msgspec.Raw


class Entry(Record, frozen=True, kw_only=True, gc=False, tag="journal"):
    """A change of the team or of a customer."""

    id: Number
    at: Moment
    actor_id: Number | None = None
    workstation: str = ""
    os_user: str = ""
    kind: str
    about: str
    data: msgspec.Raw


class View(Record, frozen=True, kw_only=True, gc=False, tag="views"):
    """A view that somebody saved."""

    person_id: Number
    slot: Count
    name: str
    filter: str
    sort: str
    reverse: Flag


class Preference(Record, frozen=True, kw_only=True, gc=False, tag="preferences"):
    """A person's preference; what they have read and practised is left out, since it is private to them."""

    person_id: Number
    name: str
    value: str


class Mail(Record, frozen=True, kw_only=True, gc=False, tag="mails"):
    """A mail that came in: what was read of it, and what became of it. Its bytes are not exported."""

    id: Number
    sha256: str
    message_id: str
    state: str
    reason: str
    why: str
    kind: str
    sender: str
    domain: str
    words: str
    at: Moment
    recorded_at: Moment
    times: Number
    case_id: Number | None = None
    event: Number | None = None
    looks_like: Number | None = None
    content: msgspec.Raw


class MailName(Record, frozen=True, kw_only=True, gc=False, tag="mail_names"):
    """An id under which later mails may refer to one."""

    name: str
    mail_id: Number


class MailSender(Record, frozen=True, kw_only=True, gc=False, tag="mail_senders"):
    """A sender or a mailing list that a person blocked or allowed."""

    address: str
    verdict: str
    at: Moment
    person_id: Number | None = None
    command_id: Number | None = None
    why: str


class End(Record, frozen=True, kw_only=True, gc=False, tag="end"):
    """The last record: how many records of each table came before it, and the highest ids ever given."""

    rows: dict[str, Count]
    last: dict[str, Count]


KINDS: tuple[type[Record], ...] = (
    *(Setting, Person, Import, Rejected, PersonId, Customer, Order, CustomerId),
    *(CustomerAddress, MergedCustomer, Cause),
    *(Command, Case, Name, Event, PlaybookEvent, Entry, View, Preference, Mail, MailName, MailSender),
)
"""The kinds of records except `End`, in the order of their tables."""

LEFT_OUT = {
    "presence": "who is looking at what right now means nothing elsewhere",
    "drafts": "unfinished text is private to its author",
    "visits": "who was here when means nothing elsewhere",
    "leases": "who is sweeping right now means nothing elsewhere",
    "addresses": "an address may contain a password",
    "notices": "notices stay with their addresses",
    "digest_addresses": "stays with its addresses",
    "boxes": "how to get into a mail box is a secret",
    "box_mails": "stays with its boxes",
    "outgoing": "a mail is sent from one database only",
    "automatic_answers": "a mail is sent from one database only",
    "undelivered_addresses": "stays with the mails that are sent",
    "mail_contents": "mails as they came are written with the files, to a folder of their own",
    "receipts": "anybody who knows the link of a page can read it",
    "seals": "digests are made again when the export is loaded",
    "playbook_words": "is gathered again from the cases",
    "maintenance": "is empty except during a transaction",
}
"""The tables that are not exported, each with the reason. A table that is neither here nor in KINDS fails a test."""

COUNTED = ("commands", "cases", "events", "playbook_events", "journal")
"""The tables whose ids are never reused, so that an id noted elsewhere stays right."""

JSON = {
    "batches": ("counts",),
    "commands": ("cases",),
    "events": ("data",),
    "playbook_events": ("data",),
    "journal": ("data",),
    "mails": ("content",),
}
"""The columns that hold JSON."""


def table_of(kind: type[Record]) -> str:
    """The table that records of this kind are rows of."""
    return str(kind.__struct_config__.tag)
