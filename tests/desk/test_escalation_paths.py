"""Escalation paths of a team: setting them, and whom a call would reach when."""

from __future__ import annotations

from typing import Any

import pytest

from careconsole.desk.cases import execution
from careconsole.desk.team import customers, escalation_paths, members, rota
from careconsole.domain.case.acknowledgement import Acknowledge
from careconsole.domain.case.editing import Edit
from careconsole.domain.case.escalation import Escalate
from careconsole.domain.case.escalation_paths import STANDARD
from careconsole.domain.case.merging import Merge
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.time.moments import HOUR, MINUTE
from careconsole.present.escalation_paths import nobody_words
from tests.desk.office import Office

TEXT = """\
[[path]]
name = "gold"
tiers = ["gold"]
[[path.step]]
name = "dora"
call = ["Dora"]
acknowledge = "10m"

[[path]]
name = "standard"
[[path.step]]
name = "lead"
call = ["duty"]
acknowledge = "30m"
[[path.step]]
name = "Eve and Cleo"
call = ["Eve", "Cleo"]
"""
UP = Escalate(reason="exception", need="a decision")


def opened(office: Office, owner: str, customer: str | None = None, **new: Any) -> int:
    command = OpenCase(subject="Kettle", owner=office.ids[owner], **new)
    outcome = execution.open_case(office.desk(owner), command, customer)
    assert outcome.opened is not None
    return outcome.opened


def steps(office: Office, name: str, number: int, at: int | None = None) -> list[tuple[str, str]]:
    """Who would hear a call by `name`, and as what."""
    return [one for step in escalation_paths.try_path(office.desk(name), number, at).steps for one in step.who]


def test_a_team_that_sets_nothing_has_three_levels(office: Office) -> None:
    assert escalation_paths.paths(office.desk()) == STANDARD
    assert escalation_paths.check(office.desk(), escalation_paths.text(office.desk())) == STANDARD


def test_words_that_no_case_could_have_are_told(office: Office) -> None:
    text = TEXT.replace(
        'tiers = ["gold"]', 'tiers = ["gold", "standard"]\ntags = ["leek", "kettle"]\ncauses = ["pump"]'
    )
    desk = office.desk()
    assert escalation_paths.remarks(desk, escalation_paths.check(desk, text)) == [
        "The path gold is for the tier gold: no customer has it.",
        "The path gold is for the tag leek: no open and no new case has it.",
        "The path gold is for the tag kettle: no open and no new case has it.",
        "The path gold is for the cause pump: no case has had it yet.",
    ]
    number = opened(office, "Ben", "Carla", tags=("leak", "kettle"))
    customer = office.store.customers.like("Carla", 1)[0]
    customers.change(desk, customer.name, tier="Gold")
    execution.execute(
        office.desk("Ben"), "escalate", Escalate(reason="exception", need="a decision", cause="pump"), [number]
    )
    assert escalation_paths.remarks(desk, escalation_paths.check(desk, text)) == [
        "The path gold is for the tag leek: no open and no new case has it. Did you mean leak?"
    ]
    assert escalation_paths.remarks(desk, STANDARD) == []


def test_a_key_that_is_nearly_one_is_named(office: Office) -> None:
    for wrong, right in (("teirs", "tiers"), ("Tier", "tiers"), ("cause", "causes")):
        with pytest.raises(WrongUse) as mistake:
            escalation_paths.check(office.desk(), TEXT.replace("tiers =", f"{wrong} ="))
        assert mistake.value.message.startswith("Line 3: ")
        assert str(mistake.value.hint).startswith(f"Did you mean {right}? A path has name, tags")
    with pytest.raises(WrongUse) as mistake:
        escalation_paths.check(office.desk(), TEXT.replace("tiers =", "xyz ="))
    assert str(mistake.value.hint).startswith("A path has name, tags")


def test_a_lead_sets_the_paths_and_nobody_else(office: Office) -> None:
    with pytest.raises(Refused, match="Only a lead"):
        escalation_paths.set_paths(office.desk("Ben"), TEXT)
    escalation_paths.set_paths(office.desk("Dora"), TEXT)
    assert escalation_paths.text(office.desk()) == TEXT
    assert [path.name for path in escalation_paths.paths(office.desk()).paths] == ["gold", "standard"]
    number = opened(office, "Ben")
    execution.execute(office.desk("Ben"), "escalate", UP, [number])
    call = office.case(number).escalation
    assert call is not None
    assert (call.path, call.acknowledge_by) == ("standard", office.now + 30 * MINUTE)
    assert office.sound()


def test_a_mistake_sets_nothing(office: Office) -> None:
    for wrong in ("", "x", TEXT.replace('"Dora"', '"Zoe"'), "\ud800", "#" * 300_000):
        with pytest.raises(WrongUse):
            escalation_paths.set_paths(office.desk(), wrong)
    assert escalation_paths.paths(office.desk()) == STANDARD


def test_the_tier_of_the_customer_counts(office: Office) -> None:
    from careconsole.desk.team import customers

    escalation_paths.set_paths(office.desk(), TEXT)
    number = opened(office, "Ben", "Carla")
    assert escalation_paths.try_path(office.desk("Ben"), number).path.name == "standard"
    customers.change(office.desk(), "Carla", tier="gold")
    tried = escalation_paths.try_path(office.desk("Ben"), number)
    assert (tried.path.name, tried.steps[0].acknowledge_by) == ("gold", office.now + 10 * MINUTE)


def test_somebodys_new_name_breaks_no_path_and_who_left_is_told(office: Office) -> None:
    escalation_paths.set_paths(office.desk(), TEXT)
    members.change(office.desk(), "Eve", name="Eve Adams")
    number = opened(office, "Ben")
    assert ("Eve Adams", "contact") in steps(office, "Ben", number)
    members.change(office.desk(), "Cleo", active=False)
    assert escalation_paths.gone(office.desk()) == ["Cleo"]
    assert [name for name, _ in steps(office, "Ben", number)] == ["Ana", "Eve Adams"]
    with pytest.raises(WrongUse, match="no longer works here"):
        escalation_paths.check(office.desk(), TEXT.replace("Eve", "Eve Adams"))


def test_trying_tells_who_hears_it_as_what_and_when(office: Office) -> None:
    number = opened(office, "Ben")
    assert steps(office, "Ben", number) == [("Ana", "lead on duty"), ("Dora", "lead"), ("Ana", "lead on duty")]
    escalation_paths.set_paths(office.desk(), TEXT)
    tried = escalation_paths.try_path(office.desk("Ben"), number)
    lead, both = tried.steps
    assert (lead.name, lead.at, lead.acknowledge_by) == ("lead", office.now, office.now + 30 * MINUTE)
    assert both.who == (("Eve", "contact"), ("Cleo", "agent"))
    assert (both.at, both.acknowledge_by) == (lead.acknowledge_by, lead.acknowledge_by + HOUR)
    later = escalation_paths.try_path(office.desk("Ben"), number, office.now + 5 * HOUR)
    assert later.steps[0].at == office.now + 5 * HOUR


def test_a_contact_is_named_with_how_to_reach_them(office: Office) -> None:
    members.change(office.desk("Ana"), "Eve", reach="ext. 12\x1b[2J")
    members.change(office.desk("Ana"), "Dora", active=False)
    number = opened(office, "Ana")
    assert steps(office, "Ana", number) == [("Eve", "contact, ext. 12␛[2J")]


def test_a_call_to_who_is_away_reaches_who_covers(office: Office) -> None:
    number = opened(office, "Ben")
    members.away(office.desk("Dora"), "Dora", "Cleo")
    assert steps(office, "Ben", number)[1] == ("Cleo", "covers for Dora")
    members.back(office.desk("Dora"), "Dora")
    members.away(office.desk("Ana"), "Ana", "Cleo")
    assert steps(office, "Ben", number)[0] == ("Cleo", "covers for Ana, lead on duty")


def test_the_first_call_is_the_one_an_escalation_makes(office: Office) -> None:
    number = opened(office, "Ana")
    ((name, _), *_) = steps(office, "Ana", number)
    execution.execute(office.desk("Ana"), "escalate", UP, [number])
    call = office.case(number).escalation
    assert call is not None
    assert office.ids[name] == call.responder
    tried = escalation_paths.try_path(office.desk("Ana"), number)
    assert tried.open == name
    assert tried.steps[0].level == 2, "what is told then is how the call goes on"


def test_no_case_of_that_number_is_wrong_use_and_an_ended_one_calls_nobody(office: Office) -> None:
    with pytest.raises(WrongUse):
        escalation_paths.try_path(office.desk(), 99)
    number = opened(office, "Ben")
    execution.execute(office.desk("Ben"), "resolve", Resolve(said="done", answer="told"), [number])
    assert escalation_paths.try_path(office.desk("Ben"), number).steps == ()


def test_everybody_who_is_called_finds_the_case_among_what_waits_for_them(office: Office) -> None:
    from careconsole.desk.queries import case_queries

    escalation_paths.set_paths(office.desk(), TEXT.replace('call = ["duty"]', 'call = ["Cleo", "Dora"]'))
    number = opened(office, "Ben")
    execution.execute(office.desk("Ben"), "escalate", UP, [number])
    for name in ("Cleo", "Dora"):
        for text in ("is:mine", f"responder:{name}", "responder:me is:unacknowledged"):
            assert case_queries.numbers(office.desk(name), text) == [number], (name, text)
    assert case_queries.numbers(office.desk("Ana"), "responder:me") == []
    assert list(case_queries.ordered(office.desk("Dora"), "is:mine").numbers) == [number]
    execution.execute(office.desk("Cleo"), "acknowledge", Acknowledge(until=office.now + HOUR), [number])
    assert case_queries.numbers(office.desk("Dora"), "responder:me") == []


def test_each_step_is_told_with_who_has_the_duty_at_its_hour(office: Office) -> None:
    rota.set_rota(
        office.desk(),
        'zone = "UTC"\n[[turn]]\nhours = "08:00-08:10"\nlead = "Ana"\n[[turn]]\nhours = "08:10-08:00"\nlead = "Dora"\n',
    )
    escalation_paths.set_paths(
        office.desk(),
        '[[path]]\nname = "p"\n[[path.step]]\nname = "eve"\ncall = "Eve"\nacknowledge = "30m"\n'
        '[[path.step]]\nname = "duty"\ncall = "duty"\n',
    )
    number = opened(office, "Ben")
    assert steps(office, "Ben", number) == [("Eve", "contact"), ("Dora", "lead on duty")]


def test_how_an_open_call_goes_on_is_told_from_when_its_time_is_over(office: Office) -> None:
    escalation_paths.set_paths(office.desk(), TEXT)
    number = opened(office, "Ben")
    execution.execute(office.desk("Ben"), "escalate", UP, [number])
    call = office.case(number).escalation
    assert call is not None
    office.later(0.1)
    now, onward = (escalation_paths.try_path(office.desk("Ben"), number, onward=way) for way in (False, True))
    assert now.steps[0].at == office.now, "another escalation calls at once"
    assert onward.steps[0].at == call.acknowledge_by
    assert onward.steps[0].level == 2


def test_the_text_can_be_set_again_when_somebody_has_a_new_name(office: Office) -> None:
    before = escalation_paths.set_paths(office.desk(), TEXT)
    assert escalation_paths.text(office.desk()) == TEXT
    members.change(office.desk(), "Eve", name="Eva")
    assert escalation_paths.check(office.desk(), escalation_paths.text(office.desk())) == before


def test_who_is_expected_back_by_then_is_called_and_it_says_so_as_the_rota_does(office: Office) -> None:
    number = opened(office, "Ben")
    members.away(office.desk("Ana"), "Ana", "Cleo", office.now + 5 * HOUR)
    assert steps(office, "Ben", number, office.now + 4 * HOUR)[0] == ("Cleo", "covers for Ana, lead on duty")
    assert steps(office, "Ben", number, office.now + 6 * HOUR)[0] == ("Ana", "lead on duty, expected back by then")
    then = office.desk().read(lambda unit: rota.expected_roster(unit, office.now + 6 * HOUR))
    assert then.name_on_duty() == "Ana (expected back by then)"
    office.later(6)
    assert steps(office, "Ben", number)[0] == ("Cleo", "covers for Ana, lead on duty"), "until she says she is back"


def test_a_forecast_of_nobody_says_for_whose_call(office: Office) -> None:
    members.change(office.desk("Ana"), "Eve", active=False)
    members.change(office.desk("Ana"), "Dora", active=False)
    number = opened(office, "Ben")
    assert nobody_words(escalation_paths.try_path(office.desk("Ana"), number)) == (
        "If you escalated it, nobody would be called: nobody else can resolve it."
    )
    assert steps(office, "Ben", number) != [], "but its owner would call her"
    execution.execute(office.desk("Ben"), "resolve", Resolve(said="done", answer="told"), [number])
    ended = escalation_paths.try_path(office.desk("Ben"), number)
    assert nobody_words(ended) == "Nobody would be called: the case is not open."


def test_the_forecast_for_a_merged_case_has_the_subject_of_the_one_it_is_for(office: Office) -> None:
    into, merged = opened(office, "Ben"), opened(office, "Ben")
    execution.execute(office.desk("Ben"), "edit", Edit(subject="Lid"), [merged])
    execution.execute(office.desk("Ben"), "merge", Merge(into=into), [merged])
    tried = escalation_paths.try_path(office.desk("Ben"), merged)
    assert (tried.case, tried.subject) == (into, "Kettle")
