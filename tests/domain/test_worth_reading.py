"""Which cases somebody new should read: what happened on a case decides."""

from __future__ import annotations

from typing import Any

from careconsole.domain.case.state import MERGED, VOID, Again, Case, Occurrence, PastReview, PlaybookUse
from careconsole.domain.learning.worth_reading import (
    BECAME_PLAYBOOK,
    BY_PLAYBOOK,
    CAME_BACK,
    LED_TO_CHANGE,
    NOTHING_CHANGES,
    WAS_DECIDED,
    worth_reading,
)


def case(number: int, *, decided: str = "yes", again: tuple[Again, ...] = (), **more: Any) -> Case:
    came_up = Occurrence(number=2, at=number, cause="limit", decided=decided, settled=3, again=again)
    known: dict[str, Any] = {"version": 3, "opened_at": 0, "changed_at": 0, "occurrences": (came_up,), **more}
    return Case(number=number, **known)


def review(**more: Any) -> tuple[PastReview, ...]:
    return (PastReview(number=3, cause="limit", **more),)


BACK = (Again(case=1, review=3, made_at=5),)
USE = (PlaybookUse(number=2, playbook=1, edition=1, title="Refund", at=9, by=1, decided="refund it"),)


def test_each_reason_gives_its_latest_case_in_the_order_of_the_reasons() -> None:
    cases = [
        case(1),
        case(2, reviews=review(change="more", done_at=4)),
        case(3, reviews=review(nothing_because="rare")),
        case(4, again=BACK),
        case(5, again=BACK),
        case(6, playbooks=USE, occurrences=()),
        case(7),
    ]
    found = worth_reading(cases, {1, 2}, 6)
    assert [(one.case.number, one.why) for one in found] == [
        (2, (BECAME_PLAYBOOK, LED_TO_CHANGE)),
        (5, (CAME_BACK,)),
        (6, (BY_PLAYBOOK,)),
        (3, (NOTHING_CHANGES,)),
        (7, (WAS_DECIDED,)),
        (1, (BECAME_PLAYBOOK,)),
    ]


def test_there_are_as_many_as_wanted_and_no_more_than_there_are() -> None:
    cases = [case(number) for number in range(1, 6)]
    assert [one.case.number for one in worth_reading(cases, (), 3)] == [5, 4, 3]
    assert len(worth_reading(cases, (), 9)) == 5
    assert worth_reading([], (), 3) == []


def test_merged_void_and_undecided_cases_are_left_out_and_dropped_changes_are_no_reason() -> None:
    dropped = review(change="more", dropped="too dear")
    cases = [case(1, status=MERGED), case(2, status=VOID), case(3, decided=""), case(4, decided="", reviews=dropped)]
    assert worth_reading(cases, {1, 2}, 3) == []
