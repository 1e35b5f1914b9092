"""Saves the current filter and order as a view of the person's own."""

from __future__ import annotations

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from careconsole.commands.key_table import shown_key
from careconsole.desk import Desk
from careconsole.desk.console import views
from careconsole.desk.console.views import KEYS, NEXT_FREE_SLOT, SavedView
from careconsole.domain.errors import CareError
from careconsole.domain.terminal_text import display_text, fold
from careconsole.tui.hints import error_text
from careconsole.tui.menus.available import view_words
from careconsole.tui.widgets.bars import Bar, keys_parts
from careconsole.tui.widgets.base_screen import Sheet
from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.safe_input import SafeInput

_NO_KEY = f"The key is a digit, 0 to 9; without one, the view is found with {shown_key('views')}."


def _is_key(text: str) -> bool:
    """Whether a text is a key that a view can have."""
    return text.isascii() and text.isdecimal() and len(text) == 1


class SaveView(Sheet["SavedView | None"]):
    """Asks for a name and a key. Its result is the view as it was saved, or None."""

    BINDINGS = [
        *bound("back", "back", only=["escape"]),
        *bound("save", "save", "Save", priority=True),
        *bound("open", "save", "Save", priority=True),
        *bound("up", "app.focus_previous", only=["up"]),
        *bound("down", "app.focus_next", only=["down"]),
    ]

    def __init__(self, filter: str, sort: str, reverse: bool, there: list[SavedView]) -> None:
        super().__init__()
        self._view = SavedView(NEXT_FREE_SLOT, "", filter, sort, reverse)
        self._there = {view.slot: view for view in there}
        next_free = views.next_free(there)
        self._free = next_free if next_free in KEYS else None
        same = next((view for view in there if view.own and view.filter == filter), None)
        self._called = SafeInput(same.name if same is not None else "", "A short name for the cases it shows", "name")
        self._keyless = same if same is not None and same.slot not in KEYS else None
        slot = same.slot if same is not None else self._free
        self._filled_in = str(slot) if slot in KEYS else ""
        self._slot = SafeInput(self._filled_in, f"none: it is found with {shown_key('views')}", "slot")
        self._said = Static(id="view-said")
        self._busy = False
        self._asked: set[int] = set()
        """The slots of other views that the person was asked about: saving again replaces them."""

    def compose(self) -> ComposeResult:
        """What the view shows, the fields for its name and key, and the keys."""
        view = self._view
        with Vertical(classes="sheet pick"):
            words = display_text(view_words(view.filter, view.sort, view.reverse), 300)
            yield Static(Content.assemble("Shows ", (words, "bold")))
            for label, field in (("Name", self._called), ("Key 0-9", self._slot)):
                with Horizontal(classes="form-row"):
                    yield Static(Content(label), classes="form-label")
                    yield field
            yield self._said
            yield Bar("pick-keys")

    def on_mount(self) -> None:
        """Sets the title and the keys, and focuses the name."""
        self.query_one(".pick").border_title = Content("Save view")
        self.query_one("#pick-keys", Bar).put(keys_parts(("Enter", "save"), ("↑ ↓", "name, key"), ("Esc", "back")))
        self._called.focus()
        self._look()

    def on_input_changed(self) -> None:
        """Shows what the typed name and key have now."""
        self._look()

    def _is_same(self, there: SavedView) -> bool:
        """Whether a view is the one that is saved again, and not another under the same key."""
        return there.filter == self._view.filter or there.name == self._called.value.strip()

    def _named(self) -> SavedView | None:
        """The view of that name that the person saved themselves, and not in their configuration file."""
        name = fold(self._called.value)
        own = (view for view in self._there.values() if view.own and not view.in_file)
        return next((view for view in own if fold(view.name) == name), None)

    def _look(self) -> None:
        self._asked = set()
        slot = self._slot.value.strip()
        there = self._there.get(int(slot)) if _is_key(slot) else None
        named = self._named()
        if slot and not _is_key(slot):
            words = _NO_KEY
        elif named is not None:
            words = f"You have a view {display_text(named.name)}; this one replaces it."
        elif there is None and self._keyless is not None:
            words = f"Replaces your view {display_text(self._keyless.name)}."
        elif there is None:
            keyless = f"It gets no key; find it with {shown_key('views')}."
            words = keyless if self._free is None else f"It gets the key {self._free}, which is free."
        elif there.own:
            words = f"Replaces your view {display_text(there.name)}."
        else:
            words = f"Replaces {display_text(there.name)}, which returns when you remove yours."
        self._said.update(Content(words))

    def action_save(self) -> None:
        """Saves the view."""
        if not self._busy:
            self._busy = True
            self.host.spawn(self._save())

    async def _save(self) -> None:
        try:
            await self._kept()
        finally:
            self._busy = False

    async def _kept(self) -> None:
        text = self._slot.value.strip()
        if text and not _is_key(text):
            self._refuse(_NO_KEY)
            self._slot.focus()
            return
        named = self._named()
        if named is not None and text == self._filled_in:
            slot = named.slot
        else:
            keyless = NEXT_FREE_SLOT if self._keyless is None else self._keyless.slot
            slot = int(text) if text else keyless
        taken = self._there.get(slot)
        if (
            taken is not None
            and taken is not named
            and taken.own
            and not self._is_same(taken)
            and slot not in self._asked
        ):
            self._asked.add(slot)
            self._refuse(f"{slot} is your view {display_text(taken.name)}. Enter again replaces it, Esc keeps it.")
            return
        if named is not None and named.filter != self._view.filter and named.slot not in self._asked:
            self._asked.add(named.slot)
            name = display_text(named.name)
            self._refuse(f"You have a view {name}. Enter again replaces it; for a second view, change the name.")
            return
        in_file = [view for view in self._there.values() if view.in_file]
        wanted = replace(self._view, slot=slot, name=self._called.value)

        def work(desk: Desk) -> SavedView:
            saved = views.save(desk, wanted, in_file)
            if named is not None and named.slot != saved.slot:
                views.remove(desk, named.slot)
            return saved

        try:
            saved = await self.session.backend.ask(work)
        except CareError as error:
            if self.is_left:
                raise
            self._refuse(error_text(error))
            self._called.focus()
        else:
            if self.is_current:
                self.dismiss(saved)

    def _refuse(self, words: str) -> None:
        self._said.update(Content.assemble((f"! {display_text(words)}", "$text-error")))

    def action_back(self) -> None:
        """Closes without saving."""
        if self.is_current:
            self.dismiss(None)
