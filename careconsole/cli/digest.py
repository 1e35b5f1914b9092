"""The digest on the command line: what is new for the team."""

from __future__ import annotations

import click

from careconsole.cli.arguments import JSON, case_numbers
from careconsole.cli.output import put_json, say, screen_width
from careconsole.cli.output_file import out_options, put_or_write
from careconsole.cli.session import Session
from careconsole.desk import Desk
from careconsole.desk.queries import digest as query
from careconsole.desk.queries.stories import choose
from careconsole.domain.errors import WrongUse

_NEWEST = "newest"


@click.command()
@click.option(
    "--weeks", type=click.IntRange(1, query.LONGEST), default=1, show_default=True, help="How many weeks up to now."
)
@click.option(
    "--story",
    metavar="CASE",
    help="As a lead, have the digests of the next week tell this case's story; newest: the newest one again.",
)
@click.option("--markdown", "form", flag_value="markdown", help="Write it as Markdown.")
@click.option("--html", "form", flag_value="html", help="Write it as one HTML file, without scripts.")
@out_options
@JSON
@click.pass_obj
def digest(
    session: Session, weeks: int, story: str | None, form: str | None, out: str, force: bool, as_json: bool
) -> None:
    """Show what is new: playbooks that changed, causes that came back, changes to make, a story and thanks.

    It is for everybody in the team, and has words of customers: it says what happened and never counts who did it.

    \b
    Examples:
      careconsole digest
      careconsole digest --story 12
      careconsole digest --weeks 4 --html --out digest.html
    """
    from careconsole.present.digest import as_html, as_markdown, as_text

    desk = session.asking() if story is None else session.working()
    if story is not None:
        _choose(desk, story)
    found, roster = query.digest(desk, weeks), desk.roster()
    if as_json:
        if form is not None or out != "-":
            raise WrongUse("--json has its own form.", "Leave out --markdown, --html and --out.")
        from careconsole.present.json_types.digest import digest_entry

        put_json(digest_entry(found, roster))
        return
    if form is None:
        text = as_text(found, roster, screen_width() if out == "-" else None)
    else:
        text = (as_html if form == "html" else as_markdown)(found, roster)
    if put_or_write(text, out, session.place(), force=force):
        say(f"The digest is in {out}.")


def _choose(desk: Desk, words: str) -> None:
    if words.casefold() == _NEWEST:
        choose(desk, None)
        say("The digest tells the newest story again.")
        return
    given = case_numbers((words,), desk)
    if len(given) != 1:
        raise WrongUse("A digest tells one story.", "Give one case.")
    case = choose(desk, given[0])
    say(f"For a week, the digest tells the story of case {case}.")
    say(f"For the newest one again: careconsole digest --story {_NEWEST}")
