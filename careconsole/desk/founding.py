"""Beginning: a new database, and the team that lives in it from then on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from careconsole.desk import team as people
from careconsole.desk.session import Desk
from careconsole.store import create_store
from careconsole.store.sharing import prepare_folder


def begin(
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
) -> Desk:
    """Makes a database at `place` a team's, and gives the desk on it; whoever asked closes its store.

    The first of the leads is on duty. With `own_folder` the folder of the file is made where there is none; otherwise
    it must be there, so that a slip in a path makes nothing. An empty database becomes the team's too. Raises WrongUse
    for a name or place that will not do, Refused where a team lives already; nothing was made for a name that is wrong.
    """
    people.check_names(team, [*leads, *agents, *contacts])
    prepare_folder(place, make=own_folder)
    store = create_store(place)
    try:
        desk = Desk(store, now, None, workstation, os_user)
        people.found(desk, team, list(leads), list(agents), list(contacts))
    except BaseException:
        store.close()
        raise
    return desk
