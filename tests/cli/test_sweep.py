"""The sweep and the escalation paths on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from careconsole.cli.swept import Swept
from careconsole.desk.cases import sweep as sweeping
from careconsole.desk.cases.sweep import Act, SweepResult
from tests.cli.console import Console, Result

PATHS = """\
[[path]]
name = "kettles"
tags = ["kettle"]
[[path.step]]
name = "maker"
call = ["Dr. Weiss", "duty"]
acknowledge = "2h"
repeat = 1
[[path]]
name = "standard"
[[path.step]]
name = "lead"
call = ["duty"]
"""


@pytest.fixture
def console(tmp_path: Path) -> Console:
    """A team with a case that Ben owns and has escalated, at nine on Tuesday."""
    console = Console(str(tmp_path / "shop.db"))
    assert console.call("init", "--team", "Shop", "--lead", "Ana", "--agent", "Ben", "--contact", "Dr. Weiss").code == 0
    assert as_ben(console, "new", "--subject", "Kettle cracked", "--customer", "Carla", "--owner", "me").code == 0
    assert as_ben(console, "escalate", "1", "--reason", "exception", "--need", "a decision").code == 0
    return console


def as_ben(console: Console, *args: str, at: str = "") -> Result:
    env = {**console.env, **({"CARECONSOLE_NOW": at} if at else {})}
    return Console(console.db, "Ben", env).call(*args)


def later(console: Console, at: str) -> Console:
    return Console(console.db, console.name, {"CARECONSOLE_NOW": at})


def test_a_sweep_does_what_has_fallen_due_and_says_so(console: Console) -> None:
    assert console.call("sweep").err == "Nothing is due.\n"
    at = later(console, "2026-11-24T10:30Z")
    would = at.call("sweep", "--dry-run")
    assert "nobody acknowledged in time: Dr. Weiss called (level 2)" in would.out
    assert would.out.endswith("Would be: 1 call passed on.\n")
    done = at.call("sweep")
    assert done.code == 0
    assert done.out.endswith("\n1 call passed on.\n")
    assert at.call("sweep").out == ""
    shown = at.call("show", "1").out
    assert "Dr. Weiss called (level 2), to acknowledge by" in shown
    assert "nobody acknowledged in time" in shown


def test_a_sweep_prints_what_it_did_as_json(console: Console) -> None:
    at = later(console, "2026-11-24T13:30Z")
    found = at.call("sweep", "--json", "--no-send").json
    assert (found["dry_run"], found["busy"], found["notices"]) == (False, None, None)
    assert [(one["case"], one["kind"]) for one in found["done"]] == [(1, "call timed out"), (1, "overdue")]
    call, overdue = found["done"]
    data = call["data"]
    assert (data["responder"], data["also"], data["why"]) == ("Dr. Weiss", [], "unanswered")
    assert data["acknowledge_by"] == "2026-11-24T14:30:00Z"
    assert [clock["kind"] for clock in overdue["data"]["clocks"]] == ["first answer"]
    assert at.call("sweep", "--json", "--no-send").json["done"] == []


def test_what_presses_most_is_counted_first(console: Console) -> None:
    done = later(console, "2026-11-24T13:30Z").call("sweep").out
    assert done.endswith("\n1 call passed on; 1 case overdue, people notified.\n")


def test_what_sweeps_have_done_is_told_afterwards(console: Console) -> None:
    at = later(console, "2026-11-24T10:30Z")
    at.call("sweep", "--quiet")
    told = later(console, "2026-11-25T08:00Z").call("sweep", "--since", "yesterday 10:00")
    assert "nobody acknowledged in time" in told.out
    assert told.out.endswith("\n1 call passed on.\n")
    assert later(console, "2026-11-25T08:00Z").call("sweep", "--since", "1h ago").out == ""
    assert at.call("sweep", "--since", "yesterday", "--dry-run").code == 2


def test_a_sweep_waits_for_another_and_does_the_rest(console: Console) -> None:
    """Whoever died in the middle of a sweep keeps the next one waiting for some seconds, and no longer."""
    import time
    from contextlib import closing

    from careconsole.desk.cases import sweep
    from careconsole.store import open_store

    with closing(open_store(console.db)) as store:
        now = time.time_ns() // 1_000_000
        store.engine.write(
            lambda: store.sweeping.take_lease(sweep.LEASE, "dead:1:x", now - sweep.SPAN + 600, sweep.SPAN)
        )
    assert "1 call passed on." in later(console, "2026-11-24T10:30Z").call("sweep").out
    assert time.time_ns() // 1_000_000 >= now + 600, "not before that one's time had run out"


def test_for_cron_it_is_quiet(console: Console) -> None:
    at = later(console, "2026-11-24T10:30Z")
    result = at.call("sweep", "--quiet")
    assert (result.code, result.out, result.err) == (0, "", "")


def test_a_sweep_runs_without_a_known_person(console: Console) -> None:
    nobody = Console(console.db, "", {"CARECONSOLE_NOW": "2026-11-24T10:30Z", "CARECONSOLE_AS": ""})
    assert "1 call passed on." in nobody.call("sweep").out


def test_overdue_cases_are_counted_once_however_many_of_their_clocks_run_out(console: Console) -> None:
    for due in ("+1h", "+2h", "+5h"):
        assert as_ben(console, "promise", "1", "--due", due, f"word by {due}").code == 0
    ahead = ("sweep", "--dry-run", "--as-of", "2026-11-24T16:00Z")
    done = console.call(*ahead, "--json").json["done"]
    overdue = [one["case"] for one in done if one["kind"] == "overdue"]
    assert len(overdue) > len(set(overdue)) == 1
    assert "; 1 case overdue, people notified." in console.call(*ahead).out


def test_catching_up_and_looking_ahead(console: Console) -> None:
    ahead = console.call("sweep", "--dry-run", "--as-of", "tomorrow 12:00", "--json").json
    assert [one["kind"] for one in ahead["done"]].count("call timed out") > 3
    refused = console.call("sweep", "--as-of", "tomorrow 12:00")
    assert refused.code == 2
    assert "--dry-run" in refused.err
    done = later(console, "2026-11-25T12:00Z").call("sweep", "--as-of", "2026-11-25T12:00Z", "--json").json
    assert [one["at"] for one in done["done"]] == [one["at"] for one in ahead["done"]]


def test_the_paths_are_shown_tried_and_set(console: Console, tmp_path: Path) -> None:
    shown = console.call("path", "show")
    assert "the next available responder" in shown.out
    assert "careconsole path template" in shown.err
    file = tmp_path / "paths.toml"
    file.write_text(PATHS, encoding="utf-8")
    remark = "The path kettles is for the tag kettle: no open and no new case has it.\n"
    assert console.call("path", "check", str(file)).err == f"Valid: 2 paths (kettles, standard).\n{remark}"
    told = console.call("path", "set", str(file)).err
    assert "Set: 2 paths (kettles, standard)." in told
    assert told.endswith(remark)
    assert console.call("path", "show", "--text").out == PATHS
    table = console.call("path", "show").out
    assert "Dr. Weiss and the lead on duty, 2 times" in table
    steps = console.call("path", "show", "--json").json[0]["steps"]
    assert steps == [
        {"level": 1, "name": "maker", "call": ["Dr. Weiss", "duty"], "acknowledge_seconds": 7200, "repeat": 1},
    ]
    as_ben(console, "new", "--subject", "Kettle", "--customer", "Carla", "--owner", "me")
    as_ben(console, "tag", "2", "--add", "kettle")
    tried = as_ben(console, "path", "try", "2", "--at", "tomorrow 3:00")
    assert "follows the path kettles" in tried.out
    assert "Dr. Weiss (contact), Ana (lead on duty)" in tried.out
    assert "1 maker, once more" in tried.out
    data = as_ben(console, "path", "try", "2", "--json").json
    assert data["path"] == "kettles"
    assert [(step["at"], step["attempt"]) for step in data["steps"]] == [
        ("2026-11-24T09:00:00Z", 1),
        ("2026-11-24T11:00:00Z", 2),
    ]
    assert data["steps"][0]["who"] == [
        {"name": "Dr. Weiss", "as": "contact"},
        {"name": "Ana", "as": "lead on duty"},
    ]


def test_only_a_lead_sets_paths_and_a_mistake_names_its_line(console: Console) -> None:
    refused = Console(console.db, "Ben").call("path", "set", "-", given=PATHS)
    assert refused.code == 3
    wrong = console.call("path", "set", "-", given=PATHS.replace("Dr. Weiss", "Dr. Nobody"))
    assert wrong.code == 2
    assert wrong.err.startswith("careconsole: Line 6: ")
    assert console.call("path", "check", "nofile.toml").code == 1


def test_an_open_call_is_told_and_an_ended_case_calls_nobody(console: Console) -> None:
    tried = as_ben(console, "path", "try", "1")
    assert "Ana is called now" in tried.err
    assert "2 management" in tried.out
    new = as_ben(console, "new", "--subject", "Lid", "--customer", "Carla", "--owner", "me")
    as_ben(console, "resolve", new.out.strip(), "--said", "done", "--answer", "told")
    assert "Nobody would be called" in as_ben(console, "path", "try", new.out.strip()).err


@pytest.mark.parametrize("words", [(), ("--dry-run",), ("--dry-run", "--as-of", "2026-11-26T16:00Z")])
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_however_much_is_due_the_sweep_holds_a_few_cases_and_prints_the_same(
    console: Console, words: tuple[str, ...], form: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        assert as_ben(console, "new", "--subject", f"Lid \u200b{number}", "--customer", "Carla").code == 0
    at = later(console, "2026-11-24T13:30Z")
    if "--dry-run" in words:
        usual = at.call("sweep", "--no-send", *words, *form)
    else:  # it is to be done once; what would be is printed before
        ahead = at.call("sweep", "--dry-run", *form)
        usual = Result(0, ahead.out.replace("Would be: ", "").replace('"dry_run": true', '"dry_run": false'), "")
    monkeypatch.setattr("careconsole.desk.cases.sweep._AT_ONCE", 2)
    monkeypatch.setattr("careconsole.cli.swept._AT_ONCE", 2)
    monkeypatch.setattr("careconsole.cli.spool._IN_MEMORY", 10)
    monkeypatch.setattr("careconsole.cli.swept.MANY_ROWS", 3)
    held: list[int] = []
    add = Swept.add

    def counted(swept: Swept, acts: Sequence[Act]) -> None:
        held.append(len({act.before.number for act in acts}))
        add(swept, acts)

    monkeypatch.setattr(Swept, "add", counted)
    results = list[SweepResult]()
    sweep = sweeping.sweep

    def kept(*args: Any, **how: Any) -> SweepResult:
        results.append(sweep(*args, **how))
        return results[-1]

    monkeypatch.setattr(sweeping, "sweep", kept)
    done = at.call("sweep", "--no-send", *words, *form)
    assert done.out == usual.out
    assert done.out.count("Lid") >= 5
    assert max(held) <= 2
    assert [result.acts for result in results] == [()]
