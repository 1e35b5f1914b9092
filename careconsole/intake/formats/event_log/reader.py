"""Event logs, read as a stream: CSV or JSON Lines, compressed or not, into lines and rejects.

The format is recognised by the content. Nothing is altered to make it fit: a record is either taken unchanged or
becomes a RejectedRecord that says why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import given
from careconsole.domain.imported_record import ImportedEntry, RejectedRecord
from careconsole.intake.files.input_file import InputFile
from careconsole.intake.files.opening import sources
from careconsole.intake.files.read_report import ReadReport
from careconsole.intake.formats.csv_records import csv_lines
from careconsole.intake.formats.event_log.json_records import json_lines
from careconsole.intake.formats.event_log.maps import EventMap, load_map
from careconsole.intake.registry import Field, File, ImportFormat, Options, Progress

KIND = ImportFormat(
    id="events",
    title="An event log",
    module="careconsole.intake.formats.event_log.reader",
    shape="CSV or JSON Lines: each row is an event of a case, and a map says what the columns mean.",
    fields=(
        Field("case", "the case's external id"),
        Field("time", "when it happened"),
        Field("owner", "owner", "robots are listed in the map, and own no cases"),
        Field(
            "status", "open, parked, resolved or closed, and the label", "values that the map does not list are ignored"
        ),
        Field("level", "level", "counted from 0"),
        Field("customer", "customer"),
        Field("subject, description", "subject, description", "a template with columns in it"),
        Field("priority", "priority"),
        Field("channel", "channel"),
        Field("tags", "tags"),
        Field("keep", "fields of the case, under their own names"),
    ),
    not_carried=(Field("columns that the map does not name", "only the map says what they are", "they are reported"),),
    ranked=True,
)

_EVERY = 1_000
STRANGERS = (
    (b"PK\x03\x04", "a spreadsheet or zip archive", "Save it as CSV, or unpack it."),
    (b"BZh", "bzip2 data", "Unpack it, or pack it with gzip."),
    (b"\xfd7zXZ", "xz data", "Unpack it, or pack it with gzip."),
    (b"\x28\xb5\x2f\xfd", "zstd data", "Unpack it, or pack it with gzip."),
    (b"SQLite format 3\0", "a SQLite database", "Export the table as CSV."),
    (b"<?xml", "XML", "An event log in XES must be converted to CSV first."),
)


def read(
    files: Sequence[File], options: Options, seen: ReadReport, on_progress: Progress
) -> Iterator[ImportedEntry | RejectedRecord]:
    """Yields the lines and rejects of the logs, one after the other, each with its own header. Raises WrongUse."""
    if options.map is None:
        raise WrongUse("It is not known what the columns of the log mean.", "Give a map {}.", given(map=...))
    event_map = load_map(options.map)
    done, opened = 0, None
    with sources(files, seen) as several:
        for opened in several:
            for record in records(opened, event_map, seen):
                yield record
                done += 1
                if done % _EVERY == 0:
                    on_progress(opened.bytes_read, done)
    if opened is not None:
        on_progress(opened.bytes_read, done)


def records(opened: InputFile, event_map: EventMap, seen: ReadReport) -> Iterator[ImportedEntry | RejectedRecord]:
    """The lines and rejects of one log. Raises WrongUse for a file that is not a log, or does not fit the map."""
    kind = _kind(opened, event_map)
    seen.format, seen.gzip = kind, opened.gzip
    return csv_lines(opened, event_map, seen) if kind == "csv" else json_lines(opened, event_map, seen)


def source_name(options: Options) -> str:
    """The source name in the map; empty without a map, or without one in it."""
    return load_map(options.map).source if options.map is not None else ""


def detect(head: bytes, name: str) -> int:
    """How certain it is that a file is a log: 60 if its first line names an activity or a new status, and a time."""
    header = head.decode("utf-8", "replace").partition("\n")[0].lower()
    columns = {column.strip(' "\r\ufeff') for column in re.split(r"[,;\t|]", header)}
    return 60 if columns & _WHAT and columns & _WHEN else 0


_WHAT = {"activity", "concept:name", "event", "action", "new_status", "status_to", "sub_status"}
_WHEN = {"timestamp", "time:timestamp", "change_date", "changed_at", "event_time", "complete timestamp"}


def _kind(source: InputFile, event_map: EventMap) -> str:
    """The format, "csv" or "jsonl", by the map or by the first bytes. Raises WrongUse for anything else."""
    for magic, what, hint in STRANGERS:
        if source.head.startswith(magic):
            raise WrongUse(f"{source.name} holds {what}, not CSV or JSON Lines.", hint)
    if event_map.format:
        return event_map.format
    head = source.head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"{"):
        return "jsonl"
    if re.match(rb"\[\s*(\{|\Z)", head):
        raise WrongUse(f"{source.name} holds one JSON array, not JSON Lines.", "Convert it: jq -c '.[]' FILE.")
    if not head:
        if source.name.endswith((".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")) and not source.truncation:
            return "jsonl"
        reason = f": {source.truncation}" if source.truncation else ""
        raise WrongUse(f"{source.name} is empty{reason}.", "Expected: CSV or JSON Lines.")
    return "csv"
