"""The news: what the console says, in lines of their own, so that they never hide what is typed or read.

On a page the lines stand below the list, which gets shorter, and above the last lines, which keep their places. With a
form they stand right above it and are as wide, so that the case beside it stays in sight; a form as high as the screen
gets lower. With any other sheet they stand at the top of the screen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from textual import events
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

from careconsole.tui.news import News
from careconsole.tui.news_lines import Line
from careconsole.tui.screen_left import is_left

if TYPE_CHECKING:
    from careconsole.tui.host import Host

_STYLES = {"information": "", "warning": "bold $text-warning", "error": "bold $text-error"}
_BELOW = {"state", "whole", "hints"}
"""The ids of the lines at the bottom of a page: what the list shows, the details of a row, the keys."""
_SHARE, _SHARE_OVER_SHEET = 6, 12
"""The news takes at most one of so many lines of a terminal, but always two; above a sheet it hides the page."""


class NewsLine(Widget):
    """The lines of the news on one screen; a click takes them away."""

    class Resized(Message):
        """The news takes more or fewer lines than before."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[Line] = []
        self.display = False

    def put(self, lines: list[Line]) -> None:
        """Shows these lines; without any, it takes no room."""
        if lines == self._lines:
            return
        changed = len(lines) != len(self._lines)
        self._lines = lines
        self.display = bool(lines)
        self.styles.height = max(1, len(lines))
        self.refresh(layout=changed)
        if changed:
            self.post_message(self.Resized())

    def render(self) -> Content:
        """The lines."""
        plain = self.app.no_color  # in grey, a warning would stand out least
        shown = [
            (text, style) if (style := "" if plain else _STYLES[severity]) else text for text, severity in self._lines
        ]
        return Content("\n").join([Content.assemble(one) for one in shown])

    def on_click(self, event: events.Click) -> None:
        """Takes the news away; it can still be read on its page."""
        event.stop()
        cast("Host", self.app).dismiss_news()


def show_news(screens: list[Screen[Any]], news: News, *, hidden: bool) -> None:
    """Shows the news on the last of the screens, which is on top, and on no other; on none if `hidden`."""
    for screen in screens:
        line = next((child for child in screen.children if isinstance(child, NewsLine)), None)
        if hidden or screen is not screens[-1]:
            if line is not None:
                line.put([])
            continue
        if is_left(screen) or not screen.is_mounted:
            continue
        sheet = isinstance(screen, ModalScreen)
        width, height = screen.size
        form = next((child for child in screen.children if child.id == "form"), None)
        if form is not None:
            width = form.region.width or width
        undo = news.offers(all=False) and any(one.binding.id == "undo" for one in screen.active_bindings.values())
        lines = news.put(
            max(8, width - 2), max(2, height // (_SHARE_OVER_SHEET if sheet else _SHARE)), over_form=sheet, undo=undo
        )
        if line is None and lines:
            line = NewsLine()
            line.set_class(sheet and form is None, "-top")
            below = None if sheet else next((child for child in screen.children if child.id in _BELOW), None)
            screen.mount(line, before=form or below)
        if line is not None:
            if form is not None:
                line.styles.width = width
            line.put(lines)
