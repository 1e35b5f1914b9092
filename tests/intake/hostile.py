"""Damage to exports: values of another type, fields dropped and doubled, bytes lost and flipped.

Everything is drawn from one random generator, so a test can find the smallest case and a run by hand can be repeated.
"""

from __future__ import annotations

import copy
import gzip
import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, NamedTuple

Path = tuple[str | int, ...]


class Raw(str):
    """JSON that is written verbatim."""


class Twice(NamedTuple):
    """A key that is given twice, with these values."""

    first: Any
    second: Any


_DEEP: Any = "x"
for _ in range(60):
    _DEEP = [_DEEP]

TEXTS = (
    *(
        "",
        " ",
        "0",
        "-",
        "null",
        "None",
        "nobody",
        "true",
        "a",
        "é",
        "茶碗",
        "a\tb\nc\r\nd",
        "\\",
        '"',
        "'",
        "{}",
        "x" * 300,
    ),
    *(
        "\0",
        "a\0b",
        "\ud800",
        "\udfff x",
        "\x1b]0;x\x07",
        "\x9b31m",
        "\u202e",
        "\u2028",
        "\ufeff",
        "\U0010ffff",
        "ß" * 90,
    ),
    *(
        "[/]",
        "[@click=app.quit]x",
        "=1+1",
        "-2+3",
        "@SUM(A1)",
        "<b>x",
        "<a href='javascript:x'>y</a>",
        "&#0;&#xD800;&amp",
    ),
    *("<" * 200, "<p>" * 100, "%s{0}%(x)s", "../../etc/passwd", "C:\\x", "rm -rf /", "' or 1=1 --", "NaN", "1e999"),
    *("Ana", "ANA", "duty", "user 1", "merged into #1", "This request was closed and merged into request #2"),
)
TIMES = (
    *("soon", "2024-02-30T25:61:00Z", "0000-00-00T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59+14:00"),
    *(
        "10000-01-01T00:00:00Z",
        "-0001-01-01T00:00:00Z",
        "2024-03-01",
        "2024-03-01T08:00:00",
        "2024-03-01 08:00",
        "08:00",
    ),
    *(
        "2024-03-01T08:00:00+99:99",
        "2024-03-01T08:00:00.123456789Z",
        "03/04/2024",
        "3.4.24",
        "20240301T080000Z",
        "1709280000",
    ),
    *("1709280000000", "2024-03-01T08:00:00Z[Europe/Rome]", "2024-12-31T23:59:60Z", "٢٠٢٤-٠٣-٠١T٠٨:٠٠:٠٠Z"),
)
NUMBERS = (
    *(0, 1, -1, 2, 3, 5, 6, 99, 101, 2**31, 2**53 + 1, 2**63 - 1, 2**63, 2**64, -(2**63) - 1, 10**30, 10**400),
    *(
        1709280000,
        1709280000000,
        -62135596801,
        253402300800,
        8640000000000001,
        10**18,
        Raw("1e999"),
        Raw("-0"),
        Raw("0.1"),
    ),
    *(
        Raw("1.7e9"),
        Raw("1709280000.5"),
        Raw("1E+2"),
        Raw("9" * 5000),
        Raw("01"),
        Raw("NaN"),
        Raw("-Infinity"),
        Raw("1."),
    ),
)
SHAPES: tuple[Any, ...] = (
    *(None, True, False, [], {}, [None], [[]], {"id": None}, {"": ""}, {"a": {"b": []}}, [1, "a", {}]),
    _DEEP,
)
EVERYTHING = (*TEXTS, *TIMES, *NUMBERS, *SHAPES)


def mutated(document: Any, chance: Random) -> Any:
    """Returns a copy of a JSON value with one, two or four random changes."""
    document = json.loads(json.dumps(document))  # a copy in which no object occurs twice
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        places = list(_places(document))
        if places:
            chance.choice(_CHANGES)(document, chance.choice(places), places, chance)
    return document


def _places(value: Any, path: Path = ()) -> list[Path]:
    found: list[Path] = []
    if isinstance(value, dict | list) and not isinstance(value, Twice):
        for name, inner in list(value.items() if isinstance(value, dict) else enumerate(value)):
            found += [(*path, name), *_places(inner, (*path, name))]
    return found


def _holder(document: Any, path: Path) -> Any:
    for name in path[:-1]:
        document = document[name]
    return document


def _replace(document: Any, path: Path, places: Sequence[Path], chance: Random) -> None:
    _holder(document, path)[path[-1]] = copy.deepcopy(chance.choice(EVERYTHING))


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)[:1000] if not _is_endless(value) else "9" * 500


def _is_endless(value: Any) -> bool:
    """Whether it contains an integer that is too long for Python to convert to text."""
    if isinstance(value, dict | list):
        return any(map(_is_endless, value.values() if isinstance(value, dict) else value))
    return isinstance(value, int) and abs(value) >= 10**4000


def _change_sort(document: Any, path: Path, places: Sequence[Path], chance: Random) -> None:
    value = _holder(document, path)[path[-1]]
    # A copy, since an object that occurs twice could be moved into itself by a later change.
    sorts: list[Callable[[Any], Any]] = [lambda v: [v], lambda v: {"id": v}, _written, lambda v: [v, copy.deepcopy(v)]]
    if isinstance(value, str) and value.isdecimal() and len(value) < 4000:
        sorts.append(int)
    _holder(document, path)[path[-1]] = chance.choice(sorts)(value)


def _drop(document: Any, path: Path, places: Sequence[Path], chance: Random) -> None:
    del _holder(document, path)[path[-1]]


def _double(document: Any, path: Path, places: Sequence[Path], chance: Random) -> None:
    holder = _holder(document, path)
    if isinstance(holder, list):
        holder.insert(int(path[-1]), copy.deepcopy(holder[int(path[-1])]))
    elif isinstance(holder, dict):
        holder[path[-1]] = Twice(holder[path[-1]], copy.deepcopy(chance.choice(EVERYTHING)))


def _swap(document: Any, path: Path, places: Sequence[Path], chance: Random) -> None:
    other = chance.choice(places)
    shorter, longer = sorted((path, other), key=len)
    if longer[: len(shorter)] != shorter:
        one, two = _holder(document, path), _holder(document, other)
        one[path[-1]], two[other[-1]] = two[other[-1]], one[path[-1]]


def _add(document: Any, path: Path, places: Sequence[Path], chance: Random) -> None:
    holder = _holder(document, path)
    if isinstance(holder, dict):
        key = str(chance.choice((*TEXTS, *(place[-1] for place in places))))
        holder.setdefault(key, copy.deepcopy(chance.choice(EVERYTHING)))
    elif isinstance(holder, list):
        holder.append(copy.deepcopy(chance.choice(EVERYTHING)))


_CHANGES = (_replace, _replace, _replace, _change_sort, _drop, _double, _swap, _add)


def written(value: Any, ascii: bool = True) -> str:
    """Writes a value as JSON, even one with `Raw`, `Twice` or huge numbers in it."""
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, dict):
        parts = []
        for name, inner in value.items():
            both = inner if isinstance(inner, Twice) else (inner,)
            parts += [f"{json.dumps(str(name), ensure_ascii=ascii)}:{written(one, ascii)}" for one in both]
        return "{" + ",".join(parts) + "}"
    if isinstance(value, Twice):
        return written(value.first, ascii)
    if isinstance(value, list):
        return "[" + ",".join(written(item, ascii) for item in value) + "]"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:d}" if abs(value) < 10**400 else "1" + "0" * 400
    return json.dumps(value, ensure_ascii=ascii)


PIECES = (
    *(
        b"",
        b"\0",
        b"\xff",
        b"\xc3",
        b"\xed\xa0\x80",
        b"\xef\xbb\xbf",
        b"\r\n",
        b"\n",
        b"\n\n",
        b'"',
        b"'",
        b"\\",
        b"\\u",
        b"{",
    ),
    *(
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b";",
        b"\t",
        b"\x1a",
        b"\x1e",
        b"\x1f\x8b\x08\0",
        b"PK\x03\x04",
        b"null",
        b"[" * 2000,
    ),
    *(b'{"a":' * 1500, b"</html>", b"<?xml version='1.0'?>", b"\x00\xd8", b"\xfe\xff", b"id,created\n", b"]}\n"),
    *(b'{"tickets":[', b'{"issues":[', b"9" * 400, b"\\ud800", b"x" * 5000),
)


def torn(data: bytes, chance: Random) -> tuple[bytes, int]:
    """Returns the data with some bytes lost, flipped, inserted or repeated, and the offset of the first change."""
    first = len(data)
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        at = chance.randrange(len(data) + 1)
        what = chance.randrange(6)
        if what == 0:
            data = data[:at]
        elif what == 1 and at < len(data):
            data = data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]
        elif what == 2:
            data = data[:at] + chance.choice(PIECES) + data[at:]
        elif what == 3:
            data = data[:at] + data[at + chance.choice((1, 2, 3, 10, 100, 1000)) :]
        elif what == 4:
            data = data[:at] + data[at - min(at, chance.choice((1, 10, 100))) :]
        else:
            data = data[:at] + bytes(chance.randrange(256) for _ in range(chance.choice((1, 2, 4)))) + data[at:]
        first = min(first, at)
    return data, first


def packed(data: bytes, chance: Random) -> bytes:
    """Returns the data in another encoding, or packed; packed data may be cut off or damaged."""
    what = chance.randrange(6)
    if what == 0:
        return b"\xef\xbb\xbf" + data
    if what < 3:
        return data.decode("utf-8", "replace").encode(("utf-16", "utf-32")[what - 1])
    bundle = gzip.compress(data, 1, mtime=0)
    return bundle if what == 3 else torn(bundle, chance)[0]
