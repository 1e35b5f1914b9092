"""Customers as plain values for JSON."""

from __future__ import annotations

from typing import Any

from careconsole.desk.queries.case_queries import Page
from careconsole.desk.queries.customer_overview import CustomerMessage, CustomerOverview
from careconsole.desk.team.customers import Customer
from careconsole.domain.team.roster import Roster
from careconsole.domain.time.moments import iso
from careconsole.present.json_types.customers import CustomerCasesEntry, CustomerMessageEntry, KnownAsEntry
from careconsole.present.json_views import name_or_none, promise_entry, queue_entries


def customer_values(customer: Customer) -> dict[str, Any]:
    """The fields of a `CustomerEntry`."""
    return {
        "number": customer.number,
        "name": customer.name,
        "tier": customer.tier,
        "email": customer.email,
        "phone": customer.phone,
        "note": customer.note,
        "orders": list(customer.orders),
        "addresses": list(customer.addresses),
        "merged": list(customer.merged),
    }


def customer_cases_entry(found: CustomerOverview) -> CustomerCasesEntry:
    """Returns a customer with their cases, promises and last messages."""
    rows = [*found.open, *found.past]
    names = {found.customer.number: found.customer.name}
    page = Page(rows=rows, total=len(rows), roster=found.roster, customers=names, now=found.now)
    return CustomerCasesEntry(
        **customer_values(found.customer),
        cases=queue_entries(page),
        promises=[promise_entry(one, found.roster) for one in found.promises],
        messages=[_message_entry(one, found.roster) for one in found.messages],
        channels=found.channels,
        written_by=found.written_by,
        known_as=[KnownAsEntry(source=source, id=id) for source, id in found.known_as],
    )


def _message_entry(one: CustomerMessage, roster: Roster) -> CustomerMessageEntry:
    return CustomerMessageEntry(
        case=one.case,
        at=iso(one.at),
        inbound=one.message.inbound,
        channel=one.channel,
        who=name_or_none(one.message.who, roster),
        text=one.message.text,
    )
