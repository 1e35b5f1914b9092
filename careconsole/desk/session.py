"""A person at work: the open database, who they are, their workstation and the clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

from careconsole.desk.unit import UnitOfWork
from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import suggest
from careconsole.domain.team.roster import Person, Roster
from careconsole.store import Store

if TYPE_CHECKING:
    from careconsole.domain.case.state import Case
    from careconsole.store.cases.command_log import Actor
    from careconsole.store.engine.base import Login

T = TypeVar("T")


class Desk:
    """A person at an open database; `now` returns epoch milliseconds. `person` None: what needs one raises WrongUse."""

    def __init__(
        self,
        store: Store,
        now: Callable[[], int],
        person: int | None = None,
        workstation: str = "",
        os_user: str = "",
    ) -> None:
        self.store = store
        self.now = now
        self.person = person
        self.workstation = workstation
        self.os_user = os_user
        self.kept: dict[type, object] = {}
        """What queries keep from one time to the next while this database is open, each under its own type."""
        self._unit: UnitOfWork | None = None

    def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """Runs `work` against one consistent state of the database. Within another transaction, it joins that one."""
        if self._unit is not None:
            return work(self._unit)
        return self.store.engine.read(lambda: self._within(work))

    def write(self, work: Callable[[UnitOfWork], T]) -> T:
        """Runs `work` as one transaction, all or nothing. Within another transaction, it joins that one.

        `work` may run again, each time with a fresh unit of work, so it must have no other effect. Raises Busy,
        DatabaseMissing or Newer when the database cannot be written; nothing has changed then.
        """
        return self.store.engine.write(lambda: self._within(work))

    def _within(self, work: Callable[[UnitOfWork], T]) -> T:
        if self._unit is not None:
            return work(self._unit)
        self._unit = UnitOfWork(self.store, self.now(), self.person, self.workstation, self.os_user)
        try:
            return work(self._unit)
        finally:
            self._unit = None

    @property
    def place(self) -> str:
        """The path of the database."""
        return self.store.place

    def identity(self) -> str:
        """The identity of the database, wherever its file is; a backup has the identity of its original."""
        return self.store.people.identity()

    def team_name(self) -> str:
        """The name of the team; empty while the database has none."""
        return self.store.people.setting("team") or ""

    def changed_cases(self) -> set[int]:
        """The numbers of the cases that were there before and that people's commands changed through this desk."""
        writer = self.store.__dict__.get("case_writer")  # loaded by whatever changes one
        return set() if writer is None else set(writer.changed)

    def publishes_receipts(self) -> bool:
        """Whether pages of receipts are published, from this database or from one that it is a copy of."""
        return bool(self.store.people.setting("receipts_folder"))

    @property
    def who(self) -> Actor:
        """Who acts and from where; raises WrongUse without a person, Refused for one who has no console here."""
        return self.read(lambda unit: unit.who)

    def roster(self, at: int | None = None) -> Roster:
        """The team as it is now, with the lead on duty now, or at the moment `at` (epoch milliseconds)."""
        return self.read(lambda unit: unit.roster if at is None else unit.roster_at(at))

    def find(self, name: str) -> int:
        """The number of the person called `name`; "me" is the person at work."""
        return self.read(lambda unit: unit.find(name)).number

    def at(self, moment: int) -> Desk:
        """A desk on the same connection whose clock is fixed at `moment` (epoch milliseconds), with nobody at work."""
        return Desk(self.store, lambda: moment, None, self.workstation, self.os_user)

    def check_opened(self, *, missing_ok: bool = False) -> None:
        """Raises DatabaseMissing or Newer when the database is no longer the one that was opened.

        With `missing_ok`, a file that is merely missing from its path may still be read.
        """
        self.store.engine.check_opened(missing_ok=missing_ok)

    def clock_ahead(self) -> int:
        """By how many milliseconds the server's clock was ahead of this machine's a moment ago; 0 without a server."""
        return self.store.engine.clock_ahead()

    def login(self) -> Login | None:
        """The server's login that this is, where that ties people to logins: then others' names are refused."""
        return self.store.engine.login()

    def may_sweep(self) -> bool:
        """Whether what nobody did may be written here: what the sweep does, and that others' mails were sent."""
        login = self.login()
        return login is None or login.sweeps

    def cache_little(self) -> None:
        """Keeps little of the database in memory, for what stays open and has several connections to it."""
        self.store.engine.cache_little()

    def close(self) -> None:
        """Closes the database."""
        self.store.close()


def load(
    desk: Desk, number: int, notices: list[str], *, follow: bool = True, known: Mapping[int, Case] | None = None
) -> Case:
    """The case of that number; raises WrongUse when there is none.

    A merged case leads to the case it was merged into, with a notice, unless `follow` is off. `known` are cases that
    this transaction has already read, for commands on many cases.
    """
    case = known.get(number) if known else None
    case = case or desk.store.cases.get(number)
    if case is None:
        raise WrongUse(f"There is no case {number}.", "See {}, or search for it.", suggest("queue"))
    for winner in merged_on(desk.store, case) if follow else ():
        own = f"the history of case {case.number} is still there"
        notices.append(f"Case {case.number} was merged into case {winner.number}; {own}.")
        case = winner
    return case


def merged_on(store: Store, case: Case) -> Iterator[Case]:
    """The cases that a case was merged into, one after the other; the last one is where it continues."""
    from careconsole.domain.case.state import MERGED

    passed = {case.number}  # an older version could leave merges that form a cycle
    while case.status == MERGED and case.merged_into is not None and case.merged_into not in passed:
        passed.add(case.merged_into)
        winner = store.cases.get(case.merged_into)
        if winner is None:
            return
        yield winner
        case = winner


def identify(roster: Roster, name: str | None, os_user: str) -> Person | list[Person]:
    """Who is at work: the person named, else the one mapped to the OS user.

    Where nobody is mapped, the only person with a console. Returns the candidates when that is ambiguous or nobody
    fits: a terminal then asks, and a script is refused. Raises WrongUse for an unknown name.
    """
    staff = [p for p in roster.people.values() if p.has_console]
    if name is not None:
        from careconsole.domain.team.lookup import find_name  # most people are known by their login

        return find_name(name, roster)
    mapped = [p for p in staff if p.os_user == os_user] if os_user else []
    if not mapped and any(p.os_user for p in staff):
        return [p for p in staff if p.os_user is None] or staff  # others are mapped, so this login is unknown
    candidates = mapped or staff
    return candidates[0] if len(candidates) == 1 else candidates
