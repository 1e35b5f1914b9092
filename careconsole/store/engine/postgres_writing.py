"""Changes on a PostgreSQL server, and what becomes of one whose connection is lost.

One write is made at a time, as on SQLite: each takes an advisory lock first, which ends with its transaction. So no
rule that was checked within a write can be broken by another one, and events are committed in the order of their ids.
Readers never wait.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import TypeVar

import psycopg

from careconsole.domain.errors import CareError
from careconsole.store.engine.base import AccessPrevented, Busy
from careconsole.store.engine.postgres_errors import Unsettled, explained, may_be_tried_again
from careconsole.store.engine.postgres_lines import CHANNEL
from careconsole.store.engine.postgres_session import STATE, STATEMENT_SECONDS, PostgresSession

T = TypeVar("T")

BUSY_SECONDS = 20.0
_IDLE_WRITING = 30
"""Seconds after which the server ends a write that does nothing, such as that of a suspended console."""
_LOCK = "1667330661, 1"
"""The advisory lock of who writes. It never changes, so that programs of different versions wait for each other."""
_TRIES = 3
"""How often a write is tried that the server gave up, or whose connection was lost before it was to be stored."""
_SETTLE_SECONDS = 15.0
"""How long the server is asked whether a write was stored, when the connection was lost at that moment."""
_PAUSE = 0.25


class PostgresWriting(PostgresSession):
    """A session that also changes things."""

    _change: int | None = None
    """Within a write: which change of the database it is."""

    def write(self, work: Callable[[], T]) -> T:
        """Runs `work` as one transaction; raises Busy if others held the lock for too long.

        Runs it again if the server gave it up, as one of two that waited for each other, or if the connection was lost
        before it was to be stored.
        """
        if self._depth:
            assert self._writing, "a write cannot begin within a read"
            return work()
        if self._read_only:
            raise AccessPrevented("This console only shows things; it changes nothing.")
        tries = 0
        while True:
            self._take()
            try:
                return self._write(work)
            except CareError as error:
                tries += 1
                if tries == _TRIES or not may_be_tried_again(error):
                    raise

    def _write(self, work: Callable[[], T]) -> T:
        self._depth = 1
        self._writing = True
        mark = secrets.token_hex(8)
        try:
            self._change = changes = self._lock(mark)
            result = work()
            self._make_keys()
            stored = self._commit(changes)
        finally:
            self._change = None
            self._end()
        if not stored:
            self._settle(changes, mark)
        self._lines.ear.note(changes)
        if self._seen == changes - 1:  # else another one's change is still to be told
            self._seen = changes
        return result

    def _lock(self, mark: str) -> int:
        """Begins a transaction and waits for its turn; returns which change of the database this is."""
        with explained(self.path):
            cursor = self.connection.execute(
                f"begin; set local lock_timeout = '{int(BUSY_SECONDS * 1000)}ms';"
                f"set local statement_timeout = '{STATEMENT_SECONDS}s';"
                f"set local idle_in_transaction_session_timeout = '{_IDLE_WRITING}s';"
                f"select pg_advisory_xact_lock({_LOCK});"
                f"select begin_change('{mark}'), {STATE} from database_state"
            )
            while cursor.nextset():
                pass
            row = cursor.fetchone()
        assert row is not None
        self._compare(row[1:])
        return int(row[0])

    def _commit(self, changes: int) -> bool:
        """Stores the transaction and tells everybody which change it was.

        False if the connection was lost at this moment, so that it is not known.
        """
        with explained(self.path):
            try:
                self.connection.execute(f"notify {CHANNEL}, '{changes}'; commit")
            except psycopg.OperationalError:
                if not self.connection.closed:
                    raise
                return False
        return True

    def _settle(self, changes: int, mark: str) -> None:
        """Asks the server whether a change was stored. Raises Unsettled if it was not, or if that cannot be known."""
        end = time.monotonic() + _SETTLE_SECONDS
        while True:
            try:
                stored = self._was_stored(changes, mark)
            except (Busy, AccessPrevented):  # it is not back yet, or is still at it
                stored = None
            if stored:
                return
            if stored is False:
                raise Unsettled(
                    f"The connection to {self.path} was lost before this was stored.",
                    "Nothing was changed. Do it again.",
                    stored=False,
                )
            if time.monotonic() > end:
                raise Unsettled(
                    f"The connection to {self.path} was lost at the moment this was stored.",
                    "It may have been stored or not. Look at it before you do it again.",
                    stored=None,
                )
            time.sleep(_PAUSE)

    def _was_stored(self, changes: int, mark: str) -> bool | None:
        """Whether a change was stored; None if so many came after it that this is no longer known.

        It waits for its turn, so that the transaction has ended, which the server may not have noticed to be over.
        """
        self._take()
        self._depth = 1
        try:
            with explained(self.path):
                cursor = self.connection.execute(
                    f"begin; set local lock_timeout = '{int(BUSY_SECONDS * 1000)}ms';"
                    f"select pg_advisory_xact_lock({_LOCK}); select was_stored({changes}, '{mark}')"
                )
                while cursor.nextset():
                    pass
                row = cursor.fetchone()
        finally:
            self._end()
        return None if row is None or row[0] is None else bool(row[0])

    def alone(self, work: Callable[[], T]) -> T:
        """Runs `work`, which may take long and change the tables, as one transaction while nobody else writes."""
        self._take()
        self._depth = 1
        self._writing = True
        try:
            with explained(self.path):
                self.connection.execute(
                    "begin; set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0;"
                    f"select pg_advisory_xact_lock({_LOCK})"
                )
            result = work()
            self._make_keys()
            with explained(self.path):
                self.connection.execute("commit")
            return result
        finally:
            self._end()
