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


def test_a_case_that_leaves_a_list_whose_rules_go_stays_above_what_was_below_it() -> None:
    list_ = QueueModel()
    list_.order([22, 23, 24], (1, 2), begin=True)
    assert list_.current == 22
    list_.order([23, 24], (0, 2))
    assert list(list_.lines) == [22, 23, 24]
    assert list_.move(1) == 0
    assert list_.current == 23, "the next key hits the next case"


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


def test_a_case_that_was_acted_on_here_stays_until_the_cursor_leaves_it() -> None:
    list_ = QueueModel()
    list_.order([1, 2, 3, 4], (3, 1), begin=True)
    list_.move(2)
    assert (list_.current, list_.position) == (2, 2)
    assert list_.order([1, 3, 4, 2], (2, 2), acted={2}) == 0
    assert list(list_.lines) == [-1, 1, 2, 3, -2, 4], "it is not in two places"
    assert (list_.current, list_.gone, list_.moves, list_.position) == (2, 2, True, 4)
    list_.order([1, 3, 5, 4, 2], (2, 3))
    assert list_.current == 2, "whatever else happens meanwhile"
    assert list(list_.lines) == [-1, 1, 2, 3, -2, 5, 4]
    assert list_.move(3) == 2
    assert (list_.current, list_.moves) == (3, False), "the next key hits the next case"
    assert list(list_.lines) == [-1, 1, 3, -2, 5, 4, 2]


def test_what_was_acted_on_together_does_not_take_the_cursor_along() -> None:
    list_ = QueueModel()
    list_.order([1, 2, 3, 4], (4, 0), begin=True)
    list_.order([3, 4, 1, 2], (2, 2), acted={1, 2})
    assert list(list_.lines) == [-1, 1, 3, 4, -2, 2]
    list_.move(5)
    assert list(list_.lines) == [-1, 3, 4, -2, 1, 2]
    assert list_.current == 2


def test_a_case_whose_place_did_not_change_moves_nowhere() -> None:
    list_ = board(1, 2, 3, at=1)
    list_.order([1, 2, 3], acted={2})
    assert (list_.current, list_.gone, list_.moves) == (2, None, False)


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


def test_each_person_at_a_console_has_flags_of_their_own() -> None:
    list_ = board(1, 2, 3)
    list_.flags[2] = Flag("Ben")
    list_.begin_anew(7, 8)
    assert list_.flags == {}
    list_.flags[3] = Flag("Ben")
    list_.begin_anew(8, 7)
    assert list_.flags == {2: Flag("Ben")}
    list_.begin_anew(7, 8)
    assert list_.flags == {3: Flag("Ben")}
    list_.forget_flags()
    list_.begin_anew(8, 7)
    assert list_.flags == {}


@given(st.lists(st.tuples(st.sampled_from(("order", "move", "mark")), st.lists(st.integers(1, 9), unique=True))))
def test_the_case_under_the_cursor_changes_only_by_moving(steps) -> None:
    list_ = board(1, 2, 3)
    for what, numbers in steps:
        before, marks = list_.current, list(list_.marks)
        if what == "order":
            list_.order(numbers)
            assert list_.current == before or before is None
            assert list(list_.marks) == [number for number in marks if number in list_.lines]
            assert len(set(list_.numbers)) == len(list_.numbers)
        elif what == "move" and numbers:
            list_.move(numbers[0] - 1)
            assert list_.current in list_.lines or not list_.lines
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
    assert len(list_.rows) == 1_000
    assert 4_999 in list_.rows
    list_.learn({9_000: None}, {})  # type: ignore[dict-item]
    assert 4_999 in list_.rows


# Rules and folding: -1 is the rule of the first group, -2 that of the second.


def grouped(*sizes: int) -> QueueModel:
    made = QueueModel()
    made.order(range(1, sum(sizes) + 1), sizes, begin=True)
    return made


def test_a_group_with_cases_has_a_rule_and_the_cursor_begins_on_a_case() -> None:
    list_ = grouped(2, 0, 1)
    assert list(list_.lines) == [-1, 1, 2, -3, 3]
    assert (list_.current, list_.position, len(list_)) == (1, 1, 3)
    assert list(grouped(0, 3).lines) == [1, 2, 3], "one group needs no rule"


def test_a_cursor_on_a_rule_is_on_no_case_and_follows_the_rule() -> None:
    list_ = grouped(2, 2)
    list_.move(3)
    assert (list_.current, list_.rule, list_.position, list_.chosen()) == (None, 1, None, [])
    assert list_.order([1, 2, 3, 4], (1, 3)) == -1
    assert list_.rule == 1
    list_.order([1, 2, 3, 4], (4, 0))
    assert list(list_.lines) == [1, 2, 3, 4]
    assert list_.current == 3, "the rule is gone, and the cursor is where it was"


def test_cases_of_a_folded_group_are_counted_and_found() -> None:
    list_ = grouped(2, 3, 1)
    list_.fold(1)
    assert list(list_.lines) == [-1, 1, 2, -2, -3, 6]
    list_.move(5)
    assert (list_.current, list_.position, len(list_)) == (6, 6, 6)
    assert list_.go_to(4)
    assert (list_.current, list_.position) == (4, 4)
    assert list_.folded == set()


def test_folding_the_group_of_the_cursor_puts_it_on_the_rule_and_takes_marks_away() -> None:
    list_ = grouped(2, 2)
    list_.move(4)
    list_.mark(3)
    list_.mark(1)
    list_.fold(1)
    assert (list_.rule, list_.chosen()) == (1, [1])
    list_.fold(1)
    assert (list_.rule, list(list_.lines)) == (1, [-1, 1, 2, -2, 3, 4])


def test_a_case_that_is_lost_leaves_its_group() -> None:
    list_ = grouped(2, 2, 1)
    list_.move(5)
    assert list_.current == 4
    assert list_.lose({1, 4}) == -1
    assert (list(list_.lines), list_.sizes) == ([-1, 2, -2, 3, -3, 5], (1, 1, 1))
    assert list_.rule == 2, "the next line that is left"


@given(
    st.lists(st.integers(0, 4), min_size=5, max_size=5),
    st.lists(
        st.tuples(st.sampled_from(("move", "fold", "order", "act", "lose", "go")), st.integers(0, 12)), max_size=12
    ),
)
def test_lines_and_places_agree_whatever_is_folded(sizes: list[int], steps: list[tuple[str, int]]) -> None:
    list_ = grouped(*sizes)
    for what, n in steps:
        before = list_.current
        if what == "move":
            list_.move(n)
        elif what == "fold" and list_.sizes:
            list_.fold(n % 5)
        elif what == "order":
            list_.order(list(list_.numbers)[n % 3 :], [len(list_.numbers[n % 3 :]), 0, 0, 0, 0])
            assert before in (None, list_.current)
        elif what == "act" and before is not None:
            others = [number for number in list_.numbers if number != before]
            place = n % (len(others) + 1)
            list_.order([*others[:place], before, *others[place:]], [len(others) + 1, 0, 0, 0, 0], acted={before})
            assert list_.current == before
        elif what == "lose":
            list_.lose({n})
            assert n not in list_.lines
        elif what == "go" and n in list_.numbers:
            assert list_.go_to(n)
            assert list_.current == n
        assert sum(list_.sizes) in (0, len(list_))
        cases = [line for line in list_.lines if line > 0 and line != list_.gone]
        hidden = {number for group in list_.folded if list_.sizes for number in list_.group_lines(group)}
        hidden |= {list_.gone} if list_.gone is not None else set()
        assert cases == [number for number in list_.numbers if number not in hidden]
        if list_.position is not None:
            assert list_.numbers[list_.position - 1] == list_.current
        assert 0 <= list_.cursor < max(1, len(list_.lines))


def test_a_hundred_thousand_cases_have_their_places() -> None:
    list_ = grouped(10, 40_000, 59_990)
    list_.move(len(list_.lines) - 1)
    assert (list_.current, list_.position) == (100_000, 100_000)
    list_.fold(1)
    assert len(list_.lines) == 60_003
    assert list_.position == 100_000
    assert list_.unknown(0, 5) == [1, 2, 3, 4]
