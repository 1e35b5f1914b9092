"""Intervals and the test for two shares, against published values and against values computed in another way."""

from __future__ import annotations

from fractions import Fraction
from math import comb, sqrt
from random import Random

import pytest

from careconsole.domain.statistics.difference import chance_of_difference
from careconsole.domain.statistics.intervals import median, median_interval, median_place, share_interval


@pytest.mark.parametrize(
    "hits, n, low, high",
    [  # Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, 1998, table I
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_of_a_share_is_the_published_one(hits: int, n: int, low: float, high: float) -> None:
    found = share_interval(hits, n)
    assert found is not None
    assert (round(found[0], 4), round(found[1], 4)) == (low, high)


@pytest.mark.parametrize("n", [1, 2, 5, 10, 1000])
def test_none_and_all_touch_the_end_and_mirror_each_other(n: int) -> None:
    none, every = share_interval(0, n), share_interval(n, n)
    z2 = 1.959963984540054**2
    assert none is not None
    assert every is not None
    assert none[0] == 0
    assert every[1] == 1
    assert none[1] == pytest.approx(z2 / (n + z2)) == pytest.approx(1 - every[0])


def test_the_ends_of_the_interval_solve_the_equation_that_defines_it() -> None:
    for hits, n in ((1, 3), (7, 11), (400, 1000)):
        for end in share_interval(hits, n) or ():
            assert abs(hits / n - end) == pytest.approx(1.959963984540054 * sqrt(end * (1 - end) / n))


def test_none_of_none_is_no_share_and_more_than_all_is_a_mistake() -> None:
    assert share_interval(0, 0) is None
    for hits, n in ((-1, 3), (4, 3), (1, 0)):
        with pytest.raises(ValueError):
            share_interval(hits, n)


@pytest.mark.parametrize(
    "n, place",
    [  # Conover, "Practical Nonparametric Statistics", and Hahn and Meeker, "Statistical Intervals": 95 %, at least
        (0, None), (1, None), (5, None), (6, 1), (8, 1), (9, 2), (10, 2), (15, 4), (20, 6), (25, 8), (30, 10), (50, 18),
        (100, 40),
    ],
)  # fmt: skip
def test_the_interval_of_a_median_stands_at_the_published_places(n: int, place: int | None) -> None:
    assert median_place(n) == place


def test_the_places_are_the_narrowest_with_enough_confidence_computed_in_whole_numbers() -> None:
    for n in [*range(6, 130), 1000]:
        place = median_place(n)
        assert place is not None

        def outside(at: int, n: int = n) -> Fraction:
            return Fraction(2 * sum(comb(n, heads) for heads in range(at)), 2**n)

        assert outside(place) <= Fraction(5, 100) < outside(place + 1), n


def test_very_many_values_have_an_interval_too() -> None:
    place = median_place(1_000_000)
    assert place is not None
    assert abs(place - (500_000 - 980)) < 5


def test_the_interval_contains_the_median_and_equal_values_make_it_a_point() -> None:
    random = Random(7)
    values = sorted(random.random() for _ in range(41))
    low, high = median_interval(values) or (1, 0)
    assert low < (median(values) or 0) == values[20] < high
    assert median_interval([3.0] * 9) == (3.0, 3.0)
    assert (median([]), median([4]), median([1, 4])) == (None, 4, 2.5)
    assert median_interval([1, 2, 3, 4, 5]) is None


@pytest.mark.parametrize(
    "hits, n, other, m, chance",
    [
        (3, 4, 1, 4, 0.4857142857),  # Fisher's tea (R: fisher.test)
        (8, 10, 1, 6, 0.0349650350),  # the example of SciPy's fisher_exact
        (1, 10, 11, 14, 0.0027594562),  # the example of Wikipedia, "Fisher's exact test"
        (0, 5, 0, 5, 1.0),
        (5, 5, 5, 5, 1.0),
        (0, 0, 3, 5, 1.0),
        (0, 1, 1, 1, 1.0),
    ],
)
def test_the_chance_of_a_difference_is_the_published_one(hits: int, n: int, other: int, m: int, chance: float) -> None:
    assert chance_of_difference(hits, n, other, m) == pytest.approx(chance, abs=1e-8)
    assert chance_of_difference(other, m, hits, n) == pytest.approx(chance, abs=1e-8)
