"""The digest page: what is new for the team."""

from __future__ import annotations

from careconsole.desk.queries import digest
from careconsole.desk.queries.digest import Digest
from careconsole.present.digest import sections, title
from careconsole.tui.pages.section_lines import section_lines
from careconsole.tui.pages.sheet_page import SheetPage
from careconsole.tui.screen_left import ScreenLeft
from careconsole.tui.widgets.bindings import bound

_AGAIN = 5.0
"""Seconds after which others' changes are taken in: the read grows with the number of events."""


class DigestScreen(SheetPage):
    """Shows what is new in the last week."""

    BINDINGS = [
        *bound("back", "back"),
        *bound("quit", "back", "Back", only=["q"]),
        *bound("refresh", "refresh"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._found: Digest | None = None

    def on_change(self) -> None:
        """Reads again after a while."""
        if self._soon is None:
            self._soon = self.set_timer(_AGAIN, self.action_refresh)

    async def read(self) -> None:
        """Reads the digest beside the work that keys wait for."""
        self._found = await self.session.backend.ask_beside(digest.digest)
        if self.is_left:
            raise ScreenLeft

    def show(self) -> None:
        """Shows the digest, section by section."""
        found = self._found
        if found is not None:
            self.title_bar.put([(title(found), "bold", "")], (self.session.who_words, "bold"))
            self.sheet.put(lambda width: section_lines(sections(found, self.session.roster), width))
