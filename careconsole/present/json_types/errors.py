"""Errors as JSON: what a command with --json writes to standard error when it fails."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, cast

from careconsole.domain.errors import CareError, Refused
from careconsole.domain.filters.language import FilterError
from careconsole.present.command_lines import hint_text
from careconsole.present.json_types.base import Entry, RefusedCaseEntry

Kind = Literal[
    "failed",
    "wrong_use",
    "no_team",
    "refused",
    "conflict",
    "rows_rejected",
    "busy",
    "database_gone",
    "database_moved",
    "database_damaged",
    "not_installed",
    "interrupted",
]


class FilterPlaceEntry(Entry, frozen=True, kw_only=True):
    """The place of a mistake in a filter: the whole filter, and the characters from `start` up to before `end`."""

    text: str
    start: int
    end: int


class ErrorEntry(Entry, frozen=True, kw_only=True):
    """What went wrong, and what to do next (`hint`; null if there is nothing to suggest).

    `kind` is for programs and never changes; `message` and `hint` are for people, and their wording may change.
    `exit_code` is that of the command: 1 failed, 2 wrong use, 3 refused by a rule, 4 conflict, 5 some input
    rows were rejected, 130 interrupted. `refused` lists the cases of a command on several that a rule refused;
    `filter` is the place of a mistake in a filter.
    """

    kind: Kind
    message: str
    hint: str | None
    exit_code: int
    refused: list[RefusedCaseEntry]
    filter: FilterPlaceEntry | None


class ErrorDocument(Entry, frozen=True, kw_only=True):
    """The last line of standard error of a failed command with --json. Lines before it are for people."""

    error: ErrorEntry


def error_document(error: CareError) -> ErrorDocument:
    """An error as JSON."""
    place = None
    if hasattr(error, "pointed"):  # only a FilterError has it
        assert isinstance(error, FilterError)
        place = FilterPlaceEntry(text=_as_text(error.text), start=error.start, end=error.end)
    return ErrorDocument(
        error=ErrorEntry(
            kind=cast(Kind, error.kind),
            message=_as_text(error.message),
            hint=_as_text(hint_text(error.hint)) or None,
            exit_code=error.exit_code,
            refused=refused_entries(error.cases if isinstance(error, Refused) else ()),
            filter=place,
        )
    )


def refused_entries(refused: Iterable[tuple[int, CareError]]) -> list[RefusedCaseEntry]:
    """Refused cases as JSON."""
    return [
        RefusedCaseEntry(case=number, message=_as_text(error.message), hint=_as_text(hint_text(error.hint)) or None)
        for number, error in refused
    ]


def _as_text(text: str) -> str:
    """Returns text for JSON, with bytes of a file's name that are not UTF-8 as escapes."""
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:  # a lone surrogate that does not come from a file's name
        return text.encode("utf-8", "backslashreplace").decode("utf-8")
