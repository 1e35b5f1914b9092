"""Lists of lines to choose from, with the same keys for moving as the queue."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.strip import Strip
from textual.widgets import OptionList

from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.toned import SEEN, contrast

if TYPE_CHECKING:
    _List = OptionList
else:
    _List = object  # style sheets match a widget by its first base that is one, so no mixin may be one


class SafeWhileRefilling(_List):
    """Mixin of lists on which keys and clicks do not fail while they are being refilled."""

    def action_page_up(self) -> None:
        """Moves a page up, except while the lines have not been laid out, for want of room or of time."""
        with suppress(KeyError, IndexError):
            super().action_page_up()  # type: ignore[no-untyped-call]

    def action_page_down(self) -> None:
        """Moves a page down, except while the lines have not been laid out."""
        with suppress(KeyError, IndexError):
            super().action_page_down()  # type: ignore[no-untyped-call]

    def on_click(self, event: events.Click) -> None:
        """Ignores a click on an option that has just been removed."""
        option = event.style.meta.get("option")
        if option is not None and option >= self.option_count:
            event.prevent_default()


class Choices(SafeWhileRefilling, OptionList):
    """A list with a cursor, on which all text has a colour that is readable there."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id, compact=True)

    def render_line(self, y: int) -> Strip:
        """One line."""
        return with_cursor(self, super().render_line(y))


def with_cursor(options: OptionList, strip: Strip) -> Strip:
    """A line of a list; on the cursor, all text has a colour that is readable there.

    Colours that are readable on the list's own background need not be so on the cursor's. Without colours, the cursor
    is shown in reverse.
    """
    here = options.get_visual_style("option-list--option", "option-list--option-highlighted").rich_style
    around = options.get_visual_style("option-list--option").rich_style
    weak = min(contrast(here.bgcolor, around.bgcolor), contrast(here.color, here.bgcolor)) < SEEN
    if options.has_focus and weak and not options.app.no_color:
        # A theme whose colours are too near to one another: those of the text, the other way round.
        cursor = Style(color=around.color, bgcolor=around.bgcolor, bold=True, reverse=True)
    else:
        cursor = Style(color=here.color, reverse=True if options.app.no_color else None)
    segments = [
        Segment(text, style + cursor, control) if style is not None and style.bgcolor == here.bgcolor else segment
        for segment in strip
        for text, style, control in [segment]
    ]
    return Strip(segments, strip.cell_length)


class Lines(Choices):
    """Lines of which Enter chooses one. They never wrap."""

    DEFAULT_CSS = "Lines { height: 1fr; text-wrap: nowrap; text-overflow: ellipsis; scrollbar-size-vertical: 1; }"
    BINDINGS = [
        *bound("down", "cursor_down", only=["j"]),
        *bound("up", "cursor_up", only=["k"]),
        *bound("top", "first", only=["g"]),
        *bound("end", "last", only=["G"]),
        *bound("page-down", "page_down", only=["ctrl+d"]),
        *bound("page-up", "page_up", only=["ctrl+u"]),
    ]
