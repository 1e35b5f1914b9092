"""Who must act for whom: ownership never lapses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careconsole.domain.errors import Refused
from careconsole.domain.team.permissions import must_lead
from careconsole.domain.team.roster import AGENT, CONTACT, LEAD, Person, Roster
from tests.domain.cases import ANA, BEN, CLEO, DORA, must_help


def team(*people: Person, duty: int | None = ANA) -> Roster:
    return Roster({person.number: person for person in people}, duty)


def ana(cover: int | None = None, away: bool = False, **more: object) -> Person:
    return Person(number=ANA, name="Ana", role=LEAD, away=away, cover=cover, **more)  # type: ignore[arg-type]


def ben(cover: int | None = None, away: bool = False, **more: object) -> Person:
    return Person(number=BEN, name="Ben", away=away, cover=cover, **more)  # type: ignore[arg-type]


def cleo(cover: int | None = None, away: bool = False, **more: object) -> Person:
    return Person(number=CLEO, name="Cleo", away=away, cover=cover, **more)  # type: ignore[arg-type]


def dora(cover: int | None = None, away: bool = False, **more: object) -> Person:
    return Person(number=DORA, name="Dora", role=LEAD, away=away, cover=cover, **more)  # type: ignore[arg-type]


# Answerable


def test_who_is_here_answers_for_themselves() -> None:
    assert team(ana(), ben()).answerable(BEN) == BEN


def test_a_cover_answers_only_while_somebody_is_away() -> None:
    assert team(ana(), ben(cover=CLEO), cleo()).answerable(BEN) == BEN
    assert team(ana(), ben(cover=CLEO, away=True), cleo()).answerable(BEN) == CLEO


def test_covers_answer_through_chains() -> None:
    assert team(ana(), ben(CLEO, True), cleo(DORA, True), dora()).answerable(BEN) == DORA


def test_a_chain_that_ends_or_turns_in_a_circle_leads_to_duty() -> None:
    assert team(ana(), ben(CLEO, True), cleo(None, True)).answerable(BEN) == ANA
    assert team(ana(), ben(CLEO, True), cleo(BEN, True)).answerable(BEN) == ANA
    assert team(ana(), ben(BEN, True)).answerable(BEN) == ANA


def test_covers_who_left_or_have_no_console_do_not_answer() -> None:
    assert team(ana(), ben(CLEO, True), cleo(active=False)).answerable(BEN) == ANA
    assert team(ana(), ben(CLEO, True), Person(number=CLEO, name="Cleo", role=CONTACT)).answerable(BEN) == ANA


def test_for_somebody_who_left_their_cover_answers_else_duty() -> None:
    assert team(ana(), ben(cover=CLEO, active=False), cleo()).answerable(BEN) == CLEO
    assert team(ana(), ben(active=False)).answerable(BEN) == ANA


def test_for_duty_and_for_people_nobody_knows_the_lead_on_duty_answers() -> None:
    assert team(ana(), ben()).answerable(None) == ANA
    assert team(ana(), ben()).answerable(99) == ANA


# Whom a call reaches, and who receives what is meant for somebody


def test_who_is_here_or_covers_hears_a_call_and_receives_what_is_meant_for_them() -> None:
    roster = team(ana(), ben(CLEO, True), cleo())
    assert [(roster.who_hears_call(n), roster.who_receives(n)) for n in (ANA, BEN, CLEO)] == [
        (ANA, ANA),
        (CLEO, CLEO),
        (CLEO, CLEO),
    ]


@pytest.mark.parametrize("gone", [ben(None, True), ben(CLEO, True), ben(active=False)])
def test_where_nobody_covers_no_call_reaches_them_but_what_is_theirs_goes_to_the_lead_on_duty(gone: Person) -> None:
    roster = team(ana(), gone, cleo(None, True))
    assert roster.who_hears_call(BEN) is None, "so that somebody else is called"
    assert roster.who_receives(BEN) == ANA, "so that nothing is lost"
    assert roster.receives_for(ANA, BEN)
    assert not roster.receives_for(CLEO, BEN)


def test_a_contact_hears_and_receives_for_themselves_until_they_leave() -> None:
    eve = Person(number=5, name="Eve", role=CONTACT)
    here, gone = team(ana(), eve), team(ana(), Person(number=5, name="Eve", role=CONTACT, active=False))
    assert (here.who_hears_call(5), here.who_receives(5)) == (5, 5)
    assert (gone.who_hears_call(5), gone.who_receives(5)) == (None, None)


def test_nobody_receives_what_is_meant_for_nobody_or_for_somebody_unknown() -> None:
    roster = team(ana(), ben())
    assert (roster.who_receives(None), roster.who_receives(99), roster.who_hears_call(99)) == (None, None, None)
    assert not roster.receives_for(ANA, None)


# On duty


def test_the_cover_of_the_lead_on_duty_is_on_duty() -> None:
    assert team(ana(BEN, True), ben(), dora()).on_duty() == BEN


def test_another_lead_is_on_duty_when_the_one_cannot_be_reached_left_or_leads_no_more() -> None:
    assert team(ana(None, True), dora()).on_duty() == DORA
    assert team(ana(active=False), dora()).on_duty() == DORA
    assert team(Person(number=ANA, name="Ana", role=AGENT), dora()).on_duty() == DORA
    assert team(ana(), dora(), duty=None).on_duty() == ANA
    assert team(ana(), duty=99).on_duty() == ANA


# Who has a lead's rights


def test_leads_have_a_lead_s_rights_and_agents_and_contacts_do_not() -> None:
    roster = team(ana(), ben(), Person(number=5, name="Eve", role=CONTACT))
    assert [roster.is_lead(n) for n in (ANA, BEN, 5, 99)] == [True, False, False, False]


def test_the_cover_of_the_last_lead_has_a_lead_s_rights_meanwhile() -> None:
    assert team(ana(BEN, True), ben()).is_lead(BEN)
    assert team(ana(CLEO, True), ben(), cleo(BEN, True)).is_lead(BEN)
    assert not team(ana(CLEO, True), ben(), cleo(BEN, True)).is_lead(CLEO)
    assert not team(ana(BEN), ben()).is_lead(BEN), "not once she is back"


def test_who_covers_a_lead_that_left_has_no_lead_s_rights() -> None:
    assert not team(ana(), dora(BEN, active=False), ben()).is_lead(BEN)


def test_a_lead_who_is_away_is_still_a_lead() -> None:
    assert team(ana(BEN, True), ben()).is_lead(ANA)


def test_a_lead_that_left_has_none_either() -> None:
    assert not team(ana(), dora(active=False)).is_lead(DORA)


@pytest.mark.parametrize("person", [BEN, 99])
def test_a_command_for_leads_is_refused_to_others_with_the_lead_of_today(person: int) -> None:
    roster = team(ana(CLEO, True), ben(), cleo(), dora())
    with pytest.raises(Refused) as refused:
        must_lead(roster, person, "set the rota")
    assert (refused.value.message, str(refused.value.hint)) == ("Only a lead can set the rota.", "Ask Cleo.")


def test_a_person_with_a_leads_rights_is_not_refused() -> None:
    roster = team(ana(CLEO, True), ben(), cleo(), dora())
    for person in (ANA, CLEO, DORA):
        must_lead(roster, person, "set the rota")


# Sound


@pytest.mark.parametrize(
    "roster",
    [
        team(ana(None, True), ben()),
        team(ana(BEN, True), ben(None, True)),
        team(ana(BEN, True), ben(ANA, True)),
        team(ana(BEN, True), ben(active=False)),
        team(ana(active=False), ben()),
        team(ben()),
        team(ana(DORA, True), dora(ANA, True), ben()),
    ],
)
def test_the_last_lead_cannot_leave_without_a_cover_who_is_here(roster: Roster) -> None:
    with pytest.raises(Refused, match="without a lead") as caught:
        roster.check_sound()
    must_help(caught.value)


def test_with_a_cover_or_another_lead_she_can() -> None:
    team(ana(BEN, True), ben()).check_sound()
    team(ana(None, True), dora()).check_sound()


people = st.builds(
    Person,
    number=st.integers(1, 5),
    name=st.just("somebody"),
    role=st.sampled_from([AGENT, LEAD, CONTACT]),
    active=st.booleans(),
    away=st.booleans(),
    cover=st.one_of(st.none(), st.integers(1, 6)),
)


@given(st.lists(people, max_size=5, unique_by=lambda p: p.number), st.one_of(st.none(), st.integers(1, 6)))
def test_in_a_sound_team_somebody_who_is_here_answers_for_everybody(members: list[Person], duty: int | None) -> None:
    roster = team(*members, duty=duty)
    acting = roster.on_duty()
    if acting is None:
        return
    assert roster.is_lead(acting), "who is on duty has a lead's rights"
    for owner in [None, *range(1, 7)]:
        answerable = roster.answerable(owner)
        assert answerable is not None
        assert roster.people[answerable].present


def test_people_are_told_by_name() -> None:
    roster = team(ana())
    assert [roster.name(n) for n in (ANA, None, 99)] == ["Ana", "duty", "person 99"]


def test_only_a_lead_is_said_to_be_on_duty_also_while_somebody_else_acts_for_them() -> None:
    here, covered = team(ana(), ben()), team(ana(BEN, True), ben(), cleo())
    assert (here.name_on_duty(), covered.name_on_duty()) == ("Ana", "Ana (away, Ben covers)")
    assert (here.why_on_duty(ANA), covered.why_on_duty(BEN)) == ("is on duty", "covers for Ana, who is on duty")
    assert covered.why_not_on_duty(BEN) == "Ben covers for Ana, who is on duty, but is not a lead"
    assert covered.why_not_on_duty(CLEO) == "Cleo is not a lead"
    assert team(ana(None, True), ben()).name_on_duty() == "nobody"


def test_who_is_expected_back_counts_as_here_at_a_coming_time_and_is_said_to() -> None:
    roster = team(ana(BEN, True, away_until=5_000), ben(), dora())
    assert roster.expected(4_999, 1_000).name_on_duty() == "Ana (away, Ben covers)"
    assert roster.expected(5_000, 1_000).name_on_duty() == "Ana (expected back by then)"
    assert roster.expected(9_000, 6_000).name_on_duty() == "Ana (away, Ben covers)", "until she says she is back"
