"""Help desks whose exports are objects that a map explains: Freshdesk, Zammad, Help Scout, Intercom, GitHub."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from careconsole.domain.errors import WrongUse
from careconsole.domain.lines import Line, Reject
from careconsole.intake.documents.directory import read_ahead
from careconsole.intake.documents.stream import json_records
from careconsole.intake.kinds import OF_DOCUMENTS, File, Kind, Options, Progress
from careconsole.intake.presets.lines import STRANGE, RecordReader
from careconsole.intake.presets.maps import load_record_map, preset
from careconsole.intake.presets.people import People
from careconsole.intake.presets.rules import RecordMap
from careconsole.intake.reading import Seen, Unusable
from careconsole.intake.refused import Taken, proven, reject_of
from careconsole.intake.sources import Source, sources

PRESETS = ("freshdesk", "zammad", "helpscout", "intercom", "github")
"""The kinds that are maps, in `db/presets`."""

_EVERY = 1_000


@cache
def kinds() -> list[Kind]:
    """The kinds, with what becomes of each field as their maps tell it."""
    return [
        Kind(
            id=id,
            title=rules.title,
            module=__name__,
            shape=rules.shape,
            default_source=rules.source,
            fields=rules.carried,
            not_carried=rules.not_carried,
            takes=("map", *OF_DOCUMENTS),
        )
        for id, rules in ((id, preset(id)) for id in PRESETS)
    ]


def read(files: Sequence[File], options: Options, seen: Seen, on_progress: Progress) -> Iterator[Line | Reject]:
    """The lines and rejects of exports, by the map of `options.map`, else by that of the kind.

    Files of `options.users` are read first: they tell the names of people and of other things that are ids in the rest.
    Raises WrongUse, with the first item asked for, for a map that is wrong and a file that the map knows nothing of.
    """
    rules = load_record_map(options.map) if options.map else preset(options.kind)
    people = People(rules.people, frozenset(options.systems), seen)
    read_ahead((), options.users, rules.people.keys, people.note, b"", options.encoding)
    reader = RecordReader(rules, people, options, seen)
    if rules.comments is not None and rules.comments.by_other and _are_several(files):
        marks = re.escape(rules.case.id.source[0][0]).encode()
        read_ahead(files, (), rules.keys, reader.look_ahead, rb'"%s"\s*:' % marks, options.encoding)
    done = 0
    for source in sources(files, seen):
        seen.format, seen.gzip = "json", seen.gzip or source.gzip
        hint = f"{rules.shape} Files of people are given with --users."
        wrong = WrongUse(f"{source.name} holds nothing of {rules.title}: a record in it {STRANGE}.", hint)
        for item in proven(_items(source, rules, reader, options.encoding), STRANGE, wrong):
            done += 1
            yield from item
            if done % _EVERY == 0:
                on_progress(source.taken, done)
        on_progress(source.taken, done)
    seen.told += reader.notices() + people.names.notices()


def recognises(head: bytes, name: str) -> dict[str, int]:
    """For each kind, how sure it is by the first bytes of a file that it is of it."""
    tight = re.sub(rb'(?<=")\s*:\s*', b":", head)
    found = {}
    for id in PRESETS:
        sure = [points for mark, points in preset(id).recognise if mark.encode() in tight]
        # Each further mark makes it surer.
        found[id] = min(99, max(sure) + 5 * (len(sure) - 1)) if sure else 0
    return found


def _are_several(files: Sequence[File]) -> bool:
    """Whether there is more than one file, or an archive of several: in what order they come, nobody knows."""
    if len(files) != 1 or files[0] == "-":
        return len(files) > 1
    source = Source(files[0])
    try:
        return source.zipped
    finally:
        source.close()


def _items(source: Source, rules: RecordMap, reader: RecordReader, encoding: str) -> Iterator[Taken]:
    """For each record its lines, and what is wrong with it."""
    for record in json_records(source, rules.keys, encoding):
        if isinstance(record, Reject):
            yield [record]
            continue
        try:
            yield list(reader.lines(record))
        except Unusable as error:
            yield [reject_of(record, error)]
