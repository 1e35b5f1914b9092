"""Runs the actions that belong to no particular screen; each module is imported on first use."""

from __future__ import annotations

from asyncio import iscoroutine
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from careconsole.commands.console_keys import ACTION_BY_ID
from careconsole.tui.pages.loader import open_page

if TYPE_CHECKING:
    from careconsole.tui.queue.screen import QueueScreen


def act(queue: QueueScreen, name: str) -> None:
    """Runs the action with the id `name`: opens its page, or calls its function in `HANDLERS`."""
    page = ACTION_BY_ID[name].page
    if page:
        open_page(queue, page)
        return
    work = HANDLERS[name](queue)
    if iscoroutine(work):
        queue.host.spawn(work)


def _lazy(place: str) -> Callable[[QueueScreen], object]:
    """A call of the function "module:name" in this package; the module is imported when it is made."""

    def call(queue: QueueScreen) -> object:
        module, _, name = place.partition(":")
        work: object = getattr(import_module(f"careconsole.tui.menus.{module}"), name)(queue)
        return work

    return call


def _ask_who(queue: QueueScreen) -> None:
    from careconsole.tui.person.who_screen import WhoScreen

    queue.app.push_screen(WhoScreen(), queue.host.sit_down)


def _save_view(queue: QueueScreen) -> None:
    from careconsole.tui.menus.save_view import SaveView

    live = queue.live
    queue.app.push_screen(SaveView(live.filter, live.sort, live.reverse, live.views), queue.saved)


async def _copy_summary(queue: QueueScreen) -> None:
    """Copies a summary of the case to the clipboard, and shows how it was copied."""
    from asyncio import to_thread

    from careconsole.present.summary import case_summary
    from careconsole.tui.terminal import clipboard

    host, view = queue.host, queue.reading.view
    if view is None:
        read = await queue.reading.now()
        view = read.view if read is not None else None
    if view is None:
        host.say("There is no case to copy.", "Go to one first, or press 0 for all open cases.")
        return
    sequences: list[str] = []
    summary = case_summary(view, queue.session.now())
    way = await to_thread(clipboard.copy, summary, terminal_write=sequences.append)
    for sequence in sequences:  # only the event loop may write to the terminal, not the copying thread
        host.write_to_terminal(sequence)
    host.say(f"A summary of case {view.case.number} is {way}.")


HANDLERS: dict[str, Callable[[QueueScreen], object]] = {
    "bell": lambda queue: queue.host.toggle_bell(),
    "columns": _lazy("choices:choose_columns"),
    "copy": _copy_summary,
    "customer": _lazy("linked:open_customer"),
    "help": _lazy("help:open_help"),
    "linked": _lazy("linked:open_linked"),
    "lock": lambda queue: queue.host.lock(),
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
}
"""The functions of the actions that are neither pages nor keys of the list, by id; coroutines run in the background."""
