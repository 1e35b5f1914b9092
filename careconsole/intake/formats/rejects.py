"""Turns the records of an export into lines; rejects single records, or a file that is not of this system."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from careconsole.domain.errors import WrongUse
from careconsole.domain.imported_record import ImportedEntry, RejectedRecord
from careconsole.intake.files.input_file import InputFile
from careconsole.intake.files.json_records import Record, json_records
from careconsole.intake.files.read_report import InvalidRecord, ReadReport, printable, raw_text
from careconsole.intake.registry import Progress

_Taken = list[ImportedEntry | RejectedRecord]
"""What a record became: its lines and rejects."""

_MOST_HELD = 100
_EVERY = 1_000


def read_records(
    files: Iterable[InputFile],
    keys: tuple[str, ...],
    encoding: str,
    lines_of: Callable[[Record], Iterable[ImportedEntry | RejectedRecord]],
    seen: ReadReport,
    on_progress: Progress,
    *,
    strange: str,
    wrong: Callable[[str], WrongUse],
) -> Iterator[ImportedEntry | RejectedRecord]:
    """The lines that `lines_of` makes of each record in `files`, and the rejects; `keys` are where the records are.

    `lines_of` raises InvalidRecord for a record to be rejected, with the reason `strange` if it is not of this system.
    Raises `wrong`, made with the name of the file, when the first records of a file, up to 100, are strange.
    """

    def taken(source: InputFile) -> Iterator[_Taken]:
        for record in json_records(source, keys, encoding):
            if isinstance(record, RejectedRecord):
                yield [record]
                continue
            try:
                yield list(lines_of(record))
            except InvalidRecord as error:
                yield [reject_of(record, error)]

    done = 0
    for source in files:
        seen.format, seen.gzip = "json", seen.gzip or source.gzip
        for item in _proven(taken(source), strange, wrong(source.name)):
            done += 1
            yield from item
            if done % _EVERY == 0:
                on_progress(source.bytes_read, done)
        on_progress(source.bytes_read, done)


def reject_of(record: Record, error: InvalidRecord) -> RejectedRecord:
    """The reject for a record, or for a part of it."""
    raw = raw_text(record.raw.decode("utf-8", "surrogateescape"))
    return RejectedRecord(record.number, printable(error.field), printable(error.reason), raw)


def _proven(items: Iterator[_Taken], strange: str, wrong: WrongUse) -> Iterator[_Taken]:
    """`items`, held back until a record is met that is not rejected as `strange`.

    If none of the first hundred is, it is a wrong file, not many bad records: raises `wrong`.
    """
    held = []
    for item in items:
        held.append(item)
        if len(held) >= _MOST_HELD or not _is_strange(item, strange):
            break
    if held and all(_is_strange(item, strange) for item in held):
        raise wrong
    yield from held
    yield from items


def _is_strange(item: _Taken, strange: str) -> bool:
    return len(item) == 1 and isinstance(item[0], RejectedRecord) and item[0].reason == strange
