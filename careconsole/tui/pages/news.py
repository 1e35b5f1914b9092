"""The page of the latest news: what the console said to the person at work, in full."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content
from textual.widget import Widget

from careconsole.commands.key_table import shown_key
from careconsole.domain.terminal_text import wrapped
from careconsole.domain.time.moments import local
from careconsole.tui.pages.list_page import TURNS, ListPage, ListRow
from careconsole.tui.widgets.bindings import bound

_WHEN = 18
"""Cells for the time of a sentence, and the blanks around it."""


class NewsScreen(ListPage[int, None]):
    """Lists what the console said to the person at work, the newest first."""

    BINDINGS = [
        *TURNS,
        *bound("back", "back"),
        *bound("quit", "back", "Back", only=["q"]),
        *bound("news", "back", "Back"),
        *bound("refresh", "refresh"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._checked = False

    def below(self) -> Iterable[Widget]:
        """No widgets: the lines say everything."""
        return ()

    def put_words(self, words: str) -> None:
        """Does nothing: the lines say everything."""

    def on_mount(self) -> None:
        """Shows the keys; what was said is no longer needed elsewhere."""
        self.put_keys(("↑ ↓", "move"), ("Esc", "back"))
        self.host.dismiss_news()
        self.host.news.show_record = self.show
        self.host.check_news(None)

    def on_unmount(self) -> None:
        """The record is no longer in sight."""
        self.host.news.show_record = None

    def on_change(self) -> None:
        """Shows it at once: the console has it all."""
        self.show()

    async def read(self) -> None:
        """Checks what the hints at undo say; the console has the rest."""
        if self.host.news.offers(all=True):
            self.show()
            await self.host.end_offers()
        self._checked = True

    def show(self) -> None:
        """Shows everything, each sentence in as many lines as it takes."""
        latest, now = list(self.host.news.latest), self.session.now()
        if not latest:
            self.put_title([("Nothing has been said to you here yet.", "bold", "")], self.session.who)
            before = f"{shown_key('since')} shows what others did on your cases while you were away."
            self.fill([ListRow(Content(f" {before}"), 0)])
            return
        self.put_title([(f"The latest news, {len(latest):,}", "bold", "")], self.session.who)
        room = max(20, self.size.width - _WHEN - 3)
        rows = []
        for place, said in reversed(list(enumerate(latest))):
            told = said if self._checked else said.without_offer
            lines = [part for line in told.text.split("\n") for part in wrapped(line, room) or [""]]
            mark = "!" if said.severity != "information" else " "
            head, *rest = lines
            text = [f"{local(said.at, now):>{_WHEN - 2}} {mark} {head}", *(f"{'':>{_WHEN + 1}}{line}" for line in rest)]
            rows.append(ListRow(Content("\n".join(text)), place))
        self.fill(rows, self.place)
