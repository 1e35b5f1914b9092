"""The interface between repositories and database engines, and its errors. SQL is written once, for every engine.

Most statements use `:name` parameters and the common subset of SQLite and PostgreSQL. What differs (the schema, the
search, the change feed) is left to the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import msgspec

from careconsole.domain.errors import CareError

if TYPE_CHECKING:
    from array import array

    from careconsole.store.engine.stop_signal import StopSignal

T = TypeVar("T")
Row = tuple[Any, ...]
NEVER = 9_007_199_254_740_991
"""The time that means "never": the largest integer that every JSON reader keeps exactly."""
LEAST_ID = -(2**63)
"""A lower bound for ids, even in a damaged database."""


class Busy(CareError):
    """Another process held the database and did not finish in time; nothing was changed."""

    kind = "busy"


class DatabaseMissing(CareError):
    """The opened database is no longer at its path; whatever was written to it would be lost."""

    kind = "database_gone"


class NewerSchema(CareError):
    """The database has the schema of a newer program, which this one does not know."""


class Moved(NewerSchema):
    """The team works in another database by now, or a move to this one was not finished."""

    kind = "database_moved"


class AccessPrevented(CareError):
    """The system prevents it: a permission or disk space is missing. This says nothing about the stored data."""


class DatabaseCorrupt(CareError):
    """The stored data is not what was written."""

    kind = "database_damaged"


class RuleBroken(CareError):
    """A statement broke a rule of the tables, such as by a reference to nothing; `__cause__` is the driver's error."""


class Login(msgspec.Struct, frozen=True):
    """A login that a server ties to a person (None: to nobody): it writes nothing in another one's name.

    `sweeps` says whether it may write what nobody did: what the sweep does, and that a mail was sent.
    """

    name: str
    person: int | None
    sweeps: bool


class Engine(Protocol):
    """An open database. Reads within `read` see one consistent state; writes happen only within `write`."""

    name: str
    keeps_files: bool
    """Whether the database is a file, beside which the contents of attached files are kept."""

    def clock_ahead(self) -> int:
        """By how many milliseconds the server's clock was ahead of this machine's a moment ago; 0 without a server."""

    def login(self) -> Login | None:
        """The login that this is, if the server ties logins to people; None if every writer can write anything."""

    def login_of(self, person: int) -> str | None:
        """The name of the login that is tied to a person; None if there is none."""

    def fetch_all(self, sql: str, params: Mapping[str, Any] | None = None) -> list[Row]:
        """Every row of a query."""

    def fetch_together(self, queries: Sequence[str], params: Mapping[str, Any]) -> list[list[Row]]:
        """The rows of several queries, which share their parameters; a server is asked for all of them at once."""

    def fetch_each(self, sql: str, params: Mapping[str, Any] | None = None) -> Iterator[Row]:
        """Every row of a query, read one by one, so that memory use stays small however many there are.

        For use within `read` or `write`, before the rows are changed.
        """

    def fetch_one(self, sql: str, params: Mapping[str, Any] | None = None) -> Row | None:
        """The first row of a query, if any."""

    def fetch_numbers(self, sql: str, params: Mapping[str, Any] | None = None) -> array[int]:
        """The integers of a one-column query, in eight bytes each."""

    def execute(self, sql: str, params: Mapping[str, Any] | None = None) -> int:
        """Runs a statement; returns how many rows it changed."""

    def insert(self, sql: str, params: Mapping[str, Any]) -> int:
        """Runs an insert and returns the number the engine gave to the new row."""

    def execute_aside(self, sql: str, params: Mapping[str, Any]) -> int:
        """Runs a statement as a transaction of its own, for what nobody waits for; returns how many rows it changed.

        Where the engine tells others of changes, it does not tell them of this one: they see it when they next read.
        """

    def execute_many(self, sql: str, rows: Iterable[Sequence[Any] | Mapping[str, Any]]) -> None:
        """Runs a statement for every row."""

    def reserve(self, table: str, count: int) -> int:
        """Reserves `count` new ids of `table`, for rows inserted in this transaction; returns the first."""

    def settle(self) -> None:
        """Writes out what a write gathers for its end: the last ids given, and words; for one that checks them."""

    def last_id(self, table: str) -> int:
        """The highest id ever given in `table`, which must be one that never reuses ids; 0 if there was none."""

    def use_digests(self) -> None:
        """Registers the SQL function `row_digest` (see `store.engine.digests`), for statements outside `write`."""

    def read(self, work: Callable[[], T]) -> T:
        """Runs `work` against one consistent state."""

    def write(self, work: Callable[[], T]) -> T:
        """Runs `work` as one transaction: all of it or nothing. An engine may retry it: it must have no side effects.

        Raises Busy if others held the lock for too long, DatabaseMissing if the database is not at its path, and Newer
        if it was upgraded since it was opened. Nothing was changed then, unless it went missing during the commit.
        """

    def check_opened(self, *, missing_ok: bool = False) -> None:
        """Raises DatabaseMissing or Newer, as `write` does, if the database is no longer the one that was opened.

        With `missing_ok`, a missing file is no error: the open database can still be read.
        """

    def refuse_writes(self) -> None:
        """Refuses whatever would change the database from now on."""

    def in_list(self, column: str, values: Sequence[str] | Sequence[int]) -> tuple[str, dict[str, Any]]:
        """A condition that `column` is one of `values`, of any number, and its parameters."""

    def holds_any(self, column: str, chunks: Sequence[str], name: str) -> tuple[str, dict[str, Any]]:
        """A condition that the text in `column` contains one of `parts`, of any number and length, and its parameters.

        The parameters' names begin with `name`.
        """

    def names_hold(self, column: str, parts: Sequence[str], name: str) -> tuple[str, dict[str, Any]]:
        """As `holds_any`, for a column of folded names: accents make no difference."""

    def key_of(self, column: str) -> str:
        """The search key of the folded name in `column`, as an expression."""

    def beyond_ascii(self, column: str) -> str:
        """A condition that the text in `column` has characters beyond ASCII."""

    def json_number(self, column: str, key: str) -> str:
        """The integer under a key of the JSON object in `column`, as an expression; null without one."""

    def json_holds(self, column: str, key: str, number: str) -> str:
        """A condition that the JSON object in `column` has a list under a key, with the integer of the expression."""

    def joined(self, column: str) -> str:
        """The integers of a column of a group, as an expression: a text, with commas between them."""

    def words_match(self, *texts: str, name: str = "words") -> tuple[str, dict[str, Any]]:
        """A condition on `events.id` for events whose words match one of `texts`, and its parameters.

        The parameters' names begin with `name`.
        """

    def rarest_first(self, texts: Sequence[Sequence[str]]) -> list[int] | None:
        """The places of what `words_match` is asked for, that which the fewest events have first.

        None where the order makes no difference, or finding it out costs more than it saves.
        """

    def words_like(self, text: str, most: int) -> list[tuple[str, list[int]]]:
        """The words of `text` in lower case, each with the ids of the newest `most` events that have it, newest first.

        Words that no event has are left out, and so are those of one or two ASCII letters. Of a very long text, only
        the first words are looked up.
        """

    def index_words(self, rows: Iterable[tuple[int, str]]) -> None:
        """Makes the words of new events (id, words) searchable."""

    def forget_words(self, rows: Iterable[tuple[int, str]]) -> None:
        """Removes the words of events (id, words) from the search index; they must be the words that were indexed."""

    def wait(self, timeout: float, stop: StopSignal | None = None) -> bool:
        """Waits up to `timeout` seconds for another connection's change; False may still mean that there was one.

        `stop`, which another thread can give, ends the wait at once.
        Raises DatabaseMissing if the database is no longer at its path, and Newer if it was upgraded.
        """

    def file_id(self) -> str:
        """Which file or table on a server this is: a copy of the database has another one, wherever it is put."""

    def cache_little(self) -> None:
        """Keeps little of the database in memory from now on."""

    def expect_bulk(self) -> None:
        """Prepares for transactions that write much, one after the other: more of the database stays in memory."""

    def close(self) -> None:
        """Closes the database."""


def chunks(
    engine: Engine,
    table: str,
    columns: str,
    size: int,
    *,
    where: str = "true",
    params: Mapping[str, Any] | None = None,
    after: int = 0,
) -> Iterator[list[Row]]:
    """Yields the rows of a table that match `where` and have ids above `after`, in order of id, `size` at a time.

    `columns` must begin with the id.
    """
    sql = f"select {columns} from {table} where id > :after and {where} order by id limit {size}"
    while rows := engine.fetch_all(sql, {**(params or {}), "after": after}):
        yield rows
        after = rows[-1][0]
