"""Sums of money in what people wrote, read cautiously: what may not be a sum is none.

A number is a sum if it stands beside a currency ("40 EUR", "€40"), or right after the word for what is paid ("refund
289 today", "refunded up to 40"). Numbers of orders, times, days and percentages are none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from careconsole.domain.terminal_text import fold

_NUMBER = r"\d{1,3}(?:[,.' ]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY"}
_CURRENCY = r"[€$£¥]|[A-Z]{3}(?![A-Za-z])"
_SUM = re.compile(
    rf"(?<![\w.,:/#%'-])(?:(?P<before>{_CURRENCY})\s?)?(?P<number>{_NUMBER})(?:\s?(?P<after>{_CURRENCY}))?"
    r"(?![\w%:/-]|[.,]\d)"
)
_BETWEEN = frozenset(("a", "about", "all", "her", "him", "it", "its", "of", "only", "the", "them", "to", "up", "us"))
"""Words that may stand between the word for what is paid and the sum."""
_BEHIND = frozenset(
    (
        *("and", "as", "at", "back", "because", "before", "but", "for", "from", "in", "instead", "more", "now", "on"),
        *("or", "please", "since", "so", "today", "to", "tomorrow", "too", "until", "when", "which", "while"),
        *("with", "without"),
    )
)
"""Words that may follow a sum without a currency; any other word may say what the number counts ("3 days")."""


class Sum(msgspec.Struct, frozen=True):
    """A sum of money; `currency` is an ISO 4217 code, or empty where none is written."""

    amount: Decimal
    currency: str = ""


def sums_in(text: str, paid: Sequence[str] = ()) -> list[Sum]:
    """The sums in a text; without a currency, only those after a word that begins like one of `paid` (folded)."""
    found = list(_SUM.finditer(text))
    said = [_sum(match) for match in found if match["before"] or match["after"]]
    return said or [_sum(match) for match in found if _is_paid(text, match, paid)]


def other_numbers_in(text: str, paid: Sequence[str] = ()) -> list[Decimal]:
    """The numbers in a text that may or may not be sums: those beside its sums, unless these have a currency."""
    sums = sums_in(text, paid)
    if any(one.currency for one in sums):
        return []
    left = [one.amount for one, _ in numbers_in(text)]
    for one in sums:
        left.remove(one.amount)
    return left


def numbers_in(text: str) -> list[tuple[Sum, str]]:
    """Every number in a text that could be a sum, each with the characters it takes there."""
    return [(_sum(match), match[0]) for match in _SUM.finditer(text)]


def _sum(match: re.Match[str]) -> Sum:
    sign = match["before"] or match["after"] or ""
    return Sum(_amount(match["number"]), _SIGNS.get(sign, sign))


def _amount(written: str) -> Decimal:
    """The amount of digits with separators: the last one is a decimal point if one or two digits follow it."""
    whole, mark, rest = written, "", ""
    if match := re.fullmatch(r"(.*)[.,](\d{1,2})", written):
        whole, mark, rest = match[1], ".", match[2]
    return Decimal(re.sub(r"\D", "", whole) + mark + rest)


def _is_paid(text: str, match: re.Match[str], paid: Sequence[str]) -> bool:
    behind = re.match(r"\s*([^\W\d_]*)", text[match.end() :])
    if behind is not None and behind[1] and fold(behind[1]) not in _BEHIND:
        return False
    for word in reversed(re.findall(r"[^\W\d_]+|[^\w\s]|\d+", text[: match.start()])):
        plain = fold(word)
        if plain not in _BETWEEN:
            return any(plain.startswith(one) for one in paid)
    return False
