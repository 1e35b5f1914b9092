"""The thread that watches the database, so that others' changes reach the screen without a keystroke.

It polls SQLite's data version a few times a second, which costs microseconds, and reads only when that has changed. It
waits until the screen has taken in the last news, so an import cannot flood it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import msgspec

from careconsole.desk import DatabaseMissing, Desk, NewerSchema
from careconsole.desk.console import presence
from careconsole.desk.console.presence import Here
from careconsole.desk.crash_report import report_crash
from careconsole.desk.queries import changes
from careconsole.desk.queries.changes import Row, other_changes
from careconsole.domain.case.events import SWEPT
from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.team.roster import Roster
from careconsole.tui.threads.database_place import Replaced

_TURN = 0.5
"""Seconds between checks for whether the thread is to end."""
_PRESENCE_SECONDS = 30.0
"""Seconds between checks of who is still there while nothing is written: a killed console does not sign off."""
_RETRY_SECONDS = 3.0
"""Seconds before it tries again after it could not watch."""
_MOST = 2_000
"""Up to this many events are listed; of more, the latest by people or the sweep, and that there were many."""
_BULK, _CALM, _LONGEST_CALM = 50, 0.5, 4.0
"""After news of more cases than this it looks again only after so many seconds, twice as many each time while that goes
on: a person's change is told at once, but what an import or a sweep does part by part comes as few changes of many."""


class Changes(msgspec.Struct, frozen=True):
    """What changed: the cases, their events as (case, kind, actor, command, number), the team, and who has which case
    open.

    `many`: more may have changed than is listed, or cases are gone, so everything must be read again. Events by people
    or the sweep, unlike those of an import, are listed even then, unless they were too many themselves. `anew`: it is
    another file than before, such as a copy or a restored earlier state.
    """

    cases: set[int]
    events: list[tuple[int, str, int | None, int | None, int]]
    many: bool
    roster: Roster
    here: list[Here]
    anew: bool = False


class _State(msgspec.Struct, frozen=True):
    """What is compared at every look, because no event reports its changes."""

    roster: Roster
    here: frozenset[tuple[str, int, int | None, bool]]
    taken_back: list[Row]
    journal: int


class ChangeFeed:
    """Watches in its own thread, on its own connection, and calls `tell` with the news, one piece at a time.

    It starts after `cursor`, where the screen started to read. `lost` is called with the reason when it can no longer
    watch; it retries by itself, and the first news after that has `many` set.
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
        """Starts watching."""
        self._thread.start()

    def taken(self) -> None:
        """Confirms that the screen has taken in the last news."""
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
                self._cursor, self._anew = None, True  # another file may have taken its place, or may yet
                if isinstance(error, Replaced):
                    self._stumble(error)
                elif self._gone is None:
                    self._gone = error  # reopens at once, to see what is there now
                else:
                    self._stumble(self._gone)
            except CareError as error:
                self._stumble(self._gone if self._gone is not None and isinstance(error, WrongUse) else error)
            except Exception as error:  # whatever it is, the screen must say that its rows may be old
                self._stumble(error)

    def _stumble(self, error: Exception) -> None:
        self._missed = True
        known = error if isinstance(error, CareError) else report_crash(error, "Reading what others do")
        said = type(known) if isinstance(known, NewerSchema) else known.message
        if said != self._said:
            self._said = said
            self._lost(known)
        self._ended.wait(_RETRY_SECONDS)

    def _watch(self, desk: Desk) -> None:
        before: _State | None = None
        looked = calm = 0.0
        while not self._ended.is_set():
            # Changes made while it was being opened do not move the data version, so the first look is immediate.
            if before is not None and not changes.wait(desk, _TURN) and time.monotonic() - looked < _PRESENCE_SECONDS:
                continue
            looked = time.monotonic()
            rows, cases, many = self._came(desk)
            here = presence.others(desk, self._console)
            state = _State(desk.roster(), frozenset(map(_where, here)), *other_changes(desk))
            anew, self._anew = self._anew, False
            if before is None:
                many, self._missed = many or self._missed or anew, False
                self._said = self._gone = None
                same = not state.here and not many
            else:
                # Service levels and customers' tiers move cases in the queue, and so does an import taken back.
                many = many or (state.taken_back, state.journal) != (before.taken_back, before.journal)
                same = state == before
            before = state
            if cases or not same:  # otherwise it was a draft or a sign of life
                events = [(row[1], row[2], row[3], row[4], row[5]) for row in rows]
                self._say(Changes(cases, events, many, state.roster, here, anew))
            calm = min(max(_CALM, 2 * calm), _LONGEST_CALM) if len(cases) > _BULK else 0.0
            if calm:
                self._ended.wait(calm)

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
        if not self._ended.is_set():  # otherwise the screen is gone and takes in nothing
            self._tell(news)
            self._taken.wait()


def _where(here: Here) -> tuple[str, int, int | None, bool]:
    """Who is where, without the time of their last sign of life, which is no change."""
    return here.console, here.person, here.case, here.writing
