"""What the frontline might have decided alone: which calls to leads would not have been needed."""

from __future__ import annotations

import random
from math import comb

import pytest

from careconsole.domain.errors import WrongUse
from careconsole.domain.learning.calls import LeadCall
from careconsole.domain.learning.effect import expected_again
from careconsole.domain.learning.what_if import MOST, FindingEntry, Findings
from careconsole.domain.learning.what_if_may import ABOVE, REFERRED, SPARED, UNSAID, allowance, verdict


def call(need: str, decided: str = "", reason: str = "exception", tags: tuple[str, ...] = ()) -> LeadCall:
    return LeadCall(at=1, number=2, escalation=2, reason=reason, need=need, decided=decided, tags=tags)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (call("refund 40"), SPARED),
        (call("refund 40.01"), ABOVE),
        (call("refund it", "refund 35 EUR"), SPARED),
        (call("refund it"), UNSAID),
        (call("refund 20, or refund 60 with the cups"), UNSAID),
        (call("refund 20", "refund 60"), UNSAID),
        (call("refund 20 USD"), UNSAID),
        (call("refund 20 of the 60"), UNSAID),
        (call("refund 20 EUR of order 5540"), SPARED),
        (call("refund 20", reason="wish"), REFERRED),
        (call("refund 20", tags=("pico", "safety")), REFERRED),
    ],
)
def test_a_call_is_judged_by_what_is_recorded_of_it(made: LeadCall, expected: str) -> None:
    assert verdict(made, allowance("refund up to 40 EUR")) == expected


def test_without_a_limit_no_sum_is_needed_but_a_wish_still_goes_to_a_lead() -> None:
    sent = allowance("send a new one", unlimited=True)
    assert verdict(call("send one more"), sent) == SPARED
    assert verdict(call("send one more", reason="wish"), sent) == REFERRED


@pytest.mark.parametrize(
    ("text", "unlimited", "why"),
    [
        ("", False, "is missing"),
        ("40", False, "is missing"),
        ("refund", False, "has no sum"),
        ("refund 20 or 40", False, "several numbers"),
        ("refund 40", True, "has a limit"),
    ],
)
def test_what_is_no_allowance_is_refused_with_what_to_say(text: str, unlimited: bool, why: str) -> None:
    with pytest.raises(WrongUse, match=why) as caught:
        allowance(text, unlimited=unlimited)
    assert caught.value.hint


@pytest.mark.parametrize("times", [0, 1, 2, 5, 20, 61])
def test_what_to_expect_again_are_the_counts_that_are_not_unlikely(times: int) -> None:
    """As Nelson (1970) for equal exposures, here as a direct sum of exact binomial terms over every later count."""

    def at_most(most: int, n: int) -> float:
        return sum(comb(n, k) for k in range(most + 1)) / 2**n

    likely = [
        later
        for later in range(300)
        if at_most(later, times + later) > 0.025 and 1 - (at_most(later - 1, times + later) if later else 0) > 0.025
    ]
    assert expected_again(times) == (min(likely), max(likely))


def test_a_later_real_change_lands_inside_what_was_predicted() -> None:
    """Teams whose exceptions repeat at a constant rate: half a year is replayed, the next half year has the rule."""
    chance = random.Random(17)
    allowed = allowance("refund 40")
    inside = runs = 400
    for _ in range(runs):
        rate = chance.choice((0.5, 1, 3))

        def half_year(rate: float = rate) -> list[LeadCall]:
            some = sum(chance.random() < rate / 7 for _ in range(182))
            return [
                call(f"refund {chance.randint(1, 80)}" if chance.random() < 0.8 else "refund it") for _ in range(some)
            ]

        before = [verdict(one, allowed) for one in half_year()]
        surely, perhaps = before.count(ABOVE), before.count(ABOVE) + before.count(UNSAID)
        later = half_year()
        reached = sum(
            verdict(one, allowed) != SPARED for one in later if one.need != "refund it" or chance.random() < 0.5
        )
        inside -= not expected_again(surely)[0] <= reached <= expected_again(perhaps)[1]
    assert inside / runs >= 0.95


def test_of_very_many_times_the_first_are_listed_and_all_are_counted_with_their_cases() -> None:
    found = Findings(("late", "never"))
    for case in range(1, 3 * MOST):
        for hour in (0, 1):
            found.add("late", FindingEntry(at=3 * MOST - case + hour, case=case))
    late, never = found.all()
    assert (late.times, len(late.cases), len(late.entries)) == (2 * (3 * MOST - 1), 3 * MOST - 1, MOST)
    assert list(late.entries) == sorted(late.entries)
    assert late.entries[0].at == 1
    assert (never.times, len(never.cases), never.entries) == (0, 0, ())
