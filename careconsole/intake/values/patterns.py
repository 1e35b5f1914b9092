"""Regular expressions from maps: searched for in the beginning of a value, and for a limited time.

A map may have a pattern that takes exponential time on a value from elsewhere, such as `^(a+)+$` on a row of a's.
Python's own `re` cannot be interrupted; the package regex, which reads the same patterns, has a timeout.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from careconsole.domain.errors import WrongUse
from careconsole.domain.terminal_text import display_text

if TYPE_CHECKING:
    import regex

LOOKED_AT = 4_000
"""How many characters of a value are searched; ids, names and the words that tell of a merge are much shorter."""
PATIENCE = 2.0
"""CPU seconds that one search may take; a usual one takes microseconds."""


def groups_of(pattern: str) -> int:
    """How many groups a pattern has. Raises ValueError, with the reason, for an invalid regular expression."""
    return int(_compiled(pattern).groups)


def search(pattern: str, text: str) -> regex.Match[str] | None:
    """The first match of `pattern` in the beginning of `text`, or None. Raises WrongUse if that takes too long."""
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
