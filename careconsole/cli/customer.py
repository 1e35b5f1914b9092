"""Customers on the command line."""

from __future__ import annotations

from typing import Any

import click

from careconsole.cli.arguments import COUNT, JSON
from careconsole.cli.groups import Section
from careconsole.cli.output import put, put_json, say
from careconsole.cli.reports import put_report
from careconsole.cli.session import Session
from careconsole.desk.team import customers
from careconsole.desk.team.customers import Customer
from careconsole.domain.terminal_text import display_text, fold
from careconsole.domain.time.moments import local
from careconsole.present.json_types.settings import CustomerCaseEntry, CustomerCasesEntry, CustomerEntry

_USUAL = 100


@click.group(cls=Section)
def customer() -> None:
    """Manage customers: who they are, their tier, and their orders.

    \b
    Example:
      careconsole customer show "Carla Neri"
    """


@customer.command("list")
@click.argument("text", default="")
@click.option("--limit", type=COUNT, metavar="N", help=f"At most N; default {_USUAL}, 0 for all.")
@JSON
@click.pass_obj
def list_(session: Session, text: str, limit: int | None, as_json: bool) -> None:
    """List customers, or those whose name contains TEXT.

    \b
    Example:
      careconsole customer list neri
    """
    desk = session.asking()
    found = customers.listed(desk, text, limit if limit is not None else 0 if as_json else _USUAL)
    if as_json:
        put_json([CustomerEntry(**_values(one)) for one in found])
        _tell_rest(len(found), customers.count(desk, text))
        return
    rows = [(str(c.number), c.name, c.tier, c.email, c.phone, ", ".join(c.orders)) for c in found]
    put_report(("No", "Name", "Tier", "Email", "Phone", "Orders"), rows, right=(0,))
    _tell_rest(len(found), customers.count(desk, text))


def _tell_rest(shown: int, total: int) -> None:
    if total > shown:
        say(f"{shown:,} of {total:,} customers; --limit 0 shows all.")


@customer.command()
@click.argument("name")
@JSON
@click.pass_obj
def show(session: Session, name: str, as_json: bool) -> None:
    """Show a customer, found by name or order number, and their cases.

    \b
    Example:
      careconsole customer show "Carla Neri"
    """
    desk = session.asking()
    found = customers.find(desk, name)
    cases = customers.cases(desk, found.number)
    if as_json:
        entries = [CustomerCaseEntry(number=c[0], status=c[1], subject=c[2]) for c in cases]
        put_json(CustomerCasesEntry(**_values(found), cases=entries))
        return
    put(display_text(f"{found.name} ({found.tier})"))
    for label, words in (("email", found.email), ("phone", found.phone), ("note", found.note)):
        if words:
            put(f"  {label:<7}{display_text(words)}")
    if found.orders:
        put(f"  orders {display_text(', '.join(found.orders))}")
    roster, now = desk.roster(), desk.now()
    rows = [(str(c[0]), c[1], local(c[4], now), roster.name(c[3]), c[2]) for c in cases]
    put_report(("No", "Status", "Opened", "Owner", "Subject"), rows, right=(0,))


@customer.command()
@click.argument("name")
@click.option("--name", "new_name", metavar="TEXT", help="Their name.")
@click.option("--email", metavar="TEXT", help="Their email address.")
@click.option("--phone", metavar="TEXT", help="Their phone number.")
@click.option("--note", metavar="TEXT", help="What colleagues should know about them.")
@JSON
@click.pass_obj
def edit(
    session: Session,
    name: str,
    new_name: str | None,
    email: str | None,
    phone: str | None,
    note: str | None,
    as_json: bool,
) -> None:
    """Edit a customer.

    \b
    Example:
      careconsole customer edit "Carla Neri" --phone "+39 02 1234" --note "speaks Italian and French"
    """
    given = {"name": new_name, "email": email, "phone": phone, "note": note}
    changes = {key: " ".join(value.split()) for key, value in given.items() if value is not None}
    changed = customers.change(session.working(), name, **changes)
    if as_json:
        _put_customer(changed)
        return
    say(f"Saved: {changed.name}.")


@customer.command()
@click.argument("name")
@click.argument("tier")
@JSON
@click.pass_obj
def tier(session: Session, name: str, tier: str, as_json: bool) -> None:
    """Set a customer's tier, such as gold.

    \b
    Example:
      careconsole customer tier "Carla Neri" gold
    """
    changed = customers.change(session.working(), name, tier=fold(tier) or "standard")
    if as_json:
        _put_customer(changed)
        return
    say(f"{changed.name}: tier {changed.tier}.")


@customer.command()
@click.argument("name")
@click.argument("reference")
@click.option("--remove", is_flag=True, help="Remove it from this customer.")
@JSON
@click.pass_obj
def order(session: Session, name: str, reference: str, remove: bool, as_json: bool) -> None:
    """Add an order number to a customer, so that the customer can be found by it.

    \b
    Example:
      careconsole customer order "Carla Neri" 2026-10023
    """
    changed = customers.order(session.working(), name, reference, remove=remove)
    if as_json:
        _put_customer(changed)
        return
    say(f"Orders of {changed.name}: {', '.join(changed.orders) or 'none'}.")


def _values(customer: Customer) -> dict[str, Any]:
    """The fields of a `CustomerEntry`."""
    return {
        "number": customer.number,
        "name": customer.name,
        "tier": customer.tier,
        "email": customer.email,
        "phone": customer.phone,
        "note": customer.note,
        "orders": list(customer.orders),
    }


def _put_customer(customer: Customer) -> None:
    put_json(CustomerEntry(**_values(customer)))
