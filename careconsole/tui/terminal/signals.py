"""Signals that end the process, as when a window is closed or the machine shuts down; drafts are kept first."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress

_PATIENCE = 1.5
"""Seconds before the process exits whatever it waits for, such as output to a terminal that is gone."""


def heed(leave: Callable[[], object]) -> None:
    """Makes SIGTERM and SIGHUP call `leave` from now on; must be called in the running event loop."""
    loop = asyncio.get_running_loop()
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None:
            with suppress(NotImplementedError):  # Windows has no such signals
                loop.add_signal_handler(number, _end, number, leave)


def has_shell() -> bool:
    """Whether a shell started this process as one of its jobs, and can bring it back once it is suspended.

    Without one, as in `ssh HOST careconsole` or a window of tmux of its own, it would stand still forever. Only a shell
    with job control gives its jobs a process group other than that of the session.
    """
    return hasattr(os, "getsid") and os.getpgrp() != os.getsid(0)


def _end(number: int, leave: Callable[[], object]) -> None:
    limit = threading.Timer(_PATIENCE, os._exit, (128 + number,))
    limit.daemon = True
    limit.start()
    leave()
