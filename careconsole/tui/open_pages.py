"""The pages that are open above the queue, and those that are kept so that a list can lead back to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import msgspec
from textual.app import App
from textual.screen import Screen

T = TypeVar("T")


class OpenPage(msgspec.Struct, frozen=True):
    """A page, what follows when it closes, and its name in words such as "back to the agenda"."""

    screen: Screen[Any]
    done: Callable[[Any], None]
    name: str


class OpenPages:
    """Opens pages; one that closes by leading elsewhere is kept as it is, until it is opened again or dropped."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._open: dict[Screen[Any], OpenPage] = {}
        self._left: list[OpenPage] = []
        self._count = 0

    def open(self, screen: Screen[T], done: Callable[[T | None], None], name: str) -> None:
        """Opens a page; `done` gets its result."""
        self._open[screen] = OpenPage(screen, done, name)
        self._app.push_screen(screen, done)

    def closing(self, screen: Screen[Any], *, leads: bool) -> None:
        """Must be called before a page closes; it is kept if it `leads` elsewhere and was opened here."""
        page = self._open.pop(screen, None)
        if page is not None and leads:
            self._count += 1
            self._app.install_screen(screen, f"kept-{self._count}")  # Textual does not remove an installed screen
            self._left.insert(0, page)

    async def leave_all(self) -> None:
        """Closes the pages on top, since one that was above them has led elsewhere; they are kept as well."""
        while (screen := self._app.screen) in self._open:
            self.closing(screen, leads=True)
            await screen.dismiss(None)

    @property
    def some_open(self) -> bool:
        """Whether a page is still open on top."""
        return self._app.screen in self._open

    def take(self) -> list[OpenPage]:
        """The pages that have closed since, leading to one place; the lowest first."""
        left, self._left = self._left, []
        return left

    def reopen(self, pages: Sequence[OpenPage]) -> None:
        """Opens kept pages again, as they were."""
        for page in pages:
            self._app.uninstall_screen(page.screen)
            self.open(page.screen, page.done, page.name)

    def drop(self, pages: Sequence[OpenPage]) -> None:
        """Removes kept pages that nobody can come back to."""
        for page in pages:
            self._app.uninstall_screen(page.screen)
            page.screen.remove()
