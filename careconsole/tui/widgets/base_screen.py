"""What all screens share: the console they belong to, and that only the one on top can be closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, cast

import msgspec
from textual.await_complete import AwaitComplete
from textual.events import Event, Mount, ScreenResume
from textual.screen import ModalScreen, Screen

from careconsole.tui.screen_left import ScreenLeft, is_left

if TYPE_CHECKING:
    from careconsole.desk import Desk
    from careconsole.tui.host import Host
    from careconsole.tui.session import Session

    _Base = Screen[Any]
else:
    _Base = object  # Textual takes styles and bindings from the first base that is a widget; the mixin is to be none

Result = TypeVar("Result")
T = TypeVar("T")


class ShowList(msgspec.Struct, frozen=True):
    """What a page leads to: the list of the cases that a filter holds for, as the saved view that is just that if
    `as_view` says so."""

    filter: str
    as_view: bool = False


class Opens(_Base):
    """Of a screen: how it comes up on a machine that is slower than the person who types.

    Textual composes nothing on a screen that is closed meanwhile, by keys typed ahead or with the console, but tells it
    all the same that it is mounted; what its `on_mount` looks for would not be there.
    """

    async def on_event(self, event: Event) -> None:
        """Passes events on, but for the mounting of a screen that is left; on top, it gets what was typed."""
        if isinstance(event, Mount) and is_left(self):
            return
        await super().on_event(event)
        if isinstance(event, ScreenResume):
            cast("Host", self.app).keys_go_on()


class _Ours(Opens, Screen[Result], Generic[Result]):
    """A screen of the console."""

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Closes this screen; nothing happens when another one came on top, which Textual would close instead."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that come before it stands, or when it is closed, find nothing there that they could act on."""
        return self.is_mounted and self.is_active

    def on_screen_resume(self) -> None:
        """It is on top (again): there must be room for it."""
        self.host.check_size()

    @property
    def is_left(self) -> bool:
        """Whether it was closed, though parts of it may still be there for a moment."""
        return is_left(self)

    async def ask(self, work: Callable[[Desk], T]) -> T:
        """What `work` reads, for this screen to show.

        Raises ScreenLeft when the screen was closed meanwhile: what nobody waits for is dropped here, and here alone.
        What changes something is asked of the backend itself, so that its outcome is told wherever the person is.
        """
        found = await self.session.backend.ask(work)
        if self.is_left:
            raise ScreenLeft
        return found

    @property
    def host(self) -> Host:
        """The console around this screen."""
        return cast("Host", self.app)

    @property
    def session(self) -> Session:
        """Who is at work here, and on what."""
        return self.host.session


class Page(_Ours[Result], Generic[Result]):
    """A screen that fills the terminal."""

    @classmethod
    def on_case(cls, number: int | None) -> Self:
        """The page as it is opened from the list with the cursor on that case (None: there is none).

        Raises WrongUse where the page needs a case.
        """
        return cls()

    def on_screen_resume(self) -> None:
        """It is on top (again): what could not be told over a sheet is told."""
        self.host.uncovered()

    def hear(self) -> None:
        """Others changed something, a case or the team, while this screen is on top; most leave it to the queue."""


class Sheet(_Ours[Result], ModalScreen[Result], Generic[Result]):
    """A screen on top of another, which stays in sight."""

    def show_toasts_below(self, shown: bool) -> None:
        """Toasts are on top here, where they hide nothing that is asked, and are not to be seen twice."""
        for screen in self.app.screen_stack:
            if screen is not self:
                for rack in screen.query("ToastRack"):
                    rack.visible = shown
