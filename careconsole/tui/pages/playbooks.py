"""The playbooks page: those that fit the case under the cursor first, then the others; below, the one chosen."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Self

import msgspec
from textual.content import Content

from careconsole.desk import Desk
from careconsole.desk.playbooks import reading
from careconsole.desk.playbooks.reading import SuggestedPlaybook
from careconsole.domain.playbook.results import record_words
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import cell_width, display_text, fit
from careconsole.present.playbooks import sheet
from careconsole.tui.pages.list_page import ListPage, ListRow
from careconsole.tui.widgets.bindings import bound

_AROUND = 4
_NARROWEST = 12


class _Found(msgspec.Struct, frozen=True):
    playbooks: list[SuggestedPlaybook]
    roster: Roster


class PlaybooksScreen(ListPage[SuggestedPlaybook, None]):
    """Lists the playbooks; `number` is the case under the cursor, None without one."""

    BINDINGS = [
        *bound("back", "back"),
        *bound("quit", "back", "Back", only=["q"]),
        *bound("playbooks", "back", "Back"),
        *bound("use", "use"),
        *bound("write-playbook", "write"),
        *bound("refresh", "refresh"),
    ]

    @classmethod
    def on_case(cls, number: int | None) -> Self:
        """The page, with those that fit the case under the cursor first."""
        return cls(number)

    def __init__(self, number: int | None) -> None:
        super().__init__()
        self._number = number
        self._found: _Found | None = None

    async def read(self) -> None:
        """Reads the playbooks, and how they have done."""

        def work(desk: Desk) -> _Found:
            return desk.read(lambda unit: _Found(reading.choices(desk, self._number), unit.roster))

        self._found = await self.ask(work)

    def show(self) -> None:
        """Shows a line for each: its number, state, record and title, and why it fits."""
        if self._found is None:
            return
        found = self._found.playbooks
        rows = [ListRow(self._line(one), one) for one in found]
        if not rows:
            rows.append(ListRow(Content('No playbook yet. To write one: careconsole playbook write --title "..."')))
        self.fill(rows)
        fitting = sum(bool(one.why) for one in found)
        about = f", {fitting} that fit case {self._number}" if fitting else ""
        self.put_title([("Playbooks", "bold", ""), (f": {len(found):,}{about}", "", "")])
        keys = [("b", f"use one on case {self._number}")] if self._number is not None else []
        self.put_keys(("Enter", "open"), *keys, ("_", "write one"), ("F5", "reload"), ("Esc", "back"))

    def _line(self, one: SuggestedPlaybook) -> Content:
        known = one.known
        record = record_words(known.results) or "not used yet"
        words = f"{known.playbook.number:>3} {fit(known.state, 8)} {fit(record, 16)} "
        sign = "may decide " if known.playbook.may_decide(self.session.now()) else " " * len("may decide ")
        room = max(_NARROWEST, self.size.width - _AROUND - cell_width(words) - len(sign))
        title = display_text(known.playbook.content.title, room)
        why = display_text(one.why, max(0, room - cell_width(title) - 3)) if one.why else ""
        return Content.assemble(
            words, (sign, "bold"), (title, "bold" if one.why else ""), (f" ({why})" if len(why) > 1 else "", "dim")
        )

    def choose(self, row: SuggestedPlaybook) -> None:
        """Opens the playbook, to read it in full."""
        from careconsole.tui.pages.playbook_text import PlaybookTextScreen

        self.app.push_screen(PlaybookTextScreen(row.known.playbook.number, self._number))

    def action_use(self) -> None:
        """Opens the form that uses one on the case."""
        if self._number is not None:
            self.host.action_verb("use", self._number)

    def action_write(self) -> None:
        """Opens the form that writes one."""
        self.host.action_other("write-playbook")

    def key(self, row: SuggestedPlaybook) -> Hashable:
        """Identifies a row by the playbook's number."""
        return row.known.playbook.number

    def words(self, row: SuggestedPlaybook | None) -> str:
        """The playbook in full, one part after the other."""
        if row is None or self._found is None:
            return ""
        parts = sheet(row.known, self._found.roster, self.session.now())
        told = [f"{label}: {' '.join(text.split())}" for label, text in parts]
        return " · ".join([*told, *([f"Fits because of the {row.why}"] if row.why else [])])
