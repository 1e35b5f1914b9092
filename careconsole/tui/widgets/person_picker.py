"""Chooses a person with one key, or by the beginning of their name."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from textual import events, on
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from careconsole.domain.terminal_text import cell_width, display_text, fit, search_key
from careconsole.tui.widgets.type_to_filter import NarrowedList, typed_character, typed_with

_KEYS = 9
_NAME = 24
"""The most cells of a name."""


class Choice(msgspec.Struct, frozen=True):
    """A person who can be chosen: an identifying number, their name, and words beside it."""

    key: int
    name: str
    words: str = ""


class Picker(NarrowedList):
    """A list of people. 1 to 9 choose one at once; typing narrows it to those whose name, or a word of it, begins so,
    and Enter chooses the one under the cursor."""

    DEFAULT_CSS = "Picker { height: auto; }"

    class Picked(Message):
        """Somebody was chosen."""

        def __init__(self, picker: Picker, key: int) -> None:
            super().__init__()
            self.picker = picker
            self.key = key

    class Looked(Message):
        """The cursor is on somebody else; None: there is nobody."""

        def __init__(self, picker: Picker, key: int | None) -> None:
            super().__init__()
            self.picker = picker
            self.key = key

    def __init__(self, choices: Iterable[Choice], id: str = "picker") -> None:
        super().__init__(id, "typed")
        self._choices = list(choices)
        self._shown = self._choices

    @property
    def key(self) -> int | None:
        """The key of the person under the cursor; None if there is nobody."""
        at = self._list.highlighted
        return self._shown[at].key if at is not None and at < len(self._shown) else None

    @property
    def choosing_keys(self) -> list[tuple[str, str]]:
        """The keys that choose, for the line of keys; a digit does only until something is typed."""
        return [*([] if self._typed else [("1-9", "choose")]), ("type", "a name"), ("Enter", "choose")]

    def put(self, choices: Iterable[Choice]) -> None:
        """Shows other people or words; what was typed stays, and the cursor stays on the same person."""
        self._choices = list(choices)
        self.show(self.key)

    def on_key(self, event: events.Key) -> None:
        """A digit chooses, a letter narrows the list."""
        char, typed = typed_character(event), typed_with(event, self._typed)
        if char and char in "123456789" and not self._typed:
            if int(char) <= min(len(self._shown), _KEYS):
                self.post_message(self.Picked(self, self._shown[int(char) - 1].key))
        elif typed is not None:
            self._type(typed)
        else:
            return
        event.stop()

    def _type(self, typed: str) -> None:
        """Narrows the list by what was typed, or says that nobody's name begins so."""
        if any(begins(choice.name, search_key(typed)) for choice in self._choices):
            self._typed = typed
            self.show()
        else:
            self._line.update(Content(f"Nobody's name starts with {display_text(typed, 40)}."))
            self._line.display = True

    def show(self, at: int | None = None) -> None:
        """Shows those whose name matches, with the cursor on the one with the key `at`, if among them."""
        begun = search_key(self._typed)
        self._shown = [choice for choice in self._choices if begins(choice.name, begun)]
        wide = min(_NAME, max((cell_width(display_text(c.name)) for c in self._shown), default=0))
        self._list.set_options(
            Option(_drawn(place, choice, wide, not begun), id=str(choice.key))
            for place, choice in enumerate(self._shown, start=1)
        )
        places = [place for place, choice in enumerate(self._shown) if choice.key == at]
        self._list.highlighted = places[0] if places else (0 if self._shown else None)
        typed = display_text(self._typed, 40)
        self._line.update(Content(f"Starts with: {typed}" if typed else ""))
        self._line.display = bool(self._typed)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option.id is not None:
            self.post_message(self.Picked(self, int(event.option.id)))

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self.post_message(self.Looked(self, self.key))


def begins(name: str, begun: str) -> bool:
    """Whether a name, or a word of it, begins with what was typed (as a search key)."""
    key = search_key(name)
    return not begun or key.startswith(begun) or any(part.startswith(begun) for part in key.split())


def _drawn(place: int, choice: Choice, wide: int, keys: bool) -> Content:
    key = str(place) if keys and place <= _KEYS else " "
    return Content.assemble(
        (f"{key} ", "bold $text-accent"),
        (fit(display_text(choice.name), wide), "bold"),
        f"  {display_text(choice.words)}",
    )
