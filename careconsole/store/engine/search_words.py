"""Splits a search text into words as SQLite's full-text index does."""

from __future__ import annotations

from collections.abc import Iterable

_MOST_WORDS = 100
_MOST_TELLING = 24


def search_query(texts: Iterable[str]) -> str:
    """The FTS query for events that have all words of one of the texts, each as a prefix; empty without any words."""
    queries = []
    for text in texts:
        if words := _words(text)[:_MOST_WORDS]:
            queries.append(" ".join(f'"{word}"*' for word in words))
    return queries[0] if len(queries) == 1 else " OR ".join(f"({query})" for query in queries)


def telling_words(text: str) -> list[str]:
    """The first 24 distinct words of a text, in lower case, without those of one or two ASCII letters."""
    words = [word.lower() for word in _words(text)]
    telling = [word for word in words if len(word) > 2 or not word.isascii() or not word.isalpha()]
    return list(dict.fromkeys(telling))[:_MOST_TELLING]


def _words(text: str) -> list[str]:
    return [word for word in _split(text) if any(char.isalnum() for char in word)]


def _split(text: str) -> list[str]:
    from unicodedata import category

    word: list[str] = []
    words: list[str] = []
    for char in text:
        # A combining accent is a separate character after its letter.
        if char.isalnum() or char in "_'’" or category(char)[0] == "M":
            word.append(char)
        elif word:
            words.append("".join(word))
            word = []
    return [*words, "".join(word)] if word else words
