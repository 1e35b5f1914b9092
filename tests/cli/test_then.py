"""On the command line, `log` and `new` go on to a promise, a parking or the resolution with --then."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.console import Console

NEW = ("new", "--subject", "Lid size", "--customer", "Nils", "--channel", "phone", "--description", "How wide is it?")


@pytest.fixture
def ben(tmp_path: Path) -> Console:
    console = Console(str(tmp_path / "shop.db"), "Ben")
    assert console.call("init", "--team", "Shop", "--lead", "Ana", "--agent", "Ben").code == 0
    assert (
        console.call("new", "--subject", "Kettle", "--customer", "Carla", "--owner", "me", "--channel", "email").code
        == 0
    )
    return console


def test_a_message_resolves_its_case_and_one_undo_takes_both_back(ben: Console) -> None:
    done = ben.call("log", "1", "a new one is on its way", "--then", "resolve")
    assert done.code == 0, done.err
    assert "Ben recorded a message to the customer (email): a new one is on its way" in done.err
    assert "Ben resolved it: a new one is on its way" in done.err
    assert ben.call("show", "1", "--json").json[0]["case"]["status"] == "resolved"
    undone = ben.call("undo")
    assert undone.code == 0
    assert undone.err.splitlines() == [
        "Undone: log, case 1.",
        "  Case 1: recorded a message to the customer (email): a new one is on its way;"
        " resolved it: a new one is on its way. It is open again.",
    ]
    assert (
        ben.call("history", "1")
        .out.splitlines()[-1]
        .endswith(
            "Ben undid entries 2, 3: recorded a message to the customer (email): a new one is on its way;"
            " resolved it: a new one is on its way"
        )
    )
    assert ben.call("show", "1", "--json").json[0]["case"]["status"] == "open"
    redone = ben.call("redo", "--json").json
    assert [event["kind"] for event in redone["events"]] == ["touched", "resolved"]
    assert ben.call("undo", "--json").json["events"] == redone["events"]


def test_what_an_undo_reopens_or_takes_back_is_said_and_what_one_event_did_is_not_said_twice(ben: Console) -> None:
    assert ben.call("resolve", "1", "--said", "sent", "--answer", "told").code == 0
    assert ben.call("undo").err.splitlines() == [
        "Undone: resolve, case 1.",
        "  Case 1: resolved it: sent (the customer was told). It is open again.",
    ]
    assert ben.call("note", "1", "on the back").code == 0
    assert ben.call("undo").err == "Undone: note, case 1.\n"
    assert ben.call("promise", "1", "call back", "--due", "+4h").code == 0
    kept = ben.call("keep", "1", "--json").json["events"][0]
    assert kept["sentence"] == 'Ben kept the promise "call back"'
    assert 'Ben kept the promise "call back"' in ben.call("history", "1").out
    assert 'Ben undid this: kept the promise "call back"' in (
        ben.call("undo").err + ben.call("watch", "--since", "0", "--once").out.replace('\\"', '"')
    )


def test_a_message_that_goes_on_lists_all_its_events_as_json(ben: Console) -> None:
    done = ben.call("log", "1", "which model?", "--then", "park", "--on", "customer", "--until", "+2d", "--json").json
    assert [event["kind"] for event in done["events"]] == ["touched", "parked"]


def test_what_is_missing_is_said_with_its_option(ben: Console) -> None:
    missing = ben.call("log", "1", "we will call", "--then", "promise")
    assert (missing.code, "--due TIME" in missing.err) == (2, True)
    astray = ben.call("log", "1", "we will call", "--due", "+4h")
    assert (astray.code, "--then promise" in astray.err) == (2, True)


def test_a_finished_call_is_opened_and_resolved_as_yours_and_says_so(ben: Console) -> None:
    missing = ben.call(*NEW, "--then", "resolve")
    assert (missing.code, missing.out) == (2, "")
    assert "The customer's own words do not say how it was resolved." in missing.err
    assert "--said" in missing.err
    said = ("--said", "it is 18 cm")
    done = ben.call(*NEW, "--then", "resolve", *said)
    assert (done.code, done.out) == (0, "2\n")
    assert "Case 2: Ben resolved it: it is 18 cm" in done.err
    shown = ben.call("show", "2", "--json").json[0]["case"]
    assert (shown["status"], shown["owner"]) == ("resolved", "Ben")
    assert "--owner me" in ben.call(*NEW, "--then", "resolve", *said, "--owner", "duty").err
    assert ben.call(*NEW, "--then", "promise", "--due", "+1h", "--said", "a call", "--owner", "duty").out == "3\n"
    assert ben.call("show", "3", "--json").json[0]["case"]["owner"] is None


def test_a_follow_up_goes_on_like_a_new_case_and_is_yours_then(ben: Console) -> None:
    about = ("follow-up", "1", "--subject", "A second cord", "--no-waits")
    done = ben.call(*about, "--then", "promise", "--due", "+1d", "--said", "a cord in the post")
    assert (done.code, done.out) == (0, "2\n")
    assert "a cord in the post" in done.err
    shown = ben.call("show", "2", "--json").json[0]["case"]
    assert (shown["owner"], shown["follows"]) == ("Ben", 1)
    assert [promise["text"] for promise in shown["promises"]] == ["a cord in the post"]
    assert ben.call("show", "1", "--json").json[0]["case"]["promises"] == [], "it is promised on the new case"
    assert ben.call("undo").code == 0
    assert ben.call("show", "1", "--json").json[0]["case"]["followed_by"] == []
    done = ben.call(*about, "--description", "told her the size", "--then", "resolve")
    assert done.code == 0, done.err
    assert ben.call("show", done.out.strip(), "--json").json[0]["case"]["status"] == "resolved"
    assert ben.call(*about).code == 0, "without it, all is as before"


def test_what_ends_the_customers_wait_says_so_and_since_when(ben: Console) -> None:
    words = "  It ends the customer's wait for an answer, since "
    assert ben.call("log", "1", "where is it?", "--in").code == 0
    called = ben.call("log", "1", "she called again", "--in", "--channel", "phone").err.splitlines()
    assert called[1].startswith(words)
    assert called[1].endswith(".")
    assert words not in ben.call("log", "1", "a new one is on its way", "--channel", "phone").err, "it had ended"
    assert words not in ben.call("log", "1", "when?", "--in").err
    assert words in ben.call("log", "1", "tomorrow").err
    assert words not in ben.call("note", "1", "on the back").err
