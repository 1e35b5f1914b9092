"""Event logs, read as a stream: CSV or JSON Lines, packed or not, into lines and rejects.

What is in the file is recognised by its content. Nothing is altered to make it fit: a record either comes out as it
stands or as a Reject that says why.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator

from careconsole.domain.errors import WrongUse
from careconsole.domain.lines import Line, Reject
from careconsole.intake.csvlines import csv_lines
from careconsole.intake.jsonlines import json_lines
from careconsole.intake.maps import EventMap
from careconsole.intake.rows import Seen
from careconsole.intake.sources import Readable, Source

Progress = Callable[[int, int], None]
"""Told now and then, and at the end: bytes of the file read so far (packed ones of a gzip file), records so far."""

_EVERY = 1_000
_STRANGERS = (
    (b"PK\x03\x04", "a spreadsheet or zip archive", "Save it as CSV, or unpack it."),
    (b"BZh", "bzip2 data", "Unpack it, or pack it with gzip."),
    (b"\xfd7zXZ", "xz data", "Unpack it, or pack it with gzip."),
    (b"\x28\xb5\x2f\xfd", "zstd data", "Unpack it, or pack it with gzip."),
    (b"SQLite format 3\0", "a SQLite database", "Export the table as CSV."),
    (b"<?xml", "XML", "An event log in XES must be converted to CSV first."),
)


def read_events(
    source: str | os.PathLike[str] | Readable,
    event_map: EventMap,
    on_progress: Progress | None = None,
    seen: Seen | None = None,
) -> Iterator[Line | Reject]:
    """The lines and rejects of `source` in the order of the file, read as they are asked for.

    `source` is a path, "-" for standard input, or a binary stream. `seen`, when given, tells after the iteration what
    was noticed. Raises WrongUse, with the first item asked for, when the source cannot be read as an event log or
    lacks a column that the map names.
    """
    seen = Seen() if seen is None else seen
    opened = Source(source)
    try:
        kind = _kind(opened, event_map)
        seen.format, seen.gzip = kind, opened.gzip
        records = csv_lines(opened, event_map, seen) if kind == "csv" else json_lines(opened, event_map, seen)
        done = 0
        for done, record in enumerate(records, 1):
            if type(record) is Line:
                seen.lines += 1
            else:
                seen.rejects += 1
            yield record
            if on_progress is not None and done % _EVERY == 0:
                on_progress(opened.taken, done)
        if on_progress is not None:
            on_progress(opened.taken, done)
    finally:
        opened.close()


def _kind(source: Source, event_map: EventMap) -> str:
    """ "csv" or "jsonl", by the map or by the first bytes; WrongUse for what is neither."""
    for magic, what, hint in _STRANGERS:
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
        if source.name.endswith((".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")) and not source.broken:
            return "jsonl"
        reason = f": {source.broken}" if source.broken else ""
        raise WrongUse(f"{source.name} is empty{reason}.", "Expected: CSV or JSON Lines.")
    return "csv"
