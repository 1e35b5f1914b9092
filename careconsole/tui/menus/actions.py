"""Runs the actions that belong to no particular screen; each module is imported on first use."""

from __future__ import annotations

from asyncio import iscoroutine
from collections.abc import Callable
from typing import TYPE_CHECKING

from careconsole.commands.console_keys import ACTION_BY_ID
from careconsole.domain.late_import import late_import
from careconsole.tui.pages.loader import open_page

if TYPE_CHECKING:
    from careconsole.tui.queue.screen import QueueScreen


def act(queue: QueueScreen, name: str) -> None:
    """Runs the action with the id `name`: opens its page, or calls its function in `HANDLERS`."""
    action = ACTION_BY_ID[name]
    if action.page:
        open_page(queue, action.page, action.title.lower())
        return
    work = HANDLERS[name](queue)
    if iscoroutine(work):
        queue.host.spawn(work)


def _lazy(place: str) -> Callable[[QueueScreen], object]:
    """A call of the function "module:name" in this package; the module is imported when it is made."""

    def call(queue: QueueScreen) -> object:
        work: object = late_import(place, "careconsole.tui.menus")(queue)
        return work

    return call


def _ask_who(queue: QueueScreen) -> None:
    from careconsole.tui.person.who_screen import WhoScreen

    queue.app.push_screen(WhoScreen(), queue.host.sit_down)


def _save_view(queue: QueueScreen) -> None:
    from careconsole.tui.menus.save_view import SaveView

    live = queue.live
    queue.app.push_screen(SaveView(live.filter, live.sort, live.reverse, live.views), queue.saved)


HANDLERS: dict[str, Callable[[QueueScreen], object]] = {
    "bell": lambda queue: queue.host.toggle_bell(),
    "columns": _lazy("choices:choose_columns"),
    "copy": _lazy("copying:open_copy"),
    "customer": _lazy("linked:open_customer"),
    "edit-customer": _lazy("linked:edit_customer"),
    "help": _lazy("help:open_help"),
    "linked": _lazy("linked:open_linked"),
    "lock": lambda queue: queue.host.lock(),
    "merge-customers": _lazy("linked:merge_customers"),
    "more": _lazy("more:open_more"),
    "palette": _lazy("palette:open_palette"),
    "quit": lambda queue: queue.host.action_leave(),
    "customer-said": lambda queue: queue.host.customer_said(),
    "lower": lambda queue: queue.host.step_priority(-1),
    "raise": lambda queue: queue.host.step_priority(1),
    "save": _save_view,
    "suspend": lambda queue: queue.host.action_suspend(),
    "sort": _lazy("choices:choose_sort"),
    "theme": _lazy("choices:choose_theme"),
    "views": _lazy("choices:choose_view"),
    "who": _ask_who,
    "write-playbook": lambda queue: queue.host.action_other("write-playbook"),
}
"""The functions of the actions that are neither pages nor keys of the list, by id; coroutines run in the background."""
