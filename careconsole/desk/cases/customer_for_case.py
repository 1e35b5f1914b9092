"""The customer of a new case, of whom somebody typed the name, an order number or an address, or a name with one."""

from __future__ import annotations

from msgspec.structs import replace

from careconsole.desk.queries.typed_customers import typed_customer, with_address
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import given
from careconsole.domain.team.customer_addresses import address_field, address_key


def customer_for_case(unit: UnitOfWork, text: str, notices: list[str]) -> int:
    """The number of the customer whom a text means, who is added if they are new; part of a write.

    `notices` gets what to know of it. Raises WrongUse without a name, and for the name of one and the address of
    another customer.
    """
    customers, typed = unit.store.customers, typed_customer(unit, text)
    if typed.known is not None and typed.other is not None:
        raise WrongUse(f"{typed.words}.", "Write one of them {}.", given(customer=...))
    if typed.known is not None:
        if typed.address:
            made = with_address(typed.known, typed.address)
            customers.save(replace(typed.known, **made))
            before = {name: getattr(typed.known, name) for name in made}
            unit.record_change("customer changed", typed.known.name, {**made, "before": before})
            notices.append(f"{typed.known.name} has the {typed.kind} {typed.address} now.")
        elif typed.differs:
            notices.append(f"The {typed.kind} is that of {typed.known.name}, whose case it is.")
        return typed.known.number
    if not typed.name:
        raise WrongUse("The customer's name is missing.", "Give it {}.", given(customer=...))
    near = customers.near(typed.name)
    gets = f" with the {typed.kind} {typed.address}" if typed.address and typed.address != typed.name else ""
    notices.append(f"{typed.name} is a new customer{gets}{f'; there is also {near}' if near else ''}.")
    gone = customers.find(typed.name)  # who left with a case whose opening was undone comes back
    if gone is None:
        return customers.add(typed.name, **({address_field(typed.address): typed.address} if typed.address else {}))
    if typed.address and address_key(typed.address) not in map(address_key, (gone.email, gone.phone, *gone.addresses)):
        customers.save(replace(gone, **with_address(gone, typed.address)))
    return gone.number
