"""Which playbooks fit a case: by cause, tags, and the words that both have in common.

Words are compared by the cosine of TF-IDF vectors (Salton and Buckley, "Term-weighting approaches in automatic text
retrieval", 1988): the words of all cases of a playbook are pooled to one vector, since pooling by cause names the right
one more often than comparing single cases does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from heapq import nlargest
from math import log, sqrt

import msgspec

from careconsole.domain.everyday_words import EVERYDAY
from careconsole.domain.terminal_text import search_key

CAUSE, TAG, WORDS = 8.0, 2.0, 10.0
"""The points for a cause in common, for each tag in common, and for vectors of words that point the same way."""
FLOOR = 1.5
"""Fewer points than this are no suggestion: words alone need a cosine of 0.15, since everyday words reach 0.12."""
MOST = 3
"""How many playbooks are suggested at most."""
_WORD = re.compile(r"[^\W\d_]{3,}")
_MOST_WORDS = 2_000
_TOLD = 3
"""How many words in common are named."""


class Likeness(msgspec.Struct, frozen=True):
    """A playbook that fits, its points, and why: "same cause: refund limit; same words: leak, gasket"."""

    playbook: int
    points: float
    why: str


class WordWeight(msgspec.Struct, frozen=True):
    """A word of a playbook's cases: its weight in the playbook's vector of length 1, and how rare it is (idf)."""

    playbook: int
    word: str
    weight: float
    rarity: float


def words_of(text: str) -> Counter[str]:
    """The words of a text, folded as the search folds them, each with how often it occurs.

    Numbers and everyday words are left out.
    """
    found = [word for word in _WORD.findall(search_key(text)) if word not in EVERYDAY]
    return Counter(found[:_MOST_WORDS])


def rarities(documents: Iterable[Iterable[str]]) -> dict[str, float]:
    """The rarity (smoothed inverse document frequency) of each word, given the words of each document."""
    count, having = 0, Counter[str]()
    for words in documents:
        count += 1
        having.update(set(words))
    return {word: log((1 + count) / (1 + among)) for word, among in having.items()}


def vector(words: Mapping[str, int], rarity: Mapping[str, float]) -> dict[str, float]:
    """The weights of some words in a vector of length 1; words without a rarity are left out."""
    weights = {word: (1 + log(count)) * rare for word, count in words.items() if (rare := rarity.get(word, 0.0)) > 0}
    length = sqrt(sum(weight * weight for weight in weights.values()))
    return {word: weight / length for word, weight in weights.items()} if length else {}


def rank(
    words: Mapping[str, int],
    weights: Iterable[WordWeight],
    causes: Mapping[int, list[str]],
    tags: Mapping[int, list[str]],
    candidates: Iterable[int],
) -> list[Likeness]:
    """The best playbooks among `candidates` for a case with these words, at most `MOST`, none below `FLOOR`.

    `causes` and `tags` are what each playbook has in common with the case; `weights` the playbooks' words that are
    among those of the case.
    """
    rarity: dict[str, float] = {}
    shared: dict[int, list[tuple[float, str]]] = {}
    held = list(weights)
    for one in held:
        rarity[one.word] = one.rarity
    # Words that no playbook has are as rare as the rarest: without them, one common word would be all of the case.
    rarest = max(rarity.values(), default=0.0)
    mine = vector(words, {word: rarity.get(word, rarest) for word in words})
    for one in held:
        if (product := mine.get(one.word, 0.0) * one.weight) > 0:
            shared.setdefault(one.playbook, []).append((product, one.word))
    found = []
    for number in candidates:
        common = shared.get(number, [])
        same_causes, same_tags = causes.get(number, []), tags.get(number, [])
        points = CAUSE * bool(same_causes) + TAG * len(same_tags) + WORDS * sum(product for product, _ in common)
        if points < FLOOR:
            continue
        told = [word for _, word in nlargest(_TOLD, common)]
        why = "; ".join(
            f"same {what}{'s' if len(some) > 1 else ''}: {', '.join(some)}"
            for what, some in (("cause", same_causes), ("tag", same_tags), ("word", told))
            if some
        )
        found.append(Likeness(number, points, why))
    return nlargest(MOST, found, key=lambda one: (one.points, -one.playbook))
