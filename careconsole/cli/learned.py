"""What exceptions taught, on the command line."""

from __future__ import annotations

import click

from careconsole.cli.arguments import JSON
from careconsole.cli.output import put, put_json, say
from careconsole.cli.reports import put_report
from careconsole.cli.session import Session
from careconsole.desk.queries import learned as query
from careconsole.domain.learning.kinds import KINDS
from careconsole.domain.terminal_text import display_text
from careconsole.present.json_types.learned import learned_entry
from careconsole.present.learned import HEADS, bars, load_lines, story_lines


@click.command()
@click.option(
    "--weeks",
    type=click.IntRange(1, query.LONGEST),
    default=query.WEEKS,
    show_default=True,
    help="How many weeks up to now.",
)
@JSON
@click.pass_obj
def learned(session: Session, weeks: int, as_json: bool) -> None:
    """Show what exceptions taught: how causes came up again, what was changed, and whether that helped.

    Each call for help and each decision by playbook counts once, and a review only where there was neither.
    Each cause has a bar for each week, the oldest first. A change is only said to have helped if so few exceptions
    would hardly come by chance. Leads' calls are counted for all leads together, never by person.

    \b
    Examples:
      careconsole learned
      careconsole learned --weeks 26 --json
    """
    desk = session.asking()
    found, roster, now = query.learned(desk, weeks), desk.roster(), desk.now()
    if as_json:
        put_json(learned_entry(found, roster))
        return
    if found.causes:
        rows = [
            (display_text(one.cause), bars(one.weeks), str(one.times), *(str(len(one.cases[k]) or "") for k in KINDS))
            for one in found.causes
        ]
        put_report(("Cause", "Weeks", "Times", *HEADS), rows, right=tuple(range(2, 3 + len(HEADS))))
    else:
        say("No exception with a cause came up in this time.")
    for one in found.causes:
        lines = story_lines(one, roster, now)
        if lines:
            put("")
            put(display_text(one.cause))
        for line in lines:
            put(f"  {display_text(line)}")
    put("")
    for line in load_lines(found):
        put(line)
