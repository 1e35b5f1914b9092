"""What if the frontline had been allowed to decide something: which calls to leads would not have been needed.

Nothing is replayed for that: each call is judged by what is recorded of it. The frontline can decide by a playbook if
no sum of the call is above its limit; a customer's wish and a danger go to a lead whatever a playbook says. Where no
sum is recorded, or some are above the limit and others not, or another number may be a sum, nobody can say.
"""

from __future__ import annotations

import msgspec

from careconsole.domain.case.causes import CUSTOMERS_WISH
from careconsole.domain.case.playbook_use import URGENT_TAGS
from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import given
from careconsole.domain.learning.calls import LeadCall
from careconsole.domain.learning.sums import Sum, numbers_in, other_numbers_in, sums_in
from careconsole.domain.terminal_text import display_text, fold

SPARED, ABOVE, UNSAID, REFERRED = "not needed", "above the limit", "no sum recorded", "to a lead all the same"
VERDICTS = (SPARED, ABOVE, UNSAID, REFERRED)
_SHORT = 3
"""Words of so few letters ("up", "to") do not say what is paid."""


class Allowance(msgspec.Struct, frozen=True, kw_only=True):
    """What the frontline might decide, as `text` says; up to `limit`, None without one. `paid` are its words, folded,
    such as "refund": in a call, a number after one of them is a sum."""

    text: str
    limit: Sum | None
    paid: tuple[str, ...] = ()


def allowance(text: str, *, unlimited: bool = False) -> Allowance:
    """Reads "refund 40" or "refund up to 40 EUR"; with `unlimited`, any words. Raises WrongUse for anything else."""
    said = " ".join(text.split())
    shown = display_text(said, 60)
    if not any(map(str.isalpha, said)):
        raise WrongUse("What the frontline may decide is missing.", "Say it and its limit: {}.", given(may="refund 40"))
    numbers = numbers_in(said)
    if unlimited:
        if numbers:
            raise WrongUse(f"“{shown}” has a limit.", "Leave the number out, or leave out {}.", given(no_limit=True))
        return Allowance(text=said, limit=None, paid=_words(said))
    if not numbers:
        raise WrongUse(
            f"“{shown}” has no sum.",
            "Say up to how much ({}), or that there is no limit ({}).",
            given(may="refund 40"),
            given(no_limit=True),
        )
    if len(numbers) > 1:
        raise WrongUse(f"“{shown}” has several numbers.", "Give one limit: {}.", given(may="refund 40"))
    (limit, written), *_ = numbers
    return Allowance(text=said, limit=limit, paid=_words(said.replace(written, " ")))


def verdict(call: LeadCall, allowed: Allowance) -> str:
    """Whether a call would have been needed under the allowance: one of the four verdicts."""
    if call.reason == CUSTOMERS_WISH or URGENT_TAGS & set(call.tags):
        return REFERRED
    limit = allowed.limit
    if limit is None:
        return SPARED
    sums = sums_in(call.need, allowed.paid) + sums_in(call.decided, allowed.paid)
    if any(one.currency and limit.currency and one.currency != limit.currency for one in sums):
        return UNSAID
    above = {one.amount > limit.amount for one in sums}
    if above == {True}:
        return ABOVE
    others = (n for text in (call.need, call.decided) for n in other_numbers_in(text, allowed.paid))
    return SPARED if above == {False} and all(n <= limit.amount for n in others) else UNSAID


def _words(text: str) -> tuple[str, ...]:
    words = (fold("".join(filter(str.isalpha, word))) for word in text.split())
    return tuple(dict.fromkeys(word for word in words if len(word) > _SHORT))
