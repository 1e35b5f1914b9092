"""A sheet that asks for one text and does something with it; what is wrong stands below the field."""

from __future__ import annotations

from typing import Generic, TypeVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from careconsole.desk import Desk
from careconsole.domain.errors import CareError
from careconsole.domain.terminal_text import display_text
from careconsole.tui.hints import error_text
from careconsole.tui.widgets.bars import Bar, keys_parts
from careconsole.tui.widgets.base_screen import Sheet
from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.safe_input import SafeInput

T = TypeVar("T")


class AskOne(Sheet["T | None"], Generic[T]):
    """Asks for a text and does `work` with it, whose result is the sheet's; None if it is left.

    `words` say what happens, `label` what the field is, which has the text `ready` in it and shows `hint` when it is
    empty. `verb` is what Enter does.
    """

    BINDINGS = [
        *bound("back", "back", only=["escape"]),
        *bound("save", "save", "Do it", priority=True),
        *bound("open", "save", "Do it", priority=True),
    ]

    def __init__(self, title: str, words: Content, *, label: str, ready: str, hint: str, verb: str) -> None:
        super().__init__()
        self._title, self._label, self._verb = title, label, verb
        self._words = Static(words)
        self._field = SafeInput(ready, hint, "answer")
        self._said = Static(id="view-said")
        self._busy = False

    def work(self, desk: Desk, text: str) -> T:
        """Does it, in the thread of the backend. A CareError is shown below the field."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """What happens, the field, and the keys."""
        with Vertical(classes="sheet pick"):
            yield self._words
            with Horizontal(classes="form-row"):
                yield Static(Content(self._label), classes="form-label")
                yield self._field
            yield self._said
            yield Bar("pick-keys")

    def on_mount(self) -> None:
        """Sets the title and the keys, and focuses the field."""
        self.query_one(".pick").border_title = Content(self._title)
        self.query_one("#pick-keys", Bar).put(keys_parts(("Enter", self._verb), ("Esc", "back")))
        self._field.focus()

    def action_save(self) -> None:
        """Does it, once at a time."""
        if not self._busy:
            self._busy = True
            self.host.spawn(self._do())

    async def _do(self) -> None:
        text = self._field.value
        try:
            done = await self.session.backend.ask(lambda desk: self.work(desk, text))
        except CareError as error:
            if self.is_left:
                raise
            self._said.update(Content.assemble((f"! {display_text(error_text(error))}", "$text-error")))
        else:
            if self.is_current:
                self.dismiss(done)
        finally:
            self._busy = False

    def action_back(self) -> None:
        """Closes without doing anything."""
        if self.is_current:
            self.dismiss(None)
