"""Mail that we send, on the command line: sending what is due, and deciding about what needs a person.

What sends is loaded by the commands that need it, since a mail server starts `mail in`, which loads this module, for
each mail.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from careconsole.cli.arguments import COUNT, JSON
from careconsole.cli.output import put_json, say
from careconsole.cli.reports import put_report
from careconsole.cli.session import Session
from careconsole.domain.reply_states import NEEDS_PERSON, ON_THE_WAY, SENT, STOPPED, UNCERTAIN
from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.moments import local

if TYPE_CHECKING:
    from careconsole.desk import Desk
    from careconsole.desk.mail.sending import StoredReply

_MANY = 200
_OPEN = (*ON_THE_WAY, *NEEDS_PERSON)
_STATES = (*_OPEN, SENT, STOPPED)
_MAIL = click.argument("number", type=COUNT, metavar="MAIL")


@click.command("send")
@click.option("--quiet", is_flag=True, help="Print only what went wrong; for cron.")
@JSON
@click.pass_obj
def send(session: Session, quiet: bool, as_json: bool) -> None:
    """Send the mails that are due, each once, however many consoles and scripts send at the same time.

    An open console sends by itself. Run this from cron if none is open: careconsole help mail. Copies go into
    the folder of sent mails of the box, if it has one. Uncertain mails are looked for in the box: one that is there
    was sent.

    \b
    Example:
      careconsole mail send --quiet
    """
    from careconsole.desk.mail import automatic_answers
    from careconsole.desk.mail.sending import send_due
    from careconsole.notify.sent_folder import SentFolders
    from careconsole.notify.smtp_sender import send as by_smtp

    desk = session.asking()
    folders = SentFolders(desk)
    settled, problems = folders.settle()
    done = send_due(desk, by_smtp, folders.keep)
    automatic, more = automatic_answers.send_due(desk, by_smtp)
    done = replace(done, sent=done.sent + len(settled), problems=(*problems, *done.problems, *more))
    if as_json:
        from careconsole.present.outgoing_mail import sent_entry

        put_json(sent_entry(done, automatic))
        return
    for problem in done.problems:
        say(display_text(problem, 600))
    if quiet:
        return
    counts = {name: getattr(done, name) for name in ("sent", "later", "refused", "uncertain", "stopped")}
    told = ", ".join(f"{count:,} {_COUNTED[name]}" for name, count in counts.items() if count)
    if automatic:
        say(f"Automatic answers: {automatic:,} sent.")
    if told or not automatic:
        say(f"Mails: {told}." if told else f"No mail is due.{_waiting(desk)}")
    if done.refused or done.uncertain:
        say("Somebody has to decide about these: careconsole mail outgoing")


def _waiting(desk: Desk) -> str:
    """How many mails wait for their time, and when the next of them goes; empty if none waits."""
    from careconsole.desk.mail.sending import waiting

    count, first = waiting(desk)
    if first is None:
        return ""
    when = local(first, desk.now())
    return f" One is waiting; it goes at {when}." if count == 1 else f" {count:,} are waiting; the next goes at {when}."


_COUNTED = {
    "sent": "sent",
    "later": "to be tried again",
    "refused": "refused",
    "uncertain": "uncertain",
    "stopped": "not sent",
}


@click.command("outgoing")
@click.option("--state", type=click.Choice(_STATES), metavar="STATE", help=f"Only these: {', '.join(_STATES)}.")
@click.option("--all", "every", is_flag=True, help="Also those that were sent, or are not sent after all.")
@JSON
@click.pass_obj
def outgoing(session: Session, state: str | None, every: bool, as_json: bool) -> None:
    """List the mails that are not sent yet: those that wait, and those that need a person.

    \b
    Examples:
      careconsole mail outgoing
      careconsole mail outgoing --state refused
    """
    from careconsole.desk.mail.sending import listed, state_words

    desk = session.asking()
    found = listed(desk, (state,) if state else _STATES if every else _OPEN, _MANY + 1)
    if len(found) > _MANY:
        del found[_MANY:]
        say(f"There are more: these are the latest {_MANY}. To see others: careconsole mail outgoing --state STATE")
    if as_json:
        _put_entries(found)
        return
    if not found:
        say("No mail waits to be sent." if not state and not every else "There is no such mail.")
        return
    now, roster, copy = desk.now(), desk.roster(), desk.read(lambda unit: unit.is_copy)
    rows = [
        (
            str(one.number),
            state_words(one, now, copy=copy),
            f"case {one.case}",
            roster.name(one.person),
            ", ".join(one.content.people),
            one.content.subject,
            local(one.at, now),
        )
        for one in found
    ]
    put_report(("No", "State", "Where", "By", "To", "Subject", "Written"), rows, right=(0,))
    for one in found:
        if one.state in NEEDS_PERSON:
            say(display_text(f"{one.number}: {one.said}", 400))
            say(f"  {_ways(one)}")


def _ways(one: StoredReply) -> str:
    ways = [f"send it again: careconsole mail resend {one.number}"]
    if one.state == UNCERTAIN:
        ways.insert(0, f"it was sent: careconsole mail sent {one.number}")
    return "; ".join([*ways, f"it is not to be sent: careconsole mail stop {one.number}"])


def _put_entries(found: list[StoredReply]) -> None:
    from careconsole.present.outgoing_mail import outgoing_entry

    put_json([outgoing_entry(one) for one in found])


def _decide(
    session: Session, decide: Callable[[Desk, int], StoredReply], number: int, as_json: bool, then: str
) -> None:
    """Decides about a mail and says what becomes of it: `then`, with {case} and {by} filled in."""
    from careconsole.present.outgoing_mail import outgoing_entry

    desk = session.working()
    done = decide(desk, number)
    if as_json:
        put_json(outgoing_entry(done))
        return
    by = display_text(desk.roster().name(done.person))
    say(f"Outgoing mail {number} {then.format(case=done.case, by=by)}")


@click.command("sent")
@_MAIL
@JSON
@click.pass_obj
def sent(session: Session, number: int, as_json: bool) -> None:
    """Say that an uncertain or refused mail was sent after all, such as when it is in the folder of sent mails.

    \b
    Example:
      careconsole mail sent 3
    """
    from careconsole.desk.mail import sending

    then = "counts as sent, and the customer of case {case} as answered."
    _decide(session, sending.say_sent, number, as_json, then)


@click.command("resend")
@_MAIL
@JSON
@click.pass_obj
def resend(session: Session, number: int, as_json: bool) -> None:
    """Send a mail again that was refused, or of which nobody knows whether it was sent.

    \b
    Example:
      careconsole mail resend 3
    """
    from careconsole.desk.mail import sending

    then = "is sent again now, by an open console or: careconsole mail send"
    _decide(session, sending.send_again, number, as_json, then)


@click.command("stop")
@_MAIL
@JSON
@click.pass_obj
def stop(session: Session, number: int, as_json: bool) -> None:
    """Do not send a mail after all. Its text becomes a draft of its writer again.

    \b
    Example:
      careconsole mail stop 3
    """
    from careconsole.desk.mail import sending

    _decide(session, sending.stop, number, as_json, "is not sent. Its text is a draft of {by}.")


COMMANDS = (send, outgoing, sent, resend, stop)
"""What the group "mail" has besides, in the order of its help."""
