"""The menu of every command on the chosen cases: the allowed ones first, then the others, folded, with the reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from careconsole.commands.console_keys import ACTION_BY_ID
from careconsole.domain.terminal_text import display_text
from careconsole.present.queue_text import case_list
from careconsole.tui.menus.available import action_items, other_items, read_available, run, verb_items
from careconsole.tui.widgets.pick import ChooseOne

if TYPE_CHECKING:
    from careconsole.tui.queue.screen import QueueScreen

_NOT_NOW = "Not available now"
_KEYS = (("type", "to filter"), ("Enter", "run"), ("Esc", "back"))


async def open_more(queue: QueueScreen) -> None:
    """Opens the menu on the marked cases, or on the one under the cursor. Raises WrongUse while nobody is at work."""
    board, on = queue.board, queue.app.screen
    numbers = queue.chosen()
    found = await queue.session.backend.ask(read_available(numbers))
    if len(numbers) == 1:
        row = board.row(numbers[0])
        title = f"Case {numbers[0]}: {row.subject if row is not None else ''}"
    else:
        title = f"{len(numbers):,} cases: {case_list(numbers, 8).removeprefix('cases ')}" if numbers else "No case here"
    verbs = verb_items(found, not_now=_NOT_NOW)
    now = [item for item in verbs if not item.dim]
    look = action_items([ACTION_BY_ID["files"]]) if len(numbers) == 1 else []  # "file" finds more than to attach one
    items = [*now, *other_items(), *look, *(item for item in verbs if item.dim)]
    menu = ChooseOne(display_text(title, 90), items, keys=_KEYS, folded=_NOT_NOW)
    queue.host.open(menu, lambda id: run(queue, id), on)
