"""A playbook in full, to read."""

from __future__ import annotations

import msgspec

from careconsole.desk import Desk
from careconsole.desk.playbooks import reading
from careconsole.desk.playbooks.reading import SuggestedPlaybook
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import display_text
from careconsole.present.playbooks import sheet
from careconsole.present.sections import Item, Section
from careconsole.tui.pages.section_lines import section_lines
from careconsole.tui.pages.sheet_page import SheetPage
from careconsole.tui.widgets.bindings import bound


class _Found(msgspec.Struct, frozen=True):
    playbook: SuggestedPlaybook | None
    roster: Roster


class PlaybookTextScreen(SheetPage):
    """Shows the playbook `number`; `case` is the case under the cursor, which it may fit."""

    BINDINGS = [
        *bound("back", "back"),
        *bound("quit", "back", "Back", only=["q"]),
        *bound("refresh", "refresh"),
    ]

    def __init__(self, number: int, case: int | None) -> None:
        super().__init__()
        self._number, self._case = number, case
        self._found: _Found | None = None

    async def read(self) -> None:
        """Reads the playbook, and how it has done."""

        def work(desk: Desk) -> _Found:
            found = reading.every(desk, self._case)
            one = next((one for one in found if one.known.playbook.number == self._number), None)
            return desk.read(lambda unit: _Found(one, unit.roster))

        self._found = await self.ask(work)

    def show(self) -> None:
        """Shows its parts, one below the other."""
        found = self._found
        if found is None:
            return
        if found.playbook is None:
            self.title_bar.put([(f"There is no playbook {self._number} now.", "bold", "")])
            return
        known, why = found.playbook.known, found.playbook.why
        title = display_text(f"Playbook {self._number}: {known.playbook.content.title}")
        self.title_bar.put([(title, "bold", "")], (f"fits case {self._case}" if why else "", ""))
        parts = sheet(known, found.roster, self.session.now())
        parts += [("Fits", f"because of the {why}")] if why else []
        sections = [Section(label, tuple(Item(line) for line in text.split("\n"))) for label, text in parts]
        self.sheet.put(lambda width: section_lines(sections, width))
