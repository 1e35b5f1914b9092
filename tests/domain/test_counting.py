"""Numbers with their nouns."""

from __future__ import annotations

from careconsole.domain.counting import counted
from tests.cli.console import wrong_count


def test_one_is_counted_in_the_singular() -> None:
    assert [counted(number, "case") for number in (0, 1, 2, 1204)] == ["0 cases", "1 case", "2 cases", "1,204 cases"]
    assert [counted(number, "entry", "entries") for number in (1, 21)] == ["1 entry", "21 entries"]


def test_the_command_line_under_test_finds_what_is_counted_wrongly() -> None:
    assert wrong_count("Loaded 1 cases, 2 events.")
    assert wrong_count("1 have left")
    assert not wrong_count("Loaded 1 case, 11 events, 0.1 seconds, case-1 files; 1 of 2 cases")
