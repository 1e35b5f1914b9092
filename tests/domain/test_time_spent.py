"""Time by owner and by level: who had a case for how long, at which level, in real and in working time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from careconsole.domain.case.escalation import Deescalate, Escalate
from careconsole.domain.case.offers import Accept, Offer
from careconsole.domain.case.ownership import Reassign, Take
from careconsole.domain.case.resolution import Reopen, Resolve
from careconsole.domain.case.time_spent import TimeSpent, time_spent
from careconsole.domain.time.calendars import ALWAYS, Calendar, Hours, working_time_between
from careconsole.domain.time.moments import HOUR
from tests.domain.cases import ANA, BEN, CLEO, MONDAY, Play

OFFICE = Calendar("office", "UTC", (*5 * ((Hours(9 * 60, 17 * 60),),), (), ()))
"""Monday to Friday from nine to five, UTC; every play begins on a Monday at 08:00."""


def hours(play: Play, calendar: Calendar = ALWAYS) -> TimeSpent:
    return time_spent(play.history, calendar, play.team.now)


def by_owner(found: TimeSpent) -> dict[int | None, float]:
    return {owner: time.real / HOUR for owner, time in found.owners.items()}


def test_each_owner_has_the_time_in_which_the_case_was_theirs() -> None:
    play = Play().later(2).do("Ben", Take()).later(3).do("Ben", Offer(to=CLEO, reason="x"))
    play.later(1).do("Cleo", Accept()).later(5)
    assert by_owner(hours(play)) == {None: 2, BEN: 4, CLEO: 5}, "an offer moves nothing until it is accepted"


def test_each_level_has_the_time_that_the_case_was_at_it() -> None:
    play = Play("Ben").later(2).do("Ben", Escalate(reason="exception", need="refund")).later(5)
    play.do("Ana", Deescalate(decided="yes")).later(1)
    found = hours(play)
    assert {level: time.real / HOUR for level, time in found.levels.items()} == {0: 3, 1: 5}
    assert by_owner(found) == {BEN: 8}, "an escalation leaves the owner"


def test_a_case_that_ended_takes_no_time_until_it_is_open_again() -> None:
    play = Play("Ben").later(2).do("Ben", Resolve(said="sent", answer="told")).later(100)
    assert by_owner(hours(play)) == {BEN: 2}
    play.do("Ana", Reopen(reason="broken again")).later(3)
    assert by_owner(hours(play)) == {BEN: 5}


def test_what_was_undone_did_not_happen() -> None:
    play = Play("Ben").later(2).do("Ana", Reassign(to=CLEO)).later(3).undo().later(1)
    assert by_owner(hours(play)) == {BEN: 6}


def test_working_time_is_that_of_the_calendar() -> None:
    play = Play("Ben").later(10).do("Ana", Reassign(to=CLEO)).later(24)
    found = hours(play, OFFICE)
    assert {owner: time.working / HOUR for owner, time in found.owners.items()} == {BEN: 8, CLEO: 8}
    assert found.total.working == 16 * HOUR


def test_up_to_a_moment_later_events_do_not_count() -> None:
    play = Play("Ben").later(5).do("Ana", Reassign(to=CLEO)).later(5)
    found = time_spent(play.history, ALWAYS, MONDAY + 3 * HOUR)
    assert by_owner(found) == {BEN: 3}
    assert by_owner(time_spent(play.history, ALWAYS, MONDAY - 1)) == {}


@given(st.lists(st.tuples(st.floats(0, 60), st.sampled_from((ANA, BEN, CLEO, None))), max_size=8), st.floats(0, 60))
def test_the_times_of_all_owners_and_of_all_levels_are_the_age_of_the_case(
    moves: list[tuple[float, int | None]], rest: float
) -> None:
    play = Play("Ben")
    for wait, to in moves:
        play.later(wait)
        if play.case.owner != to:
            play.do("Ana", Reassign(to=to))
    play.later(rest)
    found = hours(play, OFFICE)
    age, working = play.team.now - MONDAY, working_time_between(OFFICE, MONDAY, play.team.now)
    for times in (found.owners.values(), found.levels.values()):
        assert sum(time.real for time in times) == found.total.real == age
        assert sum(time.working for time in times) == found.total.working == working
