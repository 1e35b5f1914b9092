"""Results of commands on cases and of sweeps, and the filter language, as JSON."""

from __future__ import annotations

from typing import Any

from careconsole.present.json_types.base import CaseNumber, Entry, Moment, RefusedCaseEntry
from careconsole.present.json_types.cases import EventEntry
from careconsole.present.json_types.playbooks import FittingEntry


class DoneEntry(Entry, frozen=True, kw_only=True):
    """The result of a command on cases, which one undo takes back.

    `command` is its number, `cases` are those it changed, `events` what was recorded, `refused` the cases that
    --skip-refused left out. `opened` is the case it opened, if any; `idle` are open cases on which the next
    step is due first and no promise is open, and which the person may park or resolve; `notices` are for people.
    """

    command: int | None
    cases: list[CaseNumber]
    opened: CaseNumber | None
    events: list[EventEntry]
    refused: list[RefusedCaseEntry]
    idle: list[CaseNumber]
    notices: list[str]


class OpenedEntry(Entry, frozen=True, kw_only=True):
    """A new case: its number, and the playbooks that fit it while it is open, best first.

    `repeated` means that it had been opened before and nothing was changed.
    """

    number: CaseNumber
    command: int | None
    repeated: bool
    notices: list[str]
    playbooks: list[FittingEntry]


class TurnedEntry(Entry, frozen=True, kw_only=True):
    """A command that was undone or redone: its number, its verb, and the cases and playbooks that it had changed.

    `events` are what it had recorded on the cases, `notices` what the person must know besides.
    """

    command: int | None
    verb: str
    cases: list[CaseNumber]
    playbooks: list[int]
    events: list[EventEntry]
    notices: list[str]


class FieldEntry(Entry, frozen=True, kw_only=True):
    """A field of the filter language: what it means, and an example."""

    field: str
    meaning: str
    example: str


class FlagEntry(Entry, frozen=True, kw_only=True):
    """A word that a filter can have after `is:`, and what it means."""

    flag: str
    meaning: str


class FiltersEntry(Entry, frozen=True, kw_only=True):
    """Everything that a filter can use."""

    fields: list[FieldEntry]
    flags: list[FlagEntry]


class SweptEntry(Entry, frozen=True, kw_only=True):
    """One thing that the sweep did or would do: the same `kind`, `sentence` and `data` as in the case's history."""

    case: CaseNumber
    subject: str
    at: Moment
    kind: str
    sentence: str
    data: dict[str, Any]


class StuckEntry(Entry, frozen=True, kw_only=True):
    """A case that the sweep could not process, and why."""

    case: CaseNumber
    why: str


class SentEntry(Entry, frozen=True, kw_only=True):
    """Notices by outcome: sent (in `messages`), held for later, replaced by a newer one, dropped as no longer true,
    failed and to be retried, given up, not reached in time. `problems` are sentences.
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
    """The result of a sweep.

    `busy` is the process of another sweep that was still running; `notices` is null if there was nothing to send.
    """

    dry_run: bool
    busy: str | None
    stuck: list[StuckEntry]
    done: list[SweptEntry]
    notices: SentEntry | None
