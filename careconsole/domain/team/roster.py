"""The people of a team, and who must act for whom.

Ownership never lapses: `Roster.answerable` always names somebody who is here, as long as the roster is `sound`.
"""

from __future__ import annotations

import msgspec

from careconsole.domain.errors import Refused
from careconsole.domain.hints import Hint, suggest

AGENT, LEAD, CONTACT = "agent", "lead", "contact"
"""Agents and leads work the console; a contact can act on a case but has no console."""


class Person(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody the team works with. `away` people have a `cover` who acts for them; inactive ones have left.

    `away_until` is when they said they would be back (epoch milliseconds). They are away until they say so.
    """

    number: int
    name: str
    role: str = AGENT
    active: bool = True
    away: bool = False
    cover: int | None = None
    os_user: str | None = None
    reach: str = ""
    away_until: int | None = None

    @property
    def has_console(self) -> bool:
        """Whether this person can own cases: an active agent or lead."""
        return self.active and self.role != CONTACT

    @property
    def present(self) -> bool:
        """Whether this person acts for themselves today."""
        return self.has_console and not self.away

    @property
    def leads(self) -> bool:
        """Whether this person is a lead who works here."""
        return self.active and self.role == LEAD


class Roster(msgspec.Struct, frozen=True):
    """Everybody, by number, and the number of the lead on duty."""

    people: dict[int, Person]
    duty: int | None = None

    def name(self, person: int | None) -> str:
        """How a person is called; nobody is "duty"."""
        if person is None:
            return "duty"
        known = self.people.get(person)
        return known.name if known else f"person {person}"

    def stand_in(self, person: int | None) -> int | None:
        """Who acts for `person` today: themselves, else their cover, through chains; None when the chain ends."""
        seen: set[int] = set()
        while person is not None and person not in seen and person in self.people:
            seen.add(person)
            known = self.people[person]
            if known.present:
                return person
            person = known.cover
        return None

    def lead_on_duty(self) -> int | None:
        """The lead on duty, or any other when neither they nor anybody for them is here. None: no lead at all."""
        leads = [p.number for p in self.people.values() if p.leads]
        return next((lead for lead in [self.duty, *leads] if lead in leads and self.stand_in(lead) is not None), None)

    def on_duty(self) -> int | None:
        """Who answers today for what nobody has taken: the lead on duty, or who acts for them. None: no lead at all."""
        return self.stand_in(self.lead_on_duty())

    def answerable(self, owner: int | None) -> int | None:
        """Who must act for `owner` today: the owner, their cover, else the lead on duty (duty owns what is untaken)."""
        return self.stand_in(owner) or self.on_duty()

    def is_lead(self, person: int) -> bool:
        """Whether `person` has a lead's rights: a lead, or whoever covers a lead who is away."""
        known = self.people.get(person)
        if known is None or not known.has_console:
            return False
        if known.leads:
            return True
        away = (p.number for p in self.people.values() if p.leads and not p.present)
        return any(self.stand_in(lead) == person for lead in away)

    def must_lead(self, person: int, what: str, instead: str | Hint = "") -> None:
        """Raises Refused unless `person` has a lead's rights.

        `what` says what only a lead can do ("set the rota"); `instead` is the hint where there is something better to
        do than to ask who leads today.
        """
        if not self.is_lead(person):
            raise Refused(f"Only a lead can {what}.", instead or f"Ask {self.name(self.on_duty())}.")

    # Two questions that differ where somebody is away and nobody covers for them. Whether a call may be made to them
    # is answered with "nobody", so that another is called. What is theirs already goes to the lead on duty, for it
    # must not be lost.

    def who_hears_call(self, person: int) -> int | None:
        """Whom a call to `person` reaches today: them or their cover; a contact hears for themselves.

        None where it reaches nobody, and somebody else is to be called.
        """
        known = self.people.get(person)
        if known is not None and known.role == CONTACT:
            return person if known.active else None
        return self.stand_in(person)

    def who_receives(self, person: int | None) -> int | None:
        """Who is told today what is meant for `person`: whom a call to them reaches, else the lead on duty.

        None only for a contact who has left, for somebody unknown, and for nobody.
        """
        known = self.people.get(person) if person is not None else None
        if known is None or (known.role == CONTACT and not known.active):
            return None
        return self.who_hears_call(known.number) or self.on_duty()

    def receives_for(self, person: int, other: int | None) -> bool:
        """Whether `person` is that other one, or receives today what is meant for them."""
        return person == other or self.who_receives(other) == person

    def check_sound(self) -> None:
        """Raises Refused when this roster would leave cases that nobody is answerable for."""
        if self.on_duty() is None:
            raise Refused(
                "That would leave the team without anybody to lead it today.",
                "Name a cover who is here ({}), or make somebody else a lead first ({}).",
                suggest("team away", name=..., cover=...),
                suggest("team role", name=..., role="lead"),
            )
