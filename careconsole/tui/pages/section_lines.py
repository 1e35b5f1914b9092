"""Texts in sections as lines of a sheet."""

from __future__ import annotations

from collections.abc import Sequence

from careconsole.domain.terminal_text import display_block, display_text, wrapped
from careconsole.present.sections import Section
from careconsole.tui.widgets.toned_lines import Line


def section_lines(sections: Sequence[Section], width: int) -> list[Line]:
    """The sections, made safe and wrapped: headings stand out, what is below an item is quiet."""
    lines: list[Line] = []
    for section in sections:
        if lines:
            lines.append(())
        lines += [((text, "strong"),) for text in wrapped(display_text(section.heading), width)]
        for item in section.items:
            lines += [((f"  {text}", ""),) for text in wrapped(display_text(item.text), width - 2)]
            below = (line for text in item.below for line in display_block(text).splitlines())
            lines += [((f"    {text}", "quiet"),) for line in below for text in wrapped(line, width - 4)]
    return lines
