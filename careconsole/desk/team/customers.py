"""Customers: who they are, their tier, and the order numbers they give on the phone."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from careconsole.desk.queries.typed_customers import name_beside_address, typed_customer, with_address
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.errors import Conflict, Refused, WrongUse
from careconsole.domain.hints import suggest
from careconsole.domain.team.customer_addresses import address_field, address_key, valid_address
from careconsole.domain.terminal_text import clean_name, why_unstorable
from careconsole.store import NEVER, Customer, Row

__all__ = [
    "Customer",
    "address",
    "cases",
    "change",
    "change_seen",
    "count",
    "exact",
    "find",
    "listed",
    "named",
    "names",
    "order",
    "present",
    "tiers",
]


def find(desk: Desk, name: str) -> Customer:
    """The customer called `name`, or with an order of that number, else the only one whose name contains it.

    Raises WrongUse otherwise, with the names when there are several.
    """
    if not name.strip():
        raise WrongUse("Write the customer's name.")
    found = named(desk, name)
    if found is not None:
        return found
    like = desk.store.customers.like(name, 6)
    if len(like) == 1:
        return like[0]
    if like:
        names = ", ".join(customer.name for customer in like[:5]) + (", ..." if len(like) > 5 else "")
        raise WrongUse(f"{name!r} could be several customers: {names}.", "Write the whole name.")
    raise WrongUse(f"There is no customer {name!r}.", "See {}.", suggest("customer list"))


def named(desk: Desk, name: str) -> Customer | None:
    """The customer of exactly that name, or with an order of that number; None when there is none.

    A name with their address is theirs, too, as is the address with a name that nobody else has.

    One who came with a case whose opening was undone, and of whom nothing else is known, is none.
    """
    typed = desk.read(lambda unit: typed_customer(unit, name))
    return None if typed.other is not None or typed.address else typed.known


def cases(desk: Desk, number: int) -> list[Row]:
    """A customer's cases, the newest first: number, status, subject, owner, opened at (epoch milliseconds)."""
    return desk.store.customers.cases(number)


def names(desk: Desk, numbers: list[int]) -> dict[int, str]:
    """The names of customers by number; unknown numbers are left out."""
    return desk.store.customers.names(numbers)


def tiers(desk: Desk) -> list[str]:
    """The tiers that customers have besides the usual one, by name."""
    return desk.store.customers.tiers()


def listed(desk: Desk, text: str = "", limit: int = 0) -> list[Customer]:
    """Customers whose name contains `text`, by name; `limit` 0 returns them all."""
    return desk.store.customers.like(text, limit or NEVER)


def count(desk: Desk, text: str = "") -> int:
    """How many customers have `text` in their name."""
    return desk.store.customers.count(text)


def change(desk: Desk, name: str, /, **changes: Any) -> Customer:
    """Changes a customer's name, tier, email, phone, note, orders or further addresses.

    A new tier also updates the due times of their open cases. An address in the place of another leaves that among the
    further ones, so that mail from there still finds them. Raises WrongUse for a text that cannot be stored or a
    missing name, Refused for a name or an order of another customer, or when nothing would change.
    """

    def work(unit: UnitOfWork) -> Customer:
        _ = unit.who  # raises unless a person of the team is at work
        return _change(unit, exact(desk, name), changes)

    return desk.write(work)


def change_seen(desk: Desk, seen: Customer, **changes: Any) -> Customer:
    """Changes a customer as `change` does, from what somebody has `seen` of them, whatever they are called by now.

    Raises Conflict, with the field, if somebody else has given one of the changed fields another value meanwhile.
    """

    def work(unit: UnitOfWork) -> Customer:
        _ = unit.who
        customer = present(desk, seen.number)
        for field, wanted in changes.items():
            now = getattr(customer, field)
            if now not in (getattr(seen, field), wanted):
                words = (", ".join(now) if isinstance(now, tuple) else now) or "empty"
                conflict = Conflict(f"Somebody else changed it meanwhile, to: {words}.")
                conflict.field = field
                raise conflict
        return _change(unit, customer, changes)

    return desk.write(work)


def present(desk: Desk, number: int) -> Customer:
    """The customer of that number, or the one they were merged into. Raises WrongUse when there is none."""
    found = desk.read(lambda unit: unit.store.customers.get(number))
    if found is None:
        raise WrongUse("This customer no longer exists.", "See {}.", suggest("customer list"))
    return found


def _change(unit: UnitOfWork, customer: Customer, changes: dict[str, Any]) -> Customer:
    for value in changes.values():
        for text in value if isinstance(value, tuple) else (value,):
            if why := why_unstorable(text):
                raise WrongUse(f"The text {why}.", "Remove that character; nothing was stored.")
    made = _named(customer, changes) if "name" in changes else changes
    made = _keeping_addresses(customer, made)
    after = replace(customer, **made)
    if after == customer:
        raise Refused(f"{customer.name} is like that already.", "Nothing to change.")
    if "name" in made:
        if not after.name:
            raise WrongUse("The customer's name is missing.")
        holder = unit.store.customers.find(after.name)
        if holder is not None and holder.number != customer.number:
            raise Refused(f"There is a customer {holder.name} already.", "Give each customer a different name.")
    for reference in set(after.orders).difference(customer.orders):
        holder = unit.store.customers.find(reference)
        if holder is not None and reference in holder.orders and holder.number != customer.number:
            raise Refused(f"Order {reference} belongs to {holder.name}.", "Remove it from them first.")
    unit.store.customers.save(after)
    if after.tier != customer.tier and unit.team.service.asks_for_tiers:
        unit.store.levels.recompute(customer.number)
    before = {name: getattr(customer, name) for name in made}
    unit.record_change("customer changed", customer.name, {**made, "before": before})
    return after


def _keeping_addresses(customer: Customer, changes: dict[str, Any]) -> dict[str, Any]:
    """The changes with the further addresses as they are then: without the first ones, and with those these replace."""
    first = {address_key(changes.get(name, getattr(customer, name))) for name in ("email", "phone")} - {""}
    others = changes.get("addresses", customer.addresses)
    replaced = [getattr(customer, name) for name in ("email", "phone") if changes.get(name)]
    kept: dict[str, str] = {}
    for one in (*others, *replaced):
        if (key := address_key(one)) not in first and (key or one in others):
            kept.setdefault(key or one, one)
    return changes if tuple(kept.values()) == others else {**changes, "addresses": tuple(kept.values())}


def _named(customer: Customer, changes: dict[str, Any]) -> dict[str, Any]:
    """The changes with the new name as it is stored; an address that was typed behind it is one of the customer's."""
    typed = name_beside_address(changes["name"])
    if typed is None or not typed.name:
        return {**changes, "name": clean_name(changes["name"])}
    made = {**changes, "name": typed.name}
    after = replace(customer, **made)
    has = {address_key(one) for one in (after.email, after.phone, *after.addresses)}
    return made if address_key(typed.address) in has else {**made, **with_address(after, typed.address)}


def order(desk: Desk, name: str, reference: str, *, remove: bool = False) -> Customer:
    """Adds an order number to a customer, or removes it. Raises Refused for an order of another customer."""
    wanted = reference.strip()
    if not wanted:
        raise WrongUse("The order's number is missing.")

    def work(unit: UnitOfWork) -> Customer:
        customer = exact(desk, name)
        if remove:
            return change(desk, customer.name, orders=tuple(o for o in customer.orders if o != wanted))
        return change(desk, customer.name, orders=tuple(sorted({*customer.orders, wanted})))

    return desk.write(work)


def address(desk: Desk, name: str, text: str, *, remove: bool = False) -> Customer:
    """Adds a mail address or a telephone number to a customer, or removes it.

    The first of each becomes `email` or `phone`. Raises WrongUse for what is neither, Refused if they have it already,
    or do not have it.
    """
    wanted = valid_address(text)
    key = address_key(wanted)
    field = address_field(wanted)

    def work(unit: UnitOfWork) -> Customer:
        customer = exact(desk, name)
        has = {address_key(one) for one in (customer.email, customer.phone, *customer.addresses)}
        if remove and key not in has:
            raise Refused(f"{customer.name} has no address {wanted}.", "See {}.", suggest("customer show", name=name))
        if not remove and key in has:
            raise Refused(f"{customer.name} has {wanted} already.", "Nothing to change.")
        if remove and address_key(getattr(customer, field)) == key:
            return change(desk, customer.name, **{field: ""})
        if remove:
            return change(
                desk, customer.name, addresses=tuple(one for one in customer.addresses if address_key(one) != key)
            )
        return change(desk, customer.name, **with_address(customer, wanted))

    return desk.write(work)


def exact(desk: Desk, name: str) -> Customer:
    """The customer of exactly that name, or order; part of a name is not enough to change somebody."""
    found = named(desk, name)
    if found is None:
        like = find(desk, name)
        raise WrongUse(f"There is no customer {name!r}.", f"If you mean {like.name}, write the whole name.")
    return found
