"""Creates a new database and the team in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from careconsole.desk.database.environment import on_server
from careconsole.desk.session import Desk
from careconsole.desk.team import members as people
from careconsole.domain.errors import WrongUse
from careconsole.store import create_store
from careconsole.store.engine.file_permissions import check_group, prepare_folder, share


def create_team(
    place: str,
    team: str,
    leads: Sequence[str],
    agents: Sequence[str] = (),
    contacts: Sequence[str] = (),
    *,
    now: Callable[[], int],
    workstation: str,
    os_user: str,
    own_folder: bool,
    shared: str | None = None,
) -> Desk:
    """Creates a team in the database at `place`, and returns a desk on it, which the caller closes.

    The first of the leads is on duty. With `own_folder` the file's folder is created if missing; otherwise it must
    exist, so that a typo in a path creates nothing. An existing empty database is used. With `shared`, all logins of
    that group can work on it. Raises WrongUse for an invalid name, place or group, Refused for two equal names or when
    the database has a team already. When a name is wrong, nothing has been created.
    """
    if shared is not None:
        if on_server(place):
            raise WrongUse(
                "A database on a server is not shared by a group of this machine.",
                "Leave the group out: the server has logins of its own.",
            )
        check_group(shared, place)
    people.check_names(team, [*leads, *agents, *contacts])
    if not on_server(place):
        prepare_folder(place, make=own_folder)
    store = create_store(place)
    try:
        desk = Desk(store, now, None, workstation, os_user)
        people.create_team(desk, team, list(leads), list(agents), list(contacts))
        if shared is not None:
            share(place, shared)
    except BaseException:
        store.close()
        raise
    return desk


def create_empty(place: str, now: Callable[[], int], workstation: str) -> Desk:
    """Creates an empty database at `place`, or opens the one there; the caller closes the desk."""
    return Desk(create_store(place), now, None, workstation)
