"""What exceptions taught, on the command line."""

from __future__ import annotations

from collections.abc import Sequence

import click

from careconsole.cli.arguments import JSON
from careconsole.cli.output import put, put_json, say, screen_width
from careconsole.cli.reports import put_report
from careconsole.cli.session import Session
from careconsole.desk.queries import learned as query
from careconsole.desk.queries.learned import LearnedCause
from careconsole.domain.terminal_text import cell_width, display_text
from careconsole.present.json_types.learned import learned_entry
from careconsole.present.learned import HEADS, bars, counts, load_lines, story_lines, weeks_in

_WIDE, _COUNTS, _FEWEST = 120, 59, 4
"""The width of a terminal from which each heading has one line; below it, the cells of the counts, and the fewest bars.
"""


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
        _put_causes(found.causes, weeks)
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


def _put_causes(causes: Sequence[LearnedCause], weeks: int) -> None:
    """Prints the causes as a table; a terminal that is too narrow for it has fewer bars, and headings of two lines."""
    width = screen_width()
    head, rows, room = ["Cause", "Weeks", "Times", *HEADS], list[tuple[str, ...]](), weeks
    if width is not None:
        longest = max(cell_width(display_text(one.cause)) for one in causes)
        room = max(_FEWEST, width - _COUNTS - longest)
        if width < _WIDE:
            above, _, below = zip(*(name.rpartition(" ") for name in head), strict=True)
            head, rows = list(above), [below]
    for one in causes:
        drawn = bars(weeks_in(one.weeks, room)[0])
        rows.append((display_text(one.cause), drawn, str(one.times), *(str(n or "") for n in counts(one))))
    put_report(head, rows, right=tuple(range(2, len(head))))
    each = weeks_in(range(weeks), room)[1]
    if each > 1:
        put(f"Each bar is {each} weeks, the newest last.")
