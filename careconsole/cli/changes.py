"""The changes that reviews ask for, on the command line."""

from __future__ import annotations

import click

from careconsole.cli.arguments import COUNT, JSON, one_case
from careconsole.cli.groups import Section
from careconsole.cli.output import put, put_json, put_labelled, put_table, say, screen_width
from careconsole.cli.session import Session
from careconsole.cli.verbs import command_of
from careconsole.desk.queries import review_changes
from careconsole.domain.case.changes import STATES
from careconsole.domain.terminal_text import display_text
from careconsole.present.changes import back_words, change_entry, rows, state_words, when_words

_LABEL = 12


@click.group(cls=Section)
def changes() -> None:
    """Follow the changes that reviews ask for, until somebody has checked whether they work.

    A change is open, made, to check (six weeks after it was made, unless another time was said), checked, or dropped.

    \b
    Example:
      careconsole changes list --state "to check"
    """


@changes.command("list", short_help="List the changes, those to check first.")
@click.option("--state", type=click.Choice(STATES), help="Only those that have come so far.")
@JSON
@click.pass_obj
def list_(session: Session, state: str | None, as_json: bool) -> None:
    """List the changes: what is to be checked first, then what is open, by due time.

    \b
    Example:
      careconsole changes list
    """
    found = review_changes.listed(session.asking(), state or "")
    if as_json:
        put_json([change_entry(one, found.roster) for one in found.entries])
        return
    if not found.entries:
        say("No change is in that state." if state else "No review has asked for a change yet.")
        return
    table = [
        (
            str(one.case),
            state_words(one, found.now),
            when_words(one, found.now),
            found.roster.name(one.review.owner),
            " · ".join(filter(None, (f"{one.review.change} ({one.cause})", back_words(one)))),
        )
        for one in found.entries
    ]
    put_table(("Case", "State", "When", "Owner", "Change"), table, right=(0,), width=screen_width())


@changes.command(short_help="Show the changes that the reviews of a case ask for.")
@click.argument("case", metavar="CASE")
@click.option("--review", type=COUNT, help="Only the change that this review asks for, by the number of its entry.")
@JSON
@click.pass_obj
def show(session: Session, case: str, review: int | None, as_json: bool) -> None:
    """Show the changes that the reviews of a case ask for, and on which cases their causes came back.

    \b
    Example:
      careconsole changes show 12
    """
    desk = session.asking()
    found = review_changes.on_case(desk, one_case(case, desk), review)
    if as_json:
        put_json([change_entry(one, found.roster) for one in found.entries])
        return
    for place, one in enumerate(found.entries):
        if place:
            put("")
        for label, text in rows(one, found):
            put_labelled(f"{label:<{_LABEL}}", display_text(text), screen_width())


for _name, _verb in (("made", "done"), ("check", "check-change"), ("move", "move-change"), ("drop", "drop-change")):
    _command = command_of(_verb, f"changes {_name}")
    assert _command is not None
    changes.add_command(_command, _name)
