"""The groups of the order by due time: late, today, later, parked, and what has ended."""

from __future__ import annotations

import pytest

from careconsole.desk.cases import execution
from careconsole.desk.queries import case_queries
from careconsole.desk.queries.case_queries import GROUPS, Grouped, group_of
from careconsole.domain.case.clocks import PARKED
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.parking import Park
from careconsole.domain.case.promises import Promise
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.time.moments import day_start
from careconsole.store.queue import listing
from tests.desk.office import HOUR, Office


def new(office: Office, subject: str, *commands: object) -> int:
    desk = office.desk("Ben")
    opening = OpenCase(subject=subject, channel="phone", owner=office.ids["Ben"])
    number = execution.open_case(desk, opening, "Carla").opened
    assert number is not None
    for command in commands:
        execution.execute(desk, type(command).__name__.lower(), command, [number])  # type: ignore[arg-type]
    return number


@pytest.fixture
def cases(office: Office) -> dict[str, int]:
    """A case of each group, the latest due first; two of them parked."""
    now = office.now
    made = {
        "parked": new(office, "Parked", Park(on="customer", until=now + 90 * HOUR)),
        "later": new(office, "Later"),
        "today": new(office, "Today", Promise(text="ring back", due=now + 3 * HOUR)),
        "late": new(office, "Late", Promise(text="ring back", due=now + HOUR)),
        "parked, but late": new(
            office, "Both", Promise(text="ring back", due=now + HOUR), Park(on="customer", until=now + 80 * HOUR)
        ),
        "ended": new(office, "Ended", Resolve(said="sent a lid")),
    }
    office.later(2)
    return made


def sizes(found: Grouped) -> dict[str, int]:
    return dict(zip(GROUPS, found.sizes, strict=True))


def test_cases_are_in_their_groups_and_within_a_group_by_due_time(office: Office, cases: dict[str, int]) -> None:
    found = case_queries.ordered(office.desk("Ben"))
    late, both, *others = found.numbers
    assert {late, both} == {cases["late"], cases["parked, but late"]}, "what is late is late, parked or not"
    assert others == [cases["today"], cases["later"], cases["parked"]]
    assert sizes(found) == {"late": 2, "today": 1, "later": 1, "parked": 1, "ended": 0}
    found = case_queries.ordered(office.desk("Ben"), "status:open,resolved")
    assert found.numbers[-1] == cases["ended"]
    assert sizes(found)["ended"] == 1


def test_a_parked_case_of_which_something_is_due_before_it_returns_has_the_place_of_that(office: Office) -> None:
    now = office.now
    soon = new(office, "Soon", Promise(text="ring", due=now + HOUR), Park(on="third party", until=now + 90 * HOUR))
    today = new(office, "Today", Promise(text="ring", due=now + 2 * HOUR))
    rests = new(office, "Rests", Park(on="customer", until=now + HOUR // 2))
    desk = office.desk("Ben")
    found = case_queries.ordered(desk)
    assert list(found.numbers) == [soon, today, rests]
    assert sizes(found) == {"late": 0, "today": 2, "later": 0, "parked": 1, "ended": 0}


def test_the_store_calls_the_return_of_a_parked_case_as_the_clocks_do() -> None:
    assert PARKED in listing._RETURNS


def test_the_command_line_has_the_order_of_the_console(office: Office, cases: dict[str, int]) -> None:
    new(office, "Rests", Park(on="customer", until=office.now + HOUR // 2))
    desk = office.desk("Ben")
    for text in ("", "status:open,resolved", "is:parked"):
        there = list(case_queries.ordered(desk, text).numbers)
        for limit in (0, 1, 3, 99):
            page = case_queries.queue(desk, text, limit=limit)
            assert [row.number for row in page.rows] == there[: limit or None], (text, limit)
            assert page.total == len(there) or limit
        every: list[int] = []
        case_queries.each_page(desk, lambda page, every=every: every.extend(row.number for row in page.rows), text)
        assert every == there
        assert list(case_queries.ordered(desk, text, "due", True).numbers) == there[::-1]


def test_the_group_of_a_row_is_the_one_that_the_store_puts_it_in(office: Office, cases: dict[str, int]) -> None:
    for _ in range(5):
        found = case_queries.ordered(office.desk("Ben"), "status:open,resolved")
        rows = case_queries.rows(office.desk("Ben"), list(found.numbers)).rows
        tomorrow = day_start(office.now, 1)
        groups = [group_of(rows[number], office.now, tomorrow) for number in found.numbers]
        assert groups == [group for group, size in enumerate(found.sizes) for _ in range(size)]
        office.later(20)


def test_it_is_known_when_a_case_goes_into_another_group_by_itself(office: Office, cases: dict[str, int]) -> None:
    desk = office.desk("Ben")
    for _ in range(6):
        found = case_queries.ordered(desk)
        office.now = found.until - 1
        if found.until < day_start(office.now, 1):
            assert case_queries.ordered(desk).sizes == found.sizes
            office.now += 1
            assert case_queries.ordered(desk).sizes != found.sizes
        office.now = found.until


def test_other_orders_have_no_groups(office: Office, cases: dict[str, int]) -> None:
    desk = office.desk("Ben")
    for sort, reverse in (("due", True), ("age", False), ("number", True)):
        found = case_queries.ordered(desk, "", sort, reverse)
        assert found.sizes == ()
        assert sorted(found.numbers) == sorted(set(cases.values()) - {cases["ended"]})


def test_groups_are_those_of_the_filter(office: Office, cases: dict[str, int]) -> None:
    found = case_queries.ordered(office.desk("Ben"), "is:parked")
    assert list(found.numbers) == [cases["parked, but late"], cases["parked"]]
    assert sizes(found) == {"late": 1, "today": 0, "later": 0, "parked": 1, "ended": 0}
    assert sizes(case_queries.ordered(office.desk("Ben"), "tag:nothing")) == dict.fromkeys(GROUPS, 0)
