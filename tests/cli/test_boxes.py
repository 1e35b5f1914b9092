"""Mail boxes on the command line: who sets them, and that nothing shows a password."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import pytest

from tests.cli.console import Console, active

PASSWORD = "hunter2-of-the-shop"


@pytest.fixture
def console(tmp_path: Path) -> Console:
    console = Console(str(tmp_path / "desk.db"))
    assert console.call("init", "--team", "Shop", "--lead", "Ana", "--agent", "Ben").code == 0
    return console


def add(console: Console, *more: str, name: str = "support", given: str = "") -> str:
    address = ("--address", "care@shop.example", "--imap", "imap.shop.example")
    done = console.call("box", "add", name, *address, *more, given=given)
    assert done.code == 0, done.err
    return done.err


def test_a_password_from_standard_input_is_stored_and_never_shown(console: Console, tmp_path: Path) -> None:
    said = add(console, "--password", "-", "--smtp", "smtp.shop.example:587", given=f"{PASSWORD}\n")
    (box,) = console.call("box", "list", "--json").json
    assert (box["imap"]["port"], box["smtp"]["security"], box["imap"]["user"]) == (993, "starttls", "care@shop.example")
    console.call("box", "edit", "support", "--display-name", "Shop Support")
    shown = [said, *(console.call(*words).out for words in (["box", "list"], ["box", "list", "--json"], ["journal"]))]
    assert console.call("export", "all", "--out", str(tmp_path / "all.jsonl")).code == 0
    assert console.call("export", "datasette", str(tmp_path / "copy.db")).code in (0, 2)
    shown += [
        path.read_bytes().decode("latin-1") for path in (tmp_path / "all.jsonl", tmp_path / "copy.db") if path.exists()
    ]
    assert not [text for text in shown if PASSWORD in text]
    with sqlite3.connect(console.db) as database:
        assert PASSWORD in database.execute("select secret from boxes").fetchone()[0]
    assert console.call("db", "check").code == 0


def test_a_password_as_an_argument_is_refused_and_not_repeated(console: Console) -> None:
    done = console.call(
        "box", "add", "x", "--address", "care@shop.example", "--imap", "imap.shop.example", "--password", PASSWORD
    )
    assert done.code == 2
    assert PASSWORD not in done.err


def test_only_leads_set_boxes(console: Console) -> None:
    add(console, "--password-env", "CARE")
    ben = Console(console.db, "Ben")
    for words in (
        ("add", "x", "--address", "a@shop.example", "--imap", "h", "--password-env", "X"),
        ("edit", "support", "--reading", "off"),
        ("remove", "support"),
        ("add", "x"),
        ("edit", "nosuch"),
    ):
        refused = ben.call("box", *words)
        assert (refused.code, "Only a lead can" in refused.err) == (3, True), "whatever else is missing"
    assert ben.call("box", "list").code == 0


def test_a_password_command_that_is_not_there_is_told_with_one_full_stop(console: Console) -> None:
    add(console, "--password-command", "no-such-command")
    failed = console.call("mail", "fetch")
    assert failed.code != 0
    assert "The command for the password of box support is not there (no-such-command).\n" in failed.err


def test_what_is_not_given_stays_as_it_was(console: Console) -> None:
    add(console, "--password-env", "CARE", "--user", "care")
    assert console.call("box", "edit", "SUPPORT", "--move-to", "Done", "--name", "sales").code == 0
    (box,) = console.call("box", "list", "--json").json
    assert (box["name"], box["after"], box["moved_to"], box["password"]) == ("sales", "move", "Done", "environment")
    assert (box["imap"]["user"], box["since"]) == ("care", "2026-11-24")
    assert console.call("box", "edit", "sales", "--imap-security", "starttls", "--since", "all").code == 0
    (box,) = console.call("box", "list", "--json").json
    assert (box["imap"]["port"], box["since"]) == (143, "all")
    assert "changed the mail box support" in console.call("journal").out
    assert console.call("box", "edit", "1", "--reading", "off").code == 0, "a box is found by its number, too"
    assert console.call("box", "remove", "sales").code == 0
    assert console.call("box", "list", "--json").json == []


@pytest.mark.parametrize(
    "words",
    [
        ("add", "x", "--imap", "h", "--password-env", "X"),
        ("add", "x", "--address", "care@shop.example", "--password-env", "X"),
        ("add", "x", "--address", "no address", "--imap", "h", "--password-env", "X"),
        ("add", "x", "--address", "care@shop.example", "--imap", "h:x", "--password-env", "X"),
        ("add", "x", "--address", "care@shop.example", "--imap", "h", "--password-env", "X", "--after", "move"),
        ("add", "x", "--address", "care@shop.example", "--imap", "h", "--password-env", "X", "--since", "tomorrow"),
        ("add", "x", "--address", "c@shop.example", "--imap", "h", "--password-env", "X", "--token-command", "t"),
        ("edit", "nobody", "--reading", "off"),
        ("edit", "support", "--folder", "a\nb"),
        ("edit", "support", "--move-to", "INBOX"),
        ("edit", "support", "--signature", "\ud800"),
    ],
)
def test_bad_input_is_refused_with_what_to_do(console: Console, words: tuple[str, ...]) -> None:
    add(console, "--password-env", "CARE")
    before = console.call("box", "list", "--json").out
    done = console.call("box", *words)
    assert (done.code, done.out) == (2, "")
    assert "Traceback" not in done.err
    assert console.call("box", "list", "--json").out == before


def test_a_name_is_given_once(console: Console) -> None:
    add(console, "--password-env", "CARE")
    again = ("--address", "care@shop.example", "--imap", "h", "--password-env", "X")
    assert console.call("box", "add", "Support", *again).code == 3
    add(console, "--password-env", "CARE", name="sales")
    assert console.call("box", "edit", "sales", "--name", "support").code == 3
    assert console.call("box", "edit", "sales", "--name", "SALES").code == 0


def test_what_does_not_work_is_said(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = (
        "--address",
        "a@shop.example",
        "--imap",
        "127.0.0.1:1",
        "--imap-security",
        "plain",
        "--smtp",
        "127.0.0.1:1",
    )
    assert console.call("box", "add", "x", *closed, "--password-env", "CARE_PW").code == 0
    monkeypatch.delenv("CARE_PW", raising=False)
    done = console.call("box", "test", "x")
    assert (done.code, done.err.count("The variable") + done.err.count("the variable CARE_PW is not set")) == (1, 2)
    given = Console(console.db, env={"CARE_PW": "hunter2"})
    monkeypatch.setenv("CARE_PW", "hunter2")
    done = given.call("box", "test", "x", "--json")
    assert done.code == 1
    assert "cannot be reached: Connection refused" in done.json["imap"]["failure"]
    assert not done.json["smtp"]["works"]
    assert "hunter2" not in done.out + done.err


def test_without_imap_tools_it_says_what_to_install(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    add(console, "--password-env", "CARE_PW")
    monkeypatch.setenv("CARE_PW", "hunter2")
    monkeypatch.setitem(sys.modules, "imap_tools", None)
    given = Console(console.db, env={"CARE_PW": "hunter2"})
    for words in (("mail", "fetch"), ("box", "test", "support")):
        done = given.call(*words)
        assert (done.code, "Install careconsole[mail]." in done.err) == (1, True)


def test_a_box_that_cannot_be_read_holds_up_no_other(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    here = ("--address", "a@shop.example", "--imap", "127.0.0.1:1", "--imap-security", "plain")
    for name in ("one", "two"):
        assert console.call("box", "add", name, *here, "--password-env", "CARE_PW").code == 0
    given = Console(console.db, env={"CARE_PW": "hunter2"})
    monkeypatch.setenv("CARE_PW", "hunter2")
    done = given.call("mail", "fetch", "--json")
    assert done.code == 1
    assert [one["failure"] for one in done.json] == ["its server cannot be reached: Connection refused"] * 2
    assert "one: its server cannot be reached" in done.err
    assert given.call("mail", "fetch", "--quiet").out == ""


def test_a_command_is_shown_and_allowed_when_asked_for(console: Console) -> None:
    add(console, "--password-command", "pass show mail/care")
    assert console.call("box", "test", "support", "--show-command").out == "pass show mail/care\n"
    assert "pass show" not in console.call("box", "list").out + console.call("box", "list", "--json").out
    add(console, "--password-env", "CARE", name="other")
    assert console.call("box", "test", "other", "--trust").code == 2


def test_a_login_needs_a_password_and_a_token_cannot_be_stored(console: Console) -> None:
    done = console.call("box", "add", "x", "--address", "care@shop.example", "--imap", "h")
    assert (done.code, "--password-command" in done.err) == (3, True)


def test_without_encryption_it_says_so(console: Console) -> None:
    assert "without encryption" in add(console, "--password-env", "CARE", "--imap-security", "plain")
    quiet = console.call(
        *("box", "add", "here", "--address", "a@shop.example", "--imap", "localhost:1143", "--imap-security", "plain"),
        *("--password-env", "CARE"),
    )
    assert "without encryption" not in quiet.err


def test_hostile_names_do_nothing(console: Console) -> None:
    hostile = "a\x1b]0;x\x07[/]"
    add(console, "--password-env", "CARE", "--display-name", hostile, "--folder", "[@click=app.quit]x")
    done = console.call("box", "list")
    assert not active(done.out + done.err)


def test_a_sweep_tells_leads_of_a_box_that_is_not_read(console: Console) -> None:
    add(console, "--password-env", "CARE")
    for name in ("Ana", "Ben"):
        assert Console(console.db, name).call("notices", "address", name, "json://127.0.0.1:1/x").code == 0
    for at in ("2026-11-24T09:20Z", "2026-11-24T09:40Z"):
        later = Console(console.db, env={"CARECONSOLE_NOW": at})
        assert later.call("sweep", "--no-send").code == 0
    notices = later.call("notices", "list", "--json").json
    assert [one["person"] for one in notices] == ["Ana"]
    assert "box support has not been read since" in notices[0]["words"]
