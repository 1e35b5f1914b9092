"""The columns of the list: what a cell says, and how columns share the width.

Every meaning is in words or signs; `tone` only adds a colour to it: "late", "soon", "level", "quiet", "strong" or "".
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import msgspec
from msgspec.structs import replace

from careconsole.commands.row_signs import CHANGED, GONE, HERE, MOVES, NEW, WRITING
from careconsole.desk.queries.case_queries import QueueRow
from careconsole.domain.reply_states import BOUNCED, LATER, REFUSED, UNCERTAIN, WAITING
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import cell_width, display_text, fit
from careconsole.domain.time.moments import HOUR
from careconsole.present.queue_text import (
    awaits_since,
    level_words,
    owner_words,
    plain_subject,
    risk_sign,
    row_due_forms,
    span_words,
    widest_name,
)
from careconsole.tui.queue.model import QueueModel
from careconsole.tui.widgets.toned_lines import Line

SOON = HOUR
"""What falls due within this span (milliseconds) has the tone "soon", unless its row says when it is at risk."""
PRIORITY_SIGNS = {"urgent": "‼", "high": "!", "low": "↓"}
"""The sign of each priority but the normal one, which has none."""
LEVEL_SIGN = "▲"
MAIL_SIGNS = {WAITING: "→…", LATER: "→~", REFUSED: "→!", UNCERTAIN: "→?", BOUNCED: "←!"}
"""The sign of a mail to the customer: it waits, failed so far, was not sent, may not have been, or came back."""
_LEAST_SUBJECT = 18
_FAIR_SUBJECT, _GOOD_SUBJECT, _ROOMY_SUBJECT, _WIDE_SUBJECT = 24, 30, 50, 60
"""Cells of the subject before names are whole, before other columns get more than their least width, before those that
only add something are shown, and before any column gets its best width."""
_LONGEST_OWNER = 18
"""The most cells that the column of owners gets for the sake of long names."""
_EXTRAS, _ADDITIONS = 3, 5
"""From these ranks on, a column is shown only when the subject has a good width, and when it is roomy."""
_DUE_BRIEF, _DUE_KIND, _DUE_WORDS = 13, 19, 27
"""Cells that the due column needs to say what falls due in a word, in short, and in full."""
_LEVEL_NAME = 6
"""Cells that the level column needs to name who is called."""
_JOINED = " · "
"""What stands between a subject and the customer, where the customer has no column."""
_LEAST_CUSTOMER = 4

Cell = tuple[str, str]
"""The text of a cell, and its tone."""


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A column: its head, its least and best width in cells, its rank for being left out when room is short (the
    highest first; 0 never), and the function for the cell of a row (in so many cells).

    `sign` is the head where there is no room for the word.
    """

    id: str
    head: str
    help: str
    least: int
    best: int
    rank: int
    cell: Callable[[QueueRow, QueueModel, int], Cell]
    right: bool = False
    sort: str = ""
    sign: str = ""


def _column(
    id: str,
    head: str,
    help: str,
    widths: tuple[int, int],
    rank: int,
    cell: Callable[[QueueRow, QueueModel, int], Cell],
    *,
    sort: str = "",
    right: bool = False,
    sign: str = "",
) -> Column:
    least, best = widths
    return Column(
        id=id, head=head, help=help, least=least, best=best, rank=rank, cell=cell, sort=sort, right=right, sign=sign
    )


def _number(row: QueueRow, board: QueueModel, width: int) -> Cell:
    return str(row.number), "quiet"


def _priority(row: QueueRow, board: QueueModel, width: int) -> Cell:
    return PRIORITY_SIGNS.get(row.priority, ""), "quiet" if row.priority == "low" else "level"


def _level(row: QueueRow, board: QueueModel, width: int) -> Cell:
    if not row.level:
        return "", ""
    if width < _LEVEL_NAME:
        return f"{LEVEL_SIGN}{row.level}", "level"
    # The name is cut before the signs are.
    return LEVEL_SIGN + level_words(row, board.roster, board.now, short=True, room=width - 1), "level"


def _due(row: QueueRow, board: QueueModel, width: int) -> Cell:
    if row.status != "open":
        if row.resolved_at is None or row.status != "resolved":
            return row.status, "quiet"
        long, short = (span_words(max(0, board.now - row.resolved_at), short=short) for short in (False, True))
        ways = (f"{row.status} {long} ago", f"{row.status} {short} ago", f"{row.status} {short}", row.status)
        return next((some for some in ways if cell_width(some) <= width), row.status), "quiet"
    words = _due_words(row, board.now, width)
    if row.due_at is None:
        return words, ""
    if row.due_at < board.now:
        return words, "late"
    if row.risk_at is None:
        return words, "soon" if row.due_at < board.now + SOON else ""
    return (risk_sign(row, board.now) + words, "soon") if row.risk_at <= board.now else (words, "")


def _due_words(row: QueueRow, now: int, width: int) -> str:
    """What falls due and when, in the longest form that has room, with the sign of what is at risk."""
    full, *short, brief, shortest = row_due_forms(row, now)
    forms = [brief, shortest] if width < _DUE_KIND else [full, *short] if width >= _DUE_WORDS else short
    room = width - len(risk_sign(row, now))
    return next((words for words in forms if cell_width(words) <= room), forms[-1])


def _age(row: QueueRow, board: QueueModel, width: int) -> Cell:
    return span_words(max(0, board.now - row.opened_at), short=width < 7), "quiet"


def _waits(row: QueueRow, board: QueueModel, width: int) -> Cell:
    since = awaits_since(row)
    if since is None:
        return "", ""
    return span_words(max(0, board.now - since), short=width < 7), "strong"


def _owner(row: QueueRow, board: QueueModel, width: int) -> Cell:
    """Who has it, with an arrow to whom it is offered; nobody's is in the colour of risk."""
    roster = board.roster
    words = owner_words(row.owner, None, roster, short=width < 24)
    if row.offered_to is not None:
        # Whom it is offered to is news; who covers, and then the owner's name, gives way to it.
        to, owner = f"→ {roster.name(row.offered_to)}", roster.name(row.owner)
        ways = (f"{words} {to}", f"{owner} {to}", f"{owner[:1]}. {to}") if row.owner is not None else (to,)
        words = next((way for way in ways if cell_width(display_text(way)) <= width), ways[-1])
    asked = map(roster.who_receives, (row.offered_to, row.responder))
    mine = board.me is not None and board.me in (roster.answerable(row.owner), *asked)
    if row.owner is None and row.status == "open":
        return words, "soon"
    return words, "strong" if mine else ""


def _customer(row: QueueRow, board: QueueModel, width: int) -> Cell:
    return board.customers.get(row.customer or 0, ""), ""


def _hops(row: QueueRow, board: QueueModel, width: int) -> Cell:
    return str(row.moves) if row.moves else "", ""


def _tags(row: QueueRow, board: QueueModel, width: int) -> Cell:
    return " ".join(f"#{tag}" for tag in row.tags), "quiet"


def _silence(row: QueueRow, board: QueueModel, width: int) -> Cell:
    return span_words(max(0, board.now - row.contact_at), short=width < 8) if row.contact_at else "", "quiet"


def _channel(row: QueueRow, board: QueueModel, width: int) -> Cell:
    return row.channel, "quiet"


def _known_as(row: QueueRow, board: QueueModel, width: int) -> Cell:
    return f"{row.source}:{row.external_id}" if row.source else "", "quiet"


def _beside(row: QueueRow, board: QueueModel, width: int) -> Cell:
    """Who else is there: "@Ben" has it open, "Ben writing" to the customer, "*Ben" changed it, "new Ben" opened it.

    "*" alone: it changed by itself, because something fell due.
    """
    parts = [
        who if who.endswith("writing") else f"{HERE}{who}" for who in filter(None, [board.beside.get(row.number, "")])
    ]
    flag = board.flags.get(row.number)
    if flag is not None:
        parts.append(f"new {flag.who}".rstrip() if flag.new else f"{CHANGED}{flag.who}")
    if board.gone == row.number:
        left = "folded" if row.number in board.numbers else "no longer matches"
        parts.append("goes elsewhere" if board.moves else left)
    return " ".join(parts), "soon"


def _mail_sign(row: QueueRow) -> Line:
    """The sign of a mail to the customer that is not sent, for before the subject: its words stand below the list."""
    sign = MAIL_SIGNS.get(row.unsent, "")
    return ((f"{sign} ", "quiet" if row.unsent == WAITING else "soon"),) if sign else ()


def _signs(row: QueueRow, board: QueueModel) -> str:
    """The same as `_beside` in one cell each, for before the subject: who it is stands below the list."""
    beside, flag = board.beside.get(row.number, ""), board.flags.get(row.number)
    signs = "" if not beside else WRITING if beside.endswith("writing") else HERE
    if flag is not None:
        signs += NEW if flag.new else CHANGED
    if board.gone == row.number:
        signs += MOVES if board.moves else GONE
    return signs


def _subject(row: QueueRow, board: QueueModel, width: int) -> Cell:
    return plain_subject(row), ""


COLUMNS: tuple[Column, ...] = (
    _column("number", "No", "Its number", (3, 3), 0, _number, sort="number", right=True),
    _column("priority", "Priority", "‼ urgent, ! high, ↓ low", (1, 1), 0, _priority, sign="!"),
    _column(
        "subject",
        "Subject",
        "What it is about; mail: →… waits, →~ failed so far, →! refused, →? uncertain",
        (_LEAST_SUBJECT, 400),
        0,
        _subject,
    ),
    _column("level", "Level", "Its level (▲), and who is called", (2, 14), 1, _level, sort="level", sign=LEVEL_SIGN),
    _column("customer", "Customer", "The customer", (12, 18), 3, _customer, sort="customer"),
    _column("owner", "Owner", "Who owns it, and who it is offered to (→)", (10, 24), 0, _owner, sort="owner"),
    _column("age", "Age", "How long it has been open", (4, 7), 2, _age, sort="age", right=True),
    _column(
        "waits", "Waits", "How long the customer has been waiting for us", (5, 7), 4, _waits, sort="waiting", right=True
    ),
    _column("due", "Due", "What is due next, and when (~ at risk, ! overdue)", (9, _DUE_WORDS), 0, _due, sort="due"),
    _column("beside", "Also here", "Who else is looking at it (@), or changed it (*)", (9, 14), _ADDITIONS, _beside),
    _column("tags", "Tags", "Its tags", (10, 18), 7, _tags),
    _column("hops", "Hops", "How often its owner changed", (4, 4), 6, _hops, sort="hops", right=True),
    _column("silence", "Silence", "Time since the last message", (7, 8), 8, _silence, sort="silence", right=True),
    _column("channel", "Channel", "How it reached us", (7, 7), 9, _channel),
    _column("known", "Elsewhere", "Its number in another system", (10, 20), 10, _known_as),
)
"""Every column, in the order of the list."""

USUAL: tuple[str, ...] = (
    "number", "priority", "subject", "level", "customer", "owner", "age", "waits", "due", "beside", "tags", "hops"
)  # fmt: skip
"""The columns of a list unless others were chosen."""

VANISHING = frozenset({"priority", "level"})
"""The columns that are not shown while no row has anything in them."""


def used_by(row: QueueRow) -> frozenset[str]:
    """The vanishing columns in which a row has something."""
    used = {"level"} if row.level else set()
    return frozenset(used | {"priority"} if row.priority in PRIORITY_SIGNS else used)


def name_cells(rows: Sequence[QueueRow], roster: Roster) -> int:
    """Cells in which the names of owners are whole, and of those to whom a case is offered, after an initial."""
    offered = widest_name(roster, {row.offered_to for row in rows})
    return max(widest_name(roster, {row.owner for row in rows}), offered + len("A. → ") if offered else 0)


class Layout(msgspec.Struct, frozen=True):
    """The columns that fit a width, each with its own width."""

    columns: tuple[tuple[Column, int], ...]

    def has(self, id: str) -> bool:
        """Whether a column is shown."""
        return any(column.id == id for column, _ in self.columns)


def in_order(chosen: Sequence[str]) -> list[Column]:
    """Every column: those that are named in their order, each other one after the one it usually follows."""
    by_id = {column.id: column for column in COLUMNS}
    found = [by_id[id] for id in chosen]
    for place, column in enumerate(COLUMNS):
        if column not in found:
            at = found.index(COLUMNS[place - 1]) + 1 if place else 0
            found.insert(at, column)
    return found


def lay_out(
    width: int,
    chosen: Sequence[str] = USUAL,
    digits: int = 3,
    sort: str = "",
    used: Collection[str] = VANISHING,
    names: int = 0,
) -> Layout:
    """Which of the `chosen` columns fit `width` cells, and how they share it; case numbers have `digits` digits.

    Names of owners have up to `names` cells.

    The chosen ones stand in the order in which they are named. A vanishing column is shown if it is in `used`, or if
    the list is sorted by it.

    The subject comes first, but the due time has room for a word of what is due, and names are whole if a fair part of
    the subject is, too. The subject gets a good width, then the column that the list is sorted by is shown, the due
    time says what is due in more words, and customer, waiting time and what somebody chose besides the usual columns
    are shown. Then the subject becomes roomy; only then is there room for what adds to a row, and for other columns to
    grow. What is left is the subject's.
    """
    wanted = [c for c in in_order(chosen) if c.id in chosen or c.rank == 0 or (sort and c.sort == sort)]
    wanted = [c for c in wanted if c.id not in VANISHING or c.id in used or (sort and c.sort == sort)]
    if digits > 3:
        wanted = [replace(c, least=digits, best=digits) if c.id == "number" else c for c in wanted]
    widths = {c.id: c.least for c in wanted if c.rank == 0}
    room = width - sum(cells + 1 for cells in widths.values()) + 1

    def fit_in(columns: Sequence[Column]) -> None:
        nonlocal room
        for column in sorted(columns, key=lambda c: c.rank):
            if room >= column.least + 1:
                widths[column.id] = column.least
                room -= column.least + 1

    def grow(id: str, cells: int) -> None:
        nonlocal room
        more = max(0, min(room, cells - widths[id]))
        widths[id] += more
        room -= more

    fit_in([c for c in wanted if c.rank == 1])
    if room >= _DUE_BRIEF - widths["due"]:
        grow("due", _DUE_BRIEF)
    fit_in([c for c in wanted if 1 < c.rank < _EXTRAS])
    grow("subject", _FAIR_SUBJECT)
    grow("owner", min(names, _LONGEST_OWNER))
    grow("subject", _GOOD_SUBJECT)
    fit_in([c for c in wanted if sort and c.sort == sort and c.id not in widths])
    if room >= _DUE_KIND - widths["due"]:  # a part of it would say no more than before
        grow("due", _DUE_KIND)
    fit_in([c for c in wanted if c.id not in widths and (c.rank < _ADDITIONS or c.id not in USUAL)])
    grow("subject", _ROOMY_SUBJECT)
    fit_in([c for c in wanted if c.id not in widths])
    grow("subject", _WIDE_SUBJECT)
    columns = [c for c in wanted if c.id in widths]
    for column in sorted(columns, key=lambda c: c.rank):
        if column.id != "subject":
            grow(column.id, column.best)
    widths["subject"] += max(0, room)
    return Layout(tuple((c, widths[c.id]) for c in columns))


def cells(row: QueueRow, board: QueueModel, layout: Layout) -> list[Line]:
    """The cells of a row, each as pieces that take exactly its column's width, made safe."""
    found: list[Line] = []
    for column, width in layout.columns:
        text, tone = column.cell(row, board, width)
        text = display_text(text, width)
        if column.id == "subject":
            found.append(_subject_pieces(text, row, board, layout, width))
        else:
            right = column.right and cell_width(text) <= width
            found.append(((text.rjust(width) if right else fit(text, width), tone),))
    return found


def _subject_pieces(text: str, row: QueueRow, board: QueueModel, layout: Layout, width: int) -> Line:
    """The subject, with what has no column of its own: who else is there before it, the customer in grey after it."""
    signs = "" if layout.has("beside") else _signs(row, board)
    before: Line = (*(((f"{signs} ", "soon"),) if signs else ()), *_mail_sign(row))
    left = width - sum(cell_width(words) for words, _ in before)
    text = display_text(text, left)
    customer = "" if layout.has("customer") else board.customers.get(row.customer or 0, "")
    room = left - cell_width(text) - len(_JOINED)
    if not customer or room < _LEAST_CUSTOMER:
        return (*before, (fit(text, left), ""))
    return (*before, (text, ""), (fit(_JOINED + display_text(customer, room), left - cell_width(text)), "quiet"))
