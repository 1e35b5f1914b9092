"""Escalation paths in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from careconsole.domain.case.escalation_paths import Path

if TYPE_CHECKING:
    from careconsole.desk.team.escalation_paths import Tried


def for_words(path: Path) -> str:
    """Says which cases a path is for: "tag vat; priority high", "every case"."""
    parts = [
        f"{what} {', '.join(words)}"
        for what, words in (
            ("tag", path.tags),
            ("tier", path.tiers),
            ("priority", path.priorities),
            ("cause", path.causes),
        )
        if words
    ]
    return "; ".join(parts) or "every case"


def nobody_words(found: Tried) -> str:
    """Why a forecast has no steps, as far as it goes: for a call by the one who asks, others may reach somebody."""
    if not found.is_open:
        return "Nobody would be called: the case is not open."
    if found.open:
        return "Nobody else would be called."
    if not found.caller:
        return "Nobody would be called: nobody can resolve it."
    return f"If {found.caller} escalated it, nobody would be called: nobody else can resolve it."


def end_words(found: Tried) -> str:
    """What happens once nobody has answered the planned calls: "the call is repeated and every lead is told"."""
    if not found.until_all:
        return "the call is repeated; there is no other lead to tell"
    if found.until_all <= len(found.steps):
        return "the call is repeated and every lead is told"
    return f"the call is repeated, and every lead is told after {found.until_all} calls without an answer"
