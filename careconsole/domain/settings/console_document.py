"""Reads the configuration file of one login, as TOML.

A mistake costs the setting that it is in, never the others: each entry is read by itself, and the mistakes are listed
with their lines. What the program offers (columns, themes, keys) is passed in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Literal, Self

import msgspec

from careconsole.domain.case.state import CHANNELS
from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import hint_of, suggest
from careconsole.domain.settings.console import ConfiguredView, ConsoleSettings, Problem
from careconsole.domain.settings.document import CustomValue, SettingsDocument, Table, WrongEntry, at_entry, convert
from careconsole.domain.settings.toml import nearest
from careconsole.domain.settings.values import Name
from careconsole.domain.time.calendars import quoted
from careconsole.domain.time.moments import DAY, MINUTE, parse_span

NO_KEY = "none"
"""The word for an action without a key."""
LONGEST_VIEW_NAME = 40
_MOST_SLOT = 9
_TOO_MANY_VIEWS = 50


class Offered(msgspec.Struct, frozen=True):
    """What settings can name: columns, orders of the list, themes, colours.

    `check_filter` raises WrongUse for a text that is no filter. `keys` checks the wanted keys of all actions together,
    since no two may share one: it is given the keys by action, and returns the mistakes by action, each with what would
    be right. Themes are asked for only if one is named.
    """

    columns: Sequence[str]
    sorts: Sequence[str]
    themes: Callable[[], Collection[str]]
    is_colour: Callable[[str], bool]
    check_filter: Callable[[str], object]
    keys: Callable[[Mapping[str, tuple[str, ...]]], dict[str, WrongUse]]


class LockAfter(CustomValue, int):
    """After how long the console locks itself when nobody touches it, in milliseconds; 0 is never."""

    def __new__(cls, value: object) -> Self:
        """Reads a span such as "15m", or "never"."""
        hint = 'Write it like "15m" or "1h", or "never".'
        if not isinstance(value, str):
            raise WrongUse(f"{quoted(value)} is not a span of time.", hint)
        try:
            span = 0 if value.strip().lower() == "never" else parse_span(value)
        except WrongUse as error:
            raise WrongUse(error.message, hint) from None
        if span and not MINUTE <= span <= DAY:
            raise WrongUse(f"{quoted(value)} is too {'short' if span < MINUTE else 'long'}.", 'From "1m" up to "1d".')
        return super().__new__(cls, span)


class Keys(CustomValue, tuple[str, ...]):
    """The keys of an action: one, several in a list, or "none"."""

    def __new__(cls, value: object) -> Self:
        """Reads a string or a list of them."""
        keys = [value] if isinstance(value, str) else value
        if not isinstance(keys, list | tuple) or not all(isinstance(key, str) for key in keys):
            raise WrongUse(f"{quoted(value)} is no key.", f'Write it like "t", ["t", "f2"] or "{NO_KEY}".')
        return super().__new__(cls, dict.fromkeys(key for key in keys if key != NO_KEY))


class ViewTable(Table, frozen=True):
    """A table [[view]]: a filter with a name, and the digit that shows it (none: the next free place)."""

    name: Name
    filter: str = ""
    sort: str = "due"
    reverse: bool = False
    key: int | None = None


class ColourTable(Table, frozen=True):
    """The table [colors]: colours of meanings, in place of the theme's."""

    late: str = ""
    at_risk: str = ""
    outgoing: str = ""
    accent: str = ""


# The names of `moments.DATE_STYLES`, which a type has to spell out.
DateStyle = Literal["2026-11-03", "03.11.2026", "03/11/2026", "11/03/2026", "3 Nov 2026", "Nov 3, 2026"]


class ConsoleTable(Table, frozen=True):
    """The document; what is left out has its default."""

    lock_after: LockAfter | None = None
    date_format: DateStyle = "2026-11-03"
    channel: str = ""
    bell: bool | None = None
    theme: str = ""
    columns: tuple[str, ...] = ()
    colors: ColourTable = ColourTable()
    keys: dict[str, Keys] = msgspec.field(default_factory=dict)
    view: tuple[ViewTable, ...] = ()


def parse_console(text: str, offered: Offered) -> ConsoleSettings:
    """Parses a configuration file. Never raises: what cannot be used is in `problems`, and has its default."""
    hint = hint_of("See {}.", suggest("help configuration"))
    try:
        document = SettingsDocument(text, hint)
    except WrongUse as error:
        line = re.match(r"Line (\d+): ", error.message)
        message = error.message[line.end() :] if line else error.message
        return ConsoleSettings(problems=(Problem(int(line[1]) if line else None, _sentence(message), error.hint),))
    reader = _Reader(document, offered)
    for name, value in document.values.items():
        reader.read(name, value)
    return reader.settings()


def _sentence(message: str) -> str:
    return message[:1].upper() + message[1:]


class _Reader:
    """Reads the entries of a document one by one, and keeps those that are right."""

    def __init__(self, document: SettingsDocument, offered: Offered) -> None:
        self._document = document
        self._offered = offered
        self._found: dict[str, Any] = {}
        self._colours: dict[str, str] = {}
        self._keys: dict[str, Keys] = {}
        self._views: list[ConfiguredView] = []
        self._lines: dict[str, int | None] = {}

    def read(self, name: str, value: object) -> None:
        """Reads the entry of that name at the top of the document."""
        if name in ("colors", "keys") and isinstance(value, dict):
            for inner, one in value.items():
                self._read(name, {inner: one}, inner)
            if name == "keys":
                self._check_keys()
        elif name == "view" and isinstance(value, list):
            for place, one in enumerate(value):
                with self._document.at("view", place):
                    self._add_view(convert(one, ViewTable, "[[view]]"), place)
        else:
            self._read(name, value)

    def _read(self, name: str, value: object, *inner: str) -> None:
        with self._document.at():
            table = convert({name: value}, ConsoleTable)
            self._take(name, table)
            self._lines[".".join((name, *inner))] = self._document.line_of(name, *inner)

    def _take(self, name: str, table: ConsoleTable) -> None:
        """Keeps what an entry says. Raises WrongEntry for a name of something that is not offered."""
        offered = self._offered
        with at_entry(name):
            match name:
                case "channel":
                    _must_be_known(table.channel, CHANNELS, "channel")
                case "theme":
                    _must_be_known(table.theme, sorted(offered.themes()), "theme")
                case "columns":
                    _check_columns(table.columns, offered.columns)
                case "colors":
                    for meaning, colour in msgspec.structs.asdict(table.colors).items():
                        if colour:
                            self._add_colour(meaning, colour)
                case "keys":
                    self._keys |= table.keys
        if name not in ("colors", "keys"):
            self._found[name] = getattr(table, name)

    def _add_colour(self, meaning: str, colour: str) -> None:
        if not self._offered.is_colour(colour):
            hint = 'Write it like "#ff8800", or as a colour of the web, such as "orange".'
            raise WrongEntry((meaning,), f"{quoted(colour)} is not a colour.", hint)
        self._colours[meaning] = colour

    def _add_view(self, view: ViewTable, place: int) -> None:
        if place >= _TOO_MANY_VIEWS:
            raise WrongUse("That is one view too many.", f"Keep up to {_TOO_MANY_VIEWS}.")
        if len(view.name) > LONGEST_VIEW_NAME:
            raise WrongEntry(("name",), "The name is too long.", f"It can have {LONGEST_VIEW_NAME} characters.")
        with at_entry("filter"):
            self._offered.check_filter(view.filter)
        with at_entry("sort"):
            _must_be_known(view.sort, self._offered.sorts, "order")
        if view.key is not None and not 0 <= view.key <= _MOST_SLOT:
            raise WrongEntry(("key",), "It must be a digit, from 0 to 9.")
        if view.key is not None and view.key in {other.key for other in self._views}:
            raise WrongEntry(("key",), f"Another view is on {view.key} already.", "Give it another digit, or none.")
        self._views.append(ConfiguredView(str(view.name), view.filter, view.sort, view.reverse, view.key))
        self._lines[f"view.{place + 1}"] = self._document.line_of("view", place)

    def _check_keys(self) -> None:
        """Drops keys until no mistake is left: without one of two that collide, the other may be right."""
        while wrong := self._offered.keys(self._keys):
            for action, error in wrong.items():
                with self._document.at("keys", action):
                    raise error
                del self._keys[action]
                del self._lines[f"keys.{action}"]

    def settings(self) -> ConsoleSettings:
        """What was read."""
        problems = tuple(Problem(line, error.message, error.hint) for line, error in self._document.mistakes())
        table = ConsoleTable(**self._found)
        return ConsoleSettings(
            lock_after=table.lock_after,
            date_format=table.date_format,
            channel=table.channel,
            bell=table.bell,
            theme=table.theme,
            columns=table.columns,
            colors=self._colours,
            keys={action: tuple(keys) for action, keys in self._keys.items()},
            views=tuple(self._views),
            lines=self._lines,
            problems=problems,
        )


def _check_columns(columns: Sequence[str], offered: Sequence[str]) -> None:
    for place, column in enumerate(columns):
        with at_entry(place):
            _must_be_known(column, offered, "column")
    if len(set(columns)) < len(columns):
        raise WrongUse("A column is named twice.", "Name each once.")


def _must_be_known(word: str, known: Collection[str], what: str) -> None:
    """Raises WrongUse, with the nearest word and all valid ones, unless the word is one of them."""
    if word not in known:
        near = nearest(word[:40], list(known))
        meant = f"Did you mean {near}? " if near else ""
        raise WrongUse(f"There is no {what} {quoted(word)}.", f"{meant}Valid: {', '.join(known)}.")
