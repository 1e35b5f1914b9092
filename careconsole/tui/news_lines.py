"""The lines of the news: what was said, wrapped, in as much room as there is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from careconsole.commands.key_table import shown_key
from careconsole.domain.terminal_text import cell_width, first_words, wrapped

Severity = Literal["information", "warning", "error"]
Line = tuple[str, Severity]
"""A line of the news, safe to display, and the severity of what it belongs to."""

_INDENT = 2


def in_room(blocks: list[list[Line]], done: int | None, room: int, width: int) -> list[Line]:
    """As much as there is room for: the block `done`, if there is one, and then the last ones."""
    blocks = blocks if done is None else [blocks[done], *blocks[:done], *blocks[done + 1 :]]
    # The hint has a line of its own, unless what was done and the latest need both of the only two.
    both = done is not None and room == 2 and len(blocks) > 1
    fits = min(len(blocks), 2 if both else max(1, room - 1))
    kept = blocks[-fits:] if done is None else [blocks[0], *blocks[len(blocks) - fits + 1 :]]
    hidden = len(blocks) - fits
    hint = f"…{f' {hidden:,} more:' if hidden else ''} {shown_key('news')} shows it all"
    if both:
        return [*_shortened(kept[:1], 1, width), *_with_hint(kept[1][0], hint, width)]
    if room > 1:
        return [*_shortened(kept, room - 1, width), (" " * _INDENT + hint, "information")]
    return _with_hint(kept[0][0], hint, width)


def count_line(held: int) -> str:
    """That so many things wait until a form is closed."""
    return f"  {held:,} more {'update' if held == 1 else 'updates'}; shown when this is closed."


def _shortened(blocks: Sequence[list[Line]], room: int, width: int) -> list[Line]:
    """The blocks in so many lines, at least one each: the last ones have what is left of the room first."""
    spare, lines = room - len(blocks), list[Line]()
    for block in reversed(blocks):
        kept = block[: 1 + spare]
        spare -= len(kept) - 1
        if len(kept) < len(block):
            text, severity = kept[-1]
            cut = first_words(text, width - 1)
            kept[-1] = (cut if cut.endswith("…") else f"{cut.rstrip(' .,;:')}…", severity)
        lines = [*kept, *lines]
    return lines


def lines_of(text: str, severity: Severity, width: int) -> list[Line]:
    """What was said, wrapped; the first line has a mark, so that no colour is needed to tell warnings."""
    mark = "!" if severity != "information" else "•"
    rows = [row for line in text.split("\n") for row in wrapped(line, max(8, width - _INDENT)) or [""]]
    return [(f"{mark if not place else ' '} {row}", severity) for place, row in enumerate(rows)]


def _with_hint(line: Line, hint: str, width: int) -> list[Line]:
    """One line, cut so that the hint fits behind it."""
    text, severity = line
    return [(f"{first_words(text, width - cell_width(hint) - 1)} {hint}", severity)]
