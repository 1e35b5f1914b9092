"""Cases as lines of a page, in the columns and colours of the queue."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from careconsole.desk.queries.case_queries import QueueRow
from careconsole.domain.team.roster import Roster
from careconsole.tui.queue.columns import Layout, cells, lay_out, name_cells, used_by
from careconsole.tui.queue.model import QueueModel

STYLES = {
    "late": "bold $text-error",
    "soon": "$text-warning",
    "level": "bold $text-accent",
    "quiet": "$text-muted",
    "strong": "bold",
}
"""The styles of the tones of a cell."""


class CaseRows:
    """Formats cases in `width` cells, with the chosen columns of the queue, as far as there is room for them."""

    def __init__(
        self, rows: Sequence[QueueRow], roster: Roster, now: int, me: int | None, width: int, chosen: Sequence[str]
    ) -> None:
        self._board = QueueModel()
        self._board.roster, self._board.now, self._board.me = roster, now, me
        digits = max((len(str(row.number)) for row in rows), default=3)
        used = frozenset[str]().union(*map(used_by, rows))
        self._layout: Layout = lay_out(width, chosen, digits, used=used, names=name_cells(rows, roster))

    def line(self, row: QueueRow) -> Content:
        """The line of a case."""
        parts: list[str | tuple[str, str]] = []
        for cell in cells(row, self._board, self._layout):
            parts += [(text, STYLES[tone]) if tone else text for text, tone in cell]
            parts.append(" ")
        return Content.assemble(*parts[:-1])
