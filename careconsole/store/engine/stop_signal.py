"""A signal that ends another thread's wait at once."""

from __future__ import annotations

import os
import threading


class StopSignal:
    """Like an event of `threading` that is set once, and which a wait for a file's changes can also watch for.

    `close` it when nobody waits for it any longer.
    """

    def __init__(self) -> None:
        self._set = threading.Event()
        self._reader, self._writer = os.pipe()

    def set(self) -> None:
        """Gives the signal."""
        if not self._set.is_set():
            self._set.set()
            os.write(self._writer, b"s")

    def is_set(self) -> bool:
        """Whether the signal was given."""
        return self._set.is_set()

    def wait(self, seconds: float) -> bool:
        """Waits for the signal, for `seconds` at most; whether it was given."""
        return self._set.wait(seconds)

    def fileno(self) -> int:
        """A file descriptor that can be read from once the signal was given."""
        return self._reader

    def close(self) -> None:
        """Gives the signal, if nobody has, and closes its file descriptors."""
        self._set.set()
        if self._reader >= 0:
            os.close(self._reader)
            os.close(self._writer)
            self._reader = self._writer = -1
