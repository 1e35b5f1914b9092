"""Compares the search index with the words of the events.

The index is read term by term, and the words are indexed again in chunks, in a temporary table. Both are reduced to one
sum over the positions of all terms, so that neither has to be held in full.
"""

from __future__ import annotations

from hashlib import blake2b

from careconsole.store.cases.repository import fact_of
from careconsole.store.engine.base import LEAST_ID, DatabaseCorrupt, Engine, chunks
from careconsole.store.engine.search_words import indexed

_AT_ONCE = 5_000
"""Events with words that are indexed together, and events that are read together."""
_MOST_CHARACTERS = 4_000_000
"""The characters after which fewer events are indexed."""
_MODULUS = 2**128
_FAR = 4099
"""More than most texts have words, so that no other document times another place gives the same."""


def index_problems(engine: Engine) -> list[str]:
    """The problems that SQLite finds in its search index, as sentences.

    SQLite runs this check as a write: raises Busy while others write, and AccessPrevented without permission to write.
    """
    try:
        engine.write(lambda: engine.execute("insert into search (search) values ('integrity-check')"))
    except DatabaseCorrupt as error:
        return [f"The search index is damaged: {error.message}"]
    return []


class Reindexing:
    """Indexes the words of events again, in a temporary table, and adds up the checksum of what an index of them holds.

    `seen` counts the events given. Close it: its tables stay until then.
    """

    def __init__(self, engine: Engine, made: str) -> None:
        self._engine = engine
        self._waiting: list[tuple[int, str]] = []
        self._size = self._total = self.seen = 0
        engine.execute(f"create virtual table temp.search_anew using {made.partition(' using ')[2]}")
        engine.execute("create virtual table temp.search_made using fts5vocab(temp, search_anew, instance)")

    def add(self, words: list[tuple[int, str]]) -> None:
        """Takes events, each with its id and its words."""
        self.seen += len(words)
        for number, text in words:
            if text and (text := indexed(text)):
                self._waiting.append((number, text))
                self._size += len(text)

    def is_full(self) -> bool:
        """Whether so many words are waiting that they should be indexed now."""
        return len(self._waiting) >= _AT_ONCE or self._size >= _MOST_CHARACTERS

    def work(self) -> None:
        """Indexes what is waiting."""
        some = sorted(self._waiting)  # the order of its own that the index needs
        self._waiting, self._size = [], 0
        self._engine.execute_many("insert into temp.search_anew (rowid, words) values (?, ?)", some)
        self._total = (self._total + _sum(self._engine, "search_made")) % _MODULUS
        self._engine.execute("insert into temp.search_anew (search_anew) values ('delete-all')")

    def total(self) -> int:
        """The checksum of all words given."""
        self.work()
        return self._total

    def close(self) -> None:
        """Drops the tables."""
        self._engine.execute("drop table temp.search_made")
        self._engine.execute("drop table temp.search_anew")


def reindexing(engine: Engine) -> Reindexing | None:
    """A new `Reindexing` with the tokenizer of the search index; None if there is no index."""
    made = engine.fetch_one("select sql from sqlite_master where name = 'search'")
    return None if made is None else Reindexing(engine, str(made[0]))


def search_problems(engine: Engine, seen: int = 0, total: int = 0) -> list[str]:
    """Where the search index differs from the words of the events, as sentences.

    `seen` and `total` are what a `Reindexing` made of the events that were read already. Only if these are not all, or
    their words are others than those of the index, all events are read here.
    """
    if engine.fetch_one("select 1 from sqlite_master where name = 'search'") is None:
        return ["The search index is missing."]
    return engine.read(lambda: _compare(engine, seen, total))


def _compare(engine: Engine, seen: int, total: int) -> list[str]:
    engine.execute("create virtual table temp.search_stored using fts5vocab(main, search, instance)")
    try:
        stored = _sum(engine, "search_stored")
    finally:
        engine.execute("drop table temp.search_stored")
    count = engine.fetch_one("select count(*) from events")
    if stored == total and count == (seen,):
        return []
    return _read_again(engine, stored)


def _read_again(engine: Engine, stored: int) -> list[str]:
    again = reindexing(engine)
    assert again is not None
    try:
        for rows in chunks(engine, "events", "id, kind, data", _AT_ONCE, after=LEAST_ID):
            words = []
            for number, kind, data in rows:
                try:
                    words.append((number, fact_of(kind, data).search_text()))
                except DatabaseCorrupt:  # reported with the histories
                    return []
            again.add(words)
            if again.is_full():
                again.work()
        return [] if again.total() == stored else ["The search index does not match the events."]
    finally:
        again.close()


def _sum(engine: Engine, table: str) -> int:
    """A checksum over every position of every term, which adds up over chunks."""
    total = 0
    # One sum is of documents and of places: whichever of them is another one, the product is.
    for term, count, places in engine.fetch_each(
        f"select cast(term as blob), count(*), sum(doc * (offset + {_FAR})) from temp.{table} group by term"
    ):
        weight = int.from_bytes(blake2b(term, digest_size=16).digest())
        total += weight * (count + 0xC2B2AE3D27D4EB4F * places)
    return total % _MODULUS
