"""One unit of work: a transaction, with what it knows of the team read once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import WHO_AM_I
from careconsole.domain.team.lookup import find_person
from careconsole.domain.team.roster import Person, Roster
from careconsole.store import Store, Who

if TYPE_CHECKING:
    from careconsole.domain.case.context import Context
    from careconsole.domain.case.escalation_paths import Paths
    from careconsole.domain.case.state import Case
    from careconsole.domain.team.rota import Rota
    from careconsole.domain.time.service_levels import Service
    from careconsole.store.team.people import Team
    from careconsole.store.team.service_levels import LevelsInForce


class UnitOfWork:
    """One transaction of somebody at work; `Desk.read` and `Desk.write` make it and hand it to what runs within it.

    What it knows of the team is read when it is first asked for, and then holds until the end: roster, rota, service
    levels, calendars and escalation paths. Once something of these is written in the same transaction, it is read
    again. `now` (epoch milliseconds) stays the same throughout.
    """

    def __init__(self, store: Store, now: int, person: int | None, workstation: str, os_user: str) -> None:
        self.store = store
        self.now = now
        self.person = person
        self.workstation = workstation
        self.os_user = os_user
        self._view = TeamView(store, now)

    # The team.

    @property
    def team(self) -> TeamView:
        """The team as it is at this point of the transaction."""
        if self._view.version != _version(self.store):
            self._view = TeamView(self.store, self.now)
        return self._view

    @property
    def roster(self) -> Roster:
        """Everybody, with the lead who is on duty now."""
        return self.team.roster

    def roster_at(self, moment: int) -> Roster:
        """Everybody as they are now, with the lead who is on duty at a moment (epoch milliseconds)."""
        return self.team.roster_at(moment)

    def find(self, name: str) -> Person:
        """The person called `name`; "me" is the person at work."""
        if name.strip().lower() == "me":
            return self.roster.people[self.who.person]
        return find_person(name, self.roster)

    # Who is at work.

    @property
    def who(self) -> Who:
        """Who acts and from where; raises WrongUse when nobody said, Refused when they do not work here."""
        if self.person is None:
            raise WrongUse("Nobody said who is at work.", "Say it with {}.", WHO_AM_I)
        person = self.roster.people.get(self.person)
        if person is None or not person.has_console:
            name = person.name if person else f"Person {self.person}"
            why = "is a contact, without a console" if person and person.active else "does not work here"
            raise Refused(f"{name} {why}.", "Say who you are with {}.", WHO_AM_I)
        return Who(self.person, self.workstation, self.os_user)

    def must_lead(self, what: str) -> None:
        """Raises Refused unless the person at work has a lead's rights; `what` says what only a lead can do."""
        self.roster.must_lead(self.who.person, what)

    def record_change(self, kind: str, about: str, data: dict[str, Any]) -> None:
        """Writes a change of the team, a customer or a setting into the journal.

        `about` names whom or what it is about, `data` are the particulars, which hold what was there before under
        "before". Passwords and tokens never get into them.
        """
        self.store.journal.add(
            at=self.now,
            actor=self.person,
            workstation=self.workstation,
            login=self.os_user,
            kind=kind,
            about=about,
            data=data,
        )

    # What decisions may look at.

    def context(self) -> Context:
        """What decisions of the person at work may look at; `case_context` adds what depends on the case."""
        from careconsole.domain.case.context import Context

        return Context(actor=self.who.person, now=self.now, roster=self.roster)

    def case_context(self, case: Case, ctx: Context) -> Context:
        """The context for decisions about one case: with its service level, its customer's tier and the paths."""
        levels, paths = self.team.levels, self.team.paths
        return msgspec.structs.replace(
            ctx,
            level=levels.of(case),
            calendar=levels.calendar(case),
            tier=levels.tier(case) if paths.asks_for_tiers else ctx.tier,
            paths=paths,
        )

    # Whom notices reach.

    @cached_property
    def addressees(self) -> frozenset[int]:
        """Everybody who is told beyond their console, as it was when first asked for."""
        return frozenset(self.store.notices.told())


class TeamView:
    """What a transaction has read of the team; it holds for as long as the store's `_version` is `version`."""

    def __init__(self, store: Store, now: int) -> None:
        self.version = _version(store)
        self._store = store
        self._now = now
        self._settings: dict[str, str | None] = {}

    @cached_property
    def _people(self) -> Team:
        return self._store.people.team()

    @property
    def rota(self) -> Rota | None:
        """The duty rota; None while there is none."""
        return self._people.rota

    @property
    def usual_roster(self) -> Roster:
        """Everybody, with the lead who is on duty where the rota says nobody."""
        return self._people.usual

    @cached_property
    def roster(self) -> Roster:
        """Everybody, with the lead who is on duty now."""
        return self.roster_at(self._now)

    def roster_at(self, moment: int) -> Roster:
        """Everybody as they are now, with the lead who is on duty at a moment (epoch milliseconds)."""
        return self._people.at(moment)

    @cached_property
    def service(self) -> Service:
        """The service levels and calendars."""
        return self._store.levels.service()

    @cached_property
    def levels(self) -> LevelsInForce:
        """What the service levels say of a case."""
        return self._store.levels.in_force(self.service)

    @cached_property
    def levels_of_many(self) -> LevelsInForce:
        """The same, with every customer's tier read beforehand: for a transaction on very many cases."""
        return self._store.levels.in_force(self.service, many=True)

    @cached_property
    def paths(self) -> Paths:
        """The escalation paths."""
        return self._store.paths.paths()

    def setting(self, name: str) -> str | None:
        """A setting of the team, or None."""
        if name not in self._settings:
            self._settings[name] = self._store.people.setting(name)
        return self._settings[name]


def _version(store: Store) -> int:
    """Counts what was written of the team, its settings and its customers."""
    return store.people.version + store.customers.version
