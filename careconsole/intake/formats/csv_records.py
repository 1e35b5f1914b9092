"""CSV as a stream: each record as what a reader makes of it, or a reject."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

from careconsole.domain.counting import counted
from careconsole.domain.errors import WrongUse
from careconsole.domain.imported_record import ImportedEntry, RejectedRecord
from careconsole.intake.files.encodings import BOMS
from careconsole.intake.files.input_file import InputFile
from careconsole.intake.files.read_report import LONGEST, InvalidRecord, ReadReport, printable, raw_text
from careconsole.intake.formats.event_log.maps import EventMap, check_columns
from careconsole.intake.formats.event_log.rows import RowMaker

_DELIMITERS = ",;\t|"
_T = TypeVar("_T")
Reading = Callable[[list[str], int], _T]
"""Converts the values of a record and its line number; raises InvalidRecord."""


class Shape(Protocol):
    """What is known of a file before it is read: a map's name, delimiter and encoding (empty: to be detected)."""

    @property
    def name(self) -> str:
        """For messages."""
        ...

    @property
    def delimiter(self) -> str:
        """The column separator."""
        ...

    @property
    def encoding(self) -> str:
        """How the text is encoded."""
        ...

    def columns(self) -> dict[str, str]:
        """The columns that the map names, each with the place that names it."""
        ...


class _Physical:
    """The physical lines of a text; `kept` are those of the record being read, the rest what is wrong with it."""

    def __init__(self, text: io.TextIOWrapper, source: InputFile) -> None:
        self.kept: list[str] = []
        self.number = 0
        self.overlong = False
        self.truncation = ""
        self._text = text
        self._source = source

    def lines(self) -> Iterator[str]:
        """Yields every line with its end; stops where the source is broken, without the line that is cut off there."""
        readline = self._text.readline
        kept = self.kept
        while True:
            try:
                line = readline(LONGEST)
                if len(line) >= LONGEST and not line.endswith("\n"):
                    self.overlong = True
                    while (rest := readline(LONGEST)) and not rest.endswith(("\n", "\r")):
                        pass
            except UnicodeError as error:
                self.truncation = f"the text cannot be decoded further: {error}"
                return
            if not line or line[-1] not in "\n\r":
                self.truncation = self._source.truncation
                if line and self.truncation:
                    kept.append(line)
                    return
            if not line:
                return
            self.number += 1
            kept.append(line)
            yield line

    def reject(self, line: int, field: str, reason: str) -> RejectedRecord:
        """The reject for the record being read."""
        return RejectedRecord(line, printable(field), printable(reason), raw_text("".join(self.kept)))


def csv_lines(source: InputFile, event_map: EventMap, seen: ReadReport) -> Iterator[ImportedEntry | RejectedRecord]:
    """The lines and rejects of an event log in CSV. Raises WrongUse for a header that does not fit the map."""

    def reader(header: list[str]) -> Reading[ImportedEntry]:
        check_columns(event_map, header)
        for column, place in event_map.columns().items():
            if (times := header.count(column)) > 1:
                raise WrongUse(
                    f"{event_map.name}: {place} names the column “{column}”, which {source.name} has {times} times.",
                    "Rename them in the file, so that the map can say which one is meant.",
                )
        return RowMaker(event_map, seen).reader(header)

    return csv_records(source, event_map, reader, seen)


def csv_records(
    source: InputFile, shape: Shape, reader: Callable[[list[str]], Reading[_T]], seen: ReadReport
) -> Iterator[_T | RejectedRecord]:
    """The records of CSV in `source`, each converted by the function that `reader` makes for the header.

    Raises WrongUse when no line can be the header, and what `reader` raises for it.
    """
    encoding = shape.encoding or next((name for bom, name in BOMS if source.head.startswith(bom)), "utf-8-sig")
    seen.encoding = encoding
    # The limit is the module's own, for all readers in the process: only ever raise it.
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST))
    text = io.TextIOWrapper(source.stream, encoding=encoding, errors="surrogateescape", newline="")
    physical = _Physical(text, source)
    lines = physical.lines()
    header, delimiter = _header(lines, physical, shape, source)
    seen.delimiter, seen.columns = delimiter, tuple(header)
    named = shape.columns()
    seen.not_carried = tuple(name for name in header if name not in named)
    read = reader(header)
    width = len(header)
    # Without strict, the module would silently accept broken quoting.
    records = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        physical.kept.clear()
        start = physical.number + 1
        try:
            row = next(records, None)
            if row is None:
                break
            if physical.overlong:
                physical.overlong = False
                raise InvalidRecord("", f"a line is longer than {LONGEST} characters")
            if not row:
                continue
            if not row[0].strip() and not "".join(row).strip():  # spreadsheets leave such rows below a table
                seen.empty_rows += 1
                continue
            if len(row) != width:
                raise InvalidRecord("", f"has {counted(len(row), 'column')} where the header has {width}")
            if row == header:
                seen.repeated_headers += 1
                continue
            yield read(row, start)
        except csv.Error as error:
            if physical.truncation:
                break
            physical.overlong = False
            yield physical.reject(start, "", _csv_reason(str(error), start, physical.number))
        except InvalidRecord as error:
            yield physical.reject(start, error.field, error.reason)
    if physical.truncation:
        yield physical.reject(start, "", physical.truncation)


def _header(lines: Iterator[str], physical: _Physical, shape: Shape, source: InputFile) -> tuple[list[str], str]:
    """The header and its delimiter: the one that yields most of the named columns, then most columns."""
    delimiters = shape.delimiter or _DELIMITERS
    for line in lines:
        if told := re.fullmatch(r"sep=(.)[\r\n]*", line):
            # Excel writes this line, and reads it.
            delimiters = shape.delimiter or told[1]
            physical.kept.clear()
        elif not line.strip():
            physical.kept.clear()
        # While the number of quotes is odd, a quoted name continues on the next line.
        elif "".join(physical.kept).count('"') % 2 == 0 or len(physical.kept) > 100:
            break
    named = shape.columns()
    best: list[str] = []
    chosen = delimiters[0]
    for delimiter in delimiters:
        try:
            names = next(csv.reader(physical.kept, delimiter=delimiter, strict=True), [])
        except csv.Error:
            continue
        if (len(named.keys() & set(names)), len(names)) > (len(named.keys() & set(best)), len(best)):
            best, chosen = names, delimiter
    if physical.truncation or physical.overlong or not best:
        reason = physical.truncation or "no line of it can be read as the names of columns"
        raise WrongUse(f"{source.name} is neither CSV nor JSON Lines: {printable(reason)}.")
    if any(printable(name) != name or "\0" in name for name in best):
        listed = ", ".join(map(printable, best))[:300]
        raise WrongUse(
            f"{source.name}: the names of the columns are not text in this encoding: {listed}.",
            'The map can name another: [file] encoding = "cp1252".',
        )
    return best, chosen


def _csv_reason(error: str, start: int, end: int) -> str:
    """What the csv module's error means for the person who looks at the file."""
    if error == "unexpected end of data":
        return f"a quote is opened and never closed: lines {start} to {end} became one value"
    if "field larger than" in error:
        return f"a value is longer than {LONGEST} characters"
    return f"is not valid CSV: {error}"
