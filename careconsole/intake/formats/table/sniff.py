"""Inspects the beginning of a table: how it is written, what its columns are, and whether days come before months."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice

import msgspec
from msgspec.structs import replace

from careconsole.domain.errors import WrongUse
from careconsole.domain.imported_record import RejectedRecord
from careconsole.domain.time.zones import check_zone
from careconsole.intake.files.encodings import check_encoding, encoding_of, telling_line
from careconsole.intake.files.input_file import InputFile
from careconsole.intake.files.json_records import json_records
from careconsole.intake.files.opening import sources
from careconsole.intake.files.read_report import InvalidRecord, ReadReport, printable
from careconsole.intake.formats.csv_records import csv_records
from careconsole.intake.formats.event_log.json_records import flat_texts
from careconsole.intake.formats.event_log.reader import STRANGERS
from careconsole.intake.formats.table.dates import Evidence
from careconsole.intake.formats.table.guessing import Guess, corrected, evidence_of, guess, has_cases, sounds_like_cases
from careconsole.intake.formats.table.maps import CaseMap, check_columns, load_case_map
from careconsole.intake.formats.table.time_columns import TimesOf, UnreadTimes, time_reader
from careconsole.intake.registry import File, Options
from careconsole.intake.values.times import USUAL

SAMPLE = 1024 * 1024
"""How many bytes are inspected before the reading begins."""

_DELIMITERS = ",;\t|"


class Sniffed(msgspec.Struct, frozen=True, kw_only=True):
    """What the beginning of a file shows: the map to read it by, its columns and first rows.

    `guess` is where the map came from (None: it was given), `guessed_encoding` names an encoding that was only guessed
    and `telling_line` is a line that it reads, `open_date` is a time whose day and month can be swapped, and `unread`
    are columns of times that cannot be read.
    """

    map: CaseMap
    columns: tuple[str, ...]
    rows: list[dict[str, str]]
    guess: Guess | None = None
    guessed_encoding: str = ""
    telling_line: str = ""
    open_date: str = ""
    unread: tuple[UnreadTimes, ...] = ()

    @property
    def roles(self) -> dict[str, str]:
        """The columns by their roles, of several the first."""
        if self.guess is not None:
            return self.guess.roles
        case_map = self.map
        found = {"case": case_map.case, "customer": case_map.customer, "address": case_map.address}
        found |= {"note": case_map.note, **case_map.times()}
        found["owner"] = case_map.owner.column if case_map.owner else ""
        found["channel"] = case_map.channel.column if case_map.channel else ""
        for role, columns in (
            ("subject", case_map.subject.columns if case_map.subject else ()),
            ("description", case_map.description.columns if case_map.description else ()),
            ("status", case_map.status.columns if case_map.status else ()),
            ("priority", case_map.priority.columns if case_map.priority else ()),
            ("tags", tuple(case_map.tags.columns) if case_map.tags else ()),
        ):
            found[role] = columns[0] if columns else ""
        return {role: str(column) for role, column in found.items() if column in self.columns}


class Sheet(msgspec.Struct, frozen=True):
    """What is known of a CSV file before its columns have roles."""

    name: str
    delimiter: str
    encoding: str

    def columns(self) -> dict[str, str]:
        """Empty: no column has a role yet."""
        return {}


def sniff(source: InputFile, options: Options, files: Sequence[File] = ()) -> Sniffed:
    """Inspects the beginning of `source` without consuming it, and settles how it is to be read.

    `files` are read once more if the beginning does not prove whether days come before months. Raises WrongUse.
    """
    if options.zone:
        check_zone(options.zone)
    sample = source.peek(SAMPLE)
    _check(source, sample)
    format = options.kind if options.kind in ("csv", "jsonl") else "jsonl" if is_json(sample) else "csv"
    given = load_case_map(options.map) if options.map else None
    encoding = options.encoding or (given.encoding if given else "")
    found = encoding_of(sample)
    guessed = "" if encoding or not found.guessed else f"{found.name} ({found.what})"
    encoding = check_encoding(encoding) if encoding else found.name
    delimiter = given.delimiter if given else ""
    if format == "csv" and not delimiter:
        delimiter = _delimiter(sample, encoding, given)
    sheet, seen = Sheet(source.name, delimiter, encoding), ReadReport()
    rows = list(_rows(_sample_source(source.name, sample), sheet, format, seen))
    columns = tuple(distinct(seen.columns) if format == "csv" else dict.fromkeys(chain.from_iterable(rows)))
    a_guess = None
    if given is None:
        a_guess = guess(columns, rows, options, name=source.name, format=format)
        case_map = a_guess.map
    else:
        check_columns(replace(given, format=format), columns, rows, source.name)
        case_map = corrected(given, columns, options)
        if case_map.case not in columns and (rows or format == "csv"):
            listed = ", ".join(map(printable, columns[:40]))
            raise WrongUse(
                f"{given.name}: case names the column “{case_map.case}”, which {source.name} does not have.",
                f"Its columns are: {listed}.",
            )
    case_map = replace(case_map, format=format, delimiter=delimiter, encoding=encoding)
    open_date = ""
    if case_map.dates.format == USUAL and case_map.dates.day_first is None:
        evidence = a_guess.evidence if a_guess is not None else evidence_of(case_map, TimesOf(rows))
        if evidence.open and not evidence.days and not evidence.months and len(sample) == SAMPLE:
            evidence = _whole_evidence(source, case_map, files) or evidence
        open_date = evidence.open if evidence.day_first is None else ""
        case_map = replace(case_map, dates=replace(case_map.dates, day_first=evidence.day_first))
    return Sniffed(
        map=case_map,
        columns=columns,
        rows=rows,
        guess=a_guess,
        guessed_encoding=guessed,
        telling_line=telling_line(sample, encoding) if guessed else "",
        open_date=open_date,
        unread=a_guess.unread if a_guess is not None else (),
    )


def distinct(header: Sequence[str]) -> list[str]:
    """Names of columns, made unique: a second Labels becomes "Labels (2)", one without a name "column 3"."""
    taken: dict[str, None] = {}
    for place, name in enumerate(header, 1):
        called, count = name if name.strip() else f"column {place}", 1
        while called in taken:
            count += 1
            called = f"{name or 'column'} ({count})"
        taken[called] = None
    return list(taken)


def detect(head: bytes, name: str) -> dict[str, int]:
    """How certain it is, from 0 to 100, that a file with these first bytes is a table in CSV or JSON Lines."""
    if not head.strip():
        return {}
    if is_json(head):
        with suppress(WrongUse):
            for row in _rows(_sample_source(name, head), Sheet(name, "", ""), "jsonl", ReadReport()):
                return {"jsonl": min(60, sounds_like_cases(list(row))) if has_cases(list(row)) else 15}
        return {"jsonl": 10}
    encoding = encoding_of(head).name
    text = head.decode(encoding, "replace").lstrip("\ufeff")
    if text.lstrip().startswith("<") or text.count("\0") > len(text) // 20:
        return {}
    try:
        names = next(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(head, encoding, None)), [])
    except csv.Error:
        return {}
    likely = 10 if name.lower().removesuffix(".gz").endswith((".csv", ".tsv", ".tab")) else 0
    sure = sounds_like_cases(names)
    return {"csv": min(90, sure + likely)} if sure or likely else {}


def _check(source: InputFile, sample: bytes) -> None:
    for magic, what, hint in STRANGERS:
        if sample.startswith(magic):
            raise WrongUse(f"{source.name} holds {what}, not a table.", hint)
    if not sample.strip(b"\xef\xbb\xbf\r\n\t "):
        reason = f": {source.truncation}" if source.truncation else ""
        raise WrongUse(f"{source.name} is empty{reason}.", "Expected: a table as CSV or JSON Lines.")


def is_json(sample: bytes) -> bool:
    """Whether a file that begins with `sample` holds JSON."""
    return sample.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")


def _delimiter(sample: bytes, encoding: str, given: CaseMap | None) -> str:
    """The delimiter that shows most of the columns in the map, then gives most rows the width of the first."""
    text = sample[: 64 * 1024].decode(encoding, "replace").lstrip("\ufeff")
    if text.startswith("sep=") and len(text) > 5 and text[5] in "\r\n":
        return text[4]
    named = given.columns().keys() if given else set()
    best, chosen = (-1, -1, -1), _DELIMITERS[0]
    for delimiter in _DELIMITERS:
        rows: list[list[str]] = []
        with suppress(csv.Error):
            rows += islice((row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row), 50)
        if rows:
            width = len(rows[0])
            same = sum(len(row) == width for row in rows) if width > 1 else 0
            if (fits := (len(named & set(rows[0])), same, width)) > best:
                best, chosen = fits, delimiter
    return chosen


def _rows(source: InputFile, sheet: Sheet, format: str, seen: ReadReport) -> Iterator[dict[str, str]]:
    """The rows of a table, by the names of their columns; those that are broken or truncated are skipped."""
    if format == "csv":

        def reader(header: list[str]) -> Callable[[list[str], int], dict[str, str]]:
            names = distinct(header)
            return lambda row, number: dict(zip(names, row, strict=True))

        for record in csv_records(source, sheet, reader, seen):
            if not isinstance(record, RejectedRecord):
                yield record
        return
    for found in json_records(source, (), sheet.encoding):
        if isinstance(found, RejectedRecord):
            continue
        try:
            columns, row, _ = flat_texts(found.value)
        except (InvalidRecord, RecursionError):
            continue
        yield dict(zip(columns, row, strict=True))


def _sample_source(name: str, sample: bytes) -> InputFile:
    source = InputFile(io.BytesIO(sample))
    source.name = name
    return source


def _whole_evidence(source: InputFile, case_map: CaseMap, files: Sequence[File]) -> Evidence | None:
    """The evidence in the whole file, which is read again as far as needed; None for standard input."""
    if any(str(file) == "-" for file in files):
        return None
    evidence = Evidence()
    sheet = Sheet(source.name, case_map.delimiter, case_map.encoding)
    readers = list(map(time_reader, case_map.times().values()))
    with sources(files) as opened:
        for again in opened:
            if again.name != source.name:
                continue
            for row in _rows(again, sheet, case_map.format, ReadReport()):
                for value_of in readers:
                    evidence.add(value_of(row))
                if evidence.days or evidence.months:
                    return evidence
    return evidence
