"""Lists of lines to choose from, moved through as the queue is."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.strip import Strip
from textual.widgets import OptionList

if TYPE_CHECKING:
    _List = OptionList
else:
    _List = object  # a style sheet knows a widget by its first base that is one


class Steady(_List):
    """For a list: keys and clicks find it sound while it is being filled anew."""

    def action_page_up(self) -> None:
        """A page up. Lines that have not been laid out, for want of room or of time, have no pages yet."""
        with suppress(KeyError, IndexError):
            super().action_page_up()  # type: ignore[no-untyped-call]

    def action_page_down(self) -> None:
        """A page down."""
        with suppress(KeyError, IndexError):
            super().action_page_down()  # type: ignore[no-untyped-call]

    def on_click(self, event: events.Click) -> None:
        """What was clicked may have gone in the same moment."""
        option = event.style.meta.get("option")
        if option is not None and option >= self.option_count:
            event.prevent_default()


class Choices(Steady, OptionList):
    """Things of which one has the cursor. On its ground all letters have the colour that can be read there."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id, compact=True)

    def render_line(self, y: int) -> Strip:
        """One line."""
        return with_cursor(self, super().render_line(y))


def with_cursor(options: OptionList, strip: Strip) -> Strip:
    """A line of a list; where the cursor is, all letters have the colour that can be read there.

    Colours that stand well on the list's own ground need not do so on the cursor's; and without colours the cursor is
    seen by letters and ground changing places.
    """
    here = options.get_visual_style("option-list--option", "option-list--option-highlighted").rich_style
    cursor = Style(color=here.color, reverse=True if options.app.no_color else None)
    segments = [
        Segment(text, style + cursor, control) if style is not None and style.bgcolor == here.bgcolor else segment
        for segment in strip
        for text, style, control in [segment]
    ]
    return Strip(segments, strip.cell_length)


class Lines(Choices):
    """Lines of which Enter chooses one. None is ever broken into two."""

    DEFAULT_CSS = "Lines { height: 1fr; text-wrap: nowrap; text-overflow: ellipsis; scrollbar-size-vertical: 1; }"
    BINDINGS = [
        ("j", "cursor_down", "Down"),
        ("k", "cursor_up", "Up"),
        ("g", "first", "First"),
        ("G", "last", "Last"),
        ("ctrl+d", "page_down", "Page down"),
        ("ctrl+u", "page_up", "Page up"),
    ]
