"""Texts as TOML: read with bounds, the line in which a key stands, and values as TOML has them.

No text of settings is nested so deeply, or has keys of so many parts, that it is one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import msgspec

from careconsole.domain.terminal_text import fold

Key = tuple[str | int, ...]
"""The way to an entry of a document, from the top down: ("level", 2, "answer"). Lists count from nought."""

DEEPEST = 50
"""Tables and lists within one another; what people write has five."""
_LONG_KEY = re.compile(rf"(?<![\w-])(?:[\w-]++[ \t]*+\.[ \t]*+){{{DEEPEST}}}")
"""A key with more parts than any has; a TOML reader takes a time that grows with the square of their number."""
HEADER = re.compile(r"\s*(\[\[?)([^\]\[]+)\]\]?\s*(#.*)?$")
"""The line that begins a table: its brackets, and its name with the blanks around it."""
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")


class NotToml(ValueError):
    """A text is not valid TOML: `why`, and the `line` where that is known."""

    def __init__(self, why: str, line: int | None) -> None:
        super().__init__(why)
        self.why = why
        self.line = line


def loads(text: str) -> dict[str, object]:
    """What a TOML reader makes of a text. Raises NotToml where it is none, or nested too deeply."""
    import tomllib

    if key := _LONG_KEY.search(text):
        raise NotToml(f"a key has more than {DEEPEST} parts", text.count("\n", 0, key.start()) + 1)
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        why, _, place = str(error).partition(" (at ")
        line = re.match(r"line (\d+)", place)
        # What lacks its end is told at the end.
        raise NotToml(why.removesuffix("."), int(line[1]) if line else len(text.splitlines()) or 1) from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:  # a number with more digits than Python reads
        raise NotToml(str(error).partition(";")[0], None) from None
    inside: list[object] = [found]
    for _ in range(DEEPEST):
        inside = [inner for value in inside for inner in _within(value)]
    if inside:
        raise _too_deep()
    return found


def _within(value: object) -> list[object]:
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []


def _too_deep() -> NotToml:
    return NotToml(f"it is nested more than {DEEPEST} levels deep", None)


def line_of(text: str, key: Key) -> int | None:
    """The line of a text in which the key stands, or the nearest one above it; None for none.

    A plain look at the text: it finds headers and keys as people write them, and is only for messages.
    """
    best, line_of_best = 0, None
    here: list[str | int] = []
    counts: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if header := HEADER.match(line):
            found = here = _placed(key_parts(header[2]), header[1] == "[[", counts)
        elif match := _KEY.match(line):
            found = [*here, *key_parts(match[1])]
        else:
            continue
        depth = min(len(found), len(key))
        if depth > best and found[:depth] == list(key[:depth]):
            best, line_of_best = depth, number
    return line_of_best


def _placed(parts: list[str], begins: bool, counts: dict[str, int]) -> list[str | int]:
    """The key of a table, with the number of each list of tables that leads to it; `begins` one more of such a list."""
    placed: list[str | int] = []
    name = ""
    for number, part in enumerate(parts, start=1):
        name = f"{name}.{part}"
        placed.append(part)
        if begins and number == len(parts):
            counts[name] = counts.get(name, -1) + 1
            for below in [other for other in counts if other.startswith(f"{name}.")]:
                del counts[below]
        if name in counts:
            placed.append(counts[name])
    return placed


def key_parts(written: str) -> list[str]:
    """The parts of a key with dots: calendar."my office" -> calendar, my office."""
    return [part.strip("\"'") for part in _PART.findall(written)]


def nearest(word: str, known: Sequence[str]) -> str | None:
    """Which of the known words somebody is likely to have meant; None for none."""
    from difflib import get_close_matches

    folded = {fold(one): one for one in known}
    near = get_close_matches(fold(word), folded, n=1)
    return folded[near[0]] if near else None


def toml_value(value: object) -> str:
    """A text, number, date or list of these, as TOML has it."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml_value, value))}]"
    if isinstance(value, date):
        return value.isoformat()
    plain = str(value) if isinstance(value, str) else value  # msgspec knows no kinds of texts
    # A text of JSON is one of TOML, but for a character that JSON leaves as it is.
    return msgspec.json.encode(plain).decode().replace("\x7f", "\\u007F")


def toml_key(name: str) -> str:
    """A name as a key of TOML, in quotation marks where it needs them."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else toml_value(name)
