"""Where a command finds its database and learns who gives it."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

from careconsole.domain.errors import NoTeam, WrongUse

if TYPE_CHECKING:
    from careconsole.desk import Desk

_NAMED = 8
"""Of many people it could be, so many are named."""


class Session:
    """The database and the person of one run, looked up when they are needed."""

    def __init__(self, db: str | None, name: str | None) -> None:
        self.db = db
        self.name = name
        self._desk: Desk | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._desk is not None:
            self._desk.store.close()

    def asking(self) -> Desk:
        """The desk for a question: who asks matters only where the question says "me"."""
        from careconsole.desk import Desk, identify
        from careconsole.desk.surroundings import now_ms, os_user, workstation
        from careconsole.domain.roster import Person
        from careconsole.store import open_store

        if self._desk is None:
            store = open_store(self.place())
            self._desk = Desk(store, now_ms, None, workstation(), os_user())
            roster = self._desk.roster()
            if not roster.people:
                raise NoTeam(
                    f"No team lives in {self.place()} yet.",
                    "Begin one: careconsole init --team TEAM --lead YOU, or name another database with --db.",
                )
            person = identify(roster, self.name, self._desk.os_user)
            if isinstance(person, Person):
                self._desk.person = person.number
        return self._desk

    def working(self) -> Desk:
        """The desk for work: somebody must be at it. Asks on a terminal where that is ambiguous, else refuses."""
        desk = self.asking()
        if desk.person is None:
            desk.person = self._who(desk)
        return desk

    def _who(self, desk: Desk) -> int:
        from careconsole.desk import identify
        from careconsole.domain.roster import Person

        found = identify(desk.roster(), None, desk.os_user)
        people = [found] if isinstance(found, Person) else found
        if not people:
            people = [p for p in desk.roster().people.values() if p.has_console]
        names = ", ".join(p.name for p in people[:_NAMED]) + (", ..." if len(people) > _NAMED else "")
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise WrongUse(
                f"Who is at work? It could be {names}.",
                "Say it with --as NAME, or for this shell: export CARECONSOLE_AS=NAME.",
            )
        import click

        from careconsole.domain.names import find_person
        from careconsole.domain.text import display_text

        answer = click.prompt(f"Who are you ({display_text(names)})", err=True)
        return find_person(answer, desk.roster(), people).number

    def place(self) -> str:
        """The path of the database."""
        from careconsole.desk.surroundings import place

        return place(self.db)
