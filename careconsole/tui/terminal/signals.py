"""Being ended from outside: a window is closed, a machine goes down. What is being written is kept first."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress

_PATIENCE = 1.5
"""Seconds after which the process ends whatever it waits for: a terminal that is gone takes no last words."""


def heed(leave: Callable[[], object]) -> None:
    """From now on the signals that end a process lead to `leave`; to be called where the screen's loop runs."""
    loop = asyncio.get_running_loop()
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None:
            with suppress(NotImplementedError):  # Windows has no such signals
                loop.add_signal_handler(number, _end, number, leave)


def _end(number: int, leave: Callable[[], object]) -> None:
    limit = threading.Timer(_PATIENCE, os._exit, (128 + number,))
    limit.daemon = True
    limit.start()
    leave()
