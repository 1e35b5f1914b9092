"""Texts in sections: the same words as text, Markdown and HTML, whatever stands in them."""

from __future__ import annotations

from careconsole.domain.terminal_text import cell_width
from careconsole.present.sections import Item, Section, html_of, markdown_of, text_of

HOSTILE = "a\x1b[31m <b>bold</b> [x](y) \u202e `code`"
LONG = "a pump that hums and a lid that does not close, " * 4


def test_with_a_width_lines_break_between_words_and_stay_below_their_item() -> None:
    text = text_of("Title", [Section("Heading", (Item(LONG, (LONG,)),))], 40)
    lines = text.splitlines()
    assert max(map(cell_width, lines)) <= 40
    assert all(line.startswith("  ") for line in lines[3:])
    assert " ".join(text.split()) == " ".join(f"Title Heading {LONG} {LONG}".split())
    assert max(map(cell_width, text_of("Title", [Section("Heading", (Item(LONG),))]).splitlines())) > 40


def test_every_part_is_made_safe() -> None:
    sections = [Section(HOSTILE, (Item(HOSTILE, (HOSTILE,), quoted=True), Item(HOSTILE, (HOSTILE,))))]
    texts = text_of(HOSTILE, sections), text_of(HOSTILE, sections, 30), markdown_of(HOSTILE, sections)
    for text in (*texts, html_of(HOSTILE, sections)):
        assert "\x1b" not in text
        assert "\u202e" not in text
    assert "<b>" not in html_of(HOSTILE, sections)
    assert "[x](y)" not in markdown_of(HOSTILE, sections)
