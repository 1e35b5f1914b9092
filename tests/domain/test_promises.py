"""A promise is a thing: recorded, surviving every later change, and kept or broken."""

from __future__ import annotations

import pytest

from careconsole.domain.case.escalation import Deescalate, Escalate
from careconsole.domain.case.lessons import Review
from careconsole.domain.case.measures import measure
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.ownership import Reassign, TakeOver
from careconsole.domain.case.parking import Park
from careconsole.domain.case.promises import KeepPromise, MovePromise, Promise, PromiseMoved, ReleasePromise
from careconsole.domain.case.resolution import Reopen, Resolve
from tests.domain.cases import BEN, CLEO, LATER, Play
from tests.suggested import told


def promised(hours: float = 4) -> Play:
    """Ben's case, with Ben's promise to call back."""
    play = Play("Ben")
    return play.do("Ben", Promise(text="call back", due=play.inn(hours)))


def counted(play: Play) -> dict[str, int]:
    counts: dict[str, int] = measure([(1, play.history)], play.team.now)["promises"]
    return {name: count for name, count in counts.items() if count}


def test_a_promise_says_what_and_by_when_and_names_who_promised() -> None:
    play = promised()
    (promise,) = play.case.promises
    assert (promise.text, promise.due, promise.by) == ("call back", play.inn(4), BEN)
    assert play.clock("promise").due == play.inn(4)


def test_a_promise_is_for_a_time_to_come_and_on_an_open_case() -> None:
    play = Play("Ben")
    play.wrong("Ben", Promise(text=" ", due=play.inn(1)))
    play.wrong("Ben", Promise(text="call", due=play.team.now))
    play.do("Ben", Resolve(said="x", answer="told")).refused("Ben", Promise(text="call", due=play.inn(1)))


def test_several_promises_may_be_open_and_then_one_is_named() -> None:
    play = promised()
    play.do("Cleo", Promise(text="send the part", due=play.inn(2)))
    first, second = (p.number for p in play.case.promises)
    assert play.promised == ["call back", "send the part"]
    assert [promise.by for promise in play.case.promises] == [BEN, CLEO]
    assert [c.due for c in play.clocks if c.kind == "promise"] == [play.inn(2), play.inn(4)]
    for command in (KeepPromise(), ReleasePromise(reason="x"), MovePromise(due=play.inn(1), told=True)):
        assert f"--promise N: {first} (call back), {second} (send the part)" in told(play.wrong("Ben", command))
    play.wrong("Ben", KeepPromise(promise=99))
    assert play.do("Ben", KeepPromise(promise=second)).promised == ["call back"]


def test_where_none_is_open_there_is_nothing_to_settle() -> None:
    assert "careconsole promise 1 WHAT --due TIME" in told(Play("Ben").refused("Ben", KeepPromise()))


@pytest.mark.parametrize(
    "name, command",
    [
        ("Ana", Reassign(to=CLEO)),
        ("Ana", Reassign(to=None)),
        ("Cleo", TakeOver(reason="on the phone")),
        ("Ben", Park(on="us", until=LATER)),
        ("Ben", LogMessage(text="still looking for it")),
        ("Ben", Escalate(reason="customer request", need="x")),
    ],
)
def test_promises_follow_the_case_through_every_change_and_keep_their_maker(name: str, command: Park) -> None:
    play = promised().do(name, command)
    (promise,) = play.case.promises
    assert promise.by == BEN
    assert "promise" in {clock.kind for clock in play.clocks}


def test_they_outlive_an_escalation_too() -> None:
    play = promised().do("Ben", Escalate(reason="customer request", need="x")).do("Ana", Deescalate(decided="yes"))
    assert play.promised == ["call back"]


def test_word_to_the_customer_keeps_no_promise_for_kept_is_said_explicitly() -> None:
    play = promised().do("Ben", LogMessage(text="I call you back as promised", channel="phone"))
    assert play.promised == ["call back"]
    assert counted(play.do("Ben", KeepPromise(said="called"))) == {"kept": 1}


def test_kept_after_its_time_is_late() -> None:
    assert counted(promised(4).later(5).do("Ben", KeepPromise())) == {"late": 1}


def test_a_promise_not_kept_by_its_time_is_overdue_without_anybody_saying_so() -> None:
    assert counted(promised(4).later(5)) == {"late": 1, "open_overdue": 1}


@pytest.mark.parametrize("told", [True, False])
def test_moving_says_whether_the_customer_was_told_and_counts(told: bool) -> None:
    play = promised(4)
    play.do("Ben", MovePromise(due=play.inn(8), told=told, reason="no part yet"))
    (promise,) = play.case.promises
    assert isinstance(play.last, PromiseMoved)
    assert (promise.due, promise.moves, promise.late, play.last.told) == (play.inn(8), 1, False, told)
    assert counted(play.do("Ben", KeepPromise())) == {"moved": 1, "kept": 1}


def test_whether_the_customer_was_told_has_no_default() -> None:
    with pytest.raises(TypeError):
        MovePromise(due=1)  # type: ignore[call-arg]


def test_moving_after_the_due_time_is_broken_even_when_kept_in_the_new_time() -> None:
    play = promised(4).later(5)
    play.do("Ben", MovePromise(due=play.inn(8), told=True))
    assert play.case.promises[0].late
    assert counted(play.do("Ben", KeepPromise())) == {"moved": 1, "late": 1}


def test_once_late_stays_late_however_often_it_moves() -> None:
    play = promised(4).later(5)
    play.do("Ben", MovePromise(due=play.inn(8), told=True), MovePromise(due=play.inn(9), told=True))
    assert (play.case.promises[0].late, play.case.promises[0].moves) == (True, 2)


def test_a_promise_moves_to_a_time_to_come() -> None:
    play = promised()
    play.wrong("Ben", MovePromise(due=play.team.now, told=True))


def test_the_customer_can_release_us() -> None:
    promised().wrong("Ben", ReleasePromise(reason=" "))
    play = promised().do("Ben", ReleasePromise(reason="bought it elsewhere"))
    assert play.promised == []
    assert counted(play) == {"released": 1}


@pytest.mark.parametrize(
    "settled, counts",
    [("kept", {"kept": 1, "late": 1}), ("released", {"released": 2}), ("broken", {"late": 2})],
)
def test_resolving_settles_all_promises_by_what_is_said_of_them(settled: str, counts: dict[str, int]) -> None:
    play = promised(2)
    play.do("Ben", Promise(text="send the part", due=play.inn(8))).later(4)
    play.do("Ben", Resolve(said="part sent", answer="told", promises=settled))
    assert play.promised == []
    assert counted(play) == counts


def test_a_case_with_open_promises_is_not_resolved_in_silence() -> None:
    assert "call back" in promised().refused("Ben", Resolve(said="x", answer="told")).message
    promised().wrong("Ben", Resolve(said="x", answer="told", promises="forgotten"))


def test_settled_promises_do_not_come_back_with_a_reopened_case() -> None:
    assert promised().do("Ben", Resolve(said="x", answer="told", promises="kept"), Reopen(reason="y")).promised == []


def test_a_promise_undone_was_not_made() -> None:
    play = promised().undo()
    assert play.promised == []
    assert counted(play) == {}


def test_a_review_leaves_promises_alone() -> None:
    assert promised().do("Ben", Review(cause="x", nothing_because="y")).promised == ["call back"]
