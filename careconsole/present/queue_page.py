"""The queue and the wall display as HTML pages: a chart and tables, no script, nothing from elsewhere.

The wall has no names of customers and nothing that people wrote, as on a terminal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from careconsole.desk.queries.case_queries import COUNT_LIMIT, Page, QueueRow
from careconsole.desk.queries.wall import FIGURES, LISTS, WallBoard
from careconsole.domain.time.moments import DAY, local
from careconsole.present.charts import STYLE, Column, rows, table, table_parts, text
from careconsole.present.queue_text import COLUMNS, due_tone, due_words, kind_of, owner_words, row_cells
from careconsole.present.receipts.page import ends_of_page, html_page

_OVERDUE, _AT_RISK, _DAY, _LATER, _NOTHING = "overdue", "at risk", "due in 24 hours", "due later", "nothing due"
_WALL = ("No", "Priority", "Level", "Owner", "Due")
_DUE = (_OVERDUE, _AT_RISK, _DAY, _LATER, _NOTHING)


def queue_page(pages: Iterable[Page], team: str, filter: str) -> Iterator[str]:
    """The queue as a whole HTML page, piece by piece: what is due when, and a table of the cases in their order.

    `pages` are its parts, at least one, which can be gone through twice: the numbers come first.
    """
    shown, due, some = 0, Counter[str](), None
    for some in pages:
        shown += len(some.rows)
        due.update(_due(row, some.now) for row in some.rows if row.status == "open")
    assert some is not None
    what = f"{shown:,} of {_total(some)}" if some.total > shown else f"{shown:,}"
    cases = "case" if some.total == 1 else "cases"
    told = f"{what} {cases}{f' that match {filter}' if filter else ''}, as of {_at(some.now)}."
    begin, end = ends_of_page("en", f"Queue of {team}", STYLE)
    yield f'{begin}<p class="quiet">{text(told)}</p>\n'
    if shown:
        yield _chart("due", "What is due when", [(name, due[name]) for name in _DUE])
        lines = ((row_cells(row, page) for row in page.rows) for page in pages)
        yield from table_parts("Cases, in the order of the queue", COLUMNS, lines, (3, 4))
    yield end


def wall_page(board: WallBoard) -> str:
    """The wall display as a whole page."""
    counts = [(words, count) for (words, _, _), count in zip(FIGURES, board.counts, strict=True)]
    body = f'<p class="quiet">As of {text(_at(board.now))}.</p>\n{_chart("counts", "How many cases there are", counts)}'
    for (name, _), shown, total in zip(LISTS, board.lists, board.totals, strict=True):
        lines = [
            (
                str(row.number),
                row.priority,
                str(row.level),
                owner_words(row.owner, row.offered_to, board.roster),
                due_words(row.due_at, kind_of(row.due_kind, row.owner), board.now),
            )
            for row in shown
        ]
        more = f", the first {len(lines):,}" if total > len(lines) else ""
        body += f"<h2>{text(f'{name}: {total:,}')}</h2>\n"
        body += table(f"{name}{more}", _WALL, lines, (2,)) if lines else "<p>None.</p>\n"
    return html_page("en", f"{board.team}: what is late and due next", body, STYLE)


def _chart(id: str, title: str, counts: Sequence[tuple[str, int]]) -> str:
    most = max((n for _, n in counts), default=0)
    bars = [Column(label=name, words=f"{n:,}", height=n / most if most else 0.0) for name, n in counts]
    told = ", ".join(f"{name}: {n:,}" for name, n in counts)
    numbers = table(title, ("What", "Cases"), [(name, f"{n:,}") for name, n in counts], (1,))
    return rows(id, title, told, bars) + numbers


def _due(row: QueueRow, now: int) -> str:
    if row.due_at is None:
        return _NOTHING
    tone = due_tone(row, now)
    if tone:
        return _OVERDUE if tone == "late" else _AT_RISK
    return _DAY if row.due_at < now + DAY else _LATER


def _total(page: Page) -> str:
    return f"more than {COUNT_LIMIT:,}" if page.total > COUNT_LIMIT else f"{page.total:,}"


def _at(now: int) -> str:
    return local(now, now - 30 * DAY)  # a page stays: its time needs the date
