"""The answers that a preview was given, as options, and as the one command that repeats the import."""

from __future__ import annotations

import os

from msgspec.structs import replace

from careconsole.intake.autodetect import ImportPreview
from careconsole.intake.registry import Options


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
