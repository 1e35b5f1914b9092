"""The line below the list of cases, which says what the list shows."""

from __future__ import annotations

from careconsole.tui.queue.model import QueueModel
from careconsole.tui.queue.refresher import QueueRefresher
from careconsole.tui.widgets.bars import why_empty


def state_parts(live: QueueRefresher, board: QueueModel) -> list[tuple[str, str, str]]:
    """Where the cursor is, order and filter, marks, what is held, what is new; or why the list is empty."""
    if not len(board):
        return [(why_empty(live.filter), "bold", "")]
    parts = [(f"{board.cursor + 1:,} of {len(board):,}", "", "")]
    parts.append((f" · by {live.sort}{', reversed' if live.reverse else ''}", "", ""))
    if live.filter:
        parts.append((f" · {live.filter}", "bold", ""))
    if board.marks:
        parts.append((f" · {len(board.marks):,} marked", "bold $text-accent", ""))
    if live.held:
        parts.append((f" · HELD, {len(live.waiting):,} changed (Z lets go)", "bold $text-warning", ""))
    if live.arrived:
        parts.append((f" · {len(live.arrived):,} new", "bold $text-success", ""))
    return parts + [(f" · {words}", "", "") for words in _about_the_case(board)]


def _about_the_case(board: QueueModel) -> list[str]:
    """What the signs before the subject stand for, on the case under the cursor: who else is there, or that it left."""
    current, words = board.current, []
    if current is not None and (beside := board.beside.get(current)):
        words.append(beside if beside.endswith("writes") else f"{beside} has it open")
    if current is not None and board.gone == current:
        words.append("no longer in this view")
    return words
