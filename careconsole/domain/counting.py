"""Numbers with their nouns."""

from __future__ import annotations


def counted(number: int, one: str, several: str = "") -> str:
    """A number with its noun, as in "1 case" and "1,204 cases"; `several` is a plural that is not `one` with an s."""
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"
