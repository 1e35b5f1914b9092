"""A figure of the report: how many, how exact, week by week, and whether it changed visibly."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import chain

import msgspec
from msgspec.structs import replace

from careconsole.domain.report.panels import Definition, Kind
from careconsole.domain.report.weeks import Week
from careconsole.domain.statistics.difference import UNLIKELY, chance_of_difference
from careconsole.domain.statistics.intervals import median, median_interval, share_interval

FEW = 5
"""Fewer observations than this are too few to say anything."""
RECENT = 4
"""The last weeks of a chart, which are compared with those before."""
UNKNOWN = -1
"""The value of an observation of which it is not known how it went."""
SAME, MORE, LESS, TOO_FEW, GROWING = "same", "more", "less", "too few", "growing"
"""What can be said of the last weeks, compared with those before."""


class Series:
    """Observations: for each the case, when it was made, and 1, 0 or a length of time in ms; `UNKNOWN` for neither."""

    def __init__(self) -> None:
        self.cases, self.times, self.values = array("q"), array("q"), array("q")

    def add(self, case: int, at: int, value: int) -> None:
        """Adds one observation."""
        self.cases.append(case)
        self.times.append(at)
        self.values.append(value)

    def known(self, since: int, until: int) -> tuple[list[tuple[int, int]], int]:
        """The cases and values of the observations between two moments, both included, and how many are unknown."""
        rows = zip(self.cases, self.times, self.values, strict=True)
        found = [(case, value) for case, at, value in rows if since <= at <= until]
        known = [row for row in found if row[1] != UNKNOWN]
        return known, len(found) - len(known)

    def by_week(self, weeks: Sequence[Week], until: int) -> list[list[int]]:
        """The values of the known observations in each of these weeks, up to `until`, in one pass."""
        begins = [week.since for week in weeks]
        end = min(weeks[-1].until - 1, until)
        found: list[list[int]] = [[] for _ in weeks]
        for at, value in zip(self.times, self.values, strict=True):
            if begins[0] <= at <= end and value != UNKNOWN:
                found[bisect_right(begins, at) - 1].append(value)
        return found


class WeekFigure(msgspec.Struct, frozen=True, kw_only=True):
    """A figure in one week: how many observations, how many hits, and the share or the seconds (None: too few).

    `now` is what it is by today's histories, if it was read from a record that says something else: n and hits.
    """

    day: str
    n: int
    hits: int
    value: float | None
    is_recorded: bool = False
    now: tuple[int, int] | None = None


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A figure over a span of time.

    `value` is a share from 0 to 1, or seconds; it and the interval are None where n is too small. `cases` are those
    behind the hits (for a length of time, behind all of it), `counted` those behind n; both in order. `unknown` counts
    the observations left out because nobody knows how they went.
    """

    definition: Definition
    n: int
    hits: int
    value: float | None
    interval: tuple[float, float] | None
    unknown: int
    cases: tuple[int, ...]
    counted: tuple[int, ...]
    weeks: tuple[WeekFigure, ...]
    change: str


def figure(definition: Definition, series: Series, since: int, until: int, weeks: Sequence[Week]) -> Figure:
    """The figure over the time from `since` to `until`, both included, with its weeks, which end at `until` too."""
    known, unknown = series.known(since, until)
    by_week = series.by_week(weeks, until)
    hits = [case for case, value in known if _is_hit(definition, value)]
    value, interval = _told(definition, [value for _, value in known])
    return Figure(
        definition=definition,
        n=len(known),
        hits=len(hits),
        value=value,
        interval=interval,
        unknown=unknown,
        cases=tuple(sorted(set(hits))),
        counted=tuple(sorted({case for case, _ in known})),
        weeks=tuple(_week(definition, week, values) for week, values in zip(weeks, by_week, strict=True)),
        change=_change(definition, [*chain(*by_week[:-RECENT])], [*chain(*by_week[-RECENT:])]),
    )


class Recorded(msgspec.Struct, frozen=True):
    """A figure of a week as it was recorded: how many observations and hits, and the share or the seconds."""

    n: int
    hits: int
    value: float | None


Record = Mapping[tuple[str, int], Recorded]
"""What was recorded, by the id of the figure and the end of the week (epoch milliseconds)."""


def with_record(found: Figure, weeks: Sequence[Week], until: int, record: Record) -> Figure:
    """The figure with its past weeks as they were recorded; where today's histories say something else, they say so."""
    return replace(
        found,
        weeks=tuple(_recorded(found, one, week, until, record) for one, week in zip(found.weeks, weeks, strict=True)),
    )


def _recorded(found: Figure, one: WeekFigure, week: Week, until: int, record: Record) -> WeekFigure:
    kept = record.get((found.definition.id, week.until)) if week.until <= until else None
    if kept is None:
        return one
    is_same = (kept.n, kept.hits, kept.value) == (one.n, one.hits, one.value)
    now = None if is_same else (one.n, one.hits)
    return WeekFigure(day=one.day, n=kept.n, hits=kept.hits, value=kept.value, is_recorded=True, now=now)


def _is_hit(definition: Definition, value: int) -> bool:
    return definition.kind is Kind.SPAN or (value == 0) is definition.opposite


def _hits(definition: Definition, values: Sequence[int]) -> int:
    return sum(_is_hit(definition, value) for value in values)


def _told(definition: Definition, values: Sequence[int]) -> tuple[float | None, tuple[float, float] | None]:
    if len(values) < FEW:
        return None, None
    if definition.kind is Kind.SHARE:
        hits = _hits(definition, values)
        return hits / len(values), share_interval(hits, len(values))
    seconds = sorted(value / 1000 for value in values)
    return median(seconds), median_interval(seconds)


def _week(definition: Definition, week: Week, values: Sequence[int]) -> WeekFigure:
    return WeekFigure(day=week.day, n=len(values), hits=_hits(definition, values), value=_told(definition, values)[0])


def _change(definition: Definition, before: Sequence[int], after: Sequence[int]) -> str:
    """What the last weeks say, compared with those before: mostly nothing.

    Shares differ if chance is an unlikely explanation (`statistics.difference`), medians if their intervals have
    nothing in common, which is more than 95 % sure.
    """
    if min(len(before), len(after)) < FEW:
        return TOO_FEW
    if definition.grows:
        return GROWING
    if definition.kind is Kind.SHARE:
        hits, earlier = _hits(definition, after), _hits(definition, before)
        if chance_of_difference(hits, len(after), earlier, len(before)) > UNLIKELY:
            return SAME
        return MORE if hits * len(before) > earlier * len(after) else LESS
    now, then = median_interval(sorted(after)), median_interval(sorted(before))
    if now is None or then is None:
        return TOO_FEW
    return MORE if now[0] > then[1] else LESS if now[1] < then[0] else SAME
