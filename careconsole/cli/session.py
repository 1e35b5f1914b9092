"""Finds the database of a command, and the person who gives it."""

from __future__ import annotations

from types import TracebackType
from typing import Self

import click

from careconsole.desk import Desk, identify
from careconsole.desk.database.environment import database_path, now_ms, os_user, workstation
from careconsole.desk.database.opening import open_database
from careconsole.domain.errors import CareError, NoTeam, WrongUse
from careconsole.domain.team.roster import Person
from careconsole.domain.terminal_text import display_text

_NAMED = 8
"""The most people named when it could be several."""


class Session:
    """The database and the person of one run, looked up on first use."""

    def __init__(self, db: str | None, name: str | None) -> None:
        self.db = db
        self.name = name
        self._desk: Desk | None = None
        self._known = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._desk is not None:
            try:
                if (changed := self._desk.changed_cases()) and self._desk.publishes_receipts():
                    from careconsole.cli.receipt_pages import publish

                    publish(self._desk, changed)
            finally:
                self._desk.close()

    def opened(self) -> Desk:
        """Returns the desk without reading the roster, which a damaged database may not allow."""
        if self._desk is None:
            self._desk = open_database(self.place(), now_ms, workstation(), os_user())
        return self._desk

    def asking(self) -> Desk:
        """Returns the desk for a query: the person may stay unknown. Raises NoTeam, or WrongUse for an unknown --as."""
        desk = self.opened()
        if not self._known:
            roster = desk.roster()
            if not roster.people:
                raise NoTeam(
                    f"No team is set up in {self.place()} yet.",
                    "Create one: careconsole init --team TEAM --lead YOU, or give another database with --db.",
                )
            login = desk.login()
            if login is not None and login.person is not None and self.name is None:
                desk.person = login.person
            elif isinstance(person := identify(roster, self.name, desk.os_user), Person):
                if login is not None:
                    desk = self._own(desk, person.number)
                desk.person = person.number
            self._known = True
        return desk

    def _own(self, desk: Desk, person: int) -> Desk:
        """The desk of the person's own login, where the server ties people to logins."""
        from careconsole.desk.database.logins import own_desk

        own = own_desk(desk, person)
        if own is not desk:
            desk.close()
            self._desk = own
        return own

    def damage(self) -> CareError | None:
        """Returns what is wrong with the database after an unexpected failure; None if it is sound or not open."""
        from careconsole.desk.database import maintenance

        return maintenance.damage_at(self._desk.place) if self._desk is not None else None

    def working(self) -> Desk:
        """Returns the desk for a change, with the person known: if unsure, asks on a terminal, else raises WrongUse."""
        desk = self.asking()
        if desk.person is None:
            person = self._who(desk)
            desk = self._own(desk, person)
            desk.person = person
        return desk

    def _who(self, desk: Desk) -> int:
        found = identify(desk.roster(), None, desk.os_user)
        people = [found] if isinstance(found, Person) else found
        if not people:
            people = [p for p in desk.roster().people.values() if p.has_console]
        names = ", ".join(p.name for p in people[:_NAMED]) + (", ..." if len(people) > _NAMED else "")
        from careconsole.cli.confirming import can_ask  # here and below: mostly it is known who is at work

        if not can_ask():
            raise WrongUse(
                f"Who are you? It could be {names}.",
                "Give --as NAME, or for this shell: export CARECONSOLE_AS=NAME.",
            )
        from careconsole.domain.team.lookup import find_person

        answer = click.prompt(f"Who are you ({display_text(names)})", err=True)
        return find_person(answer, desk.roster(), people).number

    def place(self) -> str:
        """The path of the database."""
        return database_path(self.db)
