"""Receipts on the command line: what is printed, written and published, and what is refused with a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.console import Console


@pytest.fixture
def console(tmp_path: Path) -> Console:
    console = Console(str(tmp_path / "desk.db"), env={"TZ": "UTC"})
    assert console.call("init", "--team", "Shop", "--lead", "Ana", "--agent", "Ben").code == 0
    assert console.call("new", "--subject", "Kettle", "--customer", "Carla", "--owner", "me").code == 0
    (tmp_path / "log.csv").write_text("id,subject,status,created\n1,Lid,open,2026-11-20T08:00:00Z\n")
    assert console.call("import", "csv", str(tmp_path / "log.csv"), "--source", "old").code == 0
    return console


def test_a_receipt_is_text_a_page_or_a_file(console: Console, tmp_path: Path) -> None:
    assert console.call("receipt", "1").out.startswith("Your case 1 with Shop\nAs of 24 November 2026, 9:00 UTC.\n")
    assert console.call("receipt", "1", "--lang", "de").out.startswith("Ihr Anliegen 1 bei Shop\n")
    file = tmp_path / "receipt.html"
    assert console.call("receipt", "1", "--html", "--out", str(file)).code == 0
    assert file.read_text() == console.call("receipt", "1", "--html").out
    assert console.call("receipt", "1", "--html", "--out", str(file)).code == 2, "a file is not replaced unasked"
    assert console.call("receipt", "1", "--html", "--out", str(file), "--force").code == 0


def test_a_receipt_says_how_to_reach_the_owner(console: Console) -> None:
    assert "or call us, and give the number 1" in console.call("receipt", "1").out
    assert console.call("team", "reach", "Ana", "ext.  21").err == "Ana is reached at ext. 21.\n"
    assert "You can reach Ana: ext. 21" in console.call("receipt", "1").out
    assert console.call("team", "reach", "Ana").err == "Ana is reached at ext. 21.\n"
    assert console.call("team", "reach", "Ana", "--none").code == 0
    assert "ext. 21" not in console.call("receipt", "1").out


def test_what_cannot_be_is_said_in_a_sentence(console: Console) -> None:
    assert "has no customer: check who you give this to" in console.call("receipt", "2").err
    assert console.call("receipt", "1", "--lang", "fr").code == 2
    assert console.call("receipts", "set", "--mail", "not an address").code == 2
    assert console.call("receipts", "set", "--zone", "Atlantis").code == 2
    assert console.call("--as", "Ben", "receipts", "set", "--lang", "de").code == 3
    for words in (("on", "1"), ("on", "1", "--yes"), ("link", "1"), ("renew", "1"), ("revoke", "1"), ("write",)):
        assert console.call("receipts", *words).code == 3, words


def test_a_link_is_given_after_a_preview_and_its_page_follows_the_case(console: Console, tmp_path: Path) -> None:
    www = tmp_path / "www"
    www.mkdir()
    unsafe = console.call("receipts", "folder", str(www), "--url", "http://shop.example/r")
    assert unsafe.code == 0
    assert "not https" in unsafe.err
    seen = console.call("receipts", "on", "1", "--lang", "de")
    assert "This is what they will see" in seen.err
    assert "Kettle" in seen.out
    assert (seen.code, "Nothing was published: nobody can be asked here." in seen.err) == (2, True)
    assert "To publish it: careconsole receipts on 1 --lang de --yes." in seen.err
    as_data = console.call("receipts", "on", "1", "--json")
    assert (as_data.code, as_data.out, json.loads(as_data.err)["error"]["kind"]) == (2, "", "wrong_use")
    code, said = console.terminal("receipts", "on", "1", given=b"\n")
    assert (code, b"Publish it? [y/N]" in said, b"Nothing was published." in said) == (0, True, True)
    assert [path.name for path in www.iterdir()] == ["index.html"]
    link = console.call("receipts", "on", "1", "--yes").out.strip()
    assert link == console.call("receipts", "link", "1").out.strip()
    again = console.call("receipts", "on", "1")
    assert "Nothing was published" not in again.err
    assert "The receipt of case 1 has been public since 09:00. Anybody with this link can read it:" in again.err
    assert again.out.endswith(f"{link}\n")
    assert "public    since 09:00: anybody with the link can read the receipt" in console.call("show", "1").out
    assert [line.split()[0] for line in console.call("queue", "is:published").out.splitlines()[1:]] == ["1"]
    place = console.call("receipts", "show")
    assert f"folder      {www}, as http://shop.example/r\npages       1\n" in place.out
    page = www / link.removeprefix("http://shop.example/r/") / "index.html"
    assert "We called you" not in page.read_text()
    assert console.call("log", "1", "--channel", "phone", "we mend it").code == 0
    assert "We called you" in page.read_text()
    assert link.rsplit("/", 2)[1] not in console.call("receipts", "on", "1", "--json").out
    assert (
        console.call("receipts", "revoke", "1").err
        == "The page of case 1 is gone; its link shows nothing any longer.\n"
    )
    assert not page.exists()
    assert "To publish it" not in console.call("receipts", "link", "1").err
    assert "careconsole receipts on 1 --yes" in console.call("receipts", "link", "1").err
    assert "careconsole receipts on 1 --yes" in console.call("receipts", "revoke", "1").err
    assert "public  " not in console.call("show", "1").out
    code, said = console.terminal("receipts", "on", "1", given=b"y\n")
    assert (code, said.split()[-1]) == (0, console.call("receipts", "link", "1").out.strip().encode())
    assert console.call("receipts", "revoke", "1").code == 0
    assert console.call("queue", "is:published").out.count("\n") <= 1


def test_only_a_lead_is_told_what_is_wrong_with_the_folder(console: Console, tmp_path: Path) -> None:
    for words in (("--off",), (str(tmp_path / "missing"), "--url", "https://shop.example/r")):
        refused = console.call("--as", "Ben", "receipts", "folder", *words)
        assert (refused.code, "Only a lead can set where receipts are published" in refused.err) == (3, True), words


def test_a_resolved_case_asks_by_its_receipt_and_what_the_customer_says_is_recorded(console: Console) -> None:
    assert (
        "answers to  answers@shop.example" in console.call("receipts", "set", "--answers", "answers@shop.example").out
    )
    done = console.call("resolve", "1", "--said", "sent a new one", "--answer", "told")
    assert done.err.endswith("asks whether we did what we promised. To send it: careconsole receipt 1\n")
    assert "%20partly%5D\n" in console.call("receipt", "1").out
    assert "the receipt asks" in console.call("show", "1").out
    said = console.call("rate", "1", "yes", "--said")
    assert said.err == "Case 1: Ana recorded the customer's answer: yes, we did what we promised\n"
    assert "%20partly%5D" not in console.call("receipt", "1").out
    assert "they say  yes, we did what we promised (" in console.call("show", "1").out
    assert "Kettle" in console.call("queue", "rating:yes").out
    for wrong in (
        ("rate", "1"),
        ("rate", "1", "five stars"),
        ("rate", "1", "no", "--channel", "fax"),
        ("rate", "yes", "1"),
    ):
        assert console.call(*wrong).code == 2, wrong


def test_a_command_is_done_even_if_its_page_cannot_be_written(console: Console, tmp_path: Path) -> None:
    www = tmp_path / "www"
    www.mkdir()
    assert console.call("receipts", "folder", str(www), "--url", "https://shop.example/r").code == 0
    assert console.call("receipts", "on", "1", "--yes").code == 0
    www.rename(tmp_path / "gone")
    done = console.call("log", "1", "--channel", "phone", "we mend it")
    assert done.code == 0
    assert "The command is done, but the page of its receipt was not written." in done.err
    assert "receipts write" in done.err
    assert console.call("receipts", "write").code == 2
    swept = console.call("sweep")
    assert (swept.code, swept.err.startswith("Nothing is due.\n")) == (1, True), "the sweep does the rest, and says so"
    assert "cannot be written" in swept.err
    (tmp_path / "gone").rename(www)
    assert console.call("receipts", "write").err == "Pages written: 1; unchanged: 0; removed: 0.\n"
