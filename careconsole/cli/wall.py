"""The wall display on the command line: its help, its page as HTML, and what it says where there is no terminal.

On a terminal, `__main__` opens it, as it opens the console: the command line does not know how either is drawn.
"""

from __future__ import annotations

import click

from careconsole.cli.arguments import FORCE, only_with
from careconsole.cli.output import say
from careconsole.cli.session import Session
from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import suggest


@click.command()
@click.option("--html", "file", type=click.Path(), metavar="FILE", help="Write it as one HTML file, without scripts.")
@FORCE
@click.pass_obj
def wall(session: Session, file: str | None, force: bool) -> None:
    """Show the team's cases on a wall: what is late, at risk and due next, and how many there are.

    It reads only, refreshes itself, and ends with q. Nobody needs to be at work there. It shows no customers' names, no
    subjects and no messages, which may name somebody: cases stand there by number, with their owner.

    \b
    Examples:
      careconsole wall
      careconsole wall --html wall.html --force
    """
    if file is not None:
        from careconsole.cli.output_file import put_or_write
        from careconsole.desk.queries.wall import wall_board
        from careconsole.present.queue_page import wall_page

        if put_or_write(wall_page(wall_board(session.asking())), file, session.place(), force=force):
            say(f"The wall display is in {file}.")
        return
    only_with("--html", file is not None, force=force)
    raise WrongUse("The wall display needs a terminal of its own.", "For a script: {}.", suggest("queue"))
