"""Calendar weeks, from Monday to Monday in local time; one with a change of the clocks is an hour longer or shorter."""

from __future__ import annotations

from datetime import tzinfo
from itertools import pairwise

import msgspec

from careconsole.domain.time.moments import HOUR, WEEK, day_start, local_time

COUNT = 12
"""How many weeks a chart shows."""


class Week(msgspec.Struct, frozen=True):
    """A week from `since` up to, but not including, `until` (epoch milliseconds); `day` is the date of its Monday."""

    since: int
    until: int
    day: str

    @property
    def extra_hours(self) -> int:
        """The hours by which it is longer than others (negative: shorter), because clocks were changed in it."""
        return round((self.until - self.since - WEEK) / HOUR)


def monday(ms: int, zone: tzinfo | None = None) -> int:
    """When the week of a moment begins."""
    return day_start(ms, -local_time(ms, zone).weekday(), zone)


def weeks_until(until: int, zone: tzinfo | None = None, count: int = COUNT) -> tuple[Week, ...]:
    """The last weeks that began before `until`, the oldest first; the last of them may not be over yet."""
    last = monday(until - 1, zone)
    edges = [day_start(last, 7 * place, zone) for place in range(1 - count, 2)]
    return tuple(Week(since, end, local_time(since, zone).date().isoformat()) for since, end in pairwise(edges))
