"""Cases that an argument may mean, for shell completion."""

from __future__ import annotations

from careconsole.desk.session import Desk
from careconsole.store.cases import subjects

Candidates = list[tuple[int, str]]
"""Case numbers with their subjects."""


def cases(desk: Desk, digits: str, most: int) -> Candidates:
    """The cases whose numbers begin with `digits`, whatever their state; without digits, the open ones due first."""
    engine = desk.store.engine
    rows = subjects.numbered_like(engine, digits, most) if digits else subjects.open_cases(engine, most)
    return [(number, subject) for number, subject in rows]


def resolved_cases(desk: Desk, most: int) -> Candidates:
    """The most recently resolved cases."""
    return [(number, subject) for number, subject in subjects.resolved_cases(desk.store.engine, most)]
