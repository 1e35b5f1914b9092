"""Saved words on the command line."""

from __future__ import annotations

import click

from careconsole.cli.arguments import JSON, one_case, text_or_input
from careconsole.cli.groups import Section
from careconsole.cli.output import put, put_json, put_table, say, screen_width
from careconsole.cli.session import Session
from careconsole.desk.words import saved
from careconsole.desk.words.saved import SavedWords
from careconsole.domain.terminal_text import display_block, display_text

_NAME = click.argument("name", metavar="WORDS")
_TEXT = click.option("--text", required=True, metavar="TEXT", help="The text: 'Dear {customer}, ...'; '-' reads input.")
_OWN = click.option(
    "--own/--team", "own", default=None, help="Yours, or the team's. Default: yours, if you have some of that name."
)


@click.group(cls=Section)
def words() -> None:
    """Manage saved words: texts for customers that the team, or you alone, use again.

    The variables {customer}, {case}, {subject}, {owner}, {me} and {team} are filled in for a case; {tag}, {until} and
    {receipt} only in the automatic answers of a mail box.

    \b
    Example:
      careconsole words list
    """


@words.command("list")
@JSON
@click.pass_obj
def list_(session: Session, as_json: bool) -> None:
    """List the saved words by name: yours and the team's.

    \b
    Example:
      careconsole words list
    """
    found = saved.listed(session.asking())
    if as_json:
        from careconsole.present.json_types.words import SavedWordsEntry

        put_json([SavedWordsEntry(name=one.name, text=one.text, own=one.own) for one in found])
        return
    if not found:
        say('No texts are saved yet. To save one: careconsole words add "late parcel" --text "Dear {customer}, ..."')
        return
    rows = [(one.name, _whose(one), " ".join(one.text.split())) for one in found]
    put_table(("Name", "Whose", "Text"), rows, width=screen_width())


@words.command()
@_NAME
@click.option("--case", metavar="CASE", help="Fill in the variables for this case.")
@JSON
@click.pass_obj
def show(session: Session, name: str, case: str | None, as_json: bool) -> None:
    """Print saved words, as they are saved or filled in for a case.

    \b
    Example:
      careconsole words show "late parcel" --case 12
    """
    desk = session.asking()
    found = saved.get(desk, name)
    text, empty = found.text, list[str]()
    if case is not None:
        from careconsole.desk.words.filling import fill

        text, empty = fill(desk, found.text, one_case(case, desk))
    if as_json:
        from careconsole.present.json_types.words import ShownWordsEntry

        put_json(ShownWordsEntry(name=found.name, own=found.own, text=text, without_value=empty))
        return
    put(display_block(text))
    if empty:
        say(f"Still to fill in: {', '.join('{' + name + '}' for name in empty)}.")


@words.command()
@_NAME
@_TEXT
@click.option("--own", is_flag=True, help="Only for you.")
@JSON
@click.pass_obj
def add(session: Session, name: str, text: str, own: bool, as_json: bool) -> None:
    """Save new words, for the team or for you alone.

    \b
    Example:
      careconsole words add "late parcel" --text "Dear {customer}, your parcel is late, and we are sorry. {me}"
    """
    _put(saved.add(session.working(), name, text_or_input(text, "--text"), own=own), "Saved", as_json)


@words.command()
@_NAME
@_TEXT
@_OWN
@JSON
@click.pass_obj
def edit(session: Session, name: str, text: str, own: bool | None, as_json: bool) -> None:
    """Replace the text of saved words.

    \b
    Example:
      careconsole words edit "late parcel" --text "Dear {customer}, we are looking for your parcel. {me}"
    """
    _put(saved.edit(session.working(), name, text_or_input(text, "--text"), own=own), "Changed", as_json)


@words.command()
@_NAME
@_OWN
@JSON
@click.pass_obj
def remove(session: Session, name: str, own: bool | None, as_json: bool) -> None:
    """Remove saved words. The journal keeps the text of the team's.

    \b
    Example:
      careconsole words remove "late parcel"
    """
    _put(saved.remove(session.working(), name, own=own), "Removed", as_json)


def _put(one: SavedWords, done: str, as_json: bool) -> None:
    if as_json:
        from careconsole.present.json_types.words import SavedWordsEntry

        put_json(SavedWordsEntry(name=one.name, text=one.text, own=one.own))
        return
    say(display_text(f"{done}: {one.name} ({_whose(one)})."))


def _whose(one: SavedWords) -> str:
    return "yours" if one.own else "the team's"
