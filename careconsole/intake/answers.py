"""The answers that a preview was given: kept in a map, and told as the one command that repeats the import."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress

from msgspec.structs import replace

from careconsole.desk.text_files import is_plain_file, written_file
from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.hints import given, hint_of
from careconsole.intake.autodetect import ImportPreview, source_of
from careconsole.intake.files.read_report import printable
from careconsole.intake.formats.table.maps import CaseMap, load_case_map, written
from careconsole.intake.registry import File, Options


def resolved_options(preview: ImportPreview, options: Options | None = None) -> ImportPreview:
    """`preview` with `options`; a zone that was guessed is kept, and the map has all that was accepted."""
    options = options or preview.options
    if any(doubt.kind == "no-zone" for doubt in preview.doubts) and not options.zone:
        options = replace(options, zone=preview.zone)
    case_map = preview.map
    if case_map is None:
        return replace(preview, options=options)
    case_map = replace(case_map, accept=replace(preview, options=options).accepted)
    if options.zone:
        case_map = replace(case_map, dates=replace(case_map.dates, zone=options.zone))
    return replace(preview, options=options, map=case_map)


def options_with(preview: ImportPreview, map_path: str) -> Options:
    """The options to import with once the map is kept, without those that the map contains."""
    if not map_path:
        return preview.options
    return replace(preview.options, map=map_path, zone="", day_first=None, columns=(), statuses=(), systems=())


def map_text(preview: ImportPreview) -> str:
    """The map of a table as TOML, with a comment that names the files it was made for."""
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


def earlier_map(files: Sequence[File], folder: str) -> str:
    """The map in `folder` that the latest look at the first of `files` kept; empty if there is none."""
    latest = ""
    for path in _names(os.path.join(folder, source_of(files[0]))):
        if not os.path.lexists(path):
            return os.path.normpath(latest) if latest else ""
        with suppress(WrongUse):
            latest = path if load_case_map(path).made_for else latest
    raise AssertionError("the names never end")


def kept_already(preview: ImportPreview) -> str:
    """The path of the map that was given, if it says all that is known; else empty."""
    path = preview.options.map
    if path is None or preview.map is None:
        return ""
    return path if _essence(load_case_map(path)) == _essence(preview.map) else ""


def _essence(case_map: CaseMap) -> CaseMap:
    """A map without what is detected anew in each file."""
    return replace(case_map, name="", format="", delimiter="", encoding="", made_for=())


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
    words += ["--map", options.map] if options.map else []
    for name, values in (("--system", options.systems), ("--users", options.users)):
        for value in values:
            words += [name, value]
    for name, pairs in (("--column", options.columns), ("--status", options.statuses)):
        for one, other in pairs:
            words += [name, f"{one}={other}"]
    return words


def command(preview: ImportPreview, map_path: str = "") -> list[str]:
    """The words of the one command that imports the files in a script, without options that the map contains.

    It names the source all the same, since that must not change when the file and the map do.
    """
    words = ["careconsole", "import", preview.id, *(os.fspath(file) for file in preview.files)]
    if map_path:
        return [*words, "--map", map_path, "--source", preview.options.source]
    return words + describe(preview)
