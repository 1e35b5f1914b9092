"""The console as its screens see it: the session, toasts, background work, and what they may ask of the app.

`app`, which no screen imports, implements what needs the list or other screens.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from textual.screen import Screen
from textual.worker import Worker

from careconsole.domain.errors import CareError
from careconsole.domain.hints import Hint, hint_of
from careconsole.domain.terminal_text import display_text
from careconsole.tui.hints import hint_text
from careconsole.tui.min_size import cover, has_room
from careconsole.tui.other_consoles import OtherConsoles
from careconsole.tui.screen_left import ScreenLeft
from careconsole.tui.session import Session
from careconsole.tui.terminal.robust_app import RobustApp

if TYPE_CHECKING:
    from careconsole.desk.cases.execution import Outcome

T = TypeVar("T")


class _Begun:
    """Holds a coroutine for a worker, and closes it if the app ends before the worker starts."""

    def __init__(self, work: Coroutine[Any, Any, Any]) -> None:
        self.work = work

    def __del__(self) -> None:
        self.work.close()


class Host(RobustApp):
    """The app around the screens."""

    def __init__(self, session: Session) -> None:
        super().__init__(watch_css=False)
        self.session = session
        self.company = OtherConsoles(session, self.spawn)
        self.usual_theme = self.theme
        """The theme for people who have chosen none."""

    # Toasts and background work.

    def say(
        self,
        message: str,
        hint: str | Hint = "",
        severity: Literal["information", "warning", "error"] = "information",
        timeout: float | None = None,
    ) -> None:
        """Shows a toast, made safe; none while the screen is locked, since it could name a case."""
        if self.session.locked is not None:
            return
        current = self.current_case
        then = hint_text(hint_of(hint), () if current is None else (current,))
        lines = f"{message} {then}".strip().split("\n")
        text = "\n".join(display_text(line, 600) for line in lines)
        if any(shown.message == text for shown in self._notifications):
            return  # it is on the screen already
        self.notify(text, severity=severity, timeout=timeout, markup=False)

    def complain(self, error: CareError) -> None:
        """Shows a refusal or failure, and what to do next."""
        self.say(error.message, error.hint, "warning" if error.exit_code in (2, 3, 4) else "error", timeout=8)

    def spawn(self, work: Coroutine[Any, Any, Any]) -> Worker[None]:
        """Runs `work` in the background; a CareError is shown as a toast."""
        return self.run_worker(partial(self._told, _Begun(work)), exit_on_error=True)

    async def _told(self, begun: _Begun) -> None:
        await self.run_reporting_errors(begun.work)

    async def run_reporting_errors(self, work: Coroutine[Any, Any, Any]) -> None:
        """Runs `work`; a CareError is shown as a toast."""
        try:
            await work
        except ScreenLeft:
            pass  # the screen it was read for is closed by now
        except CareError as error:
            self.complain(error)

    def open(self, screen: Screen[T], done: Callable[[T | None], None], on: Screen[Any]) -> None:
        """Opens a prepared screen, unless the console was locked or another screen covered `on` meanwhile."""
        if self.session.locked is None and self.screen is on:
            self.push_screen(screen, done)

    def check_size(self) -> None:
        """Covers a newly opened screen as well while the terminal is too small."""
        if not has_room(self.size):
            cover(self, self.size)

    def write_to_terminal(self, sequence: str) -> None:
        """Writes a control sequence unchanged; it must not contain unencoded text of a case."""
        if self._driver is not None:
            self._driver.write(sequence)
            self._driver.flush()

    # What only the app can do.

    def keys_go_on(self) -> None:
        """Delivers the keys typed ahead, now that what was opened is ready."""
        raise NotImplementedError

    def act(self, name: str) -> None:
        """Runs the action of that id, which belongs to no screen in particular."""
        raise NotImplementedError

    def action_verb(self, verb: str, case: int | None = None) -> None:
        """Starts a command on `case`; None means the marked cases, or else the one under the cursor."""
        raise NotImplementedError

    def action_other(self, name: str) -> None:
        """Starts new, follow-up, undo or redo."""
        raise NotImplementedError

    def sit_down(self, person: int | None) -> None:
        """Puts another person at work; does nothing for None or the person already at work."""
        raise NotImplementedError

    def welcome(self, preferred: dict[str, str]) -> None:
        """Applies the preferences of the person who sat down."""
        raise NotImplementedError

    def lock(self, *, by_itself: bool = False) -> None:
        """Hides everything until somebody says who they are."""
        raise NotImplementedError

    def action_leave(self) -> None:
        """Quits; drafts are kept, and the other consoles see that this one is closed."""
        raise NotImplementedError

    def uncovered(self) -> None:
        """Shows what was held back, now that a page is on top again."""
        raise NotImplementedError

    def toggle_bell(self) -> None:
        """Turns the bell on or off for the person at work."""
        raise NotImplementedError

    def send_now(self, told: Callable[[str], None]) -> None:
        """Sends the waiting notices; `told` is called in another thread with the outcome in words."""
        raise NotImplementedError

    def read_again(self, outcome: Outcome) -> None:
        """Reads the list, and the rows of the cases that a command given here changed."""
        raise NotImplementedError

    def read_case_soon(self) -> None:
        """Schedules another read of the case under the cursor of the list."""
        raise NotImplementedError

    @property
    def current_case(self) -> int | None:
        """The case under the cursor of the list, which a key would act on."""
        raise NotImplementedError

    @property
    def has_pane(self) -> bool:
        """Whether the case is shown beside the list."""
        raise NotImplementedError
