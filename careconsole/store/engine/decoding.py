"""Reads values out of stored rows. What cannot be read was changed from outside: the database is damaged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from careconsole.domain.hints import hint_of, suggest
from careconsole.store.engine.base import DatabaseCorrupt, Row

T = TypeVar("T")

NEXT = hint_of("Keep the file, run {}, and restore a backup: {}.", suggest("db check"), suggest("db restore", file=...))
"""What to do about a damaged database."""


def unreadable(what: str, why: object) -> DatabaseCorrupt:
    """The error for something that cannot be read: `what` names it ("Event 3 of case 17"), `why` says how it is bad."""
    return DatabaseCorrupt(f"{what} cannot be read: the database is damaged ({why}).", NEXT)


def reader(kind: type[T]) -> Callable[[Any, str], T]:
    """A function that reads stored JSON of some type; it gets the text, and what to call it when it cannot be read."""
    decode = msgspec.json.Decoder(kind).decode

    def read(text: Any, what: str) -> T:
        try:
            return decode(text)
        except (msgspec.MsgspecError, TypeError, ValueError, RecursionError) as error:
            raise unreadable(what, error) from error

    return read


NUMBER: tuple[type, ...] = (int,)
TEXT: tuple[type, ...] = (str,)
MAYBE_NUMBER: tuple[type, ...] = (int, type(None))
MAYBE_TEXT: tuple[type, ...] = (str, type(None))
"""The types that the values of a column have."""


def row_check(*columns: tuple[type, ...]) -> Callable[[Row, str], Row]:
    """A function that gives back a row whose values have these types; it also gets what to call it when they have not.

    The same types come again and again, so that most rows are checked with one look.
    """
    good: set[tuple[type, ...]] = set()

    def check(row: Row, what: str) -> Row:
        types = tuple(map(type, row))
        if types not in good:
            if not all(kind in column for kind, column in zip(types, columns, strict=True)):
                raise unreadable(what, "a value has another type than its column")
            good.add(types)
        return row

    return check
