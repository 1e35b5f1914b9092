"""Renders hints for the console: keys in place of command-line commands.

What the console cannot do stays a command for a shell.
"""

from __future__ import annotations

from collections.abc import Collection

from careconsole.commands import BY_ID, OTHER_COMMANDS
from careconsole.commands.console_keys import ACTION_BY_ID
from careconsole.commands.form import label_of
from careconsole.commands.key_table import key_of, shown_key
from careconsole.domain.errors import CareError
from careconsole.domain.hints import SKIP_REFUSED, Given, Hint, Suggestion
from careconsole.present.command_lines import command_line, flag_of, parameters_text

PAGES = {
    "agenda": "agenda",
    "changes list": "changes",
    "changes show": "changes",
    "cause list": "causes",
    "cause show": "causes",
    "history": "open",
    "journal": "journal",
    "notices list": "notices",
    "promises": "promises",
    "search": "filter",
    "show": "open",
    "team add": "team",
    "team away": "team",
    "team back": "team",
    "team contact": "team",
    "team duty": "team",
    "team hand-over": "team",
    "team leave": "team",
    "team list": "team",
    "who": "who",
    "why": "why",
}
"""For commands of the command line, the console action that does the same or opens the page where it is done."""
_KEYS = {
    **{id: (key_of(id), verb.title) for id, verb in BY_ID.items()},
    **{id: (key_of(id), title) for id, _, title in OTHER_COMMANDS},
    **{id: (key_of(page), ACTION_BY_ID[page].title) for id, page in PAGES.items()},
    "queue": ("0", "All open"),
}
_LOOKS = ("show", "history")
_JUMP = f"{shown_key('palette')} then "
"""How to open another case: by its number in the palette."""
_PLAIN = {
    "box add": f"{shown_key('mail')} (Mail), then 5, {shown_key('more')} and 1",
    "customer list": "the customers that the form proposes",
}
"""Suggestions that need no key, or more than one, in plain words."""


def hint_text(hint: Hint, here: Collection[int] = ()) -> str:
    """Renders a hint; `here` are the cases that its keys would act on, empty when unknown."""
    parts, before = [], ""
    for part in hint.parts:
        if isinstance(part, Suggestion):
            part = _key(part, here, inside=before.endswith("("))
        elif isinstance(part, Given):
            part = _answers(part)
        parts.append(part)
        before = part
    return "".join(parts)


def error_text(error: CareError, here: Collection[int] = ()) -> str:
    """An error in one text: what happened, and what to do next."""
    return f"{error.message} {hint_text(error.hint, here)}".strip()


def _key(suggestion: Suggestion, here: Collection[int], *, inside: bool) -> str:
    """Renders a suggestion as a key and its title, as plain words, or as a shell command. `inside`: in parentheses."""
    plain = _PLAIN.get(suggestion.command)
    if plain is not None:
        return plain
    if suggestion.command not in _KEYS:
        return command_line(suggestion)
    key, title = _KEYS[suggestion.command]
    elsewhere = bool(here) and not set(suggestion.cases) <= set(here)
    if suggestion.command in _LOOKS:
        what = "the case"
        if elsewhere:
            what, key = f"case {suggestion.cases[0]}", f"{_JUMP}{suggestion.cases[0]}"
        return key if inside else f"{what} ({key})"
    if key:
        written = f"{key} {title}" if inside else f"{key} ({title})"
    else:
        menu = f"under {shown_key('more')}"
        written = f"{title} {menu}" if inside else f"{title} ({menu})"
    if elsewhere:
        written += f" on case {suggestion.cases[0]}"
    said = [_answer(name, value, suggestion.command) for name, value in suggestion.parameters if value is not ...]
    return ", ".join([written, *said] if suggestion.command in BY_ID else [written])


def _answers(given: Given) -> str:
    """Names the questions of the form that still need answers."""
    if given == SKIP_REFUSED:
        return f"by pressing {shown_key('save')} again"
    names = [name for name, _ in given.parameters]
    if "db" in names:  # an option of the shell command that opens the console
        return parameters_text(given)
    return f"under {', '.join(_answer(name, value) for name, value in given.parameters)}"


def _answer(name: str, value: object, verb: str = "") -> str:
    label = label_of(flag_of(name), verb)
    return label if value is ... or value is True else f"{label}: {value}"
