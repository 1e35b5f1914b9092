"""Right answers ready: whom to ask, whom an escalation reaches, and which words are in use for causes and tags."""

from __future__ import annotations

from collections import Counter

import msgspec

from careconsole.desk.session import Desk, load
from careconsole.domain.case import Case
from careconsole.domain.decide import Context
from careconsole.domain.decide.escalation import chain
from careconsole.domain.roster import CONTACT, Roster
from careconsole.domain.text import display_text, fold


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

    def work() -> list[Suggested]:
        roster, advice = desk.roster(), desk.store.advice
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

    return desk.store.engine.read(work)


def calls(desk: Desk, number: int) -> list[tuple[str, str]]:
    """Whom an escalation of case `number` by whoever is at work calls, and whom after that: who hears it, and how.

    "lead on duty", "contact, ext. 12", "covers for Tom"; safe to show. Empty where nobody is able or the case is not
    open. Raises WrongUse when there is no such case, or nobody is at work.
    """

    def work() -> list[tuple[str, str]]:
        roster = desk.roster()
        case = load(desk, number, [])
        ctx = Context(actor=desk.who.person, now=desk.now(), roster=roster)
        steps: list[tuple[str, str]] = []
        for responder in chain(case, ctx):
            name, how = _step(responder, roster)
            again = ", once more" if name in {before for before, _ in steps} else ""
            steps.append((name, how + again))
        return steps

    return desk.store.engine.read(work)


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


def _step(responder: int, roster: Roster) -> tuple[str, str]:
    """Who hears a call to `responder` today, and what they are."""
    person = roster.people[responder]
    if person.role == CONTACT:
        reach = display_text(person.reach)
        return display_text(person.name), f"contact, {reach}" if reach else "contact"
    acting = roster.stand_in(responder)
    lead = roster.lead_on_duty()
    if acting is not None and acting != responder:
        return display_text(roster.name(acting)), f"covers for {display_text(person.name)}"
    if lead is not None and roster.stand_in(lead) == responder:
        duty = "lead on duty" if lead == responder else f"covers for {display_text(roster.name(lead))}, lead on duty"
        return display_text(person.name), duty
    return display_text(person.name), "lead"
