"""`careconsole team rota`, `team duty`, and how `team away` and `team back` tell of an absence."""

from __future__ import annotations

from pathlib import Path

import pytest

from careconsole.domain.time.moments import local, parse_moment
from tests.cli.console import NOW, Console, is_sentence

# It is Tuesday, nine o'clock (UTC).
WEEK = """\
zone = "UTC"
[[turn]]
days = "mon-fri"
hours = "08:00-18:00"
lead = "Dora"
[[turn]]
days = "mon-thu"
hours = "20:00-06:00"
lead = "Ana"
"""


@pytest.fixture
def console(tmp_path: Path) -> Console:
    """Ana and Dora lead, Ben and Cleo are agents; the machine's clock is the rota's."""
    console = Console(str(tmp_path / "shop.db"), env={"TZ": "UTC"})
    agents = ("--agent", "Ben", "--agent", "Cleo")
    assert console.call("init", "--team", "Shop", "--lead", "Ana", *agents).code == 0
    assert console.call("team", "add", "Dora", "--lead").code == 0
    return console


@pytest.fixture
def planned(console: Console) -> Console:
    done(console, "team", "rota", "set", "-", given=WEEK)
    return console


def done(console: Console, *args: str, given: str = "") -> str:
    """What a command that works prints, data and words together."""
    result = console.call(*args, given=given)
    assert result.code == 0, result.err
    return result.out + result.err


def by(console: Console, name: str, now: str = NOW) -> Console:
    return Console(console.db, name, {**console.env, "CARECONSOLE_NOW": now})


def when(text: str) -> str:
    """A moment as it is told in this process, wherever it runs."""
    now = parse_moment(NOW, 0)
    return local(parse_moment(text, now), now)


# The rota


def test_a_rota_is_checked_set_shown_changed_and_cleared(console: Console, tmp_path: Path) -> None:
    file = tmp_path / "rota.toml"
    file.write_text(WEEK, encoding="utf-8")
    gap = "For 3d 6h of each week the rota names nobody; Ana has the duty then.\n"
    counted = "9 turns a week"
    assert done(console, "team", "rota", "check", str(file)) == f"Valid: {counted}.\n{gap}"
    assert "There is no rota" in done(console, "team", "rota", "show")
    told = done(console, "team", "rota", "set", str(file))
    until = when("2026-11-24T18:00Z")
    assert told == f"Rota set: {counted}.\n{gap}Dora is on duty until {until}; then Ana.\n"
    assert done(console, "team", "rota", "show", "--text") == WEEK + gap
    assert done(console, "team", "rota", "clear") == "The rota is removed.\nAna is on duty.\n"
    assert console.call("team", "rota", "clear").code == 3


def test_the_next_days_are_shown_turn_by_turn(planned: Console) -> None:
    done(planned, "team", "duty", "Ana", "--from", "2026-11-24T10:00Z", "--until", "2026-11-24T11:00Z")
    rows = [line.split("  ") for line in planned.call("team", "rota", "show", "--days", "1").out.splitlines()[1:]]
    shown = [(row[0].strip(), row[-1]) for row in rows]
    moments = ["09:00", "10:00", "11:00", "18:00", "20:00"]
    leads = ["Dora", "Ana, by exception", "Dora", "(Ana)", "Ana"]
    assert shown[:5] == list(zip([when(f"2026-11-24T{m}Z") for m in moments], leads, strict=True))
    told = planned.call("team", "rota", "show", "--json", "--days", "1").json
    assert told["zone"] == "UTC"
    assert told["turns"][0] == {
        "from": "2026-11-24T09:00:00Z",
        "until": "2026-11-24T10:00:00Z",
        "rota": "Dora",
        "exception": False,
        "on_duty": "Dora",
        "acts": "Dora",
    }
    assert [turn["exception"] for turn in told["turns"][:3]] == [False, True, False]
    assert [(turn["rota"], turn["on_duty"]) for turn in told["turns"][3:5]] == [(None, "Ana"), ("Ana", "Ana")]
    assert len(told["remarks"]) == 1


def test_the_rota_lists_a_named_lead_who_cannot_be_on_duty_beside_the_one_who_is(planned: Console) -> None:
    done(planned, "team", "away", "Dora", "--cover", "Ben")
    assert "Dora (away, Ben covers)\n" in done(planned, "team", "rota", "show")
    done(planned, "team", "away", "Dora")
    assert "Ana, because Dora is away\n" in done(planned, "team", "rota", "show")
    said = "5 turns of the rota name them; Ana has the duty then.\n"
    assert (
        done(planned, "team", "role", "Dora", "agent") == f"Dora is an agent now.\nDora is no longer a lead, and {said}"
    )
    assert "Ana, because Dora is no longer a lead\n" in done(planned, "team", "rota", "show")
    assert f"Dora has left the team, and {said}" in done(planned, "team", "leave", "Dora")
    shown = done(planned, "team", "rota", "show")
    assert "Ana, because Dora has left\n" in shown
    assert f"Dora has left the team, and {said}" in shown
    assert "Line 5: turn.1.lead: Dora has left" in planned.call("team", "rota", "check", "-", given=WEEK).err


def test_where_the_machine_s_clock_is_another_one_that_is_said(console: Console) -> None:
    text = WEEK.replace("UTC", "Pacific/Kiritimati")
    done(console, "team", "rota", "set", "-", given=text)
    said = "These times are this machine's; the rota is written for Pacific/Kiritimati."
    assert said in done(console, "team", "rota", "show")


@pytest.mark.parametrize("content", [b"\xff\xfe", b"", b"x", None, b'[[turn]]\nlead = "Ana"\n'])
def test_what_is_no_rota_is_refused_with_a_sentence(console: Console, tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "rota.toml"
    if content is not None:
        file.write_bytes(content)
    for verb in ("check", "set"):
        result = console.call("team", "rota", verb, str(file))
        assert result.code in (1, 2)
        assert is_sentence(result)


def test_everybody_sees_the_rota_and_only_leads_change_it(planned: Console) -> None:
    ben = by(planned, "Ben")
    assert ben.call("team", "rota", "show").code == 0
    assert ben.call("team", "duty").code == 0
    assert ben.call("team", "rota", "check", "-", given=WEEK).code == 0
    for args in (("rota", "set", "-"), ("rota", "clear"), ("duty", "Ana"), ("duty", "Ana", "--until", "4h")):
        assert ben.call("team", *args, given=WEEK).code == 3


def test_the_template_speaks_of_this_team_s_leads_and_can_be_set(console: Console, tmp_path: Path) -> None:
    done(console, "team", "rename", "Dora", 'Do"ra')
    written = console.call("team", "rota", "template").out
    assert 'lead = "Do\\"ra"' in written
    assert "13 turns a week" in done(console, "team", "rota", "set", "-", given=written)
    nowhere = Console(str(tmp_path / "none.db"))
    assert 'lead = "Dora"' in done(nowhere, "team", "rota", "template")
    assert not (tmp_path / "none.db").exists()


# Who is on duty


def test_who_is_on_duty_and_who_is_next(planned: Console) -> None:
    until = when("2026-11-24T18:00Z")
    assert planned.call("team", "duty").out == f"Dora is on duty until {until}; then Ana.\n"
    assert planned.call("team", "duty", "--json").json == {
        "lead": "Dora",
        "acts": "Dora",
        "until": "2026-11-24T18:00:00Z",
        "next": {"lead": "Ana", "acts": "Ana"},
        "given": None,
    }
    done(planned, "team", "away", "Dora", "--cover", "Cleo")
    assert planned.call("team", "duty").out == f"Dora (away, Cleo covers) is on duty until {until}; then Ana.\n"
    done(planned, "team", "rota", "clear")
    told = planned.call("team", "duty", "--json").json
    assert told == {"lead": "Ana", "acts": "Ana", "until": None, "next": None, "given": None}


def test_what_is_said_of_duty_agrees_when_the_lead_on_duty_is_away_without_a_cover(console: Console) -> None:
    dora = by(console, "Dora")
    done(console, "team", "away", "Ana")
    assert dora.call("team", "duty").out == "Dora is on duty, because Ana is away.\n"
    people = {person["name"]: person["on_duty"] for person in dora.call("team", "list", "--json").json}
    assert people == {"Ana": False, "Ben": False, "Cleo": False, "Dora": True}
    listed = dora.call("team", "list").out
    assert [line.split()[0] for line in listed.splitlines() if "on duty" in line] == ["Dora"]
    told = done(dora, "team", "duty", "Ana")
    assert told == "Ana is away without a cover: Dora stays on duty until Ana is back.\n"


def test_the_rota_counts_on_those_who_say_when_they_are_back(planned: Console) -> None:
    done(planned, "team", "away", "Dora", "--cover", "Cleo", "--until", "2026-11-25T07:00Z")
    until = when("2026-11-24T18:00Z")
    assert planned.call("team", "duty").out == f"Dora (away, Cleo covers) is on duty until {until}; then Ana.\n"
    turns = planned.call("team", "rota", "show", "--days", "3", "--json").json["turns"]
    acting = [(turn["from"][8:13], turn["acts"]) for turn in turns if turn["rota"] == "Dora"]
    assert acting == [("24T09", "Cleo"), ("25T08", "Dora"), ("26T08", "Dora"), ("27T08", "Dora")]
    shown = planned.call("team", "rota", "show", "--days", "3").out
    assert shown.count("Cleo covers") == 1


def test_the_duty_is_given_until_the_next_change_between_times_or_for_the_gaps(planned: Console) -> None:
    until = when("2026-11-24T18:00Z")
    assert done(planned, "team", "duty", "Ana") == f"Ana is on duty until {until}; then the rota applies again.\n"
    between = ("--from", "2026-11-25T09:00Z", "--until", "2026-11-25T10:00Z")
    told = done(planned, "team", "duty", "Ana", *between)
    assert told == f"Ana is on duty from {when(between[1])} until {when(between[3])}.\n"
    assert done(planned, "team", "duty", "Dora", "--gaps") == "Dora is on duty when the rota names nobody.\n"
    later = by(planned, "Ana", "2026-11-24T19:00Z")
    assert later.call("team", "duty", "--json").json["lead"] == "Dora"


@pytest.mark.parametrize(
    "args, code",
    [
        (("--from", "4h"), 2),
        (("--gaps",), 2),
        (("Ben",), 3),
        (("Zoe",), 2),
        (("Ana", "--until", "yesterday"), 2),
        (("Ana", "--until", "2026-11-24T08:00Z"), 2),
        (("Ana", "--from", "4h", "--until", "2h"), 2),
        (("Ana", "--from", "4h", "--gaps"), 2),
    ],
)
def test_a_duty_that_makes_no_sense_is_refused(planned: Console, args: tuple[str, ...], code: int) -> None:
    result = planned.call("team", "duty", *args)
    assert result.code == code
    assert is_sentence(result)
    assert planned.call("team", "rota", "show", "--text").out == WEEK


def test_an_end_before_the_beginning_is_told_with_both_and_not_with_now(planned: Console) -> None:
    result = planned.call("team", "duty", "Ana", "--from", "sun 8:00", "--until", "sat 8:00")
    assert result.code == 2
    assert "read as 2026-11-28T08:00+00:00, and the beginning is 2026-11-29T08:00+00:00." in result.err
    assert "now it is" not in result.err


# Away and back


def test_when_somebody_means_to_be_back_stands_in_the_list(console: Console) -> None:
    told = done(console, "team", "away", "Ben", "--cover", "Cleo", "--until", "2026-11-25T10:00Z")
    back = when("2026-11-25T10:00Z")
    assert told == f"Ben is away, expected back {back}; Cleo covers for them.\n"
    assert f"away, expected back {back}, Cleo covers" in done(console, "team", "list")
    (ben,) = [p for p in console.call("team", "list", "--json").json if p["name"] == "Ben"]
    assert (ben["away"], ben["away_until"], ben["acts"]) == (True, "2026-11-25T10:00:00Z", "Cleo")
    late = by(console, "Ana", "2026-11-26T12:00Z")
    assert "away, expected back yesterday, Cleo covers" in done(late, "team", "list")
    assert is_sentence(console.call("team", "away", "Cleo", "--until", "2026-11-24T08:00Z"))
    done(console, "team", "back", "Ben")
    (ben,) = [p for p in console.call("team", "list", "--json").json if p["name"] == "Ben"]
    assert (ben["away"], ben["away_until"]) == (False, None)


def test_being_back_tells_what_others_took_on_and_how_to_have_it_back(console: Console) -> None:
    ben, cleo = by(console, "Ben"), by(console, "Cleo")
    for _ in range(4):
        assert ben.call("new", "--subject", "Kettle", "--customer", "Carla", "--owner", "me").code == 0
    assert "4 owned by Ben: 1, 2, 3, 4" in done(ben, "team", "away", "Ben", "--cover", "Cleo")
    done(cleo, "take-over", "1", "3", "--reason", "Ben is away")
    done(console, "reassign", "2", "--to", "duty")
    told = done(ben, "team", "back", "Ben").splitlines()
    assert told == [
        "Ben is back.",
        "  1 owned by Ben: 4",
        "  Of their cases, Cleo has 2 now: 1, 3",
        "  Of their cases, nobody has 1 now: 2",
        "  To get one back: careconsole take-over 1 --reason 'back again'",
        "  To get back one that nobody has: careconsole take 2",
    ]
    done(ben, "take-over", "1", "--reason", "back again")
    done(ben, "take", "2")
    assert done(ben, "queue", "owner:ben").count("Kettle") == 3


def test_a_lead_who_marks_somebody_back_is_told_how_to_give_them_a_case_back(console: Console) -> None:
    ben, cleo = by(console, "Ben"), by(console, "Cleo")
    for _ in range(2):
        assert ben.call("new", "--subject", "Kettle", "--customer", "Carla", "--owner", "me").code == 0
    done(ben, "team", "away", "Ben", "--cover", "Cleo")
    done(cleo, "take-over", "1", "--reason", "Ben is away")
    done(console, "reassign", "2", "--to", "duty")
    told = done(console, "team", "back", "Ben").splitlines()
    assert told[-2:] == [
        "  To get one back: careconsole reassign 1 --to Ben",
        "  To get back one that nobody has: careconsole reassign 2 --to Ben",
    ]
    for line in told[-2:]:
        done(console, *line.partition("careconsole ")[2].split())
    assert done(ben, "queue", "owner:ben").count("Kettle") == 2


def test_going_away_says_what_it_means_for_duty(planned: Console) -> None:
    told = done(planned, "team", "away", "Dora", "--cover", "Cleo")
    meanwhile = "Meanwhile Cleo has a lead's rights, and is responsible for unassigned cases while Dora is on duty.\n"
    assert told == f"Dora is away; Cleo covers for them.\n{meanwhile}"
    refused = planned.call("team", "duty", "Cleo")
    assert "Cleo covers for Dora, who is on duty, but is not a lead." in refused.err
    assert "Dora (away, Cleo covers) is on duty." in planned.call("agenda").err
    found = planned.call("agenda", "--json").json
    assert (found["on_duty"], found["acts"]) == ("Dora", "Cleo")
    told = done(planned, "team", "away", "Dora")
    assert told == "Dora is away; Ana covers for them.\nAna is on duty instead.\n"
    remarks = planned.call("team", "away", "Ben", "--json").json["remarks"]
    assert remarks == []
