"""What commands on cases and the sweep did, and the filter language, as JSON."""

from __future__ import annotations

from typing import Any

from careconsole.present.json_types.base import CaseNumber, Entry, Moment, RefusedCaseEntry
from careconsole.present.json_types.cases import EventEntry


class DoneEntry(Entry, frozen=True, kw_only=True):
    """What a command on cases did, as one command that one undo takes back.

    `command` is its number, `cases` those it changed, `events` what was written, `refused` the cases that --skip-
    refused passed over. `opened` is the case that it opened, if it did; `idle` are open cases on which nothing is due
    now; `notices` are for people.
    """

    command: int | None
    cases: list[CaseNumber]
    opened: CaseNumber | None
    events: list[EventEntry]
    refused: list[RefusedCaseEntry]
    idle: list[CaseNumber]
    notices: list[str]


class OpenedEntry(Entry, frozen=True, kw_only=True):
    """A case that was opened: its number. `repeated` says that it was opened before and nothing was changed."""

    number: CaseNumber
    command: int | None
    repeated: bool
    notices: list[str]


class TurnedEntry(Entry, frozen=True, kw_only=True):
    """A command that was taken back, or put back: its number, its verb, and its cases."""

    command: int | None
    verb: str
    cases: list[CaseNumber]


class FieldEntry(Entry, frozen=True, kw_only=True):
    """A field of the filter language: what it means, and an example."""

    field: str
    meaning: str
    example: str


class FlagEntry(Entry, frozen=True, kw_only=True):
    """What a filter can say after `is:`, and what it means."""

    flag: str
    meaning: str


class FiltersEntry(Entry, frozen=True, kw_only=True):
    """All that a filter can say."""

    fields: list[FieldEntry]
    flags: list[FlagEntry]


class SweptEntry(Entry, frozen=True, kw_only=True):
    """One thing that the sweep did, or would do: the same `kind`, `sentence` and `data` as in the case's history."""

    case: CaseNumber
    subject: str
    at: Moment
    kind: str
    sentence: str
    data: dict[str, Any]


class StuckEntry(Entry, frozen=True, kw_only=True):
    """A case on which the sweep could do nothing, and why."""

    case: CaseNumber
    why: str


class SentEntry(Entry, frozen=True, kw_only=True):
    """How many notices became of it: sent (in so many `messages`), held for later, replaced by a newer one, dropped as
    no longer true, failed and tried again, given up, not reached in time. `problems` are sentences.
    """

    messages: int
    sent: int
    held: int
    replaced: int
    dropped: int
    again: int
    failed: int
    left: int
    problems: list[str]


class SweepEntry(Entry, frozen=True, kw_only=True):
    """What a sweep did.

    `busy` is the holder of another sweep that was at work all the while; `notices` null where nothing was to be sent.
    """

    dry_run: bool
    busy: str | None
    stuck: list[StuckEntry]
    done: list[SweptEntry]
    notices: SentEntry | None
