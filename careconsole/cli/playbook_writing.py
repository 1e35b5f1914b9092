"""Writing playbooks on the command line; `cli.playbook` has these commands with those that read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from careconsole.cli.arguments import COUNT, JSON, moment, one_case, text_or_input
from careconsole.cli.output import put_json, say
from careconsole.cli.session import Session
from careconsole.domain.errors import WrongUse
from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.moments import DAY_ENDS

if TYPE_CHECKING:
    from careconsole.desk import Desk
    from careconsole.desk.playbooks.writing import Saved


def _content_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(
        (
            click.option("--title", metavar="TEXT", help="What it is for, in a few words."),
            click.option("--cause", "causes", multiple=True, metavar="CAUSE", help="A cause; may be repeated."),
            click.option("--tag", "tags", multiple=True, metavar="TAG", help="A tag of its cases; may be repeated."),
            click.option("--signs", metavar="TEXT", help='How to recognise such a case; "-": standard input.'),
            click.option("--do", "steps", multiple=True, metavar="TEXT", help="A step; may be repeated, in order."),
            click.option("--may", metavar="TEXT", help="What the frontline may decide without a lead."),
            click.option("--limit", metavar="SUM", help="Up to which sum, such as 40."),
            click.option("--currency", metavar="CODE", help="The currency of the limit, such as EUR."),
            click.option("--until", metavar="TIME", help="Until when they may; left out, until further notice."),
            click.option("--say", "say_", metavar="TEXT", help="Words for the customer: 'Dear {customer}, ...'."),
            click.option("--escalate-when", metavar="TEXT", help="When to call somebody all the same."),
        )
    ):
        command = option(command)
    return command


def _given(desk: Desk, given: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The parts of a text that were given: the fields of `Content`, and those of its `Authority`."""
    content: dict[str, Any] = {}
    for name in ("title", "escalate_when"):
        if given[name] is not None:
            content[name] = given[name]
    if given["signs"] is not None:
        content["signs"] = text_or_input(given["signs"], "--signs")
    if given["say_"] is not None:
        content["say"] = text_or_input(given["say_"], "--say")
    for name in ("causes", "tags", "steps"):
        if given[name]:
            content[name] = given[name]
    may = {name: given[name] for name in ("limit", "currency") if given[name] is not None}
    if given["may"] is not None:
        may["text"] = given["may"]
    if given["until"] is not None:
        may["until"] = moment(given["until"], desk.now(), DAY_ENDS)
    return content, may


@click.command()
@_content_options
@click.option("--from", "case", metavar="CASE", help="The case that taught it.")
@JSON
@click.pass_obj
def write(session: Session, /, case: str | None, as_json: bool, **given: Any) -> None:
    """Write a new playbook.

    \b
    Example:
      careconsole playbook write --title "Late parcel" --do "ask the carrier" --may "refund the postage"
    """
    from careconsole.desk.playbooks import writing
    from careconsole.domain.playbook.content import Authority, Content

    desk = session.working()
    content, may = _given(desk, given)
    if "title" not in content:
        raise WrongUse("--title is missing.", "Say in a few words what the playbook is for.")
    if may:
        content["may"] = Authority(**{"text": "", **may})
    number = one_case(case, desk) if case is not None else None
    _put_saved(desk, writing.write(desk, Content(**content), case=number), "Written", as_json)


@click.command()
@click.argument("number", type=COUNT, metavar="PLAYBOOK")
@_content_options
@click.option("--why", metavar="TEXT", help="Why it changes.")
@click.option("--seen", type=COUNT, metavar="EDITION", help="The edition you saw; a newer one is a conflict.")
@JSON
@click.pass_obj
def revise(session: Session, /, number: int, why: str | None, seen: int | None, as_json: bool, **given: Any) -> None:
    """Change parts of a playbook. What is not given stays; an empty text removes a part.

    \b
    Example:
      careconsole playbook revise 3 --limit 60 --why "most are below sixty"
    """
    from careconsole.desk.playbooks import writing

    desk = session.working()
    content, may = _given(desk, given)
    if may:
        content["may"] = may
    if not content:
        raise WrongUse("Nothing was given to change.", f"For example: careconsole playbook revise {number} --limit 60.")
    for name in ("causes", "tags", "steps"):
        if content.get(name) == ("",):
            content[name] = ()
    _put_saved(desk, writing.revise(desk, number, content, why=why or "", seen=seen), "Revised", as_json)


@click.command()
@click.argument("number", type=COUNT, metavar="PLAYBOOK")
@click.option("--until", metavar="TIME", help="Until when; left out, for half a year.")
@JSON
@click.pass_obj
def confirm(session: Session, number: int, until: str | None, as_json: bool) -> None:
    """Confirm what a playbook lets the frontline decide. Only a lead can do this.

    \b
    Example:
      careconsole playbook confirm 3
    """
    from careconsole.desk.playbooks import writing

    desk = session.working()
    until_ms = moment(until, desk.now(), DAY_ENDS) if until is not None else None
    _put_saved(desk, writing.confirm(desk, number, until_ms), "Confirmed", as_json)


@click.command()
@click.argument("number", type=COUNT, metavar="PLAYBOOK")
@click.option("--reason", required=True, metavar="TEXT", help="Why it no longer helps.")
@JSON
@click.pass_obj
def retire(session: Session, number: int, reason: str, as_json: bool) -> None:
    """Retire a playbook, so that it is no longer offered.

    \b
    Example:
      careconsole playbook retire 3 --reason "the shop refunds such orders itself now"
    """
    from careconsole.desk.playbooks import writing

    desk = session.working()
    _put_saved(desk, writing.retire(desk, number, text_or_input(reason, "--reason")), "Retired", as_json)


@click.command()
@click.argument("number", type=COUNT, metavar="PLAYBOOK")
@JSON
@click.pass_obj
def restore(session: Session, number: int, as_json: bool) -> None:
    """Offer a retired playbook again.

    \b
    Example:
      careconsole playbook restore 3
    """
    from careconsole.desk.playbooks import writing

    desk = session.working()
    _put_saved(desk, writing.restore(desk, number), "Restored", as_json)


def _put_saved(desk: Desk, saved: Saved, word: str, as_json: bool) -> None:
    from careconsole.desk.playbooks import reading
    from careconsole.present.json_types.playbooks import PlaybookChangeEntry
    from careconsole.present.playbooks import playbook_entry

    number = saved.playbook.number
    if as_json:
        entry = playbook_entry(reading.get(desk, number), desk.roster(), desk.now())
        put_json(PlaybookChangeEntry(command=saved.command, playbook=entry, notices=list(saved.notices)))
        return
    say(display_text(f"{word}: playbook {number}, {saved.playbook.content.title}."))
    for notice in saved.notices:
        say(notice)
