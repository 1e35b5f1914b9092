"""Right answers ready: whom to ask, and which words are in use for causes and tags."""

from __future__ import annotations

from collections import Counter

import msgspec

from careconsole.desk.session import Desk, load
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case import Case
from careconsole.domain.roster import Roster
from careconsole.domain.text import fold


class Suggested(msgspec.Struct, frozen=True):
    """A colleague who could be asked, why they stand where they stand, and how many cases wait for them.

    `load` counts the open cases they answer for, those of people they stand in for among them, without parked ones.
    """

    person: int
    reason: str
    load: int


def colleagues(desk: Desk, number: int | None) -> list[Suggested]:
    """Whom to offer case `number` to, to ask for help or to reassign it to; without a number, any case.

    Everybody who is here with a console, but its owner and who asks; the least loaded first, among equals who knows the
    customer, then by name. Raises WrongUse when there is no case of that number.
    """

    def work(unit: UnitOfWork) -> list[Suggested]:
        roster, advice = unit.roster, unit.store.advice
        case = load(desk, number, []) if number is not None else None
        loads = _loads(roster, advice.loads())
        theirs = advice.owners_of(case.customer) if case and case.customer is not None else {}
        worked: set[int | None] = {case.last_owner, *advice.workers_on(case.number)} if case else set()
        out = {desk.person, case.owner if case else None}
        here = [p for p in roster.people.values() if p.present and p.number not in out]
        here.sort(key=lambda p: (loads[p.number], p.number not in theirs, fold(p.name), p.number))
        least = loads[here[0].number] if here else 0
        suggested = []
        for person in here:
            open_cases = loads[person.number]
            said = [_open(open_cases) if open_cases > least else f"least load: {_open(open_cases)}"]
            said += _asked_before(case, person.number)
            if person.number in worked:
                said.append("worked on it before")
            if person.number in theirs:
                said.append(f"knows this customer: {_cases(theirs[person.number])}")
            suggested.append(Suggested(person.number, "; ".join(said), open_cases))
        return suggested

    return desk.read(work)


def causes(desk: Desk, limit: int = 50) -> list[str]:
    """The cause labels in use, the most used first, of those used alike the latest. As they are stored."""
    told = desk.store.advice.causes()
    used = Counter(entry.cause for entry in told)
    # Counted with the latest first, and the order among equals stays.
    return [cause for cause, _ in used.most_common(limit)]


def tags(desk: Desk, limit: int = 50) -> list[str]:
    """The tags in use on open and on new cases, the most used first, then by name. As they are stored."""
    used = Counter(tag for _, some in desk.store.advice.tagged() for tag in some)
    return sorted(used, key=lambda tag: (-used[tag], tag))[:limit]


def _loads(roster: Roster, owned: dict[int | None, int]) -> Counter[int | None]:
    """What each person answers for today: what they own, or who they stand in for, or duty."""
    loads: Counter[int | None] = Counter()
    for owner, count in owned.items():
        loads[roster.answerable(owner)] += count
    return loads


def _open(count: int) -> str:
    return f"{count:,} open" if count else "nothing open"


def _cases(count: int) -> str:
    return "1 case" if count == 1 else f"{count:,} cases"


def _asked_before(case: Case | None, person: int) -> list[str]:
    if case is None:
        return []
    said = ["has an offer of it"] if case.offer and case.offer.to == person else []
    return said + (["helps with it already"] if any(help.of == person for help in case.helpers) else [])
