"""The cases of a table that holds a part of them at a time, sorted: what sorts them is kept of those that match."""

from __future__ import annotations

import re
from array import array
from typing import Any

from careconsole.store.engine.base import Engine
from careconsole.store.queue.listing import Queue, order_of
from careconsole.store.queue.query import QueueQuery, finds_only_open

KEPT = "kept_of_queue"
"""The temporary table with what sorts the cases that matched."""
_KEYS = (
    *("id", "status", "owner_id", "customer_id", "level", "moves", "opened_at", "changed_at", "contact_at"),
    *("waiting_since", "due_at", "due_kind", "resolved_at", "parked"),
)
"""The columns that the orders of the queue ask for."""
_SURPLUS = 5_000
"""Cases that are kept beyond those that are asked for, before what comes after these is dropped."""


class KeptQueue:
    """Gathers the cases that match a filter from parts of a table like cases as of a `moment`.

    `limit` keeps only so many, the first in the order; 0 keeps all. For use within a read; `drop` removes what it made.
    """

    def __init__(
        self, engine: Engine, table: str, moment: int, asked: QueueQuery, sort: str, reverse: bool, limit: int
    ) -> None:
        self._engine, self._table = engine, table
        self._sort, self._reverse, self._limit = sort, reverse, limit
        self._asked = asked
        self._queue, self._sorted = Queue(engine, table, moment, self._list_once), Queue(engine, KEPT)
        named = set(re.findall(r"\w+", order_of(sort, reverse)))
        self._keys = ", ".join(key for key in _KEYS if key in named)
        self._where, self._params = "", dict[str, Any]()
        self._made: list[str] = []
        self.found = self._kept = 0
        """How many cases matched so far; and how many of them are kept."""

    def create(self) -> None:
        """Creates the temporary tables. Raises FilterError, with the position, for an unknown person."""
        self._where, self._params = self._queue.where(self._asked)
        self._make(KEPT, f"select {self._keys} from cases where 1 = 0")

    @property
    def only_open(self) -> bool:
        """Whether the filter finds open cases alone."""
        return finds_only_open(self._where)

    def take_part(self) -> None:
        """Keeps what matches of the cases that are in the table now."""
        count = self._engine.execute(
            f"insert into {KEPT} ({self._keys}) select {self._keys} from {self._table} cases where {self._where}",
            self._params,
        )
        self.found += count
        self._kept += count
        if self._limit and self._kept > self._limit + max(self._limit, _SURPLUS):
            first = self.numbers()
            among, params = self._engine.in_list("id", first.tolist())
            self._engine.execute(f"delete from {KEPT} where not ({among})", params)
            self._kept = len(first)

    def numbers(self) -> array[int]:
        """The numbers of the cases that matched so far, in order; the first of them where a limit was given."""
        now = {"group_now": self._asked.now}
        return self._sorted.sorted_numbers("1 = 1", now, self._sort, self._reverse, self._limit or -1)

    def drop(self) -> None:
        """Removes the temporary tables."""
        for name in self._made:
            self._engine.execute(f"drop table {name}")

    def _make(self, name: str, select: str) -> None:
        self._engine.execute(f"create temporary table {name} as {select}")
        self._made.append(name)

    def _list_once(self, select: str, params: dict[str, Any]) -> str:
        """A list that is the same for every part, such as the cases that have a word, is read once."""
        name = f"list_of_queue_{len(self._made)}"
        self._make(name, "select id as value from cases where 1 = 0")
        self._engine.execute(f"insert into {name} (value) {select}", params)
        self._engine.execute(f"create index {name}_by_value on {name} (value)")
        return f"select value from {name}"
