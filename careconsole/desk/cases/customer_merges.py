"""Merges two entries of the customers that are one person or firm: a command, which `undo` takes back."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from careconsole.desk.cases.writing import write_events
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.same_customer import CustomerMerged
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import given, suggest
from careconsole.domain.time.service_levels import USUAL_TIER
from careconsole.store import Customer
from careconsole.store.cases.command_log import LoggedCommand
from careconsole.store.team.journal import JournalEntry

MERGE = "customer merge"
_KIND = "customers merged"
_GOES_ON = ("tier", "note")
"""What the customer who goes on may get from the other, besides addresses, orders and ids."""


class MergedCustomers(msgspec.Struct, frozen=True, kw_only=True):
    """The customer who goes on as they are then, who was merged into them, how many cases moved, and who it was before.

    `tiers` are those to choose from, if nobody has chosen one of two that differ.
    """

    customer: Customer
    was: Customer
    before: Customer
    cases: int
    tiers: tuple[str, ...] = ()


def preview(desk: Desk, loser: int, winner: int, tier: str | None = None) -> MergedCustomers:
    """What `merge` would leave; changes nothing. Raises as it does, but not for a tier that is still to be chosen."""

    def work(unit: UnitOfWork) -> MergedCustomers:
        was, other = _both(unit, loser, winner)
        tiers = _tiers(was, other) if tier is None else ()
        after = _together(was, other, other.tier if tiers else _tier(was, other, tier))
        cases = len(unit.store.customers.links.cases(was.number))
        return MergedCustomers(customer=after, was=was, before=other, cases=cases, tiers=tiers)

    return desk.read(work)


def merge(desk: Desk, loser: int, winner: int, tier: str | None = None) -> MergedCustomers:
    """Lets the customer number `loser` be `winner` from now on, who gets all their cases, addresses, orders and ids.

    The name of `winner` stays, and the notes of both. `tier` is which of the two tiers they have from now on; it may be
    left out unless `loser` would lose one. Later imports that name `loser`, or know them by an id, find `winner`.
    Raises WrongUse for unknown customers or another tier, and Refused if both are one already, or for two tiers.
    """

    def work(unit: UnitOfWork) -> MergedCustomers:
        links = unit.store.customers.links
        was, other = _both(unit, loser, winner)
        together = _together(was, other, _tier(was, other, tier))
        given_it = {name: getattr(together, name) for name in _GOES_ON}
        kept = {name: getattr(other, name) for name in _GOES_ON}
        _save(unit, other, given_it)
        numbers = links.cases(was.number)
        command = unit.store.log.add(MERGE, unit.who, unit.now, numbers)
        before = links.rows([was.number, *links.merged_into(was.number)])
        after = [[number, other.number] for number, _ in before]
        links.save_rows(after)
        links.move_receipts(numbers, was.number, other.number)
        fact = CustomerMerged(customer=other.number, was=was.number, name=was.name)
        for number in numbers:
            case = unit.store.cases.get(number)
            assert case is not None
            write_events(unit, number, case, [fact], unit.now, actor=unit.who.person, command=command)
        unit.record_change(
            "customers merged",
            was.name,
            {"into": other.name, "command": command, "before": {"rows": before, **kept}, "after": after, **given_it},
        )
        found = unit.store.customers.get(other.number)
        assert found is not None
        return MergedCustomers(customer=found, was=was, before=other, cases=len(numbers))

    return desk.write(work)


def _both(unit: UnitOfWork, loser: int, winner: int) -> tuple[Customer, Customer]:
    was, other = unit.store.customers.get(loser), unit.store.customers.get(winner)
    if was is None or other is None:
        raise WrongUse("This customer no longer exists.", "See {}.", suggest("customer list"))
    if was.number == other.number:
        raise Refused(f"{other.name} is already one customer.", "See {}.", suggest("customer show", name=other.name))
    return was, other


def _tiers(was: Customer, other: Customer) -> tuple[str, ...]:
    """The tiers to choose from where the one that goes would be lost; empty if there is nothing to lose."""
    return (other.tier, was.tier) if was.tier not in (other.tier, USUAL_TIER) else ()


def _tier(was: Customer, other: Customer, tier: str | None) -> str:
    if tier is None:
        if _tiers(was, other):
            raise Refused(
                f"{was.name} has the tier {was.tier}, and {other.name} the tier {other.tier}.",
                "Say which of them they have from now on, {}.",
                given(tier=...),
            )
        return other.tier
    if tier not in (was.tier, other.tier):
        raise WrongUse(f"Neither has the tier {tier}.", f"Choose {other.tier} or {was.tier}.")
    return tier


def _together(was: Customer, other: Customer, tier: str) -> Customer:
    """The customer who goes on, once they have what both had."""
    known = [one for one in (other.email, other.phone) if one]
    further = [one for one in (*other.addresses, was.email, was.phone, *was.addresses) if one and one not in known]
    return replace(
        other,
        tier=tier,
        note="\n".join(dict.fromkeys(filter(None, (other.note, was.note)))),
        orders=tuple(dict.fromkeys((*other.orders, *was.orders))),
        addresses=tuple(dict.fromkeys(further)),
        merged=tuple(dict.fromkeys((*other.merged, was.name, *was.merged))),
    )


def _save(unit: UnitOfWork, customer: Customer, values: dict[str, str]) -> None:
    """Gives a customer this tier and note, and records that they changed."""
    made = {name: value for name, value in values.items() if getattr(customer, name) != value}
    if not made:
        return
    unit.store.customers.save(replace(customer, **made))
    if "tier" in made and unit.team.service.asks_for_tiers:
        unit.store.levels.recompute(customer.number)
    before = {name: getattr(customer, name) for name in made}
    unit.record_change("customer changed", customer.name, {**made, "before": before})


def turn(unit: UnitOfWork, entry: LoggedCommand, undo: bool) -> JournalEntry:
    """Takes back a merge of customers, or does it again; their cases are turned by their events. Part of a write.

    Returns its entry in the journal. Raises Refused when one of them was merged again since, or has other cases that
    the merge did not know.
    """
    links = unit.store.customers.links
    written = must_be_turnable(unit, entry, undo)
    data = written.data
    loser, winner = data["after"][0]
    customer = unit.store.customers.get(winner)
    assert customer is not None
    stands, goes = (data, data["before"]) if undo else (data["before"], data)
    _save(
        unit,
        customer,
        {name: goes[name] for name in _GOES_ON if name in goes and getattr(customer, name) == stands[name]},
    )
    links.save_rows(data["before"]["rows"] if undo else data["after"])
    links.move_receipts(entry.cases, *((winner, loser) if undo else (loser, winner)))
    if unit.team.service.asks_for_tiers:
        unit.store.levels.recompute(loser)
    unit.record_turn(written, undo)
    return written


def must_be_turnable(unit: UnitOfWork, entry: LoggedCommand, undo: bool) -> JournalEntry:
    """Raises Refused as `turn` does, and changes nothing; returns the entry in the journal."""
    links = unit.store.customers.links
    written = unit.store.journal.of_command(_KIND, entry.number)
    merged, apart = written.data["after"], written.data["before"]["rows"]
    was = merged if undo else apart
    loser, winner = merged[0]
    if links.rows([row[0] for row in was]) != was or links.root(winner) != winner:
        raise Refused(
            "The customers have been merged with others since.",
            "That has to be undone first; look at them: {}.",
            suggest("customer list"),
        )
    if not undo and set(links.cases(loser)) - set(entry.cases):
        raise Refused(
            "The customer has other cases since.",
            "Merge them again: {}.",
            suggest("customer merge", name=..., into=...),
        )
    return written
