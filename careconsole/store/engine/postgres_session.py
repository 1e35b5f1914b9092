"""Statements on a PostgreSQL server, and transactions that read."""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import psycopg

from careconsole.domain.terminal_text import search_key
from careconsole.store.engine.base import DatabaseMissing, Login, Row
from careconsole.store.engine.postgres_errors import explained
from careconsole.store.engine.postgres_lines import CHANNEL, Line, leave, lines_to
from careconsole.store.engine.postgres_sql import placed
from careconsole.store.engine.postgres_url import shown
from careconsole.store.engine.schema_version import EMPTY, changed_meanwhile

if TYPE_CHECKING:
    from psycopg import Connection

T = TypeVar("T")

STATEMENT_SECONDS = 60
_IDLE_READING = 600
AT_ONCE = 200
"""Rows that are fetched, or written, together."""
_FRESH_SECONDS = 6.0
_PROMPT_SECONDS = 1.0
"""An answer within so long tells the server's time."""
STATE = "shape, (select value from team where name = 'identity')"
"""The schema version and identity of the database."""


class PostgresSession:
    """The database at a URL, for one thread; `path` is the URL without secrets."""

    def __init__(self, url: str) -> None:
        self.path = shown(url)
        self._url = url
        self._depth = 0
        self._writing = False
        self._read_only = False
        self._keys_missing = False
        self._opened_as: Row | None = None
        self._seen = 0
        self._login: Login | Literal["unknown"] | None = "unknown"
        self._line: Line | None = None
        self._lines = lines_to(url)
        self._lost = self._lines.lost
        self._closed = False
        self._before = ""

    @contextmanager
    def _using(self) -> Iterator[Connection[Row]]:
        """The connection of the transaction that this is part of, or one for a single statement."""
        if self._line is not None:
            yield self._line.connection
            return
        self._take()
        try:
            yield self.connection
        finally:
            self._give()

    @property
    def connection(self) -> Connection[Row]:
        """The connection, within a transaction or a statement."""
        assert self._line is not None, "there is a connection only while it is needed"
        return self._line.connection

    def _take(self) -> None:
        with explained(self.path):
            self._line = self._lines.take()
        if self._lost != self._lines.lost:
            # The server may have been started again with another database.
            self._lost = self._lines.lost
            try:
                self.check_opened()
            except BaseException:
                self._give()
                raise

    def _give(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            self._lines.give(line)

    def _run(self, sql: str, params: Mapping[str, Any] | Sequence[Any] | None) -> psycopg.Cursor[Row]:
        with self._using() as connection:
            before = self._before if self._depth else f"set local statement_timeout = '{STATEMENT_SECONDS}s';"
            self._before = ""
            cursor = connection.execute(f"{before}{placed(sql)}", params or {})
            for _ in range(before.count(";")):
                cursor.nextset()
            return cursor

    def fetch_all(self, sql: str, params: Mapping[str, Any] | None = None) -> list[Row]:
        """Every row of a query."""
        with explained(self.path):
            return self._run(sql, params).fetchall()

    def fetch_together(self, queries: Sequence[str], params: Mapping[str, Any]) -> list[list[Row]]:
        """The rows of several queries, which are sent together: each way to the server takes time."""
        with explained(self.path):
            cursor = self._run(";".join(queries), params)
            found = [cursor.fetchall()]
            while cursor.nextset():
                found.append(cursor.fetchall())
        return found

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

    def execute_aside(self, sql: str, params: Mapping[str, Any]) -> int:
        """Runs a statement that takes no turn, is not counted as a change, and that no notification tells of."""
        assert not self._depth, "it is a transaction of its own"
        return self.execute(sql, params)

    def insert(self, sql: str, params: Mapping[str, Any]) -> int:
        """Runs an insert and returns the number the row got."""
        with explained(self.path):
            row = self._run(f"{sql} returning id", params).fetchone()
        assert row is not None
        self._changed(sql)
        return int(row[0])

    def execute_many(self, sql: str, rows: Iterable[Sequence[Any] | Mapping[str, Any]]) -> None:
        """Runs a statement for every row, some hundreds at a time: they may come from another query."""
        each = iter(rows)
        while some := list(islice(each, AT_ONCE)):
            with explained(self.path), self._using() as connection, connection.cursor() as cursor:
                self._send_before()
                cursor.executemany(placed(sql), some)
        self._changed(sql)

    def copy_rows(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Writes many rows at once. Part of a write."""
        copying = f"copy {table} ({', '.join(columns)}) from stdin"
        with explained(self.path), self.connection.cursor() as cursor, cursor.copy(copying) as copy:
            for row in rows:
                copy.write_row(row)
        self._changed(f"insert into {table} ")

    def run_script(self, sql: str) -> None:
        """Runs statements without parameters, such as those that make tables."""
        with explained(self.path), self._using() as connection:
            self._send_before()
            connection.execute(sql)

    def reserve(self, table: str, count: int) -> int:
        """Reserves `count` new ids of `table` and returns the first; no later insert is given one of them."""
        row = self.fetch_one("select reserve_numbers(:table, :count)", {"table": table, "count": count})
        assert row is not None
        return int(row[0]) - count + 1

    def settle(self) -> None:
        """Does nothing: `reserve` and `index_words` did."""

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
        """Begins a transaction that reads, together with its first statement: each way to the server takes time."""
        self._take()
        self._before = (
            "begin isolation level repeatable read;"
            f"set local statement_timeout = '{STATEMENT_SECONDS}s';"
            f"set local idle_in_transaction_session_timeout = '{_IDLE_READING}s';"
        )
        self._depth = 1

    def _send_before(self) -> None:
        before, self._before = self._before, ""
        if before:
            self.connection.execute(before)

    def _end(self) -> None:
        self._before = ""
        self._depth = 0
        self._writing = False
        connection = self.connection
        if not connection.closed and connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            with suppress(psycopg.Error):  # a connection that was lost has ended its transaction as well
                connection.execute("rollback")
        self._give()

    def shape(self) -> int:
        """The schema version of the database; EMPTY for one without tables. Raises CareError as `check_shape` does."""
        from careconsole.store.engine.postgres_shape import checked_shape

        found = self.fetch_one(
            "select to_regclass('database_state') is not null, (select count(*) from pg_class"
            " where relnamespace = current_schema()::regnamespace and relkind in ('r', 'v', 'm', 'p', 'f'))"
        )
        assert found is not None
        if not found[0]:
            return checked_shape(self, EMPTY, others=bool(found[1]))
        row = self.fetch_one("select shape from database_state")
        return checked_shape(self, int(row[0]) if row else EMPTY, others=False)

    def tell_shape(self, shape: int) -> None:
        """Sets the schema version, and tells everybody who has the database open. Part of a write."""
        self.execute("update database_state set shape = :shape, changes = changes + 1", {"shape": shape})
        self.execute(f"notify {CHANNEL}")

    def keep_as_opened(self) -> None:
        """Remembers the schema version and identity: from now on `check_opened` rejects a database with others."""
        self._seen, *state = self._look()
        self._opened_as = tuple(state)

    def check_opened(self, *, missing_ok: bool = False) -> None:
        """Checks that the schema version and the identity are those of the database that was opened.

        With `missing_ok`, as before reading, what was found out a few seconds ago will do.
        """
        if self._opened_as is None:
            return
        ear = self._lines.ear
        if missing_ok and ear.state is not None and ear.told_at > time.monotonic() - _FRESH_SECONDS:
            self._compare(ear.state)
        else:
            self._compare(self._found())

    def _compare(self, found: Row) -> None:
        if self._opened_as is None:
            return
        if found[0] != self._opened_as[0]:
            raise changed_meanwhile(self, found[0])
        if found != self._opened_as:
            raise DatabaseMissing(
                f"{self.path} is another team's database by now.",
                "Nothing was changed. Check what is there now, and do it again.",
            )

    def _found(self) -> Row:
        return self._look()[1:]

    def _look(self) -> Row:
        before = time.time()
        row = self.fetch_one(f"select changes, {STATE}, extract(epoch from clock_timestamp()) from database_state")
        after = time.time()
        assert row is not None
        if 0 <= after - before < _PROMPT_SECONDS:
            self._lines.clock_ahead = round((float(row[-1]) - (before + after) / 2) * 1000)
        return row[:-1]

    def is_direct(self) -> bool:
        """Whether this is connected to the server itself, and not to a pooler such as pgbouncer."""
        with explained(self.path), self._using():
            assert self._line is not None
            return self._line.is_direct()

    def clock_ahead(self) -> int:
        """By how many milliseconds the server's clock was ahead of this machine's when it was asked last."""
        return self._lines.clock_ahead

    def login(self) -> Login | None:
        """The login that this is, if it is tied to a person, or to nobody; None if it is not tied."""
        if self._login == "unknown":
            self._login = self._read_login()
        return self._login

    def _read_login(self) -> Login | None:
        if not self._ties_logins():
            return None
        row = self.fetch_one(
            "select login::text, person, pg_has_role(session_user, (select rolname from pg_roles where rolname ="
            " left(current_database(), 50) || '_sweep'), 'member') from logins where login = session_user"
        )
        return Login(row[0], row[1], bool(row[2])) if row is not None else None

    def login_of(self, person: int) -> str | None:
        """The login that is tied to a person; None if there is none."""
        if not self._ties_logins():
            return None
        row = self.fetch_one("select login::text from logins where person = :person", {"person": person})
        return str(row[0]) if row is not None else None

    def _ties_logins(self) -> bool:
        row = self.fetch_one("select to_regclass('logins') is not null")
        return row is not None and bool(row[0])

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
        """Leaves the connections to the others; the last one closes them."""
        if not self._closed:
            self._closed = True
            self._give()
            leave(self._url, self._lines)
