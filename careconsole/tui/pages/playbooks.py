"""The playbooks page: those that fit the case under the cursor first, then the others; below, the one chosen."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Self

import msgspec
from textual.content import Content

from careconsole.commands.key_table import shown_key
from careconsole.desk import Desk
from careconsole.desk.cases.execution import Outcome
from careconsole.desk.playbooks import reading, writing
from careconsole.desk.playbooks.reading import SuggestedPlaybook
from careconsole.domain.playbook.results import record_words
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import cell_width, display_text, fit
from careconsole.present.playbooks import sheet
from careconsole.tui.news import undo_hint
from careconsole.tui.pages.list_page import TURNS, ListPage, ListRow
from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.menu import Item
from careconsole.tui.widgets.pick import ChooseOne

_AROUND = 4
_NARROWEST = 12
_MORE_KEYS = (("1-4", "do it"), ("Enter", "do it"), ("Esc", "back"))


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
        *TURNS,
        *bound("refresh", "refresh"),
        *bound("more", "more", "What can be done with the playbook"),
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
            return desk.read(lambda unit: _Found(reading.every(desk, self._number), unit.roster))

        self._found = await self.ask(work)

    def show(self) -> None:
        """Shows a line for each: its number, state, record and title, and why it fits."""
        if self._found is None:
            return
        found = self._found.playbooks
        rows = [ListRow(self._line(one), one) for one in found]
        if not rows:
            rows.append(ListRow(Content(f"No playbook yet. To write one: {shown_key('write-playbook')}")))
        self.fill(rows)
        fitting = sum(bool(one.why) for one in found)
        about = f", {fitting} that fit case {self._number}" if fitting else ""
        self.put_title([("Playbooks", "bold", ""), (f": {len(found):,}{about}", "", "")])
        use = [("b", f"use one on case {self._number}")] if self._number is not None else []
        on_row = [("Enter", "open"), (".", "change it"), *use]
        self.put_keys(("_", "write one"), ("F5", "reload"), ("Esc", "back"), on_row=on_row)

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

    def on_screen_resume(self) -> None:
        """Reads the playbooks again: one may have been changed in the form that was on top."""
        if self._found is not None:
            self.action_refresh()

    def action_more(self) -> None:
        """Opens the menu of what can be done with the playbook under the cursor."""
        if self.row is None:
            return
        playbook, lead = self.row.known.playbook, self.session.is_lead
        retired, may = bool(playbook.retired), playbook.content.may is not None
        items = [
            Item(id="revise-playbook", key="1", text="Revise", help="Change what it says.", dim=retired),
            Item(
                id="confirm-playbook",
                key="2",
                text="Confirm",
                help="Let others decide by it. Only a lead can do this.",
                dim=retired or not (lead and may),
            ),
            Item(id="restore", key="3", text="Restore", help="Offer it again.")
            if retired
            else Item(id="retire-playbook", key="3", text="Retire", help="It is no longer offered."),
            Item(id="history", key="4", text="What changed", help="Each text with what changed in it, and who did it."),
        ]

        def done(id: str | None) -> None:
            if id == "restore":
                self.host.spawn(self._restore(playbook.number))
            elif id == "history":
                from careconsole.tui.pages.playbook_history import PlaybookHistoryScreen

                self.host.push_screen(PlaybookHistoryScreen(playbook.number))
            elif id is not None:
                self.host.action_other(id, playbook.number)

        title = f"Playbook {playbook.number}: {playbook.content.title}"
        self.host.open(ChooseOne(title, items, keys=_MORE_KEYS), done, self)

    async def _restore(self, number: int) -> None:
        def work(desk: Desk) -> Outcome:
            saved = writing.restore(desk, number)
            return Outcome(command=saved.command, cases=(), notices=saved.notices, playbooks=(number,))

        outcome = await self.session.backend.ask(self.session.as_own(work, self.session.person))
        self.host.say(
            f"Playbook {number} is offered again.",
            offer := f"{shown_key('undo')} undoes it.",
            offer=undo_hint(f" {offer}", outcome.command),
        )
        if not self.is_left:
            self.action_refresh()

    def key(self, row: SuggestedPlaybook) -> Hashable:
        """Identifies a row by the playbook's number."""
        return row.known.playbook.number

    def words(self, row: SuggestedPlaybook | None) -> str:
        """The playbook in full, one part after the other; first what its line may have had no room for."""
        if row is None or self._found is None:
            return ""
        parts = sheet(row.known, self._found.roster, self.session.now())
        told = [f"{label}: {' '.join(text.split())}" for label, text in parts]
        fits = f" (fits because of the {row.why})" if row.why else ""
        return " · ".join([f"{row.known.playbook.content.title}{fits}", *told])
