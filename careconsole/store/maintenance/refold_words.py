"""Folds names and searched words again, for a database whose names and words were folded by an older program.

What is plain ASCII is folded as ever, so only the rest is read and written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from careconsole.domain.terminal_text import clean_name, fold
from careconsole.store.cases.repository import fact_of
from careconsole.store.engine.base import DatabaseCorrupt, Engine, chunks
from careconsole.store.engine.search_words import indexed

_AT_ONCE = 2_000
"""Events whose words are held in memory together."""


def refold_words(engine: Engine, say: Callable[[str], None] = lambda sentence: None) -> None:
    """Writes the folded names of people and customers, and the words of the events in the search index, anew.

    Part of a write. `say` gets a sentence about each name that `refold_names` changes.
    """
    refold_names(engine, say)
    _index_again(engine)


def refold_names(engine: Engine, say: Callable[[str], None] = lambda sentence: None) -> None:
    """Writes the folded names of people and customers anew where they are folded by other rules. Part of a write.

    Of several people, or customers, whom nothing visible tells apart, all but the first get a number after their name,
    and `say` gets a sentence about each.
    """
    for table in ("people", "customers"):
        for old, new in _refold_names(engine, table):
            say(f"{old} looked like another name among the {table}, and is now called {new}.")


def _refold_names(engine: Engine, table: str) -> Iterator[tuple[str, str]]:
    rows = engine.fetch_all(f"select id, name, folded from {table} where {engine.beyond_ascii('name')} order by id")
    changed = {number: (name, fold(name)) for number, name, folded in rows if fold(name) != folded}
    if not changed:
        return
    # A name that folds as before keeps its folded name, even if it was added later than one that changes.
    taken = {folded for number, folded in engine.fetch_all(f"select id, folded from {table}") if number not in changed}
    # One may get the folded name that another one has still.
    engine.execute_many(f"update {table} set folded = 'anew ' || id where id = ?", [(number,) for number in changed])
    for number, (name, folded) in changed.items():
        called, key = name, folded
        if not folded or folded in taken:
            called = _name_apart(clean_name(name) or f"Nameless {number}", taken)
            key = fold(called)
            yield name, called
        taken.add(key)
        engine.execute(
            f"update {table} set name = :name, folded = :folded where id = :id",
            {"name": called, "folded": key, "id": number},
        )


def _name_apart(name: str, taken: set[str]) -> str:
    apart, number = name, 1
    while fold(apart) in taken:
        number += 1
        apart = f"{name} ({number})"
    return apart


def _index_again(engine: Engine) -> None:
    where = engine.beyond_ascii("data")
    for rows in chunks(engine, "events", "id, kind, data", _AT_ONCE, where=where):
        words = []
        for number, kind, data in rows:
            try:
                text = fact_of(kind, data).search_text()
            except DatabaseCorrupt:  # `db check` reports it
                continue
            if indexed(text) != text:
                words.append((number, text))
        engine.execute_many("insert into search (search, rowid, words) values ('delete', ?, ?)", words)
        engine.index_words(words)
