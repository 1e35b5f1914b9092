"""The commands, options and pages that somebody may have meant."""

from __future__ import annotations

from collections.abc import Iterable

_AS_NEAR = 0.7
"""How much of two names must be the same; with less, `close` is near to `cause`."""
_LONGEST = 40
_SHORTEST = 3
"""Letters with which a name must at least begin."""


def near_names(word: str, names: Iterable[str]) -> list[str]:
    """At most two of the names: those that begin with the word, or are nearly written like it. Dashes do not count."""
    from difflib import get_close_matches

    there = {name.lstrip("-"): name for name in names}
    stem = word.lstrip("-").lower()[:_LONGEST]
    begun = [name for name in there if len(stem) >= _SHORTEST and name.startswith(stem)]
    near = get_close_matches(stem, there, n=2, cutoff=_AS_NEAR)
    return [there[name] for name in dict.fromkeys([*near, *begun])][:2]


def meant(word: str, names: Iterable[str]) -> str:
    """The question whether one of the near names was meant, with a space after it; empty if there is none."""
    near = near_names(word, names)
    return f"Did you mean {' or '.join(near)}? " if near else ""
