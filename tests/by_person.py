"""Finds what a document, a text or a table tells by person: in another order than by name, or a number for each."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator, Sequence
from io import StringIO
from itertools import groupby
from typing import Any

LEARNING = {"cause", "changes", "playbook", "learned", "digest", "primer", "practice", "what-if", "report", "measures"}
"""The commands that show what exceptions taught, or how customers were looked after: nothing is counted by person."""


def in_json(value: Any, people: Collection[str], *, counts: bool) -> Iterator[str]:
    """What of a document is told by person in another order than by name, or at all with `counts` off."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    keys = [key for key in value if key in people] if isinstance(value, dict) else []
    if keys and (keys != sorted(keys) or not counts):
        yield f"a value for each of {keys}"
    if isinstance(value, list):
        entries = [one for one in value if isinstance(one, dict) and _subject(one) in people]
        numbers = any(type(part) in (int, float) for one in entries for part in one.values())
        yield from _told([_subject(one) for one in entries], numbers=numbers and not counts)
    for part in parts:
        yield from in_json(part, people, counts=counts)


def in_text(text: str, people: Collection[str], *, counts: bool) -> Iterator[str]:
    """As `in_json`, of lines: people with a number or a bar each, in one line ("Ana: 3, Ben: 2") or in one below the
    other, before or behind the name."""
    name = "|".join(map(re.escape, people))
    behind = re.compile(rf"(?<!\w)({name})(?!\w)\)?[\s:,;|·(=]*(?:[▁-█]|\d[\d,]*(?![\w:.-]*[:-]\d))")
    before = re.compile(
        rf"(?:[▁-█]+|(?<![\w:.-])\d[\d,]*)(?:x|×| times?)?[\s:.)|·]*(?:(?:by|for|of|from) )?({name})(?!\w)"
    )
    heads = re.compile(rf"[\W\d_]*({name})(?!\w)")
    found = [
        (line, max(behind.findall(line), before.findall(line), key=lambda names: len(set(names))))
        for line in text.splitlines()
    ]
    for _, names in found:
        if len(set(names)) > 1:
            yield from _told(names, numbers=not counts)
    for counted, group in groupby(found, lambda one: len(set(one[1])) == 1 and bool(heads.match(one[0]))):
        if counted:
            yield from _told([names[0] for _, names in group], numbers=not counts)


def in_csv(text: str, people: Collection[str], *, counts: bool) -> Iterator[str]:
    """As `in_json`, of a table whose rows are people: one row for each."""
    rows = list(csv.reader(StringIO(text)))[1:]
    for column in zip(*rows, strict=True) if rows else ():
        if set(column) <= set(people) and len(set(column)) == len(column):
            numbers = any(cell.replace(".", "", 1).isdigit() for row in rows for cell in row)
            yield from _told(list(column), numbers=numbers and not counts)


def _subject(entry: dict[str, Any]) -> Any:
    return entry.get("name", entry.get("person"))


def _told(names: Sequence[str], *, numbers: bool) -> Iterator[str]:
    if len(set(names)) < 2:
        return
    if list(names) != sorted(names):
        yield f"in the order {list(names)}"
    if numbers:
        yield f"a number for each of {list(names)}"
