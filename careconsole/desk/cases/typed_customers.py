"""Who a customer is, of whom somebody typed the name, an order number or an address, or a name with an address."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from careconsole.desk.unit import UnitOfWork
from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import given
from careconsole.domain.team.customer_addresses import address_field, may_have_address
from careconsole.domain.terminal_text import clean_name, fold
from careconsole.store import Customer


class TypedCustomer(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a text means: a known customer, or a new one with this `name`.

    `address` is one that was typed and that they get. `other` is another customer whom the address means; `differs`
    says that the customer was found by the address, and has another name than the one typed; `is_phone` that the
    address typed is a telephone number.
    """

    known: Customer | None = None
    name: str = ""
    address: str = ""
    other: Customer | None = None
    differs: bool = False
    is_phone: bool = False

    @property
    def kind(self) -> str:
        """What the address that was typed is, in a word."""
        return "number" if self.is_phone else "address"

    @property
    def words(self) -> str:
        """Who it is, in a few words, while the text is typed; what is to be known of a customer of another name."""
        if self.other is not None and self.known is not None:
            other = self.other.name
            return f"{self.known.name} and {other} are two customers; the {self.kind} is that of {other}"
        if self.known is None and self.address not in ("", self.name):
            return f"a new customer, {self.name}, with the {self.kind} {self.address}"
        if self.known is None:
            return "a new customer, who will be added"
        if self.address:
            return f"this is {self.known.name}, who gets the {self.kind} {self.address}"
        return "known" if fold(self.known.name) == fold(self.name) else f"this is {self.known.name}"


def typed_customer(unit: UnitOfWork, text: str) -> TypedCustomer:
    """Whom a text means. A name with an address is split where that is certain, and the address says who it is."""
    known = _standing(unit, unit.store.customers.find(text))
    if known is not None or not may_have_address(text):
        return TypedCustomer(known=known, name=clean_name(text))
    from careconsole.domain.mail.typed_names import name_and_address  # few names have an address

    typed = name_and_address(text)
    if typed is None:
        return TypedCustomer(name=clean_name(text))
    named = _standing(unit, unit.store.customers.find(typed.name)) if typed.name else None
    holders = map(unit.store.customers.get, unit.store.customers.links.by_address(typed.address))
    have = {one.number: one for one in (_standing(unit, holder) for holder in holders) if one is not None}
    phone = address_field(typed.address) == "phone"
    if named is not None and (named.number in have or not have):
        return TypedCustomer(known=named, name=typed.name, address="" if have else typed.address, is_phone=phone)
    if len(have) == 1:
        (holder,) = have.values()
        if named is not None:
            return TypedCustomer(known=named, name=typed.name, other=holder, is_phone=phone)
        differs = bool(typed.name) and fold(typed.name) != fold(holder.name)
        return TypedCustomer(known=holder, name=typed.name or typed.address, differs=differs, is_phone=phone)
    return TypedCustomer(known=named, name=typed.name or typed.address, address=typed.address, is_phone=phone)


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
            _add_address(unit, typed.known, typed.address)
            notices.append(f"{typed.known.name} has the {typed.kind} {typed.address} now.")
        elif typed.differs:
            notices.append(f"The {typed.kind} is that of {typed.known.name}, whose case it is.")
        return typed.known.number
    if not typed.name:
        raise WrongUse("The customer's name is missing.", "Give it {}.", given(customer=...))
    near = customers.near(typed.name)
    gets = f" with the {typed.kind} {typed.address}" if typed.address and typed.address != typed.name else ""
    notices.append(f"{typed.name} is a new customer{gets}{f'; there is also {near}' if near else ''}.")
    gone = customers.find(typed.name)
    number = customers.add(typed.name) if gone is None else gone.number
    if typed.address and (customer := customers.get(number)) is not None:
        customers.save(replace(customer, **{address_field(typed.address): typed.address}))
    return number


def _add_address(unit: UnitOfWork, customer: Customer, address: str) -> None:
    field = address_field(address)
    made: dict[str, Any] = (
        {"addresses": (*customer.addresses, address)} if getattr(customer, field) else {field: address}
    )
    unit.store.customers.save(replace(customer, **made))
    before = {name: getattr(customer, name) for name in made}
    unit.record_change("customer changed", customer.name, {**made, "before": before})


def _standing(unit: UnitOfWork, customer: Customer | None) -> Customer | None:
    """The customer, unless they left with a case whose opening was undone."""
    return None if customer is None or unit.store.customers.links.is_gone(customer.number) else customer
