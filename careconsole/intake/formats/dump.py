"""An export of everything (`careconsole export all`), read back as a stream of its records."""

from __future__ import annotations

import os
from collections.abc import Iterator

import msgspec

from careconsole.desk.database import dump
from careconsole.desk.database.dump import REEXPORT_HINT, Record
from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import suggest
from careconsole.domain.imported_record import ImportedEntry, RejectedRecord
from careconsole.intake.files.input_file import InputFile, Readable
from careconsole.intake.files.read_report import ReadReport
from careconsole.intake.registry import Field, File, ImportFormat, Options, Progress

_LONGEST = 1 << 28
"""The maximum length of a line in bytes; no text that the desk accepts comes near it."""
_EVERY = 1_000


KIND = ImportFormat(
    id="careconsole",
    title="An export of everything from careconsole itself",
    module="careconsole.intake.formats.dump",
    shape="What `careconsole export all` writes: JSON Lines, also gzipped. It makes an empty database the"
    " same as the one that was exported.",
    default_source="careconsole",
    fields=tuple(Field(table, table, rows) for table, rows in dump.tables().items()),
    not_carried=tuple(Field(table, reason) for table, reason in dump.LEFT_OUT.items()),
)


def detect(head: bytes, name: str) -> int:
    """100 for the first bytes of an export of everything, else 0."""
    return 100 if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b'{"careconsole":') else 0


def read(
    files: list[File], options: Options, seen: ReadReport, on_progress: Progress | None = None
) -> Iterator[ImportedEntry | RejectedRecord]:
    """Raises WrongUse: an export of everything is a whole database, not history to be added to another one."""
    raise WrongUse(
        "An export of everything needs an empty database, not one that already has a team.",
        "Make a database from it: {}.",
        suggest("import careconsole", file=..., db="NEW.db"),
    )


def read_records(
    source: str | os.PathLike[str] | Readable, on_progress: Progress | None = None
) -> Iterator[tuple[int, Record]]:
    """Yields the records of an export, each with the number of its line.

    `source` is a path, "-" for standard input, or a binary stream. Raises WrongUse for a file that is not an export,
    for one that a newer careconsole wrote, and for a line that is truncated or cannot be read.
    """
    opened = InputFile(source)
    try:
        for number, record in _records(opened):
            yield number, record
            if on_progress is not None and number % _EVERY == 0:
                on_progress(opened.bytes_read, number)
    finally:
        opened.close()


def _records(source: InputFile) -> Iterator[tuple[int, Record]]:
    decode = dump.decoder()
    stream, number = source.stream, 0
    while line := stream.readline(_LONGEST):
        number += 1
        if not line.endswith(b"\n"):
            reason = source.truncation or ("it is too long" if len(line) >= _LONGEST else "it is cut off")
            raise WrongUse(f"Line {number} of {source.name} cannot be read: {reason}.", REEXPORT_HINT)
        if number == 1:
            dump.check_head(line.removeprefix(b"\xef\xbb\xbf"), source.name)
            continue
        try:
            yield number, decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
            raise WrongUse(
                f"Line {number} of {source.name} is not a record of an export: {reason}.", REEXPORT_HINT
            ) from error
    if source.truncation:
        raise WrongUse(f"{source.name} is cut off: {source.truncation}.", REEXPORT_HINT)
    if not number:
        raise WrongUse(f"{source.name} is empty.", REEXPORT_HINT)
