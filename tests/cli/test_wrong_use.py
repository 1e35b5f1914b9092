"""Wrong use gets a sentence that says what to do next, the exit code of its kind, and nothing on standard output."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from careconsole.store.engine import sqlite
from careconsole.store.engine.driver import sqlite3 as driver
from tests.cli.console import Console, is_sentence
from tests.waiting import HANG, started, wait_until

FAILED, WRONG, REFUSED, CONFLICT, REJECTED = 1, 2, 3, 4, 5
posix = pytest.mark.skipif(os.name != "posix", reason="signals and pseudo-terminals of POSIX")


@pytest.fixture
def console(tmp_path: Path) -> Console:
    console = Console(str(tmp_path / "desk.db"))
    begun = console.call("init", "--team", "Shop", "--lead", "Ana", "--agent", "Benedict", "--agent", "Benita")
    assert begun.code == 0
    assert console.call("new", "--subject", "Kettle", "--customer", "Carla Neri", "--owner", "me").out == "1\n"
    return console


def refused(console: Console, code: int, *args: str, says: str, given: str | bytes = b"") -> str:
    """The command ends with `code` and words that hold `says`; returns all of them."""
    result = console.call(*args, given=given)
    assert is_sentence(result), (args, result)
    assert result.code == code, (args, result)
    assert says in result.err, (args, result.err)
    return result.err


WORDS = [
    (WRONG, ("queue", "--html"), "requires an argument.\n  See careconsole queue --help."),
    (WRONG, ("team", "away", "Ana", "--cover"), "requires an argument.\n  See careconsole team away --help."),
    (WRONG, ("show", "1", "--jsn"), "There is no option --jsn. Did you mean --json?\n  See careconsole show --help."),
    (WRONG, ("new", "--prio", "high"), "There is no option --prio. Did you mean --priority?\n"),
    (WRONG, ("export", "cases", "--comas"), "There is no option --comas. Did you mean --comma?\n"),
    (WRONG, ("park", "1", "--said", "x"), "There is no option --said.\n  careconsole park --help lists the options."),
    (WRONG, ("queue", "--due", "fri"), "There is no option --due.\n  careconsole queue --help lists the options."),
    (WRONG, ("close", "1"), "There is no command 'close'.\n  See careconsole --help."),
    (WRONG, ("team", "reach", "Benita", "x", "--none"), "exclude each other"),
    (WRONG, ("note", "1"), "the text at the end, or --text, is missing."),
    (WRONG, ("show", "99"), "no case 99"),
    (WRONG, ("take", "99"), "no case 99"),
    (WRONG, ("history", "1", "99"), "no case 99"),
    (WRONG, ("show", "1", "99"), "no case 99"),
    (WRONG, ("show", "x1"), "'x1' is not a case number"),
    (WRONG, ("show", "-1"), "-1"),
    (WRONG, ("show", "9" * 30), "not a case number"),
    (WRONG, ("show",), "No case was given"),
    (WRONG, ("take",), "No case was given"),
    (WRONG, ("follow-up", "-", "--subject", "x"), "This takes one case"),
    (WRONG, ("merge", "1", "--into", "9" * 30), "not a case number"),
    (WRONG, ("merge", "1", "--into", "99"), "no case 99"),
    (WRONG, ("merge", "1", "--into", "1"), "into itself"),
    (WRONG, ("batch", "show", "7"), "no batch 7"),
    (WRONG, ("batch", "show", "9" * 30), "not in the range"),
    (WRONG, ("queue", "--limit", "9" * 30), "not in the range"),
    (WRONG, ("queue", "--sort", "colour"), "due"),
    (WRONG, ("offer", "1", "--to", "Bennedict", "--reason", "x"), "Did you mean Benedict"),
    (WRONG, ("offer", "1", "--to", "Ben", "--reason", "x"), "several people: Benedict, Benita"),
    (WRONG, ("offer", "1", "--to", "duty", "--reason", "x"), "somebody's name"),
    (WRONG, ("offer", "1", "--to", "", "--reason", "x"), "A name is missing"),
    (WRONG, ("--as", "Annna", "queue"), "Did you mean Ana"),
    (WRONG, ("--as", "", "take", "1"), "A name is missing"),
    (WRONG, ("customer", "show", "Carlo"), "no customer 'Carlo'"),
    (WRONG, ("edit", "1", "--customer", "Nobody Known"), "no customer"),
    (WRONG, ("queue", "owner:Bennedict"), "Did you mean Benedict"),
    (WRONG, ("promise", "1", "call back", "--due", "yesterday 10:00"), "in the past"),
    (WRONG, ("promise", "1", "call back", "--due", "2020-01-01T10:00Z"), "must be in the future"),
    (WRONG, ("promise", "1", "call back", "--due", "03/04/2027 10:00"), "the day or with the month first"),
    (WRONG, ("promise", "1", "call back", "--due", "2026-11-01 10:00"), "must be in the future"),
    (WRONG, ("promise", "1", "call back", "--due", "2026-11-23"), "must be in the future"),
    (WRONG, ("promise", "1", "call back", "--due", "soonish"), "is not a time"),
    (WRONG, ("promise", "1", "call back", "--due", "4x"), "is not a time"),
    (WRONG, ("promise", "1", "call back", "--due", "99999999w"), "4h"),
    (WRONG, ("park", "1", "--on", "us", "--until", "25:00"), "00:00 to 23:59"),
    (WRONG, ("queue", "--as-of", "01/05/2012"), "the day or with the month first"),
    (WRONG, ("queue", "waiting:>4lightyears"), "span of time"),
    (WRONG, ("offer", "1", "--reason", "x"), "--to is missing"),
    (WRONG, ("offer", "1", "--to", "Benita"), "--reason is missing"),
    (WRONG, ("note", "1"), "the text at the end"),
    (WRONG, ("note", "1", ""), "missing"),
    (WRONG, ("resolve", "1", "--said", "  "), "missing"),
    (WRONG, ("escalate", "1", "--reason", "because", "--need", "x"), "exception"),
    (WRONG, ("new", "--customer", "Carla"), "Missing option '--subject'"),
    (WRONG, ("new", "--subject", "x"), "Missing option '--customer'"),
    (WRONG, ("new", "--subject", " ", "--customer", "Carla"), "subject is missing"),
    (WRONG, ("new", "--subject", "x", "--customer", " "), "name is missing"),
    (WRONG, ("new", "--subject", "x", "--customer", "Carla", "--external", "4711"), "SOURCE:ID"),
    (WRONG, ("new", "--subject", "x", "--customer", "Carla", "--tag", "a,b"), "not a tag"),
    (WRONG, ("ofer", "1"), "Did you mean offer"),
    (WRONG, ("team", "lst"), "Did you mean list"),
    (WRONG, ("db", "bakup"), "Did you mean backup"),
    (WRONG, ("import", "evnts"), "Did you mean events"),
    (WRONG, ("xyzzy",), "There is no command 'xyzzy'"),
    (WRONG, ("queue", "--jsn"), "--json"),
    (WRONG, ("show", "1", "--jsn"), "--json"),
    (WRONG, ("team", "role", "Benita", "boss"), "is not one of"),
    (WRONG, ("team", "add", "duty"), "is a reserved word"),
    (WRONG, ("search",), "Give the words to search for"),
    (REFUSED, ("team", "add", "ANA"), "There is a Ana already"),
    (REFUSED, ("team", "rename", "Benita", "benedict"), "There is a Benedict already"),
    (REFUSED, ("init", "--team", "Other", "--lead", "Zoe"), "already has the team 'Shop'"),
    (REFUSED, ("--as", "Benita", "team", "add", "Zoe"), "Only a lead"),
    (REFUSED, ("--as", "Benita", "accept", "1"), "offered"),
    (REFUSED, ("--as", "Benita", "undo"), "nothing to undo"),
    (REFUSED, ("redo",), "nothing to redo"),
    (REFUSED, ("reopen", "1", "--reason", "x"), "is open already"),
]


@pytest.mark.parametrize("code, args, says", WORDS, ids=lambda value: str(value)[:30])
def test_wrong_words_get_a_sentence(console: Console, code: int, args: tuple[str, ...], says: str) -> None:
    before = console.call("export", "cases").out
    refused(console, code, *args, says=says)
    assert console.call("export", "cases").out == before


def test_a_mistake_in_a_filter_is_shown_with_its_place(console: Console) -> None:
    err = refused(console, WRONG, "queue", "is:open", "is:overdeu", says="Did you mean is:overdue")
    lines = err.splitlines()
    assert lines[1:3] == ["is:open is:overdeu", " " * 11 + "^" * 7]


@pytest.mark.parametrize("word", ["-is:overdue", "-is:parked", "-channel:phone", "-h2o", "-j", "-9"])
def test_a_word_after_a_minus_belongs_to_the_filter_and_is_no_option(console: Console, word: str) -> None:
    result = console.call("queue", word, "--json")
    assert (result.code, [case["number"] for case in result.json]) == (0, [1])
    assert console.call("queue", "--limit", "-1").code == WRONG
    assert console.call("queue", "-h").out.startswith("Usage:")


def test_several_numbers_of_a_bulk_that_is_refused_are_listed_and_nothing_is_done(console: Console) -> None:
    assert console.call("new", "--subject", "Pan", "--customer", "Carla Neri").out == "2\n"
    err = refused(console, REFUSED, "take", "1", "2", says="1 of 2 cases was refused, and nothing was changed")
    assert "\n  1: " in err
    assert "--skip-refused" in err
    assert console.call("show", "2", "--json").json[0]["case"]["owner"] is None


def test_standard_input_is_read_for_one_thing_only(console: Console) -> None:
    refused(console, WRONG, "offer", "1", "--to", "Benita", "--reason", "-", "--next", "-", given="x", says="both")
    refused(console, WRONG, "note", "-", "-", given="1", says="both")
    refused(console, WRONG, "note", "1", "-", given=b"\xff", says="not UTF-8")
    refused(console, WRONG, "take", "-", given="1 two", says="'two' is not a case number")
    refused(console, WRONG, "take", says="No case was given")


def test_standard_input_is_kept_to_the_letter_without_the_end_of_its_last_line(console: Console) -> None:
    for given, kept in (("a\nb\n", "a\nb"), ("a\r\n", "a"), ("a\n\n\n", "a\n\n"), ("a", "a"), ("\n", "")):
        number = console.call(
            "new", "--subject", "x", "--customer", "Carla Neri", "--description", "-", given=given
        ).out.strip()
        assert console.call("show", number, "--json").json[0]["case"]["description"] == kept


# Who is at work.


def test_who_is_at_work_is_asked_on_a_terminal_and_refused_elsewhere_with_the_names(console: Console) -> None:
    nobody = Console(console.db, env={"CARECONSOLE_AS": ""})
    err = refused(nobody, WRONG, "take", "1", says="Who are you?")
    assert "Ana, Benedict, Benita" in err
    assert "--as NAME" in err
    assert nobody.call("queue").code == 0, "a question needs nobody"


@posix
def test_a_terminal_asks_who_is_at_work(console: Console) -> None:
    nobody = Console(console.db, env={"CARECONSOLE_AS": ""})
    code, arrived = nobody.terminal("note", "1", "seen", given=b"Benita\n")
    assert code == 0, arrived
    assert b"Who are you (Ana, Benedict, Benita)" in arrived
    assert nobody.call("show", "1", "--json").json[0]["history"][-1]["actor"] == "Benita"
    code, arrived = nobody.terminal("note", "1", "seen", given=b"Ben\n")
    assert code == WRONG
    assert b"several people" in arrived
    code, arrived = nobody.terminal("note", "1", "seen", given=b"\x04")
    assert code == 130
    assert b"Stopped" in arrived


def test_two_people_mapped_to_one_login_are_ambiguous(console: Console) -> None:
    import getpass

    for name in ("Benedict", "Benita"):
        assert console.call("team", "login", name, getpass.getuser()).code == 0
    nobody = Console(console.db, env={"CARECONSOLE_AS": ""})
    assert "could be Benedict, Benita." in refused(nobody, WRONG, "take", "1", says="Who are you?")


def test_somebody_who_has_left_or_has_no_console_cannot_act(console: Console) -> None:
    assert console.call("team", "contact", "Dr. Weiss").code == 0
    assert console.call("team", "leave", "Benita").code == 0
    refused(console, REFUSED, "--as", "Weiss", "take", "1", says="is a contact")
    refused(console, REFUSED, "--as", "Benita", "take", "1", says="does not work here")


# What others did meanwhile.


def test_a_change_on_a_newer_case_is_a_conflict_that_tells_what_the_other_did(console: Console) -> None:
    seen = str(console.call("show", "1", "--json").json[0]["case"]["version"])
    assert console.call("--as", "Benita", "log", "1", "--in", "where is it?").code == 0
    err = refused(console, CONFLICT, "resolve", "1", "--said", "sent", "--seen", seen, says="has changed since")
    assert "Benita" in err
    assert "careconsole show 1" in err
    assert console.call("note", "1", "still here", "--seen", seen).code == 0, "a note always appends"


def test_undo_asks_before_it_passes_over_what_no_undo_takes_back(console: Console) -> None:
    assert console.call("note", "1", "hello").code == 0
    console = Console(console.db, env={"CARECONSOLE_NOW": "2026-11-24T09:01Z"})
    assert console.call("customer", "tier", "Carla Neri", "gold").code == 0
    refusal = console.call("undo")
    said = refusal.err
    assert (refusal.code, "Nothing was undone: nobody can be asked here." in said) == (WRONG, True)
    assert said.startswith("What you did last stays, since no undo takes it back: you changed the tier of Carla Neri")
    assert "To undo what you did before that (note, case 1): careconsole undo --yes." in said
    code, asked = console.terminal("undo", given=b"\n")
    assert (code, b"Nothing was undone." in asked) == (0, True)
    assert console.call("undo", "--yes").err == "Undone: note, case 1.\n"


def test_undo_says_what_was_done_last_if_no_undo_takes_it_back_and_nothing_came_before(tmp_path: Path) -> None:
    console = Console(str(tmp_path / "desk.db"))
    assert console.call("init", "--team", "Shop", "--lead", "Ana").code == 0
    assert console.call("team", "add", "Finn").code == 0
    for options in ((), ("--yes",)):
        refusal = console.call("undo", *options)
        assert refusal.code == REFUSED
        assert "careconsole team leave Finn" in refusal.err
        assert "nothing to undo" not in refusal.err
    assert "you added Finn as an agent." in console.call("undo").err


def test_a_decline_that_names_nobody_leaves_the_case_with_its_owner_or_says_what_is_missing(console: Console) -> None:
    assert console.call("new", "--subject", "Lid", "--customer", "Carla Neri", "--owner", "duty").out == "2\n"
    for number in ("1", "2"):
        assert console.call("offer", number, "--to", "Benita", "--reason", "knows it").code == 0
    declined = console.call("--as", "Benita", "decline", "1", "--reason", "on leave")
    assert declined.code == 0
    assert "Ana keeps it, and nobody else is asked" in declined.out + declined.err
    says = "--instead is missing, and case 2 has no owner who could keep it."
    told = refused(console, WRONG, "--as", "Benita", "decline", "2", "--reason", "on leave", says=says)
    assert "with --instead NAME; 'duty' is the lead on duty" in told


def test_undo_says_who_did_what_since(console: Console) -> None:
    assert console.call("promise", "1", "call", "--due", "+4h").code == 0
    assert console.call("--as", "Benita", "log", "1", "--in", "hello?").code == 0
    assert "Benita" in refused(console, REFUSED, "undo", says="has changed since")


# Databases that cannot be used.


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    return tmp_path / "elsewhere.db"


def test_no_database_says_how_to_begin_one(elsewhere: Path) -> None:
    refused(Console(str(elsewhere)), WRONG, "queue", says="There is no database at")
    refused(Console(str(elsewhere / "below")), WRONG, "queue", says="There is no database at")
    refused(Console(str(elsewhere / "below")), WRONG, "init", "--team", "T", "--lead", "L", says="There is no folder")
    assert not elsewhere.exists()


def test_an_empty_path_is_not_taken_for_the_usual_database(console: Console) -> None:
    refused(console, WRONG, "--db", "", "queue", says="The path of the database is empty")


def test_a_path_may_be_written_as_an_address(console: Console) -> None:
    assert console.call("--db", f"sqlite:///{console.db}", "queue").code == 0


def test_an_empty_file_is_no_database_until_a_team_is_founded(elsewhere: Path) -> None:
    elsewhere.touch()
    refused(Console(str(elsewhere)), WRONG, "queue", says="is empty: no team is set up in it")
    assert elsewhere.stat().st_size == 0
    assert Console(str(elsewhere)).call("init", "--team", "T", "--lead", "Ana").code == 0
    assert Console(str(elsewhere)).call("queue").code == 0


def test_a_failed_beginning_leaves_no_half_team(elsewhere: Path) -> None:
    console = Console(str(elsewhere))
    refused(console, WRONG, "init", "--team", "T", "--lead", "me", says="is a reserved word")
    refused(console, WRONG, "queue", says="There is no database at")
    assert console.call("init", "--team", "T", "--lead", "Ana").code == 0


@pytest.mark.parametrize("content", [b"x", b"hello\n" * 500, b"SQLite format 3\0" + b"\xff" * 2000, b"\0" * 4096])
def test_a_file_that_is_no_database(elsewhere: Path, content: bytes) -> None:
    elsewhere.write_bytes(content)
    console = Console(str(elsewhere))
    for args in (("queue",), ("new", "--subject", "x", "--customer", "y"), ("init", "--team", "T", "--lead", "L")):
        result = console.call(*args)
        assert result.code in (FAILED, WRONG)
        assert is_sentence(result), result
    assert elsewhere.read_bytes() == content


def test_a_database_of_another_program_is_left_as_it_is(elsewhere: Path) -> None:
    with contextlib.closing(sqlite3.connect(elsewhere)) as other:
        other.execute("create table notes (words text)")
        other.commit()
    before = elsewhere.read_bytes()
    refused(Console(str(elsewhere)), FAILED, "queue", says="database of another program")
    refused(Console(str(elsewhere)), FAILED, "init", "--team", "T", "--lead", "L", says="database of another program")
    assert elsewhere.read_bytes() == before


def test_a_database_newer_than_the_program_is_refused_and_left_as_it_is(console: Console) -> None:
    with contextlib.closing(driver.connect(console.db)) as connection:
        connection.execute("pragma user_version = 99")
    before = Path(console.db).read_bytes()
    for args in (("queue",), ("note", "1", "x"), ("init", "--team", "T", "--lead", "L")):
        err = refused(console, FAILED, *args, says="made by a newer careconsole (shape 99")
        assert "Update careconsole" in err
    assert Path(console.db).read_bytes() == before


def test_a_damaged_database_says_so(console: Console) -> None:
    for number in range(200):
        assert console.call("note", "1", f"note {number} " + "x" * 200).code == 0
    data = bytearray(Path(console.db).read_bytes())
    for page in range(2, len(data) // 4096):
        data[page * 4096 : page * 4096 + 200] = b"\xa5" * 200
    Path(console.db).write_bytes(data)
    for args in (("show", "1"), ("note", "1", "x"), ("queue",)):
        result = console.call(*args)
        assert result.code == FAILED
        assert is_sentence(result), result
    assert console.call("db", "check").code == FAILED


def test_a_folder_or_a_device_is_no_database(tmp_path: Path) -> None:
    refused(Console(str(tmp_path)), WRONG, "queue", says="is a folder")
    refused(Console(str(tmp_path)), WRONG, "init", "--team", "T", "--lead", "L", says="is a folder")
    refused(Console(os.devnull), WRONG, "queue", says="not a file that can be a database")


def test_a_database_that_somebody_keeps_busy(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.3)
    with contextlib.closing(driver.connect(console.db, isolation_level=None)) as other:
        other.execute("begin immediate")
        err = refused(console, FAILED, "note", "1", "x", says="busy")
        assert "Nothing was changed. Try again" in err
        assert console.call("queue").code == 0, "reading waits for nobody"
        other.execute("rollback")
    assert console.call("note", "1", "x").code == 0


def test_backups_and_restoring(console: Console, tmp_path: Path) -> None:
    copy = str(tmp_path / "copy.db")
    assert console.call("db", "backup", copy).out == f"{copy}\n"
    refused(console, WRONG, "db", "backup", copy, says="exists already")
    refused(console, WRONG, "db", "backup", str(tmp_path / "no" / "x.db"), says="There is no folder")
    refused(console, WRONG, "db", "restore", console.db, says="is the database itself")
    refused(console, WRONG, "db", "restore", str(tmp_path / "nothing.db"), says="There is no backup at")
    (tmp_path / "junk.db").write_text("junk")
    refused(console, FAILED, "db", "restore", str(tmp_path / "junk.db"), says="not a careconsole database")
    with contextlib.closing(driver.connect(console.db)) as other:
        other.execute("select * from team").fetchall()
        refused(console, FAILED, "db", "restore", copy, says="open")
    assert console.call("note", "1", "after the backup").code == 0
    assert console.call("db", "restore", copy).code == 0
    assert len(console.call("history", "1", "--json").json) == 1
    assert sorted(path.name for path in tmp_path.iterdir() if "part" in path.name) == []
    with contextlib.closing(driver.connect(console.db)) as other:
        assert other.execute("pragma journal_mode").fetchone() == ("wal",), "others can read while one writes"


# Files.


CSV = "id,at,subject\n1,2026-11-20T08:00:00Z,Kettle\n"
MAP = 'source = "s"\ncase = "id"\ntime = "at"\nsubject = "{subject}"\n'
BAD_FILES = [
    ("", MAP, "is empty"),
    ("PK\x03\x04xx", MAP, "spreadsheet or zip"),
    ("[{}]", MAP, "one JSON array"),
    ("id,at\n1,2026-11-20T08:00:00Z\n", MAP, "does not have"),
    ("id;when\n1;2\n", MAP, "at"),
    (CSV, "source = ", "not valid TOML"),
    (CSV, MAP + "colour = 1\n", "colour"),
    (CSV, MAP.replace('"at"', '{ column = "at", zone = "Mars/Base" }'), "Mars/Base"),
    (CSV, MAP.replace('source = "s"', ""), "--source NAME"),
]


@pytest.mark.parametrize("log, rules, says", BAD_FILES, ids=lambda value: value[:12])
def test_a_file_or_a_map_that_cannot_be_used(console: Console, tmp_path: Path, log: str, rules: str, says: str) -> None:
    (tmp_path / "log").write_text(log)
    (tmp_path / "map.toml").write_text(rules)
    args = ("import", "events", str(tmp_path / "log"), "--map", str(tmp_path / "map.toml"))
    err = console.call(*args)
    assert (err.code, err.out) == (WRONG, ""), err
    assert says in err.err
    assert "Traceback" not in err.err
    assert console.call("batch", "list", "--json").json == []


def test_files_that_are_not_there(console: Console, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text(CSV)
    refused(console, WRONG, "import", "events", str(tmp_path / "no"), "--map", "helpdesk-italian", says="no file")
    refused(console, WRONG, "import", "events", str(log), "--map", "helpdesk-itlian", says="There is no map")
    refused(console, WRONG, "import", "events", str(log), "--map", str(tmp_path / "no.toml"), says="There is no map")
    refused(console, WRONG, "import", "events", str(log), says="Missing option '--map'")
    rules = tmp_path / "map.toml"
    rules.write_text(MAP)
    asked = ("import", "events", str(log), "--map", str(rules), "--rejects")
    refused(console, WRONG, *asked, str(tmp_path / "no" / "r.jsonl"), says="There is no folder")


@pytest.mark.parametrize(
    ("command", "option", "needed"),
    [
        ("export cases --semicolon", "--semicolon", "--csv or --excel"),
        ("export history --comma", "--comma", "--csv or --excel"),
        ("export queue --json-lines --raw", "--raw", "--csv or --excel"),
        ("export measures --raw", "--raw", "--csv or --excel"),
        ("export cases --csv --force", "--force", "a file"),
        ("export all --force", "--force", "a file"),
        ("digest --force", "--force", "a file"),
        ("receipt 1 --force", "--force", "a file"),
        ("queue --force", "--force", "--html"),
        ("report --force", "--force", "--html"),
        ("wall --force", "--force", "--html"),
        ("import csv log.csv --source x --force", "--force", "--rejects"),
        ("resolve 1 --said x --owner Ana", "--owner", "--change"),
        ("resolve 1 --said x --cause y --due fri", "--due", "--change"),
        ("review 1 --cause x --nothing-because y --owner Ana", "--owner", "--change"),
        ("log 1 hello --then resolve --said x --answer told --owner Ana", "--owner", "--change"),
        ("notices address Ana a@b.example --zone Europe/Rome", "--zone", "--quiet"),
        (
            "box add a --address a@b.example --smtp s.example --imap-security tls --password-env P",
            "--imap-security",
            "--imap",
        ),
        ("box add a --address a@b.example --imap i.example --smtp-user X --password-env P", "--smtp-user", "--smtp"),
        (
            "box add a --address a@b.example --imap i.example --after seen --move-to X --password-env P",
            "--move-to",
            "--after move",
        ),
    ],
)
def test_an_option_that_would_do_nothing_is_refused(console: Console, command: str, option: str, needed: str) -> None:
    err = refused(console, WRONG, *command.split(), says=f"{option} does nothing without {needed}.\n")
    assert f"  Give {needed} as well, or leave {option} out.\n" in err


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("sweep --since yesterday --quiet", "--since shows past sweeps only."),
        ("sweep --since yesterday --no-send", "--since shows past sweeps only."),
        ("sweep --dry-run --quiet", "Leave out --quiet."),
        ("team rota show --days 3 --text", "Leave --days out."),
        ("playbook write --title T --do d --until fri", "It is missing what one may decide until then."),
    ],
)
def test_options_that_contradict_each_other_are_refused(console: Console, command: str, says: str) -> None:
    refused(console, WRONG, *command.split(), says=says)


@pytest.mark.parametrize(
    "command",
    [
        ("export", "all", "--out"),
        ("export", "all", "--files"),
        ("export", "cases", "--out"),
        ("export", "measures", "--csv", "--out"),
        ("export", "copy"),
        ("queue", "--html"),
        ("wall", "--html"),
        ("report", "--html"),
        ("watch", "--once", "--cursor-file"),
        ("db", "backup"),
        ("demo", "--keep"),
    ],
    ids=" ".join,
)
def test_every_command_says_the_same_of_a_missing_folder(
    console: Console, tmp_path: Path, command: tuple[str, ...]
) -> None:
    if command[0] == "demo":
        console = Console("", env={"CARECONSOLE_DB": ""})
    done = console.call(*command, str(tmp_path / "no" / "x"))
    folder = tmp_path / "no"
    assert (done.code, done.err) == (
        WRONG,
        f"careconsole: There is no folder {folder}.\n  Create it first, or give another place.\n",
    )


@pytest.mark.parametrize("precious", ["log.csv", "desk.db", "map.toml"])
def test_rejects_never_overwrite_what_is_read(console: Console, tmp_path: Path, precious: str) -> None:
    (tmp_path / "log.csv").write_text(CSV)
    (tmp_path / "map.toml").write_text(MAP)
    before = (tmp_path / precious).read_bytes()
    asked = ("import", "events", str(tmp_path / "log.csv"), "--map", str(tmp_path / "map.toml"), "--rejects")
    refused(console, WRONG, *asked, str(tmp_path / "." / precious), says="would overwrite")
    assert (tmp_path / precious).read_bytes() == before


@pytest.mark.parametrize("strict", [False, True])
def test_rejected_rows_end_an_import_with_5(console: Console, tmp_path: Path, strict: bool) -> None:
    (tmp_path / "log.csv").write_text(CSV + "2,never,Pan\n3,2026-11-20T08:00:00Z,Pot\n")
    (tmp_path / "map.toml").write_text(MAP)
    asked = ["import", "events", str(tmp_path / "log.csv"), "--map", str(tmp_path / "map.toml")]
    result = console.call(*asked, *(["--strict"] if strict else []))
    assert result.code == REJECTED
    assert "ine 3" in result.err
    assert "Traceback" not in result.err
    subjects = {case["subject"] for case in console.call("queue", "is:imported", "--json").json}
    assert subjects == (set() if strict else {"Kettle", "Pot"})


# Pipes, signals and full disks.


@posix
def test_a_reader_who_has_seen_enough_ends_the_queue_quietly(console: Console) -> None:
    bulk = "\n".join(f'{{"id":"{n}","at":"2026-11-20T08:00:00Z","subject":"{"x" * 90}"}}' for n in range(3000))
    (Path(console.db).parent / "log.jsonl").write_text(bulk)
    (Path(console.db).parent / "map.toml").write_text(MAP)
    folder = Path(console.db).parent
    assert console.call("import", "events", f"{folder}/log.jsonl", "--map", f"{folder}/map.toml").code == 0
    for command in ("queue --limit 0", "queue --json", "export cases", "export queue", "history 1", "--help"):
        line = f"{sys.executable} -m careconsole {command} | head -1; echo ${{PIPESTATUS[0]}}"
        done = subprocess.run(["bash", "-c", line], capture_output=True, env=console.environment(), timeout=HANG)
        assert done.stderr == b"", (command, done.stderr)
        assert done.stdout.splitlines()[-1] == b"0", (command, done.stdout)


@posix
@pytest.mark.parametrize(
    "command", ["queue", "show 1", "receipt 1", "digest", "primer", "learned", "report", "service show"]
)
def test_a_reader_who_is_gone_before_the_first_byte_ends_any_command_quietly(console: Console, command: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    words = [sys.executable, "-m", "careconsole", "--as", "Ana", *command.split()]
    try:
        done = subprocess.run(
            words, stdout=writer, stderr=subprocess.PIPE, env=console.environment(), timeout=HANG, check=False
        )
    finally:
        os.close(writer)
    assert b"broke" not in done.stderr, done.stderr
    assert done.returncode == 0, done.stderr


@posix
def test_output_that_nobody_can_take_is_told(console: Console) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    for command in ("queue", "queue --json", "export cases", "export queue", "show 1", "receipt 1", "digest"):
        line = f"{sys.executable} -m careconsole {command} > /dev/full"
        done = subprocess.run(["bash", "-c", line], capture_output=True, env=console.environment(), timeout=HANG)
        assert done.returncode == FAILED, (command, done)
        assert b"No space left" in done.stderr
        assert b"Traceback" not in done.stderr


@posix
@pytest.mark.parametrize("closed", ["0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-"])
def test_closed_streams_stop_nothing(console: Console, closed: str) -> None:
    for command in ("queue", "show 1 --json", "note 1 hello"):
        line = f"{sys.executable} -m careconsole {command} {closed}"
        done = subprocess.run(["bash", "-c", line], capture_output=True, env=console.environment(), timeout=HANG)
        assert done.returncode == 0, (command, done)
        assert b"Traceback" not in done.stderr


@contextlib.contextmanager
def locked(path: str) -> Iterator[None]:
    with contextlib.closing(driver.connect(path, isolation_level=None)) as other:
        other.execute("begin immediate")
        yield
        other.execute("rollback")


def has_open(process: int, path: str) -> bool:
    """Whether a process has a file open; after some time where the system does not tell."""
    files = Path(f"/proc/{process}/fd")
    if not files.exists():
        time.sleep(1.5)
        return True
    with contextlib.suppress(OSError):  # it closes others meanwhile
        return any(file.is_symlink() and os.readlink(file) == os.path.realpath(path) for file in files.iterdir())
    return False


@posix
def test_ctrl_c_ends_with_130_and_a_sentence_even_while_somebody_keeps_the_database(console: Console) -> None:
    command = [sys.executable, "-m", "careconsole", "note", "1", "x"]
    how: dict[str, Any] = {
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
        "preexec_fn": lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    }
    with locked(console.db), started(command, env=console.environment(), **how) as process:
        wait_until(lambda: has_open(process.pid, console.db), "its opening of the database")
        assert process.poll() is None, "it waits for the other one"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=HANG)
    assert (process.returncode, out) == (130, b"")
    assert b"Stopped; nothing more was done." in err
    assert b"Traceback" not in err
    assert len(console.call("history", "1", "--json").json) == 1


@posix
def test_a_file_that_may_not_grow_loses_nothing(console: Console) -> None:
    """RLIMIT_FSIZE stands in for a full disk where nobody may mount one."""
    import resource

    size = max(path.stat().st_size for path in Path(console.db).parent.iterdir())

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 70_000, size + 70_000))

    big = b"x" * 2_000_000
    done = console.process("note", "1", "-", given=big, preexec_fn=limit)
    assert done.code == FAILED, done
    assert is_sentence(done), done
    assert "Nothing was changed" in done.err
    assert console.call("db", "check").code == 0
    assert len(console.call("history", "1", "--json").json) == 1
    assert console.call("note", "1", "-", given=big).code == 0


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root mounts a small disk")
def test_a_full_disk_loses_nothing_says_so_and_works_again_after(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("mounting is not permitted here")
    try:
        console = Console(str(disk / "desk.db"))
        assert console.call("init", "--team", "Shop", "--lead", "Ana").code == 0
        assert console.call("new", "--subject", "Kettle", "--customer", "Carla").out == "1\n"
        filler = disk / "filler"
        filler.write_bytes(b"x" * (os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize))
        results = [console.call("note", "1", "y" * 20_000) for _ in range(20)]
        results.append(console.call("db", "backup", str(disk / "copy.db")))
        failed = [result for result in results if result.code]
        assert len(failed) > 1
        for result in failed:
            assert result.code == FAILED
            assert is_sentence(result), result
            assert "full" in result.err, result
            assert "Nothing was changed" in result.err
        with contextlib.suppress(OSError), open(disk / "rest", "wb", buffering=0) as rest:
            while rest.write(b"x" * 4096) == 4096:
                pass
        reading = console.call("queue")
        assert reading.code == FAILED, "SQLite needs room beside the database even to read it"
        assert "is full" in reading.err
        assert is_sentence(reading)
        filler.unlink()
        notes = len(console.call("history", "1", "--json").json) - 1
        assert notes == len(results) - len(failed), "what was acknowledged is there, and nothing else"
        assert console.call("db", "check").code == 0
        assert console.call("note", "1", "room again").code == 0
        assert not (disk / "copy.db.part").exists()
    finally:
        subprocess.run(["umount", disk], check=True)


def test_json_is_not_begun_before_an_error(console: Console) -> None:
    for args in (("show", "1", "99", "--json"), ("history", "1", "99", "--json"), ("queue", "is:x", "--json")):
        assert console.call(*args).out == ""
    both = console.call("history", "1", "1", "--json").json
    assert len(both) == 2
    assert json.loads(console.call("history", "1", "--json").out)[0]["kind"] == "opened"


def test_many_cases_are_told_in_a_few_words(console: Console) -> None:
    opening = ("--as", "Ana", "new", "--customer", "Carla", "--subject")
    numbers = [console.call(*opening, f"Kettle {number}").out.strip() for number in range(30)]
    assert console.call("--as", "Ana", "take", *numbers).err == "Take: 30 cases.\n"
    refused = console.call("--as", "Ana", "take", *numbers)
    assert refused.code == 3
    assert "30 of 30 cases were refused" in refused.err
    assert "... and 10 more" in refused.err
    undone = console.call("--as", "Ana", "undo")
    assert " and 10 more." in undone.err
