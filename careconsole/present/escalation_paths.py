"""Escalation paths in words."""

from __future__ import annotations

from careconsole.domain.case.escalation_paths import Path


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
