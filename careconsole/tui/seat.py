"""The seat a console is opened at, and the data of its first screen, read while Textual is still loading."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future
from math import inf

import msgspec

from careconsole.desk import Desk, identify
from careconsole.desk.database.environment import (
    argument_text,
    database_path,
    ensure_valid_timezone,
    now_ms,
    os_user,
    workstation,
)
from careconsole.desk.database.opening import check_creatable, is_there, open_database, open_to_watch
from careconsole.desk.queries import case_queries, changes
from careconsole.domain.errors import NoTeam, WrongUse
from careconsole.domain.settings.console import ConsoleSettings
from careconsole.domain.team.roster import Person, Roster
from careconsole.domain.time.moments import MINUTE, day_start
from careconsole.present.configuration import Configuration, problem_text, read_configuration
from careconsole.tui.threads.backend import Backend

_LOCK_MINUTES = 15.0
_SWEEP_SECONDS = 20.0
_MOST_SAID = 2
"""The most mistakes in the configuration file that the notice names."""
_FIRST = 120
"""Rows that are read for the first screen."""


class Seat(msgspec.Struct, frozen=True, kw_only=True):
    """Where and how a console was opened: the path of its database, the name given (None: none), the clock, the machine
    and its OS user, whether the mouse is used, idle minutes until it locks itself (0: never), seconds between sweeps
    (0: left to others), whether to ask who is at work whatever the name and the login say, a notice to show first, and
    an id of the console. `settings` is what the login's configuration file sets."""

    place: str
    name: str | None
    now: Callable[[], int]
    workstation: str
    os_user: str
    settings: ConsoleSettings = ConsoleSettings()
    mouse: bool = True
    lock_minutes: float = 15
    sweep_seconds: float = 0
    ask_who: bool = False
    notice: str = ""
    console: str = msgspec.field(default_factory=lambda: os.urandom(16).hex())

    def desk(self) -> Desk:
        """Opens a desk on a new connection, for the calling thread."""
        return open_database(self.place, self.now, self.workstation, self.os_user)

    def watching(self) -> Desk:
        """As `desk`, for a display: nothing can be changed by it."""
        return open_to_watch(self.place, self.now, self.workstation, self.os_user)


def seat_here(db: str | None, name: str | None, *, mouse: bool) -> Seat:
    """The seat at this machine, on the database `db` or the one in the user's own folder.

    CARECONSOLE_LOCK sets the idle minutes until the console locks itself; 0 is never. Without it, the configuration
    file does. CARECONSOLE_SWEEP sets the seconds between sweeps; 0 leaves them to others. Raises WrongUse when either
    is not a number of at least 0. Mistakes in the configuration file are in the notice.
    """
    configured = read_configuration()
    table = configured.settings
    lock = _LOCK_MINUTES if table.lock_after is None else table.lock_after / MINUTE
    return Seat(
        place=database_path(db),
        name=argument_text(name) if name is not None else None,
        now=now_ms,
        workstation=workstation(),
        os_user=os_user(),
        settings=configured.settings,
        mouse=mouse,
        lock_minutes=_number("CARECONSOLE_LOCK", lock, "It takes minutes, such as 15; 0 is never."),
        sweep_seconds=_number("CARECONSOLE_SWEEP", _SWEEP_SECONDS, "It takes seconds, such as 20; 0 is never."),
        notice="\n".join(filter(None, [ensure_valid_timezone(), *_mistakes(configured)])),
    )


def _mistakes(configured: Configuration) -> list[str]:
    """The mistakes in the configuration file, for the notice: the first ones, and how to see all."""
    problems = configured.settings.problems
    if not problems:
        return []
    from careconsole.present.command_lines import hint_text  # with all commands, which a right file does not need

    said = [f"{problem_text(problem, configured.path)} {hint_text(problem.hint)}" for problem in problems[:_MOST_SAID]]
    return [*said, "All else in the file counts; careconsole config check lists every mistake."]


def _number(name: str, usual: float, hint: str) -> float:
    """A number of at least 0 from the environment, else `usual`. Raises WrongUse for anything else."""
    written = os.environ.get(name)
    try:
        number = float(written) if written else usual
    except ValueError:
        number = -1
    if not 0 <= number < inf:
        raise WrongUse(f"{name} is {written!r}.", hint)
    return number


class First(msgspec.Struct, frozen=True):
    """What the first screen needs: the team, who is at work (or could be), and the first rows of the queue.

    `sizes` says how many of the numbers are in each group of the order by due time, and `whole` whether those are all
    cases there are. `cursor` is the position of the change feed before they were read.
    """

    team: str
    roster: Roster
    person: int | None
    could_be: list[Person]
    numbers: list[int]
    sizes: list[int]
    whole: bool
    rows: case_queries.Rows
    cursor: int | None = None


def read_first(seat: Seat) -> Callable[[Desk], First]:
    """Returns the work that reads it; the work raises NoTeam when the database has no team yet."""

    def work(desk: Desk) -> First:
        roster = desk.roster()
        if not roster.people:
            raise NoTeam(
                f"There is no team in {seat.place} yet.", "Create one: careconsole init --team TEAM --lead YOU."
            )
        login = desk.login()
        if login is not None and login.person in roster.people and seat.name is None:
            found: Person | list[Person] = roster.people[login.person]
        else:
            found = identify(roster, seat.name, seat.os_user)
        if isinstance(found, Person) and seat.ask_who:
            found = [found]
        person = found.number if isinstance(found, Person) else None
        could_be = [] if isinstance(found, Person) else found
        desk.person = person
        cursor = changes.present(desk)
        page = case_queries.queue(desk, limit=_FIRST)
        rows = case_queries.Rows(rows={row.number: row for row in page.rows}, customers=page.customers)
        numbers, sizes = _grouped(page.rows, page.now)
        whole = page.total <= len(page.rows)
        return First(desk.team_name(), roster, person, could_be, numbers, sizes, whole, rows, cursor)

    return work


def _grouped(rows: list[case_queries.QueueRow], now: int) -> tuple[list[int], list[int]]:
    """The numbers of rows in order, put into the groups of the order by due time; and how many are in each group."""
    tomorrow = day_start(now, 1)
    groups: list[list[int]] = [[] for _ in case_queries.GROUPS]
    for row in rows:
        groups[case_queries.group_of(row, now, tomorrow)].append(row.number)
    return [number for group in groups for number in group], [len(group) for group in groups]


def begin_reading(seat: Seat, backend: Backend) -> Future[First] | None:
    """Starts reading what the first screen needs; None when there is no database yet.

    Raises WrongUse when the database is missing but an earlier state of it is kept.
    """
    return backend.submit(read_first(seat)) if is_there(seat.place) else None


def wait_for_first(first: Future[First] | None, seat: Seat) -> Future[First] | None:
    """Waits for the read and returns it; None when the database has no team, so that one can be created.

    Raises CareError when none can be created there, before anybody is asked anything.
    """
    try:
        if first is not None:
            first.result()
            return first
    except NoTeam:
        pass
    check_creatable(seat.place)
    return None
