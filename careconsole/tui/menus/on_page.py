"""The palette above a page: its commands are for what is in front, and what needs the list goes back there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from careconsole.commands.console_keys import ACTION_BY_ID
from careconsole.tui.menus.available import ON_CHOSEN, ON_CURRENT, WITHOUT_LIST, run
from careconsole.tui.menus.linked import find_customer
from careconsole.tui.pages.loader import open_page
from careconsole.tui.queue.case_screen import CaseScreen
from careconsole.tui.widgets.base_screen import Page, ShowList

if TYPE_CHECKING:
    from textual.screen import Screen

    from careconsole.tui.pages.customer import First
    from careconsole.tui.queue.screen import QueueScreen

_ON_A_CASE = {*ON_CURRENT, *ON_CHOSEN, "write-playbook"}
"""The actions, and the ways to open a case, that are about one."""
_TO_CUSTOMER: dict[str, First] = {"customer": "", "edit-customer": "change", "merge-customers": "merge"}
"""The actions that open the page of a case's customer, and what that does first."""
_IN_THE_LIST = {"back"}
"""What means something else on a page than in the list."""
_OTHER_PERSON = {"who", "lock"}


def page_on_top(queue: QueueScreen, screen: Screen[Any]) -> Page[Any] | None:
    """The page that a palette was opened on; None on the queue and on a case, for which the list has the case."""
    return screen if isinstance(screen, Page) and screen is not queue and not isinstance(screen, CaseScreen) else None


def has_use(page: Page[Any], queue: QueueScreen, id: str) -> bool:
    """Whether an item of the palette does something above a page: what is for a case needs one in front."""
    kind, _, name = id.partition(":")
    case = page.case_here
    match kind:
        case "verb":
            return case is not None
        case "move":
            return False
        case "act" | "other" if name in _ON_A_CASE and name not in page.acts_here():
            opens = name in _TO_CUSTOMER or (kind == "act" and bool(ACTION_BY_ID[name].page))
            return case is not None and (opens or case == queue.board.current)
    return name not in _IN_THE_LIST


def run_above(page: Page[Any], queue: QueueScreen, id: str) -> None:
    """Runs an item that was chosen in the palette above a page, on the case in front if it is for one."""
    kind, _, name = id.partition(":")
    case, action = page.case_here, ACTION_BY_ID.get(name) if kind == "act" else None
    if kind == "verb":
        queue.host.action_verb(name, case)
    elif action is not None and name in page.acts_here():
        page.acts_here()[name]()
    elif action is not None and name in _TO_CUSTOMER and case is not None:
        queue.host.spawn(find_customer(queue, case, first=_TO_CUSTOMER[name]))
    elif action is not None and action.page:
        open_page(queue, action.page, action.title.lower(), case)
    elif kind in ("list", "case"):
        queue.way_back.follow(ShowList(name) if kind == "list" else int(name))
    elif kind in ("view", "person") or (action is not None and (name not in WITHOUT_LIST or name in _OTHER_PERSON)):
        queue.host.spawn(_in_the_list(queue, id))
    else:
        run(queue, id)


async def _in_the_list(queue: QueueScreen, id: str) -> None:
    """Closes what is above the list, and runs the item there."""
    while (screen := queue.host.screen) is not queue and isinstance(screen, Page):
        await screen.dismiss(None)
    if queue.host.screen is queue:
        run(queue, id)
