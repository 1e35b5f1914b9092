"""Lines around the list: pieces that can be clicked, the saved views, the keys that work now."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from textual import events
from textual.app import App
from textual.content import Content
from textual.keys import KEY_NAME_REPLACEMENTS
from textual.message import Message
from textual.widget import Widget

from careconsole.commands.console_keys import key_named
from careconsole.commands.key_table import as_set
from careconsole.desk.console.views import SavedView
from careconsole.desk.queries.case_queries import COUNT_LIMIT
from careconsole.domain.terminal_text import cell_width, display_text, first_words, fit

Part = tuple[str, str]
"""A piece of a line and its style, which may name a theme's colours with "$"."""
Right = Part | Callable[[], Part]
"""The piece at the right end of a line; what changes by itself, as who is at work, is asked for when it is drawn."""


_PRESSES = "key:"
"""Begins the mark of a piece that names a key."""


class Bar(Widget):
    """A line of pieces; those with a mark can be clicked, and what does not fit is left out at the end."""

    DEFAULT_CSS = "Bar { height: 1; }"

    class Clicked(Message):
        """A marked piece was clicked."""

        def __init__(self, bar: Bar, mark: str) -> None:
            super().__init__()
            self.bar = bar
            self.mark = mark

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._parts: list[tuple[str, str, str]] = []
        self._right: Right = ("", "")

    def put(self, parts: Sequence[tuple[str, str, str]], right: Right = ("", "")) -> None:
        """Shows pieces as (text, style, mark), and one at the right end. Nothing is drawn when nothing changed."""
        if list(parts) != self._parts or right != self._right:
            self._parts, self._right = list(parts), right
            self.refresh()

    def render(self) -> Content:
        """The line."""
        width, shown, used = self.size.width, [], 0
        left = sum(cell_width(display_text(text)) for text, _, _ in self._parts)
        words, look = part_of(self._right)
        right = display_text(words, max(0, width // 2, width - left - 1))
        room = width - (cell_width(right) + 1 if right else 0)
        for text, style, _ in self._parts:
            piece = display_text(text, max(0, room - used))
            if text and not piece:
                break
            if self.app.no_color:  # in grey, the most urgent colours would stand out least
                style = " ".join(word for word in style.split() if not word.startswith("$text-"))
            shown.append((piece, style) if style else piece)
            used += cell_width(piece)
        gap = " " * max(0, width - used - cell_width(right))
        return Content.assemble(*shown, gap, (right, look) if look else right)

    def on_click(self, event: events.Click) -> None:
        """Reports which piece was clicked; one that names a key presses it."""
        at = 0
        for text, _, mark in self._parts:
            at += cell_width(display_text(text))
            if event.x < at:
                if mark.startswith(_PRESSES):
                    press(self.app, mark.removeprefix(_PRESSES))
                elif mark:
                    self.post_message(self.Clicked(self, mark))
                return


def part_of(right: Right) -> Part:
    """The piece at the right end, as it is now."""
    return right() if callable(right) else right


def views_parts(
    views: Sequence[SavedView], counts: dict[int, int], current: int | None, width: int
) -> list[tuple[str, str, str]]:
    """The saved views with their counts, the current one marked.

    When room is short, long names keep their first words, then names their first letters; then the last views are left
    out, which "…" says, but never the current one. No count: there are none, or it is not known yet.
    """
    shown = [view for view in views if view.slot <= 9 or view.slot == current]
    letters = max((cell_width(_name(view)) for view in shown), default=0)
    parts = _views(shown, counts, current, letters)
    while parts_width(parts) > width and letters > _LEAST_LETTERS:
        letters -= 1
        parts = _views(shown, counts, current, letters)
    while parts_width(parts) > width and len(shown) > 1:
        del shown[-1 if shown[-1].slot != current else -2]
        parts = [*_views(shown, counts, current, letters), ("…", "", "")]
    return parts


_SHORT = {"all open": ("all",), "offered to me": ("offered",), "recently resolved": ("resolved (1w)", "resolved")}
"""Short names of the usual views, as one line has to hold all views: the longest that fits is shown."""
_LEAST_LETTERS, _LEAST_WORDS = 4, 10
"""The fewest cells of a name, and those from which on it keeps whole words."""


def _name(view: SavedView, letters: int | None = None) -> str:
    """The name in short, and in the short form that has at most so many letters if there is one."""
    names = _SHORT.get(view.name, (view.name,))
    return display_text(next((one for one in names if letters is None or cell_width(one) <= letters), names[-1]))


def _beginning(name: str, letters: int) -> str:
    """The name in so many cells: its first words and "…", or only letters where there is no room for a word."""
    if cell_width(name) <= letters:
        return name
    return first_words(name, letters) if letters >= _LEAST_WORDS else fit(name, letters + 1).rstrip("… ")


def parts_width(parts: Sequence[tuple[str, str, str]]) -> int:
    """The cells that pieces take."""
    return sum(cell_width(text) for text, _, _ in parts)


def _views(
    views: Sequence[SavedView], counts: dict[int, int], current: int | None, letters: int
) -> list[tuple[str, str, str]]:
    """The views with names of at most so many letters; the current one keeps whole words."""
    parts: list[tuple[str, str, str]] = []
    for view in views:
        here = view.slot == current
        slot = str(view.slot) if view.slot < 10 else "·"
        count = counts.get(view.slot, 0)
        room = max(letters, _LEAST_WORDS) if here else letters
        name = _beginning(_name(view, room), room)
        text = f"{slot} {name}" + (f" {count_text(count)}" if count else "")
        parts.append((f"[{text}]" if here else f" {text} ", "bold reverse" if here else "", str(view.slot)))
    return parts


def count_text(count: int) -> str:
    """A count as text: "1,000+" for more than `COUNT_LIMIT`, "?" for what could not be counted."""
    if count < 0:
        return "?"
    return f"{COUNT_LIMIT:,}+" if count == COUNT_LIMIT + 1 else f"{count:,}"


def keys_parts(*keys: tuple[str, str]) -> list[tuple[str, str, str]]:
    """The pieces of a line that says which keys do what, from pairs of (usual key, word)."""
    return hint_parts((as_set(key), word) for key, word in keys)


def hint_parts(keys: Iterable[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """The same from keys as they are set. A click on a hint that names a single key presses that."""
    parts: list[tuple[str, str, str]] = []
    for key, word in keys:
        named = key_named(key)
        mark = mark_of_key(named) if named else ""
        parts += [(f" {key}", "bold $text-accent", mark), (f" {word} ", "", mark)]
    return parts


def mark_of_key(key: str) -> str:
    """The mark of a piece that presses a key when it is clicked."""
    return f"{_PRESSES}{key}"


def press(app: App[Any], key: str) -> None:
    """Has the app handle a key as if it had been pressed; a character is named as Textual does."""
    if len(key) > 1:
        app.simulate_key(key)
        return
    name = key if key.isalnum() else unicodedata.name(key).lower().replace("-", "_").replace(" ", "_")
    app.post_message(events.Key(KEY_NAME_REPLACEMENTS.get(name, name), key))
