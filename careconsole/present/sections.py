"""Texts in sections, such as the digest: as plain text, as Markdown and as one HTML page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

import msgspec

from careconsole.domain.terminal_text import display_block, display_text, wrapped
from careconsole.present.receipts.page import html_page

_MARKDOWN = str.maketrans({char: f"\\{char}" for char in "\\`*_{}[]<>#|~!&"})
_NARROWEST = 20
_BEGINS = re.compile(r"^(\s*\d*)([-+.)=])")
"""What would begin a list or underline a heading."""


class Item(msgspec.Struct, frozen=True):
    """A line of a section, with lines below it (what changed, or what somebody wrote), and the cases it is about."""

    text: str
    below: tuple[str, ...] = ()
    quoted: bool = False
    cases: tuple[int, ...] = ()


class Section(msgspec.Struct, frozen=True):
    """A heading and its lines."""

    heading: str
    items: tuple[Item, ...]


def or_else(items: Iterable[Item], otherwise: str) -> tuple[Item, ...]:
    """The items, or one that says that there are none."""
    return tuple(items) or (Item(otherwise),)


def text_of(title: str, sections: Sequence[Section], width: int | None = None) -> str:
    """The sections as plain text that is safe for a terminal; with a width in cells, its lines break between words."""
    lines = [("", display_text(title))]
    for section in sections:
        lines += [("", ""), ("", display_text(section.heading))]
        for item in section.items:
            lines.append(("  ", display_text(item.text)))
            lines += [("    ", line) for text in item.below for line in display_block(text).splitlines()]
    if width is None:
        return "".join(f"{indent}{line}\n" for indent, line in lines)
    return "".join(
        f"{indent}{part}\n" for indent, line in lines for part in wrapped(line, max(_NARROWEST, width - len(indent)))
    )


def markdown_of(title: str, sections: Sequence[Section]) -> str:
    """The sections as Markdown, in which no text of a customer or colleague is markup."""
    lines = [f"# {_markdown(title)}"]
    for section in sections:
        lines += ["", f"## {_markdown(section.heading)}", ""]
        for item in section.items:
            lines.append(f"- {_markdown(item.text)}")
            if not item.below:
                continue
            if item.quoted:
                quote = (line for text in item.below for line in display_block(text).splitlines())
                lines += ["", *(f"  > {_markdown(line)}" for line in quote)]
            else:
                lines += [f"  - {_markdown(text)}" for text in item.below]
    return "\n".join(lines) + "\n"


def _markdown(text: str) -> str:
    """One line as Markdown that shows it as it is."""
    return _BEGINS.sub(r"\1\\\2", display_text(text).translate(_MARKDOWN))


def html_of(title: str, sections: Sequence[Section]) -> str:
    """The sections as one HTML page: without scripts, without anything from elsewhere."""
    body: list[str] = []
    for section in sections:
        body.append(f"<h2>{escape(display_text(section.heading))}</h2><ul>")
        for item in section.items:
            body.append(f"<li>{escape(display_text(item.text))}")
            if item.quoted:
                body += [f'<blockquote dir="auto">{escape(display_block(text))}</blockquote>' for text in item.below]
            elif item.below:
                body.append("<ul>" + "".join(f"<li>{escape(display_text(text))}</li>" for text in item.below) + "</ul>")
            body.append("</li>")
        body.append("</ul>")
    return html_page("en", display_text(title), "".join(body))
