"""Merges two entries of the customers that are one person or firm: a command, which `undo` takes back."""

from __future__ import annotations

import msgspec

from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.event import Event
from careconsole.domain.case.evolve import evolve
from careconsole.domain.case.same_customer import CustomerMerged
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import suggest
from careconsole.store import Customer
from careconsole.store.cases.command_log import LoggedCommand

MERGE = "customer merge"
_KIND = "customers merged"


class MergedCustomers(msgspec.Struct, frozen=True, kw_only=True):
    """The customer who goes on, who was merged into them, and how many cases they had."""

    customer: Customer
    was: Customer
    cases: int


def merge(desk: Desk, loser: int, winner: int) -> MergedCustomers:
    """Lets the customer number `loser` be `winner` from now on, who gets all their cases, addresses, orders and ids.

    The name, tier and note of `winner` stay. Later imports that name `loser`, or know them by an id, find `winner`.
    Raises WrongUse for unknown customers, and Refused if both are one already.
    """

    def work(unit: UnitOfWork) -> MergedCustomers:
        links = unit.store.customers.links
        was, other = unit.store.customers.get(loser), unit.store.customers.get(winner)
        if was is None or other is None:
            raise WrongUse("This customer no longer exists.", "See {}.", suggest("customer list"))
        if was.number == other.number:
            raise Refused(
                f"{other.name} is already one customer.", "See {}.", suggest("customer show", name=other.name)
            )
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
            event = Event(case.version + 1, unit.now, unit.now, fact, unit.who.person, command)
            changed = evolve(case, event)
            unit.store.cases.save(changed, case.version, unit.team.levels.due(changed))
            unit.store.cases.append(number, [event])
        unit.record_change(
            "customers merged",
            was.name,
            {"into": other.name, "command": command, "before": {"rows": before}, "after": after},
        )
        found = unit.store.customers.get(other.number)
        assert found is not None
        return MergedCustomers(customer=found, was=was, cases=len(numbers))

    return desk.write(work)


def turn(unit: UnitOfWork, entry: LoggedCommand, undo: bool) -> None:
    """Takes back a merge of customers, or does it again; their cases are turned by their events. Part of a write.

    Raises Refused when one of them was merged again since, or has other cases that the merge did not know.
    """
    links = unit.store.customers.links
    written = unit.store.journal.of_command(_KIND, entry.number)
    data = written.data
    merged, apart = data["after"], data["before"]["rows"]
    was, will = (merged, apart) if undo else (apart, merged)
    if links.rows([row[0] for row in was]) != was:
        raise Refused(
            "The customers have been merged with others since.",
            "It can no longer be undone; look at them: {}.",
            suggest("customer list"),
        )
    loser, winner = merged[0]
    if not undo and set(links.cases(loser)) - set(entry.cases):
        raise Refused(
            "The customer has other cases since.",
            "Merge them again: {}.",
            suggest("customer merge", name=..., into=...),
        )
    links.save_rows(will)
    links.move_receipts(entry.cases, *((winner, loser) if undo else (loser, winner)))
    unit.record_turn(written, undo)
