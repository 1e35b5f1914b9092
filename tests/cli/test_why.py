"""Why a case stands where it stands, and where its time went."""

from __future__ import annotations

from pathlib import Path

from tests.cli.console import Console


def test_why_tells_where_the_time_of_a_case_went(tmp_path: Path) -> None:
    console = Console(str(tmp_path / "desk.db"))
    console.call("init", "--team", "Shop", "--lead", "Ana", "--agent", "Ben")
    number = console.call("new", "--subject", "Kettle", "--customer", "Carla", "--owner", "me").out.strip()
    later = Console(console.db, env={"CARECONSOLE_NOW": "2026-11-24T11:00Z"})
    later.call("reassign", number, "--to", "Ben")
    evening = Console(console.db, env={"CARECONSOLE_NOW": "2026-11-24T12:30Z"})
    told = evening.call("why", number).out
    assert "with Ana       2h" in told
    assert "with Ben       1h 30m" in told
    assert "not escalated  3h 30m" in told, "the same time by level, in other words than by owner"
    time = evening.call("why", number, "--json").json["time"]
    assert [(one["owner"], one["seconds"]) for one in time["owners"]] == [("Ana", 7200), ("Ben", 5400)]
    assert time["total"]["seconds"] == 12_600


def test_what_the_priority_does_is_said_in_json_too(tmp_path: Path) -> None:
    console = Console(str(tmp_path / "desk.db"))
    console.call("init", "--team", "Shop", "--lead", "Ana")
    console.call("new", "--subject", "Kettle", "--customer", "Carla", "--priority", "urgent")
    console.call("new", "--subject", "Lid", "--customer", "Carla")
    words = console.call("why", "1", "--json").json["priority"]
    assert words.startswith("Urgent has the ")
    assert words in console.call("why", "1").out
    assert console.call("why", "2", "--json").json["priority"] is None


def test_why_calls_a_case_closed_only_if_it_is(tmp_path: Path) -> None:
    console = Console(str(tmp_path / "desk.db"))
    console.call("init", "--team", "Shop", "--lead", "Ana")
    console.call("new", "--subject", "Kettle", "--customer", "Carla", "--owner", "me", "--outbound")
    console.call("resolve", "1", "--said", "done")
    told = console.call("why", "1")
    assert "No clock is running: the case has ended." in told.err
    assert "closed" not in told.out + told.err
