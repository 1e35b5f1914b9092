"""A copy of the database for readers such as Datasette, written as one consistent state."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from careconsole.desk.session import Desk
from careconsole.store import plaincopy
from careconsole.store.plaincopy import Rows, Table

__all__ = ["Rows", "Table", "write"]


def write(
    desk: Desk,
    target: str,
    tables: Iterable[Table],
    rows: Callable[[], Iterable[tuple[str, Rows]]],
    views: dict[str, str],
    *,
    search: bool,
) -> dict[str, int]:
    """Writes `tables` and `views` to `target`; `rows` gives what is in them, and may ask the desk.

    Each part of the rows comes with the name of its table. Gives how many rows each table has. With `search` the words
    of the tables can be searched. Raises WrongUse when `target` is anything but a copy made earlier.
    """
    return desk.in_snapshot(lambda: plaincopy.write(target, tables, rows(), views, search=search))
