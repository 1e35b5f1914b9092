"""The columns of the list: what a cell says, and how columns share the width.

Every meaning is in words or signs; `tone` only adds a colour to it: "late", "soon", "level", "quiet", "strong" or "".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from msgspec.structs import replace

from careconsole.desk.queries.case_queries import QueueRow
from careconsole.domain.terminal_text import cell_width, display_text, fit
from careconsole.domain.time.moments import HOUR, format_span
from careconsole.present.queue_text import due_words, level_words, owner_words, span_words, subject_words
from careconsole.tui.queue.model import QueueModel

SOON = HOUR
"""What falls due within this span (milliseconds) has the tone "soon", unless its row says when it is at risk."""
_LEAST_SUBJECT = 18
_ROOMY_SUBJECT = 44
_LEVEL = 8
"""Cells that a level needs for a short name, how many others are called, and that nobody has it in hand yet."""

Cell = tuple[str, str]
"""The text of a cell, and its tone."""


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A column: its head, its least and best width in cells, its rank for being left out when room is short (the
    highest first; 0 never), and the function for the cell of a row (its flag: narrower than the best width)."""

    id: str
    head: str
    help: str
    least: int
    best: int
    rank: int
    cell: Callable[[QueueRow, QueueModel, bool], Cell]
    right: bool = False
    sort: str = ""


def _column(
    id: str,
    head: str,
    help: str,
    widths: tuple[int, int],
    rank: int,
    cell: Callable[[QueueRow, QueueModel, bool], Cell],
    *,
    sort: str = "",
    right: bool = False,
) -> Column:
    least, best = widths
    return Column(id=id, head=head, help=help, least=least, best=best, rank=rank, cell=cell, sort=sort, right=right)


def _number(row: QueueRow, board: QueueModel, short: bool) -> Cell:
    return str(row.number), "quiet"


def _level(row: QueueRow, board: QueueModel, short: bool) -> Cell:
    return level_words(row, board.roster, board.now, short=short), "level"


def _due(row: QueueRow, board: QueueModel, short: bool) -> Cell:
    if row.status != "open":
        ago = (
            ""
            if row.resolved_at is None or row.status != "resolved"
            else f" {format_span(max(0, board.now - row.resolved_at))} ago"
        )
        return f"{row.status}{ago}", "quiet"
    words = due_words(row.due_at, row.due_kind, board.now, short=short)
    if row.due_at is None:
        return words, ""
    if row.due_at < board.now:
        return words, "late"
    if row.risk_at is None:
        return words, "soon" if row.due_at < board.now + SOON else ""
    return (f"~ {words}", "soon") if row.risk_at <= board.now else (words, "")


def _age(row: QueueRow, board: QueueModel, short: bool) -> Cell:
    return span_words(max(0, board.now - row.opened_at), short=short), "quiet"


def _waits(row: QueueRow, board: QueueModel, short: bool) -> Cell:
    if row.waiting_since is None or row.status != "open":
        return "", ""
    return span_words(max(0, board.now - row.waiting_since), short=short), "strong"


def _owner(row: QueueRow, board: QueueModel, short: bool) -> Cell:
    words = owner_words(row.owner, row.offered_to, board.roster, short=short)
    mine = board.me is not None and board.me in (board.roster.answerable(row.owner), row.offered_to, row.responder)
    return words, "strong" if mine else ""


def _customer(row: QueueRow, board: QueueModel, short: bool) -> Cell:
    return board.customers.get(row.customer or 0, ""), ""


def _hops(row: QueueRow, board: QueueModel, short: bool) -> Cell:
    return str(row.moves) if row.moves else "", ""


def _tags(row: QueueRow, board: QueueModel, short: bool) -> Cell:
    return " ".join(f"#{tag}" for tag in row.tags), "quiet"


def _priority(row: QueueRow, board: QueueModel, short: bool) -> Cell:
    return ("" if row.priority == "normal" else row.priority), ""


def _silence(row: QueueRow, board: QueueModel, short: bool) -> Cell:
    return span_words(max(0, board.now - row.contact_at), short=short) if row.contact_at else "", "quiet"


def _channel(row: QueueRow, board: QueueModel, short: bool) -> Cell:
    return row.channel, "quiet"


def _known_as(row: QueueRow, board: QueueModel, short: bool) -> Cell:
    return f"{row.source}:{row.external_id}" if row.source else "", "quiet"


def _beside(row: QueueRow, board: QueueModel, short: bool) -> Cell:
    """Who else is there: "@Ben" has it open, "Ben writes" to the customer, "~Ben" changed it, "new Ben" opened it.

    "~" alone: it changed by itself, because something fell due.
    """
    parts = [who if who.endswith("writes") else f"@{who}" for who in filter(None, [board.beside.get(row.number, "")])]
    flag = board.flags.get(row.number)
    if flag is not None:
        parts.append(f"new {flag.who}".rstrip() if flag.new else f"~{flag.who}")
    if board.gone == row.number:
        parts.append("left view")
    return " ".join(parts), "soon"


def _signs(row: QueueRow, board: QueueModel) -> str:
    """The same as `_beside` in one cell each, for before the subject: who it is stands below the list."""
    beside, flag = board.beside.get(row.number, ""), board.flags.get(row.number)
    signs = "" if not beside else "✎" if "writes" in beside.rsplit(" ", 1)[-1] else "@"
    if flag is not None:
        signs += "+" if flag.new else "~"
    return signs + ("×" if board.gone == row.number else "")


def _subject(row: QueueRow, board: QueueModel, short: bool) -> Cell:
    return subject_words(row, short=True), "strong" if row.priority in ("high", "urgent") else ""


COLUMNS: tuple[Column, ...] = (
    _column("number", "No", "Its number", (3, 3), 0, _number, sort="number", right=True),
    _column("level", "Level", "Its level, and who is called", (6, 14), 1, _level, sort="level"),
    _column("due", "Due", "What falls due next, and when (~ at risk, ! breached)", (18, 27), 0, _due, sort="due"),
    _column("waits", "Waits", "How long the customer waits for us", (5, 7), 4, _waits, sort="waiting", right=True),
    _column("age", "Age", "Since when it is open", (4, 7), 2, _age, sort="age", right=True),
    _column("owner", "Owner", "Who has it", (10, 24), 0, _owner, sort="owner"),
    _column("customer", "Customer", "Whose case it is", (10, 18), 3, _customer, sort="customer"),
    _column("subject", "Subject", "What it is about", (_LEAST_SUBJECT, 400), 0, _subject),
    _column("tags", "Tags", "Its tags", (10, 18), 7, _tags),
    _column("hops", "Hops", "How often its owner changed", (4, 4), 6, _hops, sort="hops", right=True),
    _column("beside", "Also here", "Who else looks at it, or changed it", (9, 14), 5, _beside),
    _column("priority", "Priority", "How much it presses", (8, 8), 8, _priority),
    _column("silence", "Silence", "Since the last contact", (7, 8), 9, _silence, sort="silence", right=True),
    _column("channel", "Channel", "How it reached us", (7, 7), 10, _channel),
    _column("known", "Known as", "Its name elsewhere", (10, 20), 11, _known_as),
)
"""Every column, in the order of the list."""

USUAL: tuple[str, ...] = (
    "number", "level", "due", "waits", "age", "owner", "customer", "subject", "tags", "hops", "beside"
)  # fmt: skip
"""The columns of a list unless others were chosen."""


class Layout(msgspec.Struct, frozen=True):
    """The columns that fit a width, each with its own width."""

    columns: tuple[tuple[Column, int], ...]

    def has(self, id: str) -> bool:
        """Whether a column is shown."""
        return any(column.id == id for column, _ in self.columns)


def lay_out(width: int, chosen: Sequence[str] = USUAL, digits: int = 3, sort: str = "") -> Layout:
    """Which of the `chosen` columns fit `width` cells, and how they share it; case numbers have `digits` digits.

    The column that the list is sorted by is fitted in before the others.

    Columns get their least width by rank as long as the subject keeps its own; what is left widens the level to a
    readable size, the subject to a comfortable one, then the others to their best, then the subject again.
    """
    wanted = [c for c in COLUMNS if c.id in chosen or c.rank == 0 or (sort and c.sort == sort)]
    if digits > 3:
        wanted = [replace(c, least=digits, best=digits) if c.id == "number" else c for c in wanted]
    room = width - sum(c.least + 1 for c in wanted if c.rank == 0) + 1
    kept = {c.id for c in wanted if c.rank == 0}
    for column in sorted((c for c in wanted if c.rank), key=lambda c: (not sort or c.sort != sort, c.rank)):
        if room >= column.least + 1:
            kept.add(column.id)
            room -= column.least + 1
    columns = [c for c in wanted if c.id in kept]
    widths = {c.id: c.least for c in columns}
    room = max(0, room)
    if "level" in widths:
        more = min(room, _LEVEL - widths["level"])
        widths["level"] += more
        room -= more
    step = min(room, _ROOMY_SUBJECT - _LEAST_SUBJECT) // 2  # half of what is left, until the subject is roomy
    widths["subject"] += step
    room -= step
    for column in sorted(columns, key=lambda c: c.rank):
        if column.id != "subject":
            more = min(room, column.best - column.least)
            widths[column.id] += more
            room -= more
    widths["subject"] += room
    return Layout(tuple((c, widths[c.id]) for c in columns))


def cells(row: QueueRow, board: QueueModel, layout: Layout) -> list[Cell]:
    """The cells of a row, each in exactly its column's width, made safe."""
    found = []
    for column, width in layout.columns:
        text, tone = column.cell(row, board, width < column.best)
        if column.id == "level" and width < column.best:  # when short, the name is cut before the signs are
            text = level_words(row, board.roster, board.now, short=True, room=width)
        text = display_text(text, width)
        if column.id == "subject" and not layout.has("beside"):
            text = display_text(f"{_signs(row, board)} {text}".lstrip(), width)
        found.append((text.rjust(width) if column.right and cell_width(text) <= width else fit(text, width), tone))
    return found
