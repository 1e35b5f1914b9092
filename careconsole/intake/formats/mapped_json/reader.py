"""Help desks whose exports are objects that a map in `db/presets` describes; each map is an import kind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from careconsole.desk.program_files import preset_ids
from careconsole.domain.errors import WrongUse
from careconsole.domain.imported_record import ImportedEntry, RejectedRecord
from careconsole.intake.files.json_records import EACH, Record, json_records
from careconsole.intake.files.opening import sources
from careconsole.intake.files.read_report import ReadReport
from careconsole.intake.formats.mapped_json.lines import STRANGE, RecordReader
from careconsole.intake.formats.mapped_json.loose_comments import is_loose
from careconsole.intake.formats.mapped_json.maps import load_record_map, preset
from careconsole.intake.formats.mapped_json.people import People
from careconsole.intake.formats.mapped_json.rules import RecordMap
from careconsole.intake.formats.names_by_id import ANYTHING, quoted, read_ahead
from careconsole.intake.formats.rejects import read_records
from careconsole.intake.registry import OF_DOCUMENTS, File, ImportFormat, Options, Progress


@cache
def kind(id: str) -> ImportFormat:
    """The kind called `id`, with what becomes of each field according to its map."""
    rules = preset(id)
    return ImportFormat(
        id=id,
        title=rules.title,
        module=__name__,
        shape=rules.shape,
        default_source=rules.source,
        fields=rules.carried,
        not_carried=rules.not_carried,
        takes=("map", *OF_DOCUMENTS),
    )


def source_name(options: Options) -> str:
    """The name of the system that a map of the user's own gives; "" if they gave none."""
    return load_record_map(options.map).source if options.map else ""


def read(
    files: Sequence[File], options: Options, seen: ReadReport, on_progress: Progress
) -> Iterator[ImportedEntry | RejectedRecord]:
    """Yields the lines and rejects of exports, by the map in `options.map`, else by that of the kind.

    Files in `options.users` are read first: they have the names of people and things that are ids in the others.
    Raises WrongUse, with the first item, for an invalid map, and for a file that holds nothing the map knows.
    """
    rules = load_record_map(options.map) if options.map else preset(options.kind)
    people = People(rules.people, frozenset(options.systems), seen)
    read_ahead((), options.users, rules.people.keys, people.note, {}, options.encoding)
    reader = RecordReader(rules, people, options, seen)
    _look_ahead(files, reader, rules, people, options)
    hint = f"{rules.shape} Files of people are given with --users."
    with sources(files, seen) as opened:
        yield from read_records(
            opened,
            rules.keys,
            options.encoding,
            reader.lines,
            seen,
            on_progress,
            strange=STRANGE,
            wrong=lambda name: WrongUse(f"{name} has no data of {rules.title}: a record in it {STRANGE}.", hint),
        )
    seen.told += reader.notices() + people.names.notices()


def _look_ahead(
    files: Sequence[File], reader: RecordReader, rules: RecordMap, people: People, options: Options
) -> None:
    """Reads ahead what the records depend on: people beside them, and the tickets of comments that stand elsewhere."""
    beside = [key for key in rules.people.keys if key.endswith(f".{EACH}")]
    apart = _are_apart(files, rules, options.encoding)

    def note(record: Record) -> None:
        if record.key in beside:
            people.note(record)
        elif apart:
            reader.look_ahead(record)

    marks = quoted((key.split(".")[0] for key in beside), rb"\s*:\s*\{")
    if apart or marks:
        read_ahead(files, (), (*rules.keys, *beside), note, ANYTHING if apart else marks, options.encoding)


def detect(head: bytes, name: str) -> dict[str, int]:
    """How certain it is, from 0 to 99, that a file with these first bytes is of each kind."""
    tight = re.sub(rb'(?<=")\s*:\s*', b":", head)
    found = {}
    for id in preset_ids():
        sure = [points for mark, points in preset(id).recognise if mark.encode() in tight]
        # Each further mark adds to the certainty.
        found[id] = min(99, max(sure) + 5 * (len(sure) - 1)) if sure else 0
    return found


def _are_apart(files: Sequence[File], rules: RecordMap, encoding: str) -> bool:
    """Whether a file, or one in an archive, begins with a comment of a ticket that stands elsewhere."""
    if rules.comments is None or rules.comments.case is None:
        return False
    for file in files:
        if file == "-":
            continue  # it can be read only once
        with sources([file]) as opened:
            for source in opened:
                found = json_records(source, rules.keys, encoding)
                record = next((item for item in found if isinstance(item, Record)), None)
                if record is not None and is_loose(rules, record.value):
                    return True
    return False
