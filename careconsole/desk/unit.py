"""One unit of work: a transaction that reads the team's data once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import WHO_AM_I
from careconsole.domain.team.roster import Person, Roster
from careconsole.store import Store

if TYPE_CHECKING:
    from careconsole.domain.case.context import Context
    from careconsole.domain.case.escalation_paths import Paths
    from careconsole.domain.case.playbook_summary import UsablePlaybook
    from careconsole.domain.case.state import Case
    from careconsole.domain.team.rota import Rota
    from careconsole.domain.time.service_levels import Service
    from careconsole.store.cases.command_log import Actor
    from careconsole.store.team.journal import JournalEntry
    from careconsole.store.team.people import Team
    from careconsole.store.team.service_levels import LevelsInForce


class UnitOfWork:
    """One transaction of a person at work; `Desk.read` and `Desk.write` create it and pass it to the work they run.

    The team's data (roster, rota, service levels, calendars and escalation paths) is read on first use and cached until
    the end, or until the same transaction writes some of it. `now` (epoch milliseconds) stays the same throughout.
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
        """Everybody, with the lead on duty now."""
        return self.team.roster

    def roster_at(self, moment: int) -> Roster:
        """Everybody as they are now, with the lead on duty at a moment (epoch milliseconds)."""
        return self.team.roster_at(moment)

    def find(self, name: str) -> Person:
        """The person called `name`; "me" is the person at work."""
        if name.strip().lower() == "me":
            return self.roster.people[self.who.person]
        from careconsole.domain.team.lookup import find_person  # no name has to be found to show a queue

        return find_person(name, self.roster)

    # Who is at work.

    @property
    def who(self) -> Actor:
        """Who acts and from where; raises WrongUse without a person, Refused for one who has no console here."""
        from careconsole.store.cases.command_log import Actor  # who only reads gives no command

        if self.person is None:
            raise WrongUse("It is not known who you are.", "Say it with {}.", WHO_AM_I)
        person = self.roster.people.get(self.person)
        if person is None or not person.has_console:
            name = person.name if person else f"Person {self.person}"
            why = "is a contact, without a console" if person and person.active else "does not work here"
            if person and person.merged_into is not None:
                why = f"is {self.roster.name(person.merged_into)} now"
            raise Refused(f"{name} {why}.", "Say who you are with {}.", WHO_AM_I)
        return Actor(self.person, self.workstation, self.os_user)

    def must_lead(self, what: str) -> None:
        """Raises Refused unless the person at work has a lead's rights; `what` says what only a lead can do."""
        from careconsole.domain.team.permissions import must_lead

        must_lead(self.roster, self.who.person, what)

    def record_turn(self, entry: JournalEntry, undo: bool) -> None:
        """Writes to the journal that the change of an earlier entry was undone, or redone."""
        data = {"of": entry.kind, "into": entry.data["into"]}
        if undo:
            self.record_change("change undone", entry.about, data)
        else:
            self.record_change("change redone", entry.about, data)

    def record_change(self, kind: str, about: str, data: dict[str, Any]) -> None:
        """Writes a change of the team, a customer or a setting to the journal.

        `about` names the person or thing that was changed; `data` has the details, with the earlier values under
        "before". Passwords and tokens are never recorded.
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
        levels, paths = self.team.levels, self.team.paths_by_cause
        return msgspec.structs.replace(
            ctx,
            level=levels.of(case),
            calendar=levels.calendar(case),
            tier=levels.tier(case) if paths.asks_for_tiers else ctx.tier,
            paths=paths,
        )

    @property
    def is_copy(self) -> bool:
        """Whether mails wait here that were written in another file: nothing is sent from a copied database. Cheap."""
        from careconsole.store.outgoing import SENT_FROM  # most commands send no mail

        waits = self.store.outgoing.any_unsent() or self.store.automatic_answers.any_unsent()
        return waits and self.team.setting(SENT_FROM) != self.store.engine.file_id()

    def usable_playbooks(self) -> dict[int, UsablePlaybook]:
        """The team's playbooks by number, as commands on cases see them now."""
        from careconsole.domain.playbook.availability import usable

        return {number: usable(playbook, self.now) for number, playbook in self.store.playbooks.all().items()}

    # Who gets notices.

    @cached_property
    def addressees(self) -> frozenset[int]:
        """Everybody with an address for notices, as of the first use in this transaction."""
        return frozenset(self.store.notices.people_with_address())


class TeamView:
    """What a transaction has read of the team; valid while `_version` of the store equals `version`."""

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
        """Everybody, with the lead who is on duty when the rota names nobody."""
        return self._people.usual

    @cached_property
    def roster(self) -> Roster:
        """Everybody, with the lead on duty now."""
        return self.roster_at(self._now)

    def roster_at(self, moment: int) -> Roster:
        """Everybody as they are now, with the lead on duty at a moment (epoch milliseconds)."""
        return self._people.at(moment)

    def expected_at(self, moment: int) -> Roster:
        """The same at a coming moment, if those who are away come back when they are expected."""
        return self._people.expected(moment, self._now).at(moment)

    @cached_property
    def service(self) -> Service:
        """The service levels and calendars."""
        return self._store.levels.service()

    @cached_property
    def levels(self) -> LevelsInForce:
        """The service levels as they apply to single cases."""
        return self._store.levels.in_force(self.service)

    @cached_property
    def levels_of_many(self) -> LevelsInForce:
        """The same, with every customer's tier read beforehand: for a transaction on very many cases."""
        return self._store.levels.in_force(self.service, many=True)

    @cached_property
    def paths(self) -> Paths:
        """The escalation paths."""
        return self._store.paths.paths()

    @cached_property
    def paths_by_cause(self) -> Paths:
        """The escalation paths, each also for what counts as one of its causes."""
        paths = self.paths
        return paths.counting(self._store.causes.all()) if paths.asks_for_causes else paths

    def setting(self, name: str) -> str | None:
        """A setting of the team, or None."""
        if name not in self._settings:
            self._settings[name] = self._store.people.setting(name)
        return self._settings[name]


def _version(store: Store) -> int:
    """Counts the writes to the team, its settings and its customers."""
    return store.people.version + store.customers.version
