"""The thread that watches the database, so that others' changes reach the screen without a keystroke.

It reads only when SQLite's data version has changed, and waits until the screen has taken in the last news, so an
import cannot flood it. What changes in bulk is held back for seconds, and what people do meanwhile is not.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import msgspec
from msgspec.structs import replace

from careconsole.desk import DatabaseMissing, Desk, NewerSchema
from careconsole.desk.console.news import Marks, Row, news
from careconsole.desk.console.presence import Here
from careconsole.desk.crash_report import report_crash
from careconsole.desk.queries import changes
from careconsole.domain.case.event import Writer, writer_of
from careconsole.domain.case.events import is_swept
from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.team.roster import Roster
from careconsole.tui.threads.bulk import CALM, MOST, Bulk, Came
from careconsole.tui.threads.database_place import Replaced
from careconsole.tui.threads.database_thread import DatabaseThread

_TURN = 3.0
"""Seconds after which it looks although it was told of no write. A write, and the end of the thread, end the wait."""
_PRESENCE_SECONDS = 30.0
"""Seconds between checks of who is still there while nothing is written: a killed console does not sign off.

The roster is read as often, because a new lead can be on duty without any change.
"""
_RETRY_SECONDS = 3.0
"""Seconds before it tries again after it could not watch."""


class Changes(msgspec.Struct, frozen=True):
    """What changed: the cases, their events as (case, kind, actor, command, number, writer), the team, and who has
    which case open.

    `many`: more may have changed than is listed, or cases are gone, so everything must be read again. Events by people,
    mails or the sweep, unlike those of an import, are listed even then, unless they were too many themselves. `anew`:
    it is another file than before, such as a copy or a restored earlier state. `behind`: how many changes of a bulk
    were told so far, if more are told only every few seconds; 0 while there is no such bulk. `set_up`: who is in the
    team, or how it works, was changed, too.
    """

    cases: set[int]
    events: list[tuple[int, str, int | None, int | None, int, Writer]]
    many: bool
    roster: Roster
    here: list[Here]
    anew: bool = False
    behind: int = 0
    set_up: bool = False


class _State(msgspec.Struct, frozen=True):
    """What is compared at every look, because no event reports its changes."""

    roster: Roster
    here: frozenset[tuple[str, int, int | None, bool]]
    marks: Marks


class ChangeFeed(DatabaseThread):
    """Watches in its own thread, on its own connection, and calls `tell` with the news, one piece at a time.

    It starts after `cursor`, where the screen started to read. `stirred` is called whenever anything was written, even
    what is no news, such as that a mail is being sent. `lost` is called with the reason when it can no longer
    watch; it retries by itself, and the first news after that has `many` set.
    """

    def __init__(
        self,
        opening: Callable[[], Desk],
        console: str,
        cursor: int | None,
        tell: Callable[[Changes], None],
        lost: Callable[[CareError], None],
        stirred: Callable[[], object] = lambda: None,
    ) -> None:
        super().__init__(opening, "feed")
        self._console = console
        self._cursor = cursor
        self._missed = self._anew = False
        self._bulk = Bulk()
        self._said: object = None
        self._gone: DatabaseMissing | None = None
        self._tell = tell
        self._lost = lost
        self._stirred = stirred
        self._taken = threading.Event()

    def taken(self) -> None:
        """Confirms that the screen has taken in the last news."""
        self._taken.set()

    def close(self) -> None:
        """Ends the thread and closes its connection."""
        self._ended.set()
        self._taken.set()
        super().close()

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, DatabaseMissing):
            self._stumble(self._gone if self._gone is not None and isinstance(error, WrongUse) else error)
            return
        # Another file may have taken its place, or may yet.
        self._cursor, self._anew, self._bulk = None, True, Bulk()
        if isinstance(error, Replaced):
            self._stumble(error)
        elif self._gone is None:
            self._gone = error  # reopens at once, to see what is there now
        else:
            self._stumble(self._gone)

    def _stumble(self, error: Exception) -> None:
        self._missed = True
        known = error if isinstance(error, CareError) else report_crash(error, "Reading what others do")
        said = type(known) if isinstance(known, NewerSchema) else known.message
        if said != self._said:
            self._said = said
            self._lost(known)
        self._ended.wait(_RETRY_SECONDS)

    def _work(self, desk: Desk) -> None:
        before: _State | None = None
        looked, team_read, bulk = 0.0, 0.0, self._bulk
        while not self._ended.is_set():
            # Changes made while it was being opened do not move the data version, so the first look is immediate.
            changed = before is None or changes.wait(desk, _TURN, self._ended)
            if not changed and not bulk.goes_on and time.monotonic() - looked < _PRESENCE_SECONDS:
                continue
            if changed:
                self._stirred()
            looked, behind = time.monotonic(), bulk.behind
            came, marks, here = self._look(desk)
            many = came.many
            if before is None or marks != before.marks or looked - team_read >= _PRESENCE_SECONDS:
                roster, team_read = desk.roster(), looked
            else:
                roster = before.roster
            state = _State(roster, frozenset(map(_where, here)), marks)
            anew, self._anew = self._anew, False
            set_up = before is not None and (marks.journal, marks.people) != (before.marks.journal, before.marks.people)
            if before is None:
                many, self._missed = many or self._missed or anew, False
                self._said = self._gone = None
                same = not state.here and not many
            else:
                # Service levels and customers' tiers move cases in the queue, and so does an import taken back.
                many = many or replace(marks, people=0) != replace(before.marks, people=0)
                same = state == before
            before = state
            bare = Changes(set(), [], False, state.roster, here, anew)
            at_once = bulk.take(came)
            if at_once.cases:
                self._say(replace(bare, cases=at_once.cases, events=_events(at_once), behind=bulk.behind))
            if bulk.is_due() or not same:
                held = bulk.give()
                if held.cases or not same or behind != bulk.behind:  # otherwise it was a draft or a sign of life
                    many = many or held.many
                    told = replace(bare, cases=held.cases, events=_events(held), many=many, behind=bulk.behind)
                    self._say(replace(told, set_up=set_up))
            if bulk.goes_on:
                self._ended.wait(CALM)

    def _look(self, desk: Desk) -> tuple[Came, Marks, list[Here]]:
        """The events since the last time (of more than `MOST`, the latest that no import wrote), and how things are."""
        came = Came()
        while True:
            found = news(desk, self._console, self._cursor, MOST)
            rows, self._cursor = found.events, found.cursor
            came.rows += rows
            came.cases.update(row[1] for row in rows)
            came.count += len(rows)
            if len(rows) < MOST:
                return came, found.marks, found.here
            came.many = True
            came.rows = [row for row in came.rows if _writer(row) is not Writer.IMPORT][-MOST:]

    def _say(self, news: Changes) -> None:
        self._taken.clear()
        if not self._ended.is_set():  # otherwise the screen is gone and takes in nothing
            self._tell(news)
            self._taken.wait()


def _events(came: Came) -> list[tuple[int, str, int | None, int | None, int, Writer]]:
    return [(row[1], row[2], row[3], row[4], row[5], _writer(row)) for row in came.rows]


def _writer(row: Row) -> Writer:
    return writer_of(row[3], row[6], Writer.SWEEP if is_swept(row[2]) else Writer.PERSON)


def _where(here: Here) -> tuple[str, int, int | None, bool]:
    """Who is where, without the time of their last sign of life, which is no change."""
    return here.console, here.person, here.case, here.writing
