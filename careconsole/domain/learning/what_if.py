"""What the recorded past would have been under another rule: what is asked, and what is found.

Every finding has its cases. People are named only where somebody is called, in order of time; nobody is counted.
"""

from __future__ import annotations

import msgspec


class FindingEntry(msgspec.Struct, frozen=True, kw_only=True, order=True, gc=False):
    """Something that would have been different, or not, at `at` (epoch milliseconds), on a case.

    `number` is the entry of the history that it is about, 0 without one; `what` says what it is; `people` are those who
    would be called, and `instead` those who were.
    """

    at: int
    case: int
    number: int = 0
    what: str = ""
    people: tuple[int, ...] = ()
    instead: tuple[int, ...] = ()


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """An answer: its kind, and everything that it is true of, in order of time."""

    kind: str
    entries: tuple[FindingEntry, ...]

    @property
    def cases(self) -> tuple[int, ...]:
        """The numbers of its cases, each once, in order."""
        return tuple(sorted({one.case for one in self.entries}))
