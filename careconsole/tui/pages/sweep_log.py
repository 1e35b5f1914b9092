"""The "Fallen due" page: what the sweep did since yesterday, or longer ago, and when it acts next."""

from __future__ import annotations

from collections.abc import Hashable

from textual.content import Content

from careconsole.desk import Desk
from careconsole.desk.cases import sweep
from careconsole.desk.cases.sweep import Act
from careconsole.desk.queries import case_queries
from careconsole.domain.case.narrator import ended
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import cell_width, display_text, fit
from careconsole.domain.time.moments import local
from careconsole.present.sweep_report import act_brief, act_words, briefly
from careconsole.tui.pages.list_page import ListRow
from careconsole.tui.pages.time_range_page import TimeRangePage, begins
from careconsole.tui.widgets.bindings import bound

_SPANS = ((0, "since today"), (1, "since yesterday"), (7, "in the last 7 days"), (30, "in the last 30 days"))
"""The time ranges to choose from: how many days, and in words."""
_MOST = 1_000
_ALL = 1_000_000_000
_AROUND = 4


class SweepLogScreen(TimeRangePage[Act]):
    """Lists what the sweep did, the latest first. Its result is the number of the case to go to, or None."""

    BINDINGS = bound("swept", "back", "Back")
    SPANS = _SPANS
    LONGEST = 300

    def __init__(self) -> None:
        super().__init__()
        self._roster = Roster({})
        self._acts: list[Act] | None = None
        self._next: int | None = None

    async def read(self) -> None:
        """Reads what the sweep did in the time range, and when it acts next."""
        mine = self._mine
        since = begins(self.session.now(), _SPANS[self._span][0])

        def work(desk: Desk) -> tuple[list[Act], int | None, Roster]:
            # Of one's own cases, all acts are read before those of the others are dropped.
            acts = sweep.done_since(desk, since, _ALL if mine else _MOST)
            if mine:
                own = set(case_queries.numbers(desk, "is:mine"))
                acts = [act for act in acts if act.before.number in own][:_MOST]
            acts = sweep.with_ends(desk, acts)
            acts.sort(key=lambda act: act.event.at, reverse=True)  # a sweep that catches up goes by case, not by time
            return acts, sweep.next_due(desk), desk.roster()

        self._acts, self._next, self._roster = await self.ask(work)

    # What is shown.

    def show(self) -> None:
        """Shows the list; the cursor stays where it was."""
        acts, now = self._acts, self.session.now()
        if acts is None:
            return
        when = max([4, *(cell_width(local(act.event.at, now)) for act in acts)])
        number = max([2, *(len(str(act.before.number)) for act in acts)])
        rows = [ListRow(self._line(act, when, number), act) for act in acts]
        if not acts:
            rows.append(ListRow(Content(self._nothing)))
        elif len(acts) == _MOST:
            rows.append(ListRow(Content(f"and maybe more before these {_MOST:,}")))
        self.fill(rows)
        self._title(acts)

    @property
    def _nothing(self) -> str:
        whose = " on your cases" if self._mine else ""
        return f"Nothing became overdue {_SPANS[self._span][1]}{whose}."

    def _line(self, act: Act, when: int, number: int) -> Content:
        now = self.session.now()
        room = max(20, self.size.width - _AROUND - when - number - 4)
        words = display_text(act_brief(act, self._roster, now), room * 4 // 5 if room > 50 else room)
        subject = display_text(act.before.subject, max(0, room - cell_width(words) - 2))
        called = act.event.kind == "call timed out"
        return Content.assemble(
            ("! " if called else "  ", "bold $text-error" if called else ""),
            fit(local(act.event.at, now), when) + " ",
            f"{act.before.number:>{number}}  ",
            (words, "bold"),
            f"  {subject}",
        )

    def _title(self, acts: list[Act]) -> None:
        now, whose = self.session.now(), " on your cases" if self._mine else ""
        parts = [(f"Overdue {_SPANS[self._span][1]}{whose}", "bold", "")]
        if acts:
            parts.append((f": {briefly(acts)}", "", ""))
        following = "" if self._next is None else f"next {local(max(now, self._next), now)}"
        self.put_title(parts, (following, "bold"))
        other = "all" if self._mine else "mine"
        keys = ("← →", "how far"), ("Tab", other), ("F5", "reload"), ("Esc", "back")
        self.put_keys(*keys, on_row=[("Enter", "go to the case")])

    def case_of(self, row: Act) -> int | None:
        """The case that the sweep did it to."""
        return row.before.number

    def key(self, row: Act) -> Hashable:
        """Identifies a row by the case and the number of the event in it."""
        return row.before.number, row.event.number

    def words(self, row: Act | None) -> str:
        """What was done, and on which case."""
        if row is None:
            return ""
        return f"{row.before.number} {row.before.subject}: {ended(act_words(row, self._roster, self.session.now()))}"

    def choose(self, row: Act) -> None:
        """Goes to the case."""
        self.dismiss(row.before.number)
