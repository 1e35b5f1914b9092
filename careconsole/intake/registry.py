"""The kinds of files that can be imported: one entry each, whose reader is loaded when it is used.

A reader's module has `KIND` (an ImportFormat), or `kinds()` where it reads several (a list of them), and

- `read(files, options, seen, on_progress)`: the lines and rejects of the files, as a stream. No exception leaves it but
  WrongUse for a file as a whole; a record that cannot be taken is a RejectedRecord.
  `intake.files.opening.sources(files, seen)` opens the files one after the other, members of archives too, and tells
  `seen` which one is being read.
- optionally `named(options)`: the name of the system that a map gives, where nobody gives another;
- `recognises(head, name)`: from 0 (no) to 100 (for sure), whether the first bytes of a file called `name` are of the
  kind; a module of several kinds gives a dict of the kinds' ids with their numbers.

Rules of every reader: a comment of which it is not known that the customer saw it is a note. A ticket document becomes
several lines (see `line_key`), so that a later export of it adds exactly what is new.
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

from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import given
from careconsole.domain.import_entries import ImportedEntry, RejectedRecord
from careconsole.intake.files.encodings import check_encoding
from careconsole.intake.values.times import zone_named

if TYPE_CHECKING:
    from careconsole.intake.files.read_report import ReadReport

_MOST_NAMED = 10
Progress = Callable[[int, int], None]
"""Told now and then, and at the end: bytes of the files read so far (packed ones of packed files), records so far."""

File = str | os.PathLike[str]
"""A path, or "-" for standard input."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What a person said about the files.

    `kind` is the id of the kind they are read as and `map` the path or name of a map. `encoding` and `zone` hold where
    the files name none. `day_first` tells how 03/04/2024 is meant (None: nothing was said). `systems` are names that
    are systems, not people, `users` further files with people and organisations, and `columns` pairs of our word and
    the file's column.
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


class Field(msgspec.Struct, frozen=True):
    """What becomes of a field: their name, ours (or why it is not carried), and what else there is to know."""

    theirs: str
    ours: str
    remark: str = ""


class ImportFormat(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of file: its reader's `module`, the `shape` of the files in one sentence, and what becomes of its fields.

    `default_source` is the system's name where nobody gives one; empty when one must be given. Of `not_carried`, `ours`
    is why. `takes` names those of the options that the reader heeds. `ranked` says that records which are the same in
    everything are several: where each line is something that happened. Else a line's key is its identity, and one that
    comes again is a repeat.
    """

    id: str
    title: str
    module: str
    shape: str
    default_source: str = ""
    fields: tuple[Field, ...] = ()
    not_carried: tuple[Field, ...] = ()
    ranked: bool = False
    takes: tuple[str, ...] = tuple(name for name in Options.__struct_fields__ if name not in ("kind", "source"))


OF_DOCUMENTS = ("encoding", "zone", "systems", "users")
"""What is heeded by readers of documents, whose fields have names of their own."""

KINDS: dict[str, str] = {
    "csv": "careconsole.intake.formats.table.reader",
    "jsonl": "careconsole.intake.formats.table.reader",
    "events": "careconsole.intake.formats.event_log.reader",
    "zendesk": "careconsole.intake.formats.zendesk.reader",
    "jira": "careconsole.intake.formats.jira.reader",
    "freshdesk": "careconsole.intake.formats.mapped_json.reader",
    "zammad": "careconsole.intake.formats.mapped_json.reader",
    "helpscout": "careconsole.intake.formats.mapped_json.reader",
    "intercom": "careconsole.intake.formats.mapped_json.reader",
    "github": "careconsole.intake.formats.mapped_json.reader",
    "careconsole": "careconsole.intake.formats.dump",
}
"""The module of every kind's reader, by the kind's id."""


def line_key(*parts: object) -> bytes:
    """The identity of a line of a document: a digest of what makes it this line and no other.

    ("created", id) for a ticket's beginning, ("comment", comment id) for a comment, ("change", its id) for an entry of
    a change log, and for the ticket as it stands ("stands", id, ...) with all the values that it is said to have.
    """
    return blake2b(msgspec.json.encode(parts, order="deterministic"), digest_size=8).digest()


def format_ids() -> list[str]:
    """The ids of the kinds that there are."""
    return list(KINDS)


def find(id: str) -> ImportFormat:
    """The kind called `id`; raises WrongUse when there is none."""
    module = reader(id)
    kinds: list[ImportFormat] = module.kinds() if hasattr(module, "kinds") else [module.KIND]
    return next(kind for kind in kinds if kind.id == id)


def reader(id: str) -> ModuleType:
    """The module that reads the kind called `id`; raises WrongUse when there is none."""
    if id not in KINDS:
        raise WrongUse(f"There is no kind of file called {id!r}.", f"Kinds: {', '.join(format_ids())}.")
    return importlib.import_module(KINDS[id])


def source_name(id: str, options: Options) -> str:
    """The name of the system that files of a kind are of, as a person, the map or the kind gives it; else empty."""
    module = reader(id)
    name = options.source or (module.named(options) if hasattr(module, "named") else "") or find(id).default_source
    return name.strip()


def source(id: str, options: Options, used: Iterable[str] = ()) -> str:
    """The name of the system that files of a kind are of; raises WrongUse where nobody gives one.

    `used` are the names under which cases came before: they are told then.
    """
    name = source_name(id, options)
    if not name:
        listed = ", ".join(islice(dict.fromkeys(used), _MOST_NAMED))
        raise WrongUse(
            "The system the files are of has no name, by which its cases are known again when a later file brings them;"
            " another name would bring every case a second time.",
            "Give it {}, or as source in the map.{}",
            given(source=...),
            f" Used before: {listed}." if listed else "",
        )
    return name


def record_unit(id: str) -> str:
    """What the records of files of a kind are counted in: lines of a text, or records of a document."""
    return "line" if id in ("csv", "events") else "record"


def read(
    id: str, files: list[File], options: Options, seen: ReadReport, on_progress: Progress | None = None
) -> Generator[ImportedEntry | RejectedRecord, None, None]:
    """The lines and rejects of files of the kind called `id`, as they are asked for; `seen` counts both.

    Close it where it may not have been read to its end: that closes the file.

    Where there are several files, or members of an archive, a reject names its own. Raises WrongUse, with the first
    item asked for, when a file cannot be what it should.
    """
    reading = cast(Callable[..., Generator[ImportedEntry | RejectedRecord, None, None]], reader(id).read)
    _check(options)
    options = msgspec.structs.replace(options, kind=id)
    with closing(reading(files, options, seen, on_progress or (lambda taken, records: None))) as items:
        for item in items:
            if type(item) is ImportedEntry:
                seen.lines += 1
            else:
                seen.rejects += 1
                if seen.file:
                    item = msgspec.structs.replace(item, file=seen.file)
            yield item


def _check(options: Options) -> None:
    """Raises WrongUse for a zone or an encoding that nobody knows."""
    if options.encoding:
        check_encoding(options.encoding)
    if options.zone:
        try:
            zone_named(options.zone)
        except ValueError as error:
            hint = "Write UTC, +02:00 or a name such as Europe/Rome."
            raise WrongUse(f"There is no time zone {options.zone!r}.", hint) from error


def detect(head: bytes, name: str) -> list[tuple[int, str]]:
    """The kinds that a file's first bytes may be of, the likeliest first, each with how sure that is (1 to 100)."""
    found: dict[str, int] = {}
    for id in format_ids():
        module = reader(id)
        if id in found or not hasattr(module, "recognises"):
            continue
        sure = module.recognises(head, name)
        found.update(sure if isinstance(sure, dict) else {id: sure})
    return sorted(((sure, id) for id, sure in found.items() if sure > 0), key=lambda one: (-one[0], one[1]))
