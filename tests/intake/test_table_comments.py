"""Comments of a table: in several columns of one name, and with their time and author as Jira writes them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from careconsole.domain.imported_record import ImportedEntry, RejectedRecord
from careconsole.intake import autodetect, registry
from careconsole.intake.autodetect_text import kept_columns
from careconsole.intake.files.read_report import ReadReport
from careconsole.intake.registry import Options
from tests.desk.office import Office
from tests.intake.test_table import at

PEOPLE = "Assignee,Assignee Id,Reporter,Reporter Id"
HEAD = f"Issue key,Summary,{PEOPLE},Created,Updated,Labels,Labels,Comment,Comment,Comment\n"
BELA, UNA = "712020:aaaabbbb-cccc-dddd-eeee-ffff00001111", "712020:22223333-4444-5555-6666-777788889999"
ROW = f"HELP-1,Leaks,Bela Brandt,{BELA},Una Urban,{UNA},2024-03-01 08:00,2024-03-04 09:00,kettle,leak,%s,%s,%s\n"


def _file(folder: Path, *comments: str) -> str:
    path = folder / "issues.csv"
    cells = [f'"{comment}"' for comment in comments]
    path.write_text(HEAD + ROW % (*cells, *[""] * (3 - len(cells))))
    return str(path)


def _read(file: str, seen: ReadReport | None = None, **said: Any) -> list[ImportedEntry]:
    options = Options(**{"zone": "UTC", "source": "jira", **said})
    items = list(registry.read("csv", [file], options, ReadReport() if seen is None else seen))
    assert not [item for item in items if isinstance(item, RejectedRecord)]
    return [item for item in items if isinstance(item, ImportedEntry)]


def _notes(lines: Iterable[ImportedEntry]) -> list[tuple[int, str, str | None]]:
    assert {line.said.way for line in lines if line.said} <= {"note"}
    return [(line.at, line.said.text, line.said.by) for line in lines if line.said]


def test_every_column_of_one_name_is_a_note_and_none_a_field(tmp_path: Path) -> None:
    file = _file(tmp_path, "Called twice", "Sent a part; waiting", "Done")
    lines = _read(file)
    now = at("2024-03-04T09:00")
    assert _notes(lines) == [(now, "Called twice", None), (now, "Sent a part; waiting", None), (now, "Done", None)]
    assert lines[-1].fields == {"Assignee Id": BELA, "Reporter Id": UNA}
    preview = autodetect.preview_import([file], Options(zone="UTC"))
    assert kept_columns(preview) == ["Assignee Id", "Reporter Id"]


@pytest.mark.parametrize(
    ("written", "note"),
    [
        ("2024-03-02 09:05;bela;I look at it", ("I look at it", "bela")),
        ("02.03.2024 09:05;bela;First;\nthen the lid", ("First;\nthen the lid", "bela")),
        (f"2024-03-02T09:05Z;{BELA};I look at it", ("I look at it", "Bela Brandt")),
        (f"2024-03-02 09:05;{UNA};Any news?", ("Any news?", None)),
        ("2024-03-02 09:05;una urban;Any news?", ("Any news?", None)),
        ("2024-03-02 09:05;MAILBOT;Forwarded", ("Forwarded", None)),
        ("2024-03-02 09:05;5b10ac8d82e05b22cc7d4ef5;Sent", ("5b10ac8d82e05b22cc7d4ef5: Sent", None)),
    ],
)
def test_a_comment_has_the_time_and_the_author_that_stand_before_it(
    written: str, note: tuple[str, str | None], tmp_path: Path
) -> None:
    lines = _read(_file(tmp_path, written), systems=("mailbot",))
    assert _notes(lines) == [(at("2024-03-02T09:05"), *note)]


@pytest.mark.parametrize(
    "written", ["soon;bela;Later", "A part; a lid; a screw", "2024-02-31 09:05;bela;Leap", "2024-03-02 09:05;bela; "]
)
def test_what_does_not_begin_with_a_date_is_the_text_as_it_stands(written: str, tmp_path: Path) -> None:
    assert _notes(_read(_file(tmp_path, written))) == [(at("2024-03-04T09:00"), written, None)]


def test_a_map_reads_them_too_and_leaves_out_none(tmp_path: Path) -> None:
    chosen, seen = tmp_path / "map.toml", ReadReport()
    keep = '["Assignee Id", "Reporter Id", "Reporter", "Assignee", "Created", "Labels", "Labels (2)", "Comment (3)"]'
    roles = 'case = "Issue key"\nsubject = "{Summary}"\nupdated = "Updated"\nnote = "Comment"\n'
    chosen.write_text(f'source = "jira"\n{roles}keep = {keep}\n')
    lines = _read(_file(tmp_path, "One", "Two", "Three"), seen, map=str(chosen))
    assert [text for _, text, _ in _notes(lines)] == ["One", "Two"]
    assert (lines[-1].fields or {})["Comment (3)"] == "Three"
    assert seen.not_carried == ()


def test_a_later_export_adds_only_the_new_comments(tmp_path: Path) -> None:
    office = Office(tmp_path)
    first, second = "2024-03-02 09:05;bela;I look at it", "2024-03-03 09:05;bela;Sent a new one"

    def bring(*comments: str) -> int:
        report = office.bring(*_read(_file(tmp_path, *comments)), source="jira")
        return int(report.new_events)

    try:
        assert bring(first) > 0
        assert bring(first) == 0
        assert bring(first, second) == 1
    finally:
        office.close()
