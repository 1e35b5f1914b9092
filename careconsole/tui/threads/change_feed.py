"""The thread that watches the database: what others change reaches the screen without a keystroke.

It asks SQLite's data version some times a second, which costs microseconds, and reads only when that has moved. It
waits until the screen has taken what it was told, so an import cannot flood it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import msgspec

from careconsole.desk import DatabaseMissing, Desk, Newer
from careconsole.desk.console import presence
from careconsole.desk.console.presence import Here
from careconsole.desk.crash_report import broken
from careconsole.desk.queries import changes
from careconsole.desk.queries.changes import Row, beside_events
from careconsole.domain.case.events import SWEPT
from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.team.roster import Roster
from careconsole.tui.threads.database_place import Replaced

_TURN = 0.5
"""Seconds after which the thread looks whether it is to end."""
_LOOK = 30.0
"""Seconds after which it looks who is still there, though nothing was written: a killed console says no goodbye."""
_AGAIN = 3.0
"""Seconds after which it tries to watch again, when it could not."""
_MOST = 2_000
"""So many events are told one by one; of more, only what people did, and that there were many."""


class Changes(msgspec.Struct, frozen=True):
    """What changed: the cases, what happened to them as events (case, kind, actor, command, number), the team, and who
    has which case open.

    `many` says that there was more than is listed, or that cases are gone: everything is to be read again. What people
    did, or the sweep, rather than an import, is listed even then, if it was not too much itself. `anew` says that it is
    another file than before: a copy, or an earlier state that was put back.
    """

    cases: set[int]
    events: list[tuple[int, str, int | None, int | None, int]]
    many: bool
    roster: Roster
    here: list[Here]
    anew: bool = False


class _State(msgspec.Struct, frozen=True):
    """What is compared at every look, since no event tells of it."""

    roster: Roster
    here: frozenset[tuple[str, int, int | None, bool]]
    taken_back: list[Row]
    journal: int


class ChangeFeed:
    """Watches in a thread of its own, with a connection of its own, and tells `tell` about news, one at a time.

    It begins after `cursor`, where the screen began to read. `lost` hears why it can watch no longer; it tries again by
    itself, and the first news after that are `many`.
    """

    def __init__(
        self,
        opening: Callable[[], Desk],
        console: str,
        cursor: str | None,
        tell: Callable[[Changes], None],
        lost: Callable[[CareError], None],
    ) -> None:
        self._opening = opening
        self._console = console
        self._cursor = cursor
        self._missed = self._anew = False
        self._said: object = None
        self._gone: DatabaseMissing | None = None
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
        while not self._ended.is_set():
            try:
                desk = self._opening()
                try:
                    self._watch(desk)
                finally:
                    desk.close()
            except DatabaseMissing as error:
                self._cursor, self._anew = None, True  # another file may have come in its place, or may come
                if isinstance(error, Replaced):
                    self._stumble(error)
                elif self._gone is None:
                    self._gone = error  # looks at once what lies there
                else:
                    self._stumble(self._gone)
            except CareError as error:
                self._stumble(self._gone if self._gone is not None and isinstance(error, WrongUse) else error)
            except Exception as error:  # whatever it is, a screen that shows old rows for new ones must say so
                self._stumble(error)

    def _stumble(self, error: Exception) -> None:
        self._missed = True
        known = error if isinstance(error, CareError) else broken(error, "Reading what others do")
        said = type(known) if isinstance(known, Newer) else known.message
        if said != self._said:
            self._said = said
            self._lost(known)
        self._ended.wait(_AGAIN)

    def _watch(self, desk: Desk) -> None:
        before: _State | None = None
        looked = 0.0
        while not self._ended.is_set():
            # What came while it was being opened moves no version: the first look is at once.
            if before is not None and not changes.wait(desk, _TURN) and time.monotonic() - looked < _LOOK:
                continue
            looked = time.monotonic()
            rows, cases, many = self._came(desk)
            here = presence.others(desk, self._console)
            state = _State(desk.roster(), frozenset(map(_where, here)), *beside_events(desk))
            anew, self._anew = self._anew, False
            if before is None:
                many, self._missed = many or self._missed or anew, False
                self._said = self._gone = None
                same = not state.here and not many
            else:
                # Service levels and customers' tiers move cases in the queue, and so does an import that is taken back.
                many = many or (state.taken_back, state.journal) != (before.taken_back, before.journal)
                same = state == before
            before = state
            if cases or not same:  # else a draft, or a sign of life
                events = [(row[1], row[2], row[3], row[4], row[5]) for row in rows]
                self._say(Changes(cases, events, many, state.roster, here, anew))

    def _came(self, desk: Desk) -> tuple[list[Row], set[int], bool]:
        """The events since the last time, their cases, and whether there were too many to list those of imports."""
        found, cases, many = list[Row](), set[int](), False
        while True:
            rows, self._cursor = changes.since(desk, self._cursor, _MOST)
            found += rows
            cases.update(row[1] for row in rows)
            if len(rows) < _MOST:
                return found, cases, many
            many = True
            found = [row for row in found if row[4] is not None or row[2] in SWEPT][-_MOST:]

    def _say(self, news: Changes) -> None:
        self._taken.clear()
        if not self._ended.is_set():  # else the screen is gone, and takes nothing any more
            self._tell(news)
            self._taken.wait()


def _where(here: Here) -> tuple[str, int, int | None, bool]:
    """Who is where, whenever they gave a sign of life."""
    return here.console, here.person, here.case, here.writing
