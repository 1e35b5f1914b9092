"""Numbers with their nouns, and lists, within a sentence."""

from __future__ import annotations

from collections.abc import Sequence


def counted(number: int, one: str, several: str = "") -> str:
    """A number with its noun, as in "1 case" and "1,204 cases"; `several` is a plural that is not `one` with an s."""
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"


def listed(words: Sequence[str], between: str = "and") -> str:
    """Some words, at least one, in a sentence: "Ben, Cleo and Dora"."""
    *most, last = words
    return f"{', '.join(most)} {between} {last}" if most else last
