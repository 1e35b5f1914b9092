"""The kinds of files that can be imported, one entry each; a kind's reader is loaded when it is first used.

A reader module has `KIND` (an ImportFormat), or `kind(id)` if it reads several, and

- `read(files, options, seen, on_progress)`: a stream of the files' lines and rejects. It raises nothing but WrongUse,
  for a file as a whole; a bad record becomes a RejectedRecord. `intake.files.opening.sources(files, seen)` opens the
  files, and the members of archives, one after the other, and names the current one in `seen.file`.
- optionally `source_name(options)`: the source name in the map, used if the user gives none;
- optionally `detect(head, name)`: how certain it is, from 0 (no) to 100, that a file called `name` with these first
  bytes is of the kind; a module with several kinds returns a dict from kind id to that number.

Rules for every reader: a comment not known to have been seen by the customer is a note. A ticket becomes several lines
(see `line_key`), so that a later export of it adds only what is new.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from hashlib import blake2b
from itertools import islice
from types import ModuleType
from typing import TYPE_CHECKING, cast

import msgspec

from careconsole.desk.program_files import preset_ids
from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import given
from careconsole.domain.imported_record import ImportedEntry, RejectedRecord
from careconsole.domain.time.zones import check_zone
from careconsole.intake.files.case_gaps import CaseGaps
from careconsole.intake.files.encodings import check_encoding

if TYPE_CHECKING:
    from careconsole.intake.files.read_report import ReadReport

_MOST_NAMED = 10
Progress = Callable[[int, int], None]
"""Called now and then, and at the end: bytes of the files read so far (compressed size if packed), records so far."""

File = str | os.PathLike[str]
"""A path, or "-" for standard input."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What the user said about the files.

    `kind` is the id of the kind they are read as, `source` the name of the system they are from, `map` the path of a
    map. `encoding` and `zone` apply where the files name none. `day_first` says how to read 03/04/2024 (None: not
    said). `systems` are owners that are systems, not people, `users` further files with people and organisations,
    `columns` pairs of a role and the column that has it, and `statuses` pairs of a value and what it means. `accept`
    are kinds of doubts to which `import auto` pays no heed.
    """

    kind: str = ""
    source: str = ""
    map: str | None = None
    encoding: str = ""
    zone: str = ""
    day_first: bool | None = None
    systems: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    statuses: tuple[tuple[str, str], ...] = ()
    accept: tuple[str, ...] = ()


class Field(msgspec.Struct, frozen=True):
    """What becomes of a field: their name, ours (or why it is not carried over), and a remark."""

    theirs: str
    ours: str
    remark: str = ""


class ImportFormat(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of file: its reader's `module`, the `shape` of the files in one sentence, and what becomes of its fields.

    `default_source` is the source name if the user gives none; empty if one is required. In `not_carried`, `ours` is
    the reason. `takes` names the options that the reader uses. `ranked` says that identical records are separate
    events, as in an event log; otherwise a line's key is its identity, and a second line with that key is a repeat.
    """

    id: str
    title: str
    module: str
    shape: str
    default_source: str = ""
    fields: tuple[Field, ...] = ()
    not_carried: tuple[Field, ...] = ()
    ranked: bool = False
    takes: tuple[str, ...] = tuple(
        name for name in Options.__struct_fields__ if name not in ("kind", "source", "accept")
    )


OF_DOCUMENTS = ("encoding", "zone", "systems", "users", "statuses")
"""The options used by readers of documents, whose fields have fixed names."""

TABLES = ("csv", "jsonl")
"""The kinds of tables with a case a row."""

KINDS: dict[str, str] = {
    "csv": "careconsole.intake.formats.table.reader",
    "jsonl": "careconsole.intake.formats.table.reader",
    "events": "careconsole.intake.formats.event_log.reader",
    "zendesk": "careconsole.intake.formats.zendesk.reader",
    "jira": "careconsole.intake.formats.jira.reader",
    **dict.fromkeys(preset_ids(), "careconsole.intake.formats.mapped_json.reader"),
    "careconsole": "careconsole.intake.formats.dump",
}
"""The module of every kind's reader, by the kind's id."""

_encode = msgspec.json.Encoder(order="deterministic").encode


def line_key(*parts: object) -> bytes:
    """The identity of a line of a document: an eight-byte digest of what distinguishes it from every other line.

    For example ("created", id) for a ticket's opening, ("comment", comment id) for a comment, and ("as it stands", id,
    ...) with all its reported values for a ticket's current state.
    """
    return blake2b(_encode(parts), digest_size=8).digest()


def format_ids() -> list[str]:
    """The ids of all kinds."""
    return list(KINDS)


def find(id: str) -> ImportFormat:
    """The kind called `id`; raises WrongUse when there is none."""
    module = reader(id)
    kind: ImportFormat = module.kind(id) if hasattr(module, "kind") else module.KIND
    return kind


def reader(id: str) -> ModuleType:
    """The module that reads the kind called `id`; raises WrongUse when there is none."""
    if id not in KINDS:
        raise WrongUse(f"There is no kind of file called {id!r}.", f"Kinds: {', '.join(format_ids())}.")
    return importlib.import_module(KINDS[id])


def source_name(id: str, options: Options) -> str:
    """The source name for files of a kind: the user's, else the map's, else the kind's default; may be empty."""
    module = reader(id)
    of_map = module.source_name(options) if hasattr(module, "source_name") else ""
    return (options.source or of_map or find(id).default_source).strip()


def source(id: str, options: Options, used: Iterable[str] = ()) -> str:
    """The source name for files of a kind; raises WrongUse if there is none.

    `used` are the source names of earlier imports, which the hint lists.
    """
    name = source_name(id, options)
    if not name:
        listed = ", ".join(islice(dict.fromkeys(used), _MOST_NAMED))
        raise WrongUse(
            "The files' system has no name. A later file must give the same name, so that its cases are recognised;"
            " another name would import every case a second time.",
            "Give it {}, or as source in the map.{}",
            given(source=...),
            f" Used before: {listed}." if listed else "",
        )
    return name


def record_unit(id: str) -> str:
    """What the records of a kind are counted in: "line" for text, "record" for documents."""
    return "line" if id in ("csv", "events") else "record"


def read(
    id: str, files: list[File], options: Options, seen: ReadReport, on_progress: Progress | None = None
) -> Generator[ImportedEntry | RejectedRecord, None, None]:
    """Yields the lines and rejects of files of the kind called `id`; `seen` counts both.

    Close the generator if it may not be read to the end: that closes the file. With several files, or members of an
    archive, each reject names its own. Raises WrongUse, with the first item, when a file cannot be what it should be.
    """
    reading = cast(Callable[..., Generator[ImportedEntry | RejectedRecord, None, None]], reader(id).read)
    _check(options)
    options = msgspec.structs.replace(options, kind=id)
    gaps = None if find(id).ranked else CaseGaps(seen.doubts, each=id in TABLES)
    with closing(reading(files, options, seen, on_progress or (lambda taken, records: None))) as items:
        for item in items:
            if type(item) is ImportedEntry:
                seen.lines += 1
                if gaps is not None:
                    gaps.add(item)
            else:
                seen.rejects += 1
                if seen.file:
                    item = msgspec.structs.replace(item, file=seen.file)
            yield item
    if gaps is not None:
        gaps.end()


def _check(options: Options) -> None:
    """Raises WrongUse for an unknown time zone or encoding."""
    if options.encoding:
        check_encoding(options.encoding)
    if options.zone:
        check_zone(options.zone)


def detect(head: bytes, name: str) -> list[tuple[int, str]]:
    """The kinds that a file with these first bytes may be: how certain it is (1 to 100) and the id, likeliest first."""
    found: dict[str, int] = {}
    for id in format_ids():
        module = reader(id)
        if id in found or not hasattr(module, "detect"):
            continue
        sure = module.detect(head, name)
        found.update(sure if isinstance(sure, dict) else {id: sure})
    return sorted(((sure, id) for id, sure in found.items() if sure > 0), key=lambda one: (-one[0], one[1]))
