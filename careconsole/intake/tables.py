"""Reading a TOML table strictly: types checked, unknown keys refused, and every mistake shown with its line."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from careconsole.domain.errors import WrongUse
from careconsole.domain.settingsdocument import NotToml, loads


class Table:
    """One table of a TOML document, which remembers the keys asked for, so that `finish` can refuse the others.

    `source` is the document's text and `name` the file's, both for messages; `path` is the table's own name.
    """

    def __init__(
        self, values: dict[str, Any], name: str, source: str, path: str = "", top: Collection[str] = ()
    ) -> None:
        self._values = values
        self._top = top
        self._name = name
        self._source = source
        self._path = path
        self._known: list[str] = []

    def has(self, key: str) -> bool:
        """Whether the table gives `key`."""
        return key in self._values

    @property
    def names(self) -> tuple[str, ...]:
        """The keys the table gives, in the order of the file."""
        return tuple(self._values)

    def text(self, key: str, *, required: bool = False, one_of: Sequence[str] = ()) -> str:
        """The text under `key`; empty when it is absent and not `required`."""
        value = self._take(key, required)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.mistake(key, f"must be a text in quotes, not {_kind(value)}")
        if required and not value:
            raise self.mistake(key, "is empty")
        if one_of and value not in one_of:
            raise self.mistake(key, f"cannot be “{value}”{nearest(value, one_of)}", f"Valid are {', '.join(one_of)}.")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """The list of texts under `key`; one text alone is a list of one, and whole numbers are taken as texts."""
        value = self._take(key, False)
        if value is None:
            return ()
        found = []
        for item in value if isinstance(value, list) else [value]:
            if not isinstance(item, str | int) or isinstance(item, bool):
                raise self.mistake(key, f"must be a list of texts; there is {_kind(item)} in it")
            found.append(str(item))
        return tuple(found)

    def number(self, key: str, *, default: int | None) -> int | None:
        """The whole number under `key`, or `default`."""
        value = self._take(key, False)
        if value is None:
            return default
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.mistake(key, f"must be a whole number, not {_kind(value)}")
        return value

    def flag(self, key: str) -> bool | None:
        """True or false under `key`; None when it is absent."""
        value = self._take(key, False)
        if value is not None and not isinstance(value, bool):
            raise self.mistake(key, f"must be true or false, not {_kind(value)}")
        return value

    def pairs(self, key: str) -> list[tuple[str, int]]:
        """The list of [text, whole number] pairs under `key`."""
        value = self._take(key, False)
        if value is None:
            return []
        found = []
        for pair in value if isinstance(value, list) else [value]:
            match pair:
                case [str(text), int(number)] if not isinstance(number, bool):
                    found.append((text, number))
                case _:
                    raise self.mistake(key, "must be a list of pairs", 'For example [["3rd", 3], ["2nd", 2]].')
        return found

    def rows(self, key: str) -> list[tuple[str, ...]]:
        """The list of lists of texts under `key`."""
        value = self._take(key, False)
        found = []
        for row in value if isinstance(value, list) else [value] if value is not None else []:
            if not isinstance(row, list) or not all(isinstance(text, str) for text in row):
                raise self.mistake(key, "must be a list of lists of texts", 'For example [["subject", "title"]].')
            found.append(tuple(row))
        return found

    def table(self, key: str, *, shorthand: str = "", required: bool = False) -> Table | None:
        """The table under `key`. With `shorthand`, a text or list alone stands for a table with only that key."""
        value = self._take(key, required)
        if value is None:
            return None
        if shorthand and isinstance(value, str | list):
            value = {shorthand: value}
        if not isinstance(value, dict):
            raise self.mistake(key, f"must be a table, not {_kind(value)}")
        return Table(value, self._name, self._source, f"{self._path}.{key}".lstrip("."), self._top or self._known)

    def finish(self) -> None:
        """Raise WrongUse when the table gives a key that was never asked for."""
        for key in self._values:
            if key not in self._known:
                hint = f"Valid are {', '.join(self._known)}."
                if key in self._top:
                    # TOML counts every key below a [table] as that table's own.
                    hint = f"As a key of the map itself it must stand above the first [table]. {hint}"
                raise self.mistake(key, f"is no key of {_titled(self._path)}{nearest(key, self._known)}", hint)

    def mistake(self, key: str, message: str, hint: str = "") -> WrongUse:
        """The error for what is wrong with `key` of this table."""
        return mistake(self._name, self._source, self._path, key, message, hint)

    def _take(self, key: str, required: bool) -> Any:
        if key not in self._known:
            self._known.append(key)
        value = self._values.get(key)
        if value is None and required:
            raise self.mistake(key, "is missing", f"{_titled(self._path)} must give it.".capitalize())
        return value


def toml_of(text: str, name: str) -> dict[str, Any]:
    """The TOML document in `text`; `name` is the file's. Raises WrongUse with the line where it is none."""
    try:
        return loads(text)
    except NotToml as error:
        line = f"line {error.line}: " if error.line else ""
        raise WrongUse(f"{name} is not valid TOML: {line}{error.why}.") from error


def mistake(name: str, source: str, path: str, key: str, message: str, hint: str = "") -> WrongUse:
    """The error for `key` of the table `path` in the TOML text `source`, with the line where it can be told."""
    line = _line(source, path, key)
    place = f"{name}, line {line}" if line else name
    return WrongUse(f"{place}: {f'[{path}] ' if path else ''}{key} {message}.", hint)


def nearest(word: str, valid: Iterable[str]) -> str:
    """The words "; did you mean X?" for the valid word nearest to `word`, or nothing."""
    import difflib

    folded = {one.casefold().strip(): one for one in valid}
    close = difflib.get_close_matches(word.casefold().strip(), folded, n=1)
    return f" (did you mean “{folded[close[0]]}”?)" if close else ""


def _titled(path: str) -> str:
    return f"the table [{path}]" if path else "the map"


def _kind(value: object) -> str:
    match value:
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case list():
            return "a list"
        case dict():
            return "a table"
        case str():
            return "a text"
        case _:
            return "a date or time"


def _line(source: str, path: str, key: str) -> int:
    """The line of `source` that gives `key` of the table `path`, else that begins the table; 0 when neither is seen.

    A plain look at the text: it finds headers and keys as people write them, and is only for messages.
    """
    parts = [re.escape(part) for part in (*filter(None, path.split(".")), key)]
    names = [rf"[\"']?{part}[\"']?" for part in parts]
    wanted = re.compile(rf"\s*{names[-1]}\s*[=.]")
    dotted = re.compile(r"\s*" + r"\s*\.\s*".join(names) + r"\s*[=.]")
    inline = re.compile(rf"\s*{names[0]}\s*=")
    current, fallback = "", 0
    for number, text in enumerate(source.splitlines(), 1):
        if header := re.match(r"\s*\[\[?([^\],]+)\]\]?\s*(#.*)?$", text):
            current = header[1].replace('"', "").replace("'", "").replace(" ", "")
            if current == f"{path}.{key}".lstrip("."):
                return number
            if current == path:
                fallback = number
        elif (current == path and wanted.match(text)) or (path and not current and dotted.match(text)):
            return number
        elif path and not current and inline.match(text):
            fallback = number
    return fallback
