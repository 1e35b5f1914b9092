"""Settings as TOML: read with bounds, converted to typed tables, and every mistake told with the line it stands in.

A table is a `Table`, and msgspec checks its keys and their types; what is written in a form of its own is `Written`.
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
_MOST_TOLD = 6
"""So many mistakes are told at once."""

_SAID = re.compile(r"(.*?)(?: - at `\$((?:\.\w+|\[\d+\]|\[\.{3}\])*)`)?", re.DOTALL)
"""What msgspec says is wrong, and where."""

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
"""What msgspec's words for types are called in TOML."""


class WrongEntry(WrongUse):
    """An entry of a table cannot be used. `key` leads to it from that table down; () is the table itself."""

    def __init__(self, key: Key, message: str, hint: str | Hint = "", *parts: Part) -> None:
        super().__init__(message, hint, *parts)
        self.key = key


class UnknownKey(WrongEntry):
    """A table has no key of that name."""


class Written:
    """What people write in a form of its own: a span, a zone, hours. It is made of what stands there, or of None where
    it must not be missing; raises WrongUse."""

    def __init__(self, value: object = None) -> None:
        """Nothing to do, for most kinds are made by __new__."""


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of settings: its fields are the keys that it can have.

    With a `shorthand`, a text or a list in the place of the table stands for one with only that key.
    """

    shorthand: ClassVar[str] = ""

    def __post_init__(self) -> None:
        try:
            self.check()
        except WrongUse as error:
            raise _Unreadable(error) from error

    def check(self) -> None:
        """Raises WrongUse for what does not go together in the table."""


class _Unreadable(ValueError):
    """Carries a WrongUse through msgspec, which adds the place to a ValueError and lets others pass."""

    def __init__(self, problem: WrongUse) -> None:
        super().__init__(problem.message)
        self.problem = problem


class SettingsDocument:
    """A text of settings. `hint` says where somebody finds how it is written; `name` is the file's, if it is told.

    Mistakes are gathered while it is read, and `finish` raises them. Raises WrongUse for what is not valid TOML.
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
        """The document as a whole. Raises WrongUse at once, for nothing can be read without it."""
        self._keys = _fields(cast(Any, kind))
        try:
            return convert(self.values, kind)
        except WrongEntry as error:
            raise self._told(error) from None

    def tables(self, name: str, entries: Mapping[K, object], kind: type[T]) -> dict[K, T]:
        """The entries of `name`, by their numbers or names. What is wrong in some is told when all have been read."""
        return self._gathered(name, entries, lambda _, value: convert(value, kind, _one(name)))

    def each(self, name: str, tables: Mapping[K, T], read: Callable[[K, T], U]) -> dict[K, U]:
        """What `read` makes of each table. Raises WrongUse, also for what was wrong before in any table."""
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
        """What is wrong within is kept with its place until `finish`; what comes after goes on."""
        try:
            with entry(*key):
                yield
        except WrongEntry as error:
            self._mistakes.append(error)

    def finish(self) -> None:
        """Raises WrongUse where there were mistakes: the first one, and in its hint those after it."""
        if not self._mistakes:
            return
        first, *others = map(self._told, self._mistakes[:_MOST_TOLD])
        sentences: list[str | Hint] = [first.hint]
        for other in others:
            sentences += [f"Then {other.message[0].lower()}{other.message[1:]}", other.hint]
        left = len(self._mistakes) - _MOST_TOLD
        sentences += [f"And {left:,} more."] if left > 0 else []
        said = [sentence for sentence in sentences if sentence]
        raise WrongUse(first.message, " ".join(["{}"] * len(said)), *said) from None

    def _told(self, error: WrongEntry) -> WrongUse:
        # People count from one.
        parts = [str(part + 1) if isinstance(part, int) else display_text(part, 40) for part in error.key]
        if self._name and (named := [n for n, part in enumerate(error.key) if isinstance(part, str)][1:]):
            parts = [f"[{'.'.join(parts[: named[-1]])}] {'.'.join(parts[named[-1] :])}"]
        place, message = ".".join(parts), error.message
        if place:
            # "It must be a text" is told as "level.1.name must be a text".
            message = f"{place}{message[2:]}" if message.startswith("It ") else f"{place}: {message}"
        hint = error.hint or self._hint
        if isinstance(error, UnknownKey) and len(error.key) > 1 and error.key[-1] in self._keys:
            # TOML counts every key below a [table] as that table's own.
            hint = hint_of("At the top of the document it must stand above the first [table]. {}", hint)
        return WrongUse(f"{self._line(line_of(self._text, error.key))}{message}", hint)

    def _line(self, number: int | None) -> str:
        if self._name:
            return f"{self._name}, line {number}: " if number else f"{self._name}: "
        return f"Line {number}: " if number else ""


class entry:
    """What is wrong within is wrong with the entry that the key leads to."""

    def __init__(self, *key: str | int) -> None:
        self._key = key

    def __enter__(self) -> None:
        """Nothing to begin with."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """The place is put before that of the entries within."""
        if isinstance(error, WrongUse):
            if not isinstance(error, WrongEntry):
                raise WrongEntry(self._key, error.message, error.hint) from None
            error.key = (*self._key, *error.key)


def convert(value: object, kind: type[T], table: str = "") -> T:
    """A value of a document as one of `kind`; `table` is what it is called in a sentence: "a level", "[owner]".

    Raises WrongEntry, whose `key` leads from the value to the mistake.
    """
    value = _expanded(value, kind)
    try:
        return msgspec.convert(value, kind, dec_hook=_made)
    except msgspec.ValidationError as error:
        match = _SAID.fullmatch(str(error))
        assert match is not None
        path, some, _ = (match[2] or "").partition("[...]")
        key: Key = tuple(name or int(number) for name, number in re.findall(r"\.(\w+)|\[(\d+)\]", path))
        with entry(*key):
            if some:  # of some entry of a table, msgspec does not say of which
                entries: Any = value
                for part in key:
                    entries = entries[part]
                for name, inner in entries.items():
                    with entry(name):
                        convert(inner, get_args(_kind_at(kind, key))[1], _table_named((*key, name), table))
            if isinstance(error.__cause__, _Unreadable):
                raise error.__cause__.problem from None
            raise _problem(match[1], _kind_at(kind, key), _table_named(key, table)) from None


def _made(kind: type[Any], value: object) -> object:
    try:
        return kind(value)
    except WrongUse as error:
        raise _Unreadable(error) from error


def _one(name: str) -> str:
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _table_named(key: Key, above: str) -> str:
    """What the table under a key is called in a sentence; `above` is what the table is called that has it."""
    if key and isinstance(key[-1], str):
        return f"[{'.'.join(map(str, key))}]"
    return next((_one(part) for part in key[::-1] if isinstance(part, str)), above)


def _problem(words: str, kind: Any, table: str) -> WrongUse:
    """What msgspec says in words about a value that should have been of that kind, in ours."""
    if match := re.fullmatch("Object contains unknown field `(.*)`", words, re.DOTALL):
        fields = list(_fields(kind))
        near = nearest(match[1], fields)
        meant = f"Did you mean {near}? " if near else ""
        has = f"{table[0].upper()}{table[1:]} has" if table else "There are"
        message = f"There is nothing of that name {f'in {table}' if table else 'here'}."
        return UnknownKey((match[1],), message, f"{meant}{has} {', '.join(fields)}.")
    if match := re.fullmatch("Object missing required field `(.*)`", words):
        return WrongEntry((match[1],), *_missing(_kind_at(kind, (match[1],))))
    if get_origin(kind) is Literal:
        return WrongUse("This is none of the words that can stand here.", f"Valid are {', '.join(get_args(kind))}.")
    expected, _, got = words.removeprefix("Expected ").partition(", got ")
    if expected == "`array`" and any(one is Any or _fields(one) for one in get_args(kind)):
        return WrongUse("It must be a list of tables.", f"Begin each with a line [{table}].")
    expected = expected.replace("of length >= 1", "that is not empty").replace("<=", "up to").replace(">=", "from")
    plain = re.sub(
        r"`([a-z |]+)`",
        lambda match: " or ".join(_PLAIN.get(word, word) for word in match[1].split(" | ") if word != "null"),
        f"{expected}{got and ', not '}{got}",
    )
    return WrongUse(f"It must be {plain}.")


def _missing(kind: Any) -> tuple[str, str | Hint]:
    """What is said, and advised, where a value of that kind is left out."""
    try:
        if isinstance(kind, type) and issubclass(kind, Written):
            kind(None)
    except WrongUse as error:
        return error.message, error.hint
    return "It is missing.", ""


def _kind_at(kind: Any, key: Key) -> Any:
    """The type of what stands under a key of a value of this kind; None where there is no such key."""
    for part in key:
        kind = next(iter(get_args(kind)), None) if isinstance(part, int) else _bare(_fields(kind).get(part))
    return kind


def _bare(kind: Any) -> Any:
    """The type of what is optional."""
    some = [one for one in get_args(kind) if one is not NoneType]
    return some[0] if len(some) < len(get_args(kind)) else kind


@cache
def _fields(kind: Hashable) -> dict[str, Any]:
    """The keys that a table of this kind can have, with the types of what stands there."""
    if not (isinstance(kind, type) and issubclass(kind, Table)):
        return {}
    return {field.encode_name: field.type for field in msgspec.structs.fields(kind)}


def _expanded(value: Any, kind: Any) -> Any:
    """A value with tables in the place of their shorthands."""
    kind = _bare(kind)
    shorthand = getattr(kind, "shorthand", "")
    if shorthand and isinstance(value, str | list):
        value = {shorthand: value}
    if isinstance(value, dict) and (fields := _fields(kind)):
        return {key: _expanded(inner, fields.get(key)) for key, inner in value.items()}
    if isinstance(value, dict) and get_origin(kind) is dict:
        return {key: _expanded(inner, get_args(kind)[1]) for key, inner in value.items()}
    return value
