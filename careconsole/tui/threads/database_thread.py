"""A thread that works on a database on a connection of its own, and opens it again whenever that fails."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from careconsole.desk.queries.changes import StopSignal

if TYPE_CHECKING:
    from careconsole.desk import Desk


class DatabaseThread:
    """Runs `_work` in a thread until `end`; whatever ends it goes to `_failed`, and then it begins again.

    `opening` opens the database in this thread: the one that is at its place by then.
    """

    def __init__(self, opening: Callable[[], Desk], name: str) -> None:
        self._opening = opening
        self._ended = StopSignal()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @property
    def grace(self) -> float:
        """How many seconds `close` waits for the thread at most."""
        return 5

    def start(self) -> None:
        """Starts the thread."""
        self._thread.start()

    def end(self) -> None:
        """Tells the thread to end; `close` waits for that."""
        self._ended.set()

    def close(self) -> None:
        """Ends the thread, which closes its connection."""
        self.end()
        if self._thread.is_alive():
            self._thread.join(self.grace)
        if not self._thread.is_alive():  # else it may still watch for the signal
            self._ended.close()

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                desk = self._opening()
                try:
                    self._work(desk)
                finally:
                    desk.close()
            except Exception as error:  # whatever it is, it must be known that the work is not done
                self._failed(error)

    def _work(self, desk: Desk) -> None:
        """Works until the thread is to end."""
        raise NotImplementedError

    def _failed(self, error: Exception) -> None:
        """Reports the error, and waits before the next try if that could fail in the same way, or ends the thread."""
        raise NotImplementedError
