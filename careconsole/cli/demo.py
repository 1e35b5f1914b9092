"""A sample team's week in a throw-away database."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from shlex import quote
from tempfile import mkdtemp
from textwrap import wrap
from typing import TYPE_CHECKING

import click

from careconsole.cli.arguments import JSON
from careconsole.cli.output import put, say, screen_width
from careconsole.cli.queue import put_page
from careconsole.demo.player import play, read_week
from careconsole.desk.database import create_team
from careconsole.desk.database.environment import now_ms
from careconsole.desk.queries import case_queries
from careconsole.desk.text_files import must_have_folder
from careconsole.domain.errors import WrongUse
from careconsole.domain.team.roster import CONTACT, LEAD, Person, Roster
from careconsole.domain.terminal_text import display_text
from careconsole.present.queue_text import due_words

if TYPE_CHECKING:
    from careconsole.desk.queries.case_queries import Page, QueueRow


@click.command()
@click.option("--keep", metavar="PATH", help="Keep the database in this new file.")
@JSON
@click.pass_context
def demo(ctx: click.Context, keep: str | None, as_json: bool) -> None:
    """Try a sample team's week in a temporary database: the team, its queue, and three urgent cases.

    On a terminal, the database stays in a temporary folder for you to try. Otherwise it is deleted after printing the
    queue. Your own database is not touched.

    \b
    Examples:
      careconsole demo
      careconsole demo --keep week.db
    """
    _refuse_db_option(ctx)
    place = _new_place(keep)
    lasting = False
    try:
        lasting = _play(place, keep is not None, as_json)
    except BrokenPipeError:  # it was played, and somebody read only the beginning
        lasting = keep is not None
        raise
    finally:
        if not lasting:
            _remove(place, with_folder=keep is None)


def _refuse_db_option(ctx: click.Context) -> None:
    """Raises WrongUse for --db, so that nobody believes that database got the sample cases."""
    source = ctx.find_root().get_parameter_source("db")
    behind = ctx.get_parameter_source("db")
    if click.core.ParameterSource.COMMANDLINE in (source, behind):
        raise WrongUse("The demo makes its own database.", "Give a new file for it: careconsole demo --keep PATH.")


def _new_place(keep: str | None) -> str:
    if keep is None:
        return os.path.join(mkdtemp(prefix="careconsole-demo-"), "demo.db")
    place = os.path.abspath(keep)
    if os.path.exists(place):
        raise WrongUse(f"{keep} exists already.", "Give a new file; the demo never writes into an existing one.")
    must_have_folder(place)
    return place


def _remove(place: str, *, with_folder: bool) -> None:
    if with_folder:
        shutil.rmtree(os.path.dirname(place), ignore_errors=True)
        return
    for file in (place, f"{place}-wal", f"{place}-shm"):
        with contextlib.suppress(FileNotFoundError):
            os.remove(file)
    shutil.rmtree(f"{place}.files", ignore_errors=True)


def _play(place: str, kept: bool, as_json: bool) -> bool:
    """Plays the week and prints it; returns whether to keep the database."""
    now = now_ms()
    desk = create_team.create_empty(place, lambda: now, "demo")
    try:
        play(desk, read_week())
        roster = desk.roster()
        lead = roster.on_duty()
        page = case_queries.queue(desk)
        told = sys.stdout.isatty() and not as_json
        if told:
            _tell_team(desk.team_name(), roster)
        put_page(page, as_json)
        if told:
            _tell_fires(page, lead)
            _tell_how(place, roster.name(lead), page.rows[0].number)
            if not kept:
                put(f"When you are done, remove {os.path.dirname(place)}")
        elif kept:
            say(f"The database stays: careconsole --db {_quoted(place)} --as {_quoted(roster.name(lead))} queue")
        else:
            say("That was a sample team's queue; its database is gone. To work on it: careconsole demo --keep PATH")
        return kept or told
    finally:
        desk.close()


def _tell_team(team: str, roster: Roster) -> None:
    """Prints the people as running text, to leave room for the queue below."""
    people = [p for p in roster.people.values() if p.active]
    staff = ", ".join(_person(p, roster) for p in people if p.role != CONTACT)
    contacts = ", ".join(f"{p.name} ({p.reach})" for p in people if p.role == CONTACT)
    _put_wrapped(f"{team}: {staff}.")
    _put_wrapped(f"Whom they can call besides: {contacts}.")
    put("")


def _person(person: Person, roster: Roster) -> str:
    words = ["lead"] if person.role == LEAD else []
    if person.number == roster.lead_on_duty():
        words.append("on duty")
    if person.away:
        words.append(f"away, {roster.name(roster.answerable(person.number))} covers")
    return f"{person.name} ({', '.join(words)})" if words else person.name


def _tell_fires(page: Page, lead: int | None) -> None:
    fires = [row for row in page.rows if row.due_at is not None and row.due_at < page.now]
    count = {1: "One thing is", 2: "Two things are", 3: "Three things are"}.get(len(fires), f"{len(fires)} things are")
    put("")
    put(f"{count} on fire:")
    for row in fires:
        late = due_words(row.due_at, row.due_kind, page.now).removeprefix("! ")
        why, commands = _advice(row, page.roster, lead)
        customer = page.customers.get(row.customer or 0, "")
        _put_wrapped(f"{row.number:>4}  {customer}: {row.subject}. {late[0].upper()}{late[1:]}: {why}.", "      ")
        for command in commands:
            put(f"      careconsole {command}")


def _advice(row: QueueRow, roster: Roster, lead: int | None) -> tuple[str, list[str]]:
    """Returns why a case is late, and commands with which today's lead can deal with it."""
    name, number = roster.name, row.number
    acting = roster.answerable(row.owner)
    owner = name(row.owner) if acting == row.owner else f"{name(row.owner)} is away, {name(acting)} covers"
    say_sorry = f'log {number} --channel phone "sorry for the wait"'
    match row.due_kind:
        case "answer" if row.offered_to is not None:
            why = f"{name(row.offered_to)} has not answered the offer, so it is still with {name(row.owner)}"
            return why, [f'take-over {number} --reason "they should hear a voice today"', say_sorry]
        case "promise" if row.responder is not None:
            other = "" if row.responder == lead else f"--as {name(row.responder)} "
            return f"{name(row.owner)} waits for word from {name(row.responder)}", [
                f"{other}acknowledge {number} --until +1h",
                say_sorry,
                f"keep {number}",
            ]
        case "promise":
            return owner, [say_sorry, f"keep {number}"]
        case _:
            return owner, [f"show {number}"]


def _tell_how(place: str, lead: str, first: int) -> None:
    windows = os.name == "nt"  # the shell is PowerShell
    put("")
    _put_wrapped(f"You are {lead}. Paste these, then try what is above; careconsole undo undoes it.")
    for name, value in (("CARECONSOLE_DB", place), ("CARECONSOLE_AS", lead)):
        put(f'  $env:{name} = "{value}"' if windows else f"  export {name}={_quoted(value)}")
    put("  careconsole             # the live console; ? shows the keys, q leaves")
    put(f"  careconsole show {first}      # or one command at a time")


def _quoted(text: str) -> str:
    return quote(text)


def _put_wrapped(text: str, indent: str = "  ") -> None:
    width = max(40, min(screen_width() or 110, 110))
    for line in wrap(display_text(text), width, subsequent_indent=indent, break_long_words=False):
        put(line)
