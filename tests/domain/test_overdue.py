"""What follows from time alone, told by the failures that other systems are known for."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from careconsole.domain.case.acknowledgement import Acknowledge
from careconsole.domain.case.calls import CallTimedOut
from careconsole.domain.case.clocks import clocks
from careconsole.domain.case.escalation import Deescalate, Escalate
from careconsole.domain.case.escalation_paths import DUTY, Path, Step
from careconsole.domain.case.event import Fact
from careconsole.domain.case.evolve import fold
from careconsole.domain.case.lessons import Review
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.notification_recipients import notifications_for
from careconsole.domain.case.offers import Accept, Offer, OfferExpired
from careconsole.domain.case.overdue import Overdue, sweep
from careconsole.domain.case.parking import Park, Returned, Unpark
from careconsole.domain.case.promises import KeepPromise, MovePromise, Promise
from careconsole.domain.case.resolution import Reopen, Resolve
from careconsole.domain.case.responders import advance, forecast
from careconsole.domain.case.reviews import CompleteAction
from careconsole.domain.team.roster import Roster
from careconsole.domain.time.calendars import ALWAYS, Calendar, Hours
from careconsole.domain.time.moments import DAY, HOUR, MINUTE, parse_instant
from careconsole.domain.time.service_levels import Level
from tests.domain.cases import ANA, BEN, CLEO, DORA, EVE, MONDAY, ImportedPlay, Play

UP = Escalate(reason="exception", need="a decision")
OFFICE = Calendar("office", "UTC", (*5 * ((Hours(9 * 60, 17 * 60),),), (), ()))
LONG = Level(first_answer=90 * DAY, answer=90 * DAY, take=90 * DAY, step=90 * DAY, offer=4 * HOUR, acknowledge=HOUR)
"""Nothing but what a test is about falls due."""

IN_TWO_HOURS = MONDAY + 2 * HOUR
"""Every play begins on Monday."""


def calm(owner: str | None = "Ben", **new: object) -> Play:
    return Play(owner, **new).under(LONG)


def along(*steps: Step) -> Play:
    return calm().along(Path(name="ours", steps=steps))


def told(facts: list[Fact]) -> list[str]:
    """The clocks that people were told of."""
    return [late.kind for fact in facts if isinstance(fact, Overdue) for late in fact.clocks]


# Offers


def test_an_offer_nobody_answers_goes_back_to_the_giver_who_owned_it_all_along() -> None:
    play = calm().do("Ben", Offer(to=CLEO, reason="knows it"))
    assert play.swept(4) == [], "its time is not over as long as it is not past"
    assert play.swept(0.01) == [OfferExpired(to=CLEO)]
    assert (play.owner, play.offered_to) == ("Ben", None)
    assert play.swept() == []
    assert "not offered" in play.refused("Cleo", Accept()).message
    play.do("Ben", Offer(to=CLEO, reason="again"))
    assert play.offered_to == "Cleo"


def test_an_offer_that_was_answered_does_not_expire() -> None:
    play = calm().do("Ben", Offer(to=CLEO, reason="knows it")).do("Cleo", Accept())
    assert play.swept(100) == []


# Calls that nobody answers


def test_a_call_goes_on_step_by_step_by_itself() -> None:
    play = along(
        Step(name="lead", call=(DUTY,), acknowledge=30 * MINUTE, repeat=1),
        Step(name="both", call=(DORA, EVE), acknowledge=2 * HOUR),
    ).do("Ben", UP)
    assert play.everybody_called == ["Ana"]
    (again,) = play.swept(0.51)
    assert again == CallTimedOut(why="unanswered", level=1, responder=ANA, acknowledge_by=play.inn(0.5), attempt=1)
    (on,) = play.swept(0.51)
    assert on == CallTimedOut(why="unanswered", level=2, responder=DORA, also=(EVE,), acknowledge_by=play.inn(2))
    assert play.everybody_called == ["Dora", "Eve"]
    assert play.case.level == 2
    play.do("Dora", Acknowledge(until=play.inn(1)))
    assert play.swept(0.5) == []


def test_an_escalation_nobody_answers_is_never_silent_and_never_a_storm() -> None:
    play = along(Step(name="lead", call=(DUTY,)), Step(name="dora", call=(DORA,), repeat=1)).do("Ben", UP)
    play.swept(1.01)
    waits, lasts, levels = [], [], set()
    for _ in range(9):
        call = play.case.escalation
        assert call is not None
        began = play.team.now
        play.team.now = call.acknowledge_by + 1
        (fact,) = play.swept()
        assert isinstance(fact, CallTimedOut)
        waits.append(round((play.team.now - began) / HOUR))
        lasts.append(fact.last)
        levels.add(fact.level)
    assert waits == [1, 1, 2, 4, 8, 16, 24, 24, 24], "each wait is twice the one before, up to a day"
    assert lasts == [False, *8 * [True]], "from the end of the path on, every lead is told each time"
    assert levels == {2}
    assert play.called == "Dora"


def test_with_nobody_else_able_the_same_ones_are_called_again() -> None:
    play = Play("Ben").under(LONG).left("Dora").left("Eve").do("Ben", UP)
    assert play.called == "Ana"
    for _ in range(5):
        play.team.now = play.clock("acknowledgement").due + 1  # type: ignore[operator]
        assert len(play.swept()) == 1
        assert play.called == "Ana"


def test_who_called_and_who_owns_it_are_not_called_by_the_sweep_either() -> None:
    for owner, caller in (("Ben", "Ana"), ("Ana", "Ben"), ("Ana", "Ana")):
        play = calm(owner).do(caller, UP)
        for _ in range(6):
            assert play.called not in (owner, caller)
            play.team.now = play.clock("acknowledgement").due + 1  # type: ignore[operator]
            play.swept()


def test_a_call_to_who_is_away_reaches_their_cover_through_chains() -> None:
    play = along(Step(name="lead", call=(DUTY,)), Step(name="dora", call=(DORA,))).do("Ben", UP)
    play.away("Dora", cover="Ana").away("Ana", cover="Cleo")
    (fact,) = play.swept(1.01)
    assert isinstance(fact, CallTimedOut)
    # Cleo hears for Ana already, and hears for Dora too: nobody else is on the path, so it is she who is called again.
    assert fact.responder == DORA
    play = along(Step(name="lead", call=(ANA,)), Step(name="dora", call=(DORA,))).do("Ben", UP)
    play.away("Dora", cover="Cleo")
    play.swept(1.01)
    assert play.called == "Dora"
    play.do("Cleo", Acknowledge(until=play.inn(1)))


def test_the_lead_on_duty_is_the_one_of_the_hour_at_which_the_step_is_called() -> None:
    play = along(Step(name="eve", call=(EVE,)), Step(name="lead", call=(DUTY,))).do("Ben", UP).duty("Dora")
    play.swept(1.01)
    assert play.called == "Dora"


@pytest.mark.parametrize("begin", ["2026-01-09T16:30Z", "2026-01-09T23:59Z", "2026-01-10T12:00Z"])
def test_nobody_is_called_at_midnight_nor_for_a_whole_weekend(begin: str) -> None:
    """A call late on Friday: its hour of working time is over on Monday, and the next step is called then, once."""
    play = Play("Ben").under(LONG, OFFICE)
    play.team.now = parse_instant(begin, 0)
    play.do("Ben", UP)
    while not (done := play.swept(0.25)):
        pass
    (fact,) = done
    assert isinstance(fact, CallTimedOut)
    due = parse_instant("2026-01-12T09:30Z" if begin.endswith("16:30Z") else "2026-01-12T10:00Z", 0)
    assert due < play.team.now <= due + HOUR // 4
    assert fact.acknowledge_by == play.team.now + HOUR


# Acknowledged and forgotten


def test_a_contact_who_is_ours_no_longer_is_not_called_again() -> None:
    play = along(Step(name="eve", call=(EVE,), acknowledge=30 * MINUTE, repeat=3), Step(name="lead", call=(DUTY,)))
    play.do("Ben", UP).left("Eve")
    play.swept(0.51)
    assert play.everybody_called == ["Ana", "Dora"], "somebody has to hear it"


def test_a_step_that_is_called_again_reaches_who_has_the_duty_by_then() -> None:
    play = along(Step(name="lead", call=(DUTY,), acknowledge=30 * MINUTE, repeat=2)).do("Ben", UP)
    play.duty("Dora").swept(0.51)
    assert play.everybody_called == ["Ana", "Dora"]


def test_an_unanswered_call_to_a_named_person_is_repeated_to_them_alone() -> None:
    play = along(Step(name="lead", call=(DUTY,), acknowledge=30 * MINUTE, repeat=2))
    play.do("Ben", replace(UP, to=EVE)).swept(0.51)
    assert play.everybody_called == ["Eve"]


def test_a_calendar_that_is_hardly_ever_open_ends_no_call_and_no_sweep() -> None:
    rare = Calendar("rare", "UTC", ((Hours(0, 1),), *6 * ((),)))
    level = Level(first_answer=MINUTE, step=MINUTE, acknowledge=MINUTE)
    path = Path(
        name="ours", steps=(Step(name="lead", call=(DUTY,)), Step(name="eve", call=(EVE,), acknowledge=30 * DAY))
    )
    play = Play("Ben", inbound=False).along(path).under(level, rare).do("Ben", UP)
    play.swept(14 * 24)
    assert play.called == "Eve"
    assert play.case.escalation is not None
    assert play.case.escalation.acknowledge_by == play.inn(30 * 24)


def test_how_a_call_goes_on_is_told_as_the_sweep_will_do_it() -> None:
    play = along(
        Step(name="lead", call=(DUTY,), acknowledge=30 * MINUTE, repeat=2),
        Step(name="eve", call=(EVE,), acknowledge=HOUR, repeat=1),
    ).do("Ben", UP)
    play.later(0.1)
    night = Roster(play.team.roster.people, DORA)
    told = forecast(
        play.case, play.context("Cleo"), lambda at: night if at > MONDAY + 45 * MINUTE else play.team.roster
    )
    assert [one.people for one in told] == [(ANA,), (ANA, DORA), (EVE,), (EVE,)]
    for one in told:
        call = play.case.escalation
        assert call is not None
        play.team.now = call.acknowledge_by + 1
        if one.at > MONDAY + 45 * MINUTE:
            play.duty("Dora")
        (fact,) = play.swept()
        assert isinstance(fact, CallTimedOut)
        assert ((fact.responder, *fact.also), fact.level, fact.attempt) == (one.people, one.level, one.attempt)


def test_how_an_acknowledged_call_goes_on_begins_when_the_word_is_due() -> None:
    play = along(Step(name="lead", call=(DUTY,), acknowledge=30 * MINUTE)).do("Ben", UP)
    play.do("Ana", Acknowledge(until=play.inn(2)))
    told = forecast(play.case, play.context("Ben"), lambda at: play.team.roster)
    assert [(one.people, one.at) for one in told] == [((ANA,), play.inn(2))]


def test_what_was_acknowledged_and_forgotten_is_called_again() -> None:
    play = calm().do("Ben", UP).do("Ana", Acknowledge(until=IN_TWO_HOURS))
    assert play.swept(1.5) == [], "until the word that was promised is due, they have it"
    (fact,) = play.swept(0.6)
    assert isinstance(fact, CallTimedOut)
    assert (fact.why, fact.level, fact.responder) == ("silent", 1, ANA)
    assert play.case.escalation is not None
    assert play.case.escalation.acknowledged_at is None
    # Acknowledged and forgotten for months: it comes back each time, and unanswered it goes on.
    for _ in range(3):
        play.do("Ana", Acknowledge(until=play.inn(30 * 24)))
        assert [x.why for x in play.swept(30 * 24 + 1) if isinstance(x, CallTimedOut)] == ["silent"]
    (fact,) = play.swept(1.1)
    assert isinstance(fact, CallTimedOut)
    assert (fact.why, fact.level) == ("unanswered", 2)


def test_a_word_within_its_time_and_a_decision_end_it() -> None:
    play = calm().do("Ben", UP).do("Ana", Acknowledge(until=IN_TWO_HOURS))
    play.later(1).do("Ana", Acknowledge(until=play.inn(3)))
    assert play.swept(2) == []
    play.do("Ana", Deescalate(decided="granted"))
    assert play.swept(100) == []


def test_a_call_that_was_acknowledged_by_one_of_several_is_called_with_all_of_them_again() -> None:
    play = along(Step(name="both", call=(DORA, CLEO))).do("Ben", UP)
    play.do("Cleo", Acknowledge(until=play.inn(1)))
    assert play.everybody_called == ["Cleo"]
    play.swept(1.1)
    assert play.everybody_called == ["Cleo", "Dora"]


# What people are told


def test_a_broken_promise_is_told_once_and_again_when_it_was_moved_and_broken_again() -> None:
    play = calm(inbound=False).do("Ben", Promise(text="call", due=IN_TWO_HOURS))
    (promise,) = play.case.promises
    assert told(play.swept(1.9)) == []
    (fact,) = play.swept(0.2)
    assert isinstance(fact, Overdue)
    assert [(late.kind, late.number, late.due) for late in fact.clocks] == [("promise", promise.number, promise.due)]
    assert play.swept(48) == []
    play.do("Ben", MovePromise(due=play.inn(1), told=True))
    assert told(play.swept(1.1)) == ["promise"]
    play.do("Ben", KeepPromise())
    assert play.case.told != ()
    assert play.swept(100) == []


def test_each_run_of_a_clock_is_told_once_though_the_levels_get_stricter() -> None:
    play = Play("Ben").under(Level(first_answer=HOUR, answer=2 * HOUR, step=90 * DAY))
    assert told(play.swept(1.1)) == ["first answer"]
    play.level = Level(first_answer=30 * MINUTE, answer=2 * HOUR, step=90 * DAY)
    assert play.swept(1) == [], "another level makes no new breach of the same wait"
    play.do("Ben", LogMessage(text="sent"), LogMessage(text="and?", inbound=True))
    assert told(play.swept(2.1)) == ["answer"]
    play.do("Ben", LogMessage(text="soon"), LogMessage(text="still?", inbound=True))
    assert told(play.swept(2.1)) == ["answer"]


def test_a_clock_that_other_levels_gave_a_later_time_is_told_anew_when_that_has_passed() -> None:
    play = Play("Ben").under(Level(first_answer=10 * MINUTE, step=90 * DAY))
    assert told(play.swept(0.2)) == ["first answer"]
    play.level = Level(first_answer=HOUR, step=90 * DAY)
    assert play.swept() == [], "it is not late now"
    (fact,) = play.swept(1)
    assert isinstance(fact, Overdue)
    assert [late.due - late.mark for late in fact.clocks] == [HOUR]
    play.level = Level(first_answer=10 * MINUTE, step=90 * DAY)
    assert play.swept(1) == [], "an earlier time was told with the later one"
    play.level = Level(first_answer=HOUR, step=90 * DAY)
    assert play.swept(1) == [], "and this one was told before"


def test_an_event_that_did_not_say_which_times_it_told_stands_for_the_whole_run() -> None:
    play = Play("Ben").under(Level(first_answer=10 * MINUTE, step=90 * DAY))
    (fact,) = play.swept(0.2)
    assert isinstance(fact, Overdue)
    before = fold(1, [*play.history[:-1], replace(play.history[-1], fact=replace(fact, due_only=False))])
    assert before is not None
    later = Level(first_answer=HOUR, step=90 * DAY)
    assert sweep(before, clocks(before, later, ALWAYS), play.later(2).context("Ana")) is None


def test_customers_who_were_to_be_kept_informed_are_told_of_each_time() -> None:
    play = calm(inbound=False).under(Level(informed=8 * HOUR, step=90 * DAY))
    assert told(play.swept(8.1)) == ["keep informed"]
    assert play.swept(30) == []
    play.do("Ben", LogMessage(text="still at it"))
    assert told(play.swept(8.1)) == ["keep informed"]


def test_what_runs_out_together_is_told_together() -> None:
    play = Play(None).under(Level(first_answer=HOUR, take=HOUR))
    (fact,) = play.swept(1.1)
    assert isinstance(fact, Overdue)
    assert {late.kind for late in fact.clocks} == {"first answer", "to take"}


def test_a_change_that_is_late_is_told_though_the_case_is_resolved() -> None:
    play = calm(inbound=False).do("Ben", UP).do("Ana", Deescalate(decided="granted"))
    play.do(
        "Ben",
        Review(cause="limit", change="raise it", owner=CLEO, due=play.inn(24)),
        Resolve(said="done", answer="told"),
    )
    assert told(play.swept(25)) == ["change"]
    assert play.swept(100) == []
    play.do("Cleo", CompleteAction())
    assert play.swept(100) == []


def test_being_told_is_no_work_on_the_case() -> None:
    play = Play("Ben", inbound=False).under(Level(step=HOUR))
    assert told(play.swept(1.1)) == ["next step"]
    assert play.case.worked_at < play.team.now
    assert play.swept(50) == []
    play.do("Ben", LogMessage(text="word"))
    assert told(play.swept(1.1)) == ["next step"]


def test_a_closed_case_is_never_due_and_its_clocks_restart_when_it_is_reopened() -> None:
    play = Play("Ben").under(Level(first_answer=HOUR, answer=HOUR, step=90 * DAY))
    assert told(play.swept(1.1)) == ["first answer"]
    play.do("Ben", Resolve(said="done", answer="unanswered"))
    assert play.swept(1000) == []
    play.do("Ben", Reopen(reason="not done"))
    assert told(play.swept(1.1)) == ["first answer"]


# Rests


def test_a_parked_case_returns_at_its_time() -> None:
    play = calm(inbound=False).do("Ben", Park(on="customer", until=IN_TWO_HOURS, reason="on holiday"))
    assert play.swept(1) == []
    assert play.swept(1.1) == [Returned()]
    assert play.case.parked is None
    assert [(rest.on, rest.until - rest.since) for rest in play.case.rests] == [("customer", 2 * HOUR)]
    assert play.swept(10) == []


def test_who_took_it_up_before_is_not_returned() -> None:
    play = calm(inbound=False).do("Ben", Park(on="us", until=IN_TWO_HOURS), Unpark())
    assert play.swept(10) == []


# Imports


def test_nothing_fires_for_the_past_that_an_import_brought() -> None:
    case = ImportedPlay(status="open", level=2)
    case.level = Level(first_answer=4 * HOUR, take=4 * HOUR)
    assert case.swept() == []
    assert case.swept(3.9) == []
    assert told(case.swept(0.2)) == ["first answer"], "from the import on it waits like any other"


# In what order


def test_what_fell_due_first_comes_first() -> None:
    play = calm(inbound=False)
    play.do("Ben", Promise(text="call", due=play.inn(3)), Offer(to=CLEO, reason="x"), UP)
    kinds = [type(fact) for fact in play.swept(6)]
    assert kinds == [CallTimedOut, Overdue, OfferExpired]


def test_a_plan_of_the_sweep_is_what_the_sweep_does() -> None:
    play = calm().do("Ben", UP).later(1.1)
    there = advance(play.case, play.paths.path_for(play.case, "standard"), play.context("Ana"))
    (fact,) = play.swept()
    assert isinstance(fact, CallTimedOut)
    assert (fact.level, (fact.responder, *fact.also), fact.acknowledge_by) == (
        there.level,
        there.people,
        there.acknowledge_by,
    )


# Who is told


def test_what_is_overdue_names_who_was_told_and_tells_nobody_else() -> None:
    play = calm().do("Ben", Promise(text="call back", due=MONDAY + HOUR))
    play.do("Ben", Review(cause="no form", change="make one", owner=CLEO, due=MONDAY + HOUR))
    before = play.case
    assert before is not None
    (late,) = play.swept(2)
    assert isinstance(late, Overdue)
    assert late.people == (BEN, CLEO, ANA), "the owner, who makes the change, and last the lead on duty"
    event = play.history[-1]
    hear = notifications_for(before, event, play.team.roster, play.team.roster.people)
    assert {one.person for one in hear} == set(late.people)
    assert event.sentence(Narrator(play.team.roster)).endswith("; told Ben, Cleo and Ana")


def test_the_lead_on_duty_who_owns_the_case_is_named_once() -> None:
    play = calm("Ana").do("Ana", Promise(text="call back", due=MONDAY + HOUR))
    (late,) = play.swept(2)
    assert isinstance(late, Overdue)
    assert late.people == (ANA,)
