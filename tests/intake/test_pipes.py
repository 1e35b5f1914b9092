"""A pipe is read once: it is kept as long as the import lasts, and is the same as a file. Spreadsheets are named."""

from __future__ import annotations

import os
import shutil
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.console import Console
from tests.intake.kinds import EXPORTS
from tests.intake.place import COUNT, Place

each = pytest.mark.parametrize("kind", EXPORTS)
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
PAGE = b"\r\n<HTML xmlns='x'><head></head><table><tr><td>id</td></tr></table></HTML>"


@pytest.fixture
def place(kind: str, tmp_path: Path) -> Place:
    return Place(kind, tmp_path)


@contextmanager
def piped(file: Path) -> Iterator[str]:
    """A pipe that holds what the file holds, once."""
    pipe = file.with_suffix(".pipe")
    os.mkfifo(pipe)

    def write() -> None:
        with open(pipe, "wb") as target, open(file, "rb") as source:
            shutil.copyfileobj(source, target)

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    yield str(pipe)
    writer.join(10)
    assert not writer.is_alive()


@each
def test_a_pipe_is_the_same_as_the_file(place: Place) -> None:
    expected = place.bring("--dry-run").json
    with piped(place.file) as pipe:
        done = place.console.call("import", place.kind, pipe, *place.words, "--json")
    assert {**done.json, "batch": None, "dry_run": True} == expected
    assert place.bring().json["unchanged_cases"] == COUNT


@each
def test_import_auto_looks_at_a_pipe_and_at_standard_input(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(place.console.db).parent)  # where maps are kept
    if place.kind == "events":
        return  # an event log needs a map, which import auto does not take
    own = Path(place.console.db).parent / "temporary"  # other programs come and go in the one that all share
    own.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(own))
    with piped(place.file) as pipe:
        done = place.console.call("import", "auto", pipe, *place.words, "--source", "x", "--kind", place.kind, "-y")
    assert done.code == 0, done.err
    assert f"{COUNT} cases new" in done.out
    assert f"careconsole import {place.kind} {pipe} " in done.out, "the file as it was given"
    again = place.console.call(
        *("import", "auto", "-", *place.words, "--source", "x", "--kind", place.kind, "-y"),
        given=place.file.read_bytes(),
    )
    assert again.code == 0, again.err
    assert f"{COUNT} cases already known, 0 new, 0 changed" in again.out
    assert list(own.iterdir()) == [], "copies are gone"


def test_an_import_of_a_pipe_is_never_taken_for_one_that_was_killed(tmp_path: Path) -> None:
    place = Place("csv", tmp_path)
    with piped(place.file) as pipe:
        assert place.console.call("import", "csv", pipe, *place.words).code == 0
    assert place.console.call("batch", "list", "--json").json[0]["file"] == "-"


@each
@pytest.mark.parametrize("data, says", [(OLD, "an old spreadsheet"), (PAGE, "a web page")])
def test_an_old_spreadsheet_and_a_web_page_are_named(place: Place, data: bytes, says: str) -> None:
    place.file.write_bytes(data)
    for kind in (place.kind, "auto"):
        words = place.words if kind == place.kind else ()
        told = place.console.call("import", kind, str(place.file), *words)
        assert told.code == 2
        assert says in told.err
        assert "save each sheet as CSV" in told.err
    assert place.cases() == {}


@each
@pytest.mark.parametrize(
    "members",
    [
        {"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"},
        {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"},
    ],
)
def test_a_spreadsheet_is_named(place: Place, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(place.file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    for kind in (place.kind, "auto"):
        told = place.console.call("import", kind, str(place.file), *(place.words if kind == place.kind else ()))
        assert told.code == 2
        assert "is a spreadsheet" in told.err
        assert "save each sheet as CSV" in told.err


@each
def test_a_mark_at_the_beginning_of_standard_input_is_no_part_of_it(place: Place) -> None:
    data = b"\xef\xbb\xbf" + place.file.read_bytes()
    done = place.console.call("import", place.kind, "-", *place.words, "--json", given=data)
    assert (done.json["new_cases"], done.json["rejected"]) == (COUNT, 0)


def test_a_mark_is_no_part_of_a_text_or_of_case_numbers(tmp_path: Path) -> None:
    console = Console(str(tmp_path / "desk.db"))
    assert console.call("init", "--team", "Shop", "--lead", "Ana").code == 0
    assert console.call("new", "--subject", "Kettle", "--customer", "Carla").code == 0
    assert console.call("note", "-", "seen", given="\ufeff1\n").code == 0
    assert console.call("note", "1", "-", given="\ufeffsaid\n").code == 0
    texts = [event["data"].get("text") for event in console.call("history", "1", "--json").json]
    assert texts[-2:] == ["seen", "said"]
