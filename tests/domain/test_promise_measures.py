"""What became of promises: each ends as the measures count it, and is told with its last time."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from careconsole.domain.case.effective_history import Undone
from careconsole.domain.case.event import Event, Fact
from careconsole.domain.case.measures import measure
from careconsole.domain.case.merging import Merged
from careconsole.domain.case.opening import Opened
from careconsole.domain.case.promise_measures import (
    KEPT,
    LATE,
    OPEN,
    PASSED_ON,
    RELEASED,
    PromiseOutcome,
    promise_outcomes,
)
from careconsole.domain.case.promises import Promised, PromiseKept, PromiseMoved, PromiseReleased
from careconsole.domain.case.resolution import Reopened, Resolved

HOUR = 3_600_000


def history(*facts: tuple[float, Fact], commands: bool = False) -> list[Event]:
    """A case opened at 0, and facts so many hours later, each by a command of its own."""
    told = [(0.0, Opened(subject="Kettle", owner=1)), *facts]
    return [Event(n, int(at * HOUR), int(at * HOUR), fact, 1, n) for n, (at, fact) in enumerate(told, 1)]


def promise(due: float, text: str = "a new one") -> Promised:
    return Promised(text=text, due=int(due * HOUR), by=1)


def only(*facts: tuple[float, Fact]) -> PromiseOutcome:
    (fate,) = promise_outcomes(7, history(*facts))
    return fate


def test_a_promise_is_open_until_something_is_said_of_it() -> None:
    fate = only((1, promise(3)))
    assert (fate.number, fate.text, fate.by, fate.made_at, fate.due) == (2, "a new one", 1, HOUR, 3 * HOUR)
    assert (fate.outcome, fate.ended_at, fate.moves) == (OPEN, None, 0)


def test_it_is_kept_by_its_time_and_late_after_it() -> None:
    assert only((1, promise(3)), (3, PromiseKept(promise=2))).outcome == KEPT
    late = only((1, promise(3)), (4, PromiseKept(promise=2)))
    assert (late.outcome, late.ended_at) == (LATE, 4 * HOUR)


def test_moving_it_after_its_time_makes_it_late_however_it_ends() -> None:
    moved = (4, PromiseMoved(promise=2, due=9 * HOUR, told=True))
    assert only((1, promise(3)), moved, (5, PromiseKept(promise=2))).outcome == LATE
    assert only((1, promise(3)), moved, (5, PromiseReleased(promise=2, reason="no need"))).outcome == LATE
    in_time = only((1, promise(3)), (2, PromiseMoved(promise=2, due=9 * HOUR, told=True)), (5, PromiseKept(promise=2)))
    assert (in_time.outcome, in_time.due, in_time.moves) == (KEPT, 9 * HOUR, 1)


def test_it_becomes_late_when_the_first_of_its_times_passes_whatever_is_done_then() -> None:
    moved = (4, PromiseMoved(promise=2, due=9 * HOUR, told=True))
    for ends in ([(5, PromiseKept(promise=2))], [(8, Resolved(said="done"))], []):
        assert only((1, promise(3)), moved, *ends).late_at == 3 * HOUR
    assert only((1, promise(3)), (4, PromiseKept(promise=2))).late_at == 3 * HOUR
    assert only((1, promise(3)), (2, Resolved(said="done"))).late_at == 2 * HOUR
    for ends in ([(2, PromiseKept(promise=2))], [(8, PromiseReleased(promise=2, reason="no need"))], []):
        assert only((1, promise(3)), *ends).late_at is None


def test_the_customer_releases_it_at_any_time() -> None:
    assert only((1, promise(3)), (8, PromiseReleased(promise=2, reason="no need"))).outcome == RELEASED


def test_resolving_breaks_what_is_open_and_a_merge_passes_it_on() -> None:
    assert only((1, promise(3)), (2, Resolved(said="done"))).outcome == LATE
    assert only((1, promise(3)), (2, Merged(into=9))).outcome == PASSED_ON


def test_a_promise_that_was_undone_is_none_and_one_whose_end_was_undone_is_open() -> None:
    assert promise_outcomes(7, history((1, promise(3)), (2, Undone(command=2)))) == []
    assert only((1, promise(3)), (2, PromiseKept(promise=2)), (2, Undone(command=3))).outcome == OPEN
    assert promise_outcomes(7, history((1, promise(3)), (2, Undone(command=1)))) == []


STEPS = st.one_of(
    st.builds(promise, st.integers(1, 30)),
    st.builds(PromiseKept, promise=st.integers(2, 6)),
    st.builds(
        PromiseMoved, promise=st.integers(2, 6), due=st.integers(1, 40).map(lambda h: h * HOUR), told=st.booleans()
    ),
    st.builds(PromiseReleased, promise=st.integers(2, 6), reason=st.just("x")),
    st.builds(Undone, command=st.integers(2, 6)),
    st.just(Resolved(said="done")),
    st.just(Reopened(reason="again")),
)


@given(steps=st.lists(STEPS, max_size=8), hours=st.integers(16, 60))
def test_they_end_as_the_measures_count(steps: list[Fact], hours: int) -> None:
    events = history(*((2.0 * n, fact) for n, fact in enumerate(steps, 1)))
    now = hours * HOUR
    counted = measure([(7, events)], now)["promises"]
    every = promise_outcomes(7, events)
    ended = Counter(LATE if one.became_late_at(now) is not None else one.outcome for one in every)
    assert {name: ended[name] for name in (KEPT, LATE, RELEASED, OPEN)} == {
        name: counted[name] for name in (KEPT, LATE, RELEASED, OPEN)
    }
