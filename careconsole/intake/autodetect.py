"""Detects the kind of unknown files and previews their import: the first cases, and what is left to ask.

Both faces use it: they show an `ImportPreview`, put the user's answers into its options and preview again. In the end
they have a map and the one command that repeats the import in a script.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from typing import Any

import msgspec
from msgspec.structs import replace

from careconsole.desk import Desk
from careconsole.desk.database.environment import now_ms
from careconsole.desk.imports import batches
from careconsole.desk.text_files import is_plain_file, written_file
from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.hints import given, hint_of, suggest
from careconsole.domain.imported_record import ImportedEntry, RejectedRecord
from careconsole.intake import registry
from careconsole.intake.files.opening import sources
from careconsole.intake.files.read_report import ReadReport, printable
from careconsole.intake.formats.table.dates import zone_here
from careconsole.intake.formats.table.maps import CaseMap, written
from careconsole.intake.formats.table.reader import records
from careconsole.intake.formats.table.rows import CaseMaker
from careconsole.intake.formats.table.sniff import sniff as look_at_table
from careconsole.intake.formats.table.value_synonyms import sounds_like_a_system
from careconsole.intake.registry import File, Options

FIRST = 5
"""How many cases a preview shows."""

_HEAD = 64 * 1024
_LOOKED = 3_000
_SURE, _CLEAR = 20, 60
_MANY = 20
_MOST_FILES = 20
_MOST_IDS = 500
_TABLES = ("csv", "jsonl")


class FirstCase(msgspec.Struct, kw_only=True):
    """A case as the import would create it. Times are epoch milliseconds; `heard`, `said` and `notes` count messages
    from the customer, messages to the customer, and internal notes."""

    external: str
    subject: str = ""
    customer: str = ""
    owner: str = ""
    status: str = "open"
    label: str = ""
    priority: str = ""
    tags: tuple[str, ...] = ()
    opened: int = 0
    changed: int = 0
    heard: int = 0
    said: int = 0
    notes: int = 0


class ImportPreview(msgspec.Struct, frozen=True, kw_only=True):
    """What an import of `files` would do.

    `options` are those the files would be read with; their `source` is given, or derived from the file name if
    `guessed_source`. `ids` are the external ids of the first cases, and `known` how many of them exist under that
    source (see `with_known_source`); `used` are the sources of earlier imports. `cases` are the first cases, `rejects`
    the records rejected on the way. For a table, `map` says how its columns are read, `roles` which column has which
    role, and `columns` lists all of them; `encoding` is set if it was guessed.

    Open questions: `open_date` is a time whose day and month can be swapped, `local_time` one without a zone (read as
    `zone` for now), `systems` are owners that are probably not people, with how often they occur, and `is_log` says
    whether it looks like an event log rather than a table of cases.
    """

    files: tuple[File, ...]
    id: str
    title: str
    options: Options
    ids: tuple[str, ...]
    cases: list[FirstCase]
    rejects: list[RejectedRecord]
    notices: list[str]
    map: CaseMap | None = None
    roles: dict[str, str] = {}
    columns: tuple[str, ...] = ()
    encoding: str = ""
    open_date: str = ""
    local_time: str = ""
    zone: str = ""
    systems: dict[str, int] = {}
    is_log: bool = False
    guessed_source: bool = False
    known: int = 0
    used: tuple[str, ...] = ()


def preview_import(files: Sequence[File], options: Options, id: str = "") -> ImportPreview:
    """Previews the import of `files` as the kind called `id`, or as the likeliest one.

    Raises WrongUse when they are of no known kind, are of one without a preview, or cannot be read.
    """
    if any(str(file) == "-" for file in files):
        raise WrongUse("Standard input cannot be looked at and read again.", "Save it to a file first.")
    id = id or _kind_of(files)
    kind = registry.find(id)
    if id == "careconsole":
        raise WrongUse(
            f"{printable(os.fspath(files[0]))} is an export of careconsole, which becomes a database of its own.",
            "Make it one: {}.",
            suggest("import careconsole", file=..., db="NEW.db"),
        )
    if id == "events":
        raise WrongUse(
            "An event log needs a map: which column is the case, the time, the owner.",
            "docs/event-logs.md shows how; then: {}.",
            suggest("import events", files=..., map=...),
        )
    named = registry.source_name(id, options)
    options = replace(options, kind=id, source=named or source_of(files[0]))
    preview = _table(files, options, kind.title) if id in _TABLES else _export(files, options, kind.title)
    zone = options.zone or (preview.map.dates.zone if preview.map else "") or zone_here()
    return replace(preview, zone=zone, guessed_source=not named)


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


def preview_again(preview: ImportPreview, desk: Desk, **answers: Any) -> ImportPreview:
    """Previews the files of `preview` again, with further answers in the options."""
    unnamed = preview.guessed_source or preview.known
    options = replace(preview.options, **{**({"source": ""} if unnamed else {}), **answers})
    return with_known_source(preview_import(preview.files, options, preview.id), desk)


def with_source(preview: ImportPreview, source: str) -> ImportPreview:
    """`preview` with `source` as its source, no longer guessed; everything else stays."""
    case_map = replace(preview.map, source=source) if preview.map is not None else None
    options = replace(preview.options, source=source)
    return replace(preview, options=options, map=case_map, guessed_source=False, known=0)


def source_of(file: File) -> str:
    """A source name derived from the name of a file: tickets-2024.csv.gz gives tickets-2024."""
    name = os.path.basename(os.fsencode(file)).decode("utf-8", "replace")
    return re.sub(r"(\.(csv|tsv|txt|tab|jsonl?|ndjson|gz|zip))+$", "", name, flags=re.IGNORECASE) or "import"


def _kind_of(files: Sequence[File]) -> str:
    """The kind detected with the most certainty in any file: those with only people or comments score low.

    Raises WrongUse for empty files, unknown ones, and a mixture of kinds.
    """
    name = printable(os.fspath(files[0]))
    sure, best, empty = 0, "", True
    clear: dict[str, None] = {}
    with sources(files) as opened:
        for source in islice(opened, _MOST_FILES):
            head = source.peek(_HEAD)
            empty = empty and not head.strip()
            for one in registry.detect(head, source.name)[:1]:
                sure, best = max((sure, best), one)
                if one[0] >= _CLEAR:
                    clear[one[1]] = None
    if empty:
        raise WrongUse(f"{name} is empty.", "Expected: a table, or an export of another system.")
    if clear.keys() - set(_TABLES):
        clear.pop("jsonl", None)  # files of an export's people or comments look like a JSON table
    if len(clear) > 1:
        *others, last = (registry.find(id).title if id not in _TABLES else f"a table ({id})" for id in clear)
        holds = f"{name} holds" if len(files) == 1 else "The files hold"
        raise WrongUse(
            f"{holds} {', '.join(others)} and {last}.",
            "Import each kind by its own: careconsole import KIND FILE."
            + (" Unpack the archive first." if len(files) == 1 else ""),
        )
    if sure < _SURE:
        raise WrongUse(
            f"{name} is of no kind that is known.",
            f"Say which: careconsole import KIND FILE. Kinds: {', '.join(registry.format_ids())}.",
        )
    return best


def _table(files: Sequence[File], options: Options, title: str) -> ImportPreview:
    seen = ReadReport()
    with sources(files, seen) as opened:
        source = next((one for one in opened if one.head.strip(b"\xef\xbb\xbf\r\n\t ")), None)
        if source is None:
            raise WrongUse(f"{printable(os.fspath(files[0]))} is empty.", "Expected: a table as CSV or JSON Lines.")
        looked = look_at_table(source, options, files)
        case_map = looked.map
        if looked.open_date:  # for the preview only; the map that is kept leaves it open
            case_map = replace(case_map, dates=replace(case_map.dates, day_first=True))
        maker = CaseMaker(case_map, seen, now_ms())
        found = records(source, replace(looked, map=case_map, open_date=""), maker, seen)
        items: list[ImportedEntry | RejectedRecord] = []
        for record in islice(found, _LOOKED):
            items += [record] if isinstance(record, RejectedRecord) else record
        guess = looked.guess
        kept = replace(looked.map, name="map", source=options.source)
        if len(files) > 1 or not looked.guessed_encoding:
            kept = replace(kept, encoding=options.encoding)  # detected again, in each file
        if len(files) > 1:
            kept = replace(kept, delimiter="")
        return ImportPreview(
            files=tuple(files),
            id=options.kind,
            title=title,
            options=options,
            ids=_ids(items),
            cases=first_cases(items),
            rejects=[item for item in items if isinstance(item, RejectedRecord)],
            notices=seen.notices(),
            map=kept,
            roles=guess.roles if guess else {},
            columns=looked.columns,
            encoding=looked.guessed_encoding,
            open_date=looked.open_date,
            local_time=guess.local_time if guess else "",
            systems=guess.systems if guess else {},
            is_log=maker.is_log,
        )


def _export(files: Sequence[File], options: Options, title: str) -> ImportPreview:
    """Previews a help desk's export, whose reader knows every field."""
    seen = ReadReport()
    with closing(registry.read(options.kind, list(files), options, seen)) as reading:
        items = list(islice(reading, _LOOKED))
    owners = Counter(item.owner for item in items if isinstance(item, ImportedEntry) and item.owner)
    systems = {name: n for name, n in owners.most_common(5) if n >= _MANY and sounds_like_a_system(name)}
    return ImportPreview(
        files=tuple(files),
        id=options.kind,
        title=title,
        options=options,
        ids=_ids(items),
        cases=first_cases(items),
        rejects=[item for item in items if isinstance(item, RejectedRecord)],
        notices=seen.notices(),
        systems={} if options.systems else systems,
    )


def _ids(items: Iterable[ImportedEntry | RejectedRecord]) -> tuple[str, ...]:
    """The external ids of the first cases, each once."""
    return tuple(islice(dict.fromkeys(item.external for item in items if isinstance(item, ImportedEntry)), _MOST_IDS))


def first_cases(items: Iterable[ImportedEntry | RejectedRecord], most: int = FIRST) -> list[FirstCase]:
    """The first cases, each built from all its lines."""
    lines: dict[str, list[ImportedEntry]] = {}
    for item in items:
        if isinstance(item, ImportedEntry) and (item.external in lines or len(lines) < most):
            lines.setdefault(item.external, []).append(item)
    return [_case(external, sorted(own, key=lambda line: line.at)) for external, own in lines.items()]


def _case(external: str, lines: list[ImportedEntry]) -> FirstCase:
    case = FirstCase(external=external, opened=lines[0].at, changed=lines[-1].at)
    for line in lines:
        for name in ("subject", "customer", "owner", "status", "label", "priority", "tags"):
            if value := getattr(line, name):
                setattr(case, name, value)
        if line.nobody:
            case.owner = ""
        if line.deleted or line.merged_into is not None:
            case.status, case.label = "closed", "deleted" if line.deleted else f"merged into {line.merged_into}"
        if line.said is not None:
            case.heard += line.said.way == "in"
            case.said += line.said.way == "out"
            case.notes += line.said.way == "note"
    return case


def resolved_options(preview: ImportPreview, options: Options | None = None) -> ImportPreview:
    """`preview` with `options`; a guessed zone is accepted, and the zone is written into the map."""
    options = options or preview.options
    if preview.local_time and not options.zone:
        options = replace(options, zone=preview.zone)
    case_map = preview.map
    if case_map is None or not options.zone:
        return replace(preview, options=options)
    dates = replace(case_map.dates, zone=options.zone)
    return replace(preview, options=options, map=replace(case_map, dates=dates))


def options_with(preview: ImportPreview, map_path: str) -> Options:
    """The options to import with once the map is kept, without those that the map contains."""
    if not map_path:
        return preview.options
    return replace(preview.options, map=map_path, zone="", day_first=None, columns=(), systems=())


def map_text(preview: ImportPreview) -> str:
    """The map of a table as TOML, with a comment that names the files."""
    assert preview.map is not None
    names = ", ".join(printable(os.path.basename(os.fspath(file))) for file in preview.files)
    return written(preview.map, f"How {names} is read: a case a row.\nThe keys are explained in docs/importing.md.")


def keep_map(preview: ImportPreview, folder: str, path: str = "") -> str:
    """Writes the map to `path`, or into `folder` under a free name, and returns its path.

    An identical map that is already there is left alone. Raises WrongUse when the map cannot be written.
    """
    text = map_text(preview)
    for candidate in [path] if path else _names(os.path.join(folder, source_of(preview.files[0]))):
        if not os.path.lexists(candidate):
            try:
                with written_file(candidate) as file:
                    file.write(text)
            except WrongUse:  # another process has just taken the name
                if path or not os.path.lexists(candidate):
                    raise
                continue
            except CareError as error:
                hint = hint_of("Name another place for it {}.", given(keep_map=...))
                raise WrongUse(f"The map {error.message}", hint) from error
            return candidate
        if _same(candidate, text):
            return candidate
        if path:
            raise WrongUse(f"{path} is there already, and is another map.", "Name another file for it.")
    raise AssertionError("there is always a free name")


def _names(stem: str) -> Iterator[str]:
    yield f"{stem}.map.toml"
    number = 2
    while True:
        yield f"{stem}-{number}.map.toml"
        number += 1


def _same(path: str, text: str) -> bool:
    try:
        if not is_plain_file(path):
            return False
        with open(path, encoding="utf-8") as file:
            return file.read(len(text) + 1) == text
    except (OSError, ValueError):
        return False


def describe(preview: ImportPreview) -> list[str]:
    """The user's answers about the files, as words of command-line options."""
    options = preview.options
    words = ["--source", options.source]
    for name, value in (("--zone", options.zone), ("--encoding", options.encoding)):
        words += [name, value] if value else []
    if options.day_first is not None:
        words.append("--day-first" if options.day_first else "--month-first")
    for name, values in (("--system", options.systems), ("--users", options.users)):
        for value in values:
            words += [name, value]
    for ours, theirs in options.columns:
        words += ["--column", f"{ours}={theirs}"]
    return words


def command(preview: ImportPreview, map_path: str = "") -> list[str]:
    """The words of the one command that imports the files in a script, without options that the map contains.

    It names the source all the same, since that must not change when the file and the map do.
    """
    words = ["careconsole", "import", preview.id, *(os.fspath(file) for file in preview.files)]
    if map_path:
        return [*words, "--map", map_path, "--source", preview.options.source]
    return words + describe(preview)
