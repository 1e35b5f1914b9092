"""Which senders' mail is held, and which mail server checks them, on the command line.

What is printed as JSON is loaded only for that, since a mail server starts `mail in`, which loads this module, for each
mail.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from careconsole.cli.arguments import JSON
from careconsole.cli.output import put_json, say
from careconsole.cli.reports import put_report
from careconsole.cli.session import Session
from careconsole.desk.cases import mail_senders
from careconsole.desk.mail import settings
from careconsole.domain.errors import WrongUse
from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.moments import local

if TYPE_CHECKING:
    from careconsole.desk.cases.mail_senders import MailSender
    from careconsole.present.json_types.mail import MailSenderEntry


@click.command("block")
@click.argument("address", metavar="ADDRESS")
@JSON
@click.pass_obj
def block(session: Session, address: str, as_json: bool) -> None:
    """Hold further mail from an address. The command spam does this for the address whose mail opened the case.

    \b
    Example:
      careconsole mail block win@prizes.example
    """
    made = mail_senders.block(session.working(), address)
    if as_json:
        put_json(_entries([made])[0])
        return
    say(
        display_text(
            f"Further mail of {made.address} is held. To take it again: careconsole mail unblock {made.address}"
        )
    )


@click.command("unblock")
@click.argument("address", metavar="ADDRESS")
@JSON
@click.pass_obj
def unblock(session: Session, address: str, as_json: bool) -> None:
    """Remove an address or a mailing list from the list of those that are blocked or allowed.

    \b
    Example:
      careconsole mail unblock win@prizes.example
    """
    desk = session.working()
    mail_senders.unblock(desk, address)
    if as_json:
        put_json(_entries(mail_senders.listed(desk)))
        return
    say(
        display_text(
            f"{address.strip()} is neither blocked nor allowed now. What is held stays held: careconsole mail held"
        )
    )


@click.command("senders")
@JSON
@click.pass_obj
def senders(session: Session, as_json: bool) -> None:
    """List the senders and mailing lists that are blocked or allowed, the latest first.

    A sender is allowed once somebody took a held mail of theirs.

    \b
    Example:
      careconsole mail senders
    """
    desk = session.asking()
    found = mail_senders.listed(desk)
    if as_json:
        put_json(_entries(found))
        return
    if not found:
        say("No sender is blocked or allowed. To block one: careconsole mail block ADDRESS")
        return
    now = desk.now()
    rows = [(one.verdict, one.address, local(one.at, now), one.why) for one in found]
    put_report(("State", "Sender", "Since", "Why"), rows)


@click.command("reopening")
@click.argument("days", required=False, metavar="[DAYS]", type=int)
@JSON
@click.pass_obj
def reopening(session: Session, days: int | None, as_json: bool) -> None:
    """Show or set for how many days a mail reopens a resolved case; a later one opens a case that follows it.

    With 0, no mail reopens a case. For leads only.

    \b
    Example:
      careconsole mail reopening 30
    """
    desk = session.asking() if days is None else session.working()
    if days is not None:
        settings.set_reopening(desk, days)
    found = settings.reopening(desk)
    if as_json:
        from careconsole.present.json_types.mail import ReopeningEntry

        put_json(ReopeningEntry(days=found))
        return
    if not found:
        say("No mail reopens a resolved case: each opens a case that follows it.")
        return
    say(
        f"A mail reopens a case up to {found:,} {'day' if found == 1 else 'days'} after it was resolved."
        " A later one opens a case that follows it."
    )


@click.command("server")
@click.argument("host", required=False, metavar="[HOST]")
@click.option("--none", "none", is_flag=True, help="Name no server; senders are not checked then.")
@JSON
@click.pass_obj
def server(session: Session, host: str | None, none: bool, as_json: bool) -> None:
    """Show or set the mail server that checks senders: the first word of Authentication-Results in your mails.

    Mail whose sender it does not find true is marked "not proven". For leads only.

    \b
    Example:
      careconsole mail server mx.shop.example
    """
    if none and host is not None:
        raise WrongUse("A name and --none exclude each other.", "Give one of them.")
    if host is None and not none:
        desk = session.asking()
    else:
        desk = session.working()
        settings.set_server(desk, host or "")
    found = settings.server(desk)
    if as_json:
        from careconsole.present.json_types.mail import SenderCheckEntry

        put_json(SenderCheckEntry(server=found or None))
        return
    say(
        f"Senders are checked by {found}."
        if found
        else "No server checks senders. To name it: careconsole mail server HOST"
    )


def _entries(found: Iterable[MailSender]) -> list[MailSenderEntry]:
    from careconsole.present.mail import sender_entry

    return [sender_entry(one) for one in found]
