"""What all screens share: the console they belong to, and that only the one on top can be closed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, cast

import msgspec
from textual.await_complete import AwaitComplete
from textual.events import Event, Mount, ScreenResume
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import ModalScreen, Screen

from careconsole.domain.errors import WrongUse
from careconsole.tui.screen_left import ScreenLeft, is_left
from careconsole.tui.widgets.dimmed_screen import DimmedScreen

if TYPE_CHECKING:
    from rich.console import RenderableType

    from careconsole.desk import Desk
    from careconsole.tui.host import Host
    from careconsole.tui.session import Session

    _Base = Screen[Any]
else:
    _Base = object  # Textual takes styles and bindings from the first base that is a widget, so no mixin may be one

Result = TypeVar("Result")
T = TypeVar("T")


class ShowList(msgspec.Struct, frozen=True):
    """What a page leads to: the list of the cases that match a filter; with `as_view`, as the saved view that has
    exactly that filter, if there is one."""

    filter: str
    as_view: bool = False


def needs_case(number: int | None) -> int:
    """The case under the cursor. Raises WrongUse when there is none."""
    if number is None:
        raise WrongUse("There is no case here.", "Go to one first, or press 0 for all open cases.")
    return number


class SafeOpening(_Base):
    """Mixin of screens that may be closed or typed into before they are open.

    Textual composes nothing on a screen that was closed meanwhile, by keys typed ahead or with the console, but still
    tells it that it is mounted; what its `on_mount` looks for would not be there.
    """

    _was_on_top = False

    async def on_event(self, event: Event) -> None:
        """Passes events on, except Mount to a closed screen; a screen that comes on top gets the keys typed ahead."""
        if isinstance(event, Mount) and is_left(self):
            return
        if isinstance(event, ScreenResume) and not self._was_on_top:
            self._was_on_top = True
            event.refresh_styles = False  # its widgets have just got their styles, and nothing has changed since
        await super().on_event(event)
        if isinstance(event, ScreenResume):
            host = cast("Host", self.app)
            host.keys_go_on()
            host.show_news()


class _ConsoleScreen(SafeOpening, Screen[Result], Generic[Result]):
    """A screen of the console."""

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Closes this screen; does nothing when another one is on top, which Textual would close instead."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disables all keys before the screen is mounted and once it is closed, when they have nothing to act on."""
        return self.is_mounted and self.is_active

    def on_screen_resume(self) -> None:
        """Checks whether there is room for the screen when it comes on top (again)."""
        self.host.check_size()

    @property
    def is_left(self) -> bool:
        """Whether it was closed, though parts of it may still be there for a moment."""
        return is_left(self)

    async def ask(self, work: Callable[[Desk], T]) -> T:
        """Runs `work` and returns what it read, for this screen to show.

        Raises ScreenLeft when the screen was closed meanwhile: unwanted answers are dropped here, and only here. Work
        that changes something goes to the backend directly, so that its outcome is shown wherever the person is.
        """
        return self._wanted(await self.session.backend.ask(work))

    async def ask_beside(self, work: Callable[[Desk], T]) -> T:
        """As `ask`, for long reads: beside the work that keys wait for."""
        return self._wanted(await self.session.backend.ask_beside(work))

    def _wanted(self, found: T) -> T:
        if self.is_left:
            raise ScreenLeft
        return found

    def on_change(self) -> None:
        """Reacts to others' changes to cases or the team while this screen is in sight; most leave it to the queue."""

    def show_time(self) -> None:
        """Shows how long something has taken by now."""

    @property
    def host(self) -> Host:
        """The console around this screen."""
        return cast("Host", self.app)

    @property
    def session(self) -> Session:
        """Who is at work here, and on what."""
        return self.host.session


class Page(_ConsoleScreen[Result], Generic[Result]):
    """A screen that fills the terminal."""

    @classmethod
    def on_case(cls, number: int | None) -> Self:
        """Creates the page as opened from the list with the cursor on that case (None: there is none).

        Raises WrongUse when the page needs a case.
        """
        return cls()

    @property
    def case_here(self) -> int | None:
        """The case in front, for which a command of the palette is; None: there is none."""
        return None

    def action_palette(self) -> None:
        """Opens the palette, whose commands are for what is in front."""
        self.host.act("palette")

    def acts_here(self) -> dict[str, Callable[[], object]]:
        """Actions of the console, by id, that the page does itself for what it shows, when the palette runs them."""
        return {}

    def has_use(self, meaning: str) -> bool:
        """Whether a key of the page with this meaning does something now; the help leaves the others out."""
        return True

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Closes the page; with a result it leads elsewhere, from where one can come back to it."""
        if self.is_active:
            self.host.pages.closing(self, leads=result is not None)
        return super().dismiss(result)

    def come_back(self) -> None:
        """Brings the page up to date when it is opened again as it was left."""

    def on_screen_resume(self) -> None:
        """Shows what was held back while a sheet was on top."""
        self.host.uncovered()


class Sheet(_ConsoleScreen[Result], ModalScreen[Result], Generic[Result]):
    """A screen on top of another, which stays in sight."""

    def render(self) -> RenderableType:
        """The screen behind this one, dimmed."""
        behind = super().render()
        return DimmedScreen(behind.screen, behind.color) if isinstance(behind, BackgroundScreen) else behind


def in_sight(stack: Sequence[Screen[Any]]) -> list[Page[Any] | Sheet[Any]]:
    """The screens that are open and in sight: the one on top, and each sheet below it, as its lines must stay true."""
    there = [one for one in stack if isinstance(one, Sheet) or (isinstance(one, Page) and one is stack[-1])]
    return [one for one in there if one.is_mounted and not one.is_left]
