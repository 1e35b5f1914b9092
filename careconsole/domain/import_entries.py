"""What a reader of another system's files hands to the desk: lines of history, and rejects."""

from __future__ import annotations

import msgspec


class ExternalIdentity(msgspec.Struct, frozen=True, gc=False):
    """Whom a name means: the `id` that the source knows somebody by, whatever they are called there.

    `address` is their mail address, or whatever else tells people of one name apart; empty where there is none.
    """

    id: str
    address: str = ""


class Message(msgspec.Struct, frozen=True, gc=False):
    """Words of a line: `text`, and which `way` they went.

    `way` is "in" (the customer to us), "out" (we to the customer) or "note" (internal: the customer never sees it).
    A record that does not say whether it is public is a note. `by` is a colleague's name, None for a customer's word
    or where nobody is named. `sort` tells of words that came in whether somebody must answer: "message", "auto" (an
    automatic reply) or "thanks"; empty, it is guessed as for our own contacts. `by_id` is whom the source means by that
    name, where it tells.
    """

    way: str
    text: str
    by: str | None = None
    sort: str = ""
    by_id: ExternalIdentity | None = None


class ImportedEntry(msgspec.Struct, frozen=True, gc=False):
    """One line of another system's history: what it says held from that time on, and what was said then.

    `external` is the case's id in the source, `at` epoch milliseconds, `key` an eight-byte digest of the row's raw
    content, `number` its line in the file from 1. Whatever is absent says nothing. `status` is "open", "parked",
    "resolved" or "closed" (ended without being a resolution); `label` is the source's own word for it. `level`
    `waits_on` tells whom a parked case waits for: "customer" (as does none), "third party" or "us". `level` counts from
    0. `owner` is a name; `nobody` says that nobody owns the case from here on. `owner_id` and
    `customer_id` are whom the source means by the names, where it tells. Of `fields`, an empty one is
    taken away. `merged_into` is the id, in the same source, of the case that this one goes on as; `deleted` says that
    the source deleted it. Both end the case.
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


class RejectedRecord(msgspec.Struct, frozen=True):
    """A record that could not be taken: its line in the file, the field, the reason and the raw text.

    `file` names the file, or the member of an archive, where an import reads several.
    """

    line: int
    field: str
    reason: str
    raw: str
    file: str = ""
