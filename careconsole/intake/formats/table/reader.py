"""Tables with one case per row, as CSV or JSON: the roles of the columns are guessed, or given by a map.

The first megabyte of a file is inspected before anything is read: its encoding, its delimiter, the roles of its
columns, and whether the day or the month comes first in its times. Then the file is read as a stream.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

from careconsole.desk.database.environment import now_ms
from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import given
from careconsole.domain.imported_record import ImportedEntry, RejectedRecord
from careconsole.domain.time.written_dates import read_date
from careconsole.intake.files.input_file import InputFile
from careconsole.intake.files.json_records import json_records
from careconsole.intake.files.opening import sources
from careconsole.intake.files.read_report import InvalidRecord, ReadReport, printable, raw_text
from careconsole.intake.formats.csv_records import csv_records
from careconsole.intake.formats.event_log.json_records import add_names, flat_texts
from careconsole.intake.formats.table.column_names import ROLES
from careconsole.intake.formats.table.comments import comment_columns
from careconsole.intake.formats.table.maps import CaseMap, load_case_map
from careconsole.intake.formats.table.rows import CaseMaker, CaseReader
from careconsole.intake.formats.table.sniff import Sheet, Sniffed, detect, distinct, sniff
from careconsole.intake.formats.table.time_columns import check_openings
from careconsole.intake.registry import Field, File, ImportFormat, Options, Progress
from careconsole.intake.values.times import USUAL

__all__ = ["detect", "kind", "read", "records", "source_name"]

TAKEN_FOR = "What the columns were taken for"
"""Begins the sentence about the roles of columns, which a preview shows in its own way."""

_EVERY = 1_000
_MOST_SHAPES = 1_000


def read(
    files: Sequence[File], options: Options, seen: ReadReport, on_progress: Progress
) -> Iterator[ImportedEntry | RejectedRecord]:
    """Yields the lines and rejects of the tables in `files`.

    Raises WrongUse for a file that is not such a table, has no column for the case's id, has a column of openings that
    cannot be read, or has times that can be read with the day or the month first while neither the file nor `options`
    say which.
    """
    done, several, doubted = 0, len(files) > 1, set[tuple[str, str]]()
    with sources(files, seen) as opened:
        for source in opened:
            if not source.head and (several or seen.file) and not source.truncation:
                seen.told.append(f"{source.name} is empty.")
                continue
            looked = sniff(source, options, files)
            check_openings(source.name, looked.unread)
            maker = CaseMaker(looked.map, seen, _now())
            for record in records(source, looked, maker, seen):
                done += 1
                if isinstance(record, RejectedRecord):
                    yield record
                else:
                    yield from record
                if done % _EVERY == 0:
                    on_progress(source.bytes_read, done)
            on_progress(source.bytes_read, done)
            for told in _told(looked, options):
                if told not in seen.told:
                    seen.told.append(told)
            _doubt(source, looked, maker, seen, doubted)


def records(
    source: InputFile, looked: Sniffed, maker: CaseMaker, seen: ReadReport
) -> Iterator[list[ImportedEntry] | RejectedRecord]:
    """The cases of an inspected file, each as its lines, and the rejects. Raises WrongUse if `open_date` is set."""
    if looked.open_date:
        raise WrongUse(
            f"{source.name}: “{printable(looked.open_date)}” can be read with the day or with the month first,"
            " and nothing in the file shows which.",
            "Choose {} or {}.",
            given(day_first=True),
            given(month_first=True),
        )
    for times in looked.unread:
        seen.doubts.add("time-unread", printable(times.column), printable(times.example))
        if times.count > 1:
            seen.doubts.add("time-unread", printable(times.column), count=times.count - 1)
    case_map = looked.map
    seen.format, seen.gzip, seen.encoding = case_map.format, source.gzip, case_map.encoding
    if case_map.format == "csv":

        def reader(header: list[str]) -> CaseReader:
            names = distinct(header)
            seen.columns = tuple(names)
            _notice(case_map, names, seen)
            return maker.reader(names)

        sheet = Sheet(source.name, case_map.delimiter, case_map.encoding)
        yield from csv_records(source, sheet, reader, seen)
        return
    yield from _json_cases(source, case_map, maker, seen)


def source_name(options: Options) -> str:
    """The source name in the map; empty when there is no map, or none in it."""
    return load_case_map(options.map).source if options.map else ""


def _json_cases(
    source: InputFile, case_map: CaseMap, maker: CaseMaker, seen: ReadReport
) -> Iterator[list[ImportedEntry] | RejectedRecord]:
    readers: dict[tuple[str, ...], CaseReader] = {}
    names: dict[str, None] = {}
    needed = case_map.columns()
    for record in json_records(source, (), case_map.encoding):
        if isinstance(record, RejectedRecord):
            yield record
            continue
        try:
            columns, row, _ = flat_texts(record.value)
            read = readers.get(columns)
            if read is None:
                if len(readers) >= _MOST_SHAPES:
                    readers.clear()
                add_names(names, columns, needed)
                # An absent key is an empty value.
                absent = [name for name in needed if name not in columns]
                read = readers[columns] = maker.reader((*columns, *absent), len(absent))
            yield read(row, record.number)
        except (InvalidRecord, RecursionError) as error:
            field = error.field if isinstance(error, InvalidRecord) else ""
            reason = error.reason if isinstance(error, InvalidRecord) else "is nested too deeply"
            raw = raw_text(record.raw.decode("utf-8", "surrogateescape"))
            yield RejectedRecord(record.number, printable(field), printable(reason), raw)
    seen.columns = tuple(names)
    _notice(case_map, names, seen)


def _notice(case_map: CaseMap, columns: Sequence[str] | dict[str, None], seen: ReadReport) -> None:
    named = case_map.columns()
    present = set(columns)
    seen.never_seen = tuple(printable(name) for name in named if name not in present)
    carried = {*named, *comment_columns(columns, case_map)}
    left = () if case_map.keep is None else tuple(printable(name) for name in columns if name not in carried)
    seen.not_carried = left


def _doubt(
    source: InputFile, looked: Sniffed, maker: CaseMaker, seen: ReadReport, doubted: set[tuple[str, str]]
) -> None:
    """Adds what the reading of a file lost or guessed; what holds for each of several alike is in `doubted`."""
    if looked.guessed_encoding:
        example = f"{looked.guessed_encoding} reads “{printable(looked.telling_line)}”"
        seen.doubts.add("encoding-guessed", printable(os.path.basename(source.name)), example)
    if maker.without_zone and not looked.map.dates.zone:
        where = " or ".join(map(printable, looked.map.times().values()))
        seen.doubts.add("no-zone", where, f"read as {maker.zone}", maker.without_zone)
    if maker.is_log:
        seen.doubts.add("event-log", count=maker.cases.repeats)
    guess = looked.guess
    if guess is None:
        return
    unknown = [printable(name) for name in guess.unknown]
    found = [("column-unknown", "", name) for name in unknown]
    found += [("column-missing", role, name) for role in guess.missing for name in unknown[:1]]
    for kind, what, example in found:
        if (kind, what or example) not in doubted:
            doubted.add((kind, what or example))
            seen.doubts.add(kind, what, example if kind == "column-unknown" else "")
    for name, count in guess.systems.items():
        seen.doubts.add("owner-system", "", printable(name), count)


def _told(looked: Sniffed, options: Options) -> Iterator[str]:
    """What else the user should know about how a file was read."""
    if looked.guess is not None:
        roles = ", ".join(
            f"{role} = {printable(looked.guess.roles[role])}" for role in ROLES if role in looked.guess.roles
        )
        yield f"{TAKEN_FOR}: {roles}. Correct it with --column, such as --column owner=NAME."
    if looked.guess is not None and (serial := looked.guess.serial):
        day = read_date(serial).date()
        yield f"Times such as {serial} were read as a spreadsheet's numbers of days, this one as {day}."
    dates = looked.map.dates
    if dates.format == USUAL and dates.day_first is not None and options.day_first is None and not options.map:
        yield f"In times such as 03/04/2024 the {'day' if dates.day_first else 'month'} was read first, as others show."


def _now() -> int:
    return now_ms()


_FIELDS = (
    Field(
        "id, ticket number, case no, key, Vorgang, N° du ticket, Numero ticket, Caso, Zaaknummer",
        "the case's external id",
    ),
    Field("subject, title, summary, Betreff, Objet, Asunto, Oggetto, Assunto, Onderwerp", "subject"),
    Field("description, body, message, Beschreibung, Descripción, Descrizione, Omschrijving", "description"),
    Field("customer, requester, reporter, company, Kunde, Client, Cliente, Klant", "customer"),
    Field(
        "customer email, requester email, email, E-Mail, courriel, correo",
        "the customer's address, and a field",
        "Tells customers with the same name apart, unless the customer is a company. One that another customer has"
        " already stays theirs.",
    ),
    Field(
        "owner, assignee, assigned to, agent, Bearbeiter, Assigné à, Asignado a, Assegnato a, Behandelaar",
        "owner",
        "Empty, -, ?, 0, null, none, na, unknown, nobody and the like: no owner. Names given with --system are"
        " ignored.",
    ),
    Field(
        "status, state, Zustand, Statut, Estado, Stato, Situação",
        "open, parked, resolved or closed, and the label",
        "Common words in seven languages are known; a map can list others. Unknown values are ignored and reported."
        " In a table without a column for resolution, “closed” means resolved.",
    ),
    Field(
        "priority, urgency, severity, Priorität, Priorité, Prioridad", "priority", "Unknown values as with the status."
    ),
    Field("created, opened, date, Erstellt am, Créé le, Fecha de creación, Aangemaakt op", "when the case begins"),
    Field("updated, last modified, Geändert am, Mis à jour le, Gewijzigd op", "the time of the present state"),
    Field("resolved, solved at, Gelöst am, Resuelto el, Opgelost op", "when it was resolved"),
    Field("closed, end date, Geschlossen am, Fermé le, Chiuso il, Gesloten op", "when it was closed"),
    Field("channel, source, via, Kanal, Canal, Canale", "channel"),
    Field(
        "tags, labels, category, Schlagworte, Étiquettes, Etiquetas",
        "tags",
        "One value or a JSON list can have several.",
    ),
    Field(
        "notes, comments, remarks, Bemerkung, Commentaire, Opmerking",
        "an internal note",
        "Never public. Columns with the same name each become a note; date;author;text, as Jira writes it,"
        " gives the note its time and author.",
    ),
    Field("(all others)", "a field of the case under its own name", "Unless the map has its own list (keep)."),
)
_NOT_CARRIED = (
    Field("what happened between beginning and end", "a row has only the present state; an event log has the history"),
    Field("attachments", "a table has at most their names, which are kept as a field"),
)


_SHARED: dict[str, Any] = {"module": __name__, "fields": _FIELDS, "not_carried": _NOT_CARRIED}
_KINDS = {
    "csv": ImportFormat(
        id="csv",
        title="A table with one case per row",
        shape="CSV with a header line; separated by commas, semicolons, tabs or bars; also gzipped or zipped.",
        **_SHARED,
    ),
    "jsonl": ImportFormat(
        id="jsonl",
        title="JSON objects, one case each",
        shape="JSON Lines or one JSON array; keys of nested objects become columns with dotted names (owner.name).",
        **_SHARED,
    ),
}


def kind(id: str) -> ImportFormat:
    """Tables as CSV ("csv") and as JSON Lines ("jsonl")."""
    return _KINDS[id]
