"""A copy of the database for tools such as Datasette, written as one consistent state."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from careconsole.desk.session import Desk
from careconsole.store.maintenance import datasette_copy
from careconsole.store.maintenance.datasette_copy import Row, Table

__all__ = ["Row", "Table", "write"]


def write(
    desk: Desk,
    target: str,
    tables: Sequence[Table],
    rows: Callable[[], Iterator[Row]],
    views: dict[str, str],
    *,
    search: bool,
) -> dict[str, int]:
    """Writes `tables` and `views` to `target`; `rows` yields their contents, and may query the desk.

    Returns how many rows each table has. With `search` the tables get a full-text index. Raises WrongUse when `target`
    is anything but a copy made earlier.
    """
    return desk.read(lambda _: datasette_copy.write(target, tables, rows(), views, search=search))
