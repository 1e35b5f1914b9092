"""The way back from a list, or a case, to what led there: a page as it was left, or the list before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from careconsole.tui.open_pages import OpenPage
from careconsole.tui.queue.case_list import CaseList
from careconsole.tui.queue.case_sheet import CaseSheet
from careconsole.tui.queue.model import QueueModel
from careconsole.tui.queue.refresher import QueueRefresher
from careconsole.tui.widgets.base_screen import Page, ShowList

if TYPE_CHECKING:
    from careconsole.tui.host import Host

_MOST = 8
"""The most steps back that are kept."""


class Place(msgspec.Struct, frozen=True):
    """A list and the case under its cursor; `slot` is the saved view that it is, `opened` whether the case was open."""

    filter: str
    sort: str
    reverse: bool
    slot: int | None
    case: int | None
    opened: bool


class Step(msgspec.Struct, frozen=True):
    """What one came from: the list, and the pages that were open above it, the lowest first.

    `case` is the case that the pages led to in the same list; the way back ends where the cursor leaves it.
    """

    place: Place
    pages: list[OpenPage]
    case: int | None = None


class _Queue(Protocol):
    """The queue, as far as the way back uses it."""

    board: QueueModel
    live: QueueRefresher
    cases: CaseList
    view_slot: int | None

    @property
    def host(self) -> Host:
        """The console around it."""

    def show_list(self, filter: str, sort: str = "due", reverse: bool = False, slot: int | None = None) -> None:
        """Shows another list."""

    def select_when_listed(self, number: int) -> None:
        """Puts the cursor on a case, now or after the next read of the list."""

    def open_sheet(self) -> CaseSheet | None:
        """The sheet of the case screen, if it is open."""

    def push_case(self) -> None:
        """Opens the case under the cursor on its own screen."""

    def to_list(self) -> None:
        """Closes the case screen if it is on top."""


class WayBack:
    """Goes where pages lead, and back."""

    def __init__(self, queue: _Queue) -> None:
        self._queue = queue
        self._steps: list[Step] = []

    # There.

    def follow(self, result: int | ShowList | None) -> None:
        """Goes where a closed page leads: to a case, to a list, or nowhere."""
        if result is None:
            return
        if self._queue.host.pages.some_open:
            self._queue.host.spawn(self._leave_all(result))
            return
        pages = self._queue.host.pages.take()
        if isinstance(result, ShowList):
            place, live = self._place(), self._queue.live
            self._queue.to_list()
            same = (view.slot for view in live.views if view.filter == result.filter) if result.as_view else ()
            self._queue.show_list(result.filter, slot=next(iter(same), None))
            self._add(Step(place, pages))
        else:
            self.go_to_case(result, pages)

    async def _leave_all(self, result: int | ShowList) -> None:
        await self._queue.host.pages.leave_all()
        self.follow(result)

    def go_to_case(self, number: int, pages: list[OpenPage] | None = None) -> None:
        """Puts the cursor on a case, where `pages` led; if the list does not have it, shows a list of that case."""
        place = self._place()
        if not self._queue.cases.go_to(number):
            self._queue.show_list(f"number:{number}")
            self._add(Step(place, pages or []))
        elif pages:
            self._add(Step(place, pages, number))
        self._queue.cases.focus()

    def _place(self) -> Place:
        queue, live = self._queue, self._queue.live
        opened = queue.open_sheet() is not None
        return Place(live.filter, live.sort, live.reverse, queue.view_slot, queue.board.current, opened)

    def _add(self, step: Step) -> None:
        self._steps.append(step)
        for old in self._steps[:-_MOST]:
            self._queue.host.pages.drop(old.pages)
        del self._steps[:-_MOST]

    # And back.

    def out(self, on_sheet: bool) -> str:
        """Where Esc leads from the list, in words, or from the case on its own screen; "": as ever, or nowhere."""
        if on_sheet and not self.begins_on_sheet:
            return ""
        queue = self._queue
        whole = not queue.live.filter and queue.view_slot == 0
        return self._words or ("" if on_sheet or whole else "all open")

    @property
    def _words(self) -> str:
        """Where the last step came from: "back to measures", "back to case 5"; "" if nothing led here."""
        step = self._last()
        if step is None:
            return ""
        if step.pages:
            return f"back to {step.pages[-1].name}"
        return f"back to case {step.place.case}" if step.place.case is not None else "back"

    def _last(self) -> Step | None:
        while self._steps and self._steps[-1].case not in (None, self._queue.board.current):
            self._queue.host.pages.drop(self._steps.pop().pages)
        return self._steps[-1] if self._steps else None

    @property
    def begins_on_sheet(self) -> bool:
        """Whether the last step was made from an open case, and led to another one."""
        step = self._last()
        return step is not None and step.case is not None and step.place.opened

    def go(self) -> bool:
        """Goes one step back; False if nothing led here."""
        step = self._last()
        if step is None:
            return False
        self._steps.pop()
        queue, place = self._queue, step.place
        if step.case is None:
            queue.show_list(place.filter, place.sort, place.reverse, place.slot)
        if place.case is not None:
            queue.select_when_listed(place.case)
        if place.opened and queue.open_sheet() is None:
            queue.push_case()
        queue.host.pages.reopen(step.pages)
        for page in step.pages:
            if isinstance(page.screen, Page):
                page.screen.come_back()
        return True

    def forget(self) -> None:
        """Drops every way back: somebody chose another list, or somebody else is at work."""
        for step in self._steps:
            self._queue.host.pages.drop(step.pages)
        self._steps.clear()
