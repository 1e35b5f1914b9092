"""The page of what exceptions taught: how causes came up again, whether changes helped, and how leads were called."""

from __future__ import annotations

from collections.abc import Hashable

import msgspec
from textual.content import Content

from careconsole.commands.key_table import key_of
from careconsole.desk.queries import learned
from careconsole.desk.queries.learned import Learned, LearnedCause
from careconsole.domain.filters.language import MAX_NUMBERS, number_filter
from careconsole.domain.learning.kinds import AFTER_CHANGE, AGAIN, DECIDED, FIRST, WITH_PLAYBOOK
from careconsole.domain.terminal_text import display_text, fit
from careconsole.domain.time.moments import local
from careconsole.present.learned import bars, load_lines, story_lines
from careconsole.tui.pages.list_page import ListPage, ListRow
from careconsole.tui.screen_left import ScreenLeft
from careconsole.tui.widgets.base_screen import ShowList
from careconsole.tui.widgets.bindings import bound

SPANS = (4, 8, 13, 26, 52)
"""The numbers of weeks to choose from."""
_USUAL = 1
_AGAIN = 5.0
"""Seconds after which others' changes are taken in: the read grows with the number of events."""
_COUNTS = (
    (FIRST, "First"),
    (AGAIN, "Again"),
    (WITH_PLAYBOOK, "Playbook"),
    (AFTER_CHANGE, "Changed"),
    (DECIDED, "Decided"),
)
_COUNT, _LONGEST_CAUSE = 9, 44
"""Cells of a count, and at most of a cause."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the page: its name and its cases; the cause that it is about, if it is about one."""

    name: str
    cases: tuple[int, ...]
    cause: LearnedCause | None = None


class LearnedScreen(ListPage[Row, "ShowList | None"]):
    """Lists causes, those that came up most first, then the calls to leads. Its result is the cases of one, or None."""

    BINDINGS = [
        *bound("back", "back"),
        *bound("quit", "back", "Back", only=["q"]),
        *bound("right", "span(1)", "A longer time", priority=True),
        *bound("left", "span(-1)", "A shorter time", priority=True),
        *bound("refresh", "refresh"),
    ]
    HEADS = True
    LONGEST = 800

    def __init__(self) -> None:
        super().__init__()
        self._chosen = _USUAL
        self._found: Learned | None = None

    def on_mount(self) -> None:
        """Shows the keys, and that it reads."""
        keys = (("Enter", "its cases"), ("← →", "which time"), (key_of("refresh"), "reload"), ("Esc", "back"))
        self.put_keys(*keys)
        self._title("reading ...")

    def on_change(self) -> None:
        """Reads again after a while."""
        if self._soon is None:
            self._soon = self.set_timer(_AGAIN, self.action_refresh)

    async def read(self) -> None:
        """Reads what was learned in the chosen weeks, beside the work that keys wait for."""
        chosen = self._chosen
        found = await self.session.backend.ask_beside(lambda desk: learned.learned(desk, SPANS[chosen]))
        if self.is_left:
            raise ScreenLeft
        if chosen == self._chosen:
            self._found = found

    # What is shown.

    def show(self) -> None:
        """Shows the causes and the calls; the cursor stays where it was."""
        found = self._found
        if found is None:
            return
        weeks = max(len(found.weeks), 5)
        room = min(_LONGEST_CAUSE, max(12, self.size.width - 2 - weeks - 2 - _COUNT * len(_COUNTS) - 2))
        counts = "".join(f"{head:>{_COUNT}}" for _, head in _COUNTS)
        self.put_heads(Content(f"  {fit('Cause', room)}  {fit('Weeks', weeks)}{counts}"))
        rows = [ListRow(self._line(one, room, weeks), _row(one)) for one in found.causes]
        if not rows:
            rows.append(ListRow(Content("  No exception with a cause came up in this time.")))
        rows.append(ListRow(Content("")))
        calls = sum(week.calls for week in found.weeks)
        decided = sum(week.decided for week in found.weeks)
        for name, cases, per_week, times in (
            ("Calls to leads", found.called, [week.calls for week in found.weeks], calls),
            ("Decided by a playbook", found.decided, [week.decided for week in found.weeks], decided),
        ):
            line = Content(f"  {fit(name, room)}  {fit(bars(per_week), weeks)}{times or '·':>{_COUNT}}")
            rows.append(ListRow(line, Row(name=name, cases=cases)))
        self.fill(rows, self.place)
        self._title(f"as of {local(found.until, self.session.now())}")

    def _title(self, right: str) -> None:
        self.put_title([(f"What exceptions taught in {SPANS[self._chosen]} weeks", "bold", "")], (right, ""))

    def _line(self, one: LearnedCause, room: int, weeks: int) -> Content:
        parts: list[tuple[str, str]] = [
            (fit(display_text(one.cause, room), room), "bold"),
            ("  ", ""),
            (fit(bars(one.weeks), weeks), "$text-primary"),
        ]
        for kind, _ in _COUNTS:
            n = len(one.cases[kind])
            parts.append((f"{n or '·':>{_COUNT}}", "" if n else "$text-muted"))
        return Content.assemble("  ", *parts)

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
        return (
            "; ".join(line.rstrip(".") for line in lines) + "."
            if lines
            else "Nobody has changed anything about it yet."
        )

    # Keys.

    def choose(self, row: Row) -> None:
        """Lists the cases behind the row."""
        if not row.cases:
            self.host.say(f"{row.name}: no case.", "Left and right choose another time.")
        elif len(row.cases) > MAX_NUMBERS:
            self.host.say(f"{len(row.cases):,} cases are too many to list.", "The left arrow chooses a shorter time.")
        else:
            self.dismiss(ShowList(number_filter(sorted(row.cases))))

    def action_span(self, step: int) -> None:
        """Chooses more weeks (`step` 1) or fewer (-1)."""
        chosen = min(max(self._chosen + step, 0), len(SPANS) - 1)
        if chosen != self._chosen:
            self._chosen = chosen
            self._title("reading ...")
            self.action_refresh()


def _row(one: LearnedCause) -> Row:
    cases = {number for kind, _ in _COUNTS for number in one.cases[kind]}
    cases |= {change.case for change in one.open_changes}
    return Row(name=one.cause, cases=tuple(sorted(cases)), cause=one)
