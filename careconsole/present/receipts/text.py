"""A receipt as text, 72 columns wide, to be pasted into a mail or a message."""

from __future__ import annotations

from careconsole.domain.terminal_text import display_block, display_text, wrapped
from careconsole.present.receipts.content import Item, Receipt, plain

WIDTH = 72
"""The most terminal cells of a line: what mail programs show without breaking it, even when it is quoted."""
_INDENT = 2


def receipt_text(receipt: Receipt) -> str:
    """The receipt as lines of at most `WIDTH` cells, each ended; safe for a terminal. A long link is not broken."""
    lines = [*wrapped(plain(receipt.title), WIDTH), *wrapped(plain(receipt.as_of), WIDTH)]
    for section in receipt.sections:
        if section.items:
            lines += ["", *wrapped(plain(section.heading).upper(), WIDTH)]
            for item in section.items:
                lines += _lines(item)
    return "".join(f"{line}\n" for line in lines)


def _lines(item: Item) -> list[str]:
    said = plain(item.pieces) if item.at is None else f"{plain((item.at,))}: {plain(item.pieces)}"
    first, *more = wrapped(said, WIDTH - _INDENT)
    lines = [f"- {first}", *(f"{' ' * _INDENT}{line}" for line in more)]
    if item.link:
        lines.append(f"{' ' * _INDENT}{display_text(item.link)}")  # never broken: it would lead nowhere
    for line in display_block(item.words).split("\n") if item.words else ():
        lines += [f"{' ' * _INDENT}> {part}".rstrip() for part in wrapped(line, WIDTH - _INDENT - 2)]
    return lines
