"""Exports for other tools: cases, histories, the queue and the measures, as JSON Lines or as CSV.

Each is one consistent state, read a part at a time. Text is as it was written, times are ISO 8601, people have names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import IO

import msgspec

from careconsole.desk import Desk, bulk
from careconsole.domain.case.narration import Narrator
from careconsole.domain.times import iso
from careconsole.outlet.cells import table
from careconsole.outlet.json_types.cases import EventEntry
from careconsole.outlet.json_types.database import FigureEntry
from careconsole.outlet.shapes import QUEUE_FIELDS, case_entry, event_entry, queue_entries

HISTORY_FIELDS: tuple[str, ...] = EventEntry.__struct_fields__
"""What every event of an export tells, in this order."""
MEASURE_FIELDS: tuple[str, ...] = FigureEntry.__struct_fields__
"""What every figure of an export tells, in this order."""

Emit = Callable[[str], None]
"""Takes a line of JSON."""


def write_cases(desk: Desk, text: str, emit: Emit) -> None:
    """Hands every case the filter holds for (all without one), with its history, to `emit` as a line of JSON each."""
    _lines(desk, lambda: map(case_entry, bulk.views(desk, bulk.order(desk, text, every=True))), emit)


def write_case_rows(desk: Desk, text: str, file: IO[str], *, raw: bool = False, terminal: bool = False) -> None:
    """Writes every case the filter holds for (all without one) as CSV, with what a queue tells of it."""
    _rows(desk, lambda: _queue(desk, text, every=True), QUEUE_FIELDS, file, raw, terminal)


def write_queue(desk: Desk, text: str, file: IO[str], *, raw: bool = False, terminal: bool = False) -> None:
    """Writes the queue as CSV with a head."""
    _rows(desk, lambda: _queue(desk, text), QUEUE_FIELDS, file, raw, terminal)


def write_queue_lines(desk: Desk, text: str, emit: Emit) -> None:
    """Hands every case of the queue to `emit` as a line of JSON each."""
    _lines(desk, lambda: _queue(desk, text), emit)


def write_history(desk: Desk, text: str, emit: Emit) -> None:
    """Hands every event of the cases the filter holds for (all without one) to `emit`, a line of JSON each.

    Cases come in the order of their numbers, events in the order of theirs.
    """
    _lines(desk, lambda: _history(desk, text), emit)


def write_history_rows(desk: Desk, text: str, file: IO[str], *, raw: bool = False, terminal: bool = False) -> None:
    """Writes the same events as CSV."""
    _rows(desk, lambda: _history(desk, text), HISTORY_FIELDS, file, raw, terminal)


def write_measures(desk: Desk, text: str, as_of: int | None, emit: Emit) -> None:
    """Hands every figure of the measures (see `desk.ask.measures`) to `emit`, a line of JSON each."""
    _lines(desk, lambda: _measures(desk, text, as_of), emit)


def write_measure_rows(
    desk: Desk, text: str, as_of: int | None, file: IO[str], *, raw: bool = False, terminal: bool = False
) -> None:
    """Writes the same figures as CSV."""
    _rows(desk, lambda: _measures(desk, text, as_of), MEASURE_FIELDS, file, raw, terminal)


def _queue(desk: Desk, text: str, *, every: bool = False) -> Iterator[msgspec.Struct]:
    for page in bulk.pages(desk, bulk.order(desk, text, every=every)):
        yield from queue_entries(page)


def _history(desk: Desk, text: str) -> Iterator[msgspec.Struct]:
    roster = desk.roster()
    tell = Narrator(roster)
    for case, events in bulk.histories(desk, bulk.order(desk, text, sort="number", every=True)):
        for event in events:
            yield event_entry(case, event, tell, roster)


def _measures(desk: Desk, text: str, as_of: int | None) -> Iterator[msgspec.Struct]:
    """The figures one by one: those that hold several come apart, each under the name it has in there."""
    at = iso(desk.now() if as_of is None else as_of)
    for measure, value in bulk.measures(desk, text, as_of).items():
        for part, figure in value.items() if isinstance(value, dict) else ((None, value),):
            yield FigureEntry(at=at, measure=measure, part=part, value=figure)


def _lines(desk: Desk, entries: Callable[[], Iterator[msgspec.Struct]], emit: Emit) -> None:
    encode = msgspec.json.Encoder().encode

    def work() -> None:
        for entry in entries():
            emit(encode(entry).decode())

    desk.store.engine.read(work)


def _rows(
    desk: Desk,
    entries: Callable[[], Iterator[msgspec.Struct]],
    names: tuple[str, ...],
    file: IO[str],
    raw: bool,
    terminal: bool,
) -> None:
    def work() -> None:
        write = table(file, names, raw=raw, terminal=terminal)
        for entry in entries():
            write(msgspec.structs.asdict(entry))

    desk.store.engine.read(work)
