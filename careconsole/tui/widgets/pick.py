"""A small list to choose from, on top of the screen that it is for."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from careconsole.domain.terminal_text import display_text
from careconsole.tui.widgets.bars import Bar, keys_parts
from careconsole.tui.widgets.base_screen import Sheet
from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.menu import Item, Menu

_KEYS = (("type", "to filter"), ("Enter", "choose"), ("Esc", "back"))
_MARKING = (("Space", "mark"), ("type", "to filter"), ("Enter", "apply"), ("Esc", "back"))


class ChooseOne(Sheet["str | None"]):
    """Asks for one item. Dismisses with its id, or None when nothing was chosen.

    `at` is the item under the cursor at first, `words` the lines above the list, `keys` what the bottom line names;
    `folded` is as in `Menu`.
    """

    BINDINGS = bound("back", "back", only=["escape"])

    def __init__(
        self,
        title: str,
        items: Iterable[Item],
        *,
        at: str | None = None,
        words: str | Content = "",
        keys: tuple[tuple[str, str], ...] = _KEYS,
        folded: str = "",
    ) -> None:
        super().__init__()
        words = words if isinstance(words, Content) else Content(display_text(words))
        self.menu = Menu(items, at, around=len(words.plain.splitlines()), folded=folded)
        self._title, self._words, self._keys = title, words, keys

    def compose(self) -> ComposeResult:
        """The line above, the list, the keys."""
        with Vertical(classes="sheet pick"):
            if self._words:
                yield Static(Content.assemble(self._words), classes="pick-words")
            yield self.menu
            yield Bar("pick-keys")

    def on_mount(self) -> None:
        """Shows the title and the keys."""
        self.query_one(".pick").border_title = Content(display_text(self._title))
        self.query_one("#pick-keys", Bar).put(keys_parts(*self._keys))

    @on(Menu.Chosen)
    def chosen(self, message: Menu.Chosen) -> None:
        """Closes with the chosen item."""
        if self.is_current:  # a second Enter may be on its way
            self.dismiss(message.id)

    def action_back(self) -> None:
        """Closes with nothing chosen."""
        if self.is_current:
            self.dismiss(None)


class ChooseSeveral(Sheet["list[str] | None"]):
    """Asks for several items. Dismisses with the ids of those marked in the end, or None when nothing is to change."""

    BINDINGS = bound("back", "back", only=["escape"])

    def __init__(self, title: str, items: Iterable[Item], marked: Collection[str]) -> None:
        super().__init__()
        self._items = list(items)
        self.menu = Menu(self._items, marked=marked)
        self._title = title

    def compose(self) -> ComposeResult:
        """The list, the keys."""
        with Vertical(classes="sheet pick"):
            yield self.menu
            yield Bar("pick-keys")

    def on_mount(self) -> None:
        """Shows the title and the keys."""
        self.query_one(".pick").border_title = Content(display_text(self._title))
        self.query_one("#pick-keys", Bar).put(keys_parts(*_MARKING))

    @on(Menu.Chosen)
    def _done(self, message: Menu.Chosen) -> None:
        marked = self.menu.marked or set()
        if self.is_current:
            self.dismiss([item.id for item in self._items if item.id in marked])

    def action_back(self) -> None:
        """Closes with nothing changed."""
        if self.is_current:
            self.dismiss(None)
