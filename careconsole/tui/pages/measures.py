"""The measures page: how the cases opened in a span of time went, with a small chart and the cases behind each figure.

Nothing on it is by person, and nothing is ranked. The measures are read in parts beside the console's other work.
"""

from __future__ import annotations

import time
from collections.abc import Hashable, Sequence
from typing import Any, cast

import msgspec
from textual.content import Content
from textual.renderables.sparkline import Sparkline

from careconsole.desk.queries.measured_cases import (
    FEW,
    MEASURES,
    Measure,
    Spread,
    measure_cases,
    opened_cases,
    summary,
)
from careconsole.domain.filters.language import MAX_NUMBERS
from careconsole.domain.terminal_text import display_text, fit
from careconsole.domain.time.moments import DAY, WEEK, format_span, local
from careconsole.tui.pages.figures_page import FiguresPage
from careconsole.tui.pages.list_page import ListRow
from careconsole.tui.widgets.base_screen import ShowList
from careconsole.tui.widgets.bindings import bound


class Span(msgspec.Struct, frozen=True):
    """A span of time up to now: in words, as a filter, and the parts it is divided into, in milliseconds and in words.

    The parts of the whole time (`size` 0) are as long as the first case is old.
    """

    words: str
    filter: str
    size: int
    count: int
    part: str


_SPANS = (
    Span("in the last 7 days", "age:<7d", DAY, 7, "24 hours each"),
    Span("in the last 4 weeks", "age:<4w", 2 * DAY, 14, "2 days each"),
    Span("in the last 12 weeks", "age:<12w", WEEK, 12, "a week each"),
    Span("in the last 52 weeks", "age:<52w", 4 * WEEK, 13, "4 weeks each"),
    Span("so far", "", 0, 12, "a twelfth of the time each"),
)
"""The spans to choose from, the shortest first."""
_AT_ONCE = 200
"""Cases measured in one go; other work has its turn in between."""
_AROUND = 4
_NAME, _FIGURE, _LEAST_FIGURE, _CASES = 20, 36, 20, 7
"""Cells of the name of a measure, of its figure at most and at least, and of how many cases it is about."""
_WIDE, _WIDEST = 110, 150
"""Cells from which a bar of a chart is two cells wide, and three."""
_NONE = "·"
"""Stands in a chart for a part of the time with no cases, or too few to say."""


class Row(msgspec.Struct, frozen=True):
    """A measure with its cases, and its figure in each part of the time (None: nothing to say)."""

    measure: Measure
    spread: Spread
    parts: list[float | None]


class MeasuresScreen(FiguresPage[Row, "int | ShowList | None"]):
    """Lists the measures. Its result is the list of the cases behind one of them, one of these cases, or None."""

    BINDINGS = bound("measures", "back", "Back")
    SPANS = _SPANS
    READING = "measuring ..."
    LONGEST = 400

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Row] = []
        self._read: Span | None = None
        self._now = 0

    def on_mount(self) -> None:
        """Shows the keys, and that it measures."""
        keys = ("← →", "which time"), ("F5", "reload"), ("Esc", "back")
        self.put_keys(*keys, on_row=[("Enter", "its cases")])
        self.put_about(self.READING)

    async def read(self) -> None:
        """Measures the cases of the chosen time, some at a time; begins anew when another time is chosen meanwhile."""
        span, now, began = _SPANS[self._span], self.session.now(), time.monotonic()
        cases = await self.ask_beside(lambda desk: opened_cases(desk, span.filter, now))
        spreads = [Spread() for _ in MEASURES]
        for at in range(0, len(cases), _AT_ONCE):
            some = cases[at : at + _AT_ONCE]
            if at:
                self.put_about(f"measuring {at:,} of {len(cases):,} ...")
            await self.ask_beside(lambda desk, some=some: measure_cases(desk, some, now, spreads))  # type: ignore[misc]
            if _SPANS[self._span] is not span:
                return  # what was chosen is measured next
        since, size = _begin(span, cases, now)
        self._rows = [
            Row(one, spread, [_figure(one, part) for part in spread.parts(since, size, span.count)])
            for one, spread in zip(MEASURES, spreads, strict=True)
        ]
        self._read, self._now, self._took = span, now, time.monotonic() - began

    # What is shown.

    def show(self) -> None:
        """Shows the measures; the cursor stays on its own."""
        span = self._read
        if span is None:
            return
        cells = 1 + (self.size.width >= _WIDE) + (self.size.width >= _WIDEST)
        room = self.size.width - _AROUND - _NAME - _CASES - 3
        if room - span.count * cells < _LEAST_FIGURE:
            cells = 0  # the figures come before the chart, which stands in numbers below the list
        room = max(_LEAST_FIGURE, min(_FIGURE, room - span.count * cells))
        head = f"  {'Measure':<{_NAME}} {'':<{room}} {fit('Older → newer', span.count * cells)} {'Cases':>{_CASES}}"
        self.put_heads(Content(head))
        self.fill([ListRow(self._line(row, room, cells), row) for row in self._rows])
        self.put_about(f"as of {local(self._now, self.session.now())}")

    @property
    def about(self) -> str:
        """Of which cases the measures are."""
        return f"Measures of the cases opened {_SPANS[self._span].words}"

    def _line(self, row: Row, room: int, cells: int) -> Content:
        cases = len(row.spread.numbers)
        return Content.assemble(
            "  ",
            (fit(row.measure.name, _NAME), "bold" if cases else "$text-muted"),
            " ",
            (fit(display_text(total_words(row), room), room), "" if cases else "$text-muted"),
            " ",
            (chart(row.parts, cells), "$text-primary"),
            f" {cases:>{_CASES},}",
        )

    def offers(self, row: Row, key: str) -> bool:
        """Whether there are cases behind the figure."""
        return bool(row.spread.numbers)

    def key(self, row: Row) -> Hashable:
        """Identifies a row by its measure."""
        return row.measure.name

    def words(self, row: Row | None) -> str:
        """What the measure means, and its figure in each part of the time: the same as the chart, in words."""
        if row is None or self._read is None:
            return ""
        parts = " ".join(_part_words(row.measure, part) for part in row.parts)
        few = f"; {_NONE} is fewer than {FEW} cases" if row.measure.is_span else ""
        return f"{row.measure.meaning} {self._read.part.capitalize()}, the oldest first{few}: {parts}"

    # Keys.

    def choose(self, row: Row) -> None:
        """Lists the cases behind the figure: of a time, each with its own, the slowest first."""
        count = len(row.spread.numbers)
        if count and row.measure.is_span and self._read is not None:
            from careconsole.tui.pages.measured_cases import MeasuredCase, MeasuredCasesScreen

            took = [MeasuredCase(*one) for one in zip(row.spread.numbers, row.spread.amounts, strict=True)]
            page = MeasuredCasesScreen(row.measure, self._read.words, took)
            self.host.pages.open(page, self._follow, row.measure.name.lower())
            return
        if 0 < count <= MAX_NUMBERS and self._read is not None:
            cases = "case" if count == 1 else "cases"
            self.host.say(f"{row.measure.name}: {count:,} {cases} opened {self._read.words}.")
        self.list_cases(row.measure.name, row.spread.numbers)

    def _follow(self, found: int | ShowList | None) -> None:
        if found is not None:
            self.dismiss(found)


def total_words(row: Row) -> str:
    """The figure over the whole time: "12 promises", "median 2h 5m, 90 % within 1d", "too few to say (n = 3)"."""
    amounts = row.spread.amounts
    if not row.measure.is_span:
        total = int(sum(amounts))
        one, many = row.measure.unit or ("case", "cases")
        return f"{total:,} {one if total == 1 else many}"
    n, median, p90 = summary(amounts)
    if n < FEW:
        return f"too few to say (n = {n})"
    return f"median {_time(median)}, 90 % {_time(p90)}"


def chart(parts: Sequence[float | None], cells: int = 1) -> str:
    """The figures as bars of so many cells that begin at zero; "·" where there is nothing to say."""
    values = [part or 0.0 for part in parts]
    # Textual's bars stand on the least value. So a zero comes first, and is cut off: twice as high is twice as much.
    bars = Sparkline([0.0, *values], width=len(values) + 1).__rich_console__(cast(Any, None), cast(Any, None))
    text = "".join(segment.text for segment in cast(Any, bars))[1:]
    return "".join((bar if part else _NONE) * cells for bar, part in zip(text, parts, strict=True))


def _begin(span: Span, cases: Sequence[tuple[int, int]], now: int) -> tuple[int, int]:
    """When the first part of a span begins (epoch milliseconds), and how long each is."""
    if span.size:
        return now - span.size * span.count, span.size
    first = min((opened for _, opened in cases), default=now)
    return first, max(1, -(-(now - first + 1) // span.count))


def _figure(measure: Measure, amounts: list[float]) -> float | None:
    if measure.is_span:
        return summary(amounts)[1] if len(amounts) >= FEW else None
    return sum(amounts)


def _part_words(measure: Measure, part: float | None) -> str:
    if part is None:
        return _NONE
    return _time(part).replace(" ", "") if measure.is_span else f"{int(part):,}"


def _time(seconds: float | None) -> str:
    return format_span(int((seconds or 0) * 1000))
