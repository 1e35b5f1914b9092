"""Causes as JSON."""

from __future__ import annotations

from careconsole.present.json_types.base import CaseNumber, Entry, Moment


class CauseEntry(Entry, frozen=True, kw_only=True):
    """A cause, its other names, and how often it came up here; `imported` counts other systems' cases that name it.

    `times` counts each call for help once, and a review only where nobody had called. `first` and `last` are when it
    came up; null if it never did here.
    """

    cause: str
    aliases: list[str]
    times: int
    imported: int
    open_cases: int
    open_changes: int
    first: Moment | None
    last: Moment | None


class CameUpEntry(Entry, frozen=True, kw_only=True):
    """One time that a cause came up: `typed` is the label given then, `decided` empty if nothing was decided yet."""

    case: CaseNumber
    subject: str
    status: str
    at: Moment
    typed: str
    decided: str
    change: str
    nothing_because: str


class CauseStoryEntry(CauseEntry, frozen=True, kw_only=True):
    """A cause, each time it came up, the latest first, and the imported cases that name it."""

    came_up: list[CameUpEntry]
    imported_cases: list[CaseNumber]


class CauseNameEntry(Entry, frozen=True, kw_only=True):
    """A cause after it was renamed or something was merged into it."""

    cause: str
    aliases: list[str]
