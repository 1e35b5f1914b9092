"""The wording of what is known of a customer, for the page of the console and the command line."""

from __future__ import annotations

from careconsole.desk.cases.customer_merges import MergedCustomers
from careconsole.desk.queries.agenda import PromiseEntry
from careconsole.desk.queries.case_queries import QueueRow
from careconsole.desk.queries.customer_overview import CustomerMessage, CustomerOverview
from careconsole.desk.team.customers import Customer
from careconsole.domain.case.narrator import listed
from careconsole.domain.counting import counted
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import fold
from careconsole.domain.time.moments import format_span, local
from careconsole.present.promises import moved_words, untold_words
from careconsole.present.queue_text import owner_words

STANDARD = "standard"
"""The tier that is not mentioned, because it is the usual one."""


def title(found: CustomerOverview) -> str:
    """Names the customer, with their tier unless it is the usual one: "Carla Neri (gold)"."""
    customer = found.customer
    return customer.name if customer.tier == STANDARD else f"{customer.name} ({customer.tier})"


def saved_words(before: Customer, after: Customer) -> str:
    """That a customer was saved: under which name they were found until now, and which addresses stay theirs."""
    named = f", until now {before.name}" if fold(before.name) != fold(after.name) else ""
    pairs = [(getattr(before, name), getattr(after, name)) for name in ("email", "phone")]
    kept = [was for was, now in pairs if was not in ("", now) and was in after.addresses]
    saved = f"Saved: {after.name}{named}."
    if not kept:
        return saved
    stay = "stays a further address" if len(kept) == 1 else "stay further addresses"
    return f"{saved} {listed(kept)} {stay} of theirs."


def head(found: CustomerOverview) -> list[tuple[str, str]]:
    """Returns what is known of the customer besides their cases: labels and texts, not yet made safe."""
    customer = found.customer
    rows = [
        ("tier", customer.tier),
        ("email", customer.email),
        ("phone", customer.phone),
        ("also", ", ".join(customer.addresses)),
        ("orders", ", ".join(customer.orders)),
        ("note", customer.note),
        ("came by", ", ".join(f"{channel} ({counted(count, 'case')})" for channel, count in found.channels.items())),
        ("wrote in", ", ".join(f"{name} ({counted(count, 'case')})" for name, count in found.written_by.items())),
        ("known as", ", ".join([*customer.merged, *(f"{source}:{id}" for source, id in found.known_as)])),
        ("same as?", ", ".join(f"{one.name} has the same address or number" for one in found.alike)),
    ]
    return [(label, text) for label, text in rows if text]


def merge_words(done: MergedCustomers) -> list[tuple[str, str]]:
    """Returns what is left of two entries that are merged, or would be: labels and texts, not yet made safe."""
    after, was, before = done.customer, done.was, done.before
    same = after.tier == was.tier == before.tier
    tier = f"{after.tier} ({was.name} had {was.tier}, {before.name} {before.tier})"
    if done.tiers:
        tier = f"to be chosen: {before.name} has {before.tier}, {was.name} has {was.tier}"
    rows = [
        ("name", f"{after.name}; {was.name} still finds them"),
        ("tier", after.tier if same and not done.tiers else tier),
        ("cases", f"{counted(done.cases, 'case')} of {was.name} {'goes' if done.cases == 1 else 'go'} to {after.name}"),
        ("addresses", ", ".join(one for one in (after.email, after.phone, *after.addresses) if one)),
        ("orders", ", ".join(after.orders)),
        ("note", " / ".join(after.note.splitlines())),
    ]
    return [(label, text) for label, text in rows if text]


def promise_due(entry: PromiseEntry, now: int) -> str:
    """Says when a promise falls due: "17:00, in 2h", "Mon 9:00, 3h late"."""
    due = entry.promise.due
    how = f"{format_span(now - due)} late" if entry.broken else f"in {format_span(due - now)}"
    return f"{local(due, now)}, {how}"


def promise_words(entry: PromiseEntry, roster: Roster) -> str:
    """Says what was promised, by whom, how often it was moved, and whether the customer does not know of it.

    As "Ben promised: call back (moved once)".
    """
    moved = (moved_words(entry.promise) + untold_words(entry.promise)).removeprefix(", ")
    return f"{roster.name(entry.promise.by)} promised: {entry.promise.text}" + (f" ({moved})" if moved else "")


def message_words(one: CustomerMessage, roster: Roster) -> str:
    """Says who wrote a message, by which channel, and what: "by Ben, email: Dear Carla, ..."; "them": the customer."""
    said = one.message
    who = "them" if said.inbound else f"by {'us' if said.who is None else roster.name(said.who)}"
    return f"{who}, {one.channel}: {' '.join(said.text.split())}"


def past_cells(row: QueueRow, roster: Roster, now: int) -> tuple[str, str, str, str]:
    """The cells of a case that has ended: number, when it ended or what it is, who owned it, and the subject."""
    how = row.status
    if row.status == "resolved" and row.resolved_at is not None:
        how = f"resolved {local(row.resolved_at, now)}"
    return str(row.number), how, owner_words(row.owner, None, roster, short=True), row.subject
