"""Waits for writes to a database, where the system tells of them: on Linux, by inotify.

A commit is written to the log beside the file first and can be read only once that is on the disk. So a write means
that there is something to look for from now on; whether anything was stored, SQLite's data version decides. Nothing
here opens a file, which could drop the locks that SQLite has on it.
"""

from __future__ import annotations

import select
import sys
import time
from contextlib import suppress
from typing import Any

from careconsole.store.engine.stop_signal import StopSignal

_POLL_SECONDS = 0.04
"""Seconds between looks where the system does not tell of writes; they cost an idle console half a percent of a
core."""
_ALERT_SECONDS = 1.0
"""For so long after a write somebody looks for its commit, at growing intervals."""
_FIRST_GAP = 0.001


class FileWatch:
    """Watches the database `file` and its `log` while somebody rests between two looks at it."""

    def __init__(self, file: str, log: str) -> None:
        self._paths = (file, log)
        self._inotify: Any = None
        self._written = float("-inf")
        self._gap = _FIRST_GAP
        self._deaf = False

    def rest(self, seconds: float, stop: StopSignal | None = None) -> None:
        """Waits until there may be something to see, for `seconds` at most; `stop` ends the wait at once."""
        if not self._hears() or self._deaf:
            seconds = min(_POLL_SECONDS, seconds)
            if stop is None:
                time.sleep(seconds)
            else:
                stop.wait(seconds)
            return
        if time.monotonic() - self._written < _ALERT_SECONDS:
            seconds = min(self._gap, seconds)
            self._gap = min(2 * self._gap, _POLL_SECONDS)
        self._take(seconds, stop)

    def changed(self) -> None:
        """Notes that there was a change: one that no write announced shows that writes are not told of here.

        From then on it polls, until a change is announced again.
        """
        if self._inotify is not None:
            self._take(0)
            self._deaf = time.monotonic() - self._written > _ALERT_SECONDS

    def close(self) -> None:
        """Ends the watch."""
        if self._inotify is not None:
            self._inotify.close()
            self._inotify = None

    def _take(self, seconds: float, stop: StopSignal | None = None) -> None:
        """Waits for writes for so many seconds, and takes note of them."""
        timeout = int(seconds * 1000 + 0.999)
        if stop is not None:
            waiting = select.poll()
            waiting.register(self._inotify, select.POLLIN)
            waiting.register(stop, select.POLLIN)
            waiting.poll(timeout)
            timeout = 0
        if self._inotify.read(timeout=timeout):
            self._written, self._gap = time.monotonic(), _FIRST_GAP

    def _hears(self) -> bool:
        """Whether writes are told of now.

        Watches both files anew each time, which costs microseconds: a file may be another one by now, and a watch may
        be had again that the system had none to give for.
        """
        if sys.platform != "linux":
            return False
        from inotify_simple import INotify, flags

        with suppress(OSError):
            if self._inotify is None:
                self._inotify = INotify()
            for path in self._paths:
                self._inotify.add_watch(path, flags.MODIFY | flags.ATTRIB | flags.MOVE_SELF | flags.DELETE_SELF)
            return True
        return False
