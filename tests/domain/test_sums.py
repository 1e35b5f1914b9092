"""Sums of money in what people wrote: what may not be a sum is none."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careconsole.domain.learning.sums import numbers_in, sums_in


@pytest.mark.parametrize(
    ("text", "sums"),
    [
        ("refund 289 today, before the machine is back; I may do 200", ["289"]),
        ("Refunded 40.", ["40"]),
        ("refund up to 40", ["40"]),
        ("refund him the 39,90 now", ["39.90"]),
        ("may I give back €40?", ["40 EUR"]),
        ("40€ for the cups, and 3 days late", ["40 EUR"]),
        ("she wants 1.250,50 EUR back", ["1250.50 EUR"]),
        ("charged 3,120 twice: refund 3,120", ["3120"]),
        ("between 20 EUR and 60 EUR", ["20 EUR", "60 EUR"]),
        ("refund within 3 days", []),
        ("refund 3 days late", []),
        ("refund 2 kettles", []),
        ("refund order P-9917", []),
        ("refund 20%", []),
        ("refund by 12:30", []),
        ("refund 2026-11-03", []),
        ("above what I may, customer since 2019", []),
        ("", []),
    ],
)
def test_a_sum_has_a_currency_or_stands_after_what_is_paid(text: str, sums: list[str]) -> None:
    assert [f"{one.amount} {one.currency}".strip() for one in sums_in(text, ("refund",))] == sums


def test_without_a_word_for_what_is_paid_only_a_currency_makes_a_sum() -> None:
    assert sums_in("refund 40") == []
    assert [one.amount for one in sums_in("refund 40 CHF")] == [Decimal(40)]


@given(st.text(alphabet="refund 0123456789.,'€EUR-:%\n", max_size=60))
def test_whatever_is_written_is_read_without_fail(text: str) -> None:
    for one in sums_in(text, ("refund",)):
        assert one.amount.is_finite()
        assert one.amount >= 0
    assert all(written in text for _, written in numbers_in(text))
