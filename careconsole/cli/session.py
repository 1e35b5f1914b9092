"""Where a command finds its database and learns who gives it."""

from __future__ import annotations

import os
import sys
import time
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
        if self.db is None:
            return os.path.join(data_folder(), "careconsole.db")
        path = self.db.removeprefix("sqlite://")
        path = path[1:] if path != self.db else path  # sqlite:///shop.db, sqlite:////srv/shop.db
        if not path:
            raise WrongUse("--db names no file.", "Give the path of a database, or leave --db out for your own.")
        return path


def data_folder() -> str:
    """The platform's folder for a user's data."""
    from platformdirs import user_data_dir

    try:
        folder = user_data_dir("careconsole", appauthor=False)
    except RuntimeError:  # a login without a home
        folder = ""
    if not os.path.isabs(folder):
        raise WrongUse("This login has no folder for its data.", "Name the database with --db PATH.")
    return folder


def now_ms() -> int:
    """The present time in epoch milliseconds; CARECONSOLE_NOW (ISO 8601 with a zone) puts another in its place."""
    fixed = os.environ.get("CARECONSOLE_NOW")
    if fixed:
        from careconsole.domain.times import parse_instant

        return parse_instant(fixed, 0)
    return time.time_ns() // 1_000_000


def os_user() -> str:
    """The name of the operating system's user."""
    try:
        import pwd
    except ImportError:
        import getpass

        return getpass.getuser()
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a login that this machine's list does not have, as in a container
        return str(os.getuid())


def workstation() -> str:
    """The name of this machine."""
    if hasattr(os, "uname"):
        return os.uname().nodename
    import socket

    return socket.gethostname()
