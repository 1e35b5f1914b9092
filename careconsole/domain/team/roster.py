"""The people of a team, and who must act for whom.

Ownership never lapses: `Roster.answerable` always names somebody who is here, as long as `Roster.check_sound` passes.
"""

from __future__ import annotations

from itertools import chain

import msgspec
from msgspec.structs import replace

from careconsole.domain.errors import Refused
from careconsole.domain.hints import suggest

AGENT, LEAD, CONTACT = "agent", "lead", "contact"
"""Agents and leads work the console; a contact can act on a case but has no console."""
EXPECTED_BACK = "expected back by then"
"""Said at a coming time of somebody who is away now."""


class Person(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody the team works with. `away` people may have a `cover` who acts for them; inactive ones have left.

    `away_until` is when they expect to be back (epoch milliseconds); they stay away until they say they are back. In
    the roster of a coming time (`Roster.expected`), those who are counted as back for that reason still have it.
    `merged_into` is the person they turned out to be: an inactive name that only histories still show.
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
    merged_into: int | None = None

    @property
    def has_console(self) -> bool:
        """Whether this person can own cases: an active agent or lead."""
        return self.active and self.role != CONTACT

    @property
    def present(self) -> bool:
        """Whether this person can act for themselves today: has a console and is not away."""
        return self.has_console and not self.away

    @property
    def is_expected_back(self) -> bool:
        """Whether this person is away now, and counted as here at a coming time because they are expected back."""
        return not self.away and self.away_until is not None

    @property
    def leads(self) -> bool:
        """Whether this person is an active lead."""
        return self.active and self.role == LEAD


class Roster(msgspec.Struct, frozen=True):
    """Everybody, by number, and the number of the lead on duty."""

    people: dict[int, Person]
    duty: int | None = None

    def name(self, person: int | None) -> str:
        """A person's name; "duty" for None. A name that was merged says who it is now: "Ben L. (now Ben)"."""
        if person is None:
            return "duty"
        known = self.people.get(person)
        if known is None:
            return f"person {person}"
        now = self.people.get(known.merged_into) if known.merged_into is not None else None
        return f"{known.name} (now {now.name})" if now is not None else known.name

    def root(self, person: int) -> int:
        """Who a person is now: themselves, or the one into whom their name was merged."""
        known = self.people.get(person)
        return person if known is None or known.merged_into is None else known.merged_into

    def acting_for(self, person: int | None) -> int | None:
        """Who acts for `person` today: themselves, else their cover, through chains; None if none of them is here."""
        seen: set[int] = set()
        while person is not None and person not in seen and person in self.people:
            seen.add(person)
            known = self.people[person]
            if known.present:
                return person
            person = known.cover if known.merged_into is None else known.merged_into
        return None

    def lead_on_duty(self) -> int | None:
        """The lead on duty, else any other lead who is here or covered; None if there is none."""
        duty = self.people.get(self.duty) if self.duty is not None else None
        first = () if duty is None else (duty,)  # it is asked for each case of a long list: mostly, one is looked at
        leads = (person.number for person in chain(first, self.people.values()) if person.leads)
        return next((lead for lead in leads if self.acting_for(lead) is not None), None)

    def on_duty(self) -> int | None:
        """Who answers today for untaken cases: the lead on duty or their cover; None if no lead is here or covered."""
        return self.acting_for(self.lead_on_duty())

    def with_cover(self, person: int, acting: int | None) -> str:
        """Names a person, with who acts for them if they are away: "Dora (away, Cleo covers)".

        At a coming time, also with what it depends on: "Dora (expected back by then)".
        """
        known = self.people.get(person)
        if known is not None and known.is_expected_back:
            return f"{self.name(person)} ({EXPECTED_BACK})"
        away = f" (away, {self.name(acting)} covers)" if acting not in (None, person) else ""
        return f"{self.name(person)}{away}"

    def name_on_duty(self) -> str:
        """The lead on duty, with who acts for them if they are away; "nobody" if no lead is here or covered.

        The cover of a lead on duty is responsible for unassigned cases, but only leads are said to be on duty.
        """
        lead = self.lead_on_duty()
        return "nobody" if lead is None else self.with_cover(lead, self.on_duty())

    def why_not_on_duty(self, person: int) -> str:
        """Says that somebody who is no lead cannot be on duty, also if they act for the lead who is: without a stop."""
        acts = f"{self.why_on_duty(person)}, but " if person == self.on_duty() else ""
        return f"{self.name(person)} {acts}is not a lead"

    def why_on_duty(self, person: int) -> str:
        """Why this person, who is `on_duty`, answers for untaken cases: "is on duty", or for whom they act."""
        lead = self.lead_on_duty()
        return "is on duty" if lead in (None, person) else f"covers for {self.name(lead)}, who is on duty"

    def answerable(self, owner: int | None) -> int | None:
        """Who must act for `owner` today: the owner, their cover, else who is on duty (as for an untaken case)."""
        return self.acting_for(owner) or self.on_duty()

    def covered_by(self, person: int) -> list[Person]:
        """The agents and leads who are away, and for whom `person` must act today."""
        absent = (one for one in self.people.values() if one.has_console and not one.present)
        return [one for one in absent if self.answerable(one.number) == person]

    def is_lead(self, person: int) -> bool:
        """Whether `person` has a lead's rights: an active lead, or the cover of a lead who is away."""
        known = self.people.get(person)
        if known is None or not known.has_console:
            return False
        if known.leads:
            return True
        away = (p.number for p in self.people.values() if p.leads and not p.present)
        return any(self.acting_for(lead) == person for lead in away)

    # The next two differ when somebody is away without a cover. A new call then reaches nobody, so that somebody else
    # is called. What is already theirs goes to the lead on duty, because it must not be lost.

    def who_hears_call(self, person: int) -> int | None:
        """Whom a call to `person` reaches today: them or their cover; an active contact is always called directly.

        None if it reaches nobody, so that somebody else has to be called.
        """
        person = self.root(person)
        known = self.people.get(person)
        if known is not None and known.role == CONTACT:
            return person if known.active else None
        return self.acting_for(person)

    def who_receives(self, person: int | None) -> int | None:
        """Who receives what is meant for `person` today: the one a call to them reaches, else the lead on duty.

        In a sound roster, None only for a contact who has left, for an unknown person, and for None.
        """
        known = self.people.get(self.root(person)) if person is not None else None
        if known is None or (known.role == CONTACT and not known.active):
            return None
        return self.who_hears_call(known.number) or self.on_duty()

    def receives_for(self, person: int, other: int | None) -> bool:
        """Whether `person` is `other`, or receives today what is meant for `other`."""
        return person == other or self.who_receives(other) == person

    def expected(self, moment: int, now: int) -> Roster:
        """The roster with everybody back who is expected back between `now` and a later `moment`.

        What is said of a coming time says so of them (`Person.is_expected_back`).
        """
        people = {
            number: replace(person, away=False)
            if person.away and person.away_until is not None and now < person.away_until <= moment
            else person
            for number, person in self.people.items()
        }
        return Roster(people, self.duty)

    def check_sound(self) -> None:
        """Raises Refused if this roster leaves nobody answerable for cases: no lead is here or covered."""
        if self.on_duty() is None:
            raise Refused(
                "That would leave the team without a lead today.",
                "Name a cover who is here ({}), or make somebody else a lead first ({}).",
                suggest("team away", name=..., cover=...),
                suggest("team role", name=..., role="lead"),
            )
