"""An import at work in a thread and on a connection of its own: neither the screen nor the queue waits for it."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from threading import Event
from weakref import WeakKeyDictionary

from careconsole.desk import Desk
from careconsole.desk.crash_report import broken
from careconsole.desk.imports.record import Report, record
from careconsole.domain.errors import CareError
from careconsole.domain.import_entries import ImportedEntry, RejectedRecord
from careconsole.intake import registry
from careconsole.intake.autodetect import ImportPreview
from careconsole.intake.files.read_report import ReadReport
from careconsole.intake.registry import Options

_TURN, _PAUSE = 100, 0.004
"""After so many lines the screen gets its turn, for so many seconds: both are Python, of which one runs at a time."""


_running: WeakKeyDictionary[object, ImportThread] = WeakKeyDictionary()


def running(app: object) -> ImportThread | None:
    """The import that a console is at, if any."""
    found = _running.get(app)
    return found if found is not None and not found.over else None


class Stopped(CareError):
    """Somebody left the console, or stopped the import."""


class ImportThread:
    """The import of a prospect's files, as `person`; `desk` opens a desk in the thread that calls it.

    `taken` of `size` bytes and `records` tell how far it is, `over` that nothing is at work any more.
    """

    def __init__(self, prospect: ImportPreview, options: Options, desk: Callable[[], Desk], person: int) -> None:
        self.prospect = prospect
        self.seen = ReadReport()
        self.taken = 0
        self.records = 0
        self.size = sum(os.stat(file).st_size for file in prospect.files)
        self.over = False
        self._options = options
        self._desk = desk
        self._person = person
        self._stop = Event()

    async def run(self, app: object) -> Report:
        """Imports, and gives what was new. Raises CareError; what went in before stays, and is known the next time."""
        _running[app] = self
        try:
            return await asyncio.to_thread(self._work)
        except CareError:
            raise
        except Exception as error:  # the console goes on all the same
            raise broken(error, "The import") from error
        finally:
            self._stop.set()  # whoever waits no longer, for the console is left, wants no more of it
            self.over = True

    def stop(self) -> None:
        """Ends it with the record that is being read."""
        self._stop.set()

    def _work(self) -> Report:
        desk = self._desk()
        try:
            desk.person = self._person
            lines = registry.read(self.prospect.id, list(self.prospect.files), self._options, self.seen, self._tell)
            with closing(lines):
                return record(
                    desk,
                    self._paced(lines),
                    source=registry.source(self.prospect.id, self._options),
                    file=", ".join(_as_text(os.path.abspath(file)) for file in self.prospect.files),
                    ranked=registry.find(self.prospect.id).ranked,
                )
        finally:
            desk.close()

    def _paced(self, lines: Iterator[ImportedEntry | RejectedRecord]) -> Iterator[ImportedEntry | RejectedRecord]:
        for number, line in enumerate(lines):
            if self._stop.is_set():
                raise Stopped("The import was stopped.", "What went in stays; the same import again brings the rest.")
            if number % _TURN == 0:
                time.sleep(_PAUSE)
            yield line

    def _tell(self, taken: int, records: int) -> None:
        self.taken, self.records = taken, records


def _as_text(path: str) -> str:
    return os.fsencode(path).decode("utf-8", "backslashreplace")  # a name need not be text
