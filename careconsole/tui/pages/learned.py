"""The page of what exceptions taught: how causes came up again, whether changes helped, and how leads were called."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import msgspec
from textual.content import Content

from careconsole.desk.queries import learned
from careconsole.desk.queries.learned import Learned, LearnedCause
from careconsole.domain.case.narrator import ended
from careconsole.domain.learning.kinds import KINDS
from careconsole.domain.terminal_text import cell_width, display_text, fit
from careconsole.domain.time.moments import local
from careconsole.present.learned import HEADS, NONE, bars, counts, lead_words, load_lines, story_lines, weeks_in
from careconsole.present.queue_text import often
from careconsole.tui.pages.figures_page import FiguresPage
from careconsole.tui.pages.list_page import ListRow
from careconsole.tui.widgets.base_screen import ShowList

_SPANS = (4, 8, 13, 26, 52)
"""The numbers of weeks to choose from."""
_CELLS = (6, 6, 9, 7, 9, 7)
"""Cells of the counts, whose headings have two lines; the last one, of calls to leads, is left out if room is short."""
_CALLED = 5
"""The place of that count."""
_CAUSE, _LONGEST_CAUSE, _FEWEST, _MOST = 12, 44, 5, 26
"""Cells of a cause, at least and at most; the fewest and the most cells of the bars."""
_AROUND = 6
"""Cells before and between the columns, and of the scroll bar."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the page: its name and its cases; the cause that it is about, if it is about one."""

    name: str
    cases: tuple[int, ...]
    cause: LearnedCause | None = None


class LearnedScreen(FiguresPage[Row, ShowList | None]):
    """Lists causes, those that came up most first, then the calls to leads. Its result is the cases of one, or None."""

    SPANS = _SPANS
    LONGEST = 800

    def __init__(self) -> None:
        super().__init__()
        self._found: Learned | None = None
        self._weeks = _MOST

    def on_mount(self) -> None:
        """Shows the keys, and that it reads."""
        keys = ("← →", "which time"), ("F5", "reload"), ("Esc", "back")
        self.put_keys(*keys, on_row=[("Enter", "its cases")])
        self.put_about(self.READING)

    async def read(self) -> None:
        """Reads what was learned in the chosen weeks, beside the work that keys wait for."""
        span = self._span
        found = await self.ask_beside(lambda desk: learned.learned(desk, _SPANS[span]))
        if span == self._span:
            self._found = found

    # What is shown.

    def show(self) -> None:
        """Shows the causes and the calls; the cursor stays where it was."""
        found = self._found
        if found is None:
            return
        left = self.size.width - _AROUND - sum(_CELLS)
        shown = len(_CELLS) if left >= _CAUSE + _FEWEST else _CALLED
        left = self.size.width - _AROUND - sum(_CELLS[:shown])
        longest = max((cell_width(display_text(one.cause)) for one in found.causes), default=0)
        self._weeks = max(_FEWEST, min(_MOST, left - min(max(longest, _CAUSE), _LONGEST_CAUSE)))
        drawn, each = weeks_in(range(len(found.weeks)), self._weeks)
        bars_wide = max(_FEWEST, len(drawn))
        room = max(_CAUSE, min(_LONGEST_CAUSE, left - bars_wide))
        self.put_heads(_heads(room, bars_wide, shown, each))
        rows = [ListRow(self._line(one, room, bars_wide, shown), _row(one)) for one in found.causes]
        if not rows:
            rows.append(ListRow(Content("  No exception with a cause came up in this time.")))
        rows.append(ListRow(Content("")))
        calls = sum(week.calls for week in found.weeks)
        decided = sum(week.decided for week in found.weeks)
        for label, name, cases, per_week, told in (
            ("Leads", "Calls to leads", found.called, [week.calls for week in found.weeks], f"called {often(calls)}"),
            ("Playbooks", "Decided by a playbook", found.decided, [week.decided for week in found.weeks],
             f"decided {often(decided)}"),
        ):  # fmt: skip
            words = told if cases else NONE
            line = f"  {fit(label, room)}  {fit(self._bars(per_week), bars_wide)}  {words}"
            rows.append(ListRow(Content(line), Row(name=name, cases=cases)))
        self.fill(rows, self.place)
        self.put_about(f"as of {local(found.until, self.session.now())}")

    @property
    def about(self) -> str:
        """What exceptions taught, and in which time."""
        return f"What exceptions taught in {_SPANS[self._span]} weeks"

    def _bars(self, weeks: Sequence[int]) -> str:
        return bars(weeks_in(weeks, self._weeks)[0])

    def _line(self, one: LearnedCause, room: int, bars_wide: int, shown: int) -> Content:
        parts: list[tuple[str, str]] = [
            (fit(display_text(one.cause, room), room), "bold"),
            ("  ", ""),
            (fit(self._bars(one.weeks), bars_wide), "$text-primary"),
        ]
        for n, cells in zip(counts(one), _CELLS[:shown], strict=False):
            parts.append((f"{n or NONE:>{cells}}", "" if n else "$text-muted"))
        return Content.assemble("  ", *parts)

    def offers(self, row: Row, key: str) -> bool:
        """Whether there are cases behind the row."""
        return bool(row.cases)

    def key(self, row: Row) -> Hashable:
        """Identifies a row by its name, which a cause could share with no figure: causes are in lower case."""
        return row.name

    def words(self, row: Row | None) -> str:
        """What was done about the cause, and whether it helped; for calls, how the leads are loaded."""
        if row is None or self._found is None:
            return ""
        if row.cause is None:
            return " ".join(load_lines(self._found))
        lines = story_lines(row.cause, self.session.roster, self._found.until)
        if not lines:
            lines = ["Nobody has changed anything about it yet"]
        lines = [line for line in (lead_words(row.cause), *lines) if line]
        return " ".join(ended(line) for line in lines)

    # Keys.

    def choose(self, row: Row) -> None:
        """Lists the cases behind the row."""
        self.list_cases(row.name, row.cases)


def _heads(room: int, bars_wide: int, shown: int, each: int) -> Content:
    above, _, below = zip(*(name.rpartition(" ") for name in HEADS[:shown]), strict=True)
    first = "".join(f"{word:>{cells}}" for word, cells in zip(above, _CELLS, strict=False))
    second = "".join(f"{word:>{cells}}" for word, cells in zip(below, _CELLS, strict=False))
    names = f"  {fit('Cause', room)}  {fit('Weeks', bars_wide)}"
    span = f"bars of {each} weeks" if each > 1 else ""
    return Content.assemble((f"{span:>{len(names)}}{first}\n", "not underline"), f"{names}{second}")


def _row(one: LearnedCause) -> Row:
    cases = {number for kind in KINDS for number in one.cases[kind]}
    cases |= {change.case for change in one.open_changes}
    return Row(name=one.cause, cases=tuple(sorted(cases)), cause=one)
