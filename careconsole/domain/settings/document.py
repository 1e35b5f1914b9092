"""Settings as TOML: read within limits, converted to typed tables, every mistake reported with its line.

A table is a `Table`, whose keys and types msgspec checks; a value with a notation of its own is a `CustomValue`.
Entries of a document are converted one by one, so that a mistake in one does not hide those in others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from types import NoneType
from typing import Any, ClassVar, Literal, TypeVar, cast, get_args, get_origin

import msgspec

from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import Hint, Part, hint_of
from careconsole.domain.settings.toml import Key, NotToml, line_of, loads, nearest
from careconsole.domain.terminal_text import display_text

T = TypeVar("T")
U = TypeVar("U")
K = TypeVar("K", int, str)
_MAX_REPORTED = 6
"""The maximum number of mistakes reported at once."""

_MSGSPEC_MESSAGE = re.compile(r"(.*?)(?: - at `\$((?:\.\w+|\[\d+\]|\[\.{3}\])*)`)?", re.DOTALL)
"""A message of msgspec, and the path it names."""

_PLAIN = {
    "array": "a list",
    "bool": "true or false",
    "date": "a date",
    "datetime": "a moment",
    "float": "a number",
    "int": "a whole number",
    "object": "a table",
    "str": "a text",
    "time": "a time",
}
"""The words for msgspec's type names."""


class WrongEntry(WrongUse):
    """An entry of a table cannot be used. `key` is its path from that table; () is the table itself."""

    def __init__(self, key: Key, message: str, hint: str | Hint = "", *parts: Part) -> None:
        super().__init__(message, hint, *parts)
        self.key = key


class UnknownKey(WrongEntry):
    """A table has no key of that name."""


class CustomValue:
    """A value with a notation of its own: a span, a zone, hours. Built from the TOML value; raises WrongUse.

    Building it from None gives the error for a required value that is missing.
    """

    def __init__(self, value: object = None) -> None:
        """Does nothing: most subclasses are built by `__new__`."""


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of settings: its fields are the keys that it can have.

    With a `shorthand`, a string or a list in place of the table means a table with only that key.
    """

    shorthand: ClassVar[str] = ""
    tried: ClassVar[Mapping[str, tuple[str, str]]] = {}
    """Keys that people try though there are none: what is not possible, and what is instead."""

    def __post_init__(self) -> None:
        try:
            self.check()
        except WrongUse as error:
            raise _CarriesWrongUse(error) from error

    def check(self) -> None:
        """Raises WrongUse for values that are not valid together."""


class _CarriesWrongUse(ValueError):
    """Carries a WrongUse through msgspec, which adds the path to a ValueError but not to other exceptions."""

    def __init__(self, problem: WrongUse) -> None:
        super().__init__(problem.message)
        self.problem = problem


class SettingsDocument:
    """A settings text being read. `hint` says where the format is explained; `name` is the file's, for messages.

    Mistakes are collected while it is read, and `finish` raises them. Raises WrongUse for invalid TOML.
    """

    def __init__(self, text: str, hint: str | Hint, name: str = "") -> None:
        self._text = text
        self._hint = hint_of(hint)
        self._name = name
        self._keys: Mapping[str, Any] = {}
        self._mistakes: list[WrongEntry] = []
        try:
            self.values = loads(text)
        except NotToml as error:
            message = f"{self._line(error.line)}this is not valid TOML: {display_text(error.why, 200)}."
            raise WrongUse(message, hint) from None

    def top(self, kind: type[T]) -> T:
        """The whole document. Raises WrongUse at once, because nothing else can be read without it."""
        self._keys = _fields(cast(Any, kind))
        try:
            return convert(self.values, kind)
        except WrongEntry as error:
            raise self._told(error) from None

    def tables(self, name: str, entries: Mapping[K, object], kind: type[T]) -> dict[K, T]:
        """The entries of `name`, converted, by number or name. Mistakes are collected for `finish`."""
        return self._gathered(name, entries, lambda _, value: convert(value, kind, _one(name)))

    def each(self, name: str, tables: Mapping[K, T], read: Callable[[K, T], U]) -> dict[K, U]:
        """The result of `read` for each table. Raises WrongUse, also for mistakes collected before."""
        self.finish()
        found = self._gathered(name, tables, read)
        self.finish()
        return found

    def _gathered(self, name: str, entries: Mapping[K, T], read: Callable[[K, T], U]) -> dict[K, U]:
        found = {}
        for key, value in entries.items():
            with self.at(name, key):
                found[key] = read(key, value)
        return found

    @contextmanager
    def at(self, *key: str | int) -> Iterator[None]:
        """Collects a mistake made within, with its place, for `finish`; what follows still runs."""
        try:
            with at_entry(*key):
                yield
        except WrongEntry as error:
            self._mistakes.append(error)

    def finish(self) -> None:
        """Raises WrongUse if there were mistakes: the first as its message, the next ones in its hint."""
        if not self._mistakes:
            return
        first, *others = map(self._told, self._mistakes[:_MAX_REPORTED])
        sentences: list[str | Hint] = [first.hint]
        for other in others:
            sentences += [f"Then {other.message[0].lower()}{other.message[1:]}", other.hint]
        left = len(self._mistakes) - _MAX_REPORTED
        sentences += [f"And {left:,} more."] if left > 0 else []
        said = [sentence for sentence in sentences if sentence]
        raise WrongUse(first.message, " ".join(["{}"] * len(said)), *said) from None

    def line_of(self, *key: str | int) -> int | None:
        """The line of the entry at `key`, or of the closest table around it; None if there is neither."""
        return line_of(self._text, key)

    def mistakes(self) -> list[tuple[int | None, WrongUse]]:
        """All mistakes in the order of their lines (None: not in a line), each with a message that names its entry."""
        found = [(line_of(self._text, error.key), self._said(error)) for error in self._mistakes]
        return sorted(found, key=lambda one: one[0] or 0)

    def _told(self, error: WrongEntry) -> WrongUse:
        said = self._said(error)
        return WrongUse(f"{self._line(line_of(self._text, error.key))}{said.message}", said.hint)

    def _said(self, error: WrongEntry) -> WrongUse:
        # People count from one.
        parts = [str(part + 1) if isinstance(part, int) else display_text(part, 40) for part in error.key]
        if self._name and (named := [n for n, part in enumerate(error.key) if isinstance(part, str)][1:]):
            parts = [f"[{'.'.join(parts[: named[-1]])}] {'.'.join(parts[named[-1] :])}"]
        place, message = ".".join(parts), error.message
        if place:
            # "It must be a text" becomes "level.1.name must be a text".
            message = f"{place}{message[2:]}" if message.startswith("It ") else f"{place}: {message}"
        hint = error.hint or self._hint
        if isinstance(error, UnknownKey) and len(error.key) > 1 and error.key[-1] in self._keys:
            # In TOML, every key below a [table] header belongs to that table.
            hint = hint_of("At the top of the document, it must come before the first [table]. {}", hint)
        return WrongUse(message, hint)

    def _line(self, number: int | None) -> str:
        if self._name:
            return f"{self._name}, line {number}: " if number else f"{self._name}: "
        return f"Line {number}: " if number else ""


class at_entry:
    """Attributes mistakes made within to the entry at the given key."""

    def __init__(self, *key: str | int) -> None:
        self._key = key

    def __enter__(self) -> None:
        """Does nothing."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Turns a WrongUse into a WrongEntry, its key prefixed with this one."""
        if isinstance(error, WrongUse):
            if not isinstance(error, WrongEntry):
                raise WrongEntry(self._key, error.message, error.hint) from None
            error.key = (*self._key, *error.key)


def convert(value: object, kind: type[T], table: str = "") -> T:
    """Converts a value of a document to `kind`; `table` is its name in messages: "a level", "[owner]".

    Raises WrongEntry, whose `key` is the path from the value to the mistake.
    """
    value = _expanded(value, kind)
    try:
        return msgspec.convert(value, kind, dec_hook=_decode_hook)
    except msgspec.ValidationError as error:
        match = _MSGSPEC_MESSAGE.fullmatch(str(error))
        assert match is not None
        path, some, _ = (match[2] or "").partition("[...]")
        key: Key = tuple(name or int(number) for name, number in re.findall(r"\.(\w+)|\[(\d+)\]", path))
        with at_entry(*key):
            if some:  # msgspec does not say which entry of a dict is wrong: try each
                entries: Any = value
                for part in key:
                    entries = entries[part]
                for name, inner in entries.items():
                    with at_entry(name):
                        convert(inner, get_args(_kind_at(kind, key))[1], _table_named((*key, name), table))
            if isinstance(error.__cause__, _CarriesWrongUse):
                raise error.__cause__.problem from None
            raise _problem(match[1], _kind_at(kind, key), _table_named(key, table)) from None


def _decode_hook(kind: type[Any], value: object) -> object:
    try:
        return kind(value)
    except WrongUse as error:
        raise _CarriesWrongUse(error) from error


def _one(name: str) -> str:
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _table_named(key: Key, above: str) -> str:
    """The name in messages of the table at `key`; `above`, the name of the outer one, if the key has no names."""
    if key and isinstance(key[-1], str):
        return f"[{'.'.join(map(str, key))}]"
    return next((_one(part) for part in key[::-1] if isinstance(part, str)), above)


def _problem(words: str, kind: Any, table: str) -> WrongUse:
    """The error for a message of msgspec (`words`) about a value that should have been of that kind."""
    if match := re.fullmatch("Object contains unknown field `(.*)`", words, re.DOTALL):
        if told := getattr(kind, "tried", {}).get(match[1]):
            return UnknownKey((match[1],), *told)
        fields = list(_fields(kind))
        near = nearest(match[1], fields)
        meant = f"Did you mean {near}? " if near else ""
        has = f"{table[0].upper()}{table[1:]} has" if table else "There are"
        message = f"There is nothing of that name {f'in {table}' if table else 'here'}."
        return UnknownKey((match[1],), message, f"{meant}{has} {', '.join(fields)}.")
    if match := re.fullmatch("Object missing required field `(.*)`", words):
        return WrongEntry((match[1],), *_missing(_kind_at(kind, (match[1],))))
    if get_origin(kind) is Literal:
        return WrongUse("This is not one of the valid words.", f"Valid: {', '.join(get_args(kind))}.")
    expected, _, got = words.removeprefix("Expected ").partition(", got ")
    if expected == "`array`" and any(one is Any or _fields(one) for one in get_args(kind)):
        return WrongUse("It must be a list of tables.", f"Start each with a line [{table}].")
    expected = expected.replace("of length >= 1", "that is not empty").replace("<=", "up to").replace(">=", "from")
    plain = re.sub(
        r"`([a-z |]+)`",
        lambda match: " or ".join(_PLAIN.get(word, word) for word in match[1].split(" | ") if word != "null"),
        f"{expected}{got and ', not '}{got}",
    )
    return WrongUse(f"It must be {plain}.")


def _missing(kind: Any) -> tuple[str, str | Hint]:
    """Message and hint for a missing value of that kind."""
    try:
        if isinstance(kind, type) and issubclass(kind, CustomValue):
            kind(None)
    except WrongUse as error:
        return error.message, error.hint
    return "It is missing.", ""


def _kind_at(kind: Any, key: Key) -> Any:
    """The type of the value at `key` within one of this kind; None if there is no such key."""
    for part in key:
        kind = next(iter(get_args(kind)), None) if isinstance(part, int) else _bare(_fields(kind).get(part))
    return kind


def _bare(kind: Any) -> Any:
    """The type without its None, if it is optional."""
    some = [one for one in get_args(kind) if one is not NoneType]
    return some[0] if len(some) < len(get_args(kind)) else kind


@cache
def _fields(kind: Hashable) -> dict[str, Any]:
    """The keys that a table of this kind can have, with their types; empty if it is not a table."""
    if not (isinstance(kind, type) and issubclass(kind, Table)):
        return {}
    return {field.encode_name: field.type for field in msgspec.structs.fields(kind)}


def _expanded(value: Any, kind: Any) -> Any:
    """A value with shorthands replaced by the tables they mean."""
    kind = _bare(kind)
    shorthand = getattr(kind, "shorthand", "")
    if shorthand and isinstance(value, str | list):
        value = {shorthand: value}
    if isinstance(value, dict) and (fields := _fields(kind)):
        return {key: _expanded(inner, fields.get(key)) for key, inner in value.items()}
    if isinstance(value, dict) and get_origin(kind) is dict:
        return {key: _expanded(inner, get_args(kind)[1]) for key, inner in value.items()}
    return value
