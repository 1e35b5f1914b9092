"""The base of every output, and the types of values that need a unit or a format."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

Moment = Annotated[
    str,
    Meta(
        description="A moment: ISO 8601 in UTC, with milliseconds only where there are some.",
        examples=["2026-11-24T09:00:00Z"],
        extra_json_schema={"format": "date-time"},
    ),
]
Seconds = Annotated[int, Meta(description="A span in whole seconds.", ge=0)]
CaseNumber = Annotated[int, Meta(description="The number of a case.", ge=1)]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """The base of what is printed."""


class RefusedCaseEntry(Entry, frozen=True, kw_only=True):
    """A case that a rule refuses, with the reason and the next thing to do (null: none)."""

    case: CaseNumber
    message: str
    hint: str | None
