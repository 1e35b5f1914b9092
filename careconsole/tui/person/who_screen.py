"""The "Who am I" sheet: another person sits down, or the first one says who they are."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from careconsole.domain.team.roster import Person
from careconsole.domain.terminal_text import display_text
from careconsole.tui.widgets.bars import Bar, keys_parts
from careconsole.tui.widgets.base_screen import Sheet
from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.person_choices import sitters
from careconsole.tui.widgets.person_picker import Picker


class WhoScreen(Sheet[int | None]):
    """Asks who sits down here. Its result is a person's number, or None: no change.

    `could_be` are listed first. While nobody is at work, the only way to skip it is to leave the console.
    """

    BINDINGS = bound("back", "back", only=["escape"])

    def __init__(self, could_be: Sequence[Person] = ()) -> None:
        super().__init__()
        self._could_be = could_be
        self._leaving = False
        self._said = Static(id="said")

    def compose(self) -> ComposeResult:
        """The people of the team, and the keys."""
        with Vertical(id="who", classes="sheet"):
            yield self._said
            yield Picker(sitters(self.session.roster, self._could_be, self.host.company.here, self.session.person))
            yield Bar("who-keys")

    def on_mount(self) -> None:
        """Says who is at work now."""
        box = self.query_one("#who")
        box.border_title = Content("Who's working here?")
        if self.session.person is None:
            self._say("Nobody is working here yet. What you do is recorded under your name.")
        else:
            self._say(f"Working here: {self.session.who_words}.")
        self._put_keys()

    def _put_keys(self) -> None:
        keys = [*self.query_one(Picker).choosing_keys, ("Esc", self._back_word)]
        self.query_one("#who-keys", Bar).put(keys_parts(*keys))

    @property
    def _back_word(self) -> str:
        return "leave" if self.session.person is None else "back"

    def _say(self, words: str) -> None:
        self._said.update(Content(display_text(words)))

    @on(Picker.Picked)
    def _picked(self, message: Picker.Picked) -> None:
        self.dismiss(message.key)

    @on(Picker.Looked)
    def _looked(self) -> None:
        self._leaving = False
        self._put_keys()

    def action_back(self) -> None:
        """Goes back; while nobody is at work, clears what was typed, and leaves the console if pressed twice more."""
        if self.session.person is not None:
            self.dismiss(None)
        elif self.query_one(Picker).clear():
            return
        elif self._leaving:
            self.host.action_leave()
        else:
            self._leaving = True
            self._say("Choose who you are, or press Esc again to quit careconsole.")
