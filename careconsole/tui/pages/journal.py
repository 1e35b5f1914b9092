"""The journal page: who changed the team, customers and settings, from what to what."""

from __future__ import annotations

from collections.abc import Hashable

from textual.content import Content

from careconsole.desk import Desk
from careconsole.desk.team import journal
from careconsole.desk.team.journal import JournalPage, Seen
from careconsole.domain.case.narrator import ended
from careconsole.domain.terminal_text import cell_width, display_text, fit
from careconsole.domain.time.moments import local
from careconsole.present.journal import change_words, who_words
from careconsole.present.queue_text import from_words
from careconsole.tui.pages.list_page import ListRow
from careconsole.tui.pages.time_range_page import TimeRangePage, begins
from careconsole.tui.widgets.bindings import bound

_SPANS = (
    (1, "since yesterday"),
    (7, "in the last 7 days"),
    (30, "in the last 30 days"),
    (0, "from the beginning"),
)
"""The time ranges to choose from: how many days (0: no limit), and in words."""
_MOST = 1_000
_AROUND = 4
_ROOMY = 100


class JournalScreen(TimeRangePage[Seen]):
    """Lists changes, the latest first; below, the one under the cursor in full, with its login and workstation."""

    BINDINGS = bound("journal", "back", "Back")
    SPANS = _SPANS
    LONGEST = 600

    def __init__(self) -> None:
        super().__init__()
        self._found: JournalPage | None = None

    async def read(self) -> None:
        """Reads the changes in the time range: all, or those by or about the person at work."""
        days = _SPANS[self._span][0]
        since = begins(self.session.now(), days) if days else 0
        person = self.session.person if self._mine else None

        def work(desk: Desk) -> JournalPage:
            return journal.read(desk, since=since, person=person, most=_MOST)

        self._found = await self.ask(work)

    # What is shown.

    def show(self) -> None:
        """Shows the list; the cursor stays where it was."""
        found, now = self._found, self.session.now()
        if found is None:
            return
        when = max([4, *(cell_width(local(seen.entry.at, now)) for seen in found.entries)])
        rows = [ListRow(self._line(seen, when), seen) for seen in found.entries]
        if not rows:
            rows.append(ListRow(Content(self._nothing)))
        elif len(rows) == _MOST:
            rows.append(ListRow(Content(f"and maybe more before these {_MOST:,}")))
        self.fill(rows)
        self._title(len(found.entries))

    @property
    def _nothing(self) -> str:
        whose = " by or about you" if self._mine else ""
        return f"Nothing was changed {_SPANS[self._span][1]}{whose}."

    def _line(self, seen: Seen, when: int) -> Content:
        assert self._found is not None
        now = self.session.now()
        room = max(20, self.size.width - _AROUND - when - 1)
        other = seen.own_login is False  # on a narrow screen only "!" says so; the login is shown below
        roster, actor = self._found.roster, seen.entry.actor
        name = roster.name(actor) if room < _ROOMY and actor is not None else who_words(seen, roster)
        who = display_text(name, max(10, room // 3))
        return Content.assemble(
            ("! " if other else "  ", "bold $text-warning" if other else ""),
            fit(local(seen.entry.at, now), when) + " ",
            (who, "bold"),
            f" {display_text(change_words(seen.entry, now), max(8, room - cell_width(who) - 3))}",
        )

    def _title(self, count: int) -> None:
        whose = ", by or about you" if self._mine else ""
        parts = [(f"Journal {_SPANS[self._span][1]}{whose}", "bold", "")]
        if count:
            parts.append((f": {count:,} change{'' if count == 1 else 's'}", "", ""))
        self.put_title(parts)
        other = "all" if self._mine else "mine"
        self.put_keys(("← →", "how far"), ("Tab", other), ("F5", "reload"), ("Esc", "back"))

    def key(self, row: Seen) -> Hashable:
        """Identifies a row by the entry's number."""
        return row.entry.number

    def words(self, row: Seen | None) -> str:
        """The change in full, with its login and workstation."""
        if row is None or self._found is None:
            return ""
        entry = row.entry
        who = self._found.roster.name(entry.actor) if entry.actor is not None else "Somebody"
        place = f" ({from_words(entry.login, entry.workstation)})" if entry.login else ""
        return f"{who}{place} {ended(change_words(entry, self.session.now()))}"
