"""The mail addresses that an import gives to customers who were known before, and takes back with the import."""

from __future__ import annotations

from collections.abc import Iterable

from careconsole.desk.queries.typed_customers import with_address
from careconsole.desk.unit import UnitOfWork

_KIND = "customer changed"


def give(unit: UnitOfWork, gained: Iterable[tuple[int, str]], batch: int) -> None:
    """Gives customers (by number) the addresses that the import `batch` has of them, and writes it to the journal."""
    customers = unit.store.customers
    for number, address in gained:
        customer = customers.get(number)
        if customer is None:
            continue
        made = with_address(customer, address)
        before = {name: getattr(customer, name) for name in made}
        customers.links.give(customer.number, address, first=not customer.email)
        given = {"customer": customer.number, "address": address}
        unit.record_change(_KIND, customer.name, {**made, "before": before, "batch": batch, "given": given})


def take_back(unit: UnitOfWork, batch: int) -> None:
    """Takes back what `give` gave with an import, except where cases that it brought are kept."""
    customers = unit.store.customers
    for entry in unit.store.journal.of_batch(_KIND, batch):
        number, address = entry.data["given"]["customer"], entry.data["given"]["address"]
        customer = customers.get(number)
        if customer is None or unit.store.batches.has_cases_of(batch, number):
            continue
        if customers.links.take_back(customer.number, address):
            left = customers.get(number) or customer
            changed = {name for name in ("email", "addresses") if getattr(left, name) != getattr(customer, name)}
            made = {name: getattr(left, name) for name in sorted(changed)}
            before = {name: getattr(customer, name) for name in sorted(changed)}
            unit.record_change(_KIND, customer.name, {**made, "before": before})
