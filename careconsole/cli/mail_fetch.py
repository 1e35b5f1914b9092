"""Fetching mail from the boxes, on the command line."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from careconsole.cli.arguments import JSON
from careconsole.cli.output import put_json, say
from careconsole.cli.session import Session
from careconsole.domain.counting import counted
from careconsole.domain.errors import CareError
from careconsole.domain.terminal_text import display_text

if TYPE_CHECKING:
    from careconsole.intake.mail.fetching import FetchedBox
    from careconsole.present.json_types.boxes import FetchedBoxEntry


@click.command("fetch")
@click.argument("box", required=False, metavar="[BOX]")
@click.option("--quiet", is_flag=True, help="Print errors only; for cron.")
@JSON
@click.pass_obj
def fetch(session: Session, box: str | None, quiet: bool, as_json: bool) -> None:
    """Fetch what is new in the mail boxes, or in one of them. An open console does this by itself.

    Each mail is taken, held or known. Run it as often as you like, beside open consoles too: a box is read by one at a
    time. What happens to the mails on the server is a setting of the box (--after).

    \b
    Examples:
      careconsole mail fetch
      careconsole mail fetch support
    """
    from careconsole.desk.mail import boxes
    from careconsole.desk.mail.server_login import imap_login
    from careconsole.intake.mail.fetching import fetch_box

    desk = session.asking()
    if box is not None:
        wanted = [boxes.named(desk, box)]
        if wanted[0].settings.imap is None:
            imap_login(wanted[0])  # says what to set
    else:
        wanted = [one for one in boxes.all_boxes(desk) if one.is_read]
    done: list[FetchedBox] = []
    for one in wanted:

        def tell(came: int, name: str = one.name) -> None:
            if sys.stderr.isatty() and not quiet and not as_json:
                click.echo(f"\r{display_text(name)}: {counted(came, 'mail')} ", nl=False, err=True)

        done.append(fetch_box(desk, one, tell))
        if not as_json and not quiet:
            if sys.stderr.isatty():
                click.echo("\r", nl=False, err=True)
            _say(done[-1])
    if as_json:
        put_json([_entry(one) for one in done])
    elif not done and not quiet:
        say("There is no mail box to fetch from. To add one: careconsole box add --help")
    failed = [one for one in done if one.failure]
    if failed:
        names = ", ".join(f"{one.box.name}: {one.failure.removesuffix('.')}" for one in failed)
        raise CareError(display_text(f"Mail was not fetched from {names}.", 500), failed[0].hint or "")


def _say(done: FetchedBox) -> None:
    name = done.box.name
    if done.failure:
        return  # the error says it, after the others were read
    if done.busy:
        say(display_text(f"{name}: it is being read already, at {done.busy}; its mail comes in there."))
        return
    new = f" ({done.opened:,} new {'case' if done.opened == 1 else 'cases'})" if done.opened else ""
    say(display_text(f"{name}: {done.came:,} = {done.taken:,} taken{new} + {done.held:,} held + {done.known:,} known."))
    if done.unfetched:
        say("  The server does not give all mails; see careconsole box list.")


def _entry(done: FetchedBox) -> FetchedBoxEntry:
    from careconsole.present.json_types.boxes import FetchedBoxEntry

    counts = {name: getattr(done, name) for name in ("came", "taken", "held", "known", "opened", "unfetched")}
    return FetchedBoxEntry(
        number=done.box.number, name=done.box.name, busy=done.busy or None, failure=done.failure or None, **counts
    )
