"""Practising a past exception: one that the reader has not done yet, and afterwards what was decided and why.

What they would have done is not stored; that they have done it is private to them (`private_ticks`).
"""

from __future__ import annotations

import msgspec

from careconsole.desk.playbooks import reading
from careconsole.desk.playbooks.reading import KnownPlaybook
from careconsole.desk.queries.review_changes import concerned
from careconsole.desk.session import Desk, load
from careconsole.desk.teaching.private_ticks import Ticks, tick, ticks_of
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.effective_history import standing
from careconsole.domain.case.state import Case
from careconsole.domain.errors import Refused
from careconsole.domain.hints import suggest
from careconsole.domain.learning.practice import Resolution, Situation, resolution, reviewed_calls, situation
from careconsole.domain.team.roster import Roster


class Exercise(msgspec.Struct, frozen=True, kw_only=True):
    """An exception to practise, as it stood; nothing in it is later than the call for help.

    `customer` is the customer's name, `done` whether the reader has done it before, and `notices` tell of a merge that
    led here.
    """

    number: int
    situation: Situation
    customer: str
    done: bool
    notices: tuple[str, ...] = ()


class Practice(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to practise: an exercise (None: nothing is left), how many are not done yet, how many there are.

    `roster` and `now` are what is needed to show them.
    """

    exercise: Exercise | None
    left: int
    every: int
    roster: Roster
    now: int


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided and why, and what it changed: the cause by the name it counts under, and its playbooks now.

    `from_case` are the numbers of those that were written from this case.
    """

    number: int
    call: int
    resolution: Resolution
    cause: str
    playbooks: tuple[KnownPlaybook, ...]
    from_case: tuple[int, ...]
    roster: Roster
    now: int


def practice(desk: Desk, number: int | None = None) -> Practice:
    """The latest exception that the person at work has not practised, of case `number` or of any.

    Of a case on which all are done, the latest one. Raises WrongUse without a person at work, and Refused for a case
    that has nothing to practise.
    """

    def work(unit: UnitOfWork) -> Practice:
        ticks, _ = ticks_of(unit), unit.who  # raises without a person, whose ticks choose
        every = _situations(unit, concerned(unit))
        notices: list[str] = []
        found = every if number is None else _of_case(desk, unit, number, notices)
        undone = [(case, one) for case, one in found if _name(case, one.call) not in ticks]
        some = undone if number is None else undone or found
        return Practice(
            exercise=_exercise(unit, *max(some, key=_latest), ticks, notices) if some else None,
            left=sum(_name(case, one.call) not in ticks for case, one in every),
            every=len(every),
            roster=unit.roster,
            now=unit.now,
        )

    return desk.read(work)


def answer(desk: Desk, number: int, call: int) -> Answer:
    """What was decided about the exception that is event `call` of case `number`; ticks it off for the person at work.

    Raises Refused if it can no longer be practised: its review was undone meanwhile, for example.
    """

    def work(unit: UnitOfWork) -> Answer:
        case = load(desk, number, [], follow=False)
        found = resolution(case, standing(unit.store.cases.history(number)), call)
        if found is None:
            raise Refused(f"What was decided on case {number} has changed meanwhile.", "See {}.", suggest("practice"))
        tick(desk, {_name(number, call): 0})
        causes = unit.store.causes.all()
        known = reading.listed(desk)
        written = [one for one in known if one.playbook.case == number]
        same = [
            one
            for one in known
            if one.playbook.case != number
            and any(causes.same(cause, found.review.cause) for cause in one.playbook.content.causes)
        ]
        return Answer(
            number=number,
            call=call,
            resolution=found,
            cause=causes.name(found.review.cause),
            playbooks=(*written, *same),
            from_case=tuple(one.playbook.number for one in written),
            roster=unit.roster,
            now=unit.now,
        )

    return desk.write(work)


def _situations(unit: UnitOfWork, cases: list[Case]) -> list[tuple[int, Situation]]:
    """Every exception of these cases that can be practised, with its case."""
    calls = {case.number: [one.number for one, _ in reviewed_calls(case)] for case in cases}
    numbers = [number for number, some in calls.items() if some]
    return [
        (number, one)
        for number, history in unit.store.cases.histories(*unit.store.engine.in_list("id", numbers))
        for call in calls[number]
        if (one := situation(number, history, call)) is not None
    ]


def _of_case(desk: Desk, unit: UnitOfWork, number: int, notices: list[str]) -> list[tuple[int, Situation]]:
    """What can be practised of one case; of a merged one without anything, that of the case it was merged into."""
    case = load(desk, number, [], follow=False)
    found = _situations(unit, [case])
    if not found:
        case = load(desk, number, notices)
        found = _situations(unit, [case])
    if not found:
        raise Refused(
            f"Case {case.number} has nothing to practise: no call for help on it was decided and reviewed here.",
            "Practise another: {}.",
            suggest("practice"),
        )
    return found


def _exercise(unit: UnitOfWork, number: int, found: Situation, ticks: Ticks, notices: list[str]) -> Exercise:
    customer = found.case.customer
    names = unit.store.customers.names([customer]) if customer is not None else {}
    return Exercise(
        number=number,
        situation=found,
        customer=names.get(customer, "") if customer is not None else "",
        done=_name(number, found.call) in ticks,
        notices=tuple(notices),
    )


def _latest(found: tuple[int, Situation]) -> tuple[int, int, int]:
    case, one = found
    return one.at, case, one.call


def _name(case: int, call: int) -> str:
    return f"practice {case} {call}"
