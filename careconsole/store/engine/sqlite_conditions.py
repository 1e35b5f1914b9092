"""What SQLite has of its own: conditions and expressions, and the search index, an FTS5 table without contents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from careconsole.domain.terminal_text import search_key
from careconsole.store.engine.search_words import indexed, search_query, telling_words, word_query

if TYPE_CHECKING:
    from careconsole.store.engine.base import Row

_MAX_SEPARATE = 8
"""Up to this many alternatives are separate conditions, which is faster than a list."""
_MOST_COUNTED = 50_000
"""Events with a word that are counted to tell the rarest of several words."""
_MOST_WAITING = 1_000
"""Texts that wait to be indexed together."""


class SqliteConditions:
    """The part of the SQLite engine that only writes SQL; `Engine` says what each of these is for."""

    def in_list(self, column: str, values: Sequence[str] | Sequence[int]) -> tuple[str, dict[str, Any]]:
        """A single parameter (`:among`, so once per statement): SQLite finds parameters by linear search."""
        return f"{column} in (select value from json_each(:among))", {"among": msgspec.json.encode(values).decode()}

    def holds_any(self, column: str, parts: Sequence[str], name: str) -> tuple[str, dict[str, Any]]:
        """Many parts become one list, as SQLite limits expression depth; `instr`, as it limits LIKE patterns."""
        if len(parts) > _MAX_SEPARATE:
            return (
                f"exists (select 1 from json_each(:{name}) where instr({column}, value) > 0)",
                {name: msgspec.json.encode(parts).decode()},
            )
        params = {f"{name}_{place}": part for place, part in enumerate(parts)}
        return f"({' or '.join(f'instr({column}, :{one}) > 0' for one in params)})", params

    def names_hold(self, column: str, parts: Sequence[str], name: str) -> tuple[str, dict[str, Any]]:
        """Most names are ASCII, and are their own search keys; the function is called for the others alone."""
        return self.holds_any(self.key_of(column), [search_key(part) for part in parts], name)

    def key_of(self, column: str) -> str:
        """The function is called for the names beyond ASCII alone."""
        return f"iif({self.beyond_ascii(column)}, search_key({column}), {column})"

    def beyond_ascii(self, column: str) -> str:
        """The comparison of lengths is faster than a pattern."""
        return f"length({column}) <> length(cast({column} as blob))"

    def json_number(self, column: str, key: str) -> str:
        """Null for a text that is no JSON, which a damaged database may have."""
        return f"iif(json_valid({column}), json_extract({column}, '$.{key}'), null)"

    def json_holds(self, column: str, key: str, number: str) -> str:
        """False for a text that is no JSON, which a damaged database may have."""
        return f"{number} in (select value from json_each(iif(json_valid({column}), {column}, '{{}}'), '$.{key}'))"

    def joined(self, column: str) -> str:
        """The integers of a column of a group, with commas between them."""
        return f"group_concat({column})"


class SqliteSearch(SqliteConditions):
    """The part of the SQLite engine that finds words.

    Within a write, new words wait for its end: whenever a statement begins that may have to be taken back by itself, as
    most inserts may, FTS5 writes out what it has gathered until then. A mail each made a tenth of reading mails.
    """

    _writing: bool
    _waiting: list[tuple[int, str]]

    if TYPE_CHECKING:

        def fetch_one(self, sql: str, params: Mapping[str, Any] | None = None) -> Row | None:
            """The first row of a query, if any."""

        def fetch_all(self, sql: str, params: Mapping[str, Any] | None = None) -> list[Row]:
            """Every row of a query."""

        def execute_many(self, sql: str, rows: Iterable[Sequence[Any] | Mapping[str, Any]]) -> None:
            """Runs a statement for every row."""

    def words_match(self, *texts: str, name: str = "words") -> tuple[str, dict[str, Any]]:
        """Every word of a text (of a very long one, the first hundred) must be a prefix of a word of the event."""
        query = search_query(texts)
        if not query:
            return "1 = 0", {}
        self.index_waiting()
        return f"events.id in (select rowid from search where search match :{name})", {name: query}

    def rarest_first(self, texts: Sequence[Sequence[str]]) -> list[int]:
        """Counts the events of each in the search index, up to a number that takes some milliseconds."""
        self.index_waiting()
        counts = []
        for some in texts:
            query = search_query(some)
            sql = f"select count(*) from (select 1 from search where search match :query limit {_MOST_COUNTED})"
            row = self.fetch_one(sql, {"query": query}) if query else None
            counts.append(row[0] if row else 0)
        return sorted(range(len(texts)), key=counts.__getitem__)

    def words_like(self, text: str, most: int) -> list[tuple[str, list[int]]]:
        """Reads each word's events from the newest end, so that a very common word costs no more."""
        self.index_waiting()
        found = []
        for word in telling_words(text):
            rows = self.fetch_all(
                "select rowid from search where search match :word order by rowid desc limit :most",
                {"word": word_query(word), "most": most},
            )
            if rows:
                found.append((word, [row[0] for row in rows]))
        return found

    def index_words(self, rows: Iterable[tuple[int, str]]) -> None:
        """Makes the words of new events (id, words) searchable."""
        for row in rows:
            self._waiting.append(row)
            if len(self._waiting) >= _MOST_WAITING:
                self.index_waiting()
        if not self._writing:
            self.index_waiting()

    def forget_words(self, rows: Iterable[tuple[int, str]]) -> None:
        """Removes the words of events (id, words) from the search index; they must be the words that were indexed."""
        self.index_waiting()
        words = [(number, indexed(text)) for number, text in rows]
        self.execute_many("insert into search (search, rowid, words) values ('delete', ?, ?)", words)

    def index_waiting(self) -> None:
        """Writes out the words that wait, before the index is asked and at the end of a write."""
        if self._waiting:
            words = [(number, indexed(text)) for number, text in self._waiting]
            self._waiting = []
            self.execute_many("insert into search (rowid, words) values (?, ?)", words)
