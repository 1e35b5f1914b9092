"""A figure of the report: what counts as a hit, its weeks, and when it is said to have changed."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from careconsole.domain.report.figures import (
    GROWING,
    LESS,
    MORE,
    SAME,
    TOO_FEW,
    UNKNOWN,
    Figure,
    Series,
    figure,
)
from careconsole.domain.report.panels import DEFINITIONS
from careconsole.domain.report.weeks import Week
from careconsole.domain.time.moments import HOUR, WEEK

WEEKS = tuple(Week(place * WEEK, (place + 1) * WEEK, f"week {place}") for place in range(12))
UNTIL = 12 * WEEK - HOUR
SHARE, SPAN, OPPOSITE = DEFINITIONS["one_owner"], DEFINITIONS["silence"], DEFINITIONS["late"]


def made(weeks: list[list[int]], definition=SHARE, since: int = 0) -> Figure:
    """A figure of these values, each on a case of its own, by week."""
    series, case = Series(), 0
    for place, values in enumerate(weeks):
        for value in values:
            case += 1
            series.add(case, place * WEEK + HOUR, value)
    return figure(definition, series, since, UNTIL, WEEKS)


def test_a_share_counts_its_hits_and_leaves_out_what_is_unknown() -> None:
    found = made([[1, 0, 1, 1, UNKNOWN, 1, 0]])
    assert (found.n, found.hits, found.value, found.unknown) == (6, 4, 4 / 6, 1)
    assert (found.cases, found.counted) == ((1, 3, 4, 6), (1, 2, 3, 4, 6, 7))
    assert [(week.n, week.hits) for week in found.weeks] == [(6, 4)] + [(0, 0)] * 11
    assert made([[1, 0, 1, 1, UNKNOWN, 1, 0]], OPPOSITE).cases == (2, 7)


def test_of_none_and_of_fewer_than_five_nothing_is_said() -> None:
    for values in ([], [1], [0, 1, 1, 0], [UNKNOWN] * 9):
        found = made([values])
        assert (found.value, found.interval, found.change) == (None, None, TOO_FEW)
        assert all(week.value is None for week in found.weeks)


def test_all_and_none_of_five_have_an_interval_that_ends_there() -> None:
    every, none = made([[1] * 5]), made([[0] * 5])
    assert every.value == 1
    assert none.value == 0
    assert every.interval == pytest.approx((0.5655, 1.0), abs=1e-4)
    assert none.interval == pytest.approx((0.0, 0.4345), abs=1e-4)


def test_times_have_their_median_in_seconds_and_every_case_behind_them() -> None:
    found = made([[1000, 9000, 2000, 0, 3000, 4000]], SPAN)
    assert (found.value, found.interval, found.hits, found.cases) == (2.5, (0.0, 9.0), 6, (1, 2, 3, 4, 5, 6))


def test_weeks_before_the_beginning_are_in_the_chart_and_not_in_the_figure() -> None:
    found = made([[1]] * 12, since=10 * WEEK)
    assert (found.n, sum(week.n for week in found.weeks)) == (2, 12)


def test_what_came_after_the_end_is_in_neither() -> None:
    series = Series()
    series.add(1, UNTIL, 1)
    series.add(2, UNTIL + 1, 1)
    found = figure(SHARE, series, 0, UNTIL, WEEKS)
    assert (found.n, found.weeks[-1].n) == (1, 1)


@pytest.mark.parametrize(
    "before, after, change",
    [
        ([1, 0, 1, 0], [1, 0, 1, 0], SAME),
        ([0] * 6, [1] * 6, MORE),
        ([1] * 6, [0] * 6, LESS),
        ([1, 1, 0], [1], TOO_FEW),
    ],
)
def test_a_share_has_changed_only_if_chance_hardly_explains_it(
    before: list[int], after: list[int], change: str
) -> None:
    weeks = [[]] * 7 + [before] + [[]] * 3 + [after] if change == TOO_FEW else [before] * 8 + [after] * 4
    assert made(weeks).change == change
    growing = replace(SHARE, grows=True)
    assert made(weeks, growing).change == (TOO_FEW if change == TOO_FEW else GROWING)


def test_times_have_changed_only_if_their_intervals_have_nothing_in_common() -> None:
    short, long = [1000, 2000, 3000], [50_000, 60_000, 70_000]
    assert made([short] * 8 + [long] * 4, SPAN).change == MORE
    assert made([long] * 8 + [short] * 4, SPAN).change == LESS
    assert made([short] * 12, SPAN).change == SAME
    assert made([short] * 3 + [[]] * 8 + [[1000] * 5], SPAN).change == TOO_FEW
