"""Exports: cases with their histories as JSON Lines, the queue as CSV."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import IO, Any

import msgspec

from careconsole.desk import Desk, ask
from careconsole.domain.text import display_text
from careconsole.outlet.shapes import QUEUE_FIELDS, case_entry, queue_entries

# What a spreadsheet runs (OWASP, "CSV Injection"), the wide forms of East Asian keyboards among it; blanks and signs
# that nobody sees do not hinder it.
_FORMULA = re.compile(
    r"[\s\x00-\x20\u200c\u200d\ufe0e\ufe0f\ufffd]*[=+\-@\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b]|[\t\r\n\0]"
)


def write_cases(desk: Desk, text: str, emit: Callable[[str], None]) -> None:
    """Hands every case the filter holds for (all without one), with its history, to `emit` as a line of JSON each.

    All of them as they stand at one moment.
    """

    def work() -> None:
        for number in ask.numbers(desk, text, every=True):
            emit(msgspec.json.encode(case_entry(ask.show(desk, number, follow=False))).decode())

    desk.store.engine.read(work)


def write_queue(desk: Desk, text: str, file: IO[str], *, raw: bool = False, terminal: bool = False) -> int:
    """Writes the queue as CSV with a head; returns how many cases.

    A cell that a spreadsheet would run as a formula gets an apostrophe before it, unless `raw`. On a `terminal` every
    cell is made safe to look at; a file gets the text as it is.
    """
    import csv

    entries = queue_entries(ask.queue(desk, text))
    writer = csv.writer(file)
    writer.writerow(QUEUE_FIELDS)
    for entry in entries:
        cells = [_cell(entry[name], raw) for name in QUEUE_FIELDS]
        writer.writerow(map(display_text, cells) if terminal else cells)
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
    return text if raw or not _runs(text) else f"'{text}"


def _runs(text: str) -> bool:
    """Whether a spreadsheet would take the cell for a formula."""
    return bool(_FORMULA.match(text) or (not text.isascii() and _FORMULA.match(display_text(text))))
