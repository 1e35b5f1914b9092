"""What all screens share: the console they belong to, and running work on the desk with its refusals told."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from textual.screen import ModalScreen, Screen

from careconsole.desk import Desk
from careconsole.domain.errors import CareError

if TYPE_CHECKING:
    from careconsole.tui.app import Console

T = TypeVar("T")
Result = TypeVar("Result")


class Page(Screen[Result], Generic[Result]):
    """A screen of the console."""

    def hear(self) -> None:
        """Others changed something, a case or the team, while this screen is on top; most leave it to the queue."""

    def on_screen_resume(self) -> None:
        """It is on top (again): there must be room for it."""
        self.console_app.check_size()

    @property
    def console_app(self) -> Console:
        """The console."""
        return cast("Console", self.app)

    async def ask(self, work: Callable[[Desk], T]) -> T | None:
        """Runs work on the desk; a refusal is told in a toast and gives None."""
        try:
            return await self.console_app.backend.ask(work)
        except CareError as error:
            self.console_app.complain(error)
            return None


class Sheet(ModalScreen[Result], Generic[Result]):
    """A screen on top of another, which stays in sight."""

    def on_screen_resume(self) -> None:
        """It is on top (again): there must be room for it."""
        self.console_app.check_size()

    @property
    def console_app(self) -> Console:
        """The console."""
        return cast("Console", self.app)

    async def ask(self, work: Callable[[Desk], T]) -> T | None:
        """Runs work on the desk; a refusal is told in a toast and gives None."""
        try:
            return await self.console_app.backend.ask(work)
        except CareError as error:
            self.console_app.complain(error)
            return None
