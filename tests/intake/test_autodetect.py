"""Files nobody has described yet: their kind, the first cases, the command that repeats the import."""

from __future__ import annotations

import shutil
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from careconsole.domain.errors import WrongUse
from careconsole.domain.imported_record import ImportedEntry, Message
from careconsole.intake import autodetect, kept_answers, preview_answers
from careconsole.intake.formats.table.maps import load_case_map
from careconsole.intake.look import FirstCase, first_cases
from careconsole.intake.registry import Options

SAMPLES = Path(__file__).parent / "samples"


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (["zendesk/tickets.json"], "zendesk"),
        (["zendesk/comments.json", "zendesk/people.json", "zendesk/tickets.json"], "zendesk"),
        (["jira/search.json"], "jira"),
        (["presets/freshdesk.json"], "freshdesk"),
        (["presets/zammad.json"], "zammad"),
        (["presets/helpscout.json"], "helpscout"),
        (["presets/intercom.jsonl"], "intercom"),
        (["presets/github.json"], "github"),
        (["presets/github-gh.json"], "github"),
    ],
)
def test_the_export_of_another_system_is_recognised_by_what_is_in_it(
    names: list[str], kind: str, tmp_path: Path
) -> None:
    files = [tmp_path / f"export{place}" for place in range(len(names))]
    for name, file in zip(names, files, strict=True):
        shutil.copy(SAMPLES / name, file)
    found = autodetect.preview_import(files, Options())
    assert (found.id, bool(found.cases), found.map) == (kind, True, None)
    assert preview_answers.command(found)[:4] == ["careconsole", "import", kind, str(files[0])]


def test_in_an_archive_the_files_are_looked_at_too(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr("empty.csv", "")
        archive.writestr("cases.csv", "id,owner\n1,Ben\n")
    found = autodetect.preview_import([tmp_path / "export.zip"], Options())
    assert (found.id, [case.external for case in found.cases], found.options.source) == ("csv", ["1"], "export")


def test_the_first_cases_are_what_all_their_lines_make_them() -> None:
    words = [Message("in", "a"), Message("in", "b"), Message("out", "c"), Message("note", "d")]
    lines = [
        ImportedEntry("1", 20, b"2", 1, owner="Ben", status="resolved", label="Solved"),
        ImportedEntry("1", 10, b"1", 1, owner="Cleo", status="open", subject="Kettle", customer="Carla"),
        *(ImportedEntry("1", 15, bytes([n]), 1, said=said) for n, said in enumerate(words)),
        ImportedEntry("2", 10, b"1", 2, owner="Ben"),
        ImportedEntry("2", 11, b"2", 2, nobody=True, merged_into="1"),
        *(ImportedEntry(str(n), 1, b"1", n) for n in range(3, 10)),
    ]
    first, second, *others = first_cases(lines)
    assert first == FirstCase(
        external="1",
        subject="Kettle",
        customer="Carla",
        owner="Ben",
        status="resolved",
        label="Solved",
        opened=10,
        changed=20,
        heard=2,
        said=1,
        notes=1,
    )
    assert (second.owner, second.status, second.label) == ("", "closed", "merged into 1")
    assert len(others) == 3


def test_the_map_holds_every_answer_and_the_command_is_short(tmp_path: Path) -> None:
    path = tmp_path / "my tickets.csv"
    path.write_bytes("Nr;Name;Wer;Erstellt am\n1;Kessel für Öl;Robot;3/4/2024 10:00\n".encode("cp1252"))
    options = Options(columns=(("owner", "Wer"),), day_first=False, systems=("Robot",))
    found = preview_answers.resolved_options(autodetect.preview_import([path], options))
    kept = kept_answers.keep(found, str(tmp_path))
    case_map = load_case_map(kept)
    assert case_map.owner is not None
    assert (case_map.source, case_map.owner.column, case_map.owner.systems) == ("my tickets", "Wer", {"Robot"})
    assert (case_map.dates.day_first, case_map.dates.zone, case_map.encoding) == (False, found.zone, "cp1252")
    given = ["careconsole", "import", "csv", str(path), "--map", kept, "--source", "my tickets"]
    assert preview_answers.command(found, kept) == given
    assert preview_answers.options_with(found, kept).columns == ()
    words = preview_answers.command(found)
    said = ["--month-first", "--system", "Robot", "--column", "owner=Wer"]
    assert words[4:] == ["--source", "my tickets", "--zone", found.zone, *said]


def test_a_map_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id\n1\n")
    with pytest.raises(WrongUse, match=r"There is no folder .*/nowhere"):
        kept_answers.keep(autodetect.preview_import([path], Options()), str(tmp_path / "nowhere"))


@pytest.mark.parametrize(
    ("data", "kind", "told"),
    [
        ("id\n1\n", "events", "An event log needs a map"),
        ("id\n1\n", "careconsole", "needs its own database"),
        ("id\n1\n", "klingon", "There is no kind of file called 'klingon'"),
        ('{"id": 1, "name": "Ben", "email": "ben@shop.example"}\n', "", "is not of a known kind"),
    ],
)
def test_what_is_imported_in_another_way_is_said(tmp_path: Path, data: str, kind: str, told: str) -> None:
    path = tmp_path / "file"
    path.write_text(data)
    with pytest.raises(WrongUse, match=told):
        autodetect.preview_import([path], Options(), kind)


@pytest.mark.parametrize(
    ("name", "source"),
    [("tickets-2024.csv.gz", "tickets-2024"), ("a.b.JSONL", "a.b"), (".csv", "import"), ("export.zip", "export")],
)
def test_a_system_is_called_after_its_file(name: str, source: str) -> None:
    assert autodetect.source_of(Path("somewhere") / name) == source


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("zendesk/tickets.json", "jira/search.json"), "contains Zendesk and Jira"),
        (("jira/search.json", "presets/github.json"), "contains Jira and GitHub"),
    ],
)
def test_an_archive_of_two_kinds_is_refused_and_they_are_named(
    names: tuple[str, ...], told: str, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "mixed.zip", "w") as archive:
        for name in names:
            archive.write(SAMPLES / name, name)
    with pytest.raises(WrongUse, match=told) as refused:
        autodetect.preview_import([tmp_path / "mixed.zip"], Options())
    assert "Import each kind separately" in str(refused.value.hint)


def test_two_tables_of_different_forms_are_not_read_as_one(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,subject,status,owner,created\n1,Lid,open,Ben,2026-01-01\n")
    (tmp_path / "b.jsonl").write_text('{"id": 1, "subject": "Lid", "status": "open", "owner": "Ben"}\n')
    with pytest.raises(WrongUse, match=r"The files contain a table \(csv\) and a table \(jsonl\)\."):
        autodetect.preview_import([tmp_path / "a.csv", tmp_path / "b.jsonl"], Options())


def test_the_people_and_comments_of_an_export_make_it_no_mixture(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(SAMPLES / "zendesk/tickets.json", "tickets.json")
        archive.writestr("more.jsonl", '{"id": 1, "subject": "Lid", "status": "open", "owner": "Ben"}\n')
    assert autodetect.preview_import([tmp_path / "all.zip"], Options()).id == "zendesk"


def test_a_look_takes_no_more_memory_for_a_longer_file(tmp_path: Path) -> None:
    def peak(rows: int) -> int:
        path = tmp_path / f"{rows}.csv"
        with path.open("w") as file:
            file.write("id,subject,owner,status,created\n")
            # Of different values, so many are remembered: few enough here to be full after the shorter file.
            lines = (f"{n},{'Lid ' * 100}{n},Owner {n % 999},Odd {n % 999},2024-01-31T10:00Z\n" for n in range(rows))
            file.writelines(lines)
        tracemalloc.start()
        try:
            found = autodetect.preview_import([path], Options(columns=(("status", "status"),)))
            assert next(one.count for one in found.doubts if one.kind == "status-unknown") == rows
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(100)  # what is loaded once
    short = peak(2_000)
    assert peak(6_000) < short * 1.3


def test_a_map_made_for_objects_is_refused_where_a_key_that_all_had_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": 1, "subject": "Lid", "size": 3}\n{"id": 2, "subject": "Lid"}\n')
    kept = kept_answers.keep(autodetect.preview_import([path], Options()), str(tmp_path))
    assert load_case_map(kept).made_for == ("id", "subject")
    again = Options(map=kept, source="a")
    path.write_text('{"id": 1, "subject": "Lid", "colour": "red"}\n')
    assert autodetect.preview_import([path], again).roles["subject"] == "subject", "a key may be seldom"
    path.write_text('{"id": 1, "title": "Lid"}\n')
    with pytest.raises(WrongUse, match=r"with other columns: .*a.jsonl lacks subject\."):
        autodetect.preview_import([path], again)


def test_repeated_columns_make_no_other_export(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,Labels,Labels\n1,a,b\n")
    kept = kept_answers.keep(autodetect.preview_import([path], Options()), str(tmp_path))
    path.write_text("id,Labels,Labels,Labels\n1,a,b,c\n")
    assert autodetect.preview_import([path], Options(map=kept)).cases
    path.write_text("id,Labels,Size\n1,a,b\n")
    with pytest.raises(WrongUse, match=r"with other columns: .*a.csv has Size, new\."):
        autodetect.preview_import([path], Options(map=kept))
