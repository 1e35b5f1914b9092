"""Compares the search with the words of the events.

The index of the search is read term by term, and the events are indexed anew a part at a time, in memory. Both are
brought to one sum over the places of all terms, so that neither has to be kept whole.
"""

from __future__ import annotations

from hashlib import blake2b

from careconsole.store.cases.repository import fact_of
from careconsole.store.engine.base import LEAST_ID, DatabaseCorrupt, Engine, parts

_AT_ONCE = 5_000
"""Events that are indexed anew together."""
_MODULUS = 2**128


def index_problems(engine: Engine) -> list[str]:
    """What the search finds wrong with its own index, as sentences.

    SQLite takes this question for a write: it raises Busy while others write, and Hindered where one may not.
    """
    try:
        engine.write(lambda: engine.run("insert into search (search) values ('integrity-check')"))
    except DatabaseCorrupt as error:
        return [f"The search is damaged: {error.message}"]
    return []


def search_problems(engine: Engine) -> list[str]:
    """Where the search differs from the words of the events, as sentences."""
    made = engine.one("select sql from sqlite_master where name = 'search'")
    if made is None:
        return ["The search is missing."]
    engine.run("create virtual table temp.search_stored using fts5vocab(main, search, instance)")
    engine.run(f"create virtual table temp.search_anew using {str(made[0]).partition(' using ')[2]}")
    engine.run("create virtual table temp.search_made using fts5vocab(temp, search_anew, instance)")
    try:
        return engine.read(lambda: _compare(engine))
    finally:
        for table in ("search_made", "search_anew", "search_stored"):
            engine.run(f"drop table temp.{table}")


def _compare(engine: Engine) -> list[str]:
    stored = _sum(engine, "search_stored")
    made = unreadable = 0
    for rows in parts(engine, "events", "id, kind, data", _AT_ONCE, after=LEAST_ID):
        words = []
        for number, kind, data in rows:
            try:
                words.append((number, fact_of(kind, data).search_text()))
            except DatabaseCorrupt:  # told with the histories
                unreadable += 1
        engine.many("insert into temp.search_anew (rowid, words) values (?, ?)", [w for w in words if w[1]])
        made = (made + _sum(engine, "search_made")) % _MODULUS
        engine.run("insert into temp.search_anew (search_anew) values ('delete-all')")
    return [] if stored == made or unreadable else ["The search does not have the words of the events."]


def _sum(engine: Engine, table: str) -> int:
    """A number that depends on every place of every term, and adds up over parts."""
    total = 0
    for term, count, documents, places in engine.all(
        f"select cast(term as blob), count(*), sum(doc), sum(doc * (offset + 1)) from temp.{table} group by term"
    ):
        weight = int.from_bytes(blake2b(term, digest_size=16).digest())
        total += weight * (count + 0x9E3779B97F4A7C15 * documents + 0xC2B2AE3D27D4EB4F * places)
    return total % _MODULUS
