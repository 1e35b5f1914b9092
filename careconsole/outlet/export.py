"""Exports: cases with their histories as JSON Lines, the queue as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

import msgspec

from careconsole.desk import Desk, ask
from careconsole.outlet.shapes import case_entry, queue_entries

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")


def case_lines(desk: Desk, text: str) -> Iterator[str]:
    """Every case the filter holds for (all without one), with its history, as a line of JSON each."""
    for number in ask.numbers(desk, text, every=True):
        yield msgspec.json.encode(case_entry(ask.show(desk, number))).decode()


def write_queue(desk: Desk, text: str, file: IO[str], *, raw: bool = False) -> int:
    """Writes the queue as CSV with a head; returns how many cases.

    A cell that a spreadsheet would run as a formula gets an apostrophe before it (OWASP ASVS 1.2.10), unless `raw`.
    """
    import csv

    entries = queue_entries(ask.queue(desk, text))
    writer = csv.writer(file)
    names = list(entries[0]) if entries else _names()
    writer.writerow(names)
    for entry in entries:
        writer.writerow([_cell(entry[name], raw) for name in names])
    return len(entries)


def _cell(value: Any, raw: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        value = " ".join(value)
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    return f"'{text}" if not raw and text.startswith(_FORMULA) else text


def _names() -> list[str]:
    return ["number", "subject", "customer", "owner", "answerable", "level", "status"]
