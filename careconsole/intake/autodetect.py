"""Detects the kind of unknown files and previews their import: the first cases, and what it would lose or guess.

Both faces use it: they show an `ImportPreview`, put the user's answers into its options and preview again. In the end
they have a map and the one command that repeats the import in a script (`preview_answers`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from typing import Any

import msgspec
from msgspec.structs import replace

from careconsole.desk import Desk
from careconsole.desk.imports import batches
from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import given, suggest
from careconsole.domain.imported_record import ImportedEntry, RejectedRecord
from careconsole.intake import registry
from careconsole.intake.files.doubts import Doubt, blocking
from careconsole.intake.files.json_records import utf8_head
from careconsole.intake.files.opening import sources
from careconsole.intake.files.read_report import ReadReport, printable
from careconsole.intake.formats.table.dates import zone_here
from careconsole.intake.formats.table.maps import CaseMap, always_there
from careconsole.intake.formats.table.reader import TAKEN_FOR
from careconsole.intake.formats.table.sniff import Sniffed
from careconsole.intake.formats.table.sniff import sniff as look_at_table
from careconsole.intake.formats.table.value_meanings import sounds_like_a_system
from careconsole.intake.look import FirstCase, Look
from careconsole.intake.registry import TABLES, File, ImportFormat, Options, Progress

Pace = Callable[[Iterator[ImportedEntry | RejectedRecord]], Iterator[ImportedEntry | RejectedRecord]]
"""Passes on what is read; it may pause between two items, or end the look with an exception."""

_HEAD = 64 * 1024
_SURE, _CLEAR = 20, 60
_MANY = 20
_MOST_FILES = 20
_MOST_SYSTEMS = 5
_OF_TABLES = {"columns": "columns", "statuses": "statuses", "day_first": "the order of day and month", "map": "a map"}
"""What can be answered about some kinds only."""


class ImportPreview(msgspec.Struct, frozen=True, kw_only=True):
    """What an import of `files` would do.

    `options` are those the files would be read with; their `source` is given, or derived from the file name if
    `guessed_source`. `ids` are the external ids of the first cases, and `known` how many of them exist under that
    source (see `with_known_source`); `used` are the sources of earlier imports. `cases` are the first cases, `rejects`
    the first of the `rejected` records. `doubts` is what the whole of the files would lose or guess, the worst first,
    and `notices` what else is to be said of them. For a table, `map` says how its columns are read, `roles` which
    column has which role, and `columns` lists all of them.

    For the questions: `open_date` is a time whose day and month can be swapped, `zone` where times without a zone are
    read for now, `systems` are owners that are probably not people, with how often they occur,
    `owners` and `labels` the names of owners and of statuses that occur.
    """

    files: tuple[File, ...]
    id: str
    title: str
    options: Options
    ids: tuple[str, ...]
    cases: list[FirstCase]
    rejects: list[RejectedRecord]
    rejected: int
    notices: list[str]
    doubts: list[Doubt]
    map: CaseMap | None = None
    roles: dict[str, str] = {}
    columns: tuple[str, ...] = ()
    open_date: str = ""
    zone: str = ""
    systems: dict[str, int] = {}
    owners: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    guessed_source: bool = False
    known: int = 0
    used: tuple[str, ...] = ()

    @property
    def accepted(self) -> tuple[str, ...]:
        """The kinds of doubts that the user accepts, now or in the map."""
        return tuple(dict.fromkeys((*(self.map.accept if self.map else ()), *self.options.accept)))

    @property
    def takes(self) -> tuple[str, ...]:
        """The options that answer a doubt about these files."""
        return (*registry.find(self.id).takes, "accept")

    @property
    def blocking(self) -> list[Doubt]:
        """The doubts that are to be answered before anything is imported."""
        return blocking(self.doubts, self.accepted)

    def doubt(self, kind: str) -> Doubt | None:
        """The worst doubt of a kind that is to be answered."""
        return next((doubt for doubt in self.blocking if doubt.kind == kind), None)


def preview_import(
    files: Sequence[File],
    options: Options,
    id: str = "",
    on_progress: Progress | None = None,
    pace: Pace = iter,
) -> ImportPreview:
    """Previews the import of `files`, which are read to their ends, as the kind called `id`, or as the likeliest one.

    Raises WrongUse when they are of no known kind, are of one without a preview, or cannot be read.
    """
    if any(str(file) == "-" for file in files):
        raise WrongUse("Standard input cannot be read twice.", "Save it to a file first.")
    id = id or kind_of(files)
    kind = registry.find(id)
    if id == "careconsole":
        raise WrongUse(
            f"{printable(os.fspath(files[0]))} is an export of careconsole, which needs its own database.",
            "Create it: {}.",
            suggest("import careconsole", file=..., db="NEW.db"),
        )
    if id == "events":
        raise WrongUse(
            "An event log needs a map that says which column is the case, the time, the owner.",
            "docs/event-logs.md shows how; then: {}.",
            suggest("import events", files=..., map=...),
        )
    _check_takes(kind, options)
    named = registry.source_name(id, options)
    options = replace(options, kind=id, source=named or source_of(files[0]))
    looked = _first_table(files, options) if id in TABLES else None
    seen, look = ReadReport(), Look()
    read_with = replace(options, day_first=True) if looked and looked.open_date else options  # for the preview only
    with closing(registry.read(id, list(files), read_with, seen, on_progress)) as reading:
        look.read(pace(reading))
    systems = _systems(look, looked, options)
    if looked is None:
        for name, count in systems.items():
            seen.doubts.add("owner-system", "", printable(name), count)
    elif looked.open_date:
        where = " or ".join(map(printable, looked.map.times().values()))
        seen.doubts.add("date-order", where, printable(looked.open_date))
    case_map = _kept_map(files, looked, options) if looked else None
    return ImportPreview(
        files=tuple(files),
        id=id,
        title=kind.title,
        options=options,
        ids=tuple(look.ids),
        cases=look.first_cases(),
        rejects=look.rejects,
        rejected=look.rejected,
        notices=[told for told in seen.remarks() if not told.startswith(TAKEN_FOR)],
        doubts=seen.listed(),
        map=case_map,
        roles=looked.roles if looked else {},
        columns=looked.columns if looked else (),
        open_date=looked.open_date if looked else "",
        zone=options.zone or (case_map.dates.zone if case_map else "") or zone_here(),
        systems=systems,
        owners=tuple(look.owners),
        labels=tuple(look.labels),
        guessed_source=not named,
    )


def _check_takes(kind: ImportFormat, options: Options) -> None:
    """Raises WrongUse for an answer that the reader of a kind would pass over."""
    for name, what in _OF_TABLES.items():
        if getattr(options, name) not in (None, ()) and name not in kind.takes:
            raise WrongUse(
                f"{kind.title} ({kind.id}) takes no answer about {what}: the meaning of its fields is known.",
                "Leave it out, or say what the files are {}.",
                given(kind=...),
            )


def with_known_source(preview: ImportPreview, desk: Desk) -> ImportPreview:
    """`preview` under the source that already has most of its first cases, if the user named no source.

    Importing them under another source would duplicate these cases.
    """
    if not preview.guessed_source:
        return preview
    preview = replace(preview, used=tuple(batches.sources(desk)))
    source, known = next(iter(batches.known_under(desk, list(preview.ids)).items()), ("", 0))
    if known * 2 <= len(preview.ids):
        return preview
    return replace(with_source(preview, source), known=known)


def preview_again(
    preview: ImportPreview, desk: Desk, on_progress: Progress | None = None, **answers: Any
) -> ImportPreview:
    """Previews the files of `preview` again, with further answers in the options."""
    unnamed = preview.guessed_source or preview.known
    options = replace(preview.options, **{**({"source": ""} if unnamed else {}), **answers})
    return with_known_source(preview_import(preview.files, options, preview.id, on_progress), desk)


def with_source(preview: ImportPreview, source: str) -> ImportPreview:
    """`preview` with `source` as its source, no longer guessed; everything else stays."""
    case_map = replace(preview.map, source=source) if preview.map is not None else None
    options = replace(preview.options, source=source)
    return replace(preview, options=options, map=case_map, guessed_source=False, known=0)


def source_of(file: File) -> str:
    """A source name derived from the name of a file: tickets-2024.csv.gz gives tickets-2024."""
    name = os.path.basename(os.fsencode(file)).decode("utf-8", "replace")
    return re.sub(r"(\.(csv|tsv|txt|tab|jsonl?|ndjson|gz|zip))+$", "", name, flags=re.IGNORECASE) or "import"


def kind_of(files: Sequence[File]) -> str:
    """The kind detected with the most certainty in any file: those with only people or comments score low.

    Raises WrongUse for empty files, unknown ones, and a mixture of kinds.
    """
    name = printable(os.fspath(files[0]))
    sure, best, empty = 0, "", True
    clear: dict[str, None] = {}
    with sources(files) as opened:
        for source in islice(opened, _MOST_FILES):
            head = utf8_head(source.peek(_HEAD))
            empty = empty and not head.strip()
            for one in registry.detect(head, source.name)[:1]:
                sure, best = max((sure, best), one)
                if one[0] >= _CLEAR:
                    clear[one[1]] = None
    if empty:
        raise WrongUse(f"{name} is empty.", "Expected: a table, or an export of another system.")
    if clear.keys() - set(TABLES):
        clear.pop("jsonl", None)  # files of an export's people or comments look like a JSON table
    if len(clear) > 1:
        *others, last = (registry.find(id).title if id not in TABLES else f"a table ({id})" for id in clear)
        holds = f"{name} contains" if len(files) == 1 else "The files contain"
        raise WrongUse(
            f"{holds} {', '.join(others)} and {last}.",
            "Import each kind separately: careconsole import KIND FILE."
            + (" Unpack the archive first." if len(files) == 1 else ""),
        )
    if sure < _SURE:
        raise WrongUse(
            f"{name} is not of a known kind.",
            f"Say which: careconsole import KIND FILE. Kinds: {', '.join(registry.format_ids())}.",
        )
    return best


def _first_table(files: Sequence[File], options: Options) -> Sniffed:
    """What the beginning of the first table shows that is not empty."""
    with sources(files) as opened:
        source = next((one for one in opened if one.head.strip(b"\xef\xbb\xbf\r\n\t ")), None)
        if source is None:
            raise WrongUse(f"{printable(os.fspath(files[0]))} is empty.", "Expected: a table as CSV or JSON Lines.")
        return look_at_table(source, options, files)


def _kept_map(files: Sequence[File], looked: Sniffed, options: Options) -> CaseMap:
    """The map of a table as it will be kept: for exports with these columns."""
    kept = replace(looked.map, name="map", source=options.source)
    kept = replace(kept, made_for=always_there(looked.columns, looked.rows, kept.format))
    if len(files) > 1 or not looked.guessed_encoding:
        kept = replace(kept, encoding=options.encoding)  # detected again, in each file
    return replace(kept, delimiter="") if len(files) > 1 else kept


def _systems(look: Look, looked: Sniffed | None, options: Options) -> dict[str, int]:
    """Owners that are probably programs, with how many entries name them."""
    if looked is not None:
        return looked.guess.systems if looked.guess else {}
    often = sorted(look.owners.items(), key=lambda one: -one[1])[:_MOST_SYSTEMS]
    return {} if options.systems else {name: n for name, n in often if n >= _MANY and sounds_like_a_system(name)}
