"""Case numbers with their subjects, for lists to choose from."""

from __future__ import annotations

from careconsole.store.engine.base import NEVER, Engine, Row

_DIGITS = 15
"""The most digits a case number has."""


def open_cases(engine: Engine, limit: int) -> list[Row]:
    """The open cases that fall due first: number and subject."""
    return engine.fetch_all(
        "select id, subject from cases where status = 'open'"
        " order by due_at, waiting_since, opened_at, id limit :limit",
        {"limit": limit},
    )


def resolved_cases(engine: Engine, limit: int) -> list[Row]:
    """The cases that were resolved last: number and subject. Those of which nobody knows when are left out."""
    return engine.fetch_all(
        "select id, subject from cases"
        f" where status = 'resolved' and resolved_at < {NEVER} order by resolved_at desc limit :limit",
        {"limit": limit},
    )


def of_customer_with(engine: Engine, customer: int, word: str) -> list[Row]:
    """A customer's open cases whose subject may have this folded ASCII word, the newest first: number and subject.

    A subject with other characters may have it in other letters, so each of those is there; all are for an empty word.
    """
    has_it, params = engine.holds_any("lower(subject)", [word], "word")
    return engine.fetch_all(
        "select id, subject from cases where customer_id = :customer and status = 'open'"
        f" and ({has_it} or {engine.beyond_ascii('subject')}) order by opened_at desc, id desc",
        {**params, "customer": customer},
    )


def numbered_like(engine: Engine, digits: str, limit: int) -> list[Row]:
    """The cases whose numbers begin with `digits`, whatever their state, the lowest number first."""
    found: list[Row] = []
    low = high = int(digits)
    for _ in range(len(digits), _DIGITS + 1):
        found += engine.fetch_all(
            "select id, subject from cases where id between :low and :high order by id limit :limit",
            {"low": low, "high": high, "limit": limit - len(found)},
        )
        if len(found) >= limit:
            break
        low, high = low * 10, high * 10 + 9
    return found
