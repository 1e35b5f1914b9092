"""The line below the list of cases, which says what the list shows and why in this order."""

from __future__ import annotations

from careconsole.tui.queue.list_lines import GROUP_WORDS
from careconsole.tui.queue.model import QueueModel
from careconsole.tui.queue.refresher import QueueRefresher

SORT_WORDS = {
    "due": "what falls due first",
    "waiting": "who has waited longest for our answer",
    "age": "the oldest first",
    "level": "the highest level first",
    "hops": "what changed hands most often",
    "number": "by number",
    "owner": "by the owner's name",
    "customer": "by the customer's name",
    "changed": "what changed last",
    "silence": "the longest since any contact",
    "resolved": "what was resolved last",
}
"""What comes first in each order."""


def state_parts(live: QueueRefresher, board: QueueModel) -> list[tuple[str, str, str]]:
    """Where the cursor is, order and filter, marks, what is held, what is new; an empty list says only its filter."""
    if not board.lines:
        return [("no case", "", ""), *_filter_parts(live)]
    parts = [(_place_words(board), "", "")]
    parts.append((f" · {SORT_WORDS[live.sort]}{', reversed' if live.reverse else ''}", "", ""))
    parts += _filter_parts(live)
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


def _place_words(board: QueueModel) -> str:
    """How many of how many: the place of the case under the cursor, or how many cases the group has."""
    total = f"of {len(board):,}" if board.counted else "of more"
    if board.rule is not None:
        size = f"{board.sizes[board.rule]:,} " if board.counted else ""
        return f"{GROUP_WORDS[board.rule]}: {size}{total}"
    if board.position is None:
        return "in a folded group" if board.current in board.numbers else f"not among the {len(board):,}"
    return f"{board.position:,} {total}"


def _filter_parts(live: QueueRefresher) -> list[tuple[str, str, str]]:
    return [(f" · {live.filter}", "bold", "")] if live.filter else []
