"""The line below the list of cases, which says what the list shows and why in this order."""

from __future__ import annotations

from careconsole.commands.key_table import shown_key
from careconsole.desk.queries.case_queries import GROUPS
from careconsole.domain.counting import counted
from careconsole.domain.reply_states import BOUNCED
from careconsole.present.queue_text import unsent_words
from careconsole.tui.queue.list_lines import GROUP_WORDS
from careconsole.tui.queue.model import QueueModel
from careconsole.tui.queue.refresher import QueueRefresher
from careconsole.tui.threads.bulk import LONGEST

SORT_WORDS = {
    "due": "soonest due first",
    "waiting": "longest wait first",
    "age": "oldest first",
    "level": "highest level first",
    "hops": "most changes of owner first",
    "number": "by number",
    "owner": "by owner",
    "customer": "by customer",
    "changed": "last changed first",
    "silence": "longest since a message first",
    "resolved": "last resolved first",
}
"""What comes first in each order."""


def state_parts(live: QueueRefresher, board: QueueModel) -> list[tuple[str, str, str]]:
    """Place, order, filter, marks, what is held or new, a mail that is not sent, and who else has the case open.

    Of an empty list it says only the filter.
    """
    if not board.lines:
        return [("no case", "", ""), *_filter_parts(live), *_behind_parts(live)]
    parts = [(_place_words(board), "", "")]
    parts.append((f" · {_order_words(live, board)}", "", ""))
    parts += _filter_parts(live)
    if board.marks:
        parts.append((f" · {len(board.marks):,} marked", "bold $text-accent", ""))
    if live.held:
        parts.append(
            (f" · Paused, {len(live.waiting):,} changed ({shown_key('hold')} resumes)", "bold $text-warning", "")
        )
    parts += _behind_parts(live)
    # One that was opened before came back, or came from another list.
    moved = sum((flag := board.flags.get(number)) is not None and not flag.new for number in live.arrived)
    come = ((len(live.arrived) - moved, "new"), (moved, "moved here"))
    if words := ", ".join(f"{count:,} {what}" for count, what in come if count):
        parts.append((f" · {words}", "bold $text-success", ""))
    parts += _row_parts(board)
    if board.current is not None and (beside := board.beside.get(board.current)):
        parts.append((f" · {beside if beside.endswith('writing') else f'{beside} has it open'}", "", ""))
    return parts


def _order_words(live: QueueRefresher, board: QueueModel) -> str:
    """What comes first, and that parked cases come last where there are any."""
    parked = bool(board.sizes) and board.sizes[GROUPS.index("parked")] > 0
    return f"{SORT_WORDS[live.sort]}{', reversed' if live.reverse else ', parked last' if parked else ''}"


def _row_parts(board: QueueModel) -> list[tuple[str, str, str]]:
    """What the row under the cursor says only with a sign, in words, with the key that leads on."""
    row = board.row(board.current) if board.current is not None else None
    if row is None or not row.unsent:
        return []
    leads = "" if row.unsent == BOUNCED else f" ({shown_key('mail')})"  # one that came back is told in the case
    return [(f" · {unsent_words(row)}{leads}", "bold $text-warning", "")]


def _place_words(board: QueueModel) -> str:
    """How many of how many: the place of the case under the cursor, or how many cases the group has."""
    total = f"of {len(board):,}" if board.counted else "of more"
    if board.rule is not None:
        size = f"{board.sizes[board.rule]:,} " if board.counted else ""
        return f"{GROUP_WORDS[board.rule]}: {size}{total}"
    if board.moves:
        return f"goes to {board.position:,} {total}"
    if board.position is None:
        return (
            "in a folded group" if board.current in board.numbers else f"no longer in this list ({len(board):,} left)"
        )
    return f"{board.position:,} {total}"


def _behind_parts(live: QueueRefresher) -> list[tuple[str, str, str]]:
    if not live.behind:
        return []
    return [(f" · {counted(live.behind, 'change')} in bulk, shown every {LONGEST:g} s", "bold $text-warning", "")]


def _filter_parts(live: QueueRefresher) -> list[tuple[str, str, str]]:
    return [(f" · {live.filter}", "bold", "")] if live.filter else []
