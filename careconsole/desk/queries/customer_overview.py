"""Query: all that is known of one customer: cases open and past, promises, the last messages, how they reach us."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from careconsole.desk.queries.agenda import PromiseEntry
from careconsole.desk.queries.case_queries import NEVER, QueueRow
from careconsole.desk.queries.last_messages import LastMessage, all_said, message_of
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.context import opening_undone
from careconsole.domain.case.state import OPEN, VOID, Case
from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import suggest
from careconsole.domain.team.roster import Roster
from careconsole.store import Customer

MOST_PAST = 200
"""Of the past cases, so many are read with all that a row shows: the latest."""
_TALKED = 6
"""From so many cases, those with the latest contact, come the last messages, which are as many."""
_WRITER_FIELD = "submitted by"
"""The field in which imports keep who wrote in for a customer, where that is somebody else."""


class CustomerMessage(msgspec.Struct, frozen=True):
    """A message on one of the customer's cases: when it was sent (epoch milliseconds), how, and what it says."""

    case: int
    at: int
    channel: str
    message: LastMessage


class CustomerOverview(msgspec.Struct, frozen=True, kw_only=True):
    """A customer with what they have with us, at the moment `now`.

    `open` has every open case, what falls due first at the top; `past` the latest of the cases that have ended, whose
    numbers are all in `past_numbers`. `messages` are the last ones, the newest first. `channels` says on how many of
    these cases they came to us by each channel, `written_by` on how many somebody wrote in for them, and `known_as`
    under which ids other systems know them. `alike` are other customers with one of their addresses.
    """

    customer: Customer
    open: list[QueueRow]
    past: list[QueueRow]
    past_numbers: list[int]
    promises: list[PromiseEntry]
    messages: list[CustomerMessage]
    channels: dict[str, int]
    written_by: dict[str, int]
    known_as: list[tuple[str, str]]
    alike: list[Customer]
    roster: Roster
    now: int

    @property
    def open_numbers(self) -> list[int]:
        """The numbers of the open cases."""
        return [row.number for row in self.open]


def overview(desk: Desk, number: int, most: int = MOST_PAST) -> CustomerOverview:
    """All about the customer of that number, with at most `most` past cases (0: all of them) as rows.

    Raises WrongUse when there is no such customer.
    """

    def work(unit: UnitOfWork) -> CustomerOverview:
        store, now, roster = unit.store, unit.now, unit.roster
        customer = store.customers.get(number)
        if customer is None:
            raise WrongUse("This customer no longer exists.", "See {}.", suggest("customer list"))
        cases = store.customers.cases(customer.number)
        ended = [row[0] for row in cases if row[1] != OPEN]
        open_rows = sorted(store.queue.get_many([row[0] for row in cases if row[1] == OPEN]), key=_as_in_the_queue)
        shown = store.queue.get_many(ended[:most] if most else ended)
        past = sorted(shown, key=lambda row: (row.opened_at, row.number), reverse=True)
        states = store.cases.get_many([row.number for row in (*open_rows, *past)])
        return CustomerOverview(
            customer=customer,
            open=open_rows,
            past=past,
            past_numbers=ended,
            promises=_promises(states, customer.name, roster, now),
            messages=_messages(unit, [*open_rows, *past]),
            channels=_counted(row.channel for row in (*open_rows, *past)),
            written_by=_counted(filter(None, (case.fields.get(_WRITER_FIELD, "") for case in states.values()))),
            known_as=store.customers.known_as.ids_of(customer.number),
            alike=alike(unit, customer),
            roster=roster,
            now=now,
        )

    return desk.read(work)


def alike(unit: UnitOfWork, customer: Customer) -> list[Customer]:
    """Other customers with an address of this one, who may be the same; at most a few."""
    customers = unit.store.customers
    addresses = filter(None, (customer.email, customer.phone, *customer.addresses))
    found = {number for address in addresses for number in customers.links.by_address(address)}
    return [one for number in sorted(found - {customer.number}) if (one := customers.get(number)) is not None]


def customer_of(desk: Desk, case: int) -> int:
    """The number of the customer of a case.

    Raises WrongUse when there is no such case, or it has no customer; Refused for one whose opening was undone.
    """

    def work(unit: UnitOfWork) -> int:
        found = unit.store.cases.get(case)
        if found is None:
            raise WrongUse(f"There is no case {case}.", "See {}.", suggest("queue"))
        if found.status == VOID:
            raise opening_undone(case)
        if found.customer is None:
            raise WrongUse(f"Case {case} has no customer.", "Name one with {}.", suggest("edit", case, customer=...))
        return found.customer

    return desk.read(work)


def _as_in_the_queue(row: QueueRow) -> tuple[int, int, int, int]:
    due, waits = row.due_at, row.waiting_since
    return (NEVER if due is None else due, NEVER if waits is None else waits, row.opened_at, row.number)


def _promises(states: dict[int, Case], customer: str, roster: Roster, now: int) -> list[PromiseEntry]:
    """The open promises on open cases, by due time."""
    entries = [
        PromiseEntry(
            case=case.number,
            subject=case.subject,
            customer=customer,
            promise=promise,
            owner=case.owner,
            answerable=roster.answerable(case.owner),
            broken=promise.is_broken(now),
            called=None if case.escalation is None else case.escalation.responder,
        )
        for case in states.values()
        if case.is_open
        for promise in case.promises
    ]
    return sorted(entries, key=lambda entry: (entry.promise.due, entry.case, entry.promise.number))


def _messages(unit: UnitOfWork, rows: Sequence[QueueRow]) -> list[CustomerMessage]:
    """The last messages: each of them is on one of the cases with the latest contact."""
    latest = sorted(rows, key=lambda row: row.contact_at, reverse=True)[:_TALKED]
    channels = {row.number: row.channel for row in latest}
    among, params = unit.store.engine.in_list("id", list(channels))
    found = [
        CustomerMessage(
            number,
            event.said_at,
            event.fact.contact.channel if event.fact.contact is not None else channels[number],
            message_of(event),
        )
        for number, history in unit.store.cases.histories(among, params)
        for event in all_said(history)
    ]
    return sorted(found, key=lambda one: (one.at, one.case), reverse=True)[:_TALKED]


def _counted(names: Iterable[str]) -> dict[str, int]:
    """How often each name comes, the most often first, then by name."""
    return dict(sorted(Counter(names).items(), key=lambda one: (-one[1], one[0])))
