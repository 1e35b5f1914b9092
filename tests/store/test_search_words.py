"""The words of the full-text index: what SQLite makes of a text by itself, and what it gets instead."""

from __future__ import annotations

from contextlib import closing

from careconsole.domain.terminal_text import search_key
from careconsole.store.engine.driver import sqlite3
from careconsole.store.engine.search_words import indexed

TOKENIZER = "unicode61 remove_diacritics 2"


def test_what_is_indexed_as_it_is_has_the_words_of_its_search_key() -> None:
    plain = [chr(n) for n in range(128, 0x3000) if indexed(f"a{chr(n)}b") == f"a{chr(n)}b"]
    assert {"é", "Ü", "ž", "İ", "’"} <= set(plain)
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f'create virtual table t using fts5(words, tokenize = "{TOKENIZER}")')
        connection.execute("create virtual table v using fts5vocab(t, instance)")

        def words(text: str) -> list[str]:
            connection.execute("delete from t")
            connection.execute("insert into t values (?)", (text,))
            return [row[0] for row in connection.execute("select term from v order by offset")]

        for char in plain:
            assert words(f"a{char}b") == words(search_key(f"a{char}b")), hex(ord(char))


def test_european_text_is_indexed_as_it_is() -> None:
    text = "Die Tür “klemmt” – façade, señor, Žižek, Kraków…"
    assert indexed(text) is text
