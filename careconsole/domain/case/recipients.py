"""Who hears what: for whoever is away those who act for them, every lead, and everybody whom an event calls."""

from __future__ import annotations

from careconsole.domain.case import event as f
from careconsole.domain.case.state import Case
from careconsole.domain.roster import CONTACT, LEAD, Roster

FOR_WHOM = "(for whom you act)"
"""What follows a name in words about somebody else than the one who is told."""


def acting(roster: Roster, person: int | None) -> int | None:
    """Who hears what `person` is told: they themselves, who acts for them, else the lead on duty. None for nobody."""
    known = roster.people.get(person) if person is not None else None
    if known is None:
        return None
    if known.role == CONTACT:
        return known.number if known.active else None
    return roster.answerable(person)


def acts(person: int, other: int | None, roster: Roster) -> bool:
    """Whether `person` is that other one, or hears what they are told."""
    return person == other or (other is not None and acting(roster, other) == person)


def leads(roster: Roster) -> set[int | None]:
    """Who hears what every lead is told."""
    return {
        roster.stand_in(person.number) for person in roster.people.values() if person.role == LEAD and person.active
    }


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
    return any(acting(roster, one) == person for one in called_by(before, fact))
