"""Customers on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from careconsole.cli.arguments import COUNT, JSON
from careconsole.cli.groups import Section
from careconsole.cli.output import put, put_json, put_labelled, say, screen_width
from careconsole.cli.reports import put_report
from careconsole.cli.session import Session
from careconsole.desk import Desk
from careconsole.desk.queries.customer_overview import alike, overview
from careconsole.desk.team import customers
from careconsole.desk.team.customers import Customer
from careconsole.domain.hints import suggest
from careconsole.domain.terminal_text import display_text, fold
from careconsole.domain.time.moments import local
from careconsole.present.customer_json import customer_cases_entry, customer_values
from careconsole.present.json_types.settings import CustomerEntry
from careconsole.present.queue_text import owner_words, row_due_words, subject_words

if TYPE_CHECKING:
    from careconsole.desk.queries.case_queries import QueueRow
    from careconsole.desk.queries.customer_overview import CustomerOverview

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
        put_json([CustomerEntry(**customer_values(one)) for one in found])
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
    """Show a customer, found by name, address or order number, with their cases, promises and last messages.

    \b
    Example:
      careconsole customer show "Carla Neri"
    """
    desk = session.asking()
    found = overview(desk, customers.find(desk, name).number, most=0)
    if as_json:
        put_json(customer_cases_entry(found))
        return
    _put_overview(found)


def _put_overview(found: CustomerOverview) -> None:
    """Prints a customer for a person to read: who they are, and a table of each thing they have with us."""
    from careconsole.present import customer_sheet as sheet

    width, roster, now = screen_width(), found.roster, found.now
    put(display_text(sheet.title(found)))
    for label, words in sheet.head(found):
        put_labelled(f"  {label:<10}", display_text(words, 2000), width)

    def section(name: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        put("")
        put(f"{name}: {len(rows):,}")
        if rows:
            put_report(head, rows, right=(0,))

    section("Open", ("No", "Due", "Owner", "Subject"), [_open_cells(row, found) for row in found.open])
    section(
        "Promised",
        ("No", "Due", "Promise"),
        [(str(one.case), sheet.promise_due(one, now), sheet.promise_words(one, roster)) for one in found.promises],
    )
    section(
        "Last messages",
        ("No", "When", "Message"),
        [(str(one.case), local(one.at, now), sheet.message_words(one, roster)) for one in found.messages],
    )
    past = [sheet.past_cells(row, roster, now) for row in found.past]
    section("Past", ("No", "Status", "Owner", "Subject"), past)


def _open_cells(row: QueueRow, found: CustomerOverview) -> tuple[str, ...]:
    roster, now = found.roster, found.now
    return str(row.number), row_due_words(row, now), owner_words(row.owner, row.offered_to, roster), subject_words(row)


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

    An address that another takes the place of stays one of theirs: mail from there still finds them.

    \b
    Example:
      careconsole customer edit "Carla Neri" --phone "+39 02 1234" --note "speaks Italian and French"
    """
    given = {"name": new_name, "email": email, "phone": phone, "note": note}
    changes = {key: " ".join(value.split()) for key, value in given.items() if value is not None}
    desk = session.working()
    before = customers.exact(desk, name)
    changed = customers.change(desk, before.name, **changes)
    if as_json:
        _put_customer(changed)
        return
    from careconsole.present.customer_sheet import saved_words

    say(saved_words(before, changed))
    if email is not None or phone is not None:
        _suggest_merges(changed, desk)


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


@customer.command()
@click.argument("name")
@click.argument("address")
@click.option("--remove", is_flag=True, help="Remove it from this customer.")
@JSON
@click.pass_obj
def address(session: Session, name: str, address: str, remove: bool, as_json: bool) -> None:
    """Add a mail address or a telephone number to a customer, who can be found by it.

    \b
    Example:
      careconsole customer address "Carla Neri" carla@home.example
    """
    desk = session.working()
    changed = customers.address(desk, name, address, remove=remove)
    if as_json:
        _put_customer(changed)
        return
    every = [one for one in (changed.email, changed.phone, *changed.addresses) if one]
    say(f"Addresses of {changed.name}: {', '.join(every) or 'none'}.")
    _suggest_merges(changed, desk)


@customer.command()
@click.argument("name")
@click.option("--into", required=True, metavar="NAME", help="The customer who goes on, with this name.")
@click.option("--tier", metavar="TIER", help="Which tier they have from now on; needed if NAME would lose one.")
@click.option("--dry-run", is_flag=True, help="Only show what would be left of the two.")
@JSON
@click.pass_obj
def merge(session: Session, name: str, into: str, tier: str | None, dry_run: bool, as_json: bool) -> None:
    """Merge the customer NAME into another entry for the same person or firm; undo takes it back.

    All their cases, addresses, orders, ids and notes move with them. Later imports that name them find the other one.

    \b
    Examples:
      careconsole customer merge "C. Neri" --into "Carla Neri" --dry-run
      careconsole customer merge "C. Neri" --into "Carla Neri"
    """
    from careconsole.desk.cases import customer_merges
    from careconsole.present.customer_sheet import merge_words

    desk = session.working()
    work = customer_merges.preview if dry_run else customer_merges.merge
    done = work(desk, customers.exact(desk, name).number, customers.exact(desk, into).number, tier)
    if as_json:
        _put_customer(done.customer)
        return
    if dry_run:
        say(f"Dry run: nothing was changed. {done.was.name} would be merged into {done.customer.name}:")
    else:
        say(f"{done.was.name} was merged into {done.customer.name}. To undo it: careconsole undo")
    for label, text in merge_words(done):
        say(display_text(f"  {label:<10}{text}", 400))


def _suggest_merges(customer: Customer, desk: Desk) -> None:
    """Says which other customers have the same address, and how to merge them if they are one."""
    from careconsole.present.command_lines import command_line

    for other in desk.read(lambda unit: alike(unit, customer)):
        line = command_line(suggest("customer merge", name=other.name, into=customer.name))
        say(f"{other.name} has the same address or number. If they are one customer: {line}")


def _put_customer(customer: Customer) -> None:
    put_json(CustomerEntry(**customer_values(customer)))
