"""Decodes stored values. A value that cannot be decoded was changed from outside: the database is damaged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from careconsole.domain.hints import hint_of, suggest
from careconsole.store.engine.base import DatabaseCorrupt, Row

T = TypeVar("T")

RESTORE_HINT = hint_of(
    "Keep the file, run {}, and restore a backup: {}.", suggest("db check"), suggest("db restore", file=...)
)
"""What to do about a damaged database."""


def unreadable(what: str, why: object) -> DatabaseCorrupt:
    """The error for something that cannot be read: `what` names it ("Event 3 of case 17"), `why` gives the reason."""
    return DatabaseCorrupt(f"{what} cannot be read: the database is damaged ({why}).", RESTORE_HINT)


def reader(kind: type[T]) -> Callable[[Any, str], T]:
    """A function that decodes stored JSON as `kind`; it takes the text, and what to call it in the error."""
    decoder: msgspec.json.Decoder[T] | None = None  # made when it is first used

    def read(text: Any, what: str) -> T:
        nonlocal decoder
        if decoder is None:
            decoder = msgspec.json.Decoder(kind)
        try:
            return decoder.decode(text)
        except (msgspec.MsgspecError, TypeError, ValueError, RecursionError) as error:
            raise unreadable(what, error) from error

    return read


NUMBER: tuple[type, ...] = (int,)
TEXT: tuple[type, ...] = (str,)
MAYBE_NUMBER: tuple[type, ...] = (int, type(None))
MAYBE_TEXT: tuple[type, ...] = (str, type(None))
"""The Python types that the values of a column may have."""


def row_check(*columns: tuple[type, ...]) -> Callable[[Row, str], Row]:
    """A function that returns a row if its values have these types; it takes the row, and what to call it in the error.

    It remembers the combinations of types that passed, so most rows cost one look-up.
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
