"""The console as its screens know it: the session, toasts and work in the background, and what they may ask of it.

What is above the screens (other screens, the list below them all) is done by `app`, which no screen knows.
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
    """Work for a worker. Where the app ends before the worker's turn comes, it is closed, for nobody waits for it."""

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
        """The colours for people who have chosen none."""

    # Toasts, and work in the background.

    def say(
        self,
        message: str,
        hint: str | Hint = "",
        severity: Literal["information", "warning", "error"] = "information",
        timeout: float | None = None,
    ) -> None:
        """A toast, made safe. On a locked screen there is none: it could name a case."""
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
        """A refusal or failure, and what to do next."""
        self.say(error.message, error.hint, "warning" if error.exit_code in (2, 3, 4) else "error", timeout=8)

    def spawn(self, work: Coroutine[Any, Any, Any]) -> Worker[None]:
        """Runs something nobody waits for; what the desk refuses is told."""
        return self.run_worker(partial(self._told, _Begun(work)), exit_on_error=True)

    async def _told(self, begun: _Begun) -> None:
        await self.told(begun.work)

    async def told(self, work: Coroutine[Any, Any, Any]) -> None:
        """Runs something; what the desk refuses is told."""
        try:
            await work
        except ScreenLeft:
            pass  # it was read for a screen that is closed by now
        except CareError as error:
            self.complain(error)

    def open(self, screen: Screen[T], done: Callable[[T | None], None], on: Screen[Any]) -> None:
        """Opens a screen that had to be prepared, unless another one came on top of `on` meanwhile, or the lock."""
        if self.session.locked is None and self.screen is on:
            self.push_screen(screen, done)

    def check_size(self) -> None:
        """A screen that comes on top in a terminal too small is covered too."""
        if not has_room(self.size):
            cover(self, self.size)

    def write_to_terminal(self, sequence: str) -> None:
        """Writes a control sequence as it is; never one that holds anything of a case unencoded."""
        if self._driver is not None:
            self._driver.write(sequence)
            self._driver.flush()

    # What only the app can do.

    def keys_go_on(self) -> None:
        """Something that was opened stands: it gets what was typed meanwhile."""
        raise NotImplementedError

    def act(self, name: str) -> None:
        """A key that belongs to no screen in particular: does what the action of that id does."""
        raise NotImplementedError

    def action_verb(self, verb: str, case: int | None = None) -> None:
        """A command on one case, wherever the cursor of the list is; else on those marked, or the one under it."""
        raise NotImplementedError

    def action_other(self, name: str) -> None:
        """A command that is for no case in particular."""
        raise NotImplementedError

    def sit_down(self, person: int | None) -> None:
        """Somebody else is at work from now on; None: the same person as before."""
        raise NotImplementedError

    def welcome(self, preferred: dict[str, str]) -> None:
        """Somebody sat down, who wants the console like this."""
        raise NotImplementedError

    def lock(self, *, by_itself: bool = False) -> None:
        """Hides everything until somebody says who they are."""
        raise NotImplementedError

    def action_leave(self) -> None:
        """Leaves; drafts are kept and the others see that nobody is here."""
        raise NotImplementedError

    def uncovered(self) -> None:
        """A page is on top again."""
        raise NotImplementedError

    def toggle_bell(self) -> None:
        """The bell rings for this person from now on, or does no longer."""
        raise NotImplementedError

    def send_now(self, told: Callable[[str], None]) -> None:
        """Sends the notices that wait; `told` hears in another thread what came of it."""
        raise NotImplementedError

    def read_again(self, outcome: Outcome) -> None:
        """A command was given here: the rows of its cases are read, and the list."""
        raise NotImplementedError

    def read_case_soon(self) -> None:
        """The case under the cursor of the list is to be read again."""
        raise NotImplementedError

    @property
    def current_case(self) -> int | None:
        """The case under the cursor of the list: what a key would be for."""
        raise NotImplementedError

    @property
    def has_pane(self) -> bool:
        """Whether the case stands beside the list."""
        raise NotImplementedError
