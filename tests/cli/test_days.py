"""A day without a time, as people write it: what is due by it is due at 17:00, what waits until it goes on at 9:00."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.console import Console


@pytest.fixture
def console(tmp_path: Path) -> Console:
    """It is Tuesday, nine o'clock (UTC), also on this machine."""
    console = Console(str(tmp_path / "shop.db"), env={"TZ": "UTC"})
    assert console.call("init", "--team", "Shop", "--lead", "Ana", "--agent", "Ben").code == 0
    assert console.call("new", "--subject", "Kettle", "--customer", "Carla", "--owner", "me").code == 0
    return console


def test_what_is_due_by_a_day_is_due_at_the_end_of_it(console: Console) -> None:
    told = console.call("promise", "1", "--due", "friday", "a new kettle")
    assert told.code == 0, told.err
    assert "promised by Fri 17:00: a new kettle" in told.out + told.err
    told = console.call("log", "1", "on its way", "--then", "promise", "--due", "tomorrow")
    assert "promised by Wed 17:00" in told.out + told.err


def test_what_waits_until_a_day_goes_on_in_the_morning(console: Console) -> None:
    told = console.call("park", "1", "--on", "customer", "--until", "next monday")
    assert "2026-11-30 09:00" in told.out + told.err
    assert console.call("team", "away", "Ben", "--until", "thu").code == 0
    people = {person["name"]: person["away_until"] for person in console.call("team", "list", "--json").json}
    assert people["Ben"] == "2026-11-26T09:00:00Z"
    assert console.call("team", "duty", "Ana", "--from", "fri", "--until", "sat").code == 0
    turn = console.call("team", "rota", "show", "--json").json["turns"][1]
    assert (turn["from"], turn["until"]) == ("2026-11-27T09:00:00Z", "2026-11-28T09:00:00Z")
