"""Changes that reviews ask for are followed to the end: made, checked, moved, dropped; and told when they are due."""

from __future__ import annotations

import pytest

from careconsole.domain.case.changes import (
    CHECKED,
    DROPPED,
    MADE,
    OPEN,
    TO_CHECK,
    CheckChange,
    DropChange,
    MoveChange,
    state_of,
)
from careconsole.domain.case.clocks import next_change
from careconsole.domain.case.lessons import Review
from careconsole.domain.case.overdue import Overdue
from careconsole.domain.case.recurrence import after, ordinal
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.case.reviews import CHECK_AFTER, CompleteAction
from careconsole.domain.time.moments import DAY, HOUR
from careconsole.domain.time.service_levels import Level
from tests.domain.cases import ANA, BEN, CLEO, Play
from tests.domain.test_notification_recipients import hears
from tests.suggested import told


def asked(owner: int = CLEO) -> Play:
    """Ben's case, whose review asks `owner` for a change within two days."""
    play = Play("Ben", inbound=False)
    return play.do("Ben", Review(cause="limit", change="raise it", owner=owner, due=play.inn(48)))


def made(owner: int = CLEO) -> Play:
    return asked(owner).do("Cleo", CompleteAction())


def state(play: Play) -> str:
    return state_of(play.case.reviews[0], play.team.now)


def test_a_change_is_open_made_to_check_and_checked() -> None:
    play = asked()
    assert state(play) == OPEN
    play.do("Cleo", CompleteAction())
    assert (state(play), play.case.next_check) == (MADE, play.team.now + CHECK_AFTER)
    play.later(42 * 24)
    assert state(play) == TO_CHECK
    play.do("Cleo", CheckChange(verdict="works", said="none came back"))
    assert (state(play), play.case.next_check) == (CHECKED, None)


def test_when_it_is_checked_can_be_said_with_the_change_and_is_not_in_the_past() -> None:
    play = asked()
    play.do("Cleo", CompleteAction(check=play.inn(72)))
    assert play.case.next_check == play.inn(72)
    assert "in the past" in asked().wrong("Cleo", CompleteAction(check=1)).message


@pytest.mark.parametrize("verdict", ["not yet", "cannot tell"])
def test_what_nobody_can_tell_yet_is_checked_again(verdict: str) -> None:
    play = made().later(42 * 24).do("Cleo", CheckChange(verdict=verdict))
    assert (state(play), play.case.next_check) == (MADE, play.team.now + CHECK_AFTER)
    play.do("Cleo", CheckChange(verdict=verdict, again=play.inn(24)))
    assert play.case.next_check == play.inn(24)
    play.do("Cleo", CheckChange(verdict="no"))
    assert state(play) == CHECKED


def test_a_change_is_not_checked_twice_nor_before_it_is_made_nor_once_it_is_dropped() -> None:
    assert "is not made yet" in asked().refused("Cleo", CheckChange(verdict="works")).message
    play = made().do("Ben", CheckChange(verdict="works"))
    for again in (CheckChange(verdict="no"), MoveChange(due=play.inn(1), reason="so late")):
        assert "was checked already: it works" in play.refused("Cleo", again).message
    play = asked().do("Ben", DropChange(because="it is rare"))
    for late in (CompleteAction(), CheckChange(verdict="works"), DropChange(because="it is rare")):
        assert "was dropped, because it is rare" in play.refused("Cleo", late).message
    assert "asks for a change" in Play("Ben").refused("Ben", CheckChange(verdict="works")).message
    assert "was made already" in made().refused("Ben", DropChange(because="it is rare")).message


def test_a_final_verdict_has_no_next_time_and_a_verdict_is_one_of_four() -> None:
    play = made()
    assert "is final" in play.wrong("Cleo", CheckChange(verdict="works", again=play.inn(1))).message
    assert "works, not yet, no, cannot tell" in told(play.wrong("Cleo", CheckChange(verdict="perhaps")))
    assert "in the past" in play.wrong("Cleo", CheckChange(verdict="not yet", again=1)).message


def test_a_change_is_moved_with_a_reason_into_the_future() -> None:
    play = asked()
    assert "in the past" in play.wrong("Ben", MoveChange(due=play.inn(-1), reason="so late")).message
    assert "says nothing" in play.wrong("Ben", MoveChange(due=play.inn(1), reason=".")).message
    play.do("Ben", MoveChange(due=play.inn(99), reason="the printer"))
    assert (play.case.reviews[0].due, play.case.reviews[0].moves) == (play.inn(99), 1)
    play.do("Cleo", CompleteAction(), MoveChange(due=play.inn(9), reason="a quiet week"))
    assert (play.case.reviews[0].due, play.case.next_check) == (play.inn(99), play.inn(9))


def test_a_change_is_dropped_with_a_reason_and_nobody_waits_for_it() -> None:
    play = asked()
    for nothing in ("", " ", "."):
        play.wrong("Ben", DropChange(because=nothing))
    play.do("Ben", DropChange(because="it is rare"))
    assert (state(play), [clock for clock in play.clocks if clock.number]) == (DROPPED, [])


def test_where_several_changes_wait_for_a_check_one_is_named() -> None:
    play = asked()
    play.do("Ben", Review(cause="limit", change="a list", owner=ANA, due=play.inn(48)))
    first, second = (review.number for review in play.case.reviews)
    play.do("Ben", CompleteAction(review=first), CompleteAction(review=second))
    assert f"--review N: {first}, {second}" in told(play.wrong("Ana", CheckChange(verdict="works")))
    play.do("Ana", CheckChange(verdict="works", review=second))
    assert "was checked already" in play.refused("Ana", CheckChange(verdict="no", review=second)).message


def test_a_check_that_is_due_is_told_once_to_who_makes_the_change_and_to_the_lead_on_duty() -> None:
    play = made().under(Level(step=900 * DAY, resolution=900 * DAY))
    assert play.swept(41 * 24) == []
    (late,) = play.swept(25)
    assert isinstance(late, Overdue)
    assert [clock.kind for clock in late.clocks] == ["check"]
    words = 'Ben\'s case 1 (Kettle cracked): the check of a change that was made "raise it" was due at 08:00.'
    assert (hears(play, "Cleo"), hears(play, "Ana")) == (words, words)
    assert hears(play, "Ben") is None
    assert play.swept(24 * 90) == []
    play.do("Cleo", CheckChange(verdict="not yet", again=play.inn(24)))
    assert [clock.kind for fact in play.swept(25) for clock in getattr(fact, "clocks", ())] == ["check"]


def test_a_change_and_its_check_are_due_on_a_case_that_has_ended_too() -> None:
    play = made()
    assert next_change(play.case) is None, "the clocks of an open case say so"
    play.do("Ben", Resolve(said="raised it"))
    assert next_change(play.case) == play.case.next_check
    assert [clock.kind for clock in play.clocks] == ["check"]


def test_those_who_make_a_change_hear_what_others_do_with_it() -> None:
    play = asked().do("Ben", MoveChange(due=asked().inn(99), reason="s3cret words"))
    assert "Ben moved your change from case 1 (Kettle cracked) to " in (hears(play, "Cleo") or "")
    assert "s3cret" not in (hears(play, "Cleo", quote=False) or "")
    play.do("Ben", CompleteAction(), CheckChange(verdict="no", said="two more"))
    assert hears(play, "Cleo") == "Ben checked your change from case 1 (Kettle cracked): it does not work: two more"
    assert hears(play, "Ana") == "Ben checked a change from case 1 (Kettle cracked): it does not work: two more"
    play = asked(BEN).do("Cleo", DropChange(because="it is rare"))
    assert hears(play, "Ben") == "Cleo dropped your change from case 1 (Kettle cracked): it is rare"
    assert hears(play, "Ana") == "Cleo dropped a change from case 1 (Kettle cracked): it is rare"


def test_a_span_after_a_change_and_an_ordinal_read_as_words() -> None:
    assert (after(0, 9 * DAY), after(0, DAY), after(0, 3 * HOUR)) == ("9 days after", "1 day after", "3h after")
    assert [ordinal(n) for n in (1, 3, 11, 12, 21, 22, 103)] == [
        "first",
        "third",
        "11th",
        "12th",
        "21st",
        "22nd",
        "103rd",
    ]
