"""A list of lines to choose from, one line each, moved through as the queue is."""

from __future__ import annotations

from textual.widgets import OptionList


class Lines(OptionList):
    """Lines of which one has the cursor; Enter chooses it. None is ever broken into two."""

    DEFAULT_CSS = "Lines { height: 1fr; text-wrap: nowrap; text-overflow: ellipsis; scrollbar-size-vertical: 1; }"
    BINDINGS = [
        ("j", "cursor_down", "Down"),
        ("k", "cursor_up", "Up"),
        ("g", "first", "First"),
        ("G", "last", "Last"),
        ("ctrl+d", "page_down", "Page down"),
        ("ctrl+u", "page_up", "Page up"),
    ]

    def __init__(self, id: str) -> None:
        super().__init__(id=id, compact=True)
