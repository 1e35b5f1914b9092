"""Reads a whole database as records (`dump_records`), in an order in which they can be loaded into an empty one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import msgspec

from careconsole.store.engine.base import Engine, Row, chunks
from careconsole.store.maintenance.dump_records import (
    COUNTED,
    JSON,
    KINDS,
    Case,
    Cause,
    Command,
    Customer,
    CustomerAddress,
    CustomerId,
    End,
    Entry,
    Event,
    Import,
    Mail,
    MailName,
    MailSender,
    MergedCustomer,
    Name,
    Order,
    Person,
    PersonId,
    PlaybookEvent,
    Preference,
    Record,
    Rejected,
    Setting,
    View,
    table_of,
)
from careconsole.store.team.console_state import TICKS

_AT_ONCE = 500
_K = TypeVar("_K", bound=Record)


def records(engine: Engine) -> Iterator[Record]:
    """All records of the database; part of a read. The last record counts the others."""
    rows: dict[str, int] = {table_of(kind): 0 for kind in KINDS}
    for record in _all(engine):
        rows[table_of(type(record))] += 1
        yield record
    yield End(rows=rows, last={table: engine.last_id(table) for table in COUNTED})


def _all(engine: Engine) -> Iterator[Record]:
    yield from _rows(engine, Setting, "order by name")
    yield from _by_id(engine, Person)
    for batch in _by_id(engine, Import):
        yield batch
        yield from _between(engine, Rejected, "batch_id", batch.id, batch.id, "place")
    yield from _rows(engine, PersonId, "order by person_id, source, external_id")
    for customer, orders in customers(engine):
        yield customer
        yield from orders
    for first, last, _ in _parts(engine, Customer):
        yield from _between(engine, CustomerId, "customer_id", first, last, "source, external_id")
    yield from _rows(engine, CustomerAddress, "order by customer_id, key")
    yield from _rows(engine, MergedCustomer, "order by customer_id")
    yield from _rows(engine, Cause, "order by into_id is not null, id")
    yield from _by_id(engine, Command)
    for first, last, cases in _parts(engine, Case):
        names = _by_case(_between(engine, Name, "case_id", first, last, "source, external_id"))
        events = _by_case(_between(engine, Event, "case_id", first, last, "number"))
        for case in cases:
            yield case
            yield from names.get(case.id, ())
            yield from events.get(case.id, ())
    yield from _by_id(engine, PlaybookEvent)
    yield from _by_id(engine, Entry)
    yield from _rows(engine, View, "order by person_id, slot")
    yield from _rows(engine, Preference, "where name <> :ticks order by person_id, name", {"ticks": TICKS})
    yield from _by_id(engine, Mail)
    yield from _rows(engine, MailName, "order by mail_id, name")
    yield from _rows(engine, MailSender, "order by address")


def customers(engine: Engine) -> Iterator[tuple[Customer, list[Order]]]:
    """Every customer in order of number, with their order numbers; part of a read."""
    for first, last, some in _parts(engine, Customer):
        orders: dict[int, list[Order]] = {}
        for order in _between(engine, Order, "customer_id", first, last, "reference"):
            orders.setdefault(order.customer_id, []).append(order)
        yield from ((customer, orders.get(customer.id, [])) for customer in some)


def _parts(engine: Engine, kind: type[_K]) -> Iterator[tuple[int, int, list[_K]]]:
    """The rows of a table in chunks: the first and the last id, and the rows."""
    for rows in chunks(engine, table_of(kind), ", ".join(kind.__struct_fields__), _AT_ONCE):
        yield rows[0][0], rows[-1][0], _made(kind, rows)


def _by_id(engine: Engine, kind: type[_K]) -> Iterator[_K]:
    for _, _, rows in _parts(engine, kind):
        yield from rows


def _between(engine: Engine, kind: type[_K], column: str, first: int, last: int, order: str) -> list[_K]:
    rest = f"where {column} between :first and :last order by {column}, {order}"
    return _rows(engine, kind, rest, {"first": first, "last": last})


def _by_case(rows: list[_K]) -> dict[int, list[_K]]:
    found: dict[int, list[_K]] = {}
    for row in rows:
        found.setdefault(row.case_id, []).append(row)  # type: ignore[attr-defined]
    return found


def _rows(engine: Engine, kind: type[_K], rest: str, params: dict[str, Any] | None = None) -> list[_K]:
    sql = f"select {', '.join(kind.__struct_fields__)} from {table_of(kind)} {rest}"
    return _made(kind, engine.fetch_all(sql, params))


def _made(kind: type[_K], rows: Iterable[Row]) -> list[_K]:
    """The records for rows of their table, with JSON as it is stored."""
    names = kind.__struct_fields__
    raw = [names.index(name) for name in JSON.get(table_of(kind), ())]
    found = []
    for row in rows:
        values = dict(zip(names, row, strict=True))
        for place in raw:
            values[names[place]] = msgspec.Raw(row[place].encode())
        found.append(kind(**values))
    return found
