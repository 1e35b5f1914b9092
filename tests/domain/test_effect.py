"""Whether a change helped: the exact test against values computed otherwise, and what is claimed in simulations."""

from __future__ import annotations

from fractions import Fraction
from math import comb
from random import Random

import pytest

from careconsole.domain.learning.effect import AFTER, BEFORE, UNLIKELY, Count, Effect, chance_of_so_few, effect
from careconsole.domain.learning.kinds import AFTER_CHANGE, AGAIN, FIRST, WITH_PLAYBOOK, kind_of
from careconsole.domain.time.moments import DAY, WEEK

MADE = 100 * WEEK


@pytest.mark.parametrize(
    ("before", "after", "chance"),
    [
        # The sign test's table (n = 10): at most 1, 2 and 3 of 10.
        (Count(9, 50), Count(1, 50), 0.0107),
        (Count(8, 50), Count(2, 50), 0.0547),
        (Count(7, 50), Count(3, 50), 0.1719),
        (Count(0, 50), Count(0, 50), 1.0),
        (Count(3, 0), Count(1, 50), 1.0),
        (Count(3, 50), Count(0, 0), 1.0),
    ],
)
def test_the_chance_of_so_few_is_that_of_the_sign_test(before: Count, after: Count, chance: float) -> None:
    assert chance_of_so_few(before, after) == pytest.approx(chance, abs=5e-5)


@pytest.mark.parametrize(("times", "cases"), [((40, 12), (310, 240)), ((3, 0), (1, 7)), ((900, 840), (4_000, 4_100))])
def test_the_chance_of_so_few_equals_exact_fractions(times: tuple[int, int], cases: tuple[int, int]) -> None:
    n, share = sum(times), Fraction(cases[1], sum(cases))
    exact = sum(comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(times[1] + 1))
    found = chance_of_so_few(Count(times[0], cases[0]), Count(times[1], cases[1]))
    assert found == pytest.approx(float(exact), rel=1e-9)


def looked_at(random: Random, before: float, after: float, week: range) -> list[Effect]:
    """What is said each week of a cause that comes up so many times a week before and after a change.

    The change is asked for when the cause came up for the second time in four weeks, and made two weeks later.
    """
    times = [0.0]
    while len(times) < 3 or times[-1] - times[-2] > 4 or times[-1] < 20:
        times.append(times[-1] + random.expovariate(before))
    prompting, made = len(times) - 1, times[-1] + 2
    for rate, end in ((before, made), (after, made + 13)):
        at = times[-1] if rate is before else made
        while rate and (at := at + random.expovariate(rate)) < end:
            times.append(at)
    opened = [round(at * WEEK / 20) for at in range(round((made + 13) * 20))]
    others = sorted(round(at * WEEK) for place, at in enumerate(times) if place != prompting)
    return [effect(others, opened, round(made * WEEK), round((made + after) * WEEK)) for after in week]


@pytest.mark.parametrize("rate", [0.3, 1, 3])
def test_a_constant_rate_is_called_an_effect_in_at_most_5_of_100_causes_looked_at_every_week(rate: float) -> None:
    random = Random(1)
    runs = 300
    false = sum(any(one.helped for one in looked_at(random, rate, rate, range(1, 13))) for _ in range(runs))
    assert false / runs <= 0.05


def test_a_cause_of_one_a_week_that_stops_is_recognised_after_eight_weeks() -> None:
    random = Random(2)
    runs = 300
    seen = sum(looked_at(random, 1, 0, range(8, 9))[0].helped for _ in range(runs))
    assert seen / runs >= 0.85


def opened_daily(days: int) -> list[int]:
    return [MADE - BEFORE + day * DAY for day in range(days)]


def test_it_is_too_early_until_none_since_would_be_unlikely_and_that_day_is_named() -> None:
    times = [MADE - week * WEEK for week in range(10, 0, -1)]
    early = effect(times, opened_daily(300), MADE, MADE + 2 * WEEK)
    assert not early.helped
    assert early.tell_from is not None
    a_day_before = effect(times, opened_daily(300), MADE, early.tell_from - DAY)
    assert not a_day_before.helped
    assert a_day_before.tell_from == early.tell_from
    then = effect(times, opened_daily(300), MADE, early.tell_from)
    assert then.helped
    assert then.chance is not None
    assert then.chance <= UNLIKELY


def test_a_rare_cause_and_one_that_goes_on_show_no_sign_and_never_will() -> None:
    rare = effect([MADE - WEEK], opened_daily(300), MADE, MADE + WEEK)
    assert (rare.helped, rare.tell_from, rare.is_untellable) == (False, None, True)
    weekly = [MADE + week * WEEK for week in range(-16, 11)]
    goes_on = effect(weekly, opened_daily(300), MADE, MADE + 11 * WEEK)
    assert (goes_on.helped, goes_on.tell_from, goes_on.is_untellable) == (False, None, False)


def test_of_a_young_database_nothing_is_claimed_and_no_chance_is_named_without_a_comparison() -> None:
    for times, opened in (([], []), ([], [MADE - DAY]), ([], [MADE - DAY, MADE + 1]), ([MADE - 5], [MADE - 5])):
        found = effect(times, opened, MADE, MADE + 2)
        assert (found.chance, found.helped, found.tell_from, found.too_young) == (None, False, None, True)
    burst = [MADE - n for n in range(9, 0, -1)]
    young = effect(burst, [*burst, *(MADE + n for n in range(1, 90))], MADE, MADE + 3 * WEEK)
    assert young.chance is not None
    assert young.chance <= UNLIKELY
    assert (young.helped, young.too_young) == (False, True), "nine exceptions of one second say nothing"


def test_nothing_is_claimed_in_the_first_week_after_a_change() -> None:
    """However many cases come on its first day: as those of an import may."""
    times = [MADE - week * WEEK for week in range(10, 0, -1)]
    opened = sorted([*opened_daily(112), *(MADE + n for n in range(900))])
    first = effect(times, opened, MADE, MADE + DAY)
    assert first.chance is not None
    assert first.chance <= UNLIKELY
    assert (first.helped, first.tell_from) == (False, MADE + WEEK)
    assert effect(times, opened, MADE, MADE + WEEK).helped


def test_a_cause_that_goes_on_is_no_sign_only_after_the_first_week() -> None:
    times = sorted([*(MADE - week * WEEK for week in range(10, 0, -1)), *(MADE + n * DAY // 4 for n in range(200))])
    early = effect(times, opened_daily(300), MADE, MADE + 2 * DAY)
    assert (early.tell_from, early.is_untellable) == (MADE + WEEK, False)
    later = effect(times, opened_daily(300), MADE, MADE + WEEK)
    assert (later.tell_from, later.is_untellable, later.helped) == (None, False, False)


def test_what_came_up_only_since_a_change_can_never_be_compared() -> None:
    for days in (2, 20, 200):
        found = effect([MADE + DAY], opened_daily(300), MADE, MADE + days * DAY)
        assert (found.is_untellable, found.tell_from, found.helped) == (True, None, False)


def test_what_comes_after_twelve_weeks_is_about_something_else() -> None:
    times = [MADE - week * WEEK for week in range(12, 0, -1)]
    later = [MADE + AFTER + week * WEEK for week in range(20)]
    assert effect([*times, *later], opened_daily(400), MADE, MADE + 40 * WEEK).helped


def test_a_cause_comes_up_first_then_again_and_a_playbook_or_a_change_that_was_there_is_named() -> None:
    assert kind_of(5, False, [], []) == FIRST
    assert kind_of(5, True, [9], [9]) == AGAIN
    assert kind_of(5, False, [4], [9]) == WITH_PLAYBOOK
    assert kind_of(5, True, [4], [3]) == AFTER_CHANGE
