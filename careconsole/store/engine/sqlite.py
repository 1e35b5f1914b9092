"""The SQLite engine: one local file in WAL mode, several processes at once.

Every write is `BEGIN IMMEDIATE`, every commit is on the disk before it is acknowledged (`synchronous=FULL`). On a
SQLite library with the WAL-reset race no automatic checkpoint runs; this process then checkpoints only while it holds
the write lock.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

from careconsole.domain.errors import CareError
from careconsole.domain.terminal_text import search_key
from careconsole.store.engine.base import DatabaseMissing, Row
from careconsole.store.engine.disks import refuse_shared_disk
from careconsole.store.engine.driver import WAL_RESET_FIXED, sqlite3
from careconsole.store.engine.file_permissions import check_place, create_file
from careconsole.store.engine.first_read import read_first
from careconsole.store.engine.opened_file import OpenedFile
from careconsole.store.engine.sqlite_conditions import SqliteSearch
from careconsole.store.engine.sqlite_errors import explained

if TYPE_CHECKING:
    from array import array

    from careconsole.store.engine.file_watch import FileWatch
    from careconsole.store.engine.stop_signal import StopSignal

T = TypeVar("T")

BUSY_SECONDS = 20.0
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~/")
CHECKPOINT_BYTES = 4 << 20
_RETRY_SECONDS = 0.002
"""Seconds between attempts to get the write lock. SQLite's own waits grow to 0.1 s and miss the pauses of an import."""
_OPENED_AS = "select user_version, (select value from team where name = 'identity') from pragma_user_version"


class SqliteEngine(SqliteSearch):
    """An open SQLite database; `path` is its file. A connection belongs to the thread that opened it."""

    name = "sqlite"
    keeps_files = True

    def __init__(self, path: str, *, create: bool = False) -> None:
        refuse_shared_disk(path)
        check_place(path, create=create)
        if create:
            create_file(path)
        self._open(path)

    def _open(self, path: str) -> None:
        """Connects, and sets all attributes of the engine."""
        self.path = path
        self._explained = explained(path)
        self._log = f"{os.path.realpath(path)}-wal"  # SQLite keeps it beside the file, not beside a link to it
        self._watch: FileWatch | None = None
        self._depth = 0
        self._writing = False
        self._given: dict[str, int] = {}
        self._waiting = []
        self._can_digest = False
        self._opened_as: Row | None = None
        self.connection = self._connect()
        self.connection.create_function("search_key", 1, search_key, deterministic=True)
        self._file = OpenedFile(path)
        try:
            self._file.must_be_there()  # if it was just replaced, either file may have been opened
            with explained(path):
                self._data_version = self._pragma("data_version")
        except BaseException:
            self.close()
            raise

    def _connect(self) -> Any:
        with explained(self.path):
            connection = sqlite3.connect(_uri(self.path), uri=True, isolation_level=None, timeout=BUSY_SECONDS)
            try:
                read_first(connection, self.path)
                connection.execute("pragma foreign_keys = on")
                connection.execute("pragma synchronous = full")
                connection.execute("pragma secure_delete = on")
                if not WAL_RESET_FIXED:
                    connection.execute("pragma wal_autocheckpoint = 0")
            except BaseException:
                connection.close()
                raise
            return connection

    def _pragma(self, name: str) -> int:
        return int(self.connection.execute(f"pragma {name}").fetchone()[0])

    def clock_ahead(self) -> int:
        """0: there is no other clock."""
        return 0

    def login(self) -> None:
        """None: anybody who can write to the file can write anything."""

    def login_of(self, person: int) -> None:
        """None: there are no logins."""

    def fetch_all(self, sql: str, params: Mapping[str, Any] | None = None) -> list[Row]:
        """Every row of a query."""
        with self._explained:
            return self.connection.execute(sql, params or {}).fetchall()  # type: ignore[no-any-return]

    def fetch_together(self, queries: Sequence[str], params: Mapping[str, Any]) -> list[list[Row]]:
        """The rows of several queries, one after the other."""
        return [self.fetch_all(sql, params) for sql in queries]

    def fetch_each(self, sql: str, params: Mapping[str, Any] | None = None) -> Iterator[Row]:
        """Every row of a query, read one by one."""
        with self._explained:
            # `yield from` would also close the cursor, which fails when the database has been closed by then.
            for row in self.connection.execute(sql, params or {}):  # noqa: UP028
                yield row

    def fetch_one(self, sql: str, params: Mapping[str, Any] | None = None) -> Row | None:
        """The first row of a query, if any."""
        with self._explained:
            cursor = self.connection.execute(sql, params or {})
            row = cursor.fetchone()
            cursor.close()  # a half-read query would keep the WAL from being checkpointed
            return row  # type: ignore[no-any-return]

    def fetch_numbers(self, sql: str, params: Mapping[str, Any] | None = None) -> array[int]:
        """The integers of a one-column query, read one by one into an array."""
        from array import array  # only a queue has so many

        with self._explained:
            cursor = self.connection.execute(sql, params or {})
            return array("q", chain.from_iterable(cursor))

    def execute(self, sql: str, params: Mapping[str, Any] | None = None) -> int:
        """Runs a statement; returns how many rows it changed."""
        with self._explained:
            return int(self.connection.execute(sql, params or {}).rowcount)

    def insert(self, sql: str, params: Mapping[str, Any]) -> int:
        """Runs an insert and returns the number SQLite gave to the new row."""
        with self._explained:
            return int(self.connection.execute(sql, params).lastrowid)

    def execute_aside(self, sql: str, params: Mapping[str, Any]) -> int:
        """Runs a statement as a write: everybody sees that a file has changed."""
        return self.write(lambda: self.execute(sql, params))

    def execute_many(self, sql: str, rows: Iterable[Sequence[Any] | Mapping[str, Any]]) -> None:
        """Runs a statement for every row."""
        with self._explained:
            self.connection.executemany(sql, rows)

    def reserve(self, table: str, count: int) -> int:
        """Reserves `count` new ids of `table` and returns the first; no later insert is given one of them."""
        last = self._given[table] = self.last_id(table) + count
        if not self._writing:
            self.settle()
        return last - count + 1

    def settle(self) -> None:
        """Indexes the words that wait, and notes the last ids given, once for a write.

        In the seals, these tell of rows that are missing at the end of a table.
        """
        self.index_waiting()
        for table, last in self._given.items():
            noted = {"table": table, "last": last}
            if not self.execute("update sqlite_sequence set seq = :last where name = :table", noted):
                self.execute("insert into sqlite_sequence (name, seq) values (:table, :last)", noted)
            self.execute("update seals set number = :last where name = :table", noted)
        self._given = {}

    def last_id(self, table: str) -> int:
        """The highest id ever given in `table`, deleted rows included; 0 if there was none."""
        if table in self._given:
            return self._given[table]
        row = self.fetch_one("select seq from sqlite_sequence where name = :table", {"table": table})
        return int(row[0]) if row else 0

    def read(self, work: Callable[[], T]) -> T:
        """Runs `work` against one consistent state."""
        if self._depth:
            return work()
        with explained(self.path):
            self.connection.execute("begin")
            self._depth = 1
            try:
                return work()
            finally:
                self._depth = 0
                self.connection.execute("rollback")

    def write(self, work: Callable[[], T]) -> T:
        """Runs `work` as one transaction; raises Busy if others held the lock for too long."""
        if self._depth:
            # Within `read` it would seem to work, and then be rolled back.
            assert self._writing, "a write cannot begin within a read"
            return work()
        self._file.must_be_there()
        self.use_digests()
        with explained(self.path):
            self._patiently("begin immediate")
            self._depth = 1
            self._writing = True
            try:
                # The file may have been moved, or the database upgraded, during the wait for the lock.
                self.check_opened()
                result = work()
                self.settle()
                self._file.must_be_there()
                self.connection.execute("commit")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("rollback")
                raise
            finally:
                self._depth = 0
                self._writing, self._given, self._waiting = False, {}, []
        self._file.must_be_there(written=True)
        self._checkpoint_by_hand()
        return result

    def use_digests(self) -> None:
        """Registers the SQL function `row_digest`; a process that only reads need not import it."""
        if not self._can_digest:
            from careconsole.store.engine.digests import register

            register(self.connection)
            self._can_digest = True

    def keep_as_opened(self) -> None:
        """Remembers the schema version and identity: from now on `check_opened` rejects a file with others."""
        with explained(self.path):
            self._opened_as = self._found()

    def check_opened(self, *, missing_ok: bool = False) -> None:
        """Checks the path, the schema version and the identity, which takes some microseconds."""
        if missing_ok and self._file.is_missing():
            return
        self._file.must_be_there()
        if self._opened_as is None:
            return
        with explained(self.path):
            found = self._found()
        if found[0] != self._opened_as[0]:
            from careconsole.store.engine.schema_version import changed_meanwhile

            raise changed_meanwhile(self, found[0])
        if found != self._opened_as:
            raise DatabaseMissing(
                f"Another database was copied over {self.path} while it was open.",
                "Nothing was changed. Check what is there now, and do it again.",
            )

    def _found(self) -> Row:
        """The file's current schema version and identity."""
        row = self.connection.execute(_OPENED_AS).fetchone()
        return tuple(row)

    def refuse_writes(self) -> None:
        """Makes SQLite refuse every change to the database over this connection from now on."""
        self.connection.execute("pragma query_only = on")

    def use_wal(self) -> None:
        """Switches the file to WAL mode permanently; waits for others who have it open."""
        with explained(self.path):
            self._patiently("pragma journal_mode = wal")

    def _patiently(self, statement: str) -> None:
        """Runs a statement, waiting for its lock in short turns: SQLite's own wait ignores Ctrl-C and is less fair.

        For a change of the journal mode SQLite does not wait at all.
        """
        end = time.monotonic() + BUSY_SECONDS
        self.connection.execute("pragma busy_timeout = 0")
        try:
            while True:
                try:
                    self.connection.execute(statement).close()
                    return
                except sqlite3.OperationalError as failure:
                    if "locked" not in str(failure) or time.monotonic() >= end:
                        raise
                time.sleep(_RETRY_SECONDS)
        finally:
            self.connection.execute(f"pragma busy_timeout = {int(BUSY_SECONDS * 1000)}")

    def _checkpoint_by_hand(self) -> None:
        if WAL_RESET_FIXED:
            return
        try:
            long = os.stat(self._log).st_size > CHECKPOINT_BYTES
        except FileNotFoundError:
            return
        if not long or not self._file.is_there():  # else the other connection would open another file
            return
        # The other connection checkpoints while this one holds the write lock. What was written is already committed:
        # if this fails, the log merely stays long until the next time.
        with suppress(sqlite3.Error, CareError):
            other = self._connect()
            try:
                self.connection.execute("begin immediate")
                other.execute("pragma wal_checkpoint(passive)").fetchall()
            finally:
                if self.connection.in_transaction:
                    self.connection.execute("rollback")
                other.close()

    def wait(self, timeout: float, stop: StopSignal | None = None) -> bool:
        """Looks at the file's data version, which costs microseconds, whenever the file may have been written to.

        The data version tells of other connections' commits only.
        """
        from careconsole.store.engine.file_watch import FileWatch  # most commands wait for nothing

        watch = self._watch = self._watch or FileWatch(self._log.removesuffix("-wal"), self._log)
        end = time.monotonic() + timeout
        while True:
            self._file.must_be_there()  # the watch also tells when it is moved
            version = self._pragma("data_version")
            if version != self._data_version:
                self._data_version = version
                watch.changed()
                self.check_opened()
                return True
            rest = end - time.monotonic()
            if rest <= 0 or (stop is not None and stop.is_set()):
                return False
            watch.rest(rest, stop)

    def file_id(self) -> str:
        """The number of the file in its file system: it stays when the file is moved there, and a copy has another."""
        try:
            return str(os.stat(self.path).st_ino)
        except FileNotFoundError:
            return ""

    def cache_little(self) -> None:
        """A tenth of what SQLite keeps usually."""
        self.connection.execute("pragma cache_size = -200")

    def expect_bulk(self) -> None:
        """Keeps twice as much as SQLite does, and ten times as much in the log: else much is written repeatedly."""
        self.connection.execute("pragma cache_size = -4000")
        self.connection.execute(f"pragma wal_autocheckpoint = {10_000 if WAL_RESET_FIXED else 0}")

    def close(self) -> None:
        """Closes the database."""
        if self._watch is not None:
            self._watch.close()
        self.connection.close()
        self._file.close()


def _uri(path: str) -> str:
    # The same as urllib.parse.quote, without the time it takes to import.
    quoted = "".join(chr(b) if b in _PLAIN else f"%{b:02X}" for b in os.fsencode(os.path.abspath(path)))
    return f"file:{quoted}?mode=rw"
