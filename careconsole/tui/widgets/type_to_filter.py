"""The base of lists that typing narrows: the letters typed so far, and the line that shows them."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from careconsole.tui.widgets.line_list import Choices


def typed_character(event: events.Key) -> str:
    """The character that a key types; "" for a key that types none."""
    return event.character if event.is_printable and event.character else ""


def typed_with(event: events.Key, typed: str) -> str | None:
    """What is typed after a key; None for a key that does not change it.

    Esc is none of them: as in other palettes, it closes at once, and ctrl+u deletes what was typed.
    """
    if event.key == "backspace":
        return typed[:-1]
    if typed and event.key in ("ctrl+u", "ctrl+w"):
        return "" if event.key == "ctrl+u" else " ".join(typed.split()[:-1])
    char = typed_character(event)
    return typed + char if char and (typed or not char.isspace()) else None


class NarrowedList(Vertical):
    """A list that typing narrows, above a line of words about it. Subclasses decide what it shows."""

    def __init__(self, id: str, line_id: str) -> None:
        super().__init__(id=id)
        self._typed = ""
        self._list = Choices()
        self._line = Static(id=line_id)

    def compose(self) -> ComposeResult:
        """The list, and the line beneath it."""
        yield self._list
        yield self._line

    def on_mount(self) -> None:
        """Shows everything and focuses the list."""
        self.show()
        self._list.focus()

    def clear(self) -> bool:
        """Clears what was typed; returns whether there was anything."""
        if not self._typed:
            return False
        self._typed = ""
        self.show()
        return True

    def show(self) -> None:
        """Fills the list with what matches."""
        raise NotImplementedError
