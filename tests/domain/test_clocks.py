"""What falls due on a case, and which clock gives it its place in the queue."""

from __future__ import annotations

from careconsole.domain import facts as f
from careconsole.domain.clocks import HOUR, Spans, clocks, next_due
from careconsole.domain.commands import (
    Acknowledge,
    Deescalate,
    Escalate,
    Note,
    Offer,
    Park,
    Promise,
    Reassign,
    Resolve,
    Tag,
    Take,
    Touch,
    Withdraw,
)
from careconsole.domain.evolve import begin
from tests.domain.cases import BEN, CLEO, MONDAY, Imported, Play

UP = Escalate(reason="exception", need="refund")


def nearest(play: Play) -> str | None:
    clock = next_due(play.case, Spans())
    return clock.kind if clock else None


def test_the_first_answer_is_due_four_hours_after_the_customer_came() -> None:
    clock = Play("Ben").clock("first answer")
    assert (clock.began, clock.due) == (MONDAY, MONDAY + 4 * HOUR)


def test_after_the_first_answer_further_messages_want_an_answer_too() -> None:
    play = Play("Ben").do("Ben", Touch(text="sent")).later()
    play.do("Ben", Touch(text="it leaks", inbound=True))
    assert play.clock("answer").due == play.inn(4)


def test_where_nothing_else_runs_something_must_happen_within_a_day() -> None:
    for play in (Play("Ben").do("Ben", Touch(text="sent")), Play("Ben", inbound=False)):
        assert [(c.kind, c.due) for c in play.clocks] == [("next step", play.inn(24))]
    play = Play("Ben", inbound=False).later(5).do("Ben", Tag(add=("lid",)))
    assert play.clock("next step").due == play.inn(24)
    play.later(5).do("Cleo", Note(text="called twice"))
    assert play.clock("next step").due == play.inn(19), "a note changes nothing else"


def test_what_nobody_has_taken_is_to_be_taken() -> None:
    play = Play().do("Ben", Touch(text="we look into it"))
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
    assert (play.clock("word to owner").began, play.clock("word to owner").due) == (play.team.now, play.inn(2))
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
    play.do("Ben", Promise(text="call", due=play.inn(3)), Resolve(said="x", promises="kept"))
    assert (play.clocks, nearest(play)) == ([], None)
    closed = Imported(owner=BEN)
    closed.do("Ben", Promise(text="call", due=closed.inn(3))).record(status="closed")
    assert (closed.clocks, nearest(closed)) == ([], None)


def test_the_clocks_of_an_imported_open_case_start_at_the_import() -> None:
    years_ago = f.Event(1, MONDAY - 99_999 * HOUR, MONDAY, f.Recorded(owner=BEN, status="open"))
    old = begin(1, years_ago)
    (clock,) = clocks(old, Spans())
    assert (clock.began, clock.due) == (MONDAY, MONDAY + 4 * HOUR)
    assert old.waiting_since == MONDAY - 99_999 * HOUR


def test_as_of_an_earlier_time_later_clocks_are_left_out() -> None:
    play = Play("Ben").later(2)
    play.do("Ben", Promise(text="call", due=play.inn(0.5)))
    clock = next_due(play.case, Spans(), as_of=MONDAY + HOUR)
    assert clock is not None
    assert clock.kind == "first answer"
    assert next_due(play.case, Spans(), as_of=MONDAY - 1) is None


def test_how_long_things_may_take_can_be_set() -> None:
    play = Play("Ben").do("Ben", Offer(to=CLEO, reason="x"))
    spans = Spans(answer=2 * HOUR, offer=HOUR)
    assert [(c.kind, c.due - MONDAY) for c in clocks(play.case, spans)] == [
        ("offer", HOUR),
        ("first answer", 2 * HOUR),
    ]
