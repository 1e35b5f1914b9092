"""What only a lead may do, and how it is refused to others."""

from __future__ import annotations

from careconsole.domain.errors import Refused
from careconsole.domain.hints import Hint
from careconsole.domain.team.roster import Roster


def must_lead(roster: Roster, person: int, what: str, instead: str | Hint = "") -> None:
    """Raises Refused unless `person` has a lead's rights.

    `what` says what only a lead can do ("set the rota"); `instead` replaces the default hint, which is to ask the
    lead on duty.
    """
    if not roster.is_lead(person):
        raise Refused(f"Only a lead can {what}.", instead or f"Ask {roster.name(roster.on_duty())}.")
