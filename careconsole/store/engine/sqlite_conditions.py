"""Conditions and expressions as SQLite has them, for repositories that write SQL for every engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from careconsole.domain.terminal_text import search_key
from careconsole.store.engine.search_words import search_query

_MAX_SEPARATE = 8
"""Up to this many alternatives are separate conditions, which is faster than a list."""


class SqliteConditions:
    """The part of the SQLite engine that only writes SQL; `Engine` says what each of these is for."""

    def in_list(self, column: str, values: Sequence[str] | Sequence[int]) -> tuple[str, dict[str, Any]]:
        """A single parameter (`:among`, so once per statement): SQLite finds parameters by linear search."""
        return f"{column} in (select value from json_each(:among))", {"among": msgspec.json.encode(values).decode()}

    def holds_any(self, column: str, parts: Sequence[str], name: str) -> tuple[str, dict[str, Any]]:
        """Many parts become one list, as SQLite limits expression depth; `instr`, as it limits LIKE patterns."""
        if len(parts) > _MAX_SEPARATE:
            return (
                f"exists (select 1 from json_each(:{name}) where instr({column}, value) > 0)",
                {name: msgspec.json.encode(parts).decode()},
            )
        params = {f"{name}_{place}": part for place, part in enumerate(parts)}
        return f"({' or '.join(f'instr({column}, :{one}) > 0' for one in params)})", params

    def names_hold(self, column: str, parts: Sequence[str], name: str) -> tuple[str, dict[str, Any]]:
        """Most names are ASCII, and are their own search keys; the function is called for the others alone."""
        return self.holds_any(self.key_of(column), [search_key(part) for part in parts], name)

    def key_of(self, column: str) -> str:
        """The function is called for the names beyond ASCII alone."""
        return f"iif({self.beyond_ascii(column)}, search_key({column}), {column})"

    def beyond_ascii(self, column: str) -> str:
        """The comparison of lengths is faster than a pattern."""
        return f"length({column}) <> length(cast({column} as blob))"

    def json_number(self, column: str, key: str) -> str:
        """Null for a text that is no JSON, which a damaged database may have."""
        return f"iif(json_valid({column}), json_extract({column}, '$.{key}'), null)"

    def json_holds(self, column: str, key: str, number: str) -> str:
        """False for a text that is no JSON, which a damaged database may have."""
        return f"{number} in (select value from json_each(iif(json_valid({column}), {column}, '{{}}'), '$.{key}'))"

    def words_match(self, *texts: str, name: str = "words") -> tuple[str, dict[str, Any]]:
        """Every word of a text (of a very long one, the first hundred) must be a prefix of a word of the event."""
        query = search_query(texts)
        if not query:
            return "1 = 0", {}
        return f"events.id in (select rowid from search where search match :{name})", {name: query}

    def joined(self, column: str) -> str:
        """The integers of a column of a group, with commas between them."""
        return f"group_concat({column})"
