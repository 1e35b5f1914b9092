"""What the recorded past would have been under another rule: what is asked, and what is found.

Every finding has its cases. People are named only where somebody is called, in order of time; nobody is counted.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence

import msgspec

MOST = 1_000
"""The most times of a finding that are listed, in order of time; all of them are counted, and all cases are known."""


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
    """An answer: its kind, how many times it is true, and the numbers of its cases, each once, in order.

    `entries` are these times in order of time; of very many only the first `MOST`.
    """

    kind: str
    times: int
    cases: Sequence[int]
    entries: tuple[FindingEntry, ...]


class Findings:
    """Collects findings of some kinds, case by case in order of number. It holds little, however many there are."""

    def __init__(self, kinds: Iterable[str]) -> None:
        self._found = {kind: _Collected() for kind in kinds}

    def add(self, kind: str, entry: FindingEntry) -> None:
        """Adds one time that a finding is true."""
        one = self._found[kind]
        one.times += 1
        if not one.cases or one.cases[-1] != entry.case:
            one.cases.append(entry.case)
        one.entries.append(entry)
        if len(one.entries) >= 2 * MOST:
            one.entries = sorted(one.entries)[:MOST]

    def all(self) -> tuple[Finding, ...]:
        """The findings, one of each kind."""
        return tuple(
            Finding(kind=kind, times=one.times, cases=one.cases, entries=tuple(sorted(one.entries)[:MOST]))
            for kind, one in self._found.items()
        )


class _Collected:
    def __init__(self) -> None:
        self.times = 0
        self.cases = array("q")
        self.entries: list[FindingEntry] = []
