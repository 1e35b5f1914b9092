"""Logins of a server that people are tied to: making them, and the desk that a person works at by their own."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from careconsole.desk.session import Desk
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import given, suggest
from careconsole.domain.terminal_text import fold
from careconsole.store import open_store

if TYPE_CHECKING:
    from careconsole.store.engine.postgres import PostgresEngine
    from careconsole.store.maintenance.logins import NewLogin


def own_desk(desk: Desk, person: int | None) -> Desk:
    """The desk at which `person` works: another connection, by their own login, where the server ties people to logins.

    Else it is `desk` itself. Raises Refused if they have no login, and AccessPrevented if the server does not let them
    in, such as for want of their password.
    """
    login = desk.login()
    if login is None or person is None or person == login.person:
        return desk
    name = desk.store.engine.login_of(person)
    if name is None:
        raise Refused(
            f"{desk.roster().name(person)} has no login on the server, and this one ({login.name}) is not theirs.",
            "Have the owner of the database make one: {}.",
            suggest("db login", name=desk.roster().name(person)),
        )
    from careconsole.store.engine.postgres_url import as_login, of_first_login

    def opened(url: str) -> Desk:
        return Desk(open_store(url), desk.now, None, desk.workstation, desk.os_user)

    if (url := of_first_login(desk.place)) != desk.place:
        with ExitStack() as closing:
            first = opened(url)  # its password may be in a service file, which has only that one
            closing.callback(first.close)
            own = first.login()
            if own is not None and own.person == person:
                closing.pop_all()
                return first
    return opened(as_login(url, name))


def new_login(desk: Desk, person: str | None, name: str | None, *, imports: bool, sweeps: bool) -> NewLogin:
    """A login for a person, or for nobody: `name`, or else the person's OS user or first name in lower case.

    Raises WrongUse for a database in a file, for an unknown person, and for nobody without a name.
    """
    from careconsole.domain.team.lookup import find_person

    if desk.store.engine.keeps_files:
        raise WrongUse(
            "A database in a file has no logins: anybody who may write to it can write anything.",
            "Give the URL of one on a PostgreSQL server {}.",
            given(db=...),
        )
    from careconsole.store.maintenance.logins import IMPORT, LEAD, SWEEP, NewLogin, check_name

    found = find_person(person, desk.roster()) if person is not None else None
    if found is not None and not found.has_console:
        raise Refused(f"{found.name} has no console.", "Add them first: {}.", suggest("team add", name=found.name))
    if found is None and not (name and sweeps):
        raise WrongUse("Whose login is it?", "Name a person; for a sweep from cron, give its name and right instead.")
    said = name or (found.os_user or fold(found.name).split()[0] if found is not None else "")
    rights = ((LEAD, found is not None and found.leads), (IMPORT, imports), (SWEEP, sweeps))
    return NewLogin(
        name=check_name(said),
        person=found.number if found is not None else None,
        rights=tuple(right for right, has in rights if has),
    )


def as_sql(desk: Desk, login: NewLogin) -> str:
    """The statements that make the login, for who owns the database."""
    from careconsole.store.maintenance.logins import statements

    return "".join(f"{statement.rstrip()};\n" for statement in statements(_engine(desk), login))


def make(desk: Desk, login: NewLogin) -> None:
    """Makes the login. Raises AccessPrevented if this one may not."""
    from careconsole.store.maintenance.logins import tie

    tie(_engine(desk), login)


def _engine(desk: Desk) -> PostgresEngine:
    from careconsole.store.engine.postgres import PostgresEngine

    assert isinstance(desk.store.engine, PostgresEngine)
    return desk.store.engine
