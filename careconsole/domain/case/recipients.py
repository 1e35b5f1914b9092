"""Who is told: for whoever is away those who act for them, and every lead."""

from __future__ import annotations

import msgspec

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


class PendingNotice(msgspec.Struct, frozen=True, kw_only=True):
    """A notice to `person` that has not been read yet, with the team as it is now.

    `urgent`: it called `person` for help. `late`: whether anything on the case is overdue now. `at`: when it was put.
    """

    person: int
    roster: Roster
    urgent: bool = False
    late: bool = True
    at: int | None = None

    def is_for(self, other: int | None) -> bool:
        """Whether its person is that other one, or hears what they are told."""
        return acts(self.person, other, self.roster)
