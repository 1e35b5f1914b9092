"""Output for terminals only: wrapped tables, formatted Markdown, a progress bar. Imports Rich.

Every text is made safe before Rich gets it, and none is parsed as Rich markup.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from shutil import get_terminal_size
from typing import Literal, TextIO

import click
from rich.console import Console
from rich.markdown import Markdown
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

from careconsole.cli.colours import may_colour, rich_style
from careconsole.cli.output import MANY_ROWS, put, put_table
from careconsole.domain.terminal_text import cell_width, display_text

_WIDEST = 100
"""Cells; longer lines of prose are hard to read."""
_SHORT = 16
"""Cells; a column up to this width, such as a number, a time or a name, is not wrapped."""
_LEAST = 12
"""Cells; a wrapped column is at least this wide."""
# Rich's own style has a black background, which is a bar on a light terminal.
_THEME = Theme({"markdown.code": "bold cyan"})


def _console(stream: TextIO, width: int | None = None) -> Console:
    return Console(
        file=stream,
        width=width,
        color_system="auto" if may_colour(stream) else None,
        theme=_THEME,
        markup=False,
        highlight=False,
        emoji=False,
    )


def put_wrapped(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    right: Sequence[int],
    width: int,
    tones: Mapping[int, Sequence[str]] = {},
) -> None:
    """Prints rows in columns under a head, with long cells wrapped, or cut if the terminal is too narrow for that.

    `tones` gives, by column, the tone (see `colours`) of each row's cell.
    """
    safe = [[display_text(cell, 400) for cell in row] for row in rows]
    widest = [max(map(cell_width, (name, *cells))) for name, *cells in zip(head, *safe, strict=True)]
    if (
        len(rows) > MANY_ROWS
        or sum(_LEAST if cells > _SHORT else cells for cells in widest) + 2 * (len(head) - 1) > width
    ):
        put_table(head, rows, right=right, width=width, tones=tones)
        return
    table = Table(box=None, show_header=any(head), header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for place, (name, cells) in enumerate(zip(head, widest, strict=True)):
        justify: Literal["left", "right"] = "right" if place in right else "left"
        table.add_column(Text(name), justify=justify, no_wrap=cells <= _SHORT, overflow="fold")
    for at, row in enumerate(safe):
        styles = (rich_style(tones[place][at]) if place in tones else "" for place in range(len(row)))
        table.add_row(*map(Text, row, styles))
    console = _console(sys.stdout, width)
    with console.capture() as captured:
        console.print(table)
    for line in captured.get().splitlines():
        put(line.rstrip())


def put_markdown(text: str, width: int) -> None:
    """Prints a Markdown page, in the pager if the terminal has too few lines for it."""
    console = _console(sys.stdout, min(width, _WIDEST))
    with console.capture() as captured:
        console.print(Markdown(text, code_theme="ansi_dark", hyperlinks=False))
    lines = captured.get()
    if lines.count("\n") < get_terminal_size().lines:
        put(lines.rstrip("\n"))
    else:
        click.echo_via_pager(lines, color=None if may_colour() else False)


@contextmanager
def import_bar(files: Sequence[str], doing: str) -> Iterator[Callable[[int, int], None]]:
    """Shows a progress bar on standard error, below messages; yields a function to report the bytes read of `files`."""
    size = sum(os.stat(file).st_size for file in files)
    columns = (TextColumn(doing), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=_console(sys.stderr), redirect_stdout=False) as bar:
        task = bar.add_task("", total=size)
        yield lambda taken, records: bar.update(task, completed=min(taken, size))
