"""Words as the full-text index has them, and search texts split into such words.

The index gets texts with their search keys, as names are found by theirs. Scripts that write words without spaces
between them (Chinese, Japanese, Korean in part, Thai and its neighbours) are indexed character by character, so that a
word is found wherever it stands in a run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from careconsole.domain.terminal_text import search_key
from careconsole.store.engine.base import Engine

_MOST_WORDS = 100
_MOST_TELLING = 24
_PAIR = 2
"""Characters of a run that are taken for a word together: most words of Chinese and Japanese have two."""


@cache
def _unspaced() -> re.Pattern[str]:
    return re.compile(
        "[\u0e01-\u0e30\u0e32-\u0e33\u0e40-\u0e46"  # Thai, Lao, Myanmar, Khmer: marks belong to the letter before
        "\u0e81-\u0eb0\u0eb2-\u0eb3\u0ebd-\u0ec6\u0edc-\u0edf\u1000-\u102a\u103f\u1050-\u1055\u1780-\u17b3"
        "\u3005-\u3007\u3021-\u3029\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf"
        "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]"
    )


@cache
def _indexed_as_is() -> re.Pattern[str]:
    # Most European text: SQLite takes the accents off by itself, so that such text costs nothing here.
    return re.compile(
        "[\x00-\x7f\xa0-\xa9\xab\xac\xae\xaf-\xb1\xb4\xb6-\xb8\xbb\xbf-\xc5\xc7-\xcf\xd1-\xd7\xd9-\xdd\xe0-\xe5\xe7-\xef"
        "\xf1-\xf7\xf9-\xfd\xff-\u010f\u0112-\u0125\u0128-\u0130\u0134-\u0137\u0139-\u013e\u0143-\u0148\u014c-\u0151"
        "\u0154-\u0165\u0168-\u017e\u2013\u2014\u2018-\u201e\u2022\u2026\u20ac]*"
    )


def indexed(text: str) -> str:
    """A text as the index gets it."""
    if text.isascii() or _indexed_as_is().fullmatch(text):
        return text
    return _unspaced().sub(r" \g<0> ", search_key(text))


def search_phrases(text: str) -> list[str]:
    """The words of a search text (of a very long one, the first hundred), each of which must begin a word.

    A run is searched as a phrase, of which every character is a word.
    """
    words = _words(search_key(text))[:_MOST_WORDS]
    return [word[:_MOST_WORDS] if _is_run(word) else word for word in words]


def search_query(texts: Iterable[str]) -> str:
    """The FTS query for events that have all words of one of the texts, each as a prefix; empty without any words."""
    queries = []
    for text in texts:
        if phrases := search_phrases(text):
            queries.append(" ".join(f'"{indexed(phrase)}"*' for phrase in phrases))
    return queries[0] if len(queries) == 1 else " OR ".join(f"({query})" for query in queries)


def telling_words(text: str) -> list[str]:
    """The first 24 distinct words of a text, in lower case, without everyday ones and those of up to two ASCII letters.

    Of a run of words without spaces, each pair of characters counts as a word.
    """
    from careconsole.domain.everyday_words import EVERYDAY  # searching needs none of them

    telling: dict[str, str] = {}
    for word in (part.lower() for run in _words(text) for part in _pairs(run)):
        key = search_key(word.replace("’", "'"))
        if key not in EVERYDAY and (len(word) > 2 or not word.isascii() or not word.isalpha()):
            telling.setdefault(key, word)
        if len(telling) == _MOST_TELLING:
            break
    return list(telling.values())


def word_query(word: str) -> str:
    """The FTS query for events that have a word of `telling_words`."""
    return f'"{indexed(word)}"'


def still_said(engine: Engine, moment: int | None = None) -> str:
    """The condition on the table events that an event still says on its case what the index has of it.

    It was not undone, and its words did not move to another case; one with a subject keeps that. `moment` (epoch
    milliseconds) is when it has to hold; for now (None), the log of commands says what is undone.
    """
    until = "" if moment is None else f" and split_off.at <= {int(moment)}"
    return (
        f"not {_undone(engine, 'events', moment)} and not exists (select 1 from events as split_off"
        " where split_off.case_id = events.case_id and split_off.number > events.number and split_off.kind = 'split'"
        f"{until} and {engine.json_holds('split_off.data', 'words', 'events.number')}"
        f""" and not {_undone(engine, "split_off", moment)} and events.data not like '%"subject":%')"""
    )


def _undone(engine: Engine, event: str, moment: int | None) -> str:
    if moment is None:
        return f"exists (select 1 from commands where commands.id = {event}.command_id and commands.undone = 1)"
    turned, again = (
        f"select 1 from events as {turn} where {turn}.case_id = {event}.case_id and {turn}.kind = '{kind}'"
        f" and {turn}.at <= {int(moment)} and {engine.json_number(f'{turn}.data', 'command')} = {event}.command_id"
        for turn, kind in (("undoing", "undone"), ("redoing", "redone"))
    )
    return f"exists ({turned} and not exists ({again} and redoing.number > undoing.number))"


def _is_run(word: str) -> bool:
    return not word.isascii() and _unspaced().search(word) is not None


def _pairs(word: str) -> list[str]:
    if len(word) <= _PAIR or not _is_run(word):
        return [word]
    return [word[at : at + _PAIR] for at in range(len(word) - 1)]


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
