"""What if, on the command line: answers with their cases, and a sentence for what cannot be asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.console import Console, is_sentence

LEVELS = '[[level]]\nname = "quick"\nfirst_answer = "10m"\n'
PATHS = '[[path]]\nname = "standard"\n[[path.step]]\nname = "contact"\ncall = "Eve"\n'
ROTA = 'zone = "UTC"\n[[turn]]\nlead = "Dora"\n'


@pytest.fixture
def console(tmp_path: Path) -> Console:
    """A team in which Ben has called Ana about a refund."""
    console = Console(str(tmp_path / "shop.db"))
    people = ("--lead", "Ana", "--lead", "Dora", "--agent", "Ben", "--contact", "Eve")
    assert console.call("init", "--team", "Shop", *people).code == 0
    case = ("--as", "Ben", "new", "--subject", "Kettle cracked", "--customer", "Carla", "--owner", "me")
    assert console.call(*case).code == 0
    need = ("--reason", "exception", "--need", "refund 35", "--cause", "refund limit")
    escalated = console.call("--as", "Ben", "escalate", "1", *need)
    assert escalated.code == 0, escalated.err
    return Console(console.db, env={"CARECONSOLE_NOW": "2026-11-24T10:00Z"})


def rows(console: Console, *args: str, given: str = "") -> dict[str, list[int]]:
    """The cases of each finding that has some."""
    result = console.call("what-if", *args, "--json", given=given)
    assert result.code == 0, result.err
    return {one["finding"]: one["cases"] for one in result.json["findings"] if one["cases"]}


def test_each_question_is_answered_with_cases(console: Console) -> None:
    assert rows(console, "--may", "refund 40", "--cause", "refund limit") == {"not needed": [1]}
    assert rows(console, "--path", "-", given=PATHS)["no longer to a lead"] == [1]
    assert rows(console, "--rota", "-", given=ROTA)["to others"] == [1]
    assert rows(console, "--service", "-", given=LEVELS)["late"] == [1]
    told = console.call("what-if", "--path", "-", given=PATHS).out
    assert "Eve instead of Ana" in told
    assert "whether others would have answered a call as soon" in told


@pytest.mark.parametrize(
    ("args", "given", "why"),
    [
        ((), "", "What should have been different?"),
        (("--may", "refund"), "", "has no sum"),
        (("--may", "refund 40"), "", "Which exceptions"),
        (("--may", "refund 40", "--cause", "refund limt"), "", "There is no cause"),
        (("--may", "refund 40", "--cause", "refund limit", "--since", "soon"), "", "is not a time"),
        (("--may", "refund 40", "--cause", "refund limit", "--since", "+3d ago"), "", "not a time"),
        (("--may", "refund 40", "--cause", "refund limit", "--since", "tomorrow"), "", "past"),
        (("--may", "refund 40", "--service", "-"), LEVELS, "more than one question"),
        (("--service", "-", "--cause", "refund limit"), LEVELS, "What may be decided is missing"),
        (("--service", "-"), LEVELS + 'answer = "soon"\n', "Line 4"),
        (("--path", "-"), PATHS.replace("Eve", "Zoe"), "Line 5"),
        (("--rota", "-"), ROTA.replace("Dora", "Ben"), "Line 3"),
        (("--service", "nowhere.toml"), "", "nowhere.toml"),
    ],
)
def test_what_cannot_be_asked_is_a_sentence_that_says_what_to_do(
    console: Console, args: tuple[str, ...], given: str, why: str
) -> None:
    result = console.call("what-if", *args, given=given)
    assert result.code == (1 if "nowhere.toml" in args else 2), result.err
    assert why in result.err
    assert is_sentence(result)


def test_a_time_in_which_nothing_was_open_is_told(tmp_path: Path) -> None:
    console = Console(str(tmp_path / "empty.db"))
    assert console.call("init", "--team", "Shop", "--lead", "Ana").code == 0
    result = console.call("what-if", "--service", "-", given=LEVELS)
    assert (result.code, "No case was open" in result.err) == (2, True), result.err
