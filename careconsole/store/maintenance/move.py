"""Copies everything of a database into an empty one of the other engine, with all its numbers, and compares the two.

Unlike an export, the copy has what people have at their consoles: drafts, addresses, waiting notices and mails.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import zip_longest
from typing import TYPE_CHECKING, cast

from careconsole.store import Store
from careconsole.store.cases.repository import fact_of
from careconsole.store.engine.base import Engine, Row
from careconsole.store.engine.digests import DIGESTS
from careconsole.store.engine.schema_version import LATEST, OTHER_PLACE
from careconsole.store.engine.search_words import telling_words
from careconsole.store.maintenance.damage_check import first_problem
from careconsole.store.maintenance.migrate import Progress
from careconsole.store.maintenance.postgres_tables import NUMBERED, Tables, tables
from careconsole.store.maintenance.restore_dump import index_all_words
from careconsole.store.outgoing import SENT_FROM

if TYPE_CHECKING:
    from careconsole.store.engine.postgres import PostgresEngine

_LEFT = ("seals", "maintenance", "presence")
"""Tables that say something about one database only; `seals` is brought up to date by the numbers."""
_WORDS = 50
"""Words that are looked up in both."""
_TELL = 5_000
"""Rows after which progress is told."""


def copy_everything(source: Store, target: Engine, tell: Progress) -> dict[str, int]:
    """Copies all rows into the empty tables of `target`; returns how many there are in each table.

    Part of a write of both.
    """
    every = _copied()
    counts = {table: _count(source.engine, table) for table in every}
    total, done = sum(counts.values()), 0
    if target.keeps_files:
        target.execute("pragma defer_foreign_keys = on")  # people and imports refer to one another
    target.execute("delete from team")
    for table, columns in every.items():

        def rows(table: str = table, columns: Sequence[str] = columns) -> Iterator[Row]:
            nonlocal done
            for row in _rows(source.engine, table, columns):
                yield row
                done += 1
                if done % _TELL == 0:
                    tell.at("Rows copied", done, total)

        if target.keeps_files:
            marks = ", ".join("?" * len(columns))
            target.execute_many(f"insert into {table} ({', '.join(columns)}) values ({marks})", rows())
        else:
            cast("PostgresEngine", target).copy_rows(table, columns, rows())
    tell.at("Rows copied", total, total)
    return counts


def finish_copy(source: Store, target: Engine) -> None:
    """Makes what follows from the rows: the highest numbers ever given, and the search index."""
    for table in NUMBERED:
        target.reserve(table, source.engine.last_id(table) - target.last_id(table))
    index_all_words(target)
    target.settle()  # the copy is checked within the same write


def send_from(source: Store, target: Store) -> None:
    """Has the mails that wait sent from the copy, if they would have been sent from the original."""
    if source.people.setting(SENT_FROM) == source.engine.file_id():
        target.people.set(SENT_FROM, target.engine.file_id())


def first_difference(source: Store, target: Store, tell: Progress) -> str:
    """The first difference between two databases, or the first damage of the second, as a sentence; empty without."""
    one, other = source.engine, target.engine
    for table, columns in _copied().items():
        for first, second in zip_longest(_rows(one, table, columns), _rows(other, table, columns)):
            if first != second:
                return f"A row of {table} differs: {(first or second)[0]}."
    for table in NUMBERED:
        if one.last_id(table) != other.last_id(table):
            return f"The highest number of {table} differs."
    tell.say("All rows are the same. Now every case is rebuilt from its history.")
    if (problem := first_problem(target)) is not None:
        return problem
    for word in _words(one):
        if _found(one, word) != _found(other, word):
            return f"The search for {word} finds other cases."
    return ""


def instants(engine: Engine) -> list[int]:
    """Three moments of the history, in epoch milliseconds: early, in the middle, and the last."""
    row = engine.fetch_one("select min(at), max(at) from events")
    if row is None or row[0] is None:
        return []
    return [row[0] + (row[1] - row[0]) // 4, row[0] + (row[1] - row[0]) // 2, row[1]]


@cache
def _made() -> Tables:
    return tables(LATEST)


def _copied() -> dict[str, list[str]]:
    """The tables that are copied, and the columns of each; digests are made anew, but those of events."""
    made = _made().columns
    return {
        table: [name for name in columns if name not in DIGESTS or table == "events"]
        for table, columns in made.items()
        if table not in _LEFT
    }


def _rows(engine: Engine, table: str, columns: Sequence[str]) -> Iterator[Row]:
    """The rows of a table in order of its key."""
    key = _made().keys[table][0].partition("(")[2].rstrip(")")
    which = f" where name <> '{OTHER_PLACE}'" if table == "team" else ""
    return engine.fetch_each(f"select {', '.join(columns)} from {table}{which} order by {key}")


def _count(engine: Engine, table: str) -> int:
    row = engine.fetch_one(f"select count(*) from {table}")
    return int(row[0]) if row else 0


def _words(engine: Engine) -> list[str]:
    """Words of events from the whole history."""
    found: dict[str, None] = {}
    last = engine.last_id("events")
    for place in range(4 * _WORDS):
        row = engine.fetch_one(
            "select kind, data from events where id >= :id order by id limit 1", {"id": last * place // (4 * _WORDS)}
        )
        for word in telling_words(fact_of(*row).search_text() or "")[-1:] if row is not None else ():
            found[word] = None
        if len(found) >= _WORDS:
            break
    return list(found)


def _found(engine: Engine, word: str) -> list[int]:
    condition, params = engine.words_match(word)
    return engine.fetch_numbers(f"select id from events where {condition} order by id", params).tolist()
