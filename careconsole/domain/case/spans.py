"""Spans of time, and their median and 90th percentile, in eight bytes a span however many there are."""

from __future__ import annotations

from array import array
from heapq import merge

_AT_ONCE = 50_000
"""Spans that are sorted together: only so many are ever held as Python objects."""


class Spans:
    """Collects spans in milliseconds. What it gives is in seconds, and exact: nothing is sampled or rounded.

    If their number n is even, the median is the mean of the two middle values; p90 is by nearest rank: the value at
    place ceil(0.9 n).
    """

    def __init__(self, at_once: int = _AT_ONCE) -> None:
        self._at_once = at_once
        self._sorted: list[array[int]] = []
        self._latest = array("q")

    def add(self, ms: int) -> None:
        """Adds one span."""
        self._latest.append(ms)
        if len(self._latest) == self._at_once:
            self._sort()

    def summary(self) -> dict[str, float | None]:
        """How many there are (n), their median and p90; without any, these are None."""
        self._sort()
        n = sum(map(len, self._sorted))
        if not n:
            return {"n": 0, "median": None, "p90": None}
        lower, upper, high = self._at((n - 1) // 2, n // 2, -(-n * 9 // 10) - 1)
        return {"n": n, "median": seconds((lower + upper) / 2), "p90": seconds(high)}

    def longest(self) -> float | None:
        """The longest one; None without any."""
        self._sort()
        return seconds(max(run[-1] for run in self._sorted)) if self._sorted else None

    def _sort(self) -> None:
        """Sorts those that were added since the last time, and only those."""
        if self._latest:
            self._sorted.append(array("q", sorted(self._latest)))
            self._latest = array("q")

    def _at(self, *places: int) -> list[int]:
        """The spans at these ascending places, from 0, in order of length."""
        found: list[int] = []
        for place, span in enumerate(merge(*self._sorted)):
            while place == places[len(found)]:
                found.append(span)
                if len(found) == len(places):
                    return found
        raise IndexError(places)


def seconds(ms: float) -> float:
    """Milliseconds as seconds: an int where they are whole."""
    return int(ms // 1000) if ms % 1000 == 0 else ms / 1000
