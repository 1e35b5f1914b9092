"""Waiting for other threads and processes, and processes that end with the test that started them.

A test waits for an event or a state, never for a fixed time, so that the speed of the machine decides nothing.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

HANG = 300.0
"""Seconds after which something counts as hanging."""
_STEP = 0.005


def wait_until(holds: Callable[[], T], what: object = "it", seconds: float = HANG) -> T:
    """Waits until `holds` gives something true, and returns it. `what`, maybe a function, describes it on failure."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        if time.monotonic() > end:
            raise AssertionError(_in_vain(what, seconds))
        time.sleep(_STEP)
    return found


async def until_holds(holds: Callable[[], T], what: object = "it", seconds: float = HANG) -> T:
    """The same for a test in an event loop, which keeps running."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        if time.monotonic() > end:
            raise AssertionError(_in_vain(what, seconds))
        await asyncio.sleep(_STEP)
    return found


async def ends(work: Awaitable[T], what: object = "it") -> T:
    """Returns the result of some work, which must end within `HANG`."""
    try:
        return await asyncio.wait_for(work, HANG)
    except TimeoutError:
        raise AssertionError(_in_vain(what, HANG)) from None


@contextmanager
def started(command: Sequence[str | os.PathLike[str]], **how: Any) -> Iterator[subprocess.Popen[Any]]:
    """Starts a process, which is ended when the block is left, whatever happens in it."""
    process = subprocess.Popen(command, **how)
    try:
        yield process
    finally:
        end(process)


def end(process: subprocess.Popen[Any]) -> None:
    """Kills a process if it still runs, and closes its pipes."""
    if process.poll() is None:
        process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with suppress(OSError):  # data still to be written has no reader
                pipe.close()


def _in_vain(what: object, seconds: float) -> str:
    return f"waited {seconds:g} s in vain: {what() if callable(what) else what}"


# What a test leaves behind.


def adopt_orphans() -> None:
    """Makes descendants of this process its children when their parents end, so that `children` sees them (Linux)."""
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def children() -> dict[int, str]:
    """Returns the running child processes with their commands; empty where there is no /proc."""
    found: dict[int, str] = {}
    for task in Path("/proc/self/task").glob("*/children"):
        with suppress(OSError):  # the thread has ended meanwhile
            for number in map(int, task.read_text().split()):
                with suppress(OSError):  # the process has ended meanwhile
                    state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
                    command = Path(f"/proc/{number}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                    if state not in "ZX":
                        found[number] = command.strip()
    return found


def kill_all(processes: dict[int, str]) -> None:
    """Kills child processes and reaps them."""
    for number in processes:
        with suppress(OSError):
            os.kill(number, signal.SIGKILL)
        with suppress(OSError):
            os.waitpid(number, 0)
