"""The page of the care report: six questions, their figures with a small chart of weeks, and the cases behind each.

Nothing on it is by person, and nothing can be sorted. The report is read in parts beside the console's other work.
"""

from __future__ import annotations

import time
from collections.abc import Hashable

import msgspec
from textual.content import Content

from careconsole.desk.queries.care_report import AT_ONCE, Asked, CareReport, begin_report
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
from careconsole.tui.pages.figures_page import FiguresPage
from careconsole.tui.pages.list_page import ListRow
from careconsole.tui.widgets.base_screen import ShowList
from careconsole.tui.widgets.bindings import bound

_SPANS = (4, 12, 26, 52)
"""How many weeks the figures are about; the charts always have twelve."""
_NAME, _CASES, _AROUND = 25, 6, 6
_LEAST_FIGURE = 20
_WIDE = 110
"""Cells from which a bar is three cells wide."""


class Row(msgspec.Struct, frozen=True):
    """A line of the page: its name, what is said below the list, and its cases."""

    name: str
    words: str
    cases: tuple[int, ...]


class ReportScreen(FiguresPage[Row, ShowList | None]):
    """Lists the figures by question. Its result is the list of the cases behind one of them, or None."""

    BINDINGS = bound("next", "mine", "Mine or all", priority=True)
    SPANS = _SPANS
    LONGEST = 800

    def __init__(self) -> None:
        super().__init__()
        self._found: CareReport | None = None

    def on_mount(self) -> None:
        """Shows the keys, and that it reads."""
        keys = ("← →", "which time"), ("Tab", "mine or all"), ("F5", "reload"), ("Esc", "back")
        self.put_keys(*keys, on_row=[("Enter", "its cases")])
        self.put_about(self.READING)

    async def read(self) -> None:
        """Reads the report, some cases at a time; begins anew when something else is chosen meanwhile."""
        span, mine, began = self._span, self._mine, time.monotonic()
        weeks = _SPANS[span]
        since = None if weeks == COUNT else self.session.now() - weeks * WEEK
        reading = await self.ask_beside(lambda desk: begin_report(desk, Asked(since=since, me=mine)))
        for at in range(0, len(reading.numbers), AT_ONCE):
            some = reading.numbers[at : at + AT_ONCE]
            if at:
                self.put_about(f"reading {at:,} of {len(reading.numbers):,} ...")
            await self.ask_beside(lambda desk, some=some: reading.take(desk, some))  # type: ignore[misc]
            if (self._span, self._mine) != (span, mine):
                return  # what was chosen is read next
        found = await self.ask_beside(reading.finish)
        if (self._span, self._mine) == (span, mine):
            self._found, self._took = found, time.monotonic() - began

    # What is shown.

    def show(self) -> None:
        """Shows the questions with their figures, the longest silences and the stories; the cursor stays on its own."""
        found = self._found
        if found is None:
            return
        cells = 3 if self.size.width >= _WIDE else 1
        room = self.size.width - _AROUND - _NAME - _CASES - 1
        if room - len(found.weeks) * cells < _LEAST_FIGURE:
            cells = 0  # the figures come before the chart, which stands in numbers below the list
        chart = len(found.weeks) * cells
        room = max(_LEAST_FIGURE, room - chart)
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
        self.put_about(f"as of {local(found.until, self.session.now())}")

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
            line = Content.assemble(
                "  ", (f"{story.rule} (case {story.case}): ", ""), (display_text(story.text), "$text-muted")
            )
            text = f"Case {story.case}. {story.text} {story.words} {RULES}"
            rows.append(ListRow(line, Row(story.rule, " ".join(text.split()), (story.case,))))
        return rows or [ListRow(Content("  None of the rules found a story in this time."))]

    @property
    def about(self) -> str:
        """Which report it is, and about whose cases."""
        whose = "your own cases" if self._mine else "the team"
        return f"Care report, {_SPANS[self._span]} weeks: {whose}"

    def offers(self, row: Row, key: str) -> bool:
        """Whether there are cases behind the row."""
        return bool(row.cases)

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
        self.list_cases(row.name, row.cases)


def _line(one: Figure, room: int, cells: int) -> Content:
    name = f"  {one.definition.name}" if one.definition.beside else one.definition.name
    said = fitting_words(one, room)
    drawn = bars(one, cells) if cells and has_chart(one) else " " * (len(one.weeks) * cells)
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
