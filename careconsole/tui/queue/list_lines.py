"""The lines of the list besides its rows: the rule above a group, and the last message below a case.

Lines are made safe; every meaning is in words or signs, and tones only colour it.
"""

from __future__ import annotations

from careconsole.domain.case.state import VOID
from careconsole.domain.terminal_text import cell_width, display_text, first_words, fit
from careconsole.tui.queue.columns import Layout
from careconsole.tui.queue.model import QueueModel, rule_group
from careconsole.tui.widgets.toned_lines import Line

GROUP_WORDS = ("Late", "Today", "Later", "Parked", "Resolved or closed")
"""What a rule calls each group, in the order of `case_queries.GROUPS`."""
INBOUND, OUTBOUND = "←", "→"
"""Before what a customer said, and before what we said."""
_RULE = "─"
_LONGEST = 400
"""The most characters of a message that are looked at for its line."""


def rule_pieces(board: QueueModel, group: int, width: int) -> Line:
    """The rule above a group: what it has in common, and how many cases it has; whether they are hidden.

    Of a case that is shown below it and has left the group, it says so and where that is now: the rule must not be
    false of a row below it.
    """
    words = GROUP_WORDS[group]
    if board.counted:
        words += f" {board.sizes[group]:,}"
    if group in board.folded:
        words += " (folded)"
    words += _stranger(board, group)
    begin = f"{_RULE * 2} "
    label = display_text(words, max(0, width - len(begin) - 1))
    rest = _RULE * max(0, width - len(begin) - cell_width(label) - 1)
    return ((begin, "quiet"), (label, "late" if group == 0 else "strong"), (f" {rest}", "quiet"))


def _stranger(board: QueueModel, group: int) -> str:
    """The case below the rule of a group that is kept there and is not in it; empty without one."""
    number = board.gone
    if number is None or rule_group(board.lines[board.heading()]) != group or number in board.group_lines(group):
        return ""
    now = next((at for at, size in enumerate(board.sizes) if size and number in board.group_lines(at)), None)
    return f"; case {number} {f'is now under {GROUP_WORDS[now]}' if now is not None else 'is no longer in this list'}"


def message_pieces(board: QueueModel, number: int, layout: Layout, width: int) -> Line:
    """The last message on a case, beginning where its subject does."""
    indent = 0
    for column, cells in layout.columns:
        if column.id == "subject":
            break
        indent += cells + 1
    room = max(0, width - indent)
    return (
        (" " * min(indent, width), ""),
        (fit(first_words(display_text(_message(board, number)), room), room), "quiet"),
    )


def said_by_us(name: str) -> str:
    """Who of us said something, after its arrow: an arrow before a name alone would say to whom."""
    return f"by {name}"


def _message(board: QueueModel, number: int) -> str:
    if number not in board.messages:
        return ""
    message = board.messages[number][1]
    row = board.rows.get(number)
    if row is not None and row.status == VOID:
        return "its opening was undone"
    if message is None:
        return "nothing but the subject yet"
    text = " ".join(message.text[:_LONGEST].split())
    if message.inbound:
        return f"{INBOUND} {text}"
    who = "" if message.who is None else f"{said_by_us(board.roster.name(message.who))}: "
    return f"{OUTBOUND} {who}{text}"
