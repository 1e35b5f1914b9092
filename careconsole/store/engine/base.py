"""What the repositories need of a database engine, and the failures they see. SQL is written once, for every engine.

Statements use `:name` parameters and the common subset of SQLite and PostgreSQL. What differs (the schema, the search,
the feed of changes) is asked of the engine.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from careconsole.domain.errors import CareError

T = TypeVar("T")
Row = tuple[Any, ...]
NEVER = 9_007_199_254_740_991
"""The time that stands for "never": the largest whole number every reader of JSON keeps exactly."""
LEAST_ID = -(2**63)
"""Below every id that a damaged database can hold."""


class Busy(CareError):
    """Somebody else is writing and did not finish in time; nothing was changed."""

    kind = "busy"


class DatabaseMissing(CareError):
    """The database that was opened is not at its place any more; what would be written there, nobody would find."""

    kind = "database_gone"


class Newer(CareError):
    """The database has a shape that a newer program gave it, and which this one does not know."""


class Hindered(CareError):
    """The system stands in the way: a right or room is missing. It says nothing about what is stored."""


class DatabaseCorrupt(CareError):
    """What is stored is not what was written."""

    kind = "database_damaged"


class Engine(Protocol):
    """An open database. Reads see a consistent state within `read`; writes happen within `write` alone."""

    name: str

    def all(self, sql: str, params: Mapping[str, Any] | None = None) -> list[Row]:
        """Every row of a query."""

    def one(self, sql: str, params: Mapping[str, Any] | None = None) -> Row | None:
        """The first row of a query, if any."""

    def column(self, sql: str, params: Mapping[str, Any] | None = None) -> array[int]:
        """The whole numbers of a query with one column: eight bytes each, however many."""

    def run(self, sql: str, params: Mapping[str, Any] | None = None) -> int:
        """Runs a statement; returns how many rows it changed."""

    def insert(self, sql: str, params: Mapping[str, Any]) -> int:
        """Runs an insert and returns the number the engine gave to the new row."""

    def many(self, sql: str, rows: Iterable[Sequence[Any] | Mapping[str, Any]]) -> None:
        """Runs a statement for every row."""

    def reserve(self, table: str, count: int) -> int:
        """The first of `count` fresh ids of `table`, for rows inserted in this transaction."""

    def last_id(self, table: str) -> int:
        """The highest id that a row of `table` ever had, if ids of it are never given twice; 0 while there was none."""

    def use_digests(self) -> None:
        """Makes `row_digest` a function of SQL (see `store.engine.digests`), for statements outside of `write`."""

    def read(self, work: Callable[[], T]) -> T:
        """Runs `work` against one consistent state."""

    def write(self, work: Callable[[], T]) -> T:
        """Runs `work` as one transaction: all of it or nothing. It may run again, so it must have no other effect.

        Raises Busy when others kept the database for too long, DatabaseMissing when it is not at its place, and Newer
        when it was upgraded since it was opened. Nothing was changed then.
        """

    def check_opened(self, *, missing_ok: bool = False) -> None:
        """Raises DatabaseMissing or Newer, as `write` does, when the database is no more what was opened.

        With `missing_ok` one that is merely not at its place may still be read.
        """

    def among(self, column: str, values: Sequence[str] | Sequence[int]) -> tuple[str, dict[str, Any]]:
        """A condition that holds where `column` is one of `values`, however many, with its parameters."""

    def holds_any(self, column: str, parts: Sequence[str], name: str) -> tuple[str, dict[str, Any]]:
        """A condition that holds where the text in `column` holds one of `parts`, however many and however long.

        It comes with its parameters, whose names begin with `name`.
        """

    def words_match(self, *texts: str) -> tuple[str, dict[str, Any]]:
        """A condition on `events.id` that holds for events whose words match one of `texts`, with its parameters."""

    def words_like(self, text: str, most: int) -> list[tuple[str, list[int]]]:
        """The words of `text` in small letters, each with the events that have it: their ids, the newest `most` first.

        Words that no event has are left out, and so are those of one or two plain letters. Of a very long text, only
        the first words are looked up.
        """

    def index_words(self, rows: Iterable[tuple[int, str]]) -> None:
        """Makes the words of new events (id, words) searchable."""

    def forget_words(self, rows: Iterable[tuple[int, str]]) -> None:
        """Takes the words of events (id, words) out of the search; they must be those that went in."""

    def changes(self, cursor: str | None, limit: int = 1000) -> tuple[list[Row], str]:
        """Events since `cursor`, oldest first, and the next cursor.

        An event is (id, case number, kind, actor, command, number within the case). A cursor is opaque and holds for
        this database alone; None starts at the present.
        """

    def wait(self, timeout: float) -> bool:
        """Waits up to `timeout` seconds for somebody else's change; a hint only: False may still mean a change.

        Raises DatabaseMissing when the database is not at its place any more, and Newer when it was upgraded.
        """

    def close(self) -> None:
        """Closes the database."""


def parts(
    engine: Engine,
    table: str,
    columns: str,
    size: int,
    *,
    where: str = "true",
    params: Mapping[str, Any] | None = None,
    after: int = 0,
) -> Iterator[list[Row]]:
    """The rows of a table in the order of their ids, `size` at a time: those above the id `after` for which `where`
    holds. The id stands first among `columns`."""
    sql = f"select {columns} from {table} where id > :after and {where} order by id limit {size}"
    while rows := engine.all(sql, {**(params or {}), "after": after}):
        yield rows
        after = rows[-1][0]
