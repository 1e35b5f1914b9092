"""The digest page: what is new for the team; Enter on what is said of cases opens them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

import msgspec
from textual.content import Content
from textual.widget import Widget

from careconsole.desk import Desk
from careconsole.desk.cases.execution import Outcome
from careconsole.desk.queries import digest, stories
from careconsole.desk.queries.digest import LONGEST, Digest
from careconsole.domain.case.narrator import ended
from careconsole.domain.filters.language import MAX_NUMBERS, number_filter
from careconsole.present.digest import sections, title
from careconsole.present.sections import Section
from careconsole.tui.pages.list_page import ListPage, ListRow
from careconsole.tui.pages.section_lines import section_lines
from careconsole.tui.widgets.base_screen import ShowList
from careconsole.tui.widgets.bindings import bound
from careconsole.tui.widgets.menu import Item
from careconsole.tui.widgets.pick import ChooseOne

_NEWEST = "newest"
_AROUND = 3
"""Cells beside a line, and of the scroll bar."""
_STYLES = {"strong": "bold", "quiet": "$foreground 70%"}


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the page, by its place, and the cases that it is about."""

    place: int
    cases: tuple[int, ...] = ()


class DigestScreen(ListPage[Row, "int | ShowList | None"]):
    """Shows what is new in the last week. Its result is the case of a line, or the list of its cases, or None."""

    BINDINGS = [
        *bound("back", "back"),
        *bound("quit", "back", "Back", only=["q"]),
        *bound("refresh", "refresh"),
        *bound("more", "story", "Tell another story"),
    ]
    DELAY = 5.0  # reading takes longer the more events there are

    def __init__(self) -> None:
        super().__init__()
        self._found: Digest | None = None

    def below(self) -> Iterable[Widget]:
        """Nothing: each line is shown in full."""
        return ()

    def put_words(self, words: str) -> None:
        """Shows nothing below the lines."""

    def on_mount(self) -> None:
        """Shows the keys."""
        self.put_keys((".", "another story"), ("F5", "reload"), ("Esc", "back"), on_row=[("Enter", "its cases")])

    async def read(self) -> None:
        """Reads the digest beside the work that keys wait for."""
        self._found = await self.ask_beside(digest.digest)

    def show(self) -> None:
        """Shows the digest, section by section."""
        found = self._found
        if found is not None:
            self.put_title([(title(found), "bold", "")], self.session.who)
            self.fill(_lines(sections(found, self.session.roster), self.size.width - _AROUND), self.place)

    def offers(self, row: Row, key: str) -> bool:
        """Whether the line is about a case."""
        return bool(row.cases)

    def key(self, row: Row) -> Hashable:
        """Identifies a row by its place."""
        return row.place

    def choose(self, row: Row) -> None:
        """Goes to the case of the line, or lists its cases."""
        if not row.cases:
            self.host.say("This line is about no case.")
        elif len(row.cases) == 1:
            self.dismiss(row.cases[0])
        elif len(row.cases) > MAX_NUMBERS:
            self.host.say(f"{len(row.cases):,} cases are too many to list.")
        else:
            self.dismiss(ShowList(number_filter(sorted(row.cases))))

    def action_story(self) -> None:
        """Asks a lead which story the digest tells."""
        self.host.spawn(self._ask_for_story())

    async def _ask_for_story(self) -> None:
        found = await self.ask(lambda desk: stories.choices(desk, LONGEST))
        if not found or not self.is_current:
            self.host.say("No exception ended with a decision.", "There is no other story to tell.")
            return
        told = self._found.story if self._found is not None else None
        newest = Item(id=_NEWEST, text="the newest story", help="The exception that ended last and changes something.")
        items = [
            Item(
                id=str(one.case),
                text=f"case {one.case}: {one.cause}",
                help=f"{ended(one.subject)} Decided: {one.decided}",
            )
            for one in found
        ]
        pick = ChooseOne("Which story the digest tells", [newest, *items], at=str(told.case) if told else None)
        self.host.open(pick, self._choose_story, self)

    def _choose_story(self, id: str | None) -> None:
        if id is not None:
            self.host.spawn(self._tell_story(None if id == _NEWEST else int(id)))

    async def _tell_story(self, case: int | None) -> None:
        def work(desk: Desk) -> Outcome:
            stories.choose(desk, case)
            return Outcome(command=None, cases=())

        await self.session.backend.ask(self.session.as_own(work, self.session.person))
        which = "the newest story again" if case is None else f"the story of case {case} for a week"
        self.host.say(f"The digest tells {which}.")
        if not self.is_left:
            self.action_refresh()


def _lines(found: list[Section], width: int) -> list[ListRow]:
    rows: list[ListRow] = []

    def add(sections: list[Section], cases: tuple[int, ...] = (), skip: int = 0) -> None:
        for line in section_lines(sections, width)[skip:]:
            drawn = Content.assemble(" ", *((text, _STYLES.get(tone, "")) for text, tone in line))
            rows.append(ListRow(drawn, Row(place=len(rows), cases=cases)))

    for section in found:
        if rows:
            rows.append(ListRow(Content("")))
        add([Section(section.heading, ())])
        head = len(section_lines([Section(section.heading, ())], width))
        for item in section.items:
            add([Section(section.heading, (item,))], item.cases, head)
    return rows
