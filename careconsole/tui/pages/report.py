"""The page of the care report: six questions, their figures with a small chart of weeks, and the cases behind each.

Nothing on it is by person, and nothing can be sorted. The report is read in parts beside the console's other work.
"""

from __future__ import annotations

import time
from collections.abc import Hashable

import msgspec
from textual.content import Content

from careconsole.commands.key_table import shown_key
from careconsole.desk.queries.care_report import AT_ONCE, Asked, CareReport, begin_report
from careconsole.domain.filters.language import MAX_NUMBERS, number_filter
from careconsole.domain.report.figures import Figure
from careconsole.domain.report.panels import Panel
from careconsole.domain.report.weeks import COUNT
from careconsole.domain.terminal_text import display_text, fit
from careconsole.domain.time.moments import WEEK, local
from careconsole.present.care_report import (
    RULES,
    answered_words,
    bars,
    change_words,
    fitting_words,
    has_chart,
    notes,
    numbers,
    short_words,
    silence_words,
    stories,
    unknown_words,
    value_words,
)
from careconsole.tui.pages.list_page import ListPage, ListRow
from careconsole.tui.widgets.base_screen import ShowList
from careconsole.tui.widgets.bindings import bound

SPANS = (4, 12, 26, 52)
"""How many weeks the figures are about; the charts always have twelve."""
_USUAL = 1
_AGAIN, _SHARE = 5.0, 10.0
"""Others' changes are taken in after so many seconds, or as many times what reading took, whichever is longer."""
_NAME, _CASES, _AROUND = 25, 6, 6
_WIDE = 110
"""Cells from which a bar is three cells wide."""


class Row(msgspec.Struct, frozen=True):
    """A line of the page: its name, what is said below the list, and its cases."""

    name: str
    words: str
    cases: tuple[int, ...]


class ReportScreen(ListPage[Row, "ShowList | None"]):
    """Lists the figures by question. Its result is the list of the cases behind one of them, or None."""

    BINDINGS = [
        *bound("back", "back"),
        *bound("quit", "back", "Back", only=["q"]),
        *bound("right", "span(1)", "A longer time", priority=True),
        *bound("left", "span(-1)", "A shorter time", priority=True),
        *bound("next", "mine", "Mine or all", priority=True),
        *bound("refresh", "refresh"),
    ]
    HEADS = True
    LONGEST = 800

    def __init__(self) -> None:
        super().__init__()
        self._chosen, self._mine = _USUAL, False
        self._found: CareReport | None = None
        self._took = 0.0

    def on_mount(self) -> None:
        """Shows the keys, and that it reads."""
        keys = (("Enter", "its cases"), ("← →", "which time"), ("Tab", "mine or all"), ("F5", "reload"))
        self.put_keys(*keys, ("Esc", "back"))
        self._title("reading ...")

    def on_change(self) -> None:
        """Reads again after a while, since that takes long with many cases."""
        if self._soon is None:
            self._soon = self.set_timer(max(_AGAIN, _SHARE * self._took), self.action_refresh)

    async def read(self) -> None:
        """Reads the report, some cases at a time; begins anew when something else is chosen meanwhile."""
        chosen, mine, began = self._chosen, self._mine, time.monotonic()
        weeks = SPANS[chosen]
        since = None if weeks == COUNT else self.session.now() - weeks * WEEK
        reading = await self.ask_beside(lambda desk: begin_report(desk, Asked(since=since, me=mine)))
        for at in range(0, len(reading.numbers), AT_ONCE):
            some = reading.numbers[at : at + AT_ONCE]
            if at:
                self._title(f"reading {at:,} of {len(reading.numbers):,} ...")
            await self.ask_beside(lambda desk, some=some: reading.take(desk, some))  # type: ignore[misc]
            if (self._chosen, self._mine) != (chosen, mine):
                return  # what was chosen is read next
        found = await self.ask_beside(reading.finish)
        if (self._chosen, self._mine) == (chosen, mine):
            self._found, self._took = found, time.monotonic() - began

    # What is shown.

    def show(self) -> None:
        """Shows the questions with their figures, the longest silences and the stories; the cursor stays on its own."""
        found = self._found
        if found is None:
            return
        cells = 3 if self.size.width >= _WIDE else 1
        chart = len(found.weeks) * cells
        room = max(20, self.size.width - _AROUND - _NAME - chart - _CASES - 1)
        heads = f"  {'Figure':<{_NAME}} {'':<{room}} {fit('Weeks', chart)} {'Cases':>{_CASES}}"
        self.put_heads(Content(heads))
        rows: list[ListRow] = []
        for answered in found.panels:
            rows.append(ListRow(Content.assemble((display_text(answered.panel.question), "bold"))))
            rows += [
                ListRow(_line(one, room, cells), _row(one, answered.panel, found, room)) for one in answered.figures
            ]
            if answered.panel.id == "silence":
                rows += self._silences(found)
        rows.append(ListRow(Content.assemble(("Stories", "bold"))))
        rows += self._stories(found)
        self.fill(rows, self.place)
        self._title(f"as of {local(found.until, self.session.now())}")

    def _silences(self, found: CareReport) -> list[ListRow]:
        # A console shows cases with their customers, so the names need not be shortened here.
        rows = []
        for one in found.silences:
            text = silence_words(one, found, names=True)
            row = Row(f"silence {one.case}", f"One of the longest silences: {text}.", (one.case,))
            rows.append(ListRow(Content(f"    {display_text(text)}"), row))
        return rows

    def _stories(self, found: CareReport) -> list[ListRow]:
        rows = []
        for story in stories(found, names=True):
            line = Content.assemble("  ", (f"{story.rule}: ", ""), (display_text(story.text), "$text-muted"))
            text = f"Case {story.case}. {story.text} {story.words} {RULES}"
            rows.append(ListRow(line, Row(story.rule, " ".join(text.split()), (story.case,))))
        return rows or [ListRow(Content("  None of the rules found a story in this time."))]

    def _title(self, right: str) -> None:
        whose = "your own cases" if self._mine else "the team"
        self.put_title([(f"Care report, {SPANS[self._chosen]} weeks: {whose}", "bold", "")], (right, ""))

    def key(self, row: Row) -> Hashable:
        """Identifies a row by its name."""
        return row.name

    def words(self, row: Row | None) -> str:
        """What the figure means, its weeks in numbers, and what it does not show."""
        if row is not None:
            return row.words
        return " ".join(notes(self._found)) if self._found is not None else ""

    # Keys.

    def choose(self, row: Row) -> None:
        """Lists the cases behind the row."""
        count = len(row.cases)
        if not count:
            self.host.say(f"{row.name}: no case.", "Left and right choose another time.")
        elif count > MAX_NUMBERS:
            self.host.say(f"{count:,} cases are too many to list.", "The left arrow chooses a shorter time.")
        else:
            self.dismiss(ShowList(number_filter(row.cases)))

    def action_span(self, step: int) -> None:
        """Chooses a longer time (`step` 1) or a shorter one (-1)."""
        chosen = min(max(self._chosen + step, 0), len(SPANS) - 1)
        if chosen != self._chosen:
            self._chosen = chosen
            self._begin()

    def action_mine(self) -> None:
        """Switches between the team's report and that of one's own cases."""
        if self.session.person is None:
            self.host.say("Nobody is at work here yet.", f"Press {shown_key('who')} in the queue and say who you are.")
            return
        self._mine = not self._mine
        self._begin()

    def _begin(self) -> None:
        self._title("reading ...")
        self.action_refresh()


def _line(one: Figure, room: int, cells: int) -> Content:
    name = f"  {one.definition.name}" if one.definition.beside else one.definition.name
    said = fitting_words(one, room)
    drawn = bars(one, cells) if has_chart(one) else " " * (len(one.weeks) * cells)
    return Content.assemble(
        "  ",
        (fit(name, _NAME), "" if one.n else "$text-muted"),
        " ",
        (fit(said, room), "" if one.n else "$text-muted"),
        " ",
        (drawn, "$text-primary"),
        f" {len(one.cases):>{_CASES},}",
    )


def _row(one: Figure, panel: Panel, found: CareReport, room: int) -> Row:
    full = value_words(one)
    parts = [] if fitting_words(one, room) in (full, short_words(one)) else [f"{full[0].upper()}{full[1:]}."]
    parts.append(one.definition.meaning)
    if has_chart(one):
        parts.append(f"By week: {' '.join(numbers(one).split())}. {change_words(one)}")
    parts.append(unknown_words(one))
    parts.append(answered_words(found) if panel.id == "said" else "")
    parts.append(f"Not shown: {panel.not_shown}")
    return Row(one.definition.name, " ".join(filter(None, parts)), one.cases)
