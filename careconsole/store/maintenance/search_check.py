"""Compares the search index with the words of the events.

The index is read term by term, and the events are indexed again in chunks, in a temporary table. Both are reduced to
one sum over the positions of all terms, so that neither has to be held in full.
"""

from __future__ import annotations

from hashlib import blake2b

from careconsole.store.cases.repository import fact_of
from careconsole.store.engine.base import LEAST_ID, DatabaseCorrupt, Engine, chunks
from careconsole.store.engine.search_words import indexed

_AT_ONCE = 5_000
"""Events that are indexed together."""
_MODULUS = 2**128


def index_problems(engine: Engine) -> list[str]:
    """The problems that SQLite finds in its search index, as sentences.

    SQLite runs this check as a write: raises Busy while others write, and Hindered without permission to write.
    """
    try:
        engine.write(lambda: engine.execute("insert into search (search) values ('integrity-check')"))
    except DatabaseCorrupt as error:
        return [f"The search index is damaged: {error.message}"]
    return []


def search_problems(engine: Engine) -> list[str]:
    """Where the search index differs from the words of the events, as sentences."""
    made = engine.fetch_one("select sql from sqlite_master where name = 'search'")
    if made is None:
        return ["The search index is missing."]
    engine.execute("create virtual table temp.search_stored using fts5vocab(main, search, instance)")
    engine.execute(f"create virtual table temp.search_anew using {str(made[0]).partition(' using ')[2]}")
    engine.execute("create virtual table temp.search_made using fts5vocab(temp, search_anew, instance)")
    try:
        return engine.read(lambda: _compare(engine))
    finally:
        for table in ("search_made", "search_anew", "search_stored"):
            engine.execute(f"drop table temp.{table}")


def _compare(engine: Engine) -> list[str]:
    stored = _sum(engine, "search_stored")
    made = unreadable = 0
    for rows in chunks(engine, "events", "id, kind, data", _AT_ONCE, after=LEAST_ID):
        words = []
        for number, kind, data in rows:
            try:
                words.append((number, indexed(fact_of(kind, data).search_text())))
            except DatabaseCorrupt:  # reported with the histories
                unreadable += 1
        engine.execute_many("insert into temp.search_anew (rowid, words) values (?, ?)", [w for w in words if w[1]])
        made = (made + _sum(engine, "search_made")) % _MODULUS
        engine.execute("insert into temp.search_anew (search_anew) values ('delete-all')")
    return [] if stored == made or unreadable else ["The search index does not match the events."]


def _sum(engine: Engine, table: str) -> int:
    """A checksum over every position of every term, which adds up over chunks."""
    total = 0
    for term, count, documents, places in engine.fetch_each(
        f"select cast(term as blob), count(*), sum(doc), sum(doc * (offset + 1)) from temp.{table} group by term"
    ):
        weight = int.from_bytes(blake2b(term, digest_size=16).digest())
        total += weight * (count + 0x9E3779B97F4A7C15 * documents + 0xC2B2AE3D27D4EB4F * places)
    return total % _MODULUS
