"""What stands in the middle of a list without cases: what is true, and the keys that lead on."""

from __future__ import annotations

from collections.abc import Sequence

from careconsole.commands.key_table import as_set
from careconsole.desk.console.views import SavedView
from careconsole.domain.terminal_text import cell_width, display_text
from careconsole.tui.widgets.bars import count_text
from careconsole.tui.widgets.toned_lines import Line

_NOTHING = {
    "": "No open cases.",
    "is:mine": "No open case is yours.",
    "is:unassigned": "Every open case has an owner.",
    "offered:me": "Nothing is offered to you.",
    "helping:me": "Nobody waits for your help.",
    "is:escalated": "Nothing is escalated.",
    "is:overdue": "Nothing is overdue.",
    "is:waiting": "No customer is waiting for an answer.",
    "is:parked": "Nothing is parked.",
    "resolved:<1w": "Nothing was resolved in the last week.",
    "is:atrisk": "Nothing is at risk.",
}
"""What it means that a list of this filter is empty."""
COVERED, COVERED_SLOT = "owner:me -is:mine", -1
"""The cases of somebody who is away for whom somebody else acts, and where their number is among those of the views."""
_LEADS_TO = ("", "offered:me", "is:unassigned", "resolved:<1w")
"""The filters of views that are offered instead, if they have cases."""
_GAP = "     "


def empty_lines(filter: str, views: Sequence[SavedView], counts: dict[int, int], cover: str = "") -> list[Line]:
    """What stands in an empty list of `filter`; `counts` has the cases of each view by slot, as far as it is known.

    `cover` is who acts for the person at the screen while they are away.
    """
    if filter == "is:mine" and cover and (covered := counts.get(COVERED_SLOT, 0)):
        many = "1 case" if covered == 1 else f"{count_text(covered)} cases"
        who = display_text(cover, 40)
        line: Line = ((f"Nothing is waiting for you: {who} covers {many} of yours while you are away.", "strong"),)
        return [line, (), ((as_set("/"), "level"), (f" lists them: {COVERED}", ""))]
    words = _NOTHING.get(filter) or f"No case matches {display_text(filter, 60)}."
    keys = [("n", "new case")] if not filter else [("/", "another filter")] if filter not in _NOTHING else []
    for view in views:
        count = counts.get(view.slot, 0)
        if view.slot < 10 and view.filter in _LEADS_TO and view.filter != filter and count:
            keys.append((str(view.slot), f"{display_text(view.name, 20)} ({count_text(count)})"))
    if not filter:
        keys.append((":", "import cases"))
    pieces: list[tuple[str, str]] = []
    for key, word in keys:
        pieces += [(_GAP if pieces else "", ""), (as_set(key), "level"), (f" {word}", "")]
    return [((words, "strong"),), (), tuple(pieces)]


def centred(lines: Sequence[Line], y: int, width: int, height: int) -> Line:
    """What is at a line of a screen with `lines` in its middle; a line that is too long begins at the edge."""
    place = y - max(0, (height - len(lines)) // 2)
    if not 0 <= place < len(lines) or not lines[place]:
        return ()
    pieces = list(lines[place])
    while len(pieces) > 1 and sum(cell_width(text) for text, _ in pieces) > width:
        pieces.pop()  # a line of keys ends with one that is whole
        while len(pieces) > 1 and not pieces[-1][0].startswith(" "):
            pieces.pop()
    used = sum(cell_width(text) for text, _ in pieces)
    return ((" " * max(0, (width - used) // 2), ""), *pieces)
