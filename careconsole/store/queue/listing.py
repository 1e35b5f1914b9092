"""The queue: the cases that match a filter, sorted, a page at a time."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

import msgspec

from careconsole.domain.reply_states import BOUNCED
from careconsole.store.engine.base import NEVER, Engine, Row
from careconsole.store.engine.decoding import MAYBE_NUMBER, NUMBER, TEXT, row_check, unreadable
from careconsole.store.queue.query import NOT_VOID, ONLY_OPEN, Listed, QueueQuery, finds_only_open
from careconsole.store.queue.unsent_mails import UNSENT, last_bounced, worst_of_case


class QueueRow(msgspec.Struct, frozen=True):
    """A case as a queue shows it: people and customers by number, times in epoch milliseconds, absent ones None.

    `acknowledged_until` is 0 if nobody has acknowledged.
    """

    number: int
    version: int
    status: str
    subject: str
    customer: int | None
    owner: int | None
    level: int
    priority: str
    channel: str
    tags: tuple[str, ...]
    source: str
    external_id: str
    opened_at: int
    changed_at: int
    contact_at: int
    waiting_since: int | None
    due_at: int | None
    due_kind: str
    risk_at: int | None
    resolved_at: int | None
    parked: bool
    offered_to: int | None
    responder: int | None
    acknowledged_until: int
    hops: int
    moves: int
    reopenings: int
    promises: int
    cause: str
    also: tuple[int, ...] = ()
    """The people called together with the responder."""
    unsent: str = ""
    """What became of a mail to its customer that did not reach them: "refused" or "uncertain", which need a person and
    come first, then "later", tried in vain so far, then "waiting", then "bounced" if the last one came back; "" if
    there is none."""


_COLUMNS = (
    "id, version, status, subject, customer_id, owner_id, level, priority, channel, tags, source, external_id,"
    " opened_at, changed_at, contact_at, waiting_since, due_at, due_kind, risk_at, resolved_at, parked, offered_to,"
    " responder_id, acknowledged_until, hops, moves, reopenings, promises, cause, also_called"
)


def _name_of(table: str, column: str) -> str:
    """The folded name of who is in a column, without a ", " in it; empty where nobody is, so that this comes first."""
    return f"coalesce((select folded from {table} where {table}.id = {column}),'')"


SORTS = {
    "due": "due_at, waiting_since, opened_at, id",
    "waiting": "waiting_since, opened_at, id",
    "age": "opened_at, id",
    "level": "level desc, due_at, waiting_since, opened_at, id",
    "hops": "moves desc, due_at, waiting_since, opened_at, id",
    "number": "id",
    "owner": f"{_name_of('people', 'owner_id')}, due_at, waiting_since, opened_at, id",
    "customer": f"{_name_of('customers', 'customer_id')}, due_at, waiting_since, opened_at, id",
    "changed": "changed_at desc, id",
    "silence": "contact_at, id",
    "resolved": "resolved_at desc, id",
}
"""The sort orders, by name. "due" is the usual one: due first, then longest waiting, then oldest; parked cases of which
nothing is due before they return come last."""

_UNKNOWN = {"resolved": f"resolved_at = {NEVER}"}
"""Which cases come last in an order, whatever its direction: those of which it is not known when it was."""


GROUPS = ("late", "today", "later", "parked", "ended")
"""The groups of the order by due time, as `group_of` tells them apart.

A case is among the parked ones while nothing of it falls due before it returns: with a promise that does, it has the
place of the promise.
"""
_RETURNS = ("parked until", "")
"""What is due next of a case of which nothing falls due before it returns: `PARKED` of the clocks, which a queue need
not load, or nothing."""


class Grouped(msgspec.Struct, frozen=True):
    """The cases that match a filter, by group and within a group by due time.

    `sizes` has a size for each of `GROUPS`; `until` is when a case goes into another group by itself: something falls
    due, or (whatever the cases) the day ends. Epoch milliseconds.
    """

    numbers: array[int]
    sizes: tuple[int, ...]
    until: int


def group_of(row: QueueRow, now: int, tomorrow: int) -> int:
    """The place in `GROUPS` of a case's group; `tomorrow` is when the next day begins (epoch milliseconds)."""
    if row.status != "open":
        return 4
    due = NEVER if row.due_at is None else row.due_at
    if due < now:
        return 0
    if row.parked and row.due_kind in _RETURNS:
        return 3
    return 1 if due < tomorrow else 2


_RESTS = f"parked = 1 and due_kind in {_RETURNS}"
_GROUP = (
    f"case when status <> 'open' then 4 when due_at < :group_now then 0 when {_RESTS} then 3"
    " when due_at < :group_tomorrow then 1 else 2 end"
)
"""`group_of` in SQL, from the queue index; only the rows of parked cases are read besides."""
_IS_LAST = f"case when due_at >= :group_now and {_RESTS} then 1 else 0 end"
"""Of the open cases in the order by due time: which come last."""
_RANK = f"case when status <> 'open' then 2 when due_at >= :group_now and {_RESTS} then 1 else 0 end"
"""Which cases come first in the order by due time: those of the first three groups, the parked ones, the ended ones."""


class Queue:
    """Reads the queue, from the table cases or, as of a `moment`, from another `table` with the same columns.

    `listed` is for a filter that is asked many times (see `Listed`).
    """

    def __init__(
        self, engine: Engine, table: str = "cases", moment: int | None = None, listed: Listed | None = None
    ) -> None:
        self._engine = engine
        self._table, self._moment, self._listed = table, moment, listed
        bounced = f"case when {last_bounced(engine, moment)} then 1 else 0 end"
        self._columns = f"{_COLUMNS}, {worst_of_case(moment)}, {bounced}"

    def rows(self, asked: QueueQuery, sort: str = "due", reverse: bool = False, limit: int = 0) -> list[QueueRow]:
        """The cases that match the filter, in order; `limit` 0 gives them all."""
        return self.page(asked, sort, reverse, limit)[0]

    def page(
        self, asked: QueueQuery, sort: str = "due", reverse: bool = False, limit: int = 0, most: int = 0
    ) -> tuple[list[QueueRow], int]:
        """The first `limit` cases that match the filter, in order, and how many match, counted up to `most`.

        `limit` 0 gives them all.
        """
        found = 0
        if limit:
            # First the numbers, which an index may give alone and which are counted in the same go, then only the rows
            # shown: rows are long.
            numbers, found = self._first(asked, sort, reverse, limit, max(limit, most))
            if not numbers:
                return [], 0
            where, params = f"id in ({', '.join(map(str, numbers))})", dict[str, Any]()
        else:
            where, params = self.where(asked)
        sql = f"select {self._columns} from {self._table} cases where {where} order by {order_of(sort, reverse)}"
        rows = [_row(r) for r in self._engine.fetch_all(sql, {**params, "group_now": asked.now})]
        return rows, found or len(rows)

    def _first(self, asked: QueueQuery, sort: str, reverse: bool, limit: int, most: int) -> tuple[Sequence[int], int]:
        """The first `limit` numbers of the cases that match, and how many match, counted up to `most`."""
        if sort == "changed" and not reverse and asked.terms and self._table == "cases":
            from careconsole.store.queue.common_words import changed_last

            numbers = changed_last(self._engine, asked, limit, most)
            if numbers is not None:
                return numbers, most
        where, params = self.where(asked)
        numbers = self.sorted_numbers(where, {**params, "group_now": asked.now}, sort, reverse, most)
        return numbers[:limit], len(numbers)

    def numbers(self, asked: QueueQuery, sort: str = "due", reverse: bool = False) -> list[int]:
        """The numbers of the cases that match the filter, in order."""
        return list(self.order(asked, sort, reverse))

    def order(self, asked: QueueQuery, sort: str = "due", reverse: bool = False) -> array[int]:
        """As `numbers`, in an array as narrow as they allow, because a screen keeps them all."""
        where, params = self.where(asked)
        numbers = self.sorted_numbers(where, {**params, "group_now": asked.now}, sort, reverse)
        return array(_typecode(max(numbers, default=0)), numbers)

    def sorted_numbers(
        self, where: str, params: dict[str, Any], sort: str, reverse: bool, limit: int = -1
    ) -> array[int]:
        """The first `limit` numbers (-1: all) of the cases for which `where` holds, in an order that an index may give.

        What comes last is read by itself, because no index has it there.
        """
        if sort == "due":
            return self._by_due(where, params, reverse, limit)
        unknown = _UNKNOWN.get(sort)
        found = array("q")
        for part in [f"({where}) and not {unknown}", f"({where}) and {unknown}"] if unknown else [where]:
            found += self._in_index(part, params, _order(sort, reverse), limit if limit < 0 else limit - len(found))
        return found

    def _by_due(self, where: str, params: dict[str, Any], reverse: bool, limit: int) -> array[int]:
        """The order by due time: the open cases, among them the parked ones last, and then those that have ended."""
        found = array("q")
        only_open = finds_only_open(where)
        for is_open in (True,) if only_open else (not reverse, reverse):
            left = limit if limit < 0 else limit - len(found)
            if is_open:
                found += self._open_by_due(where if only_open else f"({where}) and {ONLY_OPEN}", params, reverse, left)
            else:
                found += self._in_index(f"({where}) and not {ONLY_OPEN}", params, _order("due", reverse), left)
        return found

    def _open_by_due(self, where: str, params: dict[str, Any], reverse: bool, limit: int) -> array[int]:
        """The open ones; a filter may look at all there are, so that what comes last is found in the same pass."""
        if reverse:  # what then comes first may be a few among very many
            order = _order("due", reverse)
            found = self._in_index(f"({where}) and {_IS_LAST} = 1", params, order, limit)
            left = limit if limit < 0 else limit - len(found)
            return found + self._in_index(f"({where}) and {_IS_LAST} = 0", params, order, left)
        first, last = array("q"), array("q")
        sql = f"select id * 2 + {_IS_LAST} from {self._table} cases where {where} order by {SORTS['due']}"
        for (number,) in self._engine.fetch_each(sql, params) if limit else ():
            part = last if number & 1 else first
            if limit < 0 or len(part) < limit:
                part.append(number >> 1)
                if len(first) == limit:
                    return first
        return first + (last if limit < 0 else last[: limit - len(first)])

    def _in_index(self, where: str, params: dict[str, Any], order: str, limit: int) -> array[int]:
        if not limit:
            return array("q")
        most = f" limit {limit}" if limit > 0 else ""
        return self._engine.fetch_numbers(
            f"select id from {self._table} cases where {where} order by {order}{most}", params
        )

    def opened(self, asked: QueueQuery) -> list[tuple[int, int]]:
        """The numbers of the cases that match the filter, each with when it was opened, by that time."""
        where, params = self.where(asked)
        rows = self._engine.fetch_all(
            f"select id, opened_at from {self._table} cases where {where} order by opened_at, id", params
        )
        return [(int(row[0]), int(row[1])) for row in rows]

    def grouped(self, asked: QueueQuery, tomorrow: int) -> Grouped:
        """The matching cases in the groups of the order by due time; `tomorrow` is when the next day begins."""
        where, params = self.where(asked)
        # A number carries its group in the lowest three bits: one pass over the index gives both, in the order of it.
        found = self._engine.fetch_numbers(
            f"select id * 8 + {_GROUP} from {self._table} cases where {where} order by {SORTS['due']}",
            {**params, "group_now": asked.now, "group_tomorrow": tomorrow},
        )
        parts = [array(_typecode(max(found, default=0) >> 3)) for _ in GROUPS]
        add = [part.append for part in parts]
        for number in found:
            add[number & 7](number >> 3)
        del found  # at a hundred thousand cases, it takes a megabyte
        first = [part[0] for part in parts[1:4] if part]
        among, params = self._engine.in_list("id", first)
        row = self._engine.fetch_one(f"select min(due_at) from {self._table} cases where {among}", params)
        until = tomorrow if row is None or row[0] is None else min(tomorrow, int(row[0]) + 1)
        sizes = tuple(map(len, parts))
        numbers = parts[0]
        for part in parts[1:]:
            numbers.extend(part)
        return Grouped(numbers, sizes, until)

    def get_many(self, numbers: Sequence[int]) -> list[QueueRow]:
        """The rows of these cases, whatever their status, in no particular order."""
        if not numbers:
            return []
        among, params = self._engine.in_list("id", numbers)
        rows = self._engine.fetch_all(f"select {self._columns} from {self._table} cases where {among}", params)
        return [_row(r) for r in rows]

    def count(self, asked: QueueQuery, most: int = 0) -> int:
        """How many cases match the filter, counted up to `most` (0: all)."""
        where, params = self.where(asked)
        if most:
            sql = f"select count(*) from (select 1 from {self._table} cases where {where} limit {int(most)}) as found"
        else:
            sql = f"select count(*) from {self._table} cases where {where}"
        row = self._engine.fetch_one(sql, params)
        return int(row[0]) if row else 0

    def any_came_back(self) -> bool:
        """Whether the cause of an open case came up after a change for it was made; from an index of such cases."""
        # What is open is told from a value that no index has, so that SQLite takes the index of those that came back.
        sql = "select exists (select 1 from cases where came_back > 0 and status || '' = 'open')"
        row = self._engine.fetch_one(sql)
        return bool(row and row[0])

    def counts(self, asked: Sequence[QueueQuery], most: int = 0) -> list[int]:
        """How many cases match each of several filters, each counted up to `most` (0: all).

        Filters on open cases that the queue index can answer are counted in one pass over it.
        """
        from careconsole.store.queue.filter_sql import condition_on_index

        found: dict[int, int] = {}
        together: dict[int, str] = {}
        params: dict[str, Any] = {}
        for place, one in enumerate(asked):
            condition = condition_on_index(one, self._engine, params)
            if condition is None:
                found[place] = self.count(one, most)
            else:
                together[place] = condition
        if together:
            sums = ", ".join(f"count(case when {condition} then 1 end)" for condition in together.values())
            row = self._engine.fetch_one(f"select {sums} from {self._table} cases where status = 'open'", params)
            assert row is not None
            found.update(zip(together, (min(n, most) if most else n for n in row), strict=True))
        return [found[place] for place in range(len(asked))]

    def where(self, asked: QueueQuery) -> tuple[str, dict[str, Any]]:
        """The filter as a condition on the table cases, and its parameters.

        Raises FilterError, with the position, for an unknown person.
        """
        if not asked.terms:
            return NOT_VOID if asked.every else ONLY_OPEN, {}
        from careconsole.store.queue.filter_sql import condition_of  # a queue without a filter need not load it

        return condition_of(asked, self._engine, self._moment, self._listed)


def _typecode(highest: int) -> str:
    """The type of an array for numbers of cases up to `highest`: four bytes each, or eight."""
    return "i" if highest < 2**31 else "q"


def order_of(sort: str, reverse: bool) -> str:
    """The order as SQL, with what comes first in it or last whatever an index has; its parameter is `group_now`."""
    first = f"{_RANK}{' desc' if reverse else ''}" if sort == "due" else _UNKNOWN.get(sort)
    return ", ".join(filter(None, (first, _order(sort, reverse))))


def _order(sort: str, reverse: bool) -> str:
    order = SORTS[sort]
    if not reverse:
        return order
    # No sort key has a ", " in it.
    keys = order.split(", ")
    return ", ".join(key.removesuffix(" desc") if key.endswith(" desc") else f"{key} desc" for key in keys)


_check = row_check(
    *(NUMBER, NUMBER, TEXT, TEXT, MAYBE_NUMBER, MAYBE_NUMBER, NUMBER, TEXT, TEXT, TEXT, TEXT, TEXT),
    *(NUMBER, NUMBER, NUMBER, NUMBER, NUMBER, TEXT, NUMBER, NUMBER, NUMBER, MAYBE_NUMBER),
    *(MAYBE_NUMBER, NUMBER, NUMBER, NUMBER, NUMBER, NUMBER, TEXT, TEXT, MAYBE_NUMBER, NUMBER),
)


def _row(r: Row) -> QueueRow:
    values = list(_check(r, f"The row of case {r[0]}"))
    values[9] = tuple(r[9].strip("|").split("|")) if r[9] else ()
    for place in (15, 16, 18, 19):
        values[place] = None if r[place] == NEVER else r[place]
    values[20] = bool(r[20])
    try:
        values[29] = tuple(map(int, r[29].strip("|").split("|"))) if r[29] else ()
    except ValueError as error:
        raise unreadable(f"The row of case {r[0]}", error) from error
    bounced = values.pop()
    values[30] = UNSENT[r[30] or 0] or (BOUNCED if bounced else "")
    return QueueRow(*values)
