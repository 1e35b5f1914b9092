"""What all readers share: their limits, the error that rejects a record, and the report of what they noticed."""

from __future__ import annotations

import msgspec

from careconsole.domain.counting import counted
from careconsole.intake.files.doubts import Doubt, Doubts

LONGEST = 16 * 1024 * 1024
"""The longest line and the longest value accepted, in characters (JSON Lines: bytes)."""

_LONGEST_RAW = 100_000
_MOST_COUNTED = 1_000


class InvalidRecord(Exception):
    """A record that must be rejected: the field at fault (may be empty) and the reason."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


class ReadReport(msgspec.Struct):
    """What a reader noticed; complete when the iteration has ended.

    `lines` and `rejects` count what it yielded. `columns` are those of the file in order of appearance, `not_carried`
    those that the map does not name, and `never_seen` those it names that the file lacks. `unmapped` counts, for
    status, priority, level and channel, the values that the map does not list, which are ignored. `by_systems` counts
    rows whose owner was a system, `repeated_headers` repeated header lines, `empty_rows` rows without any value. `file`
    is the one being read, if there are several, `told` has further messages of the reader, and `doubts` what the import
    would lose or guess.
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
    doubts: Doubts = msgspec.field(default_factory=Doubts)

    def count(self, what: str, value: str) -> None:
        """Counts a `value` of `what` (status, priority, level, channel) that the map does not list."""
        counts = self.unmapped.setdefault(what, {})
        if value not in counts and len(counts) >= _MOST_COUNTED:
            value = "(further values)"
        counts[value] = counts.get(value, 0) + 1

    def listed(self) -> list[Doubt]:
        """All that the import would lose or guess, the worst first: the doubts, unlisted values, and columns."""
        doubts = self.doubts.copy()
        for what, counts in self.unmapped.items():
            kind = "status-unknown" if what == "status" else "value-unknown"
            doubts.add_all(kind, what, {printable(value): count for value, count in counts.items()})
        for kind, columns in (("column-lost", self.not_carried), ("column-absent", self.never_seen)):
            doubts.add_all(kind, "", dict.fromkeys(map(printable, columns), 1))
        return doubts.listed()

    def notices(self) -> list[str]:
        """What the user should know about this reading, a sentence each; doubts first, the worst of them at the top."""
        return [doubt.text for doubt in self.listed()] + self.remarks()

    def remarks(self) -> list[str]:
        """What else the user should know: nothing that is lost or guessed."""
        told = []
        if self.by_systems:
            told.append(f"Rows whose owner is a system, and that say nothing about ownership: {self.by_systems}.")
        if self.repeated_headers:
            told.append(f"Header lines met again and skipped: {self.repeated_headers}.")
        if self.empty_rows:
            told.append(f"Rows without any value, skipped: {self.empty_rows}.")
        return told + self.told


def printable(text: str) -> str:
    """`text` made valid for UTF-8: bytes that could not be decoded as `\\xff`, other lone surrogates as `\\ud800`."""
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode("utf-8")


def raw_text(text: str) -> str:
    """The raw text for a reject: without its line end, and truncated if it is very long."""
    text = text.rstrip("\r\n")
    if len(text) > _LONGEST_RAW:
        text = f"{text[:_LONGEST_RAW]}… ({counted(len(text) - _LONGEST_RAW, 'character')} more)"
    return printable(text)
