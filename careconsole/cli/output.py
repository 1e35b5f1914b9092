"""What goes to standard output (data) and to standard error (everything else), made safe for a terminal."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Any

import click
import msgspec

from careconsole.domain.errors import CareError
from careconsole.domain.text import cell_width, display_block, display_text, fit

# Characters that a terminal might act on; in JSON they can be written as escapes, so nothing is lost.
_ACTIVE = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]")


def say(text: str = "") -> None:
    """A line for a person, to standard error."""
    click.echo(display_block(text), err=True)


def complain(error: CareError) -> None:
    """An error: what happened, where, and what to do next."""
    pointed = getattr(error, "pointed", None)
    place = f"\n{pointed()}" if pointed is not None else ""
    say(f"careconsole: {error.message}{place}")
    if error.hint:
        say(f"  {error.hint}")


def put(text: str) -> None:
    """A line of data, to standard output; the caller made it safe."""
    click.echo(text)


def put_json(value: Any) -> None:
    """A value as JSON: indented, with characters that a terminal might act on written as escapes."""
    put(safe_json(msgspec.json.format(msgspec.json.encode(value), indent=2).decode()))


def safe_json(text: str) -> str:
    """JSON text with the characters that a terminal might act on written as escapes."""
    return _ACTIVE.sub(lambda m: _escape(ord(m.group())), text)


def _escape(code: int) -> str:
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"


def screen_width() -> int | None:
    """The width of the terminal in cells; None where the output is no terminal and lines may be long."""
    if not sys.stdout.isatty():
        return None
    from shutil import get_terminal_size

    return get_terminal_size().columns


def put_table(
    head: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = (), width: int | None = None
) -> None:
    """Rows in columns under a head. The last column takes what is left of `width`; columns in `right` align there.

    Every cell is made safe here.
    """
    safe = [[display_text(cell, 400) for cell in row] for row in rows]
    widths = [max([cell_width(head[i]), *(cell_width(row[i]) for row in safe)]) for i in range(len(head))]
    last = len(head) - 1
    if width is not None:
        widths[last] = max(8, width - sum(widths[:last]) - 2 * last)
    for row in [list(head), *safe]:
        cells = []
        for i, cell in enumerate(row):
            if i == last:
                cells.append(display_text(cell, widths[i]))
            elif i in right:
                cells.append(" " * (widths[i] - cell_width(cell)) + cell)
            else:
                cells.append(fit(cell, widths[i]))
        put("  ".join(cells).rstrip())
