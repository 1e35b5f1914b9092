"""Who gets a notice: every lead, and for somebody who is away, the person who acts for them."""

from __future__ import annotations

import msgspec

from careconsole.domain.team.roster import Roster

FOR_WHOM = "(for whom you act)"
"""Follows a person's name in a text to somebody who acts for them."""


def leads(roster: Roster) -> set[int | None]:
    """The recipients of what every lead is told: leads or their covers; None for an absent lead without one."""
    return {roster.who_hears_call(person.number) for person in roster.people.values() if person.leads}


class PendingNotice(msgspec.Struct, frozen=True, kw_only=True):
    """An unread notice to `person`, with the team as it is now.

    `urgent`: it called `person` for help. `late`: whether anything on the case is overdue now. `at`: when queued.
    """

    person: int
    roster: Roster
    urgent: bool = False
    late: bool = True
    at: int | None = None

    def is_for(self, other: int | None) -> bool:
        """Whether `person` is `other`, or receives what is meant for them."""
        return self.roster.receives_for(self.person, other)
