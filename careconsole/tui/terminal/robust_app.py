"""An app of Textual's that nothing a terminal sends can end, and that shows nothing of what it holds when it breaks."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.worker import WorkerFailed

from careconsole.desk.crash_report import broken, tell_of_threads
from careconsole.domain.errors import CareError

if TYPE_CHECKING:
    from textual.driver import Driver


class RobustApp(App[None]):
    """An app that ends with the error in `fault`, for whoever ran it to tell of, when something broke."""

    fault: BaseException | None = None
    """What broke it; the first of several."""

    def get_driver_class(self) -> type[Driver]:
        """Textual's driver, or ours where that is the one for Linux and macOS."""
        usual = super().get_driver_class()
        if usual.__name__ != "LinuxDriver":
            return usual
        from careconsole.tui.terminal.input import TerminalDriver

        return TerminalDriver

    def complain(self, error: CareError) -> None:
        """Tells of an error."""
        raise NotImplementedError

    def heed_faults(self) -> None:
        """From now on what breaks in the background, in threads and in tasks, is told; called where the loop runs."""

        def in_task(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
            error = context.get("exception")
            if isinstance(error, BaseException):
                self.complain(broken(error, "Something in the background"))
            else:
                loop.default_exception_handler(context)

        loop = asyncio.get_running_loop()
        loop.set_exception_handler(in_task)

        def in_thread(error: CareError) -> None:
            if not loop.is_closed():  # else the report alone tells of it
                loop.call_soon_threadsafe(self.complain, error)

        tell_of_threads(in_thread)

    def _handle_exception(self, error: Exception) -> None:
        """Textual would print a traceback with the values of all variables, customers' words among them."""
        self._return_code = 1
        if self.fault is None:
            self.fault = error.error if isinstance(error, WorkerFailed) else error
            self._exception = error  # which Textual raises again in a test
            self._exception_event.set()
        self._close_messages_no_wait()
