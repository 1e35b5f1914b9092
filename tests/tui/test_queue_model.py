"""The cursor and the marks stay with the case, whatever happens to the list."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from careconsole.tui.queue.model import Flag, QueueModel


def board(*numbers: int, at: int = 0) -> QueueModel:
    made = QueueModel()
    made.order(numbers, begin=True)
    made.move(at)
    return made


def test_the_cursor_stays_with_its_case_when_the_order_changes() -> None:
    list_ = board(1, 2, 3, at=1)
    assert list_.order([3, 1, 2]) == 1
    assert list_.current == 2
    assert list_.order([2, 9, 8, 3]) == -2
    assert list_.current == 2


def test_a_case_that_leaves_the_view_stays_under_the_cursor_until_the_cursor_leaves_it() -> None:
    list_ = board(1, 2, 3, at=1)
    list_.order([1, 3])
    assert (list_.current, list_.gone) == (2, 2)
    list_.move(2)
    assert list(list_.numbers) == [1, 3]
    assert (list_.current, list_.gone) == (3, None)


def test_going_up_from_a_case_that_left_goes_to_the_one_above() -> None:
    list_ = board(1, 2, 3, at=1)
    list_.order([1, 3])
    list_.move(0)
    assert list_.current == 1


def test_a_case_that_comes_back_is_in_its_place_again() -> None:
    list_ = board(1, 2, 3, at=1)
    list_.order([1, 3])
    list_.order([1, 3, 2])
    assert (list_.current, list_.gone) == (2, None)
    assert list(list_.numbers) == [1, 3, 2]


def test_the_last_case_of_all_may_leave() -> None:
    list_ = board(7)
    list_.order([])
    assert list_.current == 7
    list_.order([], begin=True)
    assert list_.current is None
    assert list_.chosen() == []


def test_another_list_begins_at_its_top_and_keeps_the_marks_of_cases_it_has() -> None:
    list_ = board(1, 2, 3, at=2)
    list_.mark(1)
    list_.mark(3)
    list_.order([3, 4], begin=True)
    assert list_.current == 3
    assert list_.chosen() == [3]


def test_marks_come_before_the_cursor() -> None:
    list_ = board(1, 2, 3)
    assert list_.chosen() == [1]
    list_.mark(3)
    list_.mark(2)
    assert list_.chosen() == [3, 2]
    list_.mark(3)
    assert list_.chosen() == [2]


def test_all_are_marked_and_none() -> None:
    list_ = board(1, 2, 3)
    list_.mark_all()
    assert list_.chosen() == [1, 2, 3]
    list_.mark_all()
    assert list_.chosen() == [1]


def test_the_flag_of_another_person_goes_when_the_cursor_has_been_there() -> None:
    list_ = board(1, 2)
    list_.flags[2] = Flag("Ben")
    list_.move(1)
    assert list_.flags == {}


@given(st.lists(st.tuples(st.sampled_from(("order", "move", "mark")), st.lists(st.integers(1, 9), unique=True))))
def test_the_case_under_the_cursor_changes_only_by_moving(steps) -> None:
    list_ = board(1, 2, 3)
    for what, numbers in steps:
        before, marks = list_.current, list(list_.marks)
        if what == "order":
            list_.order(numbers)
            assert list_.current == before or before is None
            assert list(list_.marks) == [number for number in marks if number in list_.numbers]
            assert len(set(list_.numbers)) == len(list_.numbers)
        elif what == "move" and numbers:
            list_.move(numbers[0] - 1)
            assert list_.current in list_.numbers or not list_.numbers
        elif before is not None:
            list_.mark(before)
        assert list_.gone is None or list_.gone == list_.current


def test_no_mark_is_left_on_a_case_that_nobody_sees() -> None:
    list_ = board(1, 2, 3)
    list_.mark_all()
    list_.order([1, 3])
    assert list_.chosen() == [1, 3]
    list_.mark_all()
    assert list_.marks == {}


def test_of_many_rows_the_latest_are_kept() -> None:
    list_ = board(*range(1, 9_001))
    rows = {number: None for number in range(1, 5_000)}
    list_.learn(rows, {})  # type: ignore[arg-type]
    assert len(list_.rows) == 3_000
    assert 4_999 in list_.rows
    list_.learn({9_000: None}, {})  # type: ignore[dict-item]
    assert 4_999 in list_.rows
