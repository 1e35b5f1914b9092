"""An import that runs in its own thread, on its own connection: neither the screen nor the queue waits for it."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from threading import Event
from weakref import WeakKeyDictionary

from careconsole.desk import Desk
from careconsole.desk.crash_report import report_crash
from careconsole.desk.imports.record import record
from careconsole.desk.imports.report import Report
from careconsole.domain.errors import CareError
from careconsole.domain.imported_record import ImportedEntry, RejectedRecord
from careconsole.intake import registry
from careconsole.intake.autodetect import ImportPreview
from careconsole.intake.files.read_report import ReadReport
from careconsole.intake.registry import Options
from careconsole.tui.threads.turns import PAUSE, Stopped, in_turns, size_of

_running: WeakKeyDictionary[object, ImportThread] = WeakKeyDictionary()


def running(app: object) -> ImportThread | None:
    """The import that a console is running, if any."""
    found = _running.get(app)
    return found if found is not None and not found.over else None


class ImportThread:
    """Imports the files of `preview` as `person`; `desk` opens a desk for the calling thread.

    `taken` of `size` bytes and `records` are its progress; `over` says that it has ended.
    """

    def __init__(self, preview: ImportPreview, options: Options, desk: Callable[[], Desk], person: int) -> None:
        self.preview = preview
        self.seen = ReadReport()
        self.taken = 0
        self.records = 0
        self.size = sum(map(size_of, preview.files))
        self.over = False
        self._options = options
        self._desk = desk
        self._person = person
        self._stop = Event()

    async def run(self, app: object) -> Report:
        """Runs the import and returns its report. Raises CareError; what was stored stays and is known next time."""
        _running[app] = self
        try:
            return await asyncio.to_thread(self._work)
        except CareError:
            raise
        except Exception as error:  # the console keeps running
            raise report_crash(error, "The import") from error
        finally:
            self._stop.set()  # when the wait was cancelled, as by closing the console, the thread ends too
            self.over = True

    def stop(self) -> None:
        """Stops it after the record that is being read."""
        self._stop.set()

    def _work(self) -> Report:
        desk = self._desk()
        try:
            desk.person = self._person
            lines = registry.read(self.preview.id, list(self.preview.files), self._options, self.seen, self._tell)
            with closing(lines):
                return record(
                    desk,
                    self._paced(lines),
                    source=registry.source(self.preview.id, self._options),
                    file=", ".join(_as_text(os.path.abspath(file)) for file in self.preview.files),
                    ranked=registry.find(self.preview.id).ranked,
                )
        finally:
            desk.close()

    def _paced(self, lines: Iterator[ImportedEntry | RejectedRecord]) -> Iterator[ImportedEntry | RejectedRecord]:
        stopped = Stopped("The import was stopped.", "What was imported stays; run the same import again for the rest.")
        return in_turns(lines, self._stop, stopped, lambda: time.sleep(PAUSE))

    def _tell(self, taken: int, records: int) -> None:
        self.taken, self.records = taken, records


def _as_text(path: str) -> str:
    return os.fsencode(path).decode("utf-8", "backslashreplace")  # a file name need not be valid text
