"""Edits to a settings text that somebody wrote: everything else is left unchanged, comments included."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from careconsole.domain.errors import WrongUse
from careconsole.domain.settings.calendars import calendar_text
from careconsole.domain.settings.toml import HEADER, key_parts

if TYPE_CHECKING:
    from tomlkit import TOMLDocument


def with_new_names(text: str, names: Mapping[str, str]) -> str:
    """The text of a rota with leads renamed; `names` maps the names in the text to new ones."""
    parts = _parsed(text)
    for part in parts:
        for table in [*part.get("turn", []), *part.get("exception", [])]:
            if (name := table.get("lead")) in names:
                table["lead"] = names[name]
    return "".join(part.as_string() for part in parts)


def with_calendar(text: str, name: str, changes: Mapping[str, object]) -> str:
    """The text of service levels with these entries set in a calendar's table, which is appended if missing.

    A table among the changes, such as the hours, replaces the previous one.
    """
    parts = _parsed(text)
    holders = [part for part in parts if name in part.get("calendar", {})]
    if not holders:
        new = calendar_text(name, changes)
        return f"{text.rstrip()}\n\n{new}\n" if text.strip() else f"{new}\n"
    if len(holders) > 1:  # its subtables are elsewhere in the text
        parts = holders = _parsed(text, whole=True)
    table = holders[0]["calendar"][name]
    for key, value in changes.items():
        _set_entry(table, key, value)
    return "".join(part.as_string() for part in parts)


def _set_entry(table: Any, key: str, value: object) -> None:
    import tomlkit

    if not isinstance(value, Mapping):
        table[key] = value
    elif key in table:
        for inner in list(table[key]):
            del table[key][inner]
        table[key].update(value)
    else:
        for inner, entry in value.items():
            table.append(tomlkit.key([key, inner]), entry)


def _parsed(text: str, *, whole: bool = False) -> list[TOMLDocument]:
    """The text as tomlkit documents: split before its tables, because tomlkit moves tables of one name together.

    Comments above a table stay with it. If a part does not parse, because a line only looks like a table header, the
    text is one document. Raises WrongUse if tomlkit cannot parse that either.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        return [tomlkit.parse(part) for part in ([text] if whole else _parts(text))]
    except (TOMLKitError, ValueError) as error:
        if whole:
            raise WrongUse(f"The text cannot be changed: {error}.", "Write it in a simpler form and set it.") from error
        return _parsed(text, whole=True)


def _parts(text: str) -> list[str]:
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)  # unlike str.splitlines, only at LF, as TOML does
    cuts = [0]
    said = 0  # where the comments and blank lines above the current line begin
    table: list[str] = []
    for number, line in enumerate(lines):
        if header := HEADER.match(line):
            key = key_parts(header[2])
            if header[1] == "[[" or not table or key[: len(table)] != table:
                cuts.append(said)
                table = key
        if line.strip() and not line.lstrip().startswith("#"):
            said = number + 1
    return ["".join(lines[first:last]) for first, last in zip(cuts, [*cuts[1:], len(lines)], strict=True)]
