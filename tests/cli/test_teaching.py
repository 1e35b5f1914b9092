"""The primer and practice on the command line: for a newcomer at a terminal, and for scripts."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from careconsole.present.json_types.practice import PracticeEntry
from tests.cli.console import Console


@pytest.fixture
def desk(tmp_path: Path) -> Console:
    console = Console(str(tmp_path / "desk.db"))
    for words in (
        ("init", "--team", "Shop", "--lead", "Ana", "--agent", "Ben"),
        ("--as", "Ben", "new", "--subject", "Kettle leaks", "--customer", "Ida", "--owner", "me"),
        ("--as", "Ben", "escalate", "1", "--reason", "exception", "--need", "a refund of 60", "--cause", "limit"),
        ("de-escalate", "1", "--decided", "refund it", "--cause", "limit"),
        ("review", "1", "--cause", "limit", "--nothing-because", "it is rare"),
    ):
        done = console.call(*words)
        assert done.code == 0, done.err
    return console


def test_on_a_terminal_it_asks_and_enter_alone_passes(desk: Console) -> None:
    code, screen = desk.terminal("--as", "Ben", "practice", given=b"ask Ana\n")
    text = screen.decode()
    assert code == 0, text
    before, _, after = text.partition("What would you do? (Enter: pass)")
    assert "Kettle leaks" in before
    assert "refund it" not in before
    assert "limit" not in before
    assert "You would\r\n  ask Ana" in after
    assert "Decided: refund it" in after
    assert "Nothing changed, because it is rare" in after
    assert "You have practised the only exception there is." in after
    code, screen = desk.terminal("practice", "1", given=b"\n")
    assert code == 0
    assert b"You would\r\n" not in screen
    assert b"Decided: refund it" in screen


def test_left_at_the_question_it_is_not_done(desk: Console) -> None:
    code, screen = desk.terminal("--as", "Ben", "practice", given=b"\x04")
    assert code, screen.decode()
    assert b"refund it" not in screen
    assert desk.call("--as", "Ben", "practice", "--json").json["left"] == 1


def test_a_script_is_asked_nothing_and_reads_the_answer_only_on_demand(desk: Console) -> None:
    asked = desk.call("practice")
    assert (asked.code, "refund it" in asked.out) == (0, False)
    assert "To see what was decided: careconsole practice 1 --answer TEXT, or --show." in asked.err
    found = desk.call("practice", "--json").json
    assert (found["left"], found["answer"], found["exercise"]["case"]) == (1, None, 1)
    answered = desk.call("practice", "1", "--answer", "-", "--json", given="ask Ana\n")
    msgspec.json.decode(answered.out, type=PracticeEntry)
    found = answered.json
    assert (found["left"], found["exercise"]["done"], found["answer"]["said"]) == (0, False, "ask Ana")
    assert (found["answer"]["decided"], found["answer"]["nothing_because"]) == ("refund it", "it is rare")
    assert desk.call("practice", "--json").json == {"exercise": None, "left": 0, "every": 1, "answer": None}
    told = desk.call("practice", "--show").err
    assert told == (
        "You have practised the only exception there is. To practise one again: careconsole practice CASE\n"
    )
    assert desk.call("--as", "Ben", "practice", "--json").json["left"] == 1


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("practice", "--answer", "x", "--show"), 2, "--answer and --show exclude each other"),
        (("practice", "7"), 2, "There is no case 7"),
        (("practice", "kettle"), 2, "is not a case number"),
        (("practice", "2"), 3, "has nothing to practise"),
        (("primer", "--read", "lunch"), 2, "“lunch” is nothing in the primer"),
        (("primer", "--json", "--markdown"), 2, "--json has its own form"),
        (("primer", "--out", "primer.md", "--json"), 2, "--json has its own form"),
    ],
)
def test_bad_input_is_answered_by_a_sentence(desk: Console, words: tuple[str, ...], code: int, said: str) -> None:
    assert desk.call("new", "--subject", "Lid", "--customer", "Nils", "--owner", "me").code == 0
    done = desk.call(*words)
    assert done.code == code
    assert said in done.err
    assert "Traceback" not in done.err


def test_without_a_known_person_the_primer_has_no_ticks_and_practice_asks_who_it_is(desk: Console) -> None:
    unknown = Console(desk.db, env={"CARECONSOLE_AS": ""})
    assert "[ ]" not in unknown.call("primer").out
    assert "came up once" in unknown.call("primer").out
    for words in (("practice",), ("primer", "--read", "case:1")):
        refused = unknown.call(*words)
        assert refused.code == 2
        assert "Who are you?" in refused.err


def test_the_primer_ticks_and_says_what_to_read_next(desk: Console) -> None:
    shown = desk.call("primer")
    assert "[ ] cause:limit  came up once" in shown.out
    assert "To read the next one: careconsole cause show limit" in shown.err
    done = desk.call("primer", "--read", "cause:limit", "--read", "case:1")
    assert done.out.startswith("Primer: 2 of 2 read\n")
    assert done.err == ""
    assert desk.call("--as", "Ben", "primer").out.startswith("Primer: 0 of 2 read\n")
    assert "[x]" not in desk.call("primer", "--markdown").out
    assert "ticks" not in desk.call("export", "all").out
