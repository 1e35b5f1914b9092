"""Mail boxes on the command line: where customers' mail is fetched from and answers are sent through."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click
from msgspec.structs import replace

from careconsole.cli.arguments import JSON, only_with, text_or_input
from careconsole.cli.groups import Section
from careconsole.cli.output import put, put_json, say
from careconsole.cli.reports import put_report
from careconsole.cli.session import Session
from careconsole.desk.mail import box_settings, boxes
from careconsole.desk.mail.trusted_commands import trust as trust_command
from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.mail.boxes import Box, BoxSettings, Secret, SecretKind, check_secret
from careconsole.domain.terminal_text import display_text
from careconsole.present.boxes import box_entry, server_words, state_words

if TYPE_CHECKING:
    from careconsole.desk import Desk

F = TypeVar("F", bound=Callable[..., Any])

_SECURITY = ("tls", "starttls", "plain")
_BOX = click.argument("box", metavar="BOX")
_SECRETS = (
    ("password_command", "command", False),
    ("password_env", "environment", False),
    ("password", "stored", False),
    ("token_command", "command", True),
    ("token_env", "environment", True),
)
"""The options for the secret: the name, its kind, and whether it is a token."""


def _options(command: F) -> F:
    """Adds the options of `add` and `edit`."""
    for option in reversed(
        (
            click.option("--address", metavar="ADDRESS", help="What customers write to, and answers come from."),
            click.option("--display-name", metavar="TEXT", help="The name that customers see beside the address."),
            click.option("--imap", metavar="HOST[:PORT]", help='Where mail is fetched. "": nowhere.'),
            click.option("--imap-security", type=click.Choice(_SECURITY), help="How that connection is encrypted."),
            click.option("--user", metavar="USER", help="The user to log in as. Default: the address."),
            click.option("--folder", metavar="FOLDER", help="The folder to read. Default: INBOX."),
            click.option(
                "--after",
                type=click.Choice(("leave", "seen", "move")),
                help="What happens there to a mail that was received. Default: leave.",
            ),
            click.option("--move-to", metavar="FOLDER", help="Where --after move puts it."),
            click.option("--since", metavar="DAY", help="Fetch from this day on: today (default), all, 2026-11-30."),
            click.option("--smtp", metavar="HOST[:PORT]", help='Where mail is sent. "": nowhere.'),
            click.option("--smtp-security", type=click.Choice(_SECURITY), help="How that connection is encrypted."),
            click.option("--smtp-user", metavar="USER", help='The user there. Default: as --user. "": no login.'),
            click.option("--sent-folder", metavar="FOLDER", help='Where a copy of what is sent goes. "": nowhere.'),
            click.option("--signature", metavar="TEXT", help='The words below each answer. "-": standard input.'),
            click.option(
                "--auto-answer",
                metavar="WORDS",
                help='The saved words of the team that answer a mail automatically, by their name. "": none.',
            ),
            click.option("--password", metavar="-", help='"-": read the password from standard input.'),
            click.option("--password-env", metavar="VARIABLE", help="The environment variable that has the password."),
            click.option("--password-command", metavar="COMMAND", help="The command that prints the password."),
            click.option("--token-command", metavar="COMMAND", help="The command that prints an OAuth access token."),
            click.option("--token-env", metavar="VARIABLE", help="The environment variable that has such a token."),
        )
    ):
        command = option(command)
    return command


@click.group(cls=Section)
def box() -> None:
    """Manage mail boxes: where customers' mail is fetched from, and answers are sent through.

    Only leads can change them. See careconsole help mail.

    \b
    Example:
      careconsole box list
    """


@box.command("add")
@click.argument("name")
@_options
@JSON
@click.pass_obj
def add(session: Session, /, name: str, as_json: bool, **given: str | None) -> None:
    """Add a mail box. Connections are encrypted, and certificates checked, unless you say otherwise.

    The password comes from a command (such as pass or secret-tool), an environment variable, or standard input; from
    there, it is stored in the database. A command runs as you, only under logins that trust it, and without a shell.

    \b
    Examples:
      careconsole box add support --address support@shop.example --imap mail.shop.example --smtp mail.shop.example
        --password-command "pass show mail/support"
      careconsole box add care --address care@shop.example --imap imap.shop.example --password-env CARE_PASSWORD
    """
    desk = session.working()
    boxes.must_lead(desk, "add a mail box")
    if not given["address"]:
        raise WrongUse("The address of the box is missing.", "Give it with --address.")
    secret, oauth = _secret(given)
    settings = box_settings.settings(_read(given), None, desk.now(), oauth)
    _must_be_used(given, settings)
    made = boxes.add(desk, name, settings, secret or Secret())
    if as_json:
        put_json(_entry(desk, made))
        return
    say(display_text(f"Box {made.name} is set: {made.settings.address.words}."))
    _warn(made)


@box.command("edit")
@_BOX
@_options
@click.option("--name", "new_name", metavar="TEXT", help="Another name for the box.")
@click.option("--reading", type=click.Choice(("on", "off")), help="Whether its mail is fetched now.")
@JSON
@click.pass_obj
def edit(
    session: Session, /, box: str, new_name: str | None, reading: str | None, as_json: bool, **given: str | None
) -> None:
    """Change a mail box; what is not given stays as it is.

    \b
    Examples:
      careconsole box edit support --after move --move-to Archive
      careconsole box edit support --reading off
    """
    desk = session.working()
    boxes.must_lead(desk, "change a mail box")
    before = boxes.named(desk, box)
    secret, oauth = _secret(given)
    settings = box_settings.settings(_read(given), before.settings, desk.now(), oauth if secret is not None else None)
    _must_be_used(given, settings)
    if reading is not None:
        settings = replace(settings, reading=reading == "on")
    made = boxes.change(desk, box, settings, secret, new_name=new_name or "")
    if as_json:
        put_json(_entry(desk, made))
        return
    say(display_text(f"Box {made.name} is changed." if made != before else f"Box {made.name} is as it was."))
    _warn(made)


@box.command("list")
@JSON
@click.pass_obj
def list_(session: Session, as_json: bool) -> None:
    """List the mail boxes, when each was last read, and what went wrong. Passwords are never shown.

    \b
    Example:
      careconsole box list
    """
    desk = session.asking()
    found = boxes.all_boxes(desk)
    if as_json:
        put_json([_entry(desk, one) for one in found])
        return
    if not found:
        say("There is no mail box. To add one: careconsole box add --help")
        return
    now = desk.now()
    rows = [
        (
            str(one.number),
            one.name,
            one.settings.address.address,
            server_words(one),
            state_words(one, boxes.shown_failures(desk, one), now),
        )
        for one in found
    ]
    put_report(("No", "Name", "Address", "Servers", "Read"), rows, right=(0,))
    for one in found:
        if boxes.words_are_gone(desk, one):
            words = f"“{one.settings.auto_answer}” are no longer saved"
            say(display_text(f"Box {one.name} answers nothing automatically: its words {words}.", 300))


@box.command("test")
@_BOX
@click.option("--trust", is_flag=True, help="Let the command for its password run under your login from now on.")
@click.option("--show-command", is_flag=True, help="Only print the command for its password, without running it.")
@JSON
@click.pass_obj
def test(session: Session, box: str, trust: bool, show_command: bool, as_json: bool) -> None:
    """Log in at the servers of a mail box, and say what goes wrong. Nothing is fetched, sent or changed.

    \b
    Example:
      careconsole box test support
    """
    desk = session.asking()
    found = boxes.named(desk, box)
    if (trust or show_command) and found.secret.kind != "command":
        raise WrongUse(
            f"The password of box {found.name} comes from {found.secret.words}, not from a command.",
            "Leave out --trust and --show-command.",
        )
    if show_command:
        if as_json:
            raise WrongUse("A command is no JSON.", "Leave out --show-command or --json.")
        put(display_text(found.secret.value))
        return
    if trust:
        trust_command(found.secret.value)
    from careconsole.cli.box_test import report_test
    from careconsole.notify.box_test import try_servers  # loads what talks to mail servers

    if not report_test(found, try_servers(found), as_json):
        raise CareError(f"Box {found.name} does not work yet.", "Change it: careconsole box edit --help")


@box.command("remove")
@_BOX
@JSON
@click.pass_obj
def remove(session: Session, box: str, as_json: bool) -> None:
    """Remove a mail box: its mail is no longer fetched, and nothing is sent from it. The mails that came stay.

    \b
    Example:
      careconsole box remove support
    """
    desk = session.working()
    gone = boxes.remove(desk, box)
    if as_json:
        put_json(_entry(desk, gone))
        return
    say(display_text(f"Box {gone.name} is removed; the mails that came by it stay."))


def _secret(given: dict[str, str | None]) -> tuple[Secret | None, bool]:
    """The secret that was given, and whether it is a token; None if none was."""
    found = [(name, kind, oauth) for name, kind, oauth in _SECRETS if given[name] is not None]
    if not found:
        return None, False
    if len(found) > 1:
        names = " or ".join(f"--{name.replace('_', '-')}" for name, _, _ in found)
        raise WrongUse("The password can come from one place only.", f"Give {names}.")
    name, kind, oauth = found[0]
    value = given[name] or ""
    if name == "password":
        if value != "-":
            raise WrongUse(
                "A password on the command line would be in the shell's history.",
                "Give --password - and pass it on standard input, or --password-command.",
            )
        value = text_or_input(value, "the password")
    kinds: dict[str, SecretKind] = {"command": "command", "environment": "environment", "stored": "stored"}
    return check_secret(kinds[kind], value), oauth


def _read(given: dict[str, str | None]) -> dict[str, str | None]:
    """What was given, with the signature from standard input if it is "-"."""
    signature = given["signature"]
    return given if signature is None else {**given, "signature": text_or_input(signature, "the signature")}


def _must_be_used(given: dict[str, str | None], settings: BoxSettings) -> None:
    """Raises WrongUse for an option that nothing would be kept of: it is about a server that the box does not have."""
    only_with("--imap", settings.imap, imap_security=given["imap_security"])
    only_with("--smtp", settings.smtp, smtp_security=given["smtp_security"], smtp_user=given["smtp_user"])
    only_with("--after move", settings.after == "move", move_to=given["move_to"])


def _warn(made: Box) -> None:
    """Says which connections are not encrypted."""
    for warning in made.settings.warnings:
        say(display_text(f"  {warning}"))


def _entry(desk: Desk, made: Box) -> Any:
    return box_entry(made, boxes.shown_failures(desk, made), desk.now())
