"""Mail on the command line: what a mail server needs to know, and that hostile text does nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from careconsole.desk.mail import receiving
from careconsole.store import Busy
from tests.cli.console import Console, active
from tests.intake.mails import LONG, mail


@pytest.fixture
def console(tmp_path: Path) -> Console:
    console = Console(str(tmp_path / "desk.db"))
    assert console.call("init", "--team", "Shop", "--lead", "Ana", "--agent", "Ben").code == 0
    return console


def test_a_mail_server_learns_that_a_mail_is_kept_also_when_it_is_held(console: Console) -> None:
    taken = console.call("mail", "in", given=mail())
    assert (taken.code, taken.out) == (0, "")
    assert taken.err == "Mail 1: taken. Case 1 is new. It names no case that is known here, so it opened a new one.\n"
    assert console.call("mail", "in", given=mail("x", X_Spam_Flag="YES")).code == 0
    assert console.call("mail", "in", given=mail()).err.startswith("Mail 1: known.")


def test_nobody_has_to_be_at_work(console: Console) -> None:
    assert Console(console.db, name="").call("mail", "in", given=mail()).code == 0


def test_a_mail_server_tries_again_when_the_mail_could_not_be_kept(
    console: Console, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert Console(str(tmp_path / "none.db")).call("mail", "in", given=mail()).code == 75
    for error in (Busy("The database is busy."), KeyError("a fault of careconsole")):

        def fail(*_: object, error: Exception = error) -> None:
            raise error

        with monkeypatch.context() as patched:
            patched.setattr(receiving, "_receive", fail)
            done = console.call("mail", "in", given=mail())
            assert done.code == 75
            assert "Traceback" not in done.err
    assert console.call("mail", "in").code == 2
    assert console.call("mail", "in", given=mail()).code == 0


def test_a_folder_that_cannot_be_written_is_tried_again(console: Console) -> None:
    Path(f"{console.db}.files").write_text("in the way")
    assert console.call("mail", "in", given=mail()).code == 0  # it is short
    done = console.call("mail", "in", given=mail(LONG))
    assert done.code == 75
    assert "no files can be kept there" in done.err


def test_a_mail_is_shown_whole_and_as_it_came(console: Console) -> None:
    data = mail("Yes.\n\nOn 3 May 2026 Ben wrote:\n" + "> Is it blue?\n" * 3_000)
    console.call("mail", "in", given=data)
    assert "> Is it blue?" in console.call("mail", "show", "1").out
    assert "Is it blue" not in console.call("show", "1").out
    assert console.call("mail", "show", "1", "--raw").out.encode() == data
    shutil.rmtree(f"{console.db}.files")
    assert console.call("mail", "show", "1", "--raw").code == 1
    assert console.call("mail", "show", "1").code == 0


def test_what_is_decided_about_held_mail(console: Console) -> None:
    console.call("mail", "in", given=mail("x", X_Spam_Flag="YES"))
    assert "held: spam" in console.call("mail", "held").out
    assert console.call("mail", "drop", "1", "--reason", " ").code == 2
    assert console.call("mail", "drop", "1", "--reason", "advertising").code == 0
    assert "dropped mail 1: advertising" in console.call("journal").out
    assert console.call("mail", "take", "1").err.startswith("Mail 1 is in case 1.")
    assert "took mail 1, into case 1" in console.call("journal").out
    assert console.call("mail", "take", "1").code == 3
    assert console.call("mail", "confirm", "1").code == 3
    assert console.call("mail", "show", "9").code == 2


def test_a_list_says_what_it_leaves_out(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (1, 2, 3):
        console.call("mail", "in", given=mail("x", Message_ID=f"<{number}@x>", X_Spam_Flag="YES"))
    assert console.call("mail", "list", "--limit", "2").err == "2 of 3 mails; to see all: --limit 3\n"
    assert console.call("mail", "list").err == console.call("mail", "held").err == ""
    monkeypatch.setattr("careconsole.cli.mail._MANY", 2)
    told = "2 of 3 mails; to see all: careconsole mail list --state held --limit 3\n"
    assert console.call("mail", "held").err == console.call("mail", "held", "--json").err == told


def test_hostile_text_does_nothing(console: Console) -> None:
    words = "\x1b[2J\u202egnp.exe\x07"
    console.call("mail", "in", given=mail(words, f"{words} <x{words}@home.example>", words, Message_ID=f"<{words}@x>"))
    for command in (("mail", "list"), ("mail", "show", "1"), ("mail", "why", "1"), ("mail", "list", "--json")):
        done = console.call(*command)
        assert done.code == 0
        assert not active(done.out + done.err)


def test_a_backup_has_the_mails_as_they_came(console: Console, tmp_path: Path) -> None:
    short, long = mail(), mail(LONG, Message_ID="<2@home.example>")
    for data in (short, long):
        console.call("mail", "in", given=data)
    copy = str(tmp_path / "copy.db")
    assert "2 files" in console.call("db", "backup", copy).err
    assert len(list(Path(f"{copy}.files").glob("*/*"))) == 1
    shutil.rmtree(f"{console.db}.files")
    assert console.call("db", "restore", copy).code == 0
    for number, data in ((1, short), (2, long)):
        assert console.call("mail", "show", str(number), "--raw").out.encode() == data
    shutil.rmtree(f"{console.db}.files")
    assert "The content of mail 2 is missing." in console.call("db", "backup", str(tmp_path / "again.db")).err


def test_the_tag_of_a_case_is_read_without_saying_who_one_is(console: Console) -> None:
    assert console.call("new", "--subject", "Kettle", "--customer", "Carla").code == 0
    nobody = Console(console.db, name="").call("mail", "tag", "1")
    assert (nobody.code, nobody.err) == (0, "")
    assert nobody.out == console.call("mail", "tag", "1").out
    assert nobody.out.startswith("[1-")


def test_taking_a_mail_names_the_open_case_of_its_sender_and_how_to_merge_them(console: Console) -> None:
    assert console.call("mail", "in", given=mail()).code == 0
    away = mail("I am away.", subject="Out of office", Auto_Submitted="auto-replied")
    assert console.call("mail", "in", given=away).code == 0
    told = console.call("mail", "take", "2").err
    assert told.startswith("Mail 2 is in case 2. ")
    assert told.endswith(
        "The sender has an open case: 1 (Kettle). If it is about that, merge the new one:"
        " careconsole merge 2 --into 1\n"
    )
    again = mail("Still away.", subject="Out of office", Auto_Submitted="auto-replied")
    assert console.call("mail", "in", given=again).code == 0
    assert "open case" not in console.call("mail", "take", "3", "--into", "1").err


def test_sending_says_when_the_next_mail_goes(console: Console) -> None:
    assert console.call("mail", "send").err == "No mail is due.\n"
    servers = ("--smtp", "localhost:1", "--smtp-security", "plain", "--smtp-user", "")
    assert console.call("box", "add", "support", "--address", "support@shop.example", *servers).code == 0
    assert console.call("mail", "in", given=mail()).code == 0
    written = console.call("reply", "1", "A new lid is on its way.", "--at", "2040-03-02 08:00")
    assert written.code == 0, written.err
    assert console.call("mail", "send").err == "No mail is due. One is waiting; it goes at 2040-03-02 08:00.\n"


def test_a_list_of_outgoing_mails_that_is_cut_says_so(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("careconsole.cli.outgoing._MANY", 1)
    servers = ("--smtp", "localhost:1", "--smtp-security", "plain", "--smtp-user", "")
    assert console.call("box", "add", "support", "--address", "support@shop.example", *servers).code == 0
    for number in ("1", "2"):
        came = mail(f"Kettle {number}", subject=f"Kettle {number}", Message_ID=f"<{number}@home.example>")
        assert console.call("mail", "in", given=came).code == 0
        assert "There are more" not in console.call("mail", "outgoing").err
        assert console.call("reply", number, "A new lid is on its way.", "--at", f"2040-03-0{number} 08:00").code == 0
    assert console.call("mail", "send").err == "No mail is due. 2 are waiting; the next goes at 2040-03-01 08:00.\n"
    listed = console.call("mail", "outgoing")
    assert ("case 2" in listed.out, "case 1" in listed.out) == (True, False)
    assert "There are more: these are the latest 1." in listed.err
    assert "There are more" not in console.call("mail", "outgoing", "--state", "refused").err
