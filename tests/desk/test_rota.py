"""Duty and cover at the desk: the rota, exceptions to it, absences, and that nothing is orphaned by any of them."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careconsole.desk.cases import execution, undo_redo
from careconsole.desk.team import absence, members, rota
from careconsole.domain.case.offers import Accept, Offer
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.ownership import Reassign, Take, TakeOver
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.errors import CareError, Refused, WrongUse
from careconsole.domain.team.roster import LEAD
from careconsole.domain.time.moments import iso
from tests.desk.office import HOUR, MONDAY, Office

# The office begins on a Monday at eight o'clock (UTC).
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
SIX, EIGHT = MONDAY + 10 * HOUR, MONDAY + 12 * HOUR
"""When Dora's turn ends, and when Ana's begins; between them the rota says nobody."""


def on_duty(office: Office, hours: float = 0) -> str:
    """Who answers so many hours after now for what nobody has taken."""
    roster = office.desk().roster(office.now + int(hours * HOUR))
    return roster.name(roster.on_duty())


def journal(office: Office, kind: str) -> list[tuple[str, str, Any]]:
    """Entries of that kind: who, about what, and the particulars."""
    roster = office.desk().roster()
    rows = office.store.engine.fetch_all(
        "select actor_id, about, data from journal where kind = :kind order by id", {"kind": kind}
    )
    return [(roster.name(actor), about, msgspec.json.decode(data)) for actor, about, data in rows]


@pytest.fixture
def planned(office: Office) -> Office:
    assert iso(office.now) == "2026-01-05T08:00:00Z"
    rota.set_rota(office.desk(), WEEK)
    return office


# The rota


def test_who_is_on_duty_goes_by_the_rota_and_else_by_the_setting(planned: Office) -> None:
    members.change(planned.desk(), "Cleo", role=LEAD)
    rota.give_duty(planned.desk(), "Cleo", gaps=True)
    assert [on_duty(planned, hours) for hours in (0, 9.9, 10, 11.9, 12, 21.9, 22)] == [
        *("Dora", "Dora"),
        *("Cleo", "Cleo"),
        *("Ana", "Ana"),
        "Cleo",
    ]


def test_the_roster_follows_the_clock(planned: Office) -> None:
    seen = []
    for _ in range(3):
        seen.append(planned.desk("Ben").roster().name(planned.desk("Ben").roster().duty))
        planned.later(6)
    assert seen == ["Dora", "Dora", "Ana"]


def test_another_console_has_a_new_rota_at_once(office: Office) -> None:
    other = office.another("Ben")
    assert other.roster().name(other.roster().on_duty()) == "Ana"
    rota.set_rota(office.desk(), WEEK)
    assert other.roster().name(other.roster().on_duty()) == "Dora"


def test_only_a_lead_sets_or_clears_it_and_the_journal_knows_who(planned: Office) -> None:
    for attempt in (
        lambda: rota.set_rota(planned.desk("Ben"), WEEK),
        lambda: rota.clear(planned.desk("Ben")),
        lambda: rota.give_duty(planned.desk("Ben"), "Ana"),
    ):
        with pytest.raises(Refused, match="Only a lead"):
            attempt()
    rota.clear(planned.desk("Dora"))
    assert journal(planned, "rota") == [
        ("Ana", "Dora, Ana", {"text": WEEK, "before": None}),
        ("Dora", "none", {"before": WEEK}),
    ]
    assert (rota.current_rota(planned.desk()), rota.text(planned.desk())) == (None, None)
    assert on_duty(planned) == "Ana", "as the setting says"
    with pytest.raises(Refused, match="There is no rota"):
        rota.clear(planned.desk())


@pytest.mark.parametrize("text", ["", " \n", "no toml", WEEK.replace("Dora", "Ben"), "# \0", "#" * 300_000])
def test_a_text_that_is_no_rota_changes_nothing(planned: Office, text: str) -> None:
    for attempt in (rota.check, rota.set_rota):
        with pytest.raises(WrongUse) as caught:
            attempt(planned.desk(), text)
        assert caught.value.hint
    assert rota.text(planned.desk()) == WEEK


def test_checking_tells_what_setting_would_and_changes_nothing(office: Office) -> None:
    read = rota.check(office.desk("Ben"), WEEK)
    assert read.remarks == ["For 3d 6h of each week the rota names nobody; Ana has the duty then."]
    assert rota.current_rota(office.desk()) is None
    assert rota.set_rota(office.desk(), WEEK) == read


def test_a_new_name_breaks_nothing_and_stands_in_the_text(planned: Office) -> None:
    before = rota.current_rota(planned.desk())
    assert before is not None
    members.change(planned.desk(), "Dora", name='D. "Dot" L.')
    held, text = rota.current_rota(planned.desk()), rota.text(planned.desk())
    assert held is not None
    assert text is not None
    assert (held.week, on_duty(planned)) == (before.week, 'D. "Dot" L.')
    assert text == WEEK.replace('"Dora"', '"D. \\"Dot\\" L."')
    assert rota.set_rota(planned.desk(), text).rota == held
    members.change(planned.desk(), "Ben", name="Dora", role=LEAD)
    assert rota.text(planned.desk()) == text, "somebody else's new name does not stand in it"


def test_setting_a_rota_tells_of_exceptions_to_come_that_are_lost_with_the_old_one(planned: Office) -> None:
    desk = planned.desk()
    for days in (1, 2):
        rota.give_duty(desk, "Ana", MONDAY + days * 24 * HOUR, MONDAY + days * 24 * HOUR + HOUR)
    longer = rota.text(desk)
    assert longer is not None
    lost = rota.set_rota(desk, WEEK).remarks[-1]
    assert lost == "2 future exceptions are no longer in it."
    assert not any("any more" in said for said in rota.set_rota(desk, longer).remarks)
    planned.later(72)
    assert not any("any more" in said for said in rota.set_rota(desk, WEEK).remarks), "they are over"


# Whom it names in vain


def test_a_lead_who_left_is_passed_over_and_told(planned: Office) -> None:
    dora = planned.ids["Dora"]
    assert rota.invalid_lead_remark(planned.desk(), dora) == ""
    members.change(planned.desk(), "Dora", active=False, cover=None)
    assert on_duty(planned) == "Ana"
    said = "Dora has left the team, and 5 turns of the rota name them; Ana has the duty then."
    assert rota.invalid_lead_remark(planned.desk(), dora) == said
    held = rota.current_rota(planned.desk())
    assert held is not None
    assert said in rota.remarks(planned.desk(), held)


def test_the_duty_outside_the_rota_goes_on_when_its_lead_leaves_on_another_s_turn(planned: Office) -> None:
    assert on_duty(planned) == "Dora"
    members.change(planned.desk("Dora"), "Ana", active=False, cover=None)
    assert planned.store.people.roster().duty == planned.ids["Dora"]
    assert [on_duty(planned, hours) for hours in (0, 11, 13)] == ["Dora", "Dora", "Dora"]


def test_a_lead_whose_turn_it_is_leaves_and_the_setting_stays(planned: Office) -> None:
    members.change(planned.desk(), "Dora", active=False, cover=None)
    assert planned.store.people.roster().duty == planned.ids["Ana"]


# Giving the duty


def test_without_a_rota_the_duty_is_given_for_good(office: Office) -> None:
    given = rota.give_duty(office.desk(), "Dora")
    assert (given.begins, given.until, rota.current_rota(office.desk())) == (None, None, None)
    assert [on_duty(office, hours) for hours in (0, 999)] == ["Dora", "Dora"]


def test_with_a_rota_it_is_given_until_the_next_change(planned: Office) -> None:
    planned.now += 1234
    assert rota.give_duty(planned.desk(), "Ana").until == SIX
    members.change(planned.desk(), "Cleo", role=LEAD)
    assert members.duty(planned.desk(), "Cleo").name == "Cleo"
    assert on_duty(planned) == "Cleo"
    planned.now = SIX
    assert on_duty(planned) == "Ana", "the rota says nobody, so the setting counts again"
    assert rota.give_duty(planned.desk(), "Dora").until == EIGHT
    assert on_duty(planned) == "Dora"
    assert [about for _, about, _ in journal(planned, "duty")] == ["Ana", "Cleo", "Dora"]


def test_exceptions_stand_in_the_text_as_they_are_counted(planned: Office) -> None:
    planned.now += 1234
    rota.give_duty(planned.desk(), "Ana")
    rota.give_duty(planned.desk(), "Ana", planned.now + HOUR)
    rota.give_duty(planned.desk(), "Dora", EIGHT + HOUR, EIGHT + 3 * HOUR)
    held, text = rota.current_rota(planned.desk()), rota.text(planned.desk())
    assert held is not None
    assert text is not None
    assert text.startswith(WEEK.rstrip())
    assert len(held.exceptions) == 3
    assert rota.check(planned.desk(), text).rota == held


def test_between_two_times_somebody_else_has_it(planned: Office) -> None:
    rota.give_duty(planned.desk(), "Ana", MONDAY + 2 * HOUR, MONDAY + 3 * HOUR)
    assert [on_duty(planned, hours) for hours in (1.9, 2, 2.9, 3)] == ["Dora", "Ana", "Ana", "Dora"]
    rota.give_duty(planned.desk(), "Ana", MONDAY + 5 * HOUR)
    assert [on_duty(planned, hours) for hours in (4.9, 5, 9.9, 10)] == ["Dora", "Ana", "Ana", "Ana"]


def test_who_has_it_by_the_rota_anyway_needs_no_exception(planned: Office) -> None:
    assert rota.give_duty(planned.desk(), "Dora").until == SIX
    assert rota.text(planned.desk()) == WEEK


def test_times_alone_make_a_rota_of_exceptions_and_the_duty_stays_for_good_beside_it(office: Office) -> None:
    rota.give_duty(office.desk(), "Dora", None, MONDAY + HOUR)
    assert [on_duty(office, hours) for hours in (0, 1)] == ["Dora", "Ana"]
    assert rota.give_duty(office.desk(), "Ana").until == MONDAY + HOUR, "while an exception lasts, it is until its end"
    office.later(2)
    assert rota.give_duty(office.desk(), "Dora").until is None
    assert [on_duty(office, hours) for hours in (0, 999)] == ["Dora", "Dora"]


def test_where_the_rota_never_changes_an_end_must_be_said(office: Office) -> None:
    rota.set_rota(office.desk(), 'zone = "UTC"\n[[turn]]\nlead = "Ana"\n')
    with pytest.raises(WrongUse, match="never changes"):
        rota.give_duty(office.desk(), "Dora")
    rota.give_duty(office.desk(), "Dora", None, MONDAY + HOUR)
    assert [on_duty(office, hours) for hours in (0, 1)] == ["Dora", "Ana"]


def test_times_must_lie_ahead_in_their_order_and_the_duty_is_a_lead_s(planned: Office) -> None:
    desk = planned.desk()
    for begins, until in ((MONDAY - 1, None), (None, MONDAY)):
        with pytest.raises(WrongUse, match="must be in the future"):
            rota.give_duty(desk, "Ana", begins, until)
    with pytest.raises(WrongUse, match="must be after the beginning") as refused:
        rota.give_duty(desk, "Ana", MONDAY + 2 * HOUR, MONDAY + HOUR)
    assert "now" not in refused.value.message, "what it is now has no part in it"
    with pytest.raises(Refused, match="Ben is not a lead"):
        rota.give_duty(desk, "Ben", MONDAY + HOUR, MONDAY + 2 * HOUR)
    with pytest.raises(WrongUse, match="only gaps in the rota can be filled"):
        rota.give_duty(desk, "Ana", None, MONDAY + HOUR, gaps=True)
    assert rota.text(desk) == WEEK


def test_who_is_on_duty_and_who_is_next(planned: Office) -> None:
    ana, dora, ben = (planned.ids[name] for name in ("Ana", "Dora", "Ben"))
    found = rota.on_duty(planned.desk("Ben"))
    assert (found.lead, found.until, found.next_lead) == (dora, SIX, ana)
    planned.now = SIX
    found = rota.on_duty(planned.desk())
    assert (found.lead, found.until) == (ana, MONDAY + 24 * HOUR), "by the setting, on her turn, by the setting"
    members.away(planned.desk(), "Dora", "Ben")
    found = rota.on_duty(planned.desk())
    assert (found.next_lead, found.next_acting) == (dora, ben)
    rota.clear(planned.desk())
    assert rota.on_duty(planned.desk()) == rota.OnDuty(lead=ana, acting=ana, said=ana)


# Nothing is orphaned by an absence


def test_the_last_lead_cannot_go_without_a_cover_but_with_a_chain_of_them(planned: Office) -> None:
    desk = planned.desk()
    members.change(desk, "Dora", active=False, cover=None)
    with pytest.raises(Refused, match="without a lead"):
        members.away(desk, "Ana", None)
    members.away(desk, "Ben", "Cleo")
    members.away(desk, "Ana", "Ben")
    assert [on_duty(planned, hours) for hours in (0, 11, 13)] == ["Cleo", "Cleo", "Cleo"]
    with pytest.raises(Refused, match="without a lead"):
        members.away(planned.desk("Cleo"), "Cleo", None)
    with pytest.raises(Refused, match="without a lead"):
        members.change(planned.desk("Cleo"), "Cleo", active=False, cover=None)
    members.back(planned.desk("Ben"), "Ben")
    assert on_duty(planned) == "Ben"


def test_a_lead_on_her_turn_goes_away_and_her_cover_answers_without_one_another_lead(planned: Office) -> None:
    members.away(planned.desk("Dora"), "Dora", "Ben")
    assert [on_duty(planned, hours) for hours in (0, 11)] == ["Ben", "Ana"]
    members.away(planned.desk("Dora"), "Dora", None)
    assert on_duty(planned) == "Ana"
    members.back(planned.desk("Dora"), "Dora")
    assert on_duty(planned) == "Dora"


def test_a_cover_who_leaves_or_goes_away_themselves_covers_no_longer(planned: Office) -> None:
    number = execution.open_case(
        planned.desk("Ben"), OpenCase(subject="Kettle", owner=planned.ids["Ben"]), "Carla"
    ).opened
    assert number is not None

    def answers() -> str:
        roster = planned.desk().roster()
        return roster.name(roster.answerable(planned.case(number).owner))

    members.away(planned.desk("Ben"), "Ben", "Cleo")
    assert answers() == "Cleo"
    members.away(planned.desk("Cleo"), "Cleo", None)
    assert answers() == "Dora", "whose turn it is"
    planned.later(13)
    assert answers() == "Ana"
    members.back(planned.desk("Cleo"), "Cleo")
    assert answers() == "Cleo"
    members.change(planned.desk(), "Cleo", active=False, cover=None)
    assert answers() == "Ana"
    assert planned.case(number).owner == planned.ids["Ben"], "all the while it is his"


NAMES = st.sampled_from(["Ana", "Ben", "Cleo", "Dora"])
STEPS = st.one_of(
    st.tuples(st.just("away"), NAMES, st.none() | NAMES),
    st.tuples(st.just("back"), NAMES, st.none()),
    st.tuples(st.just("leave"), NAMES, st.none()),
    st.tuples(st.just("join"), NAMES, st.sampled_from(["lead", "agent"])),
    st.tuples(st.just("role"), NAMES, st.sampled_from(["lead", "agent"])),
    st.tuples(st.just("duty"), NAMES, st.sampled_from([None, 3, 30])),
    st.tuples(st.just("rota"), NAMES, NAMES),
    st.tuples(st.just("clear"), NAMES, st.none()),
    st.tuples(st.just("later"), NAMES, st.sampled_from([1, 9, 50])),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(STEPS, max_size=14), st.lists(NAMES, min_size=14, max_size=14))
def test_somebody_present_is_responsible_for_every_case_after_any_change_of_the_team(
    steps: list[tuple[str, str, Any]], actors: list[str]
) -> None:
    with tempfile.TemporaryDirectory(prefix="office") as folder:
        office = Office(Path(folder))
        try:
            for actor, step in zip(actors, steps, strict=False):
                with contextlib.suppress(Refused, WrongUse):
                    office.store.engine.write(lambda actor=actor, step=step: _take(office, actor, *step))
                for hours in (0, 5, 11, 15, 40, 200):
                    roster = office.desk().roster(office.now + hours * HOUR)
                    acting = roster.on_duty()
                    assert acting is not None
                    assert roster.is_lead(acting)
                    for owner in (None, *roster.people):
                        answerable = roster.answerable(owner)
                        assert answerable is not None
                        assert roster.people[answerable].present
        finally:
            office.close()


def _take(office: Office, actor: str, what: str, name: str, more: Any) -> None:
    desk = office.desk(actor)
    actions: dict[str, Callable[[], object]] = {
        "away": lambda: members.away(desk, name, more, office.now + HOUR),
        "back": lambda: members.back(desk, name),
        "leave": lambda: members.change(desk, name, active=False, cover=None),
        "join": lambda: members.add(desk, name, more),
        "role": lambda: members.change(desk, name, role=more),
        "duty": lambda: rota.give_duty(desk, name, None, None if more is None else office.now + more * HOUR),
        "rota": lambda: rota.set_rota(desk, WEEK.replace("Ana", name).replace("Dora", more)),
        "clear": lambda: rota.clear(desk),
        "later": lambda: office.later(more),
    }
    actions[what]()


# Away until, and back


def test_when_somebody_means_to_be_back_is_known_until_they_are(office: Office) -> None:
    members.away(office.desk("Ben"), "Ben", "Cleo", MONDAY + 30 * HOUR)
    members.away(office.desk("Dora"), "Dora", None)

    def told(name: str) -> str:
        roster = office.desk().roster()
        return absence.away_words(roster.people[office.ids[name]], roster, office.now)

    assert told("Dora") == "away, Ana covers"
    assert told("Ben").startswith("away, expected back Tue ")
    office.later(30)
    assert told("Ben").startswith("away, expected back ")
    assert office.desk().roster().people[office.ids["Ben"]].away, "being back is said"
    office.later(24)
    assert told("Ben") == "away, expected back yesterday, Cleo covers"
    members.change(office.desk(), "Ben", reach="ext. 4")
    assert told("Ben") == "away, expected back yesterday, Cleo covers", "what else changes about them changes nothing"
    person, _ = members.back(office.desk("Ben"), "Ben")
    assert person.away_until is None
    members.away(office.desk("Ben"), "Ben", None)
    assert told("Ben") == "away, Ana covers"


def test_who_goes_away_means_to_be_back_later(office: Office) -> None:
    with pytest.raises(WrongUse, match="must be in the future"):
        members.away(office.desk("Ben"), "Ben", None, MONDAY)
    assert not office.desk().roster().people[office.ids["Ben"]].away


# What can return


def open_case(office: Office, owner: str = "Ben") -> int:
    number = execution.open_case(
        office.desk(owner), OpenCase(subject="Kettle", owner=office.ids[owner]), "Carla"
    ).opened
    assert number is not None
    return number


def returning(office: Office, name: str = "Ben") -> list[tuple[int, str]]:
    roster = office.desk().roster()
    return [(case.number, roster.name(case.owner)) for case in absence.returning(office.desk(), office.ids[name])]


def test_what_others_took_on_during_an_absence_can_return(office: Office) -> None:
    ben, cleo, dora = office.desk("Ben"), office.desk("Cleo"), office.desk("Dora")
    taken, given, accepted, to_duty, kept, resolved, undone, before, other = (open_case(office) for _ in range(9))
    execution.execute(ben, "offer", Offer(to=office.ids["Cleo"], reason="leave"), [accepted])
    execution.execute(cleo, "take-over", TakeOver(reason="mine"), [before])
    execution.execute(dora, "reassign", Reassign(to=office.ids["Cleo"]), [other])
    assert returning(office) == [], "he was never away"
    members.away(ben, "Ben", "Cleo")
    execution.execute(cleo, "take-over", TakeOver(reason="away"), [taken, resolved])
    execution.execute(dora, "reassign", Reassign(to=office.ids["Cleo"]), [given])
    execution.execute(dora, "reassign", Reassign(to=None), [to_duty])
    execution.execute(cleo, "accept", Accept(), [accepted])
    execution.execute(dora, "reassign", Reassign(to=office.ids["Dora"]), [other])
    execution.execute(cleo, "resolve", Resolve(said="sent", answer="told"), [resolved])
    execution.execute(cleo, "take-over", TakeOver(reason="away"), [undone])
    undo_redo.undo(cleo)
    expected = [(taken, "Cleo"), (given, "Cleo"), (accepted, "Cleo"), (to_duty, "duty")]
    assert returning(office) == expected, "while he is away"
    _, load = members.back(ben, "Ben")
    assert sorted(load.numbers) == sorted([kept, undone])
    assert returning(office) == expected
    execution.execute(ben, "take-over", TakeOver(reason="back"), [taken])
    execution.execute(ben, "take", Take(), [to_duty])
    assert returning(office) == [(given, "Cleo"), (accepted, "Cleo")]


def test_what_was_another_s_was_undone_or_moved_once_they_were_back_does_not_return(office: Office) -> None:
    undone, later, hers = open_case(office), open_case(office), open_case(office, "Cleo")
    members.away(office.desk("Ben"), "Ben", None)
    members.away(office.desk("Cleo"), "Cleo", None)
    execution.execute(office.desk("Dora"), "take-over", TakeOver(reason="away"), [hers])
    execution.execute(office.desk("Dora"), "take-over", TakeOver(reason="away"), [undone])
    undo_redo.undo(office.desk("Dora"))
    assert (returning(office), returning(office, "Cleo")) == ([], [(hers, "Dora")])
    members.back(office.desk("Ben"), "Ben")
    execution.execute(office.desk("Dora"), "reassign", Reassign(to=office.ids["Dora"]), [undone, later])
    assert returning(office) == []


def test_an_absence_is_one_though_cover_and_time_change_and_names_too(office: Office) -> None:
    number = open_case(office)
    members.away(office.desk("Ben"), "Ben", "Cleo")
    execution.execute(office.desk("Cleo"), "take-over", TakeOver(reason="away"), [number])
    members.change(office.desk(), "Ben", name="Benedict")
    members.away(office.desk("Ben"), "Benedict", "Dora", MONDAY + HOUR)
    assert returning(office) == [(number, "Cleo")]
    members.back(office.desk("Ben"), "Benedict")
    assert returning(office) == [(number, "Cleo")]
    members.away(office.desk("Ben"), "Benedict", None)
    assert returning(office) == [], "that was another absence"


def test_a_case_that_goes_on_to_somebody_else_still_can_return(office: Office) -> None:
    number = open_case(office)
    members.away(office.desk("Ben"), "Ben", "Cleo")
    execution.execute(office.desk("Cleo"), "take-over", TakeOver(reason="away"), [number])
    members.away(office.desk("Cleo"), "Cleo", "Dora")
    execution.execute(office.desk("Dora"), "take-over", TakeOver(reason="away"), [number])
    assert (returning(office), returning(office, "Cleo")) == ([(number, "Dora")], [(number, "Dora")])


# What it costs


def test_without_a_rota_none_of_it_is_loaded_and_with_one_no_text_is_read(office: Office) -> None:
    def loaded() -> set[str]:
        code = (
            "import sys\nfrom careconsole.store import open_store\n"
            "store = open_store(sys.argv[1])\nstore.people.team().at(1_795_000_000_000)\nprint(*sys.modules)"
        )
        done = subprocess.run([sys.executable, "-c", code, office.path], capture_output=True, text=True, check=True)
        return {"tomllib", "zoneinfo", "careconsole.domain.team.rota", "careconsole.domain.settings.rota"} & set(
            done.stdout.split()
        )

    assert loaded() == set()
    rota.set_rota(office.desk(), WEEK.replace("UTC", "Europe/Berlin"))
    assert loaded() == {"careconsole.domain.team.rota", "zoneinfo"}
    rota.clear(office.desk())
    assert loaded() == set()


def test_a_closed_list_of_exceptions_takes_none_and_says_so(office: Office) -> None:
    rota.set_rota(office.desk(), 'zone = "UTC"\nexception = [{from = 2026-12-24, lead = "Ana"}]\n')
    with pytest.raises(CareError, match="none can be added"):
        rota.give_duty(office.desk(), "Dora", None, MONDAY + HOUR)
    assert on_duty(office) == "Ana"
