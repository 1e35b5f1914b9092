"""Configurations as TOML: a mistake is told with the line it stands in, and values are written as TOML reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import msgspec

from careconsole.domain import toml
from careconsole.domain.calendars import quoted
from careconsole.domain.calendartables import WrongEntry
from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import Hint
from careconsole.domain.text import display_text, fold

HEADER = re.compile(r"\s*(\[\[?)([^\]\[]+)\]\]?\s*(#.*)?$")
"""The line that begins a table: its brackets, and its name with the blanks around it."""

_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")


def read_toml(text: str, hint: str | Hint) -> dict[str, object]:
    """What a TOML reader makes of a text. Raises WrongUse, with the line and `hint`, for what is not valid TOML."""
    try:
        return toml.loads(text)
    except toml.NotToml as error:
        line = f"Line {error.line}: " if error.line else ""
        raise WrongUse(f"{line}this is not valid TOML: {display_text(error.why, 200)}.", hint) from None


def wrong(key: Sequence[str], message: str, hint: str | Hint) -> WrongEntry:
    """A mistake in the entry that `key` leads to; in lists of tables, a number from nought on is a part of it."""
    where, *rest = key
    error = WrongEntry(where, tuple(_counted(rest)), WrongUse(message, hint))
    error.key = tuple(key)
    return error


def nearest(word: str, known: Sequence[str]) -> str | None:
    """Which of the known words somebody is likely to have meant; None for none."""
    from difflib import get_close_matches

    folded = {fold(one): one for one in known}
    near = get_close_matches(fold(word), folded, n=1)
    return folded[near[0]] if near else None


def with_line(text: str, error: WrongEntry) -> WrongUse:
    """A mistake, told with the line of the text in which it stands."""
    number = line_of(text, error.key)
    return WrongUse(f"Line {number}: {error.message}" if number else error.message, error.hint)


def line_of(text: str, key: Sequence[str]) -> int | None:
    """The line of a text in which the key stands, or the nearest one above it; None for none."""
    wanted = list(key)
    best, line_of_best = 0, None
    here: list[str] = []
    counts: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if header := HEADER.match(line):
            found = here = _placed(key_parts(header[2]), header[1] == "[[", counts)
        elif match := _KEY.match(line):
            found = here + key_parts(match[1])
        else:
            continue
        same = next((n for n, (a, b) in enumerate(zip(found, wanted, strict=False)) if a != b), None)
        depth = min(len(found), len(wanted)) if same is None else 0
        if depth > best:
            best, line_of_best = depth, number
    return line_of_best


def _placed(parts: list[str], begins: bool, counts: dict[str, int]) -> list[str]:
    """The key of a table, with the number of each list of tables that leads to it; `begins` one more of such a list."""
    placed: list[str] = []
    name = ""
    for number, part in enumerate(parts, start=1):
        name = f"{name}.{part}"
        placed.append(part)
        if begins and number == len(parts):
            counts[name] = counts.get(name, -1) + 1
            for below in [other for other in counts if other.startswith(f"{name}.")]:
                del counts[below]
        if name in counts:
            placed.append(str(counts[name]))
    return placed


def table_of(value: object, key: Sequence[str], hint: str | Hint) -> Mapping[str, object]:
    """The table that stands under a key. Raises WrongEntry for anything else."""
    if not isinstance(value, Mapping):
        raise wrong(key, f"{quoted(value)} is no table.", hint)
    return value


def key_parts(written: str) -> list[str]:
    """The parts of a key with dots: calendar."my office" -> calendar, my office."""
    return [part.strip("\"'") for part in _PART.findall(written)]


def toml_value(value: object) -> str:
    """A text, number, date or list of these, as TOML has it."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml_value, value))}]"
    if isinstance(value, date):
        return value.isoformat()
    # A text of JSON is one of TOML, but for a character that JSON leaves as it is.
    return msgspec.json.encode(value).decode().replace("\x7f", "\\u007F")


def toml_key(name: str) -> str:
    """A name as a key of TOML, in quotation marks where it needs them."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else toml_value(name)


def _counted(key: Sequence[str]) -> Iterator[str]:
    """People count from one."""
    for part in key:
        yield str(int(part) + 1) if part.isdigit() else part
