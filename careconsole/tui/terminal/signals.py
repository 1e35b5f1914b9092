"""What ends the process from outside: signals, as when the machine shuts down, and a terminal that goes away, as when
its window is closed. Drafts are kept first.
"""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import stat
import threading
from collections.abc import Callable
from contextlib import suppress

_PATIENCE = 1.5
"""Seconds before the process exits whatever it waits for."""
_GONE = (errno.EIO, errno.EPIPE, errno.ENXIO, errno.ENODEV)
_ended_by: list[int] = []


def heed(leave: Callable[[], object]) -> None:
    """Makes SIGTERM and SIGHUP call `leave` from now on; must be called in the running event loop."""
    loop = asyncio.get_running_loop()
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None:
            with suppress(NotImplementedError):  # Windows has no such signals
                loop.add_signal_handler(number, _end, number, leave)


def exit_code() -> int:
    """The exit code of a process that was ended from outside, as shells give it; 0 for any other."""
    return 128 + _ended_by[0] if _ended_by else 0


class TerminalGone(Exception):
    """The terminal has been closed: nothing more comes from it."""


def is_terminal_gone(error: BaseException) -> bool:
    """Whether an error in reading from the terminal or writing to it says that it has been closed."""
    return isinstance(error, TerminalGone) or (isinstance(error, OSError) and error.errno in _GONE)


def hang_up() -> None:
    """Ends the process as the end of its terminal does, also where the system sends no signal for that.

    What is still written to the terminal goes nowhere. May be called in any thread, and more than once.
    """
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        with suppress(OSError):  # closed
            if stat.S_ISCHR(os.fstat(stream).st_mode):
                os.dup2(nowhere, stream)
    os.close(nowhere)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:  # under nohup, and nothing heeds it yet
        os._exit(128 + signal.SIGHUP)
    os.kill(os.getpid(), signal.SIGHUP)


def has_shell() -> bool:
    """Whether a shell started this process as one of its jobs, and can bring it back once it is suspended.

    Without one, as in `ssh HOST careconsole` or a window of tmux of its own, it would stand still forever. Only a shell
    with job control gives its jobs a process group other than that of the session.
    """
    return hasattr(os, "getsid") and os.getpgrp() != os.getsid(0)


def _end(number: int, leave: Callable[[], object]) -> None:
    if _ended_by:  # a terminal that goes away is noticed in several ways
        return
    _ended_by.append(number)
    limit = threading.Timer(_PATIENCE, os._exit, (128 + number,))
    limit.daemon = True
    limit.start()
    leave()
