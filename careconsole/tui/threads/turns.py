"""How a thread that reads files takes turns with the screen, and stops when it is asked to."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from threading import Event

from careconsole.domain.errors import CareError
from careconsole.domain.imported_record import ImportedEntry, RejectedRecord
from careconsole.intake.registry import File

_TURN = 100
PAUSE = 0.004
"""Seconds, after every hundred lines: Python runs one thread at a time, and the screen needs a turn."""


class Stopped(CareError):
    """The reading was stopped, or the console was closed."""


def in_turns(
    lines: Iterator[ImportedEntry | RejectedRecord], stop: Event, stopped: Stopped, pause: Callable[[], None]
) -> Iterator[ImportedEntry | RejectedRecord]:
    """Passes on lines with a `pause` now and then; raises `stopped` once `stop` is set."""
    for number, line in enumerate(lines):
        if stop.is_set():
            raise stopped
        if number % _TURN == 0:
            pause()
        yield line


def size_of(file: File) -> int:
    """A file's size in bytes; 0 for one that is gone, which the reader refuses in its own words."""
    try:
        return os.stat(file).st_size
    except OSError:
        return 0
