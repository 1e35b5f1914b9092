"""Files of cases: what attaching decides, how they go along, and under which name one may be saved."""

from __future__ import annotations

import pytest

from careconsole.domain.case.files import LONGEST_NAME, Attach, find_file, safe_file_name
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.errors import WrongUse
from careconsole.domain.sizes import size_words
from tests.domain.cases import BEN, CLEO, Play, Team

DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def told(play: Play) -> str:
    """What the history tells last."""
    return play.history[-1].sentence(Narrator(play.team.roster))


def attach(name: str = "invoice.pdf", digest: str = DIGEST) -> Attach:
    return Attach(file="", name=name, digest=digest, size=48_213, type="application/pdf")


def test_anybody_attaches_a_file_which_the_history_tells() -> None:
    play = Play("Ben").do("Cleo", attach())
    (file,) = play.case.files
    assert (file.number, file.name, file.by) == (play.history[-1].number, "invoice.pdf", CLEO)
    assert "attached invoice.pdf (48.2 kB, application/pdf)" in told(play)


def test_attaching_is_no_work_and_leaves_what_was_decided_valid() -> None:
    play = Play("Ben")
    before = play.case.worked_at
    play.later(1)
    play.do("Cleo", attach())
    assert play.case.worked_at == before
    assert play.last.changes_nothing


def test_the_same_content_under_the_same_name_is_attached_once() -> None:
    play = Play("Ben").do("Ben", attach())
    assert "same content already: entry 2" in play.refused("Cleo", attach()).message
    play.do("Cleo", attach(name="copy.pdf"))
    play.do("Cleo", attach(digest="0" * 64))
    assert len(play.case.files) == 3


def test_undo_takes_the_file_off_the_case() -> None:
    play = Play("Ben").do("Ben", attach())
    play.undo()
    assert play.case.files == ()


def test_a_merge_brings_the_files_along_and_says_who_attached_them() -> None:
    team = Team()
    lost, won = Play("Ben", team=team), Play("Ben", team=team)
    lost.do("Cleo", attach(), attach("lid.jpg"))
    won.do("Ben", attach("lid.jpg"))
    lost.merge(won, "Ben")
    mine, brought = won.case.files
    assert (mine.name, mine.by) == ("lid.jpg", BEN)
    assert (brought.name, brought.by, brought.at) == ("invoice.pdf", CLEO, lost.case.files[0].at)
    assert "from case 1, which Cleo had attached" in told(won)


def test_a_split_moves_the_files_that_came_with_the_messages() -> None:
    play = Play("Ben").do("Ben", attach("first.pdf"))
    play.do("Ben", LogMessage(text="and the invoice is wrong", inbound=True, channel="email"), attach())
    new = play.split("Ben", first=3)
    assert [file.name for file in play.case.files] == ["first.pdf"]
    assert [file.name for file in new.case.files] == ["invoice.pdf"]
    assert new.case.files[0].by == BEN


def test_a_file_is_named_by_its_entry_unless_it_is_the_only_one() -> None:
    play = Play("Ben")
    with pytest.raises(WrongUse, match="has no files"):
        find_file(play.case, None)
    play.do("Ben", attach())
    assert find_file(play.case, None).name == "invoice.pdf"
    with pytest.raises(WrongUse, match="Entry 1 of case 1 is not a file"):
        find_file(play.case, 1)
    play.do("Ben", attach("lid.jpg"))
    with pytest.raises(WrongUse, match="has 2 files"):
        find_file(play.case, None)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("invoice.pdf", "invoice.pdf"),
        ("Übersicht März.pdf", "Übersicht März.pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\Windows\\evil.exe", "C__Windows_evil.exe"),
        ("/etc/shadow", "_etc_shadow"),
        (".bashrc", "bashrc"),
        ("-rf", "_rf"),
        ("~root", "_root"),
        ("a\x1b[31mred\x07.txt", "a_[31mred_.txt"),
        ("inv\u202efdp.exe", "inv_fdp.exe"),
        ("zero\u200bwidth.txt", "zerowidth.txt"),
        ("two\nlines.txt", "two_lines.txt"),
        ("con.txt", "_con.txt"),
        ("COM1", "_COM1"),
        ("...", "file"),
        ("", "file"),
        ("\u200b", "file"),
        (" . ", "file"),
        ("end. ", "end"),
    ],
)
def test_a_name_is_made_safe(name: str, safe: str) -> None:
    assert safe_file_name(name) == safe


def test_a_long_name_keeps_its_ending() -> None:
    found = safe_file_name("ä" * 300 + ".pdf")
    assert len(found.encode()) <= LONGEST_NAME
    assert found.endswith("ä.pdf")


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1_000, "1 kB"),
        (12_400, "12.4 kB"),
        (999_990, "1 MB"),
        (25_000_000, "25 MB"),
        (10_000_000_000, "10 GB"),
        (4_000_000_000_000, "4000 GB"),
    ],
)
def test_sizes_are_told_in_steps_of_a_thousand(size: int, words: str) -> None:
    assert size_words(size) == words
