"""Imports on the command line: several files as one, archives, and what a batch tells afterwards."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path

import pytest

from tests.cli.console import Console

MAP = """
source = "tracker"
case = "id"
time = "at"
owner = "who"
subject = "{what}"
keep = ["team"]

[status]
column = "state"
open = ["new"]
closed = ["done"]
"""
HEAD = "id,at,who,what,team,state\n"
FIRST = HEAD + "1,2026-01-01T08:00Z,Zoe,Kettle,G1,new\n2,2026-01-01T09:00Z,Zoe,Lid,G1,new\n"
SECOND = HEAD + "2,2026-01-02T09:00Z,Ben,Lid,G1,done\n3,2026-01-02T10:00Z,Ben,Spout,G2,new\n"


@pytest.fixture
def console(tmp_path: Path) -> Console:
    console = Console(str(tmp_path / "desk.db"))
    assert console.call("init", "--team", "Shop", "--lead", "Ana", "--agent", "Ben").code == 0
    (tmp_path / "map.toml").write_text(MAP)
    return console


def bring(console: Console, *files: Path, more: tuple[str, ...] = ()) -> tuple[int, dict[str, int]]:
    rules = str(Path(console.db).parent / "map.toml")
    result = console.call("import", "events", *map(str, files), "--map", rules, "--json", *more)
    return result.code, result.json if result.out else {"error": result.err}  # type: ignore[dict-item]


def test_several_files_are_one_import(console: Console, tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv.gz"
    first.write_text(FIRST)
    second.write_bytes(gzip.compress(SECOND.encode()))
    code, report = bring(console, first, second)
    assert (code, report["new_cases"], report["new_events"], report["batch"]) == (0, 3, 4, 1)
    assert report["source"] == "tracker"
    (batch,) = console.call("batch", "list", "--json").json
    assert batch["file"] == f"{first}, {second}"
    code, again = bring(console, first, second)
    assert (again["batch"], again["unchanged_cases"]) == (None, 3)


def test_an_archive_of_files_means_the_same_as_the_files(console: Console, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("a.csv", FIRST)
        archive.writestr("b/b.csv", SECOND)
    code, report = bring(console, tmp_path / "all.zip")
    assert (code, report["new_cases"], report["new_events"]) == (0, 3, 4)
    (tmp_path / "a.csv").write_text(FIRST)
    (tmp_path / "b.csv").write_text(SECOND)
    assert bring(console, tmp_path / "a.csv", tmp_path / "b.csv")[1]["unchanged_cases"] == 3


def test_a_reject_names_its_file_among_several_and_is_kept(console: Console, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(FIRST)
    (tmp_path / "b.csv").write_text(SECOND + "4,soon,Ben,\x1b]0;x\x07,G2,new\n")
    rules = str(tmp_path / "map.toml")
    told = console.call("import", "events", str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), "--map", rules)
    assert told.code == 5
    assert f"{tmp_path / 'b.csv'}, line 4: at:" in told.err
    assert "careconsole batch show 1 --rejects" in told.err
    shown = console.call("batch", "show", "1", "--rejects")
    assert (shown.code, "\x1b" in shown.out) == (0, False)
    assert "soon" in shown.out
    assert str(tmp_path / "b.csv") in shown.out
    (reject,) = console.call("batch", "show", "1", "--json").json["rejects"]
    assert (reject["line"], reject["field"], reject["file"]) == (4, "at", str(tmp_path / "b.csv"))
    assert "\x1b]0;x\x07" in reject["raw"], "JSON has it as it came"
    assert "--rejects" in console.call("batch", "show", "1").err
    kept = tmp_path / "rejects.jsonl"
    assert bring(console, tmp_path / "b.csv", more=("--rejects", str(kept)))[0] == 5
    assert kept.read_text().count("\n") == 1
    assert kept.stat().st_mode & 0o777 == 0o600


def test_rejects_replace_a_file_only_when_that_is_said_and_a_dry_run_writes_none(
    console: Console, tmp_path: Path
) -> None:
    log, kept = tmp_path / "a.csv", tmp_path / "rejects.jsonl"
    log.write_text(FIRST + "4,soon,Ben,Spout,G2,new\n")
    kept.write_text("what was there")
    asked = ("import", "events", str(log), "--map", str(tmp_path / "map.toml"), "--rejects", str(kept))
    for more in ((), ("--dry-run",), ("--dry-run", "--force"), ("--force", "--column", "no=such")):
        assert console.call(*asked, *more).code in (2, 5)
        assert kept.read_text() == "what was there"
    told = console.call(*asked, "--dry-run")
    assert (told.code, "line 4" in told.err, "writes nothing to" in told.err) == (5, True, True)
    assert console.call(*asked, "--force", "--strict").code == 5
    assert json.loads(kept.read_text())["line"] == 4, "what stopped it is kept"


def test_rejects_alone_make_a_batch_once(console: Console, tmp_path: Path) -> None:
    log = tmp_path / "a.csv"
    log.write_text(FIRST)
    bring(console, log)
    log.write_text(FIRST + "4,soon,Ben,Spout,G2,new\n")
    assert bring(console, log)[1]["batch"] == 2
    assert bring(console, log)[1]["batch"] is None
    assert console.call("batch", "show", "1", "--rejects").out == "No record was rejected.\n"


def test_a_batch_tells_where_the_source_and_we_differ_and_what_people_did(console: Console, tmp_path: Path) -> None:
    log = tmp_path / "a.csv"
    log.write_text(FIRST)
    bring(console, log)
    assert console.call("reassign", "1", "--to", "Ben", "--reason", "knows it").code == 0
    log.write_text(FIRST + "1,2026-01-03T08:00Z,Zoe,Kettle,G9,done\n")
    told = console.call("import", "events", str(log), "--map", str(tmp_path / "map.toml"))
    assert "1 of these cases differs from the source" in told.out
    shown = console.call("batch", "show", "2")
    assert [line.split() for line in shown.out.splitlines() if line.startswith("   1")] == [
        ["1", "status", "done", "open"],
        ["1", "owner", "Zoe", "Ben"],
        ["1", "team", "G9", "G1"],
    ]
    first = console.call("batch", "show", "1")
    assert "Ana reassigned it to Ben: knows it" in first.out
    entry = console.call("batch", "show", "2", "--json").json
    assert entry["conflicts"] == [
        {
            "case": 1,
            "differences": [
                {"what": "status", "said": "done", "holds": "open"},
                {"what": "owner", "said": "Zoe", "holds": "Ben"},
                {"what": "team", "said": "G9", "holds": "G1"},
            ],
        }
    ]
    assert entry["counts"]["conflicts"] == 1
    assert console.call("batch", "list", "--json").json[0]["counts"]["conflicts"] == 1


def test_a_roll_back_says_what_it_kept(console: Console, tmp_path: Path) -> None:
    log = tmp_path / "a.csv"
    log.write_text(FIRST)
    bring(console, log)
    console.call("note", "1", "looked at it")
    done = console.call("batch", "rollback", "1", "--json")
    assert done.json == {"batch": 1, "removed": 1, "restored": 0, "kept": [1]}


@pytest.mark.parametrize(
    "words, says",
    [
        (("import", "zendsk", "x.json"), "Did you mean zendesk"),
        (("import", "zendesk"), "FILE"),
        (("import", "csv", "x.csv", "--column", "Ticket"), "--column case=Ticket"),
        (("import", "events", "no.csv", "b.csv", "--map", "helpdesk-italian"), "There is no file no.csv"),
    ],
)
def test_wrong_use_says_what_to_do(console: Console, words: tuple[str, ...], says: str) -> None:
    told = console.call(*words)
    assert told.code == 2
    assert says in told.err
    assert "Traceback" not in told.err


def test_a_bar_is_drawn_on_a_terminal_over_all_files(console: Console, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(FIRST)
    (tmp_path / "b.csv").write_text(SECOND)
    files = (str(tmp_path / "a.csv"), str(tmp_path / "b.csv"))
    code, arrived = console.terminal("import", "events", *files, "--map", str(tmp_path / "map.toml"))
    assert code == 0
    assert b"Importing" in arrived
    assert b"100%" in arrived


@pytest.mark.parametrize(
    "kind, asked, told",
    [
        ("zendesk", ("--zone", "Foo/Bar"), "no time zone 'Foo/Bar'"),
        ("jira", ("--encoding", "nonsense"), "no encoding called 'nonsense'"),
        ("freshdesk", ("--map", "freshdesq"), "freshdesk, github, helpscout"),
        ("zendesk", ("--map", "map.toml"), "There is no option"),
        ("jira", ("--column", "case=key"), "There is no option"),
        ("github", ("--day-first",), "There is no option"),
    ],
)
def test_what_a_kind_cannot_heed_is_refused_and_not_passed_over(
    console: Console, tmp_path: Path, kind: str, asked: tuple[str, ...], told: str
) -> None:
    (tmp_path / "file.json").write_text("[]")
    result = console.call("import", kind, str(tmp_path / "file.json"), *asked)
    assert (result.code, told in result.err) == (2, True), result.err


def test_a_map_that_comes_along_can_be_named(console: Console, tmp_path: Path) -> None:
    (tmp_path / "file.json").write_text("[]")
    assert console.call("import", "freshdesk", str(tmp_path / "file.json"), "--map", "freshdesk").code == 0


def test_a_reject_of_no_field_in_particular_reads_well(console: Console, tmp_path: Path) -> None:
    (tmp_path / "file.json").write_text(
        '[{"id": 7, "status": 2, "created_at": "2026-01-01T08:00Z", "subject": "Lid"}, 5]'
    )
    result = console.call("import", "freshdesk", str(tmp_path / "file.json"))
    assert "record 2: is JSON, but not an object\n" in result.err


TABLE = "Ticket;Subject;Owner;Created\n1;Kettle;Zoe;2026-01-01T10:00Z\n2;Lid;Ben;2026-01-02T10:00Z\n"


def test_a_table_needs_the_name_of_its_system_and_is_told_those_used_before(console: Console, tmp_path: Path) -> None:
    table = tmp_path / "january.csv"
    table.write_text(TABLE)
    refused = console.call("import", "csv", str(table))
    assert refused.code == 2
    assert "another name would import every case a second time" in refused.err
    assert "--source NAME" in refused.err
    assert "Used before" not in refused.err
    assert console.call("import", "csv", str(table), "--source", "oldtool").code == 0
    assert "Used before: oldtool." in console.call("import", "csv", str(table)).err
    assert "Used before: oldtool." in console.call("import", "jsonl", str(table)).err
    rules = tmp_path / "cases.toml"
    rules.write_text('source = "oldtool"\ncase = "Ticket"\n')
    assert console.call("import", "csv", str(table), "--map", str(rules)).code == 0


def test_rows_of_nothing_are_skipped_and_counted(console: Console, tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_text(TABLE + ";;;\n;;;;;;\n ; ;;\n\n")
    done = console.call("import", "csv", str(table), "--source", "oldtool")
    assert (done.code, "2 records, 4 events: 2 cases new" in done.out) == (0, True), done.err
    assert "Rows without any value, skipped: 3." in done.err
    assert "1 person (inactive: Zoe) and 0 customers new." in done.out


def test_of_many_new_people_five_are_named(console: Console, tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_text("id,owner\n" + "".join(f"{n},Agent {n}\n" for n in range(7)))
    done = console.call("import", "csv", str(table), "--source", "oldtool")
    assert "7 people (inactive: Agent 0, Agent 1, Agent 2, Agent 3, Agent 4, ...) and" in done.out


def test_where_nothing_but_rejects_is_new_nothing_is_said_to_go_in(console: Console, tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_text(TABLE)
    console.call("import", "csv", str(table), "--source", "oldtool")
    table.write_text(TABLE + "3;Spout;Ben;soon\n")
    told = console.call("import", "csv", str(table), "--source", "oldtool")
    assert told.code == 5
    assert "Nothing new in 3 records: 2 cases already known" in told.out
    assert "1 record was rejected; the others had nothing new." in told.err
    table.write_text(TABLE + "3;Spout;Ben;soon\n4;Cup;Ben;2026-01-03T10:00Z\n")
    assert (
        "the others would be imported"
        in console.call("import", "csv", str(table), "--source", "oldtool", "--dry-run").err
    )
    assert "the others were imported" in console.call("import", "csv", str(table), "--source", "oldtool").err


def test_the_list_of_batches_tells_how_many_cases_each_changed(console: Console, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(FIRST)
    (tmp_path / "b.csv").write_text(SECOND)
    bring(console, tmp_path / "a.csv")
    bring(console, tmp_path / "b.csv")
    found = console.call("batch", "list", "--json").json
    assert [(one["number"], one["counts"]["cases"], one["changed_cases"]) for one in found] == [(2, 1, 1), (1, 2, 0)]
    assert "Cases  Changed  Rejected" in console.call("batch", "list").out
