"""Exports for other tools: all of it, one state, harmless where it is looked at and whole where it is read."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from careconsole.desk.cases import execution
from careconsole.desk.queries import case_queries, paging, shown_case
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.promises import Promise
from careconsole.export import cases
from careconsole.export.csv_cells import cell, separator_of
from careconsole.present.json_views import QUEUE_FIELDS, case_entry, queue_entries
from tests.cli.console import Console
from tests.desk.office import LOG, Office

FORMULA = '=HYPERLINK("http://evil.example";"click")'
NASTY = "Kettle \x1b[31m\u202e [/] é 茶\nsecond line"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    office.bring(*LOG)
    ben = office.desk("Ben")
    number = execution.open_case(
        ben, OpenCase(subject=FORMULA, owner=office.ids["Cleo"], tags=("vip", "recall")), "Carla"
    ).opened
    execution.execute(ben, "log", LogMessage(text=NASTY), [number])
    execution.execute(ben, "promise", Promise(text="a new one", due=office.now + 3_600_000), [number])
    yield office
    office.close()


def lines(write: Callable[..., Any], *args: Any) -> list[dict[str, Any]]:
    got: list[str] = []
    write(*args, got.append)
    return [json.loads(line) for line in got]


def rows(write: Callable[..., Any], *args: Any, **how: Any) -> list[dict[str, str]]:
    file = io.StringIO(newline="")
    write(*args, file, **how)
    return list(csv.DictReader(io.StringIO(file.getvalue(), newline="")))


def test_cases_are_what_show_tells_in_the_order_of_the_queue(office: Office) -> None:
    """Read in bulk they are the same as one by one; more than are read at once."""
    for _ in range(paging.AT_ONCE + 5):
        execution.open_case(office.desk(), OpenCase(subject="Kettle"), "Nils")
    desk = office.desk()
    numbers = case_queries.numbers(desk, "", every=True)
    assert len(numbers) > paging.AT_ONCE
    one_by_one = [case_entry(shown_case.show(desk, number, follow=False)) for number in numbers]
    assert lines(cases.CASES.write_lines, desk, "") == msgspec.to_builtins(one_by_one)


def test_a_customers_tier_gives_their_cases_their_level_in_bulk_too(office: Office) -> None:
    from careconsole.desk.team import customers, service_levels

    levels = '[[level]]\nname = "gold"\ntiers = ["gold"]\nanswer = "1h"\n[[level]]\nname = "rest"\n'
    service_levels.set_service(office.desk(), levels)
    customers.change(office.desk(), "Carla", tier="gold")
    told = {
        entry["case"]["customer"]: entry["service_level"] for entry in lines(cases.CASES.write_lines, office.desk(), "")
    }
    assert told["Carla"] == "gold"
    assert told["Nils"] == "rest"


def test_the_queue_has_open_cases_alone_and_cases_have_all(office: Office) -> None:
    desk = office.desk()
    everything = lines(cases.CASES.write_lines, desk, "")
    queue = lines(cases.QUEUE.write_lines, desk, "")
    assert queue == msgspec.to_builtins(queue_entries(case_queries.queue(desk)))
    assert {entry["status"] for entry in queue} == {"open"}
    assert {entry["case"]["status"] for entry in everything} > {"open"}
    assert [row["number"] for row in rows(cases.CASES.write_rows, desk, "")] == [
        str(entry["case"]["number"]) for entry in everything
    ]
    assert [int(row["number"]) for row in rows(cases.QUEUE.write_rows, desk, "")] == [
        entry["number"] for entry in queue
    ]


def test_history_is_one_event_a_line_with_a_sentence_and_all_of_it(office: Office) -> None:
    told = lines(cases.HISTORY.write_lines, office.desk(), "")
    assert [(entry["case"], entry["number"]) for entry in told] == sorted((e["case"], e["number"]) for e in told)
    assert len(told) == office.store.engine.fetch_one("select count(*) from events")[0]  # type: ignore[index]
    (touch,) = [entry for entry in told if entry["kind"] == "touched"]
    assert list(touch) == list(cases.HISTORY.names)
    assert touch["actor"] == "Ben"
    assert touch["data"]["text"] == NASTY
    assert touch["sentence"] == f"Ben recorded a message to the customer (email): {NASTY}"
    assert touch["at"] == "2026-01-05T08:00:00Z"
    promised = next(entry for entry in told if entry["kind"] == "promised")
    assert promised["data"]["by"] == "Ben"
    assert promised["data"]["due"] == "2026-01-05T09:00:00Z"
    assert promised["sentence"] == "Ben promised by 2026-01-05T09:00:00Z: a new one"


def test_a_filter_says_which_cases(office: Office) -> None:
    told = lines(cases.HISTORY.write_lines, office.desk(), "tag:recall")
    assert {entry["case"] for entry in told} == set(case_queries.numbers(office.desk(), "tag:recall", every=True))
    assert len(lines(cases.CASES.write_lines, office.desk(), "customer:Nils")) == 1


def test_measures_come_figure_by_figure_with_the_moment_they_stand_for(office: Office) -> None:
    desk = office.desk()
    told = lines(cases.measures(None).write_lines, desk, "")
    found = case_queries.measures(desk)
    assert len(told) == sum(len(value) if isinstance(value, dict) else 1 for value in found.values())
    by_name = {(entry["measure"], entry["part"]): entry["value"] for entry in told}
    assert by_name["cases", None] == found["cases"]
    assert by_name["resolution_seconds", "median"] == found["resolution_seconds"]["median"]
    assert {entry["at"] for entry in told} == {"2026-01-05T08:00:00Z"}
    earlier = lines(cases.measures(office.now - 1).write_lines, desk, "")
    assert {entry["at"] for entry in earlier} == {"2026-01-05T07:59:59.999Z"}
    assert {tuple(row) for row in rows(cases.measures(None).write_rows, desk, "")} == {cases.measures(None).names}


def test_cells_are_harmless_in_a_spreadsheet_unless_somebody_wants_them_raw(office: Office) -> None:
    for write in (cases.QUEUE.write_rows, cases.CASES.write_rows, cases.HISTORY.write_rows):
        values = [value for row in rows(write, office.desk(), "") for value in row.values()]
        assert not [value for value in values if value[:1] in set("=+@-\t\r\n")]
    subjects = [row["subject"] for row in rows(cases.QUEUE.write_rows, office.desk(), "", raw=True)]
    assert FORMULA in subjects
    assert f"'{FORMULA}" in [row["subject"] for row in rows(cases.QUEUE.write_rows, office.desk(), "")]
    assert cell(-5, raw=False) == "-5"
    assert cell({"a": "=1"}, raw=False) == '{"a":"=1"}'


def test_a_file_gets_the_text_as_it_is_and_a_terminal_gets_it_safe(office: Office) -> None:
    by_kind = {row["kind"]: row for row in rows(cases.HISTORY.write_rows, office.desk(), "tag:recall")}
    assert json.loads(by_kind["touched"]["data"])["text"] == NASTY
    file = io.StringIO(newline="")
    cases.HISTORY.write_rows(office.desk(), "", file, terminal=True)
    assert "\x1b" not in file.getvalue()
    assert "\u202e" not in file.getvalue()


def test_nothing_that_happens_meanwhile_is_in_it(office: Office) -> None:
    """One state: a case that is opened while it is written is not half there."""
    before = len(case_queries.numbers(office.desk(), "", every=True))
    other = office.another("Ben")
    got: list[str] = []

    def emit(line: str) -> None:
        if not got:
            execution.open_case(other, OpenCase(subject="Meanwhile"), "Nils")
        got.append(line)

    cases.CASES.write_lines(office.desk(), "", emit)
    assert len(got) == before
    assert len(case_queries.numbers(office.desk(), "", every=True)) == before + 1


# On the command line.


@pytest.fixture
def console(office: Office) -> Console:
    return Console(office.path)


WAYS = [
    ("cases",),
    ("cases", "--csv"),
    ("history",),
    ("history", "--csv", "--raw"),
    ("queue",),
    ("queue", "--json-lines"),
    ("measures",),
    ("measures", "--csv"),
    ("all",),
]


@pytest.mark.parametrize("way", WAYS, ids=" ".join)
def test_a_file_holds_what_standard_output_would(way: tuple[str, ...], console: Console, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shown = console.call("export", *way)
    assert (shown.code, shown.err) == (0, "")
    assert console.call("export", *way, "--out", str(out)).code == 0
    written = out.read_bytes().decode()
    if written.startswith("{"):
        assert [json.loads(line) for line in written.splitlines()] == [
            json.loads(line) for line in shown.out.splitlines()
        ]
    else:
        assert written == shown.out
    assert os.listdir(tmp_path).count("out") == 1
    assert not list(tmp_path.glob("*.part"))


def test_a_file_is_replaced_whole_or_not_at_all(console: Console, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    out.write_text("what was there")
    out.chmod(0o640)
    assert console.call("export", "queue", "owner:nobody-of-this-name", "--out", str(out), "--force").code == 2
    assert out.read_text() == "what was there"
    refused = console.call("export", "queue", "--out", str(out))
    assert (refused.code, "--force" in refused.err) == (2, True)
    assert out.read_text() == "what was there"
    assert console.call("export", "queue", "--out", str(out), "--force").code == 0
    assert out.read_text().startswith(",".join(QUEUE_FIELDS))
    assert out.stat().st_mode & 0o777 == 0o640


def test_nothing_is_exported_through_a_link(console: Console, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    real, link = tmp_path / "there" / "real.csv", tmp_path / "link.csv"
    real.write_text("old")
    link.symlink_to(real)
    refused = console.call("export", "queue", "--out", str(link), "--force")
    assert (refused.code, str(real) in refused.err) == (2, True)
    assert link.is_symlink()
    assert real.read_text() == "old"


@pytest.mark.parametrize("way", [*WAYS, ("copy",)], ids=" ".join)
def test_every_export_is_for_its_owner_alone(way: tuple[str, ...], console: Console, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert console.call("export", *way, *(() if way == ("copy",) else ("--out",)), str(out)).code == 0
    assert out.stat().st_mode & 0o077 == 0


def test_a_backup_is_no_place_for_an_export(console: Console, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    assert console.call("db", "backup", str(backup)).code == 0
    before = backup.read_bytes()
    for way in (("queue", "--force", "--out"), ("all", "--force", "--out"), ("copy",)):
        assert console.call("export", *way, str(backup)).code == 2
    assert console.call("watch", "--cursor-file", str(backup), "--since", "0", "--once").code != 0
    assert backup.read_bytes() == before


def test_a_terminal_gets_no_signs_that_it_would_act_on_by_a_name_of_its_own(console: Console, office: Office) -> None:
    code, arrived = console.terminal("export", "cases", "--out", "/dev/stdout")
    assert code == 0
    assert b"Kettle \\u001b[31m" in arrived
    assert b"\x1b" not in arrived


@pytest.mark.parametrize("ending", ["", "-wal"])
@pytest.mark.parametrize("command", [("queue", "--out"), ("all", "--out"), ("copy",)], ids=" ".join)
def test_the_database_itself_is_never_written_over(
    command: tuple[str, ...], ending: str, console: Console, office: Office
) -> None:
    before = Path(office.path).read_bytes()
    done = console.call("export", *command, office.path + ending)
    assert done.code == 2
    assert "database itself" in done.err
    assert Path(office.path).read_bytes() == before


def test_a_folder_that_is_not_there_is_told(console: Console, tmp_path: Path) -> None:
    done = console.call("export", "queue", "--out", str(tmp_path / "nowhere" / "out.csv"))
    assert done.code == 2
    assert "There is no folder" in done.err


def test_everything_makes_a_new_database_on_the_command_line(console: Console, tmp_path: Path) -> None:
    out, new = tmp_path / "all.jsonl", Console(str(tmp_path / "new.db"))
    assert console.call("export", "all", "--out", str(out)).code == 0
    dry = new.call("import", "careconsole", str(out), "--dry-run", "--json")
    assert (dry.code, dry.json["dry_run"], dry.json["rows"]["cases"]) == (0, True, 4)
    assert not Path(new.db).exists()
    done = new.call("import", "careconsole", str(out))
    assert (done.code, done.out) == (0, f"{new.db}\n")
    assert new.call("db", "check").code == 0
    assert new.call("export", "all").out == console.call("export", "all").out
    assert new.call("queue").out == console.call("queue").out
    again = new.call("import", "careconsole", str(out))
    assert again.code == 3
    assert "--db NEW.db" in again.err


def test_everything_goes_through_a_pipe(console: Console, tmp_path: Path) -> None:
    new = Console(str(tmp_path / "new.db"))
    done = new.call("import", "careconsole", "-", given=console.call("export", "all").out)
    assert done.code == 0
    assert new.call("export", "cases").out == console.call("export", "cases").out


def test_what_is_no_such_export_is_told(console: Console, tmp_path: Path) -> None:
    (tmp_path / "cases.jsonl").write_text(console.call("export", "cases").out)
    done = Console(str(tmp_path / "new.db")).call("import", "careconsole", str(tmp_path / "cases.jsonl"))
    assert done.code == 2
    assert "careconsole export all" in done.err
    assert not (tmp_path / "new.db").exists()


def test_a_spreadsheet_gets_a_mark_and_what_its_language_puts_between_cells(console: Console, tmp_path: Path) -> None:
    def head(*words: str, lang: str = "C") -> str:
        env = {"LC_ALL": "", "LC_NUMERIC": "", "LANG": lang}
        return Console(console.db, env=env).call("export", *words).out.splitlines()[0]

    plain = head("queue")
    assert plain.startswith("number,subject,")
    assert head("queue", "--excel") == "\ufeff" + plain
    assert head("cases", "--excel", lang="it_IT.UTF-8") == "\ufeff" + plain.replace(",", ";"), "CSV without --csv"
    assert head("queue", "--excel", "--comma", lang="de_AT@euro") == "\ufeff" + plain
    assert head("queue", "--semicolon") == plain.replace(",", ";")
    assert head("queue", lang="de_DE.UTF-8") == plain, "a script gets the same everywhere"
    refused = console.call("export", "cases", "--json-lines", "--excel")
    assert (refused.code, "--excel is for CSV" in refused.err) == (2, True)
    path = tmp_path / "queue.csv"
    assert console.call("export", "queue", "--excel", "--semicolon", "--out", str(path)).code == 0
    assert path.read_bytes().startswith(b"\xef\xbb\xbfnumber;subject;")
    back = console.call("import", "auto", str(path), "--source", "sheet", "-y", "--dry-run")
    assert back.code == 0, back.err


@pytest.mark.parametrize(
    "locale, separator",
    [
        ("de_DE.UTF-8", ";"),
        ("fr_CA", ";"),
        ("pt", ";"),
        ("es_ES", ";"),
        ("es_MX.UTF-8", ","),
        ("en_GB", ","),
        ("C", ","),
        ("", ","),
    ],
)
def test_a_language_says_what_stands_between_cells(locale: str, separator: str) -> None:
    assert separator_of(locale) == separator


def test_an_export_that_is_refused_copies_no_files(console: Console, tmp_path: Path) -> None:
    bill, out, folder = tmp_path / "bill.txt", tmp_path / "all.jsonl", tmp_path / "files"
    bill.write_text("12 EUR", encoding="utf-8")
    assert console.call("attach", "1", str(bill)).code == 0
    out.touch()
    assert console.call("export", "all", "--out", str(out), "--files", str(folder)).code == 2
    assert not folder.exists()
    assert console.call("export", "all", "--out", str(out), "--files", str(folder), "--force").code == 0
    assert [path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.is_file()] == ["12 EUR"]
    again = console.call("export", "all", "--files", str(folder))
    assert (again.code, again.out) == (2, "")
