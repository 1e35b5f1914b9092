"""Who hears what: every lead, and everybody whom an event calls; who receives it for them is the roster's to say."""

from __future__ import annotations

from careconsole.domain import facts as f
from careconsole.domain.case import Case
from careconsole.domain.roster import Roster

FOR_WHOM = "(for whom you act)"
"""What follows a name in words about somebody else than the one who is told."""


def leads(roster: Roster) -> set[int | None]:
    """Who hears what every lead is told."""
    return {roster.who_hears_call(person.number) for person in roster.people.values() if person.leads}


def called_by(before: Case, fact: f.Fact) -> tuple[int, ...]:
    """Who is called by an event, or reminded of it; `before` is the case without it."""
    if isinstance(fact, f.Escalated | f.Skipped | f.CallTimedOut):
        return (fact.responder, *fact.also)
    if isinstance(fact, f.CallHanded):
        return (fact.responder,)
    if isinstance(fact, f.Nudged) and before.escalation is not None:
        return before.escalation.called
    return ()


def is_urgent(before: Case, fact: f.Fact, roster: Roster, person: int) -> bool:
    """Whether an event calls `person` for help; every lead, where nobody answers and no step follows."""
    if isinstance(fact, f.CallTimedOut) and fact.last and person in leads(roster):
        return True
    return any(roster.who_receives(one) == person for one in called_by(before, fact))
