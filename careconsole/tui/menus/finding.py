"""How well an item of the palette fits what was typed: by its name, other words for it, and its description."""

from __future__ import annotations

from careconsole.commands.other_words import OTHER_WORDS
from careconsole.domain.terminal_text import search_key
from careconsole.tui.widgets.menu import Item

EXACT, NAMED, CALLED, DESCRIBED = 1_000.0, 500.0, 300.0, 100.0
"""How well an item fits at least: by its key; by words of its name; by other words for it; by its description.

What has only the letters of the text in its name, in order, fits less than all of these.
"""
_WHOLE = 50.0
"""How much better whole words fit than their beginnings."""


def fitness(query: str, item: Item) -> float:
    """How well `item` fits the text; 0 if neither its name, nor another word for it, nor its description has it."""
    if query == item.key:
        return EXACT
    wanted = _words(query)
    if not wanted:
        return 0.0
    kind, _, id = item.id.partition(":")
    others = OTHER_WORDS.get(id, "") if kind in ("verb", "act", "other") else ""
    for least, text in ((NAMED, item.text), (CALLED, others), (DESCRIBED, f"{item.text} {others} {item.help}")):
        words = _words(text)
        if all(any(word.startswith(one) for word in words) for one in wanted):
            whole = sum(one in words for one in wanted) / len(wanted)
            first = words[0] == wanted[0] if least == NAMED else False
            return least + _WHOLE * (whole + first)
    return 0.0


def _words(text: str) -> list[str]:
    """The words of a text; those joined with a hyphen are words of their own, as "what-if" is typed for "What if"."""
    return [word.strip(".,:;()'\"") for word in search_key(text).replace("-", " ").split()]
