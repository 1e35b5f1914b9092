"""Paths into JSON objects, and conditions on the values there.

A path is written with dots: "assignee.name", "labels.0.name", "labels.*.name" for every item of a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from typing import Any

import msgspec

from careconsole.intake.values.patterns import search

Path = tuple[str, ...]

ANYTHING, PRESENT = "*", "?"
"""ANYTHING: in a path every item of a list, in a condition any value that is not empty. PRESENT: any value but null,
be it empty; what writes null for every key that an object does not have says nothing by it."""
_ANY_VALUE = frozenset((ANYTHING, PRESENT))


class Condition(msgspec.Struct, frozen=True, dict=True):
    """Holds when a value at `path` is one of `values`, in lower case; "" among them means that the value is absent.

    Instead of values, `below` is a number that the value must be smaller than, or `pattern` is searched for in it.
    """

    path: Path
    values: frozenset[str]
    below: float | None = None
    pattern: str = ""

    @cached_property
    def compares(self) -> bool:
        """Whether it compares values with its own alone."""
        return self.below is None and not self.pattern and _ANY_VALUE.isdisjoint(self.values)

    def holds(self, record: Any) -> bool:
        """Whether the condition holds for an object."""
        values = self.values
        if len(self.path) == 1 and type(record) is dict:  # most conditions, in a third of the time
            value = record.get(self.path[0])
            if value is None:
                return "" in values and PRESENT not in values
            if (type(value) is str or type(value) is bool) and self.compares:
                return normalized(value) in values
        if PRESENT in values:
            return _is_given(record, self.path)
        found = False
        for value in values_at(record, self.path):
            text = normalized(value)
            if self.below is not None:
                if _number(text) < self.below:
                    return True
            elif self.pattern:
                if search(self.pattern, text):
                    return True
            elif text and (text in values or ANYTHING in values):
                return True
            elif not text and type(value) is not str and is_present(value):
                found = True  # an object or a list
                if ANYTHING in values:
                    return True
            found = found or bool(text)
        return "" in values and not found


def any_of(conditions: Iterable[Condition], record: Any) -> bool:
    """Whether one of the conditions holds."""
    for condition in conditions:  # noqa: SIM110 - at half the time of any(), many times for every record
        if condition.holds(record):
            return True
    return False


def all_of(conditions: Iterable[Condition], record: Any) -> bool:
    """Whether all of the conditions hold."""
    for condition in conditions:  # noqa: SIM110
        if not condition.holds(record):
            return False
    return True


def path_of(text: str) -> Path:
    """The path written in `text`."""
    return tuple(text.split("."))


written = cache(".".join)
"""A path as written, for messages. A map has few paths, and every record asks for all of them."""


def values_at(record: Any, path: Path) -> Sequence[Any]:
    """The values at the end of a path: none where it breaks off; the items if a list is there."""
    value = record
    for name in path:
        if type(value) is not dict:
            return _in_list(record, path) if value and type(value) is list else ()
        value = value.get(name)
    return value if type(value) is list else () if value is None else (value,)


def _in_list(value: Any, path: Path) -> Sequence[Any]:
    """As `values_at`, for a path that leads into a list on the way."""
    name, rest = path[0], path[1:]
    if type(value) is dict:
        return _in_list(value[name], rest)
    if name == ANYTHING:
        return [found for item in value for found in values_at(item, rest)]
    return values_at(value[int(name)], rest) if name.isdecimal() and int(name) < len(value) else ()


def is_present(value: Any) -> bool:
    """Whether a value is anything but None, an empty text, list or object; false and 0 are present."""
    return value is not None and value != "" and value != [] and value != {}


def _is_given(record: Any, path: Path) -> bool:
    """Whether there is a value other than None at the end of a path through objects, or a list on the way."""
    for name in path:
        if type(record) is not dict:
            return isinstance(record, list)
        record = record.get(name)
    return record is not None


def first(record: Any, paths: Iterable[Path]) -> tuple[Any, str]:
    """The first value present at one of the paths, with the path as written; (None, "") if there is none."""
    for path in paths:
        value = record
        for name in path:  # a fast path for objects in objects, in a third of the time
            if type(value) is not dict:
                break
            value = value.get(name)
        else:
            if type(value) is str and value:
                return value, written(path)
            if value is None or value == "":
                continue
            if type(value) is not list:
                if value != {}:
                    return value, written(path)
                continue
        for value in values_at(record, path):
            if is_present(value):
                return value, written(path)
    return None, ""


def has_key(record: Any, paths: Iterable[Path]) -> bool:
    """Whether an object has the outermost key of one of the paths, even with an empty value."""
    return isinstance(record, dict) and any(path[0] in record for path in paths)


def normalized(value: Any) -> str:
    """A value as compared with those in a map; empty for an object, a list, or a number of over 30 digits."""
    if type(value) is str:
        return value.strip().lower()
    if type(value) is bool:
        return "true" if value else "false"
    if value is None or type(value) is dict or type(value) is list:
        return ""
    if isinstance(value, int) and not -(10**30) < value < 10**30:
        return ""
    return str(value).strip().lower()


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("inf")
