"""Service levels, calendars and clocks on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.console import Console, is_sentence

LEVELS = """\
[calendar.office]
zone = "UTC"
hours.mon-fri = "09:00-17:00"
[[level]]
name = "gold"
tiers = ["gold"]
answer = "1h"
[[level]]
name = "standard"
calendar = "office"
resolution = "16h"
"""


@pytest.fixture
def console(tmp_path: Path) -> Console:
    """A team with one case, opened on Tuesday at nine."""
    console = Console(str(tmp_path / "shop.db"))
    assert console.call("init", "--team", "Shop", "--lead", "Ana", "--agent", "Ben").code == 0
    opened = console.call("new", "--subject", "Kettle cracked", "--customer", "Carla", "--owner", "Ana")
    assert opened.code == 0, opened.err
    return console


def done(console: Console, *args: str, given: str = "") -> str:
    """What a command that works prints, data and words together."""
    result = console.call(*args, given=given)
    assert result.code == 0, result.err
    return result.out + result.err


# Service levels


def test_what_holds_can_be_shown_changed_and_set_again(console: Console) -> None:
    shown = console.call("service", "show")
    assert "has set none" in shown.err
    assert done(console, "service", "set", "-", given=shown.out).startswith("Levels set: standard.")
    told = done(console, "service", "set", "-", given=LEVELS)
    assert told == "Levels set: gold, standard. No due times of open cases change.\n"
    assert done(console, "service", "show") == LEVELS
    levels = console.call("service", "show", "--json").json
    assert [(level["name"], level["answer_seconds"], level["resolution_seconds"]) for level in levels] == [
        ("gold", 3600, 0),
        ("standard", 4 * 3600, 16 * 3600),
    ]


def test_setting_says_on_how_many_cases_the_due_time_is_another_one(console: Console) -> None:
    told = done(console, "service", "set", "-", given='[[level]]\nname = "fast"\nanswer = "1h"\n')
    assert told == "Levels set: fast. Due times change on the open case.\n"
    later = Console(console.db, console.name, {**console.env, "CARECONSOLE_NOW": "2026-11-24T09:10Z"})
    told = done(later, "service", "set", "-", given='[[level]]\nname = "now"\nfirst_answer = "1m"\nanswer = "1m"\n')
    assert told.endswith("Due times change on the open case; it is now late.\n")
    again = done(later, "service", "set", "-", given='[[level]]\nname = "now"\nfirst_answer = "2m"\nanswer = "2m"\n')
    assert "now late" not in again, "it was late before"
    done(console, "new", "--subject", "Lid", "--customer", "Nils")
    assert "on 2 of 2 open cases" in done(
        console, "service", "set", "-", given='[[level]]\nname = "a"\nanswer = "2h"\n'
    )


def test_a_file_is_checked_with_the_line_of_what_is_wrong(console: Console, tmp_path: Path) -> None:
    file = tmp_path / "levels.toml"
    file.write_text(LEVELS, encoding="utf-8")
    assert done(console, "service", "check", str(file)) == "Valid: 2 levels (gold, standard).\n"
    file.write_text(LEVELS.replace('"16h"', '"2d"'), encoding="utf-8")
    for verb in ("check", "set"):
        result = console.call("service", verb, str(file))
        assert result.code == 2
        assert is_sentence(result)
        assert "Line 11: level.2.resolution" in result.err


@pytest.mark.parametrize("content", [b"\xff\xfe", b"", b"x", None])
def test_what_is_no_file_of_levels_is_refused(console: Console, tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "levels.toml"
    if content is not None:
        file.write_bytes(content)
    for verb in ("check", "set"):
        result = console.call("service", verb, str(file))
        assert result.code in (1, 2)
        assert is_sentence(result)


def test_only_leads_set_levels_and_everybody_sees_them(console: Console) -> None:
    ben = Console(console.db, "Ben")
    assert ben.call("service", "set", "-", given=LEVELS).code == 3
    assert ben.call("service", "show").code == 0
    assert ben.call("service", "check", "-", given=LEVELS).code == 0
    assert ben.call("calendar", "set", "shop", "mon 9:00-10:00", "--zone", "UTC").code == 3


# Calendars


def test_a_calendar_is_set_in_a_line_and_shown_day_by_day(console: Console) -> None:
    hours = ("mon-fri 9:00-12:30,13:30-18:00", "sat 10:00-14:00")
    told = done(console, "calendar", "set", "shop", *hours, "--zone", "Europe/Berlin")
    assert "No service level uses it yet" in told
    shown = done(console, "calendar", "show", "shop", "--day", "2026-12-25").splitlines()
    assert shown[0] == "shop (Europe/Berlin)"
    assert shown[2].split("  ")[:2] == ["Fri 2026-12-25", "09:00-12:30, 13:30-18:00"]
    assert shown[3].split("  ")[:2] == ["Sat 2026-12-26", "10:00-14:00"]
    assert "closed" in shown[4]
    days = console.call("calendar", "show", "shop", "--day", "2026-12-25", "--json").json
    assert days[1] == {"day": "2026-12-26", "hours": ["10:00-14:00"], "why": None}


def test_without_a_day_the_week_begins_today(console: Console) -> None:
    assert console.call("calendar", "show", "always", "--json").json[0]["day"] == "2026-11-24"


@pytest.mark.parametrize(
    "words",
    [
        ("set", "shop", "mon-fri 9:00-17:00"),
        ("set", "shop", "mon-fri", "--zone", "UTC"),
        ("set", "shop", "mon 9:00-10:00", "mon 11:00-12:00", "--zone", "UTC"),
        ("set", "shop", "mon 9-10", "--zone", "UTC"),
        ("set", "shop", "mon 9:00-17:00", "--zone", "Nowhere"),
        ("set", "always", "mon 9:00-17:00", "--zone", "UTC"),
        ("set", "shop"),
        ("show", "shop"),
        ("show", "always", "--day", "soon"),
        ("show", "always", "--day", "9999-12-30"),
    ],
)
def test_what_is_no_calendar_is_refused_and_changes_nothing(console: Console, words: tuple[str, ...]) -> None:
    result = console.call("calendar", *words)
    assert result.code == 2
    assert is_sentence(result)
    assert "has set none" in console.call("service", "show").err


# Clocks


def test_why_tells_every_clock_and_how_it_comes_about(console: Console) -> None:
    done(console, "service", "set", "-", given=LEVELS)
    done(console, "promise", "1", "call back", "--due", "+3h")
    done(console, "park", "1", "--on", "customer", "--until", "+2d")
    shown = done(console, "why", "1").splitlines()
    assert shown[:2] == ["Case 1  Kettle cracked", "level standard, calendar office"]
    cells = [" ".join(line.split()) for line in shown[3:]]
    assert cells == [
        "promise 2: call back running 12:00 (in 3h) agreed time, set 09:00",
        "parked until running Thu 09:00 (in 2d) agreed time, set 09:00",
        "first answer paused Thu 13:00 (in 2d 4h) 4h of office time since 09:00, 4h left when it was paused",
        "resolution paused Fri 17:00 (in 3d 8h) 16h of office time since 09:00, 16h left when it was paused",
    ]
    told = console.call("why", "1", "--json").json
    assert (told["level"], told["calendar"]) == ("standard", "office")
    assert told["clocks"][3] == {
        "kind": "resolution",
        "state": "paused",
        "number": None,
        "about": None,
        "began": "2026-11-24T09:00:00Z",
        "due": "2026-11-27T17:00:00Z",
        "at_risk_from": "2026-11-27T13:00:00Z",
        "ended": None,
        "allowed_seconds": 16 * 3600,
        "paused_seconds": 0,
        "left_seconds": 16 * 3600,
    }


def test_a_case_as_json_tells_its_level_and_its_clocks(console: Console) -> None:
    done(console, "service", "set", "-", given=LEVELS)
    done(console, "log", "1", "sent")
    done(console, "park", "1", "--on", "customer", "--until", "+2d")
    done(console, "unpark", "1")
    (entry,) = json.loads(done(console, "show", "1", "--json"))
    assert entry["service_level"] == "standard"
    assert {clock["kind"]: clock["state"] for clock in entry["clocks"]} == {
        "next step": "running",
        "resolution": "running",
        "first answer": "met",
    }
    case = entry["case"]
    at = "2026-11-24T09:00:00Z"
    assert (case["asked_at"], case["answered_at"], case["told_at"], case["worked_at"]) == (at, at, at, at)
    assert case["rests"] == [{"on": "customer", "since": at, "until": at}]


def test_what_is_late_has_a_sign_and_what_was_met_says_when(console: Console) -> None:
    late = Console(console.db, env={"CARECONSOLE_NOW": "2026-11-24T14:00Z"})
    assert "! overdue  13:00 (1h late)" in done(late, "why", "1")
    risk = Console(console.db, env={"CARECONSOLE_NOW": "2026-11-24T12:30Z"})
    assert "~ at risk" in done(risk, "why", "1")
    done(risk, "log", "1", "sent")
    assert "met 12:30 4h since 09:00, was due 13:00" in " ".join(done(late, "why", "1").split())


def test_the_agenda_tells_the_next_hours_and_who_is_on_duty(console: Console) -> None:
    done(console, "promise", "1", "call back", "--due", "+30h")
    shown = console.call("agenda")
    assert "first answer" in shown.out
    assert "promise" not in shown.out
    assert shown.err == "Ana is on duty.\n"
    told = console.call("agenda", "--hours", "48", "--json").json
    assert [(entry["kind"], entry["answerable"]) for entry in told["due"]] == [
        ("first answer", "Ana"),
        ("promise", "Ana"),
    ]
    assert (told["until"], told["on_duty"], told["late"]) == ("2026-11-26T09:00:00Z", "Ana", 0)
    late = Console(console.db, env={"CARECONSOLE_NOW": "2026-11-24T14:00Z"})
    assert "Already late: 1 open" in late.call("agenda").err


@pytest.mark.parametrize("hours", ["0", "-1", "nan", "inf", "1e9"])
def test_an_agenda_of_no_hours_or_of_too_many_is_refused(console: Console, hours: str) -> None:
    result = console.call("agenda", f"--hours={hours}")
    assert result.code == 2
    assert is_sentence(result)


def test_promises_are_listed_and_those_that_are_broken_have_a_sign(console: Console) -> None:
    done(console, "promise", "1", "call back", "--due", "+3h")
    late = Console(console.db, env={"CARECONSOLE_NOW": "2026-11-24T14:00Z"})
    for console_, sign in ((console, ""), (late, "! ")):
        (line,) = done(console_, "promises", "--mine").splitlines()[1:]
        assert line.split("  ") == [f"{sign}12:00", " 1", "Ana      Carla     call back"] or line.startswith(
            f"{sign}12:00"
        )
        assert "call back" in line
    assert late.call("promises", "--overdue", "--json").json[0]["broken"] is True
    assert console.call("promises", "--overdue", "--json").json == []
    assert console.call("promises", "--mine", "--today").code == 2


def test_the_queue_finds_what_is_at_risk(console: Console) -> None:
    risk = Console(console.db, env={"CARECONSOLE_NOW": "2026-11-24T12:30Z"})
    assert [row["number"] for row in risk.call("queue", "is:atrisk", "--json").json] == [1]
    assert console.call("queue", "is:atrisk", "--json").json == []
