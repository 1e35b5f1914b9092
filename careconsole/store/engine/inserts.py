"""Inserts many rows with few statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain

from careconsole.store.engine.base import Engine, Row

_AT_ONCE = 16
"""Rows of one statement. SQLite before 3.32 takes at most 999 values, and the widest table has 44 columns."""


def insert_rows(engine: Engine, table: str, columns: Sequence[str], rows: Iterable[Row], conflict: str = "") -> None:
    """Inserts rows, whose values are in the order of `columns`; `conflict` is an `on conflict` clause.

    With several rows in one statement, SQLite opens the table and its indexes once for all of them. No two rows may be
    in conflict with each other.
    """
    some, names = list(rows), tuple(columns)
    whole = len(some) - len(some) % _AT_ONCE
    if whole:
        engine.execute_many(
            _insert(table, names, _AT_ONCE, conflict),
            (list(chain.from_iterable(some[at : at + _AT_ONCE])) for at in range(0, whole, _AT_ONCE)),
        )
    if whole < len(some):
        engine.execute_many(_insert(table, names, 1, conflict), some[whole:])


@lru_cache(32)
def _insert(table: str, columns: tuple[str, ...], rows: int, conflict: str) -> str:
    """The statement for so many rows."""
    row = f"({', '.join('?' * len(columns))})"
    return f"insert into {table} ({', '.join(columns)}) values {', '.join([row] * rows)}{conflict}"
