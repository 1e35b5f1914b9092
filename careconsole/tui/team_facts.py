"""What the news says of the team as it is: who is away and who acts for them, and who has the duty."""

from __future__ import annotations

import msgspec

from careconsole.domain.team.roster import Roster


class TeamFact(msgspec.Struct, frozen=True):
    """How it stood with somebody (None: with the duty) when the news told of it.

    `stood`: whether they were away, until when they said and who acted for them; where nobody did, or of the duty,
    who was on duty and who acted for that lead.
    """

    person: int | None
    stood: tuple[object, ...]

    def holds(self, roster: Roster) -> bool:
        """Whether it is still so."""
        return how_it_stands(roster, self.person) == self


def how_it_stands(roster: Roster, person: int | None) -> TeamFact:
    """How it stands with somebody (None: with the duty)."""
    duty = (roster.lead_on_duty(), roster.on_duty())
    known = roster.people.get(person) if person is not None else None
    if known is None:
        return TeamFact(person, duty)
    if known.present:
        return TeamFact(person, (False,))
    acting = roster.acting_for(known.number)
    return TeamFact(person, (known.away, known.away_until, acting, *(duty if acting is None else ())))
