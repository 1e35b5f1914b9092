"""The thread that reads the board again when the database has changed, and once a minute, because times go on."""

from __future__ import annotations

import time
from collections.abc import Callable

from careconsole.desk import DatabaseMissing, Desk
from careconsole.desk.crash_report import report_crash
from careconsole.desk.queries import changes
from careconsole.desk.queries.wall import WallBoard, wall_board
from careconsole.domain.errors import CareError
from careconsole.domain.time.moments import MINUTE
from careconsole.tui.threads.database_thread import DatabaseThread

_TURN = 3.0
"""Seconds between checks for whether the minute is over. A write, and the end of the thread, end the wait."""
_CALM = 1.0
"""Seconds for which changes are gathered; or five times as long as reading took, whichever is more."""
_RETRY = 3.0
"""Seconds before it tries again after the database could not be read."""


class Watcher(DatabaseThread):
    """Calls `show` with each board, and `lost` with the reason when the database cannot be read; it then tries again.

    `show` is also told whether the database had been gone before, so that this may be another one.
    """

    def __init__(
        self, opening: Callable[[], Desk], show: Callable[[WallBoard, bool], None], lost: Callable[[CareError], None]
    ) -> None:
        super().__init__(opening, "wall")
        self._show, self._lost = show, lost
        self._was_gone = False

    def _failed(self, error: Exception) -> None:
        if isinstance(error, DatabaseMissing):
            self._reopen(error)
        else:
            self._stumble(error if isinstance(error, CareError) else report_crash(error, "Reading for the wall"))

    def _reopen(self, error: CareError) -> None:
        """Looks at once whether another file has taken the place of the one that is gone."""
        self._was_gone = True
        try:
            self._opening().close()
        except CareError:
            self._stumble(error)

    def _stumble(self, error: CareError) -> None:
        if not self._ended.is_set():
            self._lost(error)
            self._ended.wait(_RETRY)

    def _work(self, desk: Desk) -> None:
        while not self._ended.is_set():
            began = time.monotonic()
            board = wall_board(desk)
            self._show(board, self._was_gone)
            self._was_gone = False
            self._ended.wait(max(_CALM, 5 * (time.monotonic() - began)))
            while not self._ended.is_set() and desk.now() // MINUTE == board.now // MINUTE:
                if changes.wait(desk, _TURN, self._ended):
                    break
