"""TOML: reading within limits, finding the line of a key, and writing values.

Texts nested more deeply, or with keys of more parts, than any settings need are rejected.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import msgspec

from careconsole.domain.terminal_text import fold

Key = tuple[str | int, ...]
"""The path to an entry of a document, from the top: ("level", 2, "answer"). List indices start at 0."""

DEEPEST = 50
"""The maximum nesting of tables and lists; real settings have five levels."""
_LONG_KEY = re.compile(rf"(?<![\w-])(?:[\w-]++[ \t]*+\.[ \t]*+){{{DEEPEST}}}")
"""A key with too many parts; tomllib takes time quadratic in their number."""
HEADER = re.compile(r"\s*(\[\[?)([^\]\[]+)\]\]?\s*(#.*)?$")
"""A table header: its opening brackets, and its name with the blanks around it."""
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")


class NotToml(ValueError):
    """A text is not valid TOML: `why`, and the `line` if known."""

    def __init__(self, why: str, line: int | None) -> None:
        super().__init__(why)
        self.why = why
        self.line = line


def loads(text: str) -> dict[str, object]:
    """Parses a text. Raises NotToml if it is invalid or nested too deeply."""
    import tomllib

    if key := _LONG_KEY.search(text):
        raise NotToml(f"a key has more than {DEEPEST} parts", text.count("\n", 0, key.start()) + 1)
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        why, _, place = str(error).partition(" (at ")
        line = re.match(r"line (\d+)", place)
        # tomllib gives no line for unterminated text ("at end of document"): that is the last line.
        raise NotToml(why.removesuffix("."), int(line[1]) if line else text.rstrip("\n").count("\n") + 1) from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:  # an integer with more digits than Python converts
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
    """The line of the key, or of its closest parent that is found; None if there is neither.

    A simple scan for headers and keys as people usually write them; only for messages.
    """
    best, line_of_best = 0, None
    here: list[str | int] = []
    counts: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if header := HEADER.match(line):
            found = here = _with_indices(key_parts(header[2]), header[1] == "[[", counts)
        elif match := _KEY.match(line):
            found = [*here, *key_parts(match[1])]
        else:
            continue
        depth = min(len(found), len(key))
        if depth > best and found[:depth] == list(key[:depth]):
            best, line_of_best = depth, number
    return line_of_best


def _with_indices(parts: list[str], begins: bool, counts: dict[str, int]) -> list[str | int]:
    """The key of a table header, with an index after each list of tables; `begins`: it is [[...]], a new entry."""
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
    """The parts of a dotted key: calendar."my office" -> calendar, my office."""
    return [part.strip("\"'") for part in _PART.findall(written)]


def nearest(word: str, known: Sequence[str]) -> str | None:
    """The known word that was probably meant; None if none is close."""
    from difflib import get_close_matches

    folded = {fold(one): one for one in known}
    near = get_close_matches(fold(word), folded, n=1)
    return folded[near[0]] if near else None


def toml_value(value: object) -> str:
    """A string, number, date or list of these, as TOML."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml_value, value))}]"
    if isinstance(value, date):
        return value.isoformat()
    plain = str(value) if isinstance(value, str) else value  # msgspec does not encode subclasses of str
    # A JSON string is a valid TOML string, except for DEL, which JSON does not escape.
    return msgspec.json.encode(plain).decode().replace("\x7f", "\\u007F")


def toml_key(name: str) -> str:
    """A name as a TOML key, quoted if needed."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else toml_value(name)
