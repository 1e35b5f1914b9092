"""Who a customer is, of whom somebody typed the name, an order number or an address, or a name with an address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from careconsole.desk.unit import UnitOfWork
from careconsole.domain.team.customer_addresses import address_field, may_have_address
from careconsole.domain.terminal_text import clean_name, fold
from careconsole.store import Customer

if TYPE_CHECKING:
    from careconsole.domain.mail.typed_names import TypedName


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
    typed = name_beside_address(text) if known is None else None
    if typed is None:
        return TypedCustomer(known=known, name=clean_name(text))
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


def with_address(customer: Customer, address: str) -> dict[str, Any]:
    """The fields of a customer that change once they have this address, too: the first of its kind has its own."""
    field = address_field(address)
    return {"addresses": (*customer.addresses, address)} if getattr(customer, field) else {field: address}


def name_beside_address(text: str) -> TypedName | None:
    """The name and the address of a text that has both for certain, or only an address; None for other texts."""
    if not may_have_address(text):
        return None
    from careconsole.domain.mail.typed_names import name_and_address  # few names have an address

    return name_and_address(text)


def _standing(unit: UnitOfWork, customer: Customer | None) -> Customer | None:
    """The customer, unless they left with a case whose opening was undone."""
    return None if customer is None or unit.store.customers.links.is_gone(customer.number) else customer
