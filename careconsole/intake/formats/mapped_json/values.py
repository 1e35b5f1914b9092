"""The values in a map of records: paths to fields, conditions on their values, and texts of a certain form."""

from __future__ import annotations

from typing import Any, Self

from careconsole.domain.errors import WrongUse
from careconsole.domain.settings.document import CustomValue, WrongEntry, at_entry
from careconsole.domain.settings.values import table_in
from careconsole.intake import registry
from careconsole.intake.values.json_paths import Condition, Path, path_of
from careconsole.intake.values.map_tables import Texts, groups, text_in


class Paths(CustomValue, tuple[Path, ...]):
    """Paths to fields; the first one with a value counts."""

    def __new__(cls, value: object = ()) -> Self:
        """A list of paths, or a single one."""
        found = super().__new__(cls, map(path_of, Texts(value)))
        if any("" in path for path in found):
            raise WrongUse("It has a path with nothing between its dots.", 'For example "assignee.name".')
        return found


class SomePaths(Paths):
    """At least one path."""

    def __new__(cls, value: object) -> Self:
        """A list of paths, or a single one."""
        if value is None or value == []:
            raise WrongUse("It is missing.", "Give the path of a field, or several: the first with a value counts.")
        return super().__new__(cls, value)


class Names(CustomValue, tuple[Paths, ...]):
    """Names, of which the first one with a value counts; "first last" is one name of two paths."""

    def __new__(cls, value: object = ()) -> Self:
        """A list of names, or a single one."""
        return super().__new__(cls, [Paths(text.split()) for text in Texts(value)])


class Values(CustomValue, frozenset[str]):
    """Values in lower case."""

    def __new__(cls, value: object = ()) -> Self:
        """A list of texts, or a text."""
        return super().__new__(cls, [text.strip().lower() for text in Texts(value)])


class Conditions(CustomValue, tuple[Condition, ...]):
    """Conditions on the values of fields."""

    def __new__(cls, value: object = None) -> Self:
        """A table of paths to values."""
        found = []
        for path, values in table_in(value).items():
            with at_entry(path):
                found.append(_condition(path_of(path), Texts(values)))
        return super().__new__(cls, found)


class Public(Conditions):
    """Conditions under which the customer has seen a comment; or `everybody`: whether all are seen, or none."""

    everybody: bool | None = None

    def __new__(cls, value: object = None) -> Self:
        """A table of conditions, or one that only has `everybody`."""
        if not isinstance(value, dict) or "everybody" not in value:
            return super().__new__(cls, value)
        if not isinstance(value["everybody"], bool) or len(value) > 1:
            raise WrongEntry(("everybody",), "It must be true or false, and nothing else.")
        found = super().__new__(cls)
        found.everybody = value["everybody"]
        return found


class IdPattern(CustomValue, str):
    """A regular expression whose groups make an id; empty for none."""

    def __new__(cls, value: object = "") -> Self:
        """A text."""
        if value and not groups(value):
            raise WrongUse("It has no group ( ) for the id.")
        return super().__new__(cls, text_in(value))


class Fields(CustomValue, tuple[registry.Field, ...]):
    """What becomes of fields, for the documentation."""

    def __new__(cls, value: object = ()) -> Self:
        """Rows of [theirs, ours] or [theirs, ours, remark]."""
        rows: Any = value if isinstance(value, list | tuple) else [value]
        if not all(isinstance(row, list) and len(row) in (2, 3) for row in rows):
            raise WrongUse("Each row must have two or three texts.", 'For example [["subject", "subject"]].')
        return super().__new__(cls, [registry.Field(*map(text_in, row)) for row in rows])


def _condition(path: Path, values: tuple[str, ...]) -> Condition:
    """The condition on a path: "<0" alone is a number to be below, "~x" alone a regular expression (in lower case)."""
    if not values:
        raise WrongUse("It lists no value.", 'Write "*" for any, and "" for none.')
    hint = 'Write "<0" for a number below 0 and "~x+" for a regular expression.'
    try:
        if len(values) == 1 and values[0].startswith("<"):
            return Condition(path, frozenset(), float(values[0][1:]))
    except (ValueError, OverflowError) as error:
        raise WrongUse(f"It has “{values[0]}”: {error}.", hint) from error
    if len(values) == 1 and values[0].startswith("~"):
        groups(values[0][1:])
        return Condition(path, frozenset(), None, values[0][1:])
    return Condition(path, frozenset(Values(values)))
