"""The causes that came back after a change was made, for those who have to know, until somebody has decided about it.

Who makes the change has a notice at once, if they have an address. Without one, they hear of it here when they look.
"""

from __future__ import annotations

from collections.abc import Iterator

from careconsole.desk.session import Desk, merged_on
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.causes import open_occurrence
from careconsole.domain.case.event import Event
from careconsole.domain.case.notification_recipients import words_for
from careconsole.domain.case.recurrence import CameUpAgain, is_review
from careconsole.domain.case.state import Again, Case, PastReview


def came_back_words(desk: Desk) -> list[str]:
    """What the person at work has to know of changes that they make, or hear of as the lead on duty.

    One line, safe to show, for each open case on which the cause came back and that is not decided yet; none once the
    change was checked since. Empty if nobody is at work.
    """
    person = desk.person
    if person is None:
        return []

    def work(unit: UnitOfWork) -> list[str]:
        return [
            words
            for case in unit.store.cases.states("came_back > 0 and status = 'open'", {})
            for event in _again(unit, case)
            if (words := words_for(case, event, unit.roster, person)) is not None
        ]

    return desk.read(work)


def _again(unit: UnitOfWork, case: Case) -> Iterator[Event]:
    """That the cause of what is not decided on a case came back: after which change, and who makes that today."""
    last = open_occurrence(case)
    if last is None:
        return
    by = case.escalation.by if case.escalation is not None else None
    for again in last.again:
        found = _asked_by(unit, again)
        if again.made_at is None or found is None or (found[1].checked_at or 0) >= last.at:
            continue
        number, review = found
        fact = CameUpAgain(
            of_case=number, review=review.number, change=review.change, owner=review.owner, made_at=again.made_at
        )
        yield Event(number=last.number, at=last.at, recorded_at=last.at, fact=fact, actor=by)


def _asked_by(unit: UnitOfWork, again: Again) -> tuple[int, PastReview] | None:
    """The review that asked for the change, as it is now, and its case: a merge may have taken it to another one."""
    case = unit.store.cases.get(again.case)
    if case is None:
        return None
    *_, case = case, *merged_on(unit.store, case)
    return next(((case.number, review) for review in case.reviews if is_review(case, review, again)), None)
