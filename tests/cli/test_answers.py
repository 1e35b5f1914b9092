"""`resolve` on the command line while the customer waits: it says what they heard, or is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.console import Console


@pytest.fixture
def console(tmp_path: Path) -> Console:
    console = Console(str(tmp_path / "care.db"))
    console.call("init", "--team", "Shop", "--lead", "Ana", "--agent", "Ben")
    for subject in ("Kettle", "Lid"):
        console.call("new", "--subject", subject, "--customer", "Carla", "--owner", "me", "--channel", "email")
    return console


def test_a_script_that_says_nothing_of_the_customer_is_refused_with_the_ways_to_say_it(console: Console) -> None:
    result = console.call("resolve", "1", "--said", "done")
    assert result.code == 3
    said = " ".join(result.err.split())
    assert "The customer of case 1 has no answer yet." in said
    assert "careconsole resolve 1 --said HOW --answer 'told|spam|duplicate|wrong address|test|unanswered'" in said
    assert console.call("show", "1", "--json").json[0]["case"]["status"] == "open"


def test_what_they_heard_stands_in_the_history_and_in_the_case(console: Console) -> None:
    done = console.call("resolve", "1", "2", "--said", "done", "--answer", "unanswered")
    assert done.code == 0
    assert "Case 1: Ana resolved it: done (the customer was not answered)" in done.err
    assert "The customer was not answered on case 1: make sure that they hear from us." in done.err
    shown = console.call("show", "1")
    assert "done (the customer was not answered)" in shown.out
    assert console.call("show", "1", "--json").json[0]["case"]["answer"] == "unanswered"
    assert [row["number"] for row in console.call("queue", "is:unanswered", "--json").json] == [1, 2]
    assert console.call("measures", "--json").json["resolved_unanswered"] == 2


def test_spam_is_counted_as_such_and_nowhere_else(console: Console) -> None:
    assert console.call("resolve", "1", "--said", "advertising", "--answer", "spam").code == 0
    found = console.call("measures", "--json").json
    assert (found["cases"], found["no_answer_needed"], found["resolved_unanswered"]) == (1, {"spam": 1}, 0)
    assert "no answer needed" in console.call("measures").out
