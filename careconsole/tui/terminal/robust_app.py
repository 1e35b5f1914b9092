"""A Textual app that survives anything the terminal sends and shows none of its data when it crashes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.worker import WorkerFailed

from careconsole.desk.crash_report import report_crash, report_thread_crashes
from careconsole.domain.errors import CareError

if TYPE_CHECKING:
    from textual.driver import Driver


class RobustApp(App[None]):
    """An app that ends with the error in `fault`, for the caller to report, when something breaks."""

    fault: BaseException | None = None
    """The error that ended the app; the first of several."""

    def get_driver_class(self) -> type[Driver]:
        """Textual's driver, or ours in place of the one for Linux and macOS."""
        usual = super().get_driver_class()
        if usual.__name__ != "LinuxDriver":
            return usual
        from careconsole.tui.terminal.input import TerminalDriver

        return TerminalDriver

    def complain(self, error: CareError) -> None:
        """Shows an error."""
        raise NotImplementedError

    def heed_faults(self) -> None:
        """Reports errors in background threads and tasks from now on; must be called in the running event loop."""

        def in_task(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
            error = context.get("exception")
            if isinstance(error, BaseException):
                self.complain(report_crash(error, "Something in the background"))
            else:
                loop.default_exception_handler(context)

        loop = asyncio.get_running_loop()
        loop.set_exception_handler(in_task)

        def in_thread(error: CareError) -> None:
            if not loop.is_closed():  # otherwise only the report on disk has it
                loop.call_soon_threadsafe(self.complain, error)

        report_thread_crashes(in_thread)

    def _handle_exception(self, error: Exception) -> None:
        """Keeps the error; Textual would print a traceback with the values of all variables, customers' words too."""
        self._return_code = 1
        if self.fault is None:
            self.fault = error.error if isinstance(error, WorkerFailed) else error
            self._exception = error  # Textual raises it again in a test
            self._exception_event.set()
        self._close_messages_no_wait()
