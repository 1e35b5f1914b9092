"""Reads the configuration file of this login against what the program offers: columns, orders, themes, keys."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping

import msgspec

from careconsole.desk.console.config_file import config_path, read_config
from careconsole.desk.console.views import NEXT_FREE_SLOT, SavedView
from careconsole.desk.queries.case_queries import SORTS
from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.settings.console import ConsoleSettings, Problem
from careconsole.domain.terminal_text import display_text

COLUMNS = (
    "number", "priority", "subject", "level", "customer", "owner", "age", "waits", "due", "beside", "tags", "hops",
    "silence", "channel", "known",
)  # fmt: skip
"""The names of the columns of the console's list, in their usual order."""


class Configuration(msgspec.Struct, frozen=True):
    """What the file at `path` sets; `exists`: there is one."""

    path: str
    exists: bool = False
    settings: ConsoleSettings = ConsoleSettings()


OWN_THEMES = ("careconsole-dark", "careconsole-light", "careconsole-colorblind-dark", "careconsole-colorblind-light")
"""The names of the themes that the console has besides Textual's."""


def themes() -> Collection[str]:
    """The names of the console's themes."""
    from textual.theme import BUILTIN_THEMES

    return (*OWN_THEMES, *BUILTIN_THEMES)


def is_colour(text: str) -> bool:
    """Whether a text is a colour that the console can draw."""
    from textual.color import Color, ColorParseError

    try:
        return Color.parse(text).a == 1
    except ColorParseError:
        return False


def _wrong_keys(own: Mapping[str, tuple[str, ...]]) -> dict[str, WrongUse]:
    """What is wrong with keys, by action."""
    from careconsole.commands.own_keys import mistakes  # with all commands, which a file without keys does not need

    return mistakes(own)


def read_configuration() -> Configuration:
    """Reads the file. Never raises: a file that cannot be used is one mistake."""
    path = ""
    try:
        path = config_path()
        text = read_config(path)
    except CareError as error:
        return Configuration(path, True, ConsoleSettings(problems=(Problem(None, error.message, error.hint),)))
    if text is None:
        return Configuration(path)
    return Configuration(path, True, parse(text))


def parse(text: str) -> ConsoleSettings:
    """Reads the text of a file. Never raises: what cannot be used is in its `problems`."""
    from careconsole.domain.filters.language import parse as parse_filter
    from careconsole.domain.settings.console_document import Offered, parse_console

    offered = Offered(
        columns=COLUMNS,
        sorts=tuple(SORTS),
        themes=themes,
        is_colour=is_colour,
        check_filter=parse_filter,
        keys=_wrong_keys,
    )
    return parse_console(text, offered)


def views_of(settings: ConsoleSettings) -> list[SavedView]:
    """The views that the file defines; one without a key of its own has the slot `NEXT_FREE_SLOT`."""
    return [
        SavedView(view.key if view.key is not None else NEXT_FREE_SLOT, view.name, view.filter, view.sort, view.reverse)
        for view in settings.views
    ]


def problem_text(problem: Problem, path: str) -> str:
    """A mistake in one sentence, with its place: "config.toml, line 3: There is no theme ..."; made safe."""
    place = f"{os.path.basename(path)}, line {problem.line}: " if problem.line else ""
    return f"{display_text(place, 60)}{display_text(problem.message, 400)}"
