"""`careconsole team hand-over` and `careconsole hand-over`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.console import Console


@pytest.fixture
def console(tmp_path: Path) -> Console:
    """Ana leads; Ben owns cases 1 and 2, and case 3 of Cleo's is offered to him."""
    ana = Console(str(tmp_path / "desk.db"))
    assert ana.call("init", "--team", "Shop", "--lead", "Ana", "--agent", "Ben", "--agent", "Cleo").code == 0
    for name, subject in (("Ben", "Kettle"), ("Ben", "Lid"), ("Cleo", "Spout")):
        theirs = Console(ana.db, name)
        assert theirs.call("new", "--subject", subject, "--customer", "Carla", "--owner", "me").code == 0
    assert Console(ana.db, "Cleo").call("offer", "3", "--to", "Ben", "--reason", "knows it").code == 0
    return ana


def owner(console: Console, number: int) -> object:
    return console.call("show", str(number), "--json").json[0]["case"]["owner"]


def test_a_dry_run_tells_case_by_case_and_does_nothing(console: Console) -> None:
    told = console.call("team", "hand-over", "Ben", "--to", "Ana", "--dry-run")
    assert told.code == 0
    assert [line.split() for line in told.out.splitlines()] == [
        ["No.", "Subject", "What", "happens"],
        ["1", "Kettle", "the", "case", "goes", "to", "Ana"],
        ["2", "Lid", "the", "case", "goes", "to", "Ana"],
        ["3", "Spout", "it", "is", "offered", "to", "Ana", "instead"],
    ]
    assert "Dry run: nothing was changed. Would go from Ben to Ana: 2 cases, 1 offer." in told.err
    assert owner(console, 1) == "Ben"


def test_the_load_is_handed_over_and_one_undo_takes_it_back(console: Console) -> None:
    done = console.call("team", "hand-over", "Ben", "--to", "Cleo")
    assert (done.code, done.out) == (0, "")
    assert "Handed over from Ben to Cleo: 2 cases, 1 offer." in done.err
    assert [owner(console, number) for number in (1, 2, 3)] == ["Cleo", "Cleo", "Cleo"]
    assert console.call("undo").code == 0
    assert [owner(console, number) for number in (1, 2, 3)] == ["Ben", "Ben", "Cleo"]


def test_duty_can_have_it_but_has_nothing_to_hand_over(console: Console) -> None:
    assert console.call("hand-over", "1", "--of", "Ben", "--to", "duty").code == 0
    assert owner(console, 1) is None
    wrong = console.call("hand-over", "2", "--of", "duty", "--to", "Cleo")
    assert wrong.code == 2
    assert "--of needs somebody's name" in wrong.err
    assert console.call("team", "hand-over", "Ben", "--to", "duty").code == 0
    assert owner(console, 2) is None


def test_a_hand_over_needs_a_recipient_and_a_lead(console: Console) -> None:
    missing = console.call("team", "hand-over", "Ben")
    assert (missing.code, "--to" in missing.err) == (2, True)
    refused = Console(console.db, "Cleo").call("team", "hand-over", "Ben", "--to", "Cleo")
    assert (refused.code, "Only a lead" in refused.err) == (3, True)


def test_a_load_tells_of_help_and_of_changes_to_make(console: Console) -> None:
    assert console.call("ask", "3", "--of", "Ben", "--need", "the invoice").code == 0
    review = ("--cause", "lid", "--change", "check lids", "--owner", "Ben", "--due", "+5d")
    assert console.call("review", "3", *review).code == 0
    told = console.call("team", "away", "Ben").err
    assert "1 helped by Ben: 3" in told
    assert "1 waiting for a change from Ben: 3" in told
