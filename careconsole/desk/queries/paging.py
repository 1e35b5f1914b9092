"""Reads very many cases a part at a time, so that memory use stays small however many there are."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from careconsole.desk.queries.case_queries import Page, asked_for, rows
from careconsole.desk.queries.shown_case import View
from careconsole.desk.session import Desk
from careconsole.domain.case.clocks import clocks
from careconsole.domain.case.event import Event
from careconsole.domain.time.service_levels import USUAL_TIER
from careconsole.store import Customer
from careconsole.store.maintenance import dump

AT_ONCE = 200
"""How many cases are read together."""


def order(desk: Desk, text: str, *, sort: str = "due", every: bool = False) -> array[int]:
    """The numbers of the cases that match the filter `text`, in order; with `every`, ended ones too."""
    return desk.store.queue.order(asked_for(desk, text, desk.roster(), desk.now(), every=every), sort)


def pages(desk: Desk, numbers: array[int]) -> Iterator[Page]:
    """Cases as the queue shows them, in the order of `numbers`. Part of a read."""
    roster, now = desk.roster(), desk.now()
    for part in _parts(numbers):
        found = rows(desk, part)
        some = [found.rows[number] for number in part]
        yield Page(rows=some, total=len(numbers), roster=roster, customers=found.customers, now=now)


def views(desk: Desk, numbers: array[int]) -> Iterator[View]:
    """Cases with their histories and clocks, in the order of `numbers`; `others` is empty. Part of a read."""
    store = desk.store
    roster, now, service, paths = desk.read(lambda unit: (unit.roster, unit.now, unit.team.service, unit.team.paths))
    for part in _parts(numbers):
        cases = store.cases.get_many(part)
        histories = dict(store.cases.histories(*store.engine.in_list("id", part)))
        wanted = {case.customer for case in cases.values() if case.customer is not None}
        customers = {number: store.customers.get(number) for number in wanted}
        for number in part:
            case = cases[number]
            customer: Customer | None = customers.get(case.customer) if case.customer is not None else None
            level = service.level_for(customer.tier if customer else USUAL_TIER, case.priority)
            yield View(
                case=case,
                history=histories[number],
                roster=roster,
                customer=customer,
                others=[],
                now=now,
                notices=(),
                path=paths.path_for(case, customer.tier if customer else USUAL_TIER),
                level=level.name,
                clocks=tuple(clocks(case, level, service.calendar_of(level))),
            )


def histories(desk: Desk, numbers: array[int], until: int | None = None) -> Iterator[tuple[int, list[Event]]]:
    """The histories of cases, in the order of `numbers`; `until` leaves out what happened later. Part of a read."""
    cases, in_list = desk.store.cases, desk.store.engine.in_list
    for part in _parts(numbers):
        found = dict(cases.histories(*in_list("id", part), until))
        yield from ((number, found[number]) for number in part if number in found)


def customers(desk: Desk) -> Iterator[Customer]:
    """Every customer, in the order of their numbers. Part of a read."""
    for one, orders in dump.customers(desk.store.engine):
        yield Customer(
            number=one.id,
            name=one.name,
            tier=one.tier,
            email=one.email,
            phone=one.phone,
            note=one.note,
            orders=tuple(order.reference for order in orders),
        )


def _parts(numbers: array[int]) -> Iterator[list[int]]:
    for start in range(0, len(numbers), AT_ONCE):
        yield list(numbers[start : start + AT_ONCE])
