"""Statements as PostgreSQL's driver takes them: repositories write `:name` and `?` for parameters."""

from __future__ import annotations

import re
from functools import lru_cache

_PLACES = re.compile(r"('(?:[^']|'')*')|(::\w+)|:(\w+)|(\?)|(%)")


@lru_cache(maxsize=1024)
def placed(sql: str) -> str:
    """`sql` with its parameters as psycopg marks them, and with every percent sign doubled."""
    return _PLACES.sub(_marked, sql)


def _marked(match: re.Match[str]) -> str:
    literal, cast, name, question, _ = match.groups()
    if literal is not None:
        return str(literal).replace("%", "%%")
    if cast is not None:
        return str(cast)
    if name is not None:
        return f"%({name})s"
    return "%s" if question is not None else "%%"
