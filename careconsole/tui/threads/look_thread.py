"""A look at files before they are imported, in a thread of its own, for they are read to their ends."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from threading import Event

from careconsole.desk.crash_report import report_crash
from careconsole.domain.errors import CareError
from careconsole.domain.imported_record import ImportedEntry, RejectedRecord
from careconsole.intake import autodetect
from careconsole.intake.kept_answers import Looked, look
from careconsole.intake.registry import Options
from careconsole.tui.threads.turns import PAUSE, Stopped, in_turns, size_of


class LookThread:
    """Looks at files to their ends; `taken` of `size` bytes and `records` are its progress.

    With a `folder`, earlier answers are taken from the file that was kept in it.
    """

    def __init__(self, files: list[str], options: Options, folder: str = "") -> None:
        self.taken = 0
        self.records = 0
        self.size = sum(map(size_of, files))
        self._files = files
        self._folder = folder
        self._options = options
        self._stop = Event()

    async def run(self) -> Looked:
        """The preview of the files, and where answers were taken from.

        Raises CareError, also for a crash in a reader, which must not end the console.
        """
        try:
            return await asyncio.to_thread(self._look)
        except CareError:
            raise
        except Exception as error:
            raise report_crash(error, "Looking at the file") from error
        finally:
            self._stop.set()

    def _look(self) -> Looked:
        if self._folder:
            return look(self._files, self._options, self._folder, "", self._tell, self._paced)
        return Looked(autodetect.preview_import(self._files, self._options, "", self._tell, self._paced))

    def stop(self) -> None:
        """Stops it after the record that is being read."""
        self._stop.set()

    def _paced(self, lines: Iterator[ImportedEntry | RejectedRecord]) -> Iterator[ImportedEntry | RejectedRecord]:
        stopped = Stopped("Reading the files was stopped.", "Press Enter to start again.")
        return in_turns(lines, self._stop, stopped, lambda: time.sleep(PAUSE))

    def _tell(self, taken: int, records: int) -> None:
        self.taken, self.records = taken, records
