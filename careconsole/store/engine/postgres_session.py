"""A connection to a PostgreSQL server, its transactions and statements.

One write is made at a time, as on SQLite: each takes an advisory lock first, which ends with its transaction. So no
rule that was checked within a write can be broken by another one, and events are committed in the order of their ids.
Readers never wait.
"""

from __future__ import annotations

import select
import time
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
from psycopg.adapt import Loader

from careconsole.domain.terminal_text import search_key
from careconsole.store.engine.base import AccessPrevented, DatabaseMissing, NewerSchema, Row
from careconsole.store.engine.postgres_errors import explained
from careconsole.store.engine.postgres_sql import placed
from careconsole.store.engine.postgres_url import shown
from careconsole.store.engine.schema_version import EMPTY

if TYPE_CHECKING:
    from psycopg import Connection

T = TypeVar("T")

BUSY_SECONDS = 20.0
_STATEMENT_SECONDS = 60
_IDLE_WRITING = 30
"""Seconds after which the server ends a write that does nothing, such as that of a suspended console."""
_IDLE_READING = 600
_CONNECT_SECONDS = 10
CHANNEL = "careconsole_changes"
_MOST_SAID = 10
"""Parts of what the server said meanwhile that are read before a statement."""
AT_ONCE = 200
"""Rows that are fetched, or written, together."""
_LOCK = "1667330661, 1"
"""The advisory lock of who writes. It never changes, so that programs of different versions wait for each other."""


class _Number(Loader):
    """Sums of integers are of the type numeric, but integers nevertheless."""

    def load(self, data: Any) -> int | float:
        text = bytes(data)
        return float(text) if b"." in text else int(text)


class PostgresSession:
    """A connection to the database at a URL; `path` is the URL without secrets. It belongs to one thread."""

    def __init__(self, url: str) -> None:
        self.path = shown(url)
        self._url = url
        self._depth = 0
        self._writing = False
        self._read_only = False
        self._listening = False
        self._keys_missing = False
        self._opened_as: Row | None = None
        self._seen = 0
        self.connection = self._connect()

    def _connect(self) -> Connection[Row]:
        with explained(self.path):
            connection = psycopg.connect(
                self._url,
                autocommit=True,
                cursor_factory=psycopg.ClientCursor,
                prepare_threshold=None,
                client_encoding="utf8",
                application_name="careconsole",
                connect_timeout=_CONNECT_SECONDS,
            )
            connection.adapters.register_loader("numeric", _Number)
            return connection

    def _ready(self) -> None:
        """Connects anew after the connection was lost, unless a transaction was lost with it."""
        if self._depth == 0 and self._is_lost():
            self.connection.close()
            self.connection = self._connect()
            self._listening = False
            self.check_opened()

    def _is_lost(self) -> bool:
        """Whether the server has ended the connection, as it does when it is restarted; takes microseconds."""
        if self.connection.closed:
            return True
        said = select.poll()
        said.register(self.connection.fileno(), select.POLLIN)
        for _ in range(_MOST_SAID):
            if not said.poll(0):
                return False
            try:
                self.connection.pgconn.consume_input()  # notifications, or its last words and then the end
            except psycopg.Error:
                return True
        return self.connection.closed

    def _run(self, sql: str, params: Mapping[str, Any] | Sequence[Any] | None) -> psycopg.Cursor[Row]:
        self._ready()
        return self.connection.execute(placed(sql), params or {})

    def fetch_all(self, sql: str, params: Mapping[str, Any] | None = None) -> list[Row]:
        """Every row of a query."""
        with explained(self.path):
            return self._run(sql, params).fetchall()

    def fetch_each(self, sql: str, params: Mapping[str, Any] | None = None) -> Iterator[Row]:
        """Every row of a query, read some at a time over a cursor on the server."""
        if not self._depth:
            yield from self._fetch_each_alone(sql, params)
            return
        cursor = f"each_{time.monotonic_ns()}"
        with explained(self.path):
            self._run(f"declare {cursor} no scroll cursor for {sql}", params)
        while True:
            with explained(self.path):
                rows = self._run(f"fetch {AT_ONCE} from {cursor}", None).fetchall()
            yield from rows
            if len(rows) < AT_ONCE:
                break
        with explained(self.path):
            self._run(f"close {cursor}", None)

    def _fetch_each_alone(self, sql: str, params: Mapping[str, Any] | None) -> Iterator[Row]:
        self._begin_read()
        try:
            yield from self.fetch_each(sql, params)
        finally:
            self._end()

    def fetch_one(self, sql: str, params: Mapping[str, Any] | None = None) -> Row | None:
        """The first row of a query, if any."""
        with explained(self.path):
            return self._run(sql, params).fetchone()

    def fetch_numbers(self, sql: str, params: Mapping[str, Any] | None = None) -> array[int]:
        """The integers of a one-column query, in eight bytes each."""
        with explained(self.path):
            return array("q", [row[0] for row in self._run(sql, params)])

    def execute(self, sql: str, params: Mapping[str, Any] | None = None) -> int:
        """Runs a statement; returns how many rows it changed."""
        with explained(self.path):
            count = self._run(sql, params).rowcount
        self._changed(sql)
        return count

    def insert(self, sql: str, params: Mapping[str, Any]) -> int:
        """Runs an insert and returns the number the row got."""
        with explained(self.path):
            row = self._run(f"{sql} returning id", params).fetchone()
        assert row is not None
        self._changed(sql)
        return int(row[0])

    def execute_many(self, sql: str, rows: Iterable[Sequence[Any] | Mapping[str, Any]]) -> None:
        """Runs a statement for every row, some hundreds at a time: they may come from another query."""
        self._ready()
        each = iter(rows)
        while some := list(islice(each, AT_ONCE)):
            with explained(self.path), self.connection.cursor() as cursor:
                cursor.executemany(placed(sql), some)
        self._changed(sql)

    def run_script(self, sql: str) -> None:
        """Runs statements without parameters, such as those that make tables."""
        with explained(self.path):
            self.connection.execute(sql)

    def reserve(self, table: str, count: int) -> int:
        """Reserves `count` new ids of `table` and returns the first; no later insert is given one of them."""
        row = self.fetch_one(
            "update seals set number = number + :count where name = :table returning number",
            {"table": table, "count": count},
        )
        assert row is not None
        return int(row[0]) - count + 1

    def last_id(self, table: str) -> int:
        """The highest id ever given in `table`, deleted rows included; 0 if there was none."""
        row = self.fetch_one("select number from seals where name = :table", {"table": table})
        return int(row[0]) if row else 0

    def use_digests(self) -> None:
        """Does nothing: the database has a function of its own."""

    def read(self, work: Callable[[], T]) -> T:
        """Runs `work` against one consistent state."""
        if self._depth:
            return work()
        self._begin_read()
        try:
            return work()
        finally:
            self._end()

    def _begin_read(self) -> None:
        self._ready()
        with explained(self.path):
            self.connection.execute(
                "begin isolation level repeatable read;"
                f"set local statement_timeout = '{_STATEMENT_SECONDS}s';"
                f"set local idle_in_transaction_session_timeout = '{_IDLE_READING}s'"
            )
        self._depth = 1

    def _end(self) -> None:
        self._depth = 0
        self._writing = False
        if not self.connection.closed:
            with suppress(psycopg.Error):  # a connection that was lost has ended its transaction as well
                self.connection.execute("rollback")

    def write(self, work: Callable[[], T]) -> T:
        """Runs `work` as one transaction; raises Busy if others held the lock for too long."""
        if self._depth:
            assert self._writing, "a write cannot begin within a read"
            return work()
        if self._read_only:
            raise AccessPrevented("This console only shows things; it changes nothing.")
        self._ready()
        self._depth = 1
        self._writing = True
        try:
            changes = self._lock()
            result = work()
            self._make_keys()
            with explained(self.path):
                self.connection.execute(f"notify {CHANNEL}")
            self._commit()
        finally:
            self._end()
        if self._seen == changes - 1:  # else another one's change is still to be told
            self._seen = changes
        return result

    def _lock(self) -> int:
        """Begins a transaction and waits for its turn; returns which change of the database this is."""
        with explained(self.path):
            cursor = self.connection.execute(
                f"begin; set local lock_timeout = '{int(BUSY_SECONDS * 1000)}ms';"
                f"set local statement_timeout = '{_STATEMENT_SECONDS}s';"
                f"set local idle_in_transaction_session_timeout = '{_IDLE_WRITING}s';"
                f"select pg_advisory_xact_lock({_LOCK});"
                "update database_state set changes = changes + 1 returning changes"
            )
            while cursor.nextset():
                pass
            row = cursor.fetchone()
        self.check_opened()
        assert row is not None
        return int(row[0])

    def _commit(self) -> None:
        try:
            self.connection.execute("commit")
        except psycopg.OperationalError as failure:
            if not self.connection.closed:
                raise
            raise AccessPrevented(
                f"The connection to {self.path} was lost at the moment this was stored.",
                "It may have been stored or not. Look at it before you do it again.",
            ) from failure

    def alone(self, work: Callable[[], None]) -> None:
        """Runs `work`, which creates or upgrades the tables, as one transaction while nobody else writes."""
        with explained(self.path):
            self.connection.execute(f"begin; select pg_advisory_xact_lock({_LOCK})")
        self._depth = 1
        self._writing = True
        try:
            work()
            with explained(self.path):
                self.connection.execute("commit")
        finally:
            self._end()

    def shape(self) -> int:
        """The schema version of the database; EMPTY for one without tables. Raises CareError as `check_shape` does."""
        from careconsole.store.engine.postgres_shape import checked_shape

        found = self.fetch_one(
            "select to_regclass('database_state') is not null, (select count(*) from pg_class"
            " where relnamespace = current_schema()::regnamespace and relkind in ('r', 'v', 'm', 'p', 'f'))"
        )
        assert found is not None
        if not found[0]:
            return checked_shape(self.path, EMPTY, others=bool(found[1]))
        row = self.fetch_one("select shape from database_state")
        return checked_shape(self.path, int(row[0]) if row else EMPTY, others=False)

    def keep_as_opened(self) -> None:
        """Remembers the schema version and identity: from now on `check_opened` rejects a database with others."""
        self._opened_as = self._found()
        self._seen = self._changes()

    def check_opened(self, *, missing_ok: bool = False) -> None:
        """Checks that the schema version and the identity are those of the database that was opened."""
        if self._opened_as is None:
            return
        found = self._found()
        if found[0] != self._opened_as[0]:
            raise NewerSchema(
                f"The database {self.path} was upgraded by a newer careconsole while it was open here.",
                "Nothing was changed. Quit, and start careconsole again.",
            )
        if found != self._opened_as:
            raise DatabaseMissing(
                f"{self.path} is another team's database by now.",
                "Nothing was changed. Check what is there now, and do it again.",
            )

    def _found(self) -> Row:
        row = self.fetch_one("select shape, (select value from team where name = 'identity') from database_state")
        assert row is not None
        return row

    def _changes(self) -> int:
        row = self.fetch_one("select changes from database_state")
        assert row is not None
        return int(row[0])

    def refuse_writes(self) -> None:
        """Refuses every write from now on."""
        self._read_only = True

    def _changed(self, sql: str) -> None:
        if "into customers " in sql or "update customers " in sql:
            self._keys_missing = True
            if not self._depth:
                self._make_keys()

    def _make_keys(self) -> None:
        """Makes the search keys of names beyond ASCII, which the database cannot make by itself."""
        if not self._keys_missing:
            return
        self._keys_missing = False
        missing = self.fetch_all("select id, folded from customers where search_key is null")
        if missing:
            self.execute_many(
                "update customers as one set search_key = ? where id = ?",
                [(search_key(folded), number) for number, folded in missing],
            )

    def close(self) -> None:
        """Closes the connection."""
        self.connection.close()
