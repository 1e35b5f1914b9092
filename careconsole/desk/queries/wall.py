"""Query: what a wall display shows: counts of the whole team, and what is late, at risk and due next.

Anybody who passes can read a wall, so a row has only the case's number, priority, level, owner and due time. Customers'
names are left out, and so is everything that people wrote: a subject, a tag or a promise may contain a name, too. Rows
are in the order in which they fall due, and nothing is counted by person.
"""

from __future__ import annotations

import msgspec

from careconsole.desk.queries import case_queries
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.errors import NoTeam
from careconsole.domain.hints import suggest
from careconsole.domain.team.roster import Roster

FIGURES: tuple[tuple[str, str, str], ...] = (
    ("overdue", "is:overdue", "late"),
    ("at risk", "is:atrisk", "soon"),
    ("unassigned", "is:unassigned", "soon"),
    ("unacknowledged", "is:unacknowledged", "late"),
    ("waiting for us", "is:waiting", ""),
    ("open", "is:open", ""),
    ("parked", "is:parked", ""),
    ("resolved in 24h", "resolved:<24h", ""),
)
"""What is counted: in words, as a filter, and the tone while it is not zero."""
LISTS: tuple[tuple[str, str], ...] = (
    ("Overdue", "is:overdue"),
    ("At risk", "is:atrisk"),
    ("Due in the next 24 hours", "due:<24h -is:overdue -is:atrisk"),
)
"""What is listed, by due time: the heading, and the filter."""
_MOST = 100
"""The most rows that are read of a list, more than any terminal shows."""


class WallRow(msgspec.Struct, frozen=True):
    """A case on the wall, without anything that could name its customer. `due_at` is in epoch milliseconds."""

    number: int
    priority: str
    level: int
    owner: int | None
    offered_to: int | None
    due_at: int | None
    due_kind: str


class WallBoard(msgspec.Struct, frozen=True, kw_only=True):
    """What the wall shows at the moment `now`: a count for each of `FIGURES`; for each of `LISTS`, the first rows."""

    team: str
    identity: str
    counts: tuple[int, ...]
    lists: tuple[tuple[WallRow, ...], ...]
    totals: tuple[int, ...]
    roster: Roster
    now: int


def wall_board(desk: Desk) -> WallBoard:
    """Reads the board, in one transaction. Raises NoTeam when the database has no team."""

    def work(unit: UnitOfWork) -> WallBoard:
        roster = unit.roster
        if not roster.people:
            raise NoTeam(
                f"No team is set up in {desk.place} yet.", "Create one: {}.", suggest("init", team=..., lead=...)
            )
        filters = [filter for _, filter, _ in FIGURES] + [filter for _, filter in LISTS]
        counts = case_queries.counts(desk, filters, most=0)
        return WallBoard(
            team=desk.team_name(),
            identity=desk.identity(),
            counts=tuple(counts[: len(FIGURES)]),
            lists=tuple(_rows(desk, filter) for _, filter in LISTS),
            totals=tuple(counts[len(FIGURES) :]),
            roster=roster,
            now=unit.now,
        )

    return desk.read(work)


def _rows(desk: Desk, filter: str) -> tuple[WallRow, ...]:
    return tuple(
        WallRow(row.number, row.priority, row.level, row.owner, row.offered_to, row.due_at, row.due_kind)
        for row in case_queries.queue(desk, filter, limit=_MOST).rows
    )
