"""The thread that watches the database: what others change reaches the screen without a keystroke.

It asks SQLite's data version some times a second, which costs microseconds, and reads only when that has moved. It
waits until the screen has taken what it was told, so an import cannot flood it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import msgspec

from careconsole.desk import Desk, presence
from careconsole.desk.presence import Here
from careconsole.domain.errors import CareError
from careconsole.domain.roster import Roster

_TURN = 0.5
"""Seconds after which the thread looks whether it is to end."""
_LOOK = 30.0
"""Seconds after which it looks who is still there, though nothing was written: a killed console says no goodbye."""
_MOST = 2_000
"""So many events are told one by one; of more, only that there were many."""


class News(msgspec.Struct, frozen=True):
    """What changed: events as (case, kind, actor, command), the team, and who has which case open.

    `many` says that there was more than is listed: everything is to be read again.
    """

    events: list[tuple[int, str, int | None, int | None]]
    many: bool
    roster: Roster
    here: list[Here]


class Feed:
    """Watches in a thread of its own, with a connection of its own, and tells `tell` about news, one at a time.

    `lost` hears why it can watch no longer.
    """

    def __init__(
        self,
        opening: Callable[[], Desk],
        console: str,
        tell: Callable[[News], None],
        lost: Callable[[CareError], None],
    ) -> None:
        self._opening = opening
        self._console = console
        self._tell = tell
        self._lost = lost
        self._ended = threading.Event()
        self._taken = threading.Event()
        self._thread = threading.Thread(target=self._run, name="feed", daemon=True)

    def start(self) -> None:
        """Begins to watch."""
        self._thread.start()

    def taken(self) -> None:
        """The screen has taken the last news in."""
        self._taken.set()

    def close(self) -> None:
        """Ends the thread and closes its connection."""
        self._ended.set()
        self._taken.set()
        if self._thread.is_alive():
            self._thread.join(5)

    def _run(self) -> None:
        try:
            desk = self._opening()
            try:
                self._watch(desk)
            finally:
                desk.store.close()
        except CareError as error:
            self._lost(error)

    def _watch(self, desk: Desk) -> None:
        engine = desk.store.engine
        _, cursor = engine.changes(None)
        before = (desk.roster(), presence.others(desk, self._console))
        looked = time.monotonic()
        while not self._ended.is_set():
            if not engine.wait(_TURN) and time.monotonic() - looked < _LOOK:
                continue
            looked = time.monotonic()
            rows, cursor = engine.changes(cursor, _MOST)
            many = len(rows) >= _MOST
            if many:
                _, cursor = engine.changes(None)
            state = (desk.roster(), presence.others(desk, self._console))
            if not rows and state == before:
                continue  # a draft, or a sign of life
            before = state
            self._taken.clear()
            if self._ended.is_set():  # the screen is gone, and takes nothing any more
                return
            events = [(row[1], row[2], row[3], row[4]) for row in rows]
            self._tell(News([] if many else events, many, *state))
            self._taken.wait()
