"""Mail that comes in, on the command line."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from careconsole.cli import outgoing
from careconsole.cli.arguments import COUNT, JSON, one_case
from careconsole.cli.groups import Section
from careconsole.cli.mail_fetch import fetch
from careconsole.cli.mail_save import save
from careconsole.cli.mail_senders import block, reopening, senders, server, unblock
from careconsole.cli.output import put, put_json, say
from careconsole.cli.reports import put_report
from careconsole.cli.session import Session
from careconsole.domain.case.narrator import listed as in_a_row
from careconsole.domain.counting import counted
from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.terminal_text import display_block, display_text
from careconsole.domain.time.moments import local

if TYPE_CHECKING:
    from careconsole.desk import Desk
    from careconsole.desk.mail.deciding import StoredMail

TRY_AGAIN = 75
"""The exit code by which a mail server knows that it should try again later (EX_TEMPFAIL in sysexits.h)."""
_MANY = 200
_MAIL = click.argument("number", type=COUNT, metavar="MAIL")
_STATES = ("taken", "held", "known", "dropped")


class TryAgain(CareError):
    """The mail was not kept; the mail server should try again."""

    exit_code = TRY_AGAIN


@click.group(cls=Section)
def mail() -> None:
    """Receive customers' mail, and decide about mail that was held.

    Every mail is taken, held or known; none is dropped by itself. See careconsole help mail.

    \b
    Example:
      careconsole mail held
    """


@mail.command("in")
@JSON
@click.pass_obj
def in_(session: Session, as_json: bool) -> None:
    """Receive one mail from standard input; for Postfix, procmail and fetchmail.

    Exits with 0 once the mail is kept, also when it is held; with 75 when it could not be kept, so that the mail server
    tries again.

    \b
    Example:
      cat mail.eml | careconsole mail in
    """
    if sys.stdin.isatty():
        say("Reading a mail from the terminal; end with Ctrl-D.")
    try:
        from careconsole.intake.mail.coming_in import receive_stream

        done = receive_stream(session.asking(), sys.stdin.buffer)
    except Exception as error:
        raise _deferred(error) from error
    if as_json:
        from careconsole.present.mail import reception_entry

        put_json(reception_entry(done))
        return
    where = f" Case {done.case}{' is new' if done.opened else ''}." if done.case is not None else ""
    say(f"Mail {done.number}: {done.state}.{where} {done.why}")


def _deferred(error: Exception) -> Exception:
    """The error by which a mail server tries again. An empty input is none: trying again would not help."""
    from careconsole.intake.mail.coming_in import NoMail

    if isinstance(error, NoMail):
        return error
    if isinstance(error, CareError):
        return TryAgain(error.message, error.hint)
    from careconsole.desk.crash_report import report_crash

    broken = report_crash(error, "Receiving the mail")
    return TryAgain(broken.message, broken.hint)


@mail.command("read")
@click.argument("path", type=click.Path(), metavar="FOLDER_OR_FILE")
@click.option("--quiet", is_flag=True, help="Print errors only; for cron.")
@JSON
@click.pass_obj
def read(session: Session, path: str, quiet: bool, as_json: bool) -> None:
    """Receive every mail of a Maildir folder or an mbox file, which stay as they are.

    Read it again as often as you like: mails that came before are known. Mails that are marked as deleted in a Maildir
    are left out.

    \b
    Examples:
      careconsole mail read Maildir
      careconsole mail read support.mbox
    """
    from careconsole.intake.mail.coming_in import read_folder

    def tell(came: int) -> None:
        if sys.stderr.isatty() and not quiet and not as_json:
            click.echo(f"\r{counted(came, 'mail')} ", nl=False, err=True)

    done = read_folder(session.asking(), path, tell)
    if as_json:
        from careconsole.present.mail import read_entry

        put_json(read_entry(done))
        return
    if quiet:
        return
    if sys.stderr.isatty():
        click.echo("\r", nl=False, err=True)
    new = f" ({done.opened:,} new {'case' if done.opened == 1 else 'cases'})" if done.opened else ""
    say(f"Mails: {done.came:,} = {done.taken:,} taken{new} + {done.held:,} held + {done.known:,} known.")
    if done.deleted:
        say(f"Left out, because they are marked as deleted there: {done.deleted:,}.")
    if done.held:
        say("Somebody has to decide about the held mails: careconsole mail held")


@mail.command("list")
@click.option("--state", type=click.Choice(_STATES), metavar="STATE", help=f"Only these: {', '.join(_STATES)}.")
@click.option("--case", metavar="CASE", help="Only those of this case.")
@click.option("--limit", type=COUNT, default=_MANY, metavar="N", show_default=True, help="The most mails to list.")
@JSON
@click.pass_obj
def list_(session: Session, state: str | None, case: str | None, limit: int, as_json: bool) -> None:
    """List mails that came in, the latest first.

    \b
    Examples:
      careconsole mail list --state held
      careconsole mail list --case 12
    """
    from careconsole.desk.mail import deciding

    desk = session.asking()
    if case is not None:
        every = [one for one in deciding.of_case(desk, one_case(case, desk)) if state in (None, one.state)]
        found, total = every[:limit], len(every)
    else:
        states = (state,) if state else _STATES
        found, total = deciding.listed(desk, states, limit), _how_many(desk, states)
    _put_list(desk, found, as_json, "No mail came in." if not state else f"No mail is {state}.")
    if total > len(found):
        say(f"{len(found):,} of {total:,} mails; to see all: --limit {total}")


@mail.command("held")
@JSON
@click.pass_obj
def held(session: Session, as_json: bool) -> None:
    """List the mails that wait for somebody's decision, the latest first, each with the reason.

    \b
    Example:
      careconsole mail held
    """
    from careconsole.desk.mail import deciding

    desk = session.asking()
    found, total = deciding.listed(desk, ("held",), _MANY), _how_many(desk, ("held",))
    _put_list(desk, found, as_json, "No mail is held.")
    if total > len(found):
        say(f"{len(found):,} of {total:,} mails; to see all: careconsole mail list --state held --limit {total}")


def _how_many(desk: Desk, states: Iterable[str]) -> int:
    from careconsole.desk.mail.deciding import counts

    in_state = counts(desk)
    return sum(in_state.get(state, 0) for state in states)


def _put_list(desk: Desk, found: list[StoredMail], as_json: bool, otherwise: str) -> None:
    from careconsole.desk.mail.deciding import suggested_customer
    from careconsole.present.mail import mail_entry, place_words, reason_words, sender_words

    if as_json:
        put_json([mail_entry(one, suggested_customer(desk, one)) for one in found])
        return
    if not found:
        say(otherwise)
        return
    now = desk.now()
    rows = [
        (
            str(one.number),
            local(one.at, now),
            f"{one.state}: {reason_words(one)}",
            place_words(one),
            sender_words(one),
            one.content.subject,
        )
        for one in found
    ]
    put_report(("No", "Came", "State", "Where", "From", "Subject"), rows, right=(0,))


@mail.command("show")
@_MAIL
@click.option("--raw", is_flag=True, help="Print the mail as it came, with all headers.")
@JSON
@click.pass_obj
def show(session: Session, number: int, raw: bool, as_json: bool) -> None:
    """Show a mail with its whole text, quotes and signature included.

    \b
    Examples:
      careconsole mail show 7
      careconsole mail show 7 --raw
    """
    from careconsole.desk.mail import deciding
    from careconsole.present.mail import mail_lines, shown_entry

    desk = session.asking()
    found = deciding.find(desk, number)
    if raw and as_json:
        raise WrongUse("With --raw, a mail is printed as it came, which is not JSON.", "Leave out --raw or --json.")
    if raw:
        _put_raw(deciding.raw(desk, found))
        return
    author = deciding.suggested_customer(desk, found)
    if as_json:
        put_json(shown_entry(found, author, deciding.boxes_of(desk, found)))
        return
    for label, text in mail_lines(found, desk.now(), deciding.boxes_of(desk, found)):
        put(f"{label:8} {display_text(text, 2_000)}")
    put("")
    put(display_block(found.content.text) if found.content.text else "(no text)")
    if author is not None:
        say(display_text(f"Customer: {author.words}? To confirm it: careconsole mail confirm {number}"))


def _put_raw(data: bytes) -> None:
    """Prints the bytes as they are for a program, and made safe on a terminal."""
    if sys.stdout.isatty() or not hasattr(sys.stdout, "buffer"):
        put(display_block(data.decode("utf-8", "replace")))
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


@mail.command("why")
@_MAIL
@JSON
@click.pass_obj
def why(session: Session, number: int, as_json: bool) -> None:
    """Say what became of a mail, and why.

    \b
    Example:
      careconsole mail why 7
    """
    from careconsole.desk.mail import deciding
    from careconsole.present.mail import mail_entry, proof_words, state_words

    desk = session.asking()
    found = deciding.find(desk, number)
    if as_json:
        put_json(mail_entry(found, deciding.suggested_customer(desk, found)))
        return
    proof = f" {proof_words(found)}" if proof_words(found) else ""
    put(display_text(f"Mail {number} {state_words(found)}. {found.why}{proof}", 2_000))


@mail.command("take")
@_MAIL
@click.option("--into", metavar="CASE", help="The case it belongs to. Default: as for a mail that has just come in.")
@JSON
@click.pass_obj
def take(session: Session, number: int, into: str | None, as_json: bool) -> None:
    """Take a mail that was held or dropped: into the case it belongs to, or as a new one.

    \b
    Examples:
      careconsole mail take 7
      careconsole mail take 7 --into 12
    """
    from careconsole.desk.mail import deciding

    desk = session.working()
    others = [] if into is not None else deciding.open_cases(desk, deciding.find(desk, number))
    taken = deciding.take(desk, number, one_case(into, desk) if into is not None else None)
    if as_json:
        _put_entry(desk, taken)
        return
    say(f"Mail {number} is in case {taken.case}. {taken.why}")
    if others:
        cases = in_a_row([f"{case} ({display_text(subject, 60)})" for case, subject in others[:5]])
        has = "an open case" if len(others) == 1 else f"{len(others)} open cases"
        merge = f"careconsole merge {taken.case} --into {others[0][0]}"
        say(f"The sender has {has}: {cases}. If it is about that, merge the new one: {merge}")


@mail.command("drop")
@_MAIL
@click.option("--reason", required=True, metavar="TEXT", help="Why it is dropped.")
@JSON
@click.pass_obj
def drop(session: Session, number: int, reason: str, as_json: bool) -> None:
    """Drop a mail that was held: it goes into no case. It stays stored, and can still be taken.

    \b
    Example:
      careconsole mail drop 7 --reason advertising
    """
    from careconsole.desk.mail import deciding

    desk = session.working()
    dropped = deciding.drop(desk, number, reason)
    if as_json:
        _put_entry(desk, dropped)
        return
    say(f"Mail {number} is dropped. To take it after all: careconsole mail take {number}")


@mail.command("confirm")
@_MAIL
@JSON
@click.pass_obj
def confirm(session: Session, number: int, as_json: bool) -> None:
    """Make the author of a mail that a colleague forwarded the customer of its case.

    \b
    Example:
      careconsole mail confirm 7
    """
    from careconsole.desk.mail import deciding

    desk = session.working()
    done = deciding.confirm(desk, number)
    found = deciding.find(desk, number)
    if as_json:
        _put_entry(desk, found)
        return
    author = found.content.author
    assert author is not None
    say(display_text(f"{author.words} is the customer of case {done.cases[0]}."))


def _put_entry(desk: Desk, found: StoredMail) -> None:
    from careconsole.desk.mail.deciding import suggested_customer
    from careconsole.present.mail import mail_entry

    put_json(mail_entry(found, suggested_customer(desk, found)))


@mail.command("tag")
@click.argument("case", metavar="CASE")
@JSON
@click.pass_obj
def tag(session: Session, case: str, as_json: bool) -> None:
    """Print the tag of a case. Any mail that has it in its subject goes to that case, no matter who sends it.

    \b
    Example:
      careconsole mail tag 12
    """
    from careconsole.desk.mail import deciding

    desk = session.asking()  # nobody has to say who they are: it changes nothing on the case
    number = one_case(case, desk)
    made = deciding.tag(desk, number)
    if as_json:
        from careconsole.present.json_types.mail import MailTagEntry

        put_json(MailTagEntry(case=number, tag=made))
        return
    put(made)


for _command in (fetch, save, block, reopening, senders, server, unblock, *outgoing.COMMANDS):
    mail.add_command(_command)
