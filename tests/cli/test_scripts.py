"""What scripts rely on: cases by the names of other systems, whole lists, exit codes, texts that can be set again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from careconsole.cli import man_pages, program
from tests.cli.console import ROOT, Console

TOML = """\
# Wer hat wann Dienst? \U0001f4de \u200b
[[path]]
name = "kettles \U0001f525"
[[path.step]]
name = "lead"
call = ["duty"]
"""
MAP = """\
source = "old"
case = "case"
time = "at"
owner = "owner"
"""
BARE = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
"""A locale that knows ASCII alone."""


@pytest.fixture
def console(tmp_path: Path) -> Console:
    """Three cases of Carla's: Ana owns two, Ben one; the first is known elsewhere."""
    console = Console(str(tmp_path / "shop.db"))
    assert console.call("init", "--team", "Shop", "--lead", "Ana", "--agent", "Ben").code == 0
    for name, more in (("Ana", ("--external", "servicenow:INC0010023")), ("Ana", ()), ("Ben", ())):
        opened = ("new", "--subject", "Kettle", "--customer", "Carla", "--owner", "me", *more)
        assert Console(console.db, name).call(*opened).code == 0
    return console


@pytest.mark.parametrize("name", ["servicenow:INC0010023", "ServiceNow:inc0010023"])
@pytest.mark.parametrize(
    "command",
    [
        "show {}",
        "history {}",
        "why {}",
        "note {} called",
        "path try {}",
        "follow-up {} --subject Lid",
        "merge 2 --into {}",
    ],
)
def test_a_case_is_named_as_another_system_calls_it(console: Console, command: str, name: str) -> None:
    done = console.call(*command.format(name).split())
    assert done.code == 0, done.err
    if command.startswith(("show", "why")):
        assert "Case 1 " in done.out


def test_names_of_other_systems_come_from_standard_input_too(console: Console) -> None:
    assert console.call("note", "-", "--text", "called", given="servicenow:INC0010023\n3\n").err.count("Ana noted") == 2


def test_a_source_with_a_colon_and_one_that_is_missing(console: Console) -> None:
    opened = console.call("new", "--subject", "Lid", "--customer", "Carla", "--external", "shop:eu:77")
    assert "Lid" in console.call("show", "shop:eu:77").out, opened
    missing = console.call("show", "servicenow:INC9")
    assert missing.code == 2
    assert "There is no case servicenow:INC9" in missing.err
    assert "careconsole search INC9" in missing.err
    assert "SOURCE:ID" in console.call("show", "INC0010023").err


def test_what_a_filter_does_not_find_is_no_error_of_a_pipe(console: Console) -> None:
    done = console.call("note", "-", "batch 7", given="")
    assert (done.code, done.out) == (0, "")
    assert "nothing was done" in done.err
    done = console.call("note", "-", "batch 7", "--json", given="\n")
    assert (done.code, done.json["command"], done.json["cases"]) == (0, None, [])
    assert console.call("show", "-", "--json", given="").json == []
    assert console.call("note", "batch 7").code == 2, "where no case was named, one is missing"


def test_cases_that_were_passed_over_show_in_the_exit_code(console: Console) -> None:
    done = console.call("take-over", "2", "3", "--reason", "she waits", "--skip-refused")
    assert done.code == 3
    assert "1 of 2 cases was refused; the others are done." in done.err
    assert console.call("show", "3", "--json").json[0]["case"]["owner"] == "Ana"


def test_passed_over_cases_are_told_as_data_beside_what_was_done(console: Console) -> None:
    done = console.call("take-over", "2", "3", "--reason", "she waits", "--skip-refused", "--json")
    assert done.code == 3
    assert (done.json["cases"], [one["case"] for one in done.json["refused"]]) == ([3], [2])
    error = json.loads(done.err.splitlines()[-1])["error"]
    assert (error["kind"], error["exit_code"]) == ("refused", 3)
    assert console.call("note", "2", "3", "all is well", "--skip-refused").code == 0


def many(console: Console, count: int) -> None:
    lines = ["case,opened,subject,customer,status"]
    lines += [f"{n},2026-01-05T10:00Z,Kettle {n},Customer {n:03},open" for n in range(count)]
    done = console.call("import", "csv", "-", "--source", "old", "--quiet", given="\n".join(lines))
    assert done.code == 0, done.err


def test_lists_as_data_are_whole_and_those_that_are_not_say_so(console: Console) -> None:
    many(console, 120)
    found = console.call("search", "kettle", "--json")
    assert (len(found.json), found.err) == (123, "")
    short = console.call("search", "kettle", "--json", "--limit", "50")
    assert len(short.json) == 50
    assert "50 of 123 cases; --limit 0 shows all." in short.err
    assert "50 of 123 cases; --limit 0 shows all." in console.call("search", "kettle").err
    assert "5 of 123 cases" in console.call("queue", "--json", "--limit", "5").err
    listed = console.call("customer", "list", "--json")
    assert (len(listed.json), listed.err) == (121, "")
    assert "100 of 121 customers; --limit 0 shows all." in console.call("customer", "list").err
    assert "7 of 121 customers" in console.call("customer", "list", "--json", "--limit", "7").err
    assert console.call("customer", "list", "--limit", "0").err == ""


def test_a_quiet_import_tells_only_what_is_in_doubt(console: Console) -> None:
    table = "case,opened,subject,customer,status\n1,2026-01-05T10:00Z,Kettle,Carla,open\n"
    done = console.call("import", "csv", "-", "--source", "old", "--quiet", given=table)
    assert (done.code, done.out, done.err) == (0, "", "")
    done = console.call("import", "csv", "-", "--source", "old", "--quiet", given=table + ",,Lid,Carla,open\n")
    assert done.code == 5
    assert done.out == ""
    assert "rejected" in done.err


def test_hops_mean_one_thing_in_the_queue_and_the_exports(console: Console) -> None:
    log = "case,at,owner,status\n" + "".join(
        f"9,2026-01-0{day}T10:00Z,{name},open\n" for day, name in enumerate(("Kim", "Lea", "Kim", "Lea", "Kim"), 1)
    )
    map_ = Path(console.db).with_name("map.toml")
    map_.write_text(MAP, encoding="utf-8")
    done = console.call("import", "events", "-", "--map", str(map_), given=log)
    assert done.code == 0, done.err
    (row,) = console.call("queue", "external:9", "--json").json
    exported = json.loads(console.call("export", "cases", "external:9").out)["case"]
    (shown,) = console.call("show", "old:9", "--json").json
    assert row["hops"] == exported["hops"] == shown["case"]["hops"] == 4
    assert exported["own_hops"] == 0
    assert "moves" not in exported


def test_a_text_that_was_set_is_printed_as_it_was_written(console: Console, tmp_path: Path) -> None:
    (tmp_path / "paths.toml").write_text(TOML, encoding="utf-8")
    assert console.call("path", "set", str(tmp_path / "paths.toml")).code == 0
    for env in ({}, BARE):
        done = subprocess.run(
            [sys.executable, "-m", "careconsole", "path", "show", "--text"],
            env={**console.environment(), **env},
            capture_output=True,
            check=True,
        )
        assert done.stdout.decode() == TOML
    assert console.call("path", "set", "-", given=TOML).code == 0
    assert console.call("path", "show", "--text").out == TOML


def test_filters_and_names_are_read_as_utf8_in_any_locale(console: Console) -> None:
    assert console.call("team", "add", "Zoë", "--lead").code == 0
    assert console.call("new", "--subject", "Größe", "--customer", "Étienne").code == 0
    for args in (("queue", "--json", "customer:Étienne"), ("search", "--json", "Größe")):
        done = console.process(*(arg.encode() for arg in args), env=BARE)
        assert [row["customer"] for row in json.loads(done.out)] == ["Étienne"], done
    done = console.process("--as", "Zoë".encode(), "note", "1", "hello", env=BARE)
    assert done.code == 0, done.err


def test_ctrl_c_has_its_exit_code_in_every_list_of_them() -> None:
    codes = [code for code, _ in man_pages.EXITS]
    assert codes == ["0", "1", "2", "3", "4", "5", "130"]
    assert all(f"{code} " in (program.epilog or "") for code in codes)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "130 stopped by Ctrl-C" in " ".join(readme.split())


def test_a_terminal_that_draws_nothing_gets_no_console(console: Console) -> None:
    code, arrived = console.terminal(env={"TERM": "dumb"})
    assert code == 2
    assert b"TERM=dumb" in arrived
    assert b"careconsole queue" in arrived
    assert b"\x1b" not in arrived


def test_a_demo_that_is_kept_stays_when_only_its_beginning_is_read(tmp_path: Path) -> None:
    kept = tmp_path / "week.db"
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "careconsole", "demo", "--keep", str(kept)],
            env={**Console(str(tmp_path / "none.db")).environment(), "TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"},
            stdout=write,
            stderr=subprocess.PIPE,
        )
    finally:
        os.close(write)
    assert done.returncode == 0, done.stderr
    assert kept.exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--owner me", "Case 4 for Carla is open. Owner: Ana.\n"),
        ("", "Case 4 for Carla is open. Owner: unassigned (Ana).\n"),
        ("--owner Ben --priority urgent", "Case 4 for Carla is open (urgent). Owner: Ana, offered to Ben.\n"),
        (
            "--then promise --due 2026-11-25T09:00Z --said lid --channel email",
            "Case 4 for Carla is open. Owner: Ana.\nCase 4: Ana promised by",
        ),
        (
            "--then resolve --said done --answer told",
            "Case 4 for Carla was opened. Owner: Ana.\nCase 4: Ana resolved it: done",
        ),
    ],
)
def test_a_new_case_is_a_number_for_scripts_and_a_line_for_people(console: Console, options: str, said: str) -> None:
    done = console.call("new", "--subject", "Lid", "--customer", "Carla", *options.split())
    assert (done.code, done.out) == (0, "4\n")
    assert done.err.startswith(said)


def test_a_follow_up_is_told_as_a_new_case_is(console: Console) -> None:
    done = console.call("follow-up", "1", "--subject", "Lid", "--owner", "Ben")
    assert (done.out, done.err) == ("4\n", "Case 4 for Carla is open. Owner: Ana, offered to Ben.\n")
    again = ("new", "--subject", "Lid", "--customer", "Carla", "--external", "servicenow:INC0010023")
    assert console.call(*again).err == "This case was opened before; nothing was changed.\n", "nothing is new"


def test_a_quiet_backup_says_only_what_went_wrong(console: Console, tmp_path: Path) -> None:
    paper = tmp_path / "paper.txt"
    paper.write_text("a lid")
    assert console.call("attach", "1", str(paper)).code == 0
    done = console.call("db", "backup", "--quiet", str(tmp_path / "one.db"))
    assert (done.code, done.out, done.err) == (0, "", "")
    for content in (tmp_path / "shop.db.files").glob("*/*"):
        content.unlink()
    done = console.call("db", "backup", "--quiet", str(tmp_path / "two.db"))
    assert (done.code, done.out) == (0, "")
    assert done.err == "! The content of paper.txt (case 1) is missing.\n"
