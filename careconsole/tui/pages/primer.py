"""The primer page: what somebody new should read, each with a tick that only its reader sees."""

from __future__ import annotations

from collections.abc import Hashable

import msgspec
from textual.content import Content

from careconsole.desk.teaching import primer
from careconsole.desk.teaching.primer import CASE, CAUSE, Primer, Thing
from careconsole.domain.filters.language import term_of
from careconsole.domain.terminal_text import display_text
from careconsole.present.playbooks import sheet
from careconsole.present.primer import CAUSES_HEADING, NONE, case_words, cause_words, mark, name, playbook_words
from careconsole.tui.pages.list_page import ListPage, ListRow
from careconsole.tui.widgets.base_screen import ShowList
from careconsole.tui.widgets.bindings import bound

_AROUND, _NARROWEST = 10, 20
_EVERY = "status:open,resolved,closed"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the page: the thing, its name on the command line, its text, and the details below the list.

    `cases` is the filter that finds its cases; empty for a case itself.
    """

    thing: Thing
    name: str
    text: str
    details: str
    cases: str = ""


class PrimerScreen(ListPage[Row, "int | ShowList | None"]):
    """Lists what to read. Its result is the case to go to, the cases of a playbook or a cause, or None."""

    BINDINGS = [
        *bound("back", "back"),
        *bound("quit", "back", "Back", only=["q"]),
        *bound("mark", "tick", "Read, or not", priority=True),
        *bound("refresh", "refresh"),
    ]
    DELAY = 5.0  # reading takes longer the more cases there are

    def __init__(self) -> None:
        super().__init__()
        self._found: Primer | None = None

    def on_mount(self) -> None:
        """Shows the keys."""
        self.put_keys(("F5", "reload"), ("Esc", "back"), on_row=[("Enter", "its cases"), ("Space", "read")])
        self.put_title([("Primer: reading ...", "bold", "")])

    async def read(self) -> None:
        """Reads the primer beside the work that keys wait for."""
        self._found = await self.ask_beside(primer.primer)

    def show(self) -> None:
        """Shows what there is to read in three parts; the cursor stays where it was."""
        found = self._found
        if found is None:
            return
        now, roster = self.session.now(), self.session.roster
        lines: list[ListRow] = []
        for heading, nothing, rows in (
            ("The playbooks that fit most", NONE["playbooks"], [_playbook_row(self, one) for one in found.playbooks]),
            (
                CAUSES_HEADING,
                NONE["causes"],
                [
                    Row(
                        thing=one.thing,
                        name=name(one.thing, one.use.cause.label),
                        text=f"{one.use.cause.label}, {(words := cause_words(one, roster, now))[0]}",
                        details=" · ".join(words[1]),
                        cases=f"{term_of(CAUSE, one.use.cause.label)} {_EVERY}",
                    )
                    for one in found.causes
                ],
            ),
            (
                "Cases worth reading",
                NONE["cases"],
                [
                    Row(
                        thing=one.thing,
                        name=name(one.thing),
                        text=f"{one.worth.case.number}  {(words := case_words(one))[0]}",
                        details=" ".join(words[1]),
                    )
                    for one in found.cases
                ],
            ),
        ):
            lines.append(ListRow(Content.styled(heading, "bold")))
            lines += [ListRow(self._line(row), row) for row in rows] or [ListRow(Content(f"  {nothing}"))]
        self.fill(lines, self.place)
        count = f"Primer: {found.read} of {len(found.things)} read" if found.things else "Primer"
        self.put_title([(count, "bold", "")], ("only you see your ticks", ""))

    def _line(self, row: Row) -> Content:
        room = max(_NARROWEST, self.size.width - _AROUND)
        changed = "changed since you read it: " if row.thing.changed else ""
        style = "$text-muted" if row.thing.read else ""
        return Content.assemble(f"  {mark(row.thing)} ", (display_text(f"{changed}{row.text}", room), style))

    def key(self, row: Row) -> Hashable:
        """Identifies a row by what it is about."""
        return row.thing.kind, row.thing.number

    def words(self, row: Row | None) -> str:
        """What to know of it."""
        return "" if row is None else row.details

    def choose(self, row: Row) -> None:
        """Goes to the case, or lists the cases of the playbook or the cause."""
        self.dismiss(row.thing.number if row.thing.kind == CASE else ShowList(row.cases))

    def action_tick(self) -> None:
        """Ticks the row off, or takes the tick away."""
        row = self.row
        if row is not None:
            self.host.spawn(self._ticked(row))

    async def _ticked(self, row: Row) -> None:
        await self.session.backend.ask(lambda desk: primer.mark_read(desk, [row.name], read=not row.thing.read))
        if not self.is_left:
            self.action_refresh()


def _playbook_row(page: PrimerScreen, one: primer.PrimerPlaybook) -> Row:
    parts = sheet(one.known, page.session.roster, page.session.now())
    number = one.known.playbook.number
    return Row(
        thing=one.thing,
        name=name(one.thing),
        text=f"{number}  {playbook_words(one, page.session.now())[0]}",
        details=" · ".join(f"{label}: {' '.join(text.split())}" for label, text in parts),
        cases=f"playbook:{number} {_EVERY}",
    )
