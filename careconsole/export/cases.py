"""Exports for other tools: cases, histories, the queue and the measures, as JSON Lines or as CSV.

Each is one consistent snapshot, read in parts. Text is unchanged, times are ISO 8601, people are given by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import IO

import msgspec

from careconsole.desk import Desk
from careconsole.desk.queries import case_queries, paging
from careconsole.domain.case.event import named_in
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.time.moments import iso
from careconsole.export.csv_cells import table
from careconsole.present.json_types.cases import EventEntry
from careconsole.present.json_types.database import FigureEntry
from careconsole.present.json_views import QUEUE_FIELDS, case_entry, event_entry, queue_entries

Emit = Callable[[str], None]
"""Takes a line of JSON."""
Entries = Callable[[Desk, str], Iterable[msgspec.Struct]]
"""Returns the entries for the cases that match a filter, within a read."""


class Export(msgspec.Struct, frozen=True):
    """One kind of export: its entries for JSON Lines, those for CSV rows, and the names of the CSV columns."""

    lines: Entries
    rows: Entries
    names: tuple[str, ...]

    def write_lines(self, desk: Desk, text: str, emit: Emit) -> None:
        """Passes what matches the filter `text` to `emit`, as one line of JSON each."""
        emit_all(desk, lambda: self.lines(desk, text), emit)

    def write_rows(
        self,
        desk: Desk,
        text: str,
        file: IO[str],
        *,
        raw: bool = False,
        terminal: bool = False,
        separator: str = ",",
    ) -> None:
        """Writes what matches the filter `text` as CSV with a header; the rest as for `csv_cells.table`."""

        def work(_: object) -> None:
            write = table(file, self.names, raw=raw, terminal=terminal, separator=separator)
            for entry in self.rows(desk, text):
                write(msgspec.structs.asdict(entry))

        desk.read(work)


def emit_all(desk: Desk, entries: Callable[[], Iterable[msgspec.Struct]], emit: Emit) -> int:
    """Passes entries, read from one snapshot, to `emit` as one line of JSON each; returns how many."""
    encode = msgspec.json.Encoder().encode

    def work(_: object) -> int:
        count = 0
        for entry in entries():
            emit(encode(entry).decode())
            count += 1
        return count

    return desk.read(work)


def _cases(desk: Desk, text: str) -> Iterable[msgspec.Struct]:
    return map(case_entry, paging.views(desk, paging.order(desk, text, every=True)))


def _queue(desk: Desk, text: str, *, every: bool = False) -> Iterator[msgspec.Struct]:
    for page in paging.pages(desk, paging.order(desk, text, every=every)):
        yield from queue_entries(page)


def _history(desk: Desk, text: str) -> Iterator[msgspec.Struct]:
    roster = desk.roster()
    for case, events in paging.histories(desk, paging.order(desk, text, sort="number", every=True)):
        tell = Narrator(roster, named=named_in(events))
        for event in events:
            yield event_entry(case, event, tell, roster)


def _measures(as_of: int | None, weeks: bool, desk: Desk, text: str) -> Iterator[msgspec.Struct]:
    """The figures one by one; a measure of several parts gives an entry for each part."""
    past = list(_weeks(as_of, desk, text)) if weeks else []  # first, since it may refuse the filter
    at = iso(desk.now() if as_of is None else as_of)
    for measure, value in case_queries.measures(desk, text, as_of).items():
        for part, figure in value.items() if isinstance(value, dict) else ((None, value),):
            yield FigureEntry(at=at, measure=measure, part=part, value=figure)
    yield from past


def _weeks(as_of: int | None, desk: Desk, text: str) -> Iterator[msgspec.Struct]:
    """The weeks of the care report that are over, for `report --from`."""
    from careconsole.desk.queries.care_report import Asked, care_report
    from careconsole.domain.report.record import recorded

    report = care_report(desk, Asked(filter=text, until=as_of))
    for end, measure, part, number in recorded(report.figures, report.weeks, report.until):
        yield FigureEntry(at=iso(end), measure=measure, part=part, value=number)


CASES = Export(_cases, partial(_queue, every=True), QUEUE_FIELDS)
"""Every case: with its history as JSON, as a row of the queue in CSV."""
QUEUE = Export(_queue, _queue, QUEUE_FIELDS)
"""The open cases in the order of the queue."""
HISTORY = Export(_history, _history, EventEntry.__struct_fields__)
"""Every event, ordered by case number and event number."""


def measures(as_of: int | None, weeks: bool = False) -> Export:
    """Every figure of the measures (`case_queries.measures`) at time `as_of`; None is now.

    With `weeks`, also the weeks of the care report before that, for `report --from`.
    """
    found = partial(_measures, as_of, weeks)
    return Export(found, found, FigureEntry.__struct_fields__)
