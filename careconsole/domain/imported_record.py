"""What the reader of another system's files passes to the desk: entries of a history, and rejected records."""

from __future__ import annotations

import msgspec


class ExternalIdentity(msgspec.Struct, frozen=True, gc=False):
    """A person's or customer's identity in the source system: its `id`, which does not depend on the name.

    `address` is a mail address, or whatever else distinguishes people of the same name; may be empty.
    """

    id: str
    address: str = ""


ENDED = ("resolved", "closed")
"""The statuses of a case that has ended."""


class Message(msgspec.Struct, frozen=True, gc=False):
    """A message of an entry: its `text` and its direction (`way`).

    `way` is "in" (the customer to us), "out" (we to the customer) or "note" (internal: the customer never sees it).
    A record that does not say whether it is public is a note. `by` is a colleague's name, None for a customer's message
    or an unnamed author; `by_id` is their identity in the source, if known. `sort` says whether an incoming message
    needs an answer: "message", "auto" (an automatic reply) or "thanks"; empty: it is guessed as for our own contacts.
    """

    way: str
    text: str
    by: str | None = None
    sort: str = ""
    by_id: ExternalIdentity | None = None


class ImportedEntry(msgspec.Struct, frozen=True, gc=False):
    """One entry of another system's history: what holds for the case from that time on, and what was said then.

    `external` is the case's id in the source, `at` epoch milliseconds, `key` an eight-byte digest of the row's raw
    content, `number` its line in the file from 1. An absent value means no change. `status` is "open", "parked",
    "resolved" or "closed" (ended without a resolution); `label` is the source's own word for it. `waits_on` tells what
    a parked case waits for: "customer" (the default when empty), "third party" or "us". `level` counts from 0. `owner`
    is a name; `nobody`: the case has no owner from here on. `owner_id` and `customer_id` are their identities in the
    source, if known. An empty value in `fields` removes that field. `merged_into` is the id, in the same source, of the
    case this one was merged into; `deleted`: the source deleted it. Both end the case. `undated`: the case was resolved
    by then, but it is not known when. `unopened`: it is not known when the case was opened; if this is its first entry,
    the case begins with it.
    """

    external: str
    at: int
    key: bytes
    number: int
    owner: str | None = None
    nobody: bool = False
    level: int | None = None
    status: str | None = None
    label: str = ""
    customer: str | None = None
    subject: str = ""
    description: str = ""
    priority: str | None = None
    channel: str | None = None
    tags: tuple[str, ...] = ()
    fields: dict[str, str] | None = None
    said: Message | None = None
    merged_into: str | None = None
    deleted: bool = False
    waits_on: str = ""
    owner_id: ExternalIdentity | None = None
    customer_id: ExternalIdentity | None = None
    undated: bool = False
    unopened: bool = False


class RejectedRecord(msgspec.Struct, frozen=True):
    """A record that was rejected: its line in the file, the field, the reason and the raw text.

    `file` names the file, or the archive member, when an import reads several.
    """

    line: int
    field: str
    reason: str
    raw: str
    file: str = ""
