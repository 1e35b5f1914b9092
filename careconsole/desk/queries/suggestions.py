"""Suggested answers: which colleagues to ask, and which causes and tags are in use."""

from __future__ import annotations

from collections import Counter

import msgspec

from careconsole.desk.queries.tags_in_use import tags_in_use
from careconsole.desk.queries.workload import OpenCases, answered_for, least_load, load_words
from careconsole.desk.session import Desk, load
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.state import Case
from careconsole.domain.terminal_text import fold


class Suggested(msgspec.Struct, frozen=True):
    """A colleague who could be asked, why they are in this place of the list, and the open cases they answer for: their
    own, and those of people they stand in for. `usual` is what could be told them as the reason; "" for nothing."""

    person: int
    reason: str
    cases: OpenCases
    usual: str = ""


def has_playbooks(desk: Desk) -> bool:
    """Whether a playbook was ever written: what finds them is not loaded for a team without any."""
    return desk.store.suggestions.has_playbooks()


def colleagues(desk: Desk, number: int | None) -> list[Suggested]:
    """Colleagues to offer case `number` to, to ask for help or to reassign it to; without a number, any case.

    Everybody present with a console, except its owner and the person at work; the least loaded first, among equals
    those who know the customer, then by name. Raises WrongUse when there is no case of that number.
    """

    def work(unit: UnitOfWork) -> list[Suggested]:
        roster, advice = unit.roster, unit.store.suggestions
        case = load(desk, number, []) if number is not None else None
        loads = answered_for(roster, unit.store.loads.owned())
        theirs = advice.owners_of(case.customer) if case and case.customer is not None else {}
        worked: set[int | None] = {case.last_owner, *advice.workers_on(case.number)} if case else set()
        out = {desk.person, case.owner if case else None}
        here = [p for p in roster.people.values() if p.present and p.number not in out]
        here.sort(key=lambda p: (loads[p.number].workable, p.number not in theirs, fold(p.name), p.number))
        least = least_load(loads[person.number] for person in here)
        suggested = []
        for person in here:
            cases = loads[person.number]
            said = [load_words(cases, least)]
            said += _asked_before(case, person.number)
            if person.number in worked:
                said.append("worked on it before")
            if person.number in theirs:
                said.append(f"knows this customer: {_cases(theirs[person.number])}")
            usual = "has the least load" if cases.workable == least else ""
            usual = "knows the customer" if person.number in theirs else usual
            usual = "worked on it before" if person.number in worked else usual
            suggested.append(Suggested(person.number, "; ".join(said), cases, usual))
        return suggested

    return desk.read(work)


def causes(desk: Desk, limit: int = 50) -> list[str]:
    """The causes in use, by the labels they count as: the most used first, among equals the latest."""
    known = desk.store.causes.all()
    used = Counter(name for _, keys in desk.store.causes.lately() for name in {known.name(key) for key in keys})
    # The latest come first, and `most_common` keeps that order among equals.
    return [cause for cause, _ in used.most_common(limit)]


def tags(desk: Desk, limit: int = 50) -> list[str]:
    """The tags in use on open and new cases, as stored: the most used first, then by name."""
    used: Counter[str] = Counter()
    for some, cases in desk.read(lambda unit: tags_in_use(desk)).items():
        for tag in some:
            used[tag] += len(cases)
    return sorted(used, key=lambda tag: (-used[tag], tag))[:limit]


def _cases(count: int) -> str:
    return "1 case" if count == 1 else f"{count:,} cases"


def _asked_before(case: Case | None, person: int) -> list[str]:
    if case is None:
        return []
    said = ["was offered it"] if case.offer and case.offer.to == person else []
    return said + (["helps with it already"] if any(help.of == person for help in case.helpers) else [])
