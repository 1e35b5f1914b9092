"""`merge` on the command line: whose cases they are is said before two customers' cases become one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.console import Console


@pytest.fixture
def console(tmp_path: Path) -> Console:
    console = Console(str(tmp_path / "care.db"))
    console.call("init", "--team", "Shop", "--lead", "Ana", "--agent", "Ben")
    for subject, customer in (("Kettle", "Carla Neri"), ("Lid", "Nils"), ("Spout", "Nils")):
        console.call("new", "--subject", subject, "--customer", customer, "--owner", "me", "--channel", "email")
    console.call("promise", "2", "a new lid", "--due", "+4h")
    return console


def test_different_customers_are_named_with_what_would_move_and_nothing_is_done(console: Console) -> None:
    result = console.call("merge", "2", "--into", "1")
    assert result.code == 3
    said = " ".join(result.err.split())
    assert "Cases 2 and 1 have different customers: Nils and Carla Neri." in said
    assert "Case 2 ends, and case 1 takes over Nils's wait, 1 promise." in said
    assert "careconsole merge 2 --into 1 --confirm" in said
    assert console.call("show", "2", "--json").json[0]["case"]["status"] == "open"


def test_a_case_that_is_merged_there_already_is_not_to_be_merged_again(console: Console) -> None:
    assert console.call("merge", "2", "--into", "3").code == 0
    again = console.call("merge", "2", "--into", "3")
    assert again.code == 3
    assert "Case 2 was merged into case 3 already." in again.err
    assert "There is nothing left to merge; see careconsole show 3." in again.err
    elsewhere = console.call("merge", "2", "--into", "1")
    assert "To merge that one as well: careconsole merge 3 --into 1." in elsewhere.err


def test_what_moved_is_said_once_it_is_done(console: Console) -> None:
    for into, confirm in (("3", ()), ("1", ("--confirm",))):
        result = console.call("merge", "2", "--into", into, *confirm)
        assert result.code == 0, result.err
        assert f"Case 2: Ana merged it into case {into}" in result.err
        assert f"Case {into}: Ana merged case 2 into it, with the wait of case 2's customer" in result.err
        assert f"Case {into}: Ana brought to it what Ana had promised" in result.err
        assert console.call("undo").code == 0


def test_show_has_the_messages_of_the_merged_case_below_the_merge(console: Console) -> None:
    console.call("log", "2", "--in", "Where is my lid?")
    console.call("merge", "2", "--into", "3")
    for number in ("3", "2"):
        lines = console.call("show", number).out.splitlines()
        place = next(n for n, line in enumerate(lines) if "merged case 2 into it" in line)
        assert "on case 2: Where is my lid?" in lines[place + 1]
        assert lines[place + 1].split()[0] == "<"
    console.call("undo")
    assert "Where is my lid?" not in console.call("show", "3").out


def test_a_promise_that_comes_with_a_merge_was_told_to_nobody_and_the_preview_says_who_has_to_keep_it(
    console: Console,
) -> None:
    console.call("reassign", "1", "--to", "Ben", "--reason", "his customer")
    assert "To keep that promise is then up to Ben." in " ".join(console.call("merge", "2", "--into", "1").err.split())
    assert console.call("merge", "2", "--into", "1", "--confirm").code == 0
    line = next(one for one in console.call("show", "1").out.splitlines() if "had promised" in one)
    assert "· 09:00 Ana brought to it what Ana had promised" in " ".join(line.split())


def test_that_a_resolution_breaks_a_promise_is_in_the_history_and_in_what_undo_names(console: Console) -> None:
    done = console.call("resolve", "2", "--said", "sent", "--promises", "broken", "--answer", "told")
    words = 'resolved it, breaking the promise "a new lid": sent (the customer was told)'
    assert words in " ".join(console.call("show", "2").out.split())
    assert done.code == 0
    assert words.partition(":")[0] in " ".join(console.call("undo").err.split())
