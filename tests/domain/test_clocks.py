"""What falls due on a case, and which clock gives it its place in the queue."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careconsole.domain.case.acknowledgement import Acknowledge
from careconsole.domain.case.changes import CheckChange
from careconsole.domain.case.clocks import AT_RISK, BREACHED, MET, PAUSED, RUNNING, Clock, clocks, next_due
from careconsole.domain.case.command import Command
from careconsole.domain.case.editing import Edit, Tag
from careconsole.domain.case.escalation import Deescalate, Escalate
from careconsole.domain.case.event import Event
from careconsole.domain.case.evolve import begin
from careconsole.domain.case.import_events import Imported
from careconsole.domain.case.lessons import Review
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.notes import Note
from careconsole.domain.case.offers import Offer, Withdraw
from careconsole.domain.case.ownership import Reassign, Take
from careconsole.domain.case.parking import Park, Unpark
from careconsole.domain.case.promises import Promise
from careconsole.domain.case.resolution import Reopen, Resolve
from careconsole.domain.case.reviews import CompleteAction
from careconsole.domain.case.time_spent import Time
from careconsole.domain.errors import CareError
from careconsole.domain.time.calendars import ALWAYS, Calendar, Hours, working_time_between
from careconsole.domain.time.moments import HOUR
from careconsole.domain.time.service_levels import Level
from tests.domain.cases import BEN, CLEO, MONDAY, ImportedPlay, Play

UP = Escalate(reason="exception", need="refund")


def nearest(play: Play) -> str | None:
    clock = next_due(play.case, Level(), ALWAYS)
    return clock.kind if clock else None


def test_the_first_answer_is_due_four_hours_after_the_customer_came() -> None:
    clock = Play("Ben").clock("first answer")
    assert (clock.started_at, clock.due) == (MONDAY, MONDAY + 4 * HOUR)


def test_after_the_first_answer_further_messages_want_an_answer_too() -> None:
    play = Play("Ben").do("Ben", LogMessage(text="sent")).later()
    play.do("Ben", LogMessage(text="it leaks", inbound=True))
    assert play.clock("answer").due == play.inn(4)


def test_where_nothing_else_runs_something_must_happen_within_a_day() -> None:
    for play in (Play("Ben").do("Ben", LogMessage(text="sent")), Play("Ben", inbound=False)):
        assert [(c.kind, c.due) for c in play.clocks] == [("next step", play.inn(24))]
    play = Play("Ben", inbound=False).later(5).do("Ben", Tag(add=("lid",)))
    assert play.clock("next step").due == play.inn(24)
    play.later(5).do("Cleo", Note(text="called twice"))
    assert play.clock("next step").due == play.inn(19), "a note changes nothing else"


def test_what_nobody_has_taken_is_to_be_taken() -> None:
    play = Play().do("Ben", LogMessage(text="we look into it"))
    assert play.clock("to take").due == play.inn(4)
    play.later(2).do("Ben", Take())
    assert [c.kind for c in play.clocks] == ["next step"]
    play.do("Ana", Reassign(to=None))
    assert play.clock("to take").due == play.inn(4)


def test_an_offer_waits_four_hours_for_its_answer() -> None:
    play = Play("Ben").later().do("Ben", Offer(to=CLEO, reason="x"))
    assert play.clock("offer").due == play.inn(4)
    play.do("Ben", Withdraw())
    assert "offer" not in {clock.kind for clock in play.clocks}


def test_a_call_waits_for_its_acknowledgement_and_then_for_its_word() -> None:
    play = Play("Ben").do("Ben", UP)
    assert play.clock("acknowledgement").due == play.inn(1)
    play.later(0.5).do("Ana", Acknowledge(until=play.inn(2)))
    assert (play.clock("word to owner").started_at, play.clock("word to owner").due) == (play.team.now, play.inn(2))
    play.do("Ana", Deescalate(decided="yes"))
    assert {clock.kind for clock in play.clocks} == {"first answer"}


def test_the_nearest_clock_is_the_reason_for_the_place_in_the_queue() -> None:
    play = Play("Ben")
    assert nearest(play) == "first answer"
    play.do("Ben", Promise(text="call", due=play.inn(3)))
    assert nearest(play) == "promise"
    play.do("Ben", UP)
    assert nearest(play) == "acknowledgement"
    play.do("Ben", Park(on="us", until=play.inn(0.5)))
    assert nearest(play) == "parked until"


def test_clocks_come_the_nearest_first() -> None:
    play = Play("Ben")
    play.do("Ben", Promise(text="b", due=play.inn(9)), Promise(text="a", due=play.inn(1)), Offer(to=CLEO, reason="x"))
    assert [clock.due for clock in play.clocks] == sorted(clock.due for clock in play.clocks)


def test_a_clock_does_not_depend_on_the_hour_so_what_was_breached_stays_first() -> None:
    play = Play("Ben")
    before = play.clocks
    assert play.later(100).clocks == before


def test_no_clock_runs_on_a_case_that_ended() -> None:
    play = Play("Ben")
    play.do("Ben", Promise(text="call", due=play.inn(3)), Resolve(said="x", answer="told", promises="kept"))
    assert (play.clocks, nearest(play)) == ([], None)
    closed = ImportedPlay(owner=BEN)
    closed.do("Ben", Promise(text="call", due=closed.inn(3))).record(status="closed")
    assert (closed.clocks, nearest(closed)) == ([], None)


def test_the_clocks_of_an_imported_open_case_start_at_the_import() -> None:
    years_ago = Event(1, MONDAY - 99_999 * HOUR, MONDAY, Imported(owner=BEN, status="open"))
    old = begin(1, years_ago)
    (clock,) = clocks(old, Level(), ALWAYS)
    assert (clock.started_at, clock.due) == (MONDAY, MONDAY + 4 * HOUR)
    assert old.waiting_since == MONDAY - 99_999 * HOUR


def test_as_of_an_earlier_time_later_clocks_are_left_out() -> None:
    play = Play("Ben").later(2)
    play.do("Ben", Promise(text="call", due=play.inn(0.5)))
    clock = next_due(play.case, Level(), ALWAYS, as_of=MONDAY + HOUR)
    assert clock is not None
    assert clock.kind == "first answer"
    assert next_due(play.case, Level(), ALWAYS, as_of=MONDAY - 1) is None


def test_how_long_things_may_take_can_be_set() -> None:
    play = Play("Ben").do("Ben", Offer(to=CLEO, reason="x"))
    level = Level(first_answer=2 * HOUR, offer=HOUR)
    assert [(c.kind, c.due - MONDAY) for c in clocks(play.case, level, ALWAYS)] == [
        ("offer", HOUR),
        ("first answer", 2 * HOUR),
    ]


# Service levels: the well-known failures of other systems, each as a rule.

OFFICE = Calendar("office", "UTC", (*5 * ((Hours(9 * 60, 17 * 60),),), (), ()))
"""Monday to Friday from nine to five, UTC. MONDAY is a Monday, at eight in the morning."""
GOLD = Level(name="gold", first_answer=2 * HOUR, answer=2 * HOUR, resolution=40 * HOUR, informed=24 * HOUR)
OPENING = MONDAY + HOUR
"""Nine o'clock."""
LONG_AFTER = MONDAY + 9_999 * HOUR


def one(play: Play, kind: str) -> Clock:
    (found,) = [clock for clock in play.every_clock if clock.kind == kind]
    return found


def gold(owner: str = "Ben", calendar: Calendar = ALWAYS, **new: object) -> Play:
    return Play(owner, **new).under(GOLD, calendar)  # type: ignore[arg-type]


def test_a_first_answer_in_time_stays_met_whatever_comes_later() -> None:
    play = gold().later(1).do("Ben", LogMessage(text="we look into it"))
    for after in (
        [],
        [LogMessage(text="it leaks!", inbound=True)],
        [Resolve(said="sent", answer="told")],
        [Reopen(reason="broken again")],
    ):
        play.later(50).do("Ben", *after)
        answer = one(play, "first answer")
        assert (answer.state, answer.ended, answer.due) == (MET, MONDAY + HOUR, MONDAY + 2 * HOUR)
        assert answer.stands(LONG_AFTER) == MET


def test_a_first_answer_that_was_late_is_breached_and_presses_no_longer() -> None:
    play = gold().later(3).do("Ben", LogMessage(text="sorry, we look into it"))
    answer = one(play, "first answer")
    assert (answer.state, answer.ended) == (BREACHED, MONDAY + 3 * HOUR)
    assert play.due is not None
    assert play.due.kind != "first answer", "no breach is shown after an answer"


def test_word_on_the_spot_needs_no_first_answer() -> None:
    for play in (gold(channel="phone"), gold(inbound=False)):
        assert "first answer" not in {clock.kind for clock in play.every_clock}


@pytest.mark.parametrize("answer_first", [True, False])
def test_reply_and_park_together_count_both_whichever_comes_first(answer_first: bool) -> None:
    answer, park = LogMessage(text="which colour?"), Park(on="customer", until=MONDAY + 30 * HOUR)
    play = gold().later(1).do("Ben", *((answer, park) if answer_first else (park, answer)))
    assert one(play, "first answer").state == MET
    assert [one(play, kind).state for kind in ("resolution", "keep informed")] == [PAUSED, PAUSED]
    assert play.due is not None
    assert play.due.kind == "parked until"


def test_a_case_that_waits_for_the_customer_does_not_wait_for_us() -> None:
    play = gold().later(1).do("Ben", Park(on="customer", until=LONG_AFTER))
    assert (one(play, "first answer").state, play.case.waiting_since) == (PAUSED, None)
    assert play.due is not None
    assert play.due.kind == "parked until"
    play.later(30).do("Ben", Unpark())
    assert (one(play, "first answer").state, one(play, "first answer").due) == (RUNNING, play.inn(1))
    assert play.case.waiting_since == MONDAY
    play.do("Ben", Park(on="customer", until=LONG_AFTER)).do("Ben", LogMessage(text="well?", inbound=True))
    assert (play.case.parked, play.case.waiting_since, one(play, "first answer").state) == (None, MONDAY, RUNNING)


def test_a_case_parked_on_the_customer_without_an_end_comes_up_in_a_day_all_the_same() -> None:
    play = ImportedPlay().record(status="parked", on="customer")
    assert play.due is not None
    assert (play.due.kind, one(play, "first answer").state) == ("next step", PAUSED)


def test_what_the_customer_wrote_since_the_parking_waits_for_us() -> None:
    play = ImportedPlay(status="parked", on="customer").later(1).record(way="in", said="and now?", sort="message")
    assert one(play, "first answer").state == RUNNING


def test_parking_on_somebody_else_never_stops_the_customer_s_own_waiting() -> None:
    for on in ("third party", "us"):
        play = gold().later(1).do("Ben", Park(on=on, until=LONG_AFTER))
        assert (one(play, "first answer").state, one(play, "first answer").due) == (RUNNING, MONDAY + 2 * HOUR)
    play = gold().do("Ben", LogMessage(text="sent"), Park(on="third party", until=LONG_AFTER)).later(5)
    play.do("Ben", LogMessage(text="and now?", inbound=True))
    assert (play.clock("answer").due, play.case.parked is not None) == (play.inn(2), True)


@pytest.mark.parametrize(
    "on, stopped", [("customer", {"resolution", "keep informed"}), ("third party", {"resolution"}), ("us", set())]
)
def test_a_rest_stops_the_clocks_that_the_level_says(on: str, stopped: set[str]) -> None:
    play = gold().do("Ben", LogMessage(text="sent")).later(1).do("Ben", Park(on=on, until=LONG_AFTER))
    assert {clock.kind for clock in play.every_clock if clock.state == PAUSED} == stopped
    own = Level(resolution=40 * HOUR, informed=24 * HOUR, stops={on: ("keep informed",)})
    assert {c.kind for c in play.under(own).every_clock if c.state == PAUSED} == {"keep informed"}


def test_a_rest_moves_the_due_time_by_as_long_as_it_took() -> None:
    play = gold().later(10).do("Ben", Park(on="customer", until=LONG_AFTER)).later(100)
    paused = one(play, "resolution")
    assert (paused.state, paused.due, paused.left) == (PAUSED, LONG_AFTER + 30 * HOUR, 30 * HOUR)
    play.do("Ben", Unpark())
    resolution = play.clock("resolution")
    assert (resolution.due, resolution.paused_for) == (MONDAY + 140 * HOUR, 100 * HOUR)
    assert resolution.at_risk == MONDAY + 130 * HOUR, "at risk after 30 of its 40 hours"


def test_a_rest_that_was_to_end_is_over_then_whether_anybody_says_so_or_not() -> None:
    play = gold().later(10).do("Ben", Park(on="customer", until=MONDAY + 20 * HOUR))
    assert (one(play, "resolution").state, one(play, "resolution").due) == (PAUSED, MONDAY + 50 * HOUR)
    play.later(100).do("Ben", Unpark())
    assert (play.clock("resolution").due, play.clock("resolution").paused_for) == (MONDAY + 50 * HOUR, 10 * HOUR)


def test_a_rest_that_is_made_longer_counts_whole() -> None:
    play = gold().later(10).do("Ben", Park(on="customer", until=MONDAY + 20 * HOUR))
    play.later(5).do("Ben", Park(on="third party", until=MONDAY + 30 * HOUR)).later(10).do("Ben", Unpark())
    assert (play.clock("resolution").paused_for, play.clock("resolution").due) == (15 * HOUR, MONDAY + 55 * HOUR)


def test_what_was_breached_before_a_rest_stays_breached() -> None:
    play = gold().later(41).do("Ben", Park(on="customer", until=LONG_AFTER))
    assert (one(play, "resolution").state, one(play, "resolution").stands(play.team.now)) == (RUNNING, BREACHED)


def test_a_pause_is_not_lost_when_the_level_changes() -> None:
    play = gold().later(10).do("Ben", Park(on="customer", until=LONG_AFTER)).later(100).do("Ben", Unpark())
    play.do("Ben", Edit(priority="urgent")).under(Level(resolution=8 * HOUR))
    assert play.clock("resolution").due == MONDAY + 8 * HOUR, "its time was over before the rest"
    assert play.under(Level(resolution=12 * HOUR)).clock("resolution").due == MONDAY + 112 * HOUR
    assert play.under(GOLD, OFFICE).clock("resolution").paused_for == working_time_between(
        OFFICE, MONDAY + 10 * HOUR, MONDAY + 110 * HOUR
    )


def test_no_clock_runs_while_a_case_is_closed_and_the_resolution_tells_what_came_of_it() -> None:
    play = gold().later(39).do("Ben", LogMessage(text="sent"), Resolve(said="sent", answer="told"))
    assert (play.clocks, play.due) == ([], None)
    assert one(play, "resolution").state == MET
    late = gold().later(41).do("Ben", LogMessage(text="sent"), Resolve(said="sent", answer="told"))
    assert one(late, "resolution").state == BREACHED
    rested = (
        gold()
        .later(1)
        .do("Ben", Park(on="customer", until=LONG_AFTER))
        .later(40)
        .do("Ben", Resolve(said="sent", answer="told"))
    )
    assert one(rested, "resolution").state == MET


def test_a_reopened_case_has_a_new_resolution_clock_and_is_not_late_at_once() -> None:
    play = gold().do("Ben", LogMessage(text="sent"), Park(on="customer", until=LONG_AFTER)).later(3)
    play.do("Ben", Resolve(said="sent", answer="told"))
    play.later(1000).do("Ben", LogMessage(text="broken again", inbound=True))
    assert play.clock("resolution").due == play.inn(40)
    assert (play.clock("resolution").paused_for, play.case.rests) == (0, ()), "rests of its first life are over"
    assert play.clock("answer").due == play.inn(2)
    assert all(clock.stands(play.team.now) == RUNNING for clock in play.clocks)


@pytest.mark.parametrize("text", ["Thank you!", "Automatic reply: out of office"])
def test_thanks_and_automatic_replies_restart_nothing(text: str) -> None:
    play = gold().do("Ben", LogMessage(text="sent"))
    before = play.every_clock
    assert play.later(5).do("Ben", LogMessage(text=text, inbound=True)).every_clock == before
    plain = Play("Ben").do("Ben", LogMessage(text="sent"))
    assert plain.later(5).do("Ben", LogMessage(text=text, inbound=True)).clock("next step").due == plain.inn(19)


def test_thanks_do_not_bring_a_case_back_from_its_rest() -> None:
    play = gold().do("Ben", LogMessage(text="sent"), Park(on="customer", until=MONDAY + 9 * HOUR)).later(1)
    assert play.do("Ben", LogMessage(text="Thanks!", inbound=True)).case.parked is not None
    assert play.do("Ben", LogMessage(text="It is red.", inbound=True)).case.parked is None


def test_a_promise_survives_replies_rests_and_other_levels() -> None:
    play = gold().do("Ben", Promise(text="call", due=MONDAY + 9 * HOUR))
    play.later(1).do(
        "Ben", LogMessage(text="sent"), LogMessage(text="thanks", inbound=True), Park(on="customer", until=LONG_AFTER)
    )
    play.do("Ben", Edit(priority="low")).under(Level())
    promise = play.clock("promise")
    assert (promise.due, promise.about, promise.number) == (MONDAY + 9 * HOUR, "call", 2)
    assert promise.at_risk == MONDAY + 27 * HOUR // 4


def test_a_word_is_due_to_the_customer_every_so_often_even_without_news() -> None:
    play = gold()
    assert "keep informed" not in {clock.kind for clock in play.clocks}, "the first answer is awaited"
    play.later(1).do("Ben", LogMessage(text="we look into it"))
    assert play.clock("keep informed").due == play.inn(24)
    play.later(20).do("Ben", LogMessage(text="and?", inbound=True))
    assert play.clock("keep informed").due == play.inn(4), "their word is not ours"
    play.do("Ben", LogMessage(text="still at it"))
    assert play.clock("keep informed").due == play.inn(24)


def test_an_answer_outside_hours_counts_and_one_asked_then_is_due_in_hours() -> None:
    night = Play("Ben").under(Level(first_answer=4 * HOUR, answer=4 * HOUR), OFFICE)
    assert night.clock("first answer").due == OPENING + 4 * HOUR, "asked at eight, the office opens at nine"
    night.do("Ben", LogMessage(text="already done"))
    assert one(night, "first answer").state == MET
    night.later(4 * 24 + 10).do("Ben", LogMessage(text="one more thing", inbound=True))  # Friday, 18:00
    assert night.clock("answer").due == OPENING + (7 * 24 + 4) * HOUR
    night.later(12).do("Ben", LogMessage(text="here you are"))  # Saturday
    assert "answer" not in {clock.kind for clock in night.clocks}


def test_working_time_holds_for_every_span_and_named_times_stay() -> None:
    play = Play("Ben").under(Level(step=16 * HOUR), OFFICE).do("Ben", LogMessage(text="sent"))
    assert play.clock("next step").due == OPENING + (24 + 8) * HOUR
    play.do("Ben", Offer(to=CLEO, reason="x"), UP, Promise(text="call", due=MONDAY + 17 * HOUR))
    assert play.clock("offer").due == OPENING + 4 * HOUR
    assert play.clock("acknowledgement").due == OPENING + HOUR
    assert play.clock("promise").due == MONDAY + 17 * HOUR


def test_an_imported_case_breaches_nothing_at_once_under_any_level() -> None:
    years_ago = Event(1, MONDAY - 99_999 * HOUR, MONDAY, Imported(owner=BEN, status="parked"))
    old = begin(1, years_ago)
    for level, calendar in ((GOLD, ALWAYS), (GOLD, OFFICE), (Level(), ALWAYS)):
        assert all(clock.started_at >= MONDAY for clock in clocks(old, level, calendar))
    assert all(clock.stands(MONDAY) in (RUNNING, PAUSED) for clock in clocks(old, GOLD, ALWAYS))
    (paused,) = [clock for clock in clocks(old, GOLD, ALWAYS) if clock.kind == "resolution"]
    assert (paused.state, paused.due, paused.left) == (PAUSED, None, 40 * HOUR), "nobody said until when it rests"


def test_a_change_that_a_review_asked_for_falls_due_on_an_open_case_and_on_one_that_ended() -> None:
    play = Play("Ben").do("Ben", LogMessage(text="sent"), UP).do("Ana", Deescalate(decided="yes"))
    play.do("Ben", Review(cause="crack", change="thicker boxes", owner=BEN, due=play.inn(2)))
    assert play.due is not None
    assert (play.due.kind, play.due.due) == ("change", play.inn(2))
    play.do("Ben", Resolve(said="sent", answer="told"))
    assert (one(play, "change").about, play.due) == ("thicker boxes", None)
    play.do("Ben", CompleteAction())
    assert [clock.kind for clock in play.clocks] == ["check"]
    assert play.do("Ben", CheckChange(verdict="works")).clocks == []


def test_at_risk_begins_when_three_quarters_of_the_time_are_over() -> None:
    clock = Play("Ben").clock("first answer")
    assert clock.at_risk == MONDAY + 3 * HOUR
    moments = {0: RUNNING, 2.99: RUNNING, 3: AT_RISK, 4: AT_RISK, 4.01: BREACHED}
    assert {hours: clock.stands(MONDAY + int(hours * HOUR)) for hours in moments} == moments
    office = Play("Ben").under(Level(), OFFICE).clock("first answer")
    assert office.at_risk == OPENING + 3 * HOUR


def test_a_case_is_at_risk_as_soon_as_any_of_its_clocks_is() -> None:
    play = Play("Ben", channel="phone").do("Ben", Promise(text="a call", due=MONDAY + 12 * HOUR)).later(10)
    play.do("Ben", UP)
    due = next_due(play.case, Level(), ALWAYS)
    assert due is not None
    assert (due.kind, due.due) == ("acknowledgement", play.inn(1)), "what is due first stays the reason for its place"
    assert due.at_risk == play.clock("promise").at_risk == MONDAY + 9 * HOUR
    assert play.clock("acknowledgement").stands(play.team.now) == RUNNING


def test_an_escalation_is_to_be_acknowledged_within_the_working_time_of_its_level() -> None:
    play = Play("Ben").under(Level(acknowledge=10 * HOUR), OFFICE).do("Ben", UP)
    assert play.clock("acknowledgement").due == OPENING + (24 + 2) * HOUR


COMMANDS = st.sampled_from(
    [
        LogMessage(text="sent"),
        LogMessage(text="it leaks", inbound=True),
        LogMessage(text="Thanks!", inbound=True),
        Park(on="customer", until=LONG_AFTER),
        Park(on="third party", until=LONG_AFTER),
        Park(on="us", until=MONDAY + 60 * HOUR),
        Unpark(),
        Resolve(said="done", answer="told", promises="kept"),
        Reopen(reason="again"),
        Promise(text="call", due=LONG_AFTER),
        Offer(to=CLEO, reason="x"),
        Withdraw(),
        Note(text="called twice"),
        Reassign(to=None),
        UP,
    ]
)


@given(st.lists(st.tuples(st.floats(0, 30), COMMANDS), max_size=14), st.sampled_from((GOLD, Level())))
def test_whatever_happens_the_nearest_running_clock_is_what_falls_due_next(
    steps: list[tuple[float, Command]], level: Level
) -> None:
    play = Play("Ben")
    for hours, command in steps:
        play.later(hours)
        with suppress(CareError):
            play.do("Ana", command)
        for calendar in (ALWAYS, OFFICE):
            running = play.under(level, calendar).clocks
            due = play.due
            if not play.case.is_open:
                assert due is None
                continue
            assert due is not None, "an open case always has something that falls due"
            first = running[0]
            assert (due.due, due.kind, due.started_at, due.at_risk) == (
                first.due,
                first.kind,
                first.started_at,
                min(clock.at_risk for clock in running if clock.state == RUNNING and clock.at_risk is not None),
            )
            assert all(clock.started_at <= (clock.at_risk or 0) <= (clock.due or 0) for clock in running)


@given(st.lists(st.tuples(st.floats(0.1, 30), st.booleans()), max_size=10))
def test_what_ran_and_what_stood_still_is_all_the_working_time_there_was(steps: list[tuple[float, bool]]) -> None:
    """With a span that never runs out: it ran so long as nobody else was waited for, and what is left tells it."""
    endless = Level(resolution=5_000 * HOUR)
    play = Play("Ben").do("Ben", LogMessage(text="sent"))
    resting = Time()
    at, rests = play.team.now, False
    for hours, rest in [*steps, (0.1, True)]:
        play.later(hours)
        resting.count(at, play.team.now, OFFICE) if rests else None
        at = play.team.now
        if rest != rests:
            play.do("Ben", Park(on="customer", until=LONG_AFTER) if rest else Unpark())
            rests = rest
    clock = one(play.under(endless, OFFICE), "resolution")
    assert clock.left == 5_000 * HOUR - (working_time_between(OFFICE, MONDAY, play.team.now) - resting.working)
