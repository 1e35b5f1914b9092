"""What all import maps share: reading their files, and types for texts, times, zones and patterns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Self, TypeVar

import msgspec

from careconsole.desk.text_files import read_settings
from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.settings.document import CustomValue, SettingsDocument
from careconsole.domain.time.calendars import quoted
from careconsole.domain.time.zones import zone_named
from careconsole.intake.values.patterns import groups_of
from careconsole.intake.values.times import moments

T = TypeVar("T")
Given = Annotated[str, msgspec.Meta(min_length=1)]
"""A text that is not empty."""


class Texts(CustomValue, tuple[str, ...]):
    """A list of texts; a single one is a list of one, and whole numbers become texts."""

    def __new__(cls, value: object = ()) -> Self:
        """A list of texts, or a text."""
        items = value if isinstance(value, list | tuple | frozenset) else [value]
        for item in items:
            if not isinstance(item, str | int) or isinstance(item, bool):
                raise WrongUse(f"It must be a list of texts; there is {quoted(item)} in it.")
        return super().__new__(cls, map(str, items))


class TextSet(CustomValue, frozenset[str]):
    """A set of texts."""

    def __new__(cls, value: object = ()) -> Self:
        """A list of texts, or a text."""
        return super().__new__(cls, Texts(value))


def text_in(value: object) -> str:
    """`value` if it is a text. Raises WrongUse otherwise."""
    if not isinstance(value, str):
        raise WrongUse("It must be a text.")
    return value


class TimeZone(CustomValue, str):
    """The zone of times that name none; empty if not given."""

    def __new__(cls, value: object = "") -> Self:
        """A text such as "Europe/Rome" or "+02:00"."""
        try:
            zone_named(text_in(value) or "UTC")
        except ValueError as error:
            hint = "Valid are UTC, +02:00 or a name such as Europe/Rome."
            raise WrongUse(f"It is not known: {error}.", hint) from error
        return super().__new__(cls, value)


class TimeFormat(CustomValue, str):
    """How times are written: a format of `times.moments`."""

    def __new__(cls, value: object = "iso") -> Self:
        """A text such as "iso" or "%d.%m.%Y"."""
        pattern = text_in(value)
        try:
            moments(pattern, "")
        except ValueError as error:
            hint = "Valid are iso, usual, epoch_s, epoch_ms and strptime patterns."
            raise WrongUse(f"It cannot be used: {error}.", hint) from error
        return super().__new__(cls, pattern)


def groups(pattern: object) -> int:
    """How many groups a regular expression has. Raises WrongUse for an invalid one."""
    try:
        return groups_of(text_in(pattern))
    except ValueError as error:
        raise WrongUse(f"“{pattern}” is not a regular expression: {error}.") from error


def map_text(name: str, hint: str = "A map is a TOML file; docs/event-logs.md shows some.") -> str:
    """The text of the map in the file `name`. Raises WrongUse when it cannot be read, with `hint` if it is missing."""
    try:
        return read_settings(name, hint)
    except WrongUse:
        raise
    except CareError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            raise WrongUse(f"There is no map {name}.", hint) from error
        raise WrongUse(f"The map {error.message}", error.hint) from error


def read_map(text: str, name: str, kind: type[T]) -> T:
    """The map in `text`, parsed as `kind`; `name` is the file's. Raises WrongUse that names the line."""
    return SettingsDocument(text, "", name).top(kind)


def nearest(word: str, valid: Iterable[str]) -> str:
    """The words " (did you mean “X”?)" for the valid word nearest to `word`; empty if none is near."""
    from difflib import get_close_matches

    folded = {one.casefold().strip(): one for one in valid}
    close = get_close_matches(word.casefold().strip(), folded, n=1)
    return f" (did you mean “{folded[close[0]]}”?)" if close else ""
