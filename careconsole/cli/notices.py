"""Notices on the command line: people's addresses outside the console, and what was sent."""

from __future__ import annotations

from collections.abc import Callable
from shlex import quote
from typing import TYPE_CHECKING

import click

from careconsole.cli.arguments import JSON, instant, only_with, text_or_input
from careconsole.cli.groups import Section
from careconsole.cli.notice_digest import digest
from careconsole.cli.output import put_json, say
from careconsole.cli.reports import put_report
from careconsole.cli.session import Session
from careconsole.desk.notices import addresses, delivery, outbox
from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.team.addresses import INSTALL_HINT
from careconsole.domain.team.roster import Roster
from careconsole.domain.time.moments import iso, local
from careconsole.notify.apprise_sender import AppriseSender, NotInstalled, send_waiting, sent_entry
from careconsole.present.json_types.notices import (
    AddressesEntry,
    ForgottenEntry,
    GatewayEntry,
    NoticeEntry,
    SubjectsEntry,
    TestEntry,
    TriedAddressEntry,
)
from careconsole.present.notice_addresses import address_entry, address_hours

if TYPE_CHECKING:
    from careconsole.desk.notices.outbox import Listed, StoredNotice

_STATES = ("waiting", "sent", "failed", "dropped")


@click.group(cls=Section)
def notices() -> None:
    """Manage notices: people are notified outside the console, by mail, chat or push message.

    \b
    Example:
      careconsole notices list
    """


@notices.command("address")
@click.argument("name")
@click.argument("address", nargs=-1)
@click.option("--quiet", default="", metavar="HOURS", help="Hours when nothing is sent, such as 20:00-7:00.")
@click.option("--zone", default="", metavar="ZONE", help="The time zone of these hours. Default: this machine's.")
@click.option("--calendar", default="", metavar="NAME", help="Send only while this calendar is open.")
@click.option("--calls-always", is_flag=True, help="Send calls for help (see above) at any hour.")
@JSON
@click.pass_obj
def set_address(
    session: Session,
    name: str,
    address: tuple[str, ...],
    quiet: str,
    zone: str,
    calendar: str,
    calls_always: bool,
    as_json: bool,
) -> None:
    """Send somebody's notices to ADDRESS: a mail address, or a service as Apprise names it. "-": standard input.

    An address may contain a password; with "-" it does not get into the shell's history. Set your own address; a lead
    can set anybody's.

    A call for help means that they are called on a case, or reminded of it; every lead also gets one when nobody
    answers and no step is left. News about calls they made themselves waits for the quiet hours to end.

    \b
    Example:
      careconsole notices address Ben ben@shop.example --quiet 20:00-7:00 --calls-always
    """
    only_with("--quiet", quiet, zone=zone)
    desk = session.working()
    person, kept = addresses.save_address(
        desk,
        name,
        _secret(address),
        quiet=quiet,
        zone=zone,
        calendar=calendar,
        calls_always=calls_always,
        known=_known(lambda courier: courier.knows),
    )
    book = addresses.book(desk)
    if as_json:
        put_json(address_entry(kept, book))
    else:
        say(f"Notices for {person.name} go to {kept.shown} (address {kept.number}, {kept.sign}){address_hours(kept)}.")
        say(f"  To try it: careconsole notices test {quote(person.name)}")
    if "://" not in kept.shown and book.gateway is None:
        say("  There is no mail gateway yet; a lead can set one: careconsole notices mail ADDRESS.")
    if not addresses.can_send():
        say(f"  Nothing is sent from here yet. {INSTALL_HINT}")


@notices.command("addresses")
@JSON
@click.pass_obj
def addresses_(session: Session, as_json: bool) -> None:
    """List everybody's notice addresses. Anything secret in an address is hidden.

    Addresses that look alike have different signs, unless they are the same address.

    \b
    Example:
      careconsole notices addresses
    """
    book = addresses.book(session.asking())
    if as_json:
        entries = [address_entry(address, book) for address in book.addresses]
        put_json(AddressesEntry(gateway=book.gateway.shown if book.gateway else None, addresses=entries))
        return
    rows = [
        (
            book.roster.name(address.person),
            str(address.number),
            address.sign,
            address.shown,
            address_hours(address).removeprefix(", ") if book.works(address) else "has left",
        )
        for address in book.addresses
    ]
    put_report(("Name", "No", "Sign", "Address", "When"), rows, right=(1,))
    say(f"Mail is sent through {book.gateway.shown}." if book.gateway else "There is no mail gateway.")


@notices.command("forget")
@click.argument("name")
@click.argument("which", required=False)
@click.option("--all", "every", is_flag=True, help="Remove all of their addresses.")
@JSON
@click.pass_obj
def forget(session: Session, name: str, which: str | None, every: bool, as_json: bool) -> None:
    """Remove an address: by its number, its sign, or as it is shown. Leave it out if there is only one.

    \b
    Example:
      careconsole notices forget Ben 2
    """
    desk = session.working()
    person, gone = addresses.forget(desk, name, which, every=every)
    if as_json:
        book = addresses.book(desk)
        put_json(ForgottenEntry(name=person.name, addresses=[address_entry(one, book) for one in gone]))
        return
    say(f"{person.name} no longer gets notices at {', '.join(address.named for address in gone)}.")


@notices.command("mail")
@click.argument("address", nargs=-1)
@click.option("--forget", "forgotten", is_flag=True, help="Remove the mail gateway; no mail is sent.")
@JSON
@click.pass_obj
def mail(session: Session, address: tuple[str, ...], forgotten: bool, as_json: bool) -> None:
    """Set the mail gateway: the server for plain mail addresses, with its login. "-" reads it from standard input.

    Only a lead can do this. Write it as Apprise does. The sender is the login at that server, or the from= address.

    \b
    Example:
      careconsole notices mail "mailtos://care:PASSWORD@mail.shop.example?from=care@shop.example"
    """
    if forgotten == bool(address):
        raise WrongUse("Give an address, or --forget.", "See careconsole notices mail --help.")
    written = None if forgotten else _secret(address)
    kept = addresses.set_gateway(session.working(), written, _known(lambda courier: courier.knows_gateway))
    if as_json:
        put_json(GatewayEntry(gateway=kept.shown if kept else None))
        return
    say(f"Mail is sent through {kept.shown}." if kept else "Mail is no longer sent.")


@notices.command("subject")
@click.argument("shown", type=click.Choice(("on", "off")))
@JSON
@click.pass_obj
def subject(session: Session, shown: str, as_json: bool) -> None:
    """Set whether notices include the subjects of cases (on), or only their numbers. Only a lead can do this.

    \b
    Example:
      careconsole notices subject off
    """
    outbox.name_subjects(session.working(), shown == "on")
    if as_json:
        put_json(SubjectsEntry(subjects=shown == "on"))
        return
    say("Notices include the subjects of cases." if shown == "on" else "Notices give only the numbers of cases.")


@notices.command("test")
@click.argument("name")
@JSON
@click.pass_obj
def try_out(session: Session, name: str, as_json: bool) -> None:
    """Send a test message to each of somebody's addresses now, whatever the hour; other people's only as a lead.

    \b
    Example:
      careconsole notices test Ana
    """
    desk = session.working()
    told = delivery.send_test(desk, name, AppriseSender())
    if as_json:
        entries = [
            TriedAddressEntry(number=address.number, address=address.shown, failure=failure or None)
            for address, failure in told
        ]
        put_json(TestEntry(name=desk.roster().name(desk.find(name)), addresses=entries))
    else:
        for address, failure in told:
            say(f"{address.named}: {failure or 'sent'}.")
    if all(failure for _, failure in told):
        raise CareError("The message could not be sent to any address.", "Check the address, and the service's answer.")


@notices.command("list")
@click.option("--state", type=click.Choice(_STATES), help="Only those in this state.")
@click.option("--since", metavar="TIME", help="Only those queued since then, such as 'yesterday 9:00'.")
@click.option("--most", type=click.IntRange(1, 10_000), default=100, show_default=True, help="At most N, newest first.")
@JSON
@click.pass_obj
def list_(session: Session, state: str | None, since: str | None, most: int, as_json: bool) -> None:
    """List notices: sent, failed, held or dropped, and why.

    "failed" means any failure: given up, being retried, or not delivered to every address of the person.

    \b
    Example:
      careconsole notices list --state failed --since "2d ago"
    """
    desk = session.asking()
    now = desk.now()
    found = outbox.entries(desk, state, instant(since, now) or 0, most)
    if as_json:
        put_json([_entry(entry, found.roster, now) for entry in found.entries])
        return
    rows = [
        (local(entry.at, now), found.roster.name(entry.person), _state(entry, now), entry.words)
        for entry in found.entries
    ]
    put_report(("When", "Who", "State", "What"), rows)
    if found.counts:
        say(f"Total: {', '.join(_counted(found))}.")


@notices.command("send")
@JSON
@click.pass_obj
def send(session: Session, as_json: bool) -> None:
    """Send waiting notices now, as every sweep does at its end. Held notices stay held.

    \b
    Example:
      careconsole notices send
    """
    desk = session.asking()
    AppriseSender()  # raises NotInstalled even if nothing waits
    sent = send_waiting(desk)
    if as_json:
        put_json(sent_entry(sent))
        return
    say(sent.words or "No notices to send now.")


def _secret(words: tuple[str, ...]) -> str:
    """Returns the address, given as exactly one word. Never echoes it, since it may contain a password."""
    if len(words) != 1:
        what = "The address is missing." if not words else "The address has more than one word."
        raise WrongUse(what, "Put it in quotes, or give - and pass it on standard input.")
    return text_or_input(words[0], "the address").strip()


def _known(look: Callable[[AppriseSender], Callable[[str], bool]]) -> Callable[[str], bool] | None:
    """Returns the sender's own check of an address; None if the sender is not installed."""
    try:
        return look(AppriseSender())
    except NotInstalled:
        return None


def _counted(found: Listed) -> list[str]:
    """Returns how many notices are in each state, and how many had trouble."""
    words = [f"{found.counts[state]:,} {state}" for state in ("waiting", "sent", "dropped") if state in found.counts]
    given_up = found.counts.get("failed", 0)
    trouble = ((given_up, "given up"), (found.failing, "being retried"), (found.partly, "not everywhere"))
    if found.failed:
        words.append(f"{found.failed:,} failed ({', '.join(f'{n:,} {what}' for n, what in trouble if n)})")
    return words


def _state(entry: StoredNotice, now: int) -> str:
    """Describes what became of a notice in a few words."""
    outcome, until = entry.outcome(now), local(entry.not_before, now)
    failure = f" ({entry.failure})" if entry.failure else ""
    if entry.state == "sent":
        return f"sent {local(entry.done_at or 0, now)}{outcome.removeprefix('sent')}{failure}"
    if outcome == "dropped":
        return f"dropped: {entry.held}"
    if outcome == "failing":
        again = (
            f"again at {until}{f' after {entry.held}' if entry.held else ''}" if entry.not_before > now else "again now"
        )
        return f"failing, {again}{failure}"
    if outcome == "held":
        return f"held, {entry.held}, until {until}"
    return f"{'waits' if outcome == 'waiting' else outcome}{failure}"


def _entry(entry: StoredNotice, roster: Roster, now: int) -> NoticeEntry:
    return NoticeEntry(
        number=entry.number,
        person=roster.name(entry.person),
        case=entry.case or None,
        kind=entry.kind,
        urgent=entry.urgent,
        words=entry.words,
        at=iso(entry.at),
        state=entry.state,
        outcome=entry.outcome(now),
        not_before=iso(entry.not_before) if entry.state == "waiting" else None,
        held=entry.held or None,
        tries=entry.tries,
        failure=entry.failure or None,
        message=entry.message,
        done_at=iso(entry.done_at) if entry.done_at is not None else None,
    )


notices.add_command(digest)
