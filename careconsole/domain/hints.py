"""What a person can do next, as a value: words, commands and parameters, which each interface renders in its own way.

    Refused("Case 12 is parked already.", "Take it up again: {}.", suggest("unpark", 12))

The command line replaces `{}` with "careconsole unpark 12", the console with the key that opens the form.
"""

from __future__ import annotations

from types import EllipsisType
from typing import TypeAlias

import msgspec

Value: TypeAlias = str | int | EllipsisType
"""The value of a parameter; `...` is for the person to fill in."""


class Suggestion(msgspec.Struct, frozen=True):
    """A command to try next: its name, its cases, and its parameters in order.

    The name is that of the registry ("nudge"), or of another command of the command line ("db check"); parameters have
    the names they have there.
    """

    command: str
    cases: tuple[int, ...] = ()
    parameters: tuple[tuple[str, Value], ...] = ()


class Given(msgspec.Struct, frozen=True):
    """Parameters to add to the command that was just refused."""

    parameters: tuple[tuple[str, Value], ...]


Part: TypeAlias = "str | Suggestion | Given | Hint"
"""What a hint is made of; the parts of a nested hint are merged into the outer one."""

WHO_AM_I = Suggestion("who")
"""Says who is at work: an option on the command line, a command in the console."""
SKIP_REFUSED = Given((("skip_refused", True),))
"""Skips the cases that a rule refuses and does the others."""


class Hint(msgspec.Struct, frozen=True):
    """What to do next: plain words, suggestions, or several of both. It may be empty."""

    parts: tuple[str | Suggestion | Given, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.parts)

    def __str__(self) -> str:
        """The hint outside any interface, as in a log: commands by name only."""
        return "".join(part if isinstance(part, str) else _plain(part) for part in self.parts)

    @property
    def suggestions(self) -> tuple[Suggestion, ...]:
        """The commands it names."""
        return tuple(part for part in self.parts if isinstance(part, Suggestion))


def suggest(command: str, /, *cases: int, **parameters: Value) -> Suggestion:
    """A command to try next; pass `...` for what the person has to fill in."""
    return Suggestion(command, cases, tuple(parameters.items()))


def given(**parameters: Value) -> Given:
    """Parameters for the same command: "Name somebody else {}." with `given(to=...)`."""
    return Given(tuple(parameters.items()))


def hint_of(words: str | Hint, *parts: Part) -> Hint:
    """A hint whose `{}` are replaced by `parts`. Without parts, braces are literal.

    User input must be passed as a part, not within `words`, because it may contain braces. Raises ValueError when the
    number of parts does not match.
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
