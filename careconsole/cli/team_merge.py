"""Two names of one person on the team, on the command line."""

from __future__ import annotations

from collections.abc import Sequence

import click

from careconsole.cli.arguments import JSON
from careconsole.cli.output import say
from careconsole.cli.session import Session
from careconsole.cli.team_json import put_change
from careconsole.domain.hints import suggest
from careconsole.domain.team.roster import Person
from careconsole.present.command_lines import command_line

_SUGGESTED = 20
"""The most pairs of names that are suggested."""


@click.command()
@click.argument("name")
@click.option("--into", required=True, metavar="NAME", help="The person who goes on.")
@JSON
@click.pass_obj
def merge(session: Session, name: str, into: str, as_json: bool) -> None:
    """Merge the name NAME into another name of the same person; undo takes it back. Only a lead can do this.

    All that is still to be done moves with it; histories keep the old name. Later imports that name it find the other.

    \b
    Example:
      careconsole team merge "Ben L." --into Ben
    """
    from careconsole.desk.cases import person_merges

    desk = session.working()
    done = person_merges.merge(desk, person_merges.number_of(desk, name), desk.find(into))
    if as_json:
        put_change(desk, done.person.number, remarks=done.remarks)
        return
    cases = "1 case has" if done.cases == 1 else f"{done.cases:,} cases have"
    moved = f"{cases} moved" if done.cases else "no case had to move"
    say(f"{done.was.name} was merged into {done.person.name}; {moved}. To undo it: careconsole undo")
    for remark in done.remarks:
        say(remark)


def suggest_merges(pairs: Sequence[tuple[Person, Person]]) -> None:
    """Says which names have the same mail address, and how to merge them if they are one person."""
    for was, person in pairs[:_SUGGESTED]:
        line = command_line(suggest("team merge", name=was.name, into=person.name))
        say(f"{was.name} and {person.name} have the same mail address. If they are one person: {line}")
