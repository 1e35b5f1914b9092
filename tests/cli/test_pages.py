"""The documentation in the terminal: every page, safe and readable, and the help of every command."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from careconsole.present.doc_pages import read_page, topics
from careconsole.store import package_files
from tests.cli.console import Console, active, is_sentence

ROOT = Path(__file__).resolve().parents[2]
NONE = Console("/nowhere/none.db")


def test_every_page_of_the_documentation_has_a_topic() -> None:
    pages = [*ROOT.glob("docs/**/*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md"]
    assert len(topics()) == len(pages)
    assert {"readme", "keys", "shell", "imports", "imports/zendesk", "changes"} <= set(topics())


@pytest.mark.parametrize("topic", topics())
def test_a_page_is_shown_without_pictures_and_its_links_can_be_followed(topic: str) -> None:
    shown = NONE.call("help", topic)
    assert (shown.code, shown.out) == (0, read_page(topic).text.rstrip("\n") + "\n")
    assert "](" not in shown.out
    assert "below (in the sources)" not in shown.out
    assert "<!--" not in shown.out
    assert not active(shown.out)
    for other in re.findall(r"`careconsole help ([a-z][a-z/-]*)`", shown.out):
        assert other in topics()


def test_without_a_topic_the_pages_are_listed(tmp_path: Path) -> None:
    listed = NONE.call("help")
    assert [line.split()[0] for line in listed.out.splitlines()[1:]] == topics()
    assert [entry["topic"] for entry in NONE.call("help", "--json").json] == topics()
    assert NONE.call("help", "keys", "--json").json[0]["title"] == "Keys of the console"


@pytest.mark.parametrize("name", ["queue", "team away", "team", "resolve", "import csv", "help", "db"])
def test_the_help_of_a_command_is_the_one_it_gives_itself(name: str) -> None:
    assert NONE.call("help", *name.split()).out == NONE.call(*name.split(), "--help").out


def test_where_a_page_and_a_command_have_one_name_the_page_says_how_to_get_the_other() -> None:
    both = NONE.call("help", "notices")
    assert both.out.startswith("# Notices")
    assert "careconsole notices --help" in both.err


@pytest.mark.parametrize("words", [["nokeys"], ["../../etc/passwd"], ["team", "awy"], ["\x1b[31m"], [""]])
def test_an_unknown_page_or_command_is_refused(words: list[str]) -> None:
    result = NONE.call("help", *words)
    assert result.code == 2
    assert is_sentence(result)
    assert not active(result.err)


def test_a_terminal_gets_a_long_page_in_its_pager_and_a_short_one_at_once() -> None:
    code, seen = NONE.terminal("help", "keys", env={"PAGER": "sed s/^/paged:/", "TERM": "xterm"})
    assert code == 0
    assert b"paged:" in seen
    assert b"|---" not in seen, "tables are drawn"
    code, seen = NONE.terminal("help", "imports/events", env={"PAGER": "false", "NO_COLOR": "1", "LINES": "200"})
    assert code == 0
    assert b"An event log" in seen


def test_a_wheel_reads_the_pages_it_carries_and_no_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "site-packages"
    package = site / "careconsole"
    package.mkdir(parents=True)
    (site / "README.md").write_text("# Somebody else's")
    (site / "docs").mkdir()
    monkeypatch.setattr(package_files, "_PACKAGE", str(package))
    monkeypatch.setattr(package_files, "_CHECKOUT", str(site))
    incomplete = NONE.call("help", "readme")
    assert incomplete.code == 1
    assert "install careconsole again" in incomplete.err
    (package / "_pages" / "docs").mkdir(parents=True)
    (package / "_pages" / "README.md").write_text("# Ours\n")
    (package / "_pages" / "docs" / "one.md").write_text("# One\n")
    assert NONE.call("help", "readme").out == "# Ours\n"
    assert topics() == ["readme", "one", "changes"]


def test_topics_and_commands_are_completed() -> None:
    def tab(*before: str, word: str) -> list[str]:
        given = {"COMP_BEFORE": "\x1f".join(("careconsole", *before)), "COMP_WORD": word}
        answer = Console(NONE.db, "Ana", {"_CARECONSOLE_COMPLETE": "zsh_complete", **given}).call()
        return [line.split("\t")[1] for line in answer.out.splitlines() if line]

    assert tab("help", word="imports/ze") == ["imports/zendesk"]
    assert tab("help", word="import") == ["importing", *(t for t in topics() if t.startswith("imports")), "import"]
    assert "away" in tab("help", "team", word="a")
    assert os.environ.get("_CARECONSOLE_COMPLETE") is None
