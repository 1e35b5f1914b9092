"""The full-text search on PostgreSQL, with the words that SQLite's index has: both engines find the same events.

SQLite's own tokenizer splits the texts, here too. A row of the table `search` has the words of an event in their order,
between spaces, so that a phrase is a part of this text; and the beginnings of the words as a tsvector, whose index
finds the rows worth looking at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from careconsole.store.engine.driver import sqlite3
from careconsole.store.engine.search_words import indexed, search_phrases

TOKENIZER = "unicode61 remove_diacritics 2"
_LEXEME = 200
"""Characters of a word that the index has; PostgreSQL allows 2046 bytes."""
_ROOM = 500_000
"""Bytes of the words of an event that are indexed; PostgreSQL allows 2**20. A longer event is looked at each time."""


class Tokenizer:
    """Splits texts into words as SQLite's index does."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._connection.execute(f"create virtual table t using fts5 (words, content = '', tokenize = '{TOKENIZER}')")
        self._connection.execute("create virtual table v using fts5vocab (t, instance)")

    def words(self, texts: Sequence[str]) -> list[list[str]]:
        """The words of each text, in their order."""
        found: list[list[str]] = [[] for _ in texts]
        self._connection.executemany("insert into t (rowid, words) values (?, ?)", list(enumerate(texts, 1)))
        for number, word in self._connection.execute("select doc, term from v order by doc, offset"):
            found[number - 1].append(word)
        self._connection.execute("insert into t (t) values ('delete-all')")
        return found

    def close(self) -> None:
        """Frees the memory."""
        self._connection.close()


def search_row(number: int, words: Sequence[str]) -> tuple[int, str, list[str] | None]:
    """The row of an event with these words: its id, the words, and their beginnings."""
    lexemes = list(dict.fromkeys(word[:_LEXEME] for word in words))
    fits = sum(len(lexeme.encode()) + 8 for lexeme in lexemes) < _ROOM
    return number, f" {' '.join(words)} ", lexemes if fits else None


def condition(tokenizer: Tokenizer, texts: Iterable[str], name: str) -> tuple[str, dict[str, Any]]:
    """A condition on the table `search` for events that have all words of one of the texts, each as a prefix.

    Its parameters' names begin with `name`. Without any words it is false.
    """
    queries, parts, params = list[str](), list[str](), dict[str, Any]()
    for text in texts:
        phrases = [words for words in tokenizer.words([indexed(phrase) for phrase in search_phrases(text)]) if words]
        if phrases:
            queries.append(" & ".join(_query(words, prefix=True) for words in phrases))
            params[f"{name}_{len(parts)}"] = [f" {' '.join(words)}" for words in phrases]
            parts.append(_holds_all(f"{name}_{len(parts)}"))
    if not parts:
        return "1 = 0", {}
    return _where(name, " or ".join(parts)), {name: " | ".join(f"({query})" for query in queries), **params}


def word_condition(tokenizer: Tokenizer, word: str, name: str) -> tuple[str, dict[str, Any]]:
    """A condition on the table `search` for events that have this word of `telling_words`."""
    (words,) = tokenizer.words([indexed(word)])
    if not words:
        return "1 = 0", {}
    params: dict[str, Any] = {name: _query(words, prefix=False), f"{name}_0": [f" {' '.join(words)} "]}
    return _where(name, _holds_all(f"{name}_0")), params


def _where(name: str, holds: str) -> str:
    return f"(lexemes @@ :{name}::tsquery or lexemes is null) and ({holds})"


def _holds_all(name: str) -> str:
    return f"not exists (select 1 from unnest(:{name}::text[]) as part where strpos(words, part) = 0)"


def _query(words: Sequence[str], *, prefix: bool) -> str:
    """The words of a phrase as a tsquery; with `prefix`, the last one is the beginning of a word."""
    quoted = ["'" + word[:_LEXEME].replace("\\", "\\\\").replace("'", "''") + "'" for word in words]
    return " & ".join([*quoted[:-1], f"{quoted[-1]}:*" if prefix else quoted[-1]])
