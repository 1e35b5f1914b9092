"""`split` on the command line: made from the registry, in words and in JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.console import Console


@pytest.fixture
def console(tmp_path: Path) -> Console:
    console = Console(str(tmp_path / "care.db"))
    console.call("init", "--team", "Shop", "--lead", "Ana", "--agent", "Ben")
    console.call("new", "--subject", "Kettle", "--customer", "Carla Neri", "--owner", "me", "--channel", "email")
    console.call("log", "1", "--in", "--channel", "email", "The invoice is wrong, too.\nPlease correct it.")
    console.call("note", "1", "ask billing")
    return console


def test_it_says_what_became_of_both_cases(console: Console) -> None:
    result = console.call("split", "1", "--from", "2")
    assert result.code == 0
    assert "Case 2: Ana split it from case 1, owned by Ana: The invoice is wrong, too." in result.err
    assert "Case 1: Ana split case 2 off, with entries 2, 3" in result.err


def test_a_split_case_gets_the_subject_that_was_given(console: Console) -> None:
    console.call("split", "1", "--from", "2", "--subject", "Invoice")
    assert console.call("show", "2").out.startswith("Case 2  Invoice")


def test_json_has_both_cases_and_every_event(console: Console) -> None:
    done = console.call("split", "1", "--from", "2", "--json").json
    assert done["cases"] == [2, 1]
    assert [(event["case"], event["kind"]) for event in done["events"]] == [
        (2, "split from"),
        (2, "carried"),
        (2, "carried"),
        (1, "split"),
    ]
    opening, carried, note, left = (event["data"] for event in done["events"])
    assert (opening["owner"], opening["since"], opening["clocks_from"]) == ("Ana", carried["at"], None)
    assert (carried["by"], carried["heard"], note["inbound"]) == ("Ana", None, None)
    assert (left["into"], left["words"], left["promises"]) == (2, [2, 3], [])


def test_the_history_marks_what_counts_elsewhere(console: Console) -> None:
    console.call("split", "1", "--from", "2")
    lines = console.call("history", "1").out.splitlines()
    assert lines[1].startswith("   2 x ")
    assert lines[1].endswith("(moved to case 2)")


def test_undo_takes_it_back_on_both(console: Console) -> None:
    console.call("split", "1", "--from", "2")
    assert "Undone: split, cases 2, 1." in console.call("undo").err
    assert "waits" in console.call("show", "1").out


def test_without_an_entry_it_says_what_is_missing(console: Console) -> None:
    result = console.call("split", "1")
    assert result.code == 2
    assert "--from is missing" in result.err


def test_a_refusal_names_the_messages_that_it_can_begin_with(console: Console) -> None:
    result = console.call("split", "1", "--from", "9")
    assert "Case 1 has no entry 9." in result.err
    assert "Split from one of its messages (2): careconsole split 1 --from N" in result.err
