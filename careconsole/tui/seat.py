"""The seat a console is opened at, and what its first screen needs, read while Textual is still being loaded."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future
from math import inf

import msgspec

from careconsole.desk import Desk, identify
from careconsole.desk.database.environment import database_path, heed_zone, now_ms, os_user, workstation
from careconsole.desk.database.opening import is_there, open_database
from careconsole.desk.queries import case_queries, changes
from careconsole.domain.errors import NoTeam, WrongUse
from careconsole.domain.team.roster import Person, Roster
from careconsole.tui.threads.backend import Backend

_LOCK_MINUTES = 15.0
_SWEEP_SECONDS = 20.0
_FIRST = 120
"""So many rows are read at once for the first screen."""


class Seat(msgspec.Struct, frozen=True, kw_only=True):
    """Where and how a console was opened: its database, the name given (None: nobody said), the clock, the machine and
    its user, whether the mouse is taken, minutes until it locks by itself (0: never), seconds between two looks at what
    has fallen due (0: this console leaves that to others), whether the database lies in a folder of our own, which a
    first run may make, whether somebody must say who they are, whatever the name and the login say, and what is to be
    told first."""

    place: str
    name: str | None
    now: Callable[[], int]
    workstation: str
    os_user: str
    mouse: bool = True
    lock_minutes: float = 15
    sweep_seconds: float = 0
    own_folder: bool = False
    ask_who: bool = False
    notice: str = ""
    console: str = msgspec.field(default_factory=lambda: os.urandom(16).hex())

    def desk(self) -> Desk:
        """A desk on a connection of its own, for the thread that calls this."""
        return open_database(self.place, self.now, self.workstation, self.os_user)


def seat_here(db: str | None, name: str | None, *, mouse: bool) -> Seat:
    """The seat at this machine: at the database named, or at the one in the user's own folder.

    CARECONSOLE_LOCK says after how many minutes without a key the console locks by itself; 0 is never.
    CARECONSOLE_SWEEP says how many seconds lie between two looks at what has fallen due; 0 leaves that to others.
    """
    return Seat(
        place=database_path(db),
        name=name,
        now=now_ms,
        workstation=workstation(),
        os_user=os_user(),
        mouse=mouse,
        lock_minutes=_number("CARECONSOLE_LOCK", _LOCK_MINUTES, "It takes minutes, such as 15; 0 is never."),
        sweep_seconds=_number("CARECONSOLE_SWEEP", _SWEEP_SECONDS, "It takes seconds, such as 20; 0 is never."),
        own_folder=db is None,
        notice=heed_zone(),
    )


def _number(name: str, usual: float, hint: str) -> float:
    """A number from the surroundings, not below nought. Raises WrongUse for anything else."""
    written = os.environ.get(name)
    try:
        number = float(written) if written else usual
    except ValueError:
        number = -1
    if not 0 <= number < inf:
        raise WrongUse(f"{name} is {written!r}.", hint)
    return number


class First(msgspec.Struct, frozen=True):
    """What the first screen needs: the team, who it is (or could be), and the first rows of the queue.

    `cursor` is where the feed of changes was before they were read.
    """

    team: str
    roster: Roster
    person: int | None
    could_be: list[Person]
    numbers: list[int]
    rows: case_queries.Rows
    cursor: str | None = None


def read_first(seat: Seat) -> Callable[[Desk], First]:
    """The work that reads it; it raises NoTeam where nobody lives in the database yet."""

    def work(desk: Desk) -> First:
        roster = desk.roster()
        if not roster.people:
            raise NoTeam(f"No team lives in {seat.place} yet.", "Begin one: careconsole init --team TEAM --lead YOU.")
        found = identify(roster, seat.name, seat.os_user)
        if isinstance(found, Person) and seat.ask_who:
            found = [found]
        person = found.number if isinstance(found, Person) else None
        could_be = [] if isinstance(found, Person) else found
        desk.person = person
        cursor = changes.present(desk)
        page = case_queries.queue(desk, limit=_FIRST)
        rows = case_queries.Rows(rows={row.number: row for row in page.rows}, customers=page.customers)
        return First(desk.team_name(), roster, person, could_be, list(rows.rows), rows, cursor)

    return work


def begin_reading(seat: Seat, backend: Backend) -> Future[First] | None:
    """Begins to read what the first screen needs; None where there is no database yet.

    Raises WrongUse where one is missing of which an earlier state is kept.
    """
    return backend.submit(read_first(seat)) if is_there(seat.place) else None


def settled(first: Future[First] | None) -> Future[First] | None:
    """What was read, once that is done; None where nobody lives, so that a team can begin there."""
    try:
        if first is not None:
            first.result()
    except NoTeam:
        return None
    return first
