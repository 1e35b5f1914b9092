"""The text of the wall for a size: its figures, and its lists, below each other or side by side.

Lines are made safe; tones only colour what words and signs say as well.
"""

from __future__ import annotations

from careconsole.desk.queries.wall import FIGURES, LISTS, WallBoard, WallRow
from careconsole.domain.terminal_text import cell_width, display_text, fit
from careconsole.present.queue_text import due_words, kind_of, owner_words
from careconsole.tui.queue.columns import LEVEL_SIGN, PRIORITY_SIGNS
from careconsole.tui.widgets.toned_lines import Line

SIDE_BY_SIDE_FROM = 150
"""Cells from which the lists stand side by side."""
_BETWEEN = 3
"""Cells between two lists."""
_LEAST = 3
"""Lines that each list keeps when another one is long: its heading, a row, and how many more there are."""


def figure_lines(board: WallBoard, width: int) -> list[Line]:
    """The figures in a row; what has no room left begins another."""
    lines: list[Line] = []
    row: list[tuple[str, str]] = []
    used = 0
    for (words, _, tone), count in zip(FIGURES, board.counts, strict=True):
        pieces = ((f"{count:,}", tone or "strong" if count else "quiet"), (f" {words}", "" if count else "quiet"))
        cells = sum(cell_width(text) for text, _ in pieces)
        if row and used + 3 + cells > width:
            lines.append(tuple(row))
            row, used = [], 0
        if row:
            row.append((" · ", "quiet"))
            used += 3
        row += pieces
        used += cells
    return [*lines, tuple(row)]


def list_lines(board: WallBoard, width: int, height: int) -> list[Line]:
    """The lists, in so many lines at most."""
    if width >= SIDE_BY_SIDE_FROM:
        return _beside(board, width, height)
    lines: list[Line] = []
    sizes = [len(rows) for rows in board.lists]
    for place in range(len(LISTS)):
        later = sum(min(_LEAST, 2 + size) for size in sizes[place + 1 :])
        room = height - len(lines) - later
        if room >= 2:
            lines += _list(board, place, width, room)
    return lines[:height]


def _beside(board: WallBoard, width: int, height: int) -> list[Line]:
    """The lists side by side, each as wide as the others."""
    each = (width - _BETWEEN * (len(LISTS) - 1)) // len(LISTS)
    columns = [_list(board, place, each, height) for place in range(len(LISTS))]
    lines: list[Line] = []
    for at in range(max(map(len, columns))):
        pieces: list[tuple[str, str]] = []
        for column in columns:
            line = column[at] if at < len(column) else ()
            filled = sum(cell_width(text) for text, _ in line)
            pieces += [*line, (" " * (each - filled + _BETWEEN), "")]
        lines.append(tuple(pieces[:-1]))
    return lines


def _list(board: WallBoard, place: int, width: int, height: int) -> list[Line]:
    """One list in at most `height` lines: its heading with how many there are, rows, and how many more there are."""
    name, rows, total = LISTS[place][0], board.lists[place], board.totals[place]
    words = f"{name} {total:,} "
    rule = "─" * max(0, width - cell_width(words) - 3)
    lines: list[Line] = [(("── ", "quiet"), (words, "late" if place == 0 and total else "strong"), (rule, "quiet"))]
    room = height - 1
    shown = rows if total <= room else rows[: max(0, room - 1)]
    numbers = max((len(str(row.number)) for row in shown), default=1)
    owners = [display_text(owner_words(row.owner, row.offered_to, board.roster, short=True), 60) for row in shown]
    due = [due_words(row.due_at, kind_of(row.due_kind, row.owner), board.now) for row in shown]
    most = max(8, width - numbers - 10 - max(map(cell_width, due), default=0))
    wide = min(most, max(map(cell_width, owners), default=0))
    for row, owner, words in zip(shown, owners, due, strict=True):
        lines.append(_row(row, owner, words, numbers, wide, width, late=place == 0))
    if not total:
        lines.append((("  none", "quiet"),))
    elif total > len(shown):
        lines.append(((f"  and {total - len(shown):,} more", "quiet"),))
    return lines


def _row(row: WallRow, owner: str, due: str, numbers: int, wide: int, width: int, *, late: bool) -> Line:
    level = f"{LEVEL_SIGN}{row.level}" if row.level else ""
    used = 2 + numbers + 1 + 2 + 3 + wide + 2
    return (
        (f"  {row.number:>{numbers}} ", "strong"),
        (fit(PRIORITY_SIGNS.get(row.priority, ""), 2), "level"),
        (fit(level, 3), "level"),
        (fit(owner, wide) + "  ", "soon" if row.owner is None else ""),
        (display_text(due, max(4, width - used)), "late" if late else ""),
    )
