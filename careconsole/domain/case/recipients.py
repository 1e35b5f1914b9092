"""Who is told: every lead, and for somebody who is away, those who act for them."""

from __future__ import annotations

import msgspec

from careconsole.domain.team.roster import Roster

FOR_WHOM = "(for whom you act)"
"""What follows a name in words about somebody else than the one who is told."""


def leads(roster: Roster) -> set[int | None]:
    """Who hears what every lead is told."""
    return {roster.who_hears_call(person.number) for person in roster.people.values() if person.leads}


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
        return self.roster.receives_for(self.person, other)
