"""What was answered about files, kept for the next look at them: the map of a table, or the answers about an export.

Both are TOML files named after the first of the files (`tickets.map.toml`, `tickets.answers.toml`), so that the same
command in a script needs no answers.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Literal, NamedTuple

import msgspec
from msgspec.structs import replace

from careconsole.desk.text_files import is_plain_file, written_file
from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.hints import given, hint_of
from careconsole.domain.settings.document import Table
from careconsole.domain.settings.toml import toml_value
from careconsole.intake import registry
from careconsole.intake.autodetect import ImportPreview, Pace, kind_of, preview_import, source_of
from careconsole.intake.files.read_report import printable
from careconsole.intake.formats.column_maps import Encoding
from careconsole.intake.formats.table.maps import CaseMap, load_case_map, written
from careconsole.intake.registry import OF_DOCUMENTS, TABLES, File, Options, Progress
from careconsole.intake.values.map_tables import Given, Texts, TimeZone, map_text, read_map

_MAP, _ANSWERS = "map", "answers"
Status = Literal["open", "parked", "resolved", "closed"]


class Answers(Table, frozen=True, kw_only=True):
    """What was answered about an export of the kind `kind`; the other fields are those of `registry.Options`.

    The paths in `users` and `map` are relative to the file of answers.
    """

    kind: Given
    source: str = ""
    encoding: Encoding = Encoding()
    zone: TimeZone = TimeZone()
    systems: Texts = Texts()
    users: Texts = Texts()
    map: str = ""
    statuses: dict[str, Status] = msgspec.field(default_factory=dict)
    accept: Texts = Texts()


class Looked(NamedTuple):
    """A preview, and the path of the file that earlier answers were taken from; empty if there are none."""

    preview: ImportPreview
    taken_from: str = ""


def look(
    files: Sequence[File],
    options: Options,
    folder: str,
    kind: str = "",
    on_progress: Progress | None = None,
    pace: Pace = iter,
) -> Looked:
    """Previews the import of `files` with the answers that an earlier look at them kept in `folder`.

    What `options` says goes before what was kept. Earlier answers are passed over where they are about another kind of
    file, or where the map was made for other columns. Raises WrongUse like `autodetect.preview_import`.
    """
    if any(str(file) == "-" for file in files) or options.map:
        return Looked(preview_import(files, options, kind, on_progress, pace))
    id = kind or kind_of(files)
    if id in TABLES:
        earlier = _latest(files, folder, _MAP, lambda path: bool(load_case_map(path).made_for))
        taken = replace(options, map=earlier) if earlier else options
    else:
        earlier = _latest(files, folder, _ANSWERS, lambda path: load_answers(path).kind == id)
        taken = _with_answers(options, load_answers(earlier), os.path.dirname(earlier)) if earlier else options
    if earlier:
        with suppress(WrongUse):  # it is of other columns, or what is wrong is told without it
            return Looked(preview_import(files, taken, id, on_progress, pace), earlier)
    return Looked(preview_import(files, options, id, on_progress, pace))


def keep(preview: ImportPreview, folder: str, path: str = "") -> str:
    """Writes the map or the answers to `path`, or into `folder` under a free name, and returns the path.

    A file that already says the same is left alone, unless `path` names another. Returns an empty text if there is
    nothing to keep. Raises WrongUse when the file cannot be written.
    """
    if not path and (there := _kept_already(preview, folder)):
        return there
    if preview.map is not None:
        sort, what, text = _MAP, "The map", _map_text(preview, preview.map)
    else:
        sort, what = _ANSWERS, "The file of answers"
        text = _answers_text(preview, os.path.dirname(path) if path else folder)
    if not text:
        return ""
    for candidate in [path] if path else _names(preview.files[0], folder, sort):
        if not os.path.lexists(candidate):
            try:
                with written_file(candidate) as file:
                    file.write(text)
            except WrongUse:  # another process has just taken the name
                if path or not os.path.lexists(candidate):
                    raise
                continue
            except CareError as error:
                hint = hint_of("Give another place for it {}.", given(keep_map=...))
                raise WrongUse(f"{what} {error.message}", hint) from error
            return candidate
        if _same(candidate, text):
            return candidate
        if path:
            raise WrongUse(f"{path} exists already and is different.", "Give another file for it.")
    raise AssertionError("there is always a free name")


def load_answers(path: str) -> Answers:
    """The answers in the file `path`. Raises WrongUse that names the place and what would be valid there."""
    return read_map(map_text(path), path, Answers)


def _with_answers(options: Options, kept: Answers, folder: str) -> Options:
    """`options`, and where they say nothing, what was kept in a file in `folder`."""
    found: dict[str, Any] = {name: getattr(kept, name) for name in ("source", *OF_DOCUMENTS, "accept")}
    found["statuses"] = tuple(kept.statuses.items())
    found["users"] = [os.path.normpath(os.path.join(folder, path)) for path in kept.users]
    found["map"] = os.path.normpath(os.path.join(folder, kept.map)) if kept.map else ""
    plain = {name: str(value) if isinstance(value, str) else tuple(value) for name, value in found.items()}
    return replace(options, **{name: value for name, value in plain.items() if not getattr(options, name)})


def _map_text(preview: ImportPreview, case_map: CaseMap) -> str:
    """The map of a table as TOML, with a comment that names the files it was made for."""
    return written(
        case_map, f"How {_named(preview)} is read: one case per row.\nThe keys are explained in docs/importing.md."
    )


def _answers_text(preview: ImportPreview, folder: str) -> str:
    """The answers about an export as TOML; empty if nothing was answered."""
    options = preview.options
    values: dict[str, Any] = {name: getattr(options, name) for name in OF_DOCUMENTS}
    if options.source != registry.find(preview.id).default_source:
        values = {"source": options.source, **values}
    values["users"] = [os.path.relpath(path, folder or os.curdir) for path in options.users]
    values["map"] = os.path.relpath(options.map, folder or os.curdir) if options.map else ""
    statuses = dict(values.pop("statuses"))
    values["accept"] = preview.accepted
    answered = {name: value for name, value in values.items() if value}
    if not answered and not statuses:
        return ""
    lines = [f"# What was answered about {_named(preview)}.", "# The keys are explained in docs/importing.md.", ""]
    lines += _lines({"kind": preview.id, **answered})
    lines += (
        ["", "[statuses]", *_lines({toml_value(name): ours for name, ours in statuses.items()})] if statuses else []
    )
    return "\n".join(lines) + "\n"


def _lines(values: Mapping[str, Any]) -> list[str]:
    return [f"{name} = {toml_value(value)}" for name, value in values.items()]


def _named(preview: ImportPreview) -> str:
    names = ", ".join(printable(os.path.basename(os.fspath(file))) for file in preview.files)
    return " ".join(names.split())


def _latest(files: Sequence[File], folder: str, sort: str, fits: Callable[[str], bool]) -> str:
    """The latest of the kept files in `folder` that can be read and `fits`; empty if there is none."""
    latest = ""
    for path in _names(files[0], folder, sort):
        if not os.path.lexists(path):
            return os.path.normpath(latest) if latest else ""
        with suppress(WrongUse):
            latest = path if fits(path) else latest
    raise AssertionError("the names never end")


def _kept_already(preview: ImportPreview, folder: str) -> str:
    """The path of the map that was given, or of the answers in `folder`, if it says all that is known; else empty."""
    if preview.map is not None:
        path = preview.options.map
        return path if path is not None and _essence(load_case_map(path)) == _essence(preview.map) else ""
    text = _answers_text(preview, folder)
    path = _latest(preview.files, folder, _ANSWERS, lambda path: load_answers(path).kind == preview.id) if text else ""
    return path if path and load_answers(path) == read_map(text, path, Answers) else ""


def _essence(case_map: CaseMap) -> CaseMap:
    """A map without what is detected anew in each file."""
    return replace(case_map, name="", format="", delimiter="", encoding="", made_for=())


def _names(file: File, folder: str, sort: str) -> Iterator[str]:
    stem = os.path.join(folder, source_of(file))
    yield f"{stem}.{sort}.toml"
    number = 2
    while True:
        yield f"{stem}-{number}.{sort}.toml"
        number += 1


def _same(path: str, text: str) -> bool:
    try:
        if not is_plain_file(path):
            return False
        with open(path, encoding="utf-8") as file:
            return file.read(len(text) + 1) == text
    except (OSError, ValueError):
        return False
