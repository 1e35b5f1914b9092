"""A thread that watches a database on a connection of its own, and opens it again whenever that fails."""

from __future__ import annotations

import threading
from collections.abc import Callable

from careconsole.desk import Desk
from careconsole.desk.queries.changes import StopSignal


class DatabaseWatch:
    """Runs `_watch` in a thread until `close`; whatever ends it goes to `_failed`, and then it begins again.

    `opening` opens the database in this thread: the one that is at its place by then.
    """

    def __init__(self, opening: Callable[[], Desk], name: str) -> None:
        self._opening = opening
        self._ended = StopSignal()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Starts watching."""
        self._thread.start()

    def close(self) -> None:
        """Ends the thread and closes its connection."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(5)
        if not self._thread.is_alive():  # else it may still watch for the signal
            self._ended.close()

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                desk = self._opening()
                try:
                    self._watch(desk)
                finally:
                    desk.close()
            except Exception as error:  # whatever it is, the screen must say that it may be out of date
                self._failed(error)

    def _watch(self, desk: Desk) -> None:
        """Watches until the thread is to end."""
        raise NotImplementedError

    def _failed(self, error: Exception) -> None:
        """Reports the error, and waits before the next try if that could fail in the same way."""
        raise NotImplementedError
