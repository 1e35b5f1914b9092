"""Escalation paths: which one a case has, whom a step calls, how they are written, what is said about a mistake."""

from __future__ import annotations

import pytest

from careconsole.domain.case.acknowledgement import Acknowledge
from careconsole.domain.case.editing import Edit
from careconsole.domain.case.escalation import Deescalate, Escalate, Skip
from careconsole.domain.case.escalation_paths import ABLE, DUTY, LEADS, STANDARD, Path, Paths, Step, call_words
from careconsole.domain.case.handover import HandOver
from careconsole.domain.case.ownership import TakeOver
from careconsole.domain.case.planned_calls import plan
from careconsole.domain.errors import WrongUse
from careconsole.domain.settings.escalation_paths import parse_paths, paths_text
from careconsole.domain.team.lookup import find_person
from careconsole.domain.team.roster import LEAD, Person, Roster
from careconsole.domain.time.moments import HOUR, MINUTE
from careconsole.store.maintenance.schema import db_text
from tests import suggested
from tests.domain.cases import ANA, BEN, CLEO, DORA, EVE, Play, Team

UP = Escalate(reason="exception", need="a decision")
TEXT = """\
[group]
suppliers = ["Eve", "Dora"]

[[path]]
name = "kettles"
tags = ["#Kettle", "spare parts"]
causes = ["Broken  on ARRIVAL"]

[[path.step]]
name = "supplier"
call = ["Suppliers", "duty"]
acknowledge = "90m"
repeat = 2

[[path.step]]
name = "all"
call = "leads"

[[path]]
name = "standard"

[[path.step]]
name = "lead"
"""


def find(name: str) -> int:
    return find_person(name, Team().roster).number


def one(*steps: Step, name: str = "ours") -> Path:
    return Path(name=name, steps=steps)


# Which path


def test_the_first_path_that_fits_counts_and_the_last_fits_all() -> None:
    paths = (
        Path(name="gold kettles", tiers=("gold",), tags=("kettle", "lid"), steps=STANDARD.paths[0].steps),
        Path(name="urgent", priorities=("urgent",), steps=STANDARD.paths[0].steps),
        Path(name="refunds", causes=("refund limit",), steps=STANDARD.paths[0].steps),
        Path(name="rest", steps=STANDARD.paths[0].steps),
    )

    def name(tier: str = "standard", cause: str = "", **new: object) -> str:
        return Paths(paths).path_for(Play("Ben", **new).case, tier, cause).name

    assert name("gold", tags=("lid",)) == "gold kettles"
    assert name(tags=("lid",)) == "rest", "everything that a path says must fit"
    assert name("gold", priority="urgent") == "urgent"
    assert name(cause="refund limit") == "refunds"
    assert name() == "rest"


def test_an_open_call_stays_on_its_path_whatever_becomes_of_the_case() -> None:
    urgent = Path(
        name="urgent", priorities=("urgent",), steps=(Step(name="dora", call=(DORA,)), Step(name="eve", call=(EVE,)))
    )
    rest = one(Step(name="ana", call=(ANA,)), name="rest")
    play = Play("Ben", priority="urgent").along(urgent, rest).do("Ben", UP)
    assert (play.called, play.case.escalation and play.case.escalation.path) == ("Dora", "urgent")
    play.do("Ben", Edit(priority="low"), Skip(reason="no answer"))
    assert play.called == "Eve"
    play.along(rest)
    assert play.paths.path_for(play.case, "standard").name == "rest", "a path that is gone is chosen anew"


# Whom a step calls


def test_a_step_calls_all_its_people_and_the_first_to_acknowledge_has_it() -> None:
    play = Play("Ben").along(one(Step(name="both", call=(DORA, EVE)), Step(name="ana", call=(ANA,))))
    play.do("Ben", UP)
    assert play.everybody_called == ["Dora", "Eve"]
    assert (
        "waits for Dora"
        in Play("Ben")
        .along(one(Step(name="d", call=(DORA,))))
        .do("Ben", UP)
        .refused("Cleo", Acknowledge(until=play.inn(2)))
        .message
    )
    play.do("Dora", Acknowledge(until=play.inn(2)))
    assert play.everybody_called == ["Dora"]
    heard = Play("Ben").along(one(Step(name="both", call=(DORA, EVE)))).do("Ben", UP)
    heard.do("Cleo", Acknowledge(until=heard.inn(2)))
    assert heard.everybody_called == ["Eve"], "a contact acknowledges through whoever heard it from them"


def test_the_responders_of_the_day_are_looked_up_when_the_call_is_made() -> None:
    play = Play("Ben").along(one(Step(name="duty", call=(DUTY,)), Step(name="leads", call=(LEADS,))))
    play.duty("Dora").do("Ben", UP)
    assert play.everybody_called == ["Dora"]
    play.do("Ben", Skip(reason="no answer"))
    assert play.everybody_called == ["Dora", "Ana"]


def test_never_the_one_who_escalates_nor_the_owner_nor_who_stands_in_for_them() -> None:
    everybody = one(Step(name="all", call=(ANA, BEN, CLEO, DORA, EVE)))
    assert Play("Ben").along(everybody).do("Ana", UP).everybody_called == ["Cleo", "Dora", "Eve"]
    play = Play("Ben").along(everybody).away("Dora", cover="Ben")
    assert play.do("Ben", UP).everybody_called == ["Ana", "Cleo", "Eve"]


def test_covers_are_resolved_through_chains_and_hear_a_call_once() -> None:
    play = (
        Play("Ben").along(one(Step(name="leads", call=(ANA, DORA)))).away("Ana", cover="Cleo").away("Dora", cover="Ana")
    )
    assert play.do("Ben", UP).everybody_called == ["Ana"], "Cleo hears for both, and is called once"
    play.do("Cleo", Acknowledge(until=play.inn(1)))


def test_a_step_whose_people_are_all_out_is_passed_over() -> None:
    play = Play("Ben").along(one(Step(name="dora", call=(DORA,)), Step(name="eve", call=(EVE,))))
    assert play.left("Dora").do("Ben", UP).everybody_called == ["Eve"]
    assert play.case.level == 2
    play = Play("Dora").along(one(Step(name="dora", call=(DORA,)))).do("Ben", UP)
    assert play.everybody_called == ["Ana"], "where the whole path has nobody else, a lead is called"


def test_a_step_calls_only_people_it_names() -> None:
    """The lead on duty calls for help on her own case: the other lead is called, and the supplier in their turn."""
    steps = (Step(name="duty", call=(DUTY,)), Step(name="leads", call=(LEADS,)), Step(name="supplier", call=(EVE,)))
    play = Play("Ana").along(one(*steps))
    told = [(step.name, step.people) for step in plan(play.case, play.context("Ana"))]
    assert told == [("leads", (DORA,)), ("supplier", (EVE,))]
    play.do("Ana", UP)
    assert (play.case.level, play.everybody_called) == (2, ["Dora"])
    only_leads = Play("Ana").along(one(*steps[:2])).left("Dora")
    refused = only_leads.refused("Ana", UP)
    assert refused.message == "The escalation path reaches nobody else now."
    assert suggested.told(refused) == "Name Eve (with --to TO)."


def test_the_time_to_acknowledge_is_the_steps_else_the_service_levels() -> None:
    play = Play("Ben").along(one(Step(name="a", call=(ANA,), acknowledge=15 * MINUTE), Step(name="b", call=(EVE,))))
    assert play.do("Ben", UP).clock("acknowledgement").due == play.inn(0.25)
    assert play.do("Ben", Skip(reason="now")).clock("acknowledgement").due == play.inn(1)


def test_a_person_called_can_de_escalate_and_taking_the_case_ends_the_call() -> None:
    both = one(Step(name="both", call=(DORA, EVE, CLEO)))
    Play("Ben").along(both).do("Ben", UP).do("Cleo", Deescalate(decided="granted"))
    assert Play("Ben").along(both).do("Ben", UP).do("Cleo", TakeOver(reason="I can")).called is None


def test_a_part_in_a_call_is_handed_over_and_the_others_stay_called() -> None:
    play = Play("Ben").along(one(Step(name="both", call=(DORA, CLEO), acknowledge=HOUR))).do("Ben", UP).later(0.5)
    due = play.clock("acknowledgement").due
    play.do("Ana", HandOver(of=CLEO, to=ANA))
    assert play.everybody_called == ["Dora", "Ana"]
    assert play.clock("acknowledgement").due == due, "for the others nothing begins anew"


# What would happen


def test_a_plan_tells_every_call_with_its_times() -> None:
    path = one(Step(name="lead", call=(DUTY,), acknowledge=30 * MINUTE, repeat=1), Step(name="eve", call=(EVE,)))
    play = Play("Ben").along(path)
    now = play.team.now
    told = [
        (s.name, s.people, s.at - now, s.acknowledge_by - now, s.attempt) for s in plan(play.case, play.context("Ben"))
    ]
    assert told == [
        ("lead", (ANA,), 0, 30 * MINUTE, 0),
        ("lead", (ANA,), 30 * MINUTE, HOUR, 1),
        ("eve", (EVE,), HOUR, 2 * HOUR, 0),
    ]


# As text


def test_a_text_is_read() -> None:
    kettles, standard = parse_paths(TEXT, find).paths
    assert (kettles.name, kettles.tags, kettles.causes) == (
        "kettles",
        ("kettle", "spare-parts"),
        ("broken on arrival",),
    )
    assert kettles.steps[0] == Step(name="supplier", call=(EVE, DORA, DUTY), acknowledge=90 * MINUTE, repeat=2)
    assert kettles.steps[1].call == (LEADS,)
    assert standard.steps == (Step(name="lead", call=(ABLE,)),)
    assert call_words(kettles.steps[0], Team().roster) == "Eve, Dora and the lead on duty"


def test_what_is_written_reads_as_the_same() -> None:
    read = parse_paths(TEXT, find)
    assert parse_paths(paths_text(read, Team().roster), find) == read
    odd = Roster({1: Person(number=1, name='A "q" \\ [x] \u202e', role=LEAD)}, 1)
    paths = Paths((one(Step(name='"', call=(1,)), name="a\\b"),))
    assert parse_paths(paths_text(paths, odd), lambda name: find_person(name, odd).number) == paths


def test_the_template_is_what_a_team_has_that_sets_nothing() -> None:
    assert parse_paths(db_text("path/template.toml"), find) == STANDARD
    remarks = "\n".join(
        line[2:] if line.startswith("# ") and (line[2:3] in "[" or " = " in line) else line
        for line in db_text("path/template.toml").splitlines()
    )
    named = remarks.replace("Kiln Ltd", "Cleo").replace("Dr. Weiss", "Eve")
    assert [path.name for path in parse_paths(named, find).paths] == ["suppliers", "gold", "standard"]


@pytest.mark.parametrize(
    "text, line, words",
    [
        (TEXT.replace('"Eve", "Dora"', '"Eve", "Zoe"'), 2, "nobody called 'Zoe'"),
        (TEXT.replace("suppliers = ", "duty = "), 2, "is a reserved word"),
        (TEXT.replace('name = "kettles"', "name = 3"), 5, "must be a name"),
        (TEXT.replace('name = "supplier"', 'title = "supplier"'), 10, "nothing of that name"),
        (TEXT.replace('acknowledge = "90m"', 'acknowledge = "soon"'), 12, "soon"),
        (TEXT.replace('acknowledge = "90m"', 'acknowledge = "10s"'), 12, "too short"),
        (TEXT.replace("repeat = 2", "repeat = true"), 13, "must be a whole number, not true or false"),
        (TEXT.replace("repeat = 2", "repeat = 21"), 13, "must be a whole number up to 20"),
        (TEXT.replace('call = "leads"', 'call = ["able", "duty"]'), 17, "must be alone"),
        (TEXT.replace('call = "leads"', "call = []"), 17, "calls nobody"),
        (TEXT.replace('name = "all"', 'name = "supplier"'), 16, "Two steps"),
        (TEXT.replace('name = "standard"', 'name = "kettles"'), 20, "two paths"),
        (TEXT.replace('name = "standard"', 'name = "standard"\npriorities = ["soon"]'), 21, "not a priority"),
        (TEXT.replace('tags = ["#Kettle", "spare parts"]\ncauses = ["Broken  on ARRIVAL"]', ""), 4, "every case"),
        (TEXT.replace('name = "standard"', 'name = "standard"\ntiers = "gold"'), 19, "not for every case"),
        (TEXT.replace('"#Kettle"', '"#"'), 6, "not a tag"),
        (TEXT.replace('"Broken  on ARRIVAL"', '" "'), 7, "empty word"),
        (TEXT + "[[path]\n", 24, "not valid TOML"),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(WrongUse) as caught:
        parse_paths(text, find)
    assert caught.value.message.startswith(f"Line {line}: "), caught.value.message
    assert words in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    "text", ["[group]\n", "path = 3\n", "path = [3]\n", "group = 3\n", "x = 1\n", "[[path]]\nname='a'\n"]
)
def test_what_holds_no_path_is_refused(text: str) -> None:
    with pytest.raises(WrongUse):
        parse_paths(text, find)
