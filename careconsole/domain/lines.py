"""What a reader of another system's files hands to the desk: lines of history, and rejects."""

from __future__ import annotations

import msgspec


class Line(msgspec.Struct, frozen=True, gc=False):
    """One line of another system's history: what it says held from that time on.

    `external` is the case's id in the source, `at` epoch milliseconds, `key` an eight-byte digest of the row's raw
    content, `number` its line in the file from 1. Whatever is absent says nothing. `status` is "open", "parked",
    "resolved" or "closed" (ended without being a resolution); `label` is the source's own word for it. `level`
    counts from 0. `owner` is a name; `nobody` says that nobody owns the case from here on.
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


class Reject(msgspec.Struct, frozen=True):
    """A record that could not be taken: its line in the file, the field, the reason and the raw text."""

    line: int
    field: str
    reason: str
    raw: str
