"""A list of items to choose from, which typing narrows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import msgspec
from textual import events, on
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from careconsole.domain.counting import counted
from careconsole.domain.terminal_text import cell_width, display_text, first_words, fit, search_key
from careconsole.tui.widgets.type_to_filter import NarrowedList, typed_character, typed_with

_WIDEST_TEXT = 34
_WIDEST_KEY = 14
_WIDEST_SHEET, _AROUND = 100, 5
"""The cells of the widest sheet with a menu, and those beside a line: the frame, its margin and the scroll bar."""
_FOLD = "fold"
"""The id of the line that stands for a folded group."""
_OTHERS = 7
"""Lines that the frame around a menu takes."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """An item to choose: its id, its name, its help text, and its key.

    A key that is a digit chooses it at once; others are shown for next time. `dim`: it can be chosen, but is of no use
    now. `fixed`: its mark cannot be changed.
    """

    id: str
    text: str
    help: str = ""
    key: str = ""
    group: str = ""
    dim: bool = False
    fixed: bool = False


class Menu(NarrowedList):
    """Items under the heads of their groups. With `marked`, several can be chosen: Space marks, Enter takes them.

    The group `folded`, the last one, is a line that says how many it has, until that is chosen or something is typed.
    """

    DEFAULT_CSS = "Menu { height: auto; }"

    class Chosen(Message):
        """An item was chosen with Enter, a digit or a click."""

        def __init__(self, menu: Menu, id: str) -> None:
            super().__init__()
            self.menu = menu
            self.id = id

    class Looked(Message):
        """The cursor is on another item; None: there is none."""

        def __init__(self, menu: Menu, id: str | None) -> None:
            super().__init__()
            self.menu = menu
            self.id = id

    def __init__(
        self,
        items: Iterable[Item],
        at: str | None = None,
        marked: Collection[str] | None = None,
        *,
        around: int = 1,
        folded: str = "",
    ) -> None:
        """`around` is how many lines there are above the list, one of which there is always room for."""
        super().__init__("menu", "menu-said")
        self._others = _OTHERS + max(0, around - 1)
        self._items = list(items)
        self._folded = folded
        self._at = at
        self.marked = set(marked) if marked is not None else None
        self._places: list[Item | None] = []
        self._room_then = 0

    def on_resize(self) -> None:
        """Limits the list to the height of the screen, where it scrolls, and its texts to the width."""
        self._list.styles.max_height = max(3, self.screen.size.height - self._others)
        if self._places and self._room() != self._room_then:
            self._show(self.current)

    def _room(self) -> int:
        """The cells of a line."""
        return min(_WIDEST_SHEET, self.screen.size.width) - _AROUND

    @property
    def current(self) -> str | None:
        """The id of the item under the cursor; None if there is none."""
        item = self._item(self._list.highlighted)
        return item.id if item is not None else None

    def put(self, items: Iterable[Item]) -> None:
        """Shows other items; the cursor stays on its item if it can."""
        self._items = list(items)
        self._show(self.current)

    def show(self) -> None:
        """Shows the items that match; the cursor starts where asked to, and later stays on its item if it can."""
        at, self._at = self._at, None
        self._show(at or self.current)

    def on_key(self, event: events.Key) -> None:
        """Narrows the list by what is typed; a digit chooses while nothing is typed, Space marks where possible."""
        char, typed = typed_character(event), typed_with(event, self._typed)
        if char == " " and self.marked is not None:
            self._mark()
        elif char.isdigit() and not self._typed and (found := self._keyed(char)) is not None:
            self.post_message(self.Chosen(self, found))
        elif typed is not None and typed != self._typed:
            self._typed = typed
            self._show(None)
        else:
            return
        event.stop()

    def _keyed(self, key: str) -> str | None:
        return next((item.id for item in self._items if item.key == key), None)

    def _mark(self) -> None:
        item = self._item(self._list.highlighted)
        if item is not None and self.marked is not None and not item.fixed:
            self.marked ^= {item.id}
            self._show(item.id)

    def _item(self, place: int | None) -> Item | None:
        return self._places[place] if place is not None and place < len(self._places) else None

    def _show(self, at: str | None) -> None:
        shown = self._unfolded()
        widths = self._widths(shown)
        self._room_then = self._room()
        options, self._places = [], []
        group = ""
        for item in shown:
            if item.group != group and not self._typed:
                group = item.group
                options.append(Option(Content.assemble((display_text(group), "bold $text-primary")), disabled=True))
                self._places.append(None)
            options.append(Option(self._drawn(item, *widths["" if self._typed else item.group])))
            self._places.append(item)
        self._list.set_options(options)
        ids = [item.id if item is not None else None for item in self._places]
        first = next((place for place, id in enumerate(ids) if id is not None), None)
        self._list.highlighted = ids.index(at) if at is not None and at in ids else first
        if self._list.highlighted == first:
            self._list.scroll_home(animate=False)  # shows the head of the first group too
        self._say()

    def _widths(self, shown: Sequence[Item]) -> dict[str, tuple[int, int]]:
        """The cells of the keys and of the texts, by group: a long one takes room from its own group's help only.

        Once something is typed, there are no groups, and all lines are alike ("").
        """
        widths: dict[str, tuple[int, int]] = {}
        for item in shown:
            group = "" if self._typed else item.group
            keys, wide = widths.get(group, (0, 0))
            keys = max(keys, min(_WIDEST_KEY, cell_width(display_text(item.key))))
            widths[group] = keys, max(wide, min(_WIDEST_TEXT, cell_width(display_text(item.text))))
        return widths

    def _unfolded(self) -> list[Item]:
        """The items that match what was typed; while nothing is, a folded group is one line."""
        if self._typed or not self._folded:
            return fitting(self._items, self._typed)
        shown = [item for item in self._items if item.group != self._folded]
        hidden = len(self._items) - len(shown)
        if hidden:
            help = f"{counted(hidden, 'more command')} that cannot be given now: Enter shows why."
            shown.append(Item(id=_FOLD, text=f"{self._folded} ({hidden:,})", help=help, group=self._folded, dim=True))
        return shown

    def _drawn(self, item: Item, keys: int, wide: int) -> Content:
        mark = "" if self.marked is None else "[x] " if item.id in self.marked else "[ ] "
        key = f"{fit(display_text(item.key), keys)}  " if keys else ""
        text = fit(display_text(item.text), wide)
        help = f"  {in_short(display_text(item.help, 300), self._room_then - cell_width(f'{mark}{key}{text}  '))}"
        if item.dim:
            return Content.assemble((f"{mark}{key}{text}{help}", "$text-muted"))
        return Content.assemble(mark, (key, "bold $text-accent"), (text, "bold"), help)

    def _say(self) -> None:
        """Shows the whole help text of the item under the cursor, and what was typed."""
        item = self._item(self._list.highlighted)
        typed = display_text(self._typed, 40)
        if item is None:
            words = f"No match for {typed}; Backspace deletes a letter." if typed else "There is nothing here."
        else:
            words = display_text(item.help, 400)
        self._line.update(Content.assemble((f"> {typed}  ", "bold") if typed and item is not None else "", words))

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        item = self._item(event.option_index)
        if item is not None and item.id == _FOLD:
            first = next(item.id for item in self._items if item.group == self._folded)
            self._folded = ""
            self._show(first)
        elif item is not None:
            self.post_message(self.Chosen(self, item.id))

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._say()
        self.post_message(self.Looked(self, self.current))


def in_short(text: str, room: int) -> str:
    """A safe text for a line with so many cells: whole sentences if one has room, else the words that do, and "…".

    The line below the list has the whole text of the item under the cursor.
    """
    if cell_width(text) <= room:
        return text
    kept = fit(text, max(2, room)).rstrip().removesuffix("…")
    # A full stop may have the cell of the "…".
    sentences = text[: text.rfind(". ", 0, len(kept) + 2) + 1]
    return sentences if sentences and cell_width(sentences) <= room else first_words(text, room)


def fitting(items: Sequence[Item], typed: str) -> list[Item]:
    """The items that match what was typed: by key, then by the beginning of the name, of its words, then anywhere."""
    begun = search_key(typed).replace("-", " ")
    words = begun.split()
    if not words:
        return list(items)
    ranked: list[tuple[int, Item]] = []
    for item in items:
        name = search_key(display_text(item.text)).replace("-", " ")
        parts = name.split()
        if typed == item.key:
            ranked.append((0, item))
        elif name.startswith(begun):
            ranked.append((1, item))
        elif all(any(part.startswith(word) for part in parts) for word in words):
            ranked.append((2, item))
        elif all(word in f"{name} {search_key(f'{item.help} {item.group}').replace('-', ' ')}" for word in words):
            ranked.append((3, item))
    return [item for _, item in sorted(ranked, key=lambda one: one[0])]
