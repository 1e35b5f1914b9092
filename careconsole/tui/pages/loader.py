"""Opens the pages of the console: each is an entry in `ACTIONS`, and its module is imported when it is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from careconsole.domain.errors import WrongUse
from careconsole.domain.late_import import late_import

if TYPE_CHECKING:
    from careconsole.tui.queue.screen import QueueScreen
    from careconsole.tui.widgets.base_screen import Page


def page_class(place: str) -> type[Page[Any]]:
    """The class that an action names as "module:Class", with the module in `pages`."""
    found: type[Page[Any]] = late_import(place, "careconsole.tui.pages")
    return found


def open_page(queue: QueueScreen, place: str, name: str, case: int | None = None) -> None:
    """Opens a page, called `name` in words, and follows its result when it closes.

    It is opened on `case`; None: on the one under the cursor of the list.

    Shows a message if it needs a case and there is none.
    """
    try:
        page = page_class(place).on_case(queue.board.current if case is None else case)
    except WrongUse as error:
        queue.host.say(error.message, error.hint)
    else:
        queue.host.pages.open(page, queue.way_back.follow, name)
