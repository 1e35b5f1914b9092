"""What all readers share: their limits, why a record cannot be taken, and what they noticed."""

from __future__ import annotations

import msgspec

LONGEST = 16 * 1024 * 1024
"""The longest line and the longest value taken, in characters (JSON Lines: bytes)."""

_LONGEST_RAW = 100_000
_MOST_COUNTED = 1_000


class InvalidRecord(Exception):
    """A row that cannot be taken: the column at fault (may be empty) and the reason."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


class ReadReport(msgspec.Struct):
    """What a reader noticed; complete when the iteration has ended.

    `lines` and `rejects` count what came out. `columns` are those of the file in the order met, `not_carried` those
    that the map does not name and `never_seen` those it names that no JSON line had. `unmapped` counts, for status,
    priority, level and channel, the values that the map does not list: they said nothing. `by_systems` counts rows
    whose owner was a system, `repeated_headers` header lines met again, `empty_rows` rows without any value. `file` is
    the one being read, where there are several, and `told` what else the reader has to say.
    """

    format: str = ""
    gzip: bool = False
    delimiter: str = ""
    encoding: str = ""
    lines: int = 0
    rejects: int = 0
    columns: tuple[str, ...] = ()
    not_carried: tuple[str, ...] = ()
    never_seen: tuple[str, ...] = ()
    unmapped: dict[str, dict[str, int]] = msgspec.field(default_factory=dict)
    by_systems: int = 0
    repeated_headers: int = 0
    empty_rows: int = 0
    file: str = ""
    told: list[str] = msgspec.field(default_factory=list)

    def count(self, what: str, value: str) -> None:
        """Count a `value` of `what` (status, priority, level, channel) that the map does not list."""
        counts = self.unmapped.setdefault(what, {})
        if value not in counts and len(counts) >= _MOST_COUNTED:
            value = "(further values)"
        counts[value] = counts.get(value, 0) + 1

    def notices(self) -> list[str]:
        """What a person should know about this reading, a sentence each."""
        told = []
        for what, counts in self.unmapped.items():
            most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
            listed = ", ".join(f"{printable(value)} ({count})" for value, count in most[:10])
            more = f" and {len(most) - 10} more" if len(most) > 10 else ""
            told.append(f"Values of {what} that the map does not list, and that say nothing: {listed}{more}.")
        if self.not_carried:
            told.append(f"Columns not carried over: {', '.join(map(printable, self.not_carried))}.")
        if self.never_seen:
            told.append(f"Columns the map names and no line has: {', '.join(self.never_seen)}.")
        if self.by_systems:
            told.append(f"Rows whose owner is a system, and that say nothing about ownership: {self.by_systems}.")
        if self.repeated_headers:
            told.append(f"Header lines met again and skipped: {self.repeated_headers}.")
        if self.empty_rows:
            told.append(f"Rows without any value, skipped: {self.empty_rows}.")
        return told + self.told


def printable(text: str) -> str:
    """`text` fit for UTF-8: bytes that could not be decoded as `\\xff`, other lone surrogates as `\\ud800`."""
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode("utf-8")


def raw_text(text: str) -> str:
    """The raw text for a reject: without its line end, and not endless."""
    text = text.rstrip("\r\n")
    if len(text) > _LONGEST_RAW:
        text = f"{text[:_LONGEST_RAW]}… ({len(text) - _LONGEST_RAW} characters more)"
    return printable(text)
