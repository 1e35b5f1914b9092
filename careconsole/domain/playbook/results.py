"""How a playbook has done: what the people who used it said, and what they decided by it. Never by person.

The states follow KCS v6 ("Article State", Technique 5.2) in the words of a support desk; nobody sets them by hand.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from careconsole.domain.case.playbook_summary import FITTED, NOT, PARTLY
from careconsole.domain.case.state import PlaybookUse
from careconsole.domain.playbook.history import Playbook

NEW, TRIED, PROVEN, RETIRED, UNDONE = "new", "tried", "proven", "retired", "undone"
"""The states of a playbook."""

_PROVEN_TIMES, _PROVEN_PEOPLE = 3, 2
_FLAG_NOTS, _FLAG_AMONG = 2, 4


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """Counts over the cases on which a playbook was used.

    `passed` counts how often somebody was called though it would have let them decide. `decided` counts decisions that
    needed no lead, `sums` their amounts by currency. `doubted`: of the last four
    answers, two or more said that it did not fit. `proven`: it fitted at least three times, for at least two people.
    """

    used: int = 0
    fitted: int = 0
    partly: int = 0
    not_fitted: int = 0
    decided: int = 0
    passed: int = 0
    sums: dict[str, str] = {}
    doubted: bool = False
    proven: bool = False

    @property
    def rated(self) -> int:
        """How many uses somebody has rated."""
        return self.fitted + self.partly + self.not_fitted


def results(uses: Iterable[PlaybookUse]) -> Results:
    """Counts the uses of one playbook; order does not matter."""
    every = list(uses)
    uses = [use for use in every if not use.passed]
    rated = sorted((use for use in uses if use.fit), key=lambda use: (use.rated_at or 0, use.number))
    fitted = [use for use in rated if use.fit == FITTED]
    sums: dict[str, Decimal] = {}
    for use in uses:
        if use.amount:
            sums[use.currency] = sums.get(use.currency, Decimal(0)) + Decimal(use.amount)
    return Results(
        used=len(uses),
        fitted=len(fitted),
        partly=sum(use.fit == PARTLY for use in rated),
        not_fitted=sum(use.fit == NOT for use in rated),
        passed=len(every) - len(uses),
        decided=sum(bool(use.decided) for use in uses),
        sums={currency: f"{total:f}" for currency, total in sorted(sums.items())},
        doubted=sum(use.fit == NOT for use in rated[-_FLAG_AMONG:]) >= _FLAG_NOTS,
        proven=len(fitted) >= _PROVEN_TIMES and len({use.by for use in fitted}) >= _PROVEN_PEOPLE,
    )


def state_of(playbook: Playbook, done: Results) -> str:
    """The state of a playbook: "undone", "retired", "proven", "tried" (somebody has said how it fitted) or "new"."""
    if playbook.void:
        return UNDONE
    if playbook.retired:
        return RETIRED
    if done.proven:
        return PROVEN
    return TRIED if done.rated else NEW


def record_words(done: Results) -> str:
    """How it went so far, in words: "fitted 7 of 9", "used twice, not rated yet"; empty if it was never used."""
    if done.rated:
        return f"fitted {done.fitted} of {done.rated}"
    if not done.used:
        return ""
    return "used once, not rated yet" if done.used == 1 else f"used {done.used} times, not rated yet"
