"""Goes from the case under the cursor to its customer's page, and to the cases it is linked to."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from careconsole.desk.queries.customer_overview import customer_of
from careconsole.desk.queries.linked_cases import linked
from careconsole.tui.widgets.menu import Item
from careconsole.tui.widgets.pick import ChooseOne

if TYPE_CHECKING:
    from careconsole.tui.pages.customer import First
    from careconsole.tui.queue.screen import QueueScreen

_NO_CASE = "There is no case here.", "Go to one first, or press 0 for all open cases."


def merge_customers(queue: QueueScreen) -> Coroutine[Any, Any, None] | None:
    """Does the same as `open_customer`, and asks on the page which other entry is that customer too."""
    return open_customer(queue, first="merge")


def edit_customer(queue: QueueScreen) -> Coroutine[Any, Any, None] | None:
    """Does the same as `open_customer`, and opens the form on the page that changes the customer."""
    return open_customer(queue, first="change")


def open_customer(queue: QueueScreen, *, first: First = "") -> Coroutine[Any, Any, None] | None:
    """Opens the page of the customer whose case is under the cursor; returns work that looks for an unread one.

    The work raises WrongUse if the case has no customer. `first` is what the page does by itself.
    """
    number = queue.board.current
    if number is None:
        queue.host.say(*_NO_CASE)
        return None
    row = queue.board.row(number)
    if row is None or row.customer is None:
        return find_customer(queue, number, first=first)
    show_customer(queue, row.customer, first=first)
    return None


async def find_customer(queue: QueueScreen, case: int, *, first: First) -> None:
    """Opens the page of the customer of a case. Raises WrongUse if it has none."""
    on = queue.app.screen
    customer = await queue.session.backend.ask(lambda desk: customer_of(desk, case))
    if queue.app.screen is on:
        show_customer(queue, customer, first=first)


def show_customer(queue: QueueScreen, number: int, *, first: First = "") -> None:
    """Opens the page of the customer of that number; `first` is what it does by itself."""
    from careconsole.tui.pages.customer import CustomerScreen

    queue.host.pages.open(CustomerScreen(number, first=first), queue.way_back.follow, "customer")


async def open_linked(queue: QueueScreen) -> None:
    """Goes to the case that the one under the cursor is linked to; of several, asks which."""
    number, on = queue.board.current, queue.app.screen
    if number is None:
        queue.host.say(*_NO_CASE)
        return
    found = await queue.session.backend.ask(lambda desk: linked(desk, number))
    if not found:
        queue.host.say(
            f"Case {number} is linked to no other.", "It follows none, none was merged with it, and it is like none."
        )
    elif len(found) == 1:
        if queue.app.screen is on:
            queue.way_back.go_to_case(found[0].number)
    else:
        items = [
            Item(id=str(one.number), text=f"{one.how} {one.number}", help=f"{one.subject} [{one.status}]")
            for one in found
        ]
        pick = ChooseOne(f"Case {number}", items)
        queue.host.open(pick, lambda chosen: queue.way_back.go_to_case(int(chosen)) if chosen is not None else None, on)
