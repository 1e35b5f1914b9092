"""What a person can do next, as a value: words, commands and parameters, which each face writes in its own way.

    Refused("Case 12 is parked already.", "Take it up again: {}.", suggest("unpark", 12))

The command line writes "careconsole unpark 12" in the place of `{}`, the console the key that opens the form.
"""

from __future__ import annotations

from types import EllipsisType
from typing import TypeAlias

import msgspec

Value: TypeAlias = str | int | EllipsisType
"""What a parameter is given; `...` is left to the person who follows the hint."""


class Suggestion(msgspec.Struct, frozen=True):
    """A command that helps: its name, the cases it is given, and its parameters in order.

    The name is that of the registry ("nudge"), or of another command of the command line ("db check"); parameters are
    called as they are there.
    """

    command: str
    cases: tuple[int, ...] = ()
    parameters: tuple[tuple[str, Value], ...] = ()


class Given(msgspec.Struct, frozen=True):
    """Parameters that the command just refused should be given."""

    parameters: tuple[tuple[str, Value], ...]


Part: TypeAlias = "str | Suggestion | Given | Hint"
"""What a hint is made of; a hint that stands in another one becomes a part of it."""

WHO_AM_I = Suggestion("who")
"""Saying who is at work: an option of the command line, a command of the console."""
SKIP_REFUSED = Given((("skip_refused", True),))
"""Doing what a rule allows, where it refuses a part of several cases."""


class Hint(msgspec.Struct, frozen=True):
    """What to do next: plain words, suggestions, or several of both. It may be empty."""

    parts: tuple[str | Suggestion | Given, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.parts)

    def __str__(self) -> str:
        """The hint where no face writes it, as in a log: commands by their names alone."""
        return "".join(part if isinstance(part, str) else _plain(part) for part in self.parts)

    @property
    def suggestions(self) -> tuple[Suggestion, ...]:
        """The commands it names."""
        return tuple(part for part in self.parts if isinstance(part, Suggestion))


def suggest(command: str, /, *cases: int, **parameters: Value) -> Suggestion:
    """A command that helps; give `...` for what the person has to fill in."""
    return Suggestion(command, cases, tuple(parameters.items()))


def given(**parameters: Value) -> Given:
    """Parameters of the same command: "Name somebody else {}." with `given(to=...)`."""
    return Given(tuple(parameters.items()))


def hint_of(words: str | Hint, *parts: Part) -> Hint:
    """Words with `parts` in the places of their `{}`. Without parts, braces are words like others.

    What somebody typed must be a part and not in the words, for it may have braces of its own.
    """
    if isinstance(words, Hint):
        return words
    if not parts:
        return Hint((words,) if words else ())
    between = words.split("{}")
    if len(between) != len(parts) + 1:
        raise ValueError(f"{len(parts)} parts do not fit into {words!r}")
    mixed: list[str | Suggestion | Given] = [between[0]]
    for part, after in zip(parts, between[1:], strict=True):
        mixed += [*(part.parts if isinstance(part, Hint) else (part,)), after]
    return Hint(tuple(part for part in mixed if part != ""))


def _plain(part: Suggestion | Given) -> str:
    if isinstance(part, Given):
        return f"with {', '.join(name for name, _ in part.parameters)}"
    return " ".join([part.command, *map(str, part.cases)])
