"""What the configuration file of one login sets: how the console looks and which keys it has.

`console_document` reads it; this is all that a console without a file needs.
"""

from __future__ import annotations

import msgspec

from careconsole.domain.hints import Hint


class ConfiguredView(msgspec.Struct, frozen=True):
    """A view of the file: a filter with a name and an order, and the digit that shows it (None: the next free one)."""

    name: str
    filter: str
    sort: str
    reverse: bool
    key: int | None


class Problem(msgspec.Struct, frozen=True):
    """A mistake in the file: its line (None: not in a line), what is wrong, and what would be right."""

    line: int | None
    message: str
    hint: Hint


class ConsoleSettings(msgspec.Struct, frozen=True):
    """What a file sets; what it does not set, or sets wrongly, has its default.

    `lock_after` is in milliseconds, 0 for never; None, as for `bell` and the empty texts, means that it is not set.
    """

    lock_after: int | None = None
    date_format: str = "2026-11-03"
    channel: str = ""
    bell: bool | None = None
    theme: str = ""
    columns: tuple[str, ...] = ()
    colors: dict[str, str] = {}
    keys: dict[str, tuple[str, ...]] = {}
    views: tuple[ConfiguredView, ...] = ()
    lines: dict[str, int | None] = {}
    """The lines of the entries that count, by path: "theme", "colors.late", "keys.take", "view.1"."""
    problems: tuple[Problem, ...] = ()
