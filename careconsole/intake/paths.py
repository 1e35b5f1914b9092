"""Places in JSON objects, and conditions on what stands there.

A path is written with dots: "assignee.name", "labels.0.name", "labels.*.name" for all of a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

Path = tuple[str, ...]

ANYTHING, PRESENT = "*", "?"
"""In a path, every item of a list; among a condition's values, whatever is not empty, and a key even of nothing."""


class Condition(msgspec.Struct, frozen=True):
    """Holds when a value at `path` is one of `values`, in small letters; "" among them is a value that is absent.

    Instead of values, `below` is a number that the value must be smaller than, and `pattern` what is found in it.
    """

    path: Path
    values: frozenset[str]
    below: float | None = None
    pattern: str = ""

    def holds(self, record: Any) -> bool:
        """Whether it holds for an object."""
        if PRESENT in self.values:
            return mentions(record, (self.path,))
        found = False
        for value in every(record, self.path):
            text = word(value)
            if self.below is not None:
                if _number(text) < self.below:
                    return True
            elif self.pattern:
                if re.search(self.pattern, text):
                    return True
            elif text in self.values or (ANYTHING in self.values and text):
                return True
            found = found or bool(text)
        return "" in self.values and not found


def any_of(conditions: Iterable[Condition], record: Any) -> bool:
    """Whether one of the conditions holds."""
    return any(condition.holds(record) for condition in conditions)


def all_of(conditions: Iterable[Condition], record: Any) -> bool:
    """Whether all of the conditions hold."""
    return all(condition.holds(record) for condition in conditions)


def path_of(text: str) -> Path:
    """The path written in `text`."""
    return tuple(text.split("."))


def written(path: Path) -> str:
    """A path as it is written, for messages."""
    return ".".join(path)


def every(value: Any, path: Path) -> Iterator[Any]:
    """The values at the end of a path: none where it breaks off; of a list there, its items."""
    for place, name in enumerate(path):
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and name == ANYTHING:
            for item in value:
                yield from every(item, path[place + 1 :])
            return
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            return
    if isinstance(value, list):
        yield from value
    elif value is not None:
        yield value


def given(value: Any) -> bool:
    """Whether a value says something: false and 0 do."""
    return value is not None and value != "" and value != [] and value != {}


def first(record: Any, paths: Iterable[Path]) -> tuple[Any, str]:
    """The first value that is given at one of the paths, with the path as it is written; (None, "") without any."""
    for path in paths:
        if len(path) == 1 and type(record) is dict:  # the usual case, at a third of the time
            value = record.get(path[0])
            if type(value) is not list:
                if given(value):
                    return value, path[0]
                continue
        for value in every(record, path):
            if given(value):
                return value, written(path)
    return None, ""


def mentions(record: Any, paths: Iterable[Path]) -> bool:
    """Whether an object has the outermost key of one of the paths, even with nothing in it."""
    return isinstance(record, dict) and any(path[0] in record for path in paths)


def word(value: Any) -> str:
    """A value as it is compared with those in a map; empty for an object or a list."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or isinstance(value, dict | list):
        return ""
    if isinstance(value, int) and not -(10**30) < value < 10**30:
        return ""
    return str(value).strip().lower()


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("inf")
