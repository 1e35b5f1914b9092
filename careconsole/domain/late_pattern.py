"""Regular expressions that are compiled when they are first used: most commands need none of them.

Compiling a long one takes about a millisecond, as long as importing several modules.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any


class LatePattern:
    """A pattern with the methods of `re.Pattern` that are used here."""

    match: Callable[..., re.Match[str] | None]
    fullmatch: Callable[..., re.Match[str] | None]
    search: Callable[..., re.Match[str] | None]

    def __init__(self, pattern: str, flags: re.RegexFlag = re.NOFLAG) -> None:
        self._pattern, self._flags = pattern, flags

    def __getattr__(self, name: str) -> Any:
        if name not in LatePattern.__annotations__:
            raise AttributeError(name)
        compiled = re.compile(self._pattern, self._flags)
        # From now on they are found on the object, at no cost.
        self.match, self.fullmatch, self.search = compiled.match, compiled.fullmatch, compiled.search
        return getattr(self, name)
