"""The wall display on the command line: its help, and what it says where there is no terminal.

On a terminal, `__main__` opens it, as it opens the console: the command line does not know how either is drawn.
"""

from __future__ import annotations

import click

from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import suggest


@click.command()
def wall() -> None:
    """Show the team's cases on a wall: what is late, at risk and due next, and how many there are.

    It reads only, refreshes itself, and ends with q. Nobody needs to be at work there. It shows no customers' names, no
    subjects and no messages, which may name somebody: cases stand there by number, with their owner.

    \b
    Example:
      careconsole wall
    """
    raise WrongUse("The wall display needs a terminal of its own.", "For a script: {}.", suggest("queue"))
