"""The lock screen: hides customers' data until somebody says who they are."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widgets import Static

from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.moments import local
from careconsole.tui.session import Locked
from careconsole.tui.widgets.bars import Bar, keys_parts
from careconsole.tui.widgets.base_screen import Page
from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.person_choices import sitters
from careconsole.tui.widgets.person_picker import Picker


class LockScreen(Page[int]):
    """Covers everything, and names no case or customer. Its result is the person who sits down and unlocks it."""

    BINDINGS = bound("back", "back", only=["escape"])

    def __init__(self, locked: Locked) -> None:
        super().__init__()
        self._locked = locked
        self._arrived = 0
        self._news = Static(id="lock-news")

    def compose(self) -> ComposeResult:
        """Who locked it, who can unlock it, and the keys."""
        with Container(id="lock-room"), Vertical(id="lock", classes="sheet"):
            yield Static(Content(self._words()), id="lock-words")
            yield self._news
            yield Picker(sitters(self.session.roster, (), self.host.company.here, None))
        yield Bar("hints")

    def on_mount(self) -> None:
        """Sets the title and the keys."""
        self.query_one("#lock").border_title = Content("careconsole is locked")
        self._news.display = self._arrived > 0
        self._put_keys()

    @on(Picker.Looked)
    def _put_keys(self) -> None:
        keys = [*self.query_one(Picker).choosing_keys, ("ctrl+q", "quit")]
        self.query_one("#hints", Bar).put(keys_parts(*keys))

    def _words(self) -> str:
        locked, name = self._locked, self.session.roster.name
        since = local(locked.since, self.session.now())
        if locked.person is None:
            words = f"Locked automatically at {since}; nobody was working here."
        elif locked.by_itself:
            words = f"Locked automatically at {since}, because {name(locked.person)} had been idle."
        else:
            words = f"{name(locked.person)} locked it at {since}."
        return display_text(f"{words} Drafts are saved. Who's working here?")

    def arrived(self, count: int) -> None:
        """Counts `count` more events that concern the person who was at work; only they see what these are."""
        self._arrived += count
        self._news.update(Content(f"{self._arrived:,} new meanwhile; shown when they are back."))
        self._news.display = True

    def on_change(self) -> None:
        """Shows the people again: the roster may have changed."""
        self.query_one(Picker).put(sitters(self.session.roster, (), self.host.company.here, None))

    @on(Picker.Picked)
    def _picked(self, message: Picker.Picked) -> None:
        self.dismiss(message.key)

    def action_back(self) -> None:
        """Clears what was typed; the console stays locked."""
        self.query_one(Picker).clear()
