"""Regular expressions out of maps: looked for in the beginning of a value, and never for long.

Whoever writes a map may write a pattern that takes for ever on a value that somebody else writes, such as `^(a+)+$` on
a row of a's. Python's own `re` cannot be interrupted; the package regex, which reads the same patterns, gives up.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from careconsole.domain.errors import WrongUse
from careconsole.domain.terminal_text import display_text

if TYPE_CHECKING:
    import regex

LOOKED_AT = 4_000
"""So many characters of a value are searched; ids, names and the words that tell of a merge are much shorter."""
PATIENCE = 2.0
"""Seconds of this process's computing that one value may take; a usual one takes some millionths."""


def groups_of(pattern: str) -> int:
    """How many groups a pattern has. Raises ValueError, with the reason, for what is no regular expression."""
    return int(_compiled(pattern).groups)


def search(pattern: str, text: str) -> regex.Match[str] | None:
    """Where `pattern` is found first in the beginning of `text`. Raises WrongUse where that takes too long."""
    try:
        return _compiled(pattern).search(text[:LOOKED_AT], timeout=PATIENCE)
    except TimeoutError:
        raise WrongUse(
            f"The pattern “{display_text(pattern, 80)}” of the map takes too long on “{display_text(text, 40)}”.",
            "Write it without repetitions within one another, such as (a+)+, or alternatives that begin alike.",
        ) from None


@cache
def _compiled(pattern: str) -> regex.Pattern[str]:
    import regex

    try:
        return regex.compile(pattern)
    except (regex.error, OverflowError, RecursionError, MemoryError) as error:
        raise ValueError(str(error)) from error
