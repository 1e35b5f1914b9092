"""The thread that works on the database for the screen: it owns the connection, and the screen never blocks on it.

What takes long and grows with the number of cases is read beside it, in a second thread, so that no command waits.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from typing import TypeVar

from careconsole.desk import DatabaseMissing, Desk
from careconsole.desk.database.logins import own_desk
from careconsole.domain.errors import CareError
from careconsole.tui.threads.database_place import DatabasePlace, Replaced

T = TypeVar("T")

_TRUST = 300.0
"""Seconds before a database that was found sound is checked again."""


class Backend:
    """Runs work on the desk in one thread, one piece at a time.

    `opening` opens the desk in that thread, and reopens it after the database was gone, at the same `place`. Work can
    be submitted at any time; it waits its turn.
    """

    def __init__(self, opening: Callable[[], Desk]) -> None:
        self.place = DatabasePlace(opening)
        self._desk: Desk | None = None
        self._person: int | None = None
        self._damage: CareError | None = None
        self._trusted_until = 0.0
        self._name = ""
        self._beside: Backend | None = None
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="desk")

    def submit(self, work: Callable[[Desk], T]) -> Future[T]:
        """Queues `work` and returns at once; for what is needed before the event loop runs."""
        return self._pool.submit(self._run, work)

    async def ask(self, work: Callable[[Desk], T]) -> T:
        """Runs `work` and returns its result; raises what it raises."""
        return await asyncio.wrap_future(self.submit(work))

    async def ask_beside(self, work: Callable[[Desk], T]) -> T:
        """As `ask`, as the same person, but beside the other work: for long reads. It sees what was done by then."""
        if self._beside is None:
            self._beside = Backend(self.place.desk)
        person = self._person

        def as_the_same(desk: Desk) -> T:
            desk.person = person
            return work(desk)

        return await self._beside.ask(as_the_same)

    async def apart(self, work: Callable[[], T]) -> T:
        """Runs `work` in the same thread, without a desk, while there is no database yet that could be opened."""
        return await asyncio.wrap_future(self._pool.submit(work))

    async def anew(self) -> None:
        """Closes the desk, so that later work opens the file that is at the place now."""
        if self._beside is not None:
            await self._beside.anew()
        await asyncio.wrap_future(self._pool.submit(self._close))

    def close(self) -> None:
        """Closes the database and ends the thread, after the work already queued."""
        if self._beside is not None:
            self._beside.close()
        self._pool.submit(self._close)
        self._pool.shutdown(wait=True)

    def _run(self, work: Callable[[Desk], T]) -> T:
        desk = self._desk or self._open()
        try:
            desk.check_opened(missing_ok=True)  # a file that was removed can still be read
            done = work(desk)
            if desk.person != self._person:
                self._sit_down(desk)
            return done
        except DatabaseMissing:
            self._close()
            self._look()
            raise
        except CareError:
            raise
        except Exception as error:
            # A newer program may have just upgraded the database, which this one can then no longer read.
            desk.check_opened(missing_ok=True)
            # Damaged values can break any code that works on them; then the damage is reported instead.
            damage = self._find_damage(desk.place)
            if damage is None:
                raise
            raise damage from error

    def _find_damage(self, place: str) -> CareError | None:
        """Checks the database for damage; blocks this thread for seconds, so the result is kept."""
        if self._damage is None and time.monotonic() >= self._trusted_until:
            from careconsole.desk.database.maintenance import damage_at  # not before something broke

            self._damage = damage_at(place)
            self._trusted_until = time.monotonic() + _TRUST
        return self._damage

    def _open(self) -> Desk:
        desk = self.place.desk()
        with ExitStack() as unless_used:
            unless_used.callback(desk.close)
            if self._person is not None and _name(desk, self._person) != self._name:
                raise Replaced(
                    f"{desk.place} was restored to a state in which {self._name} is somebody else.",
                    "Nothing done here is saved in it. Quit, or start there and say who you are.",
                )
            own = self._own(desk, self._person)
            unless_used.pop_all()
        own.person = self._person
        self._desk = own
        return own

    def _sit_down(self, desk: Desk) -> None:
        """Takes over who is at work. Where the server ties people to logins, it is by their own from now on."""
        person, desk.person = desk.person, self._person
        own = self._own(desk, person)
        own.person = person
        self._desk, self._person, self._name = own, person, _name(own, person)

    def _own(self, desk: Desk, person: int | None) -> Desk:
        """The desk of the person's own login; closes the other one, unless that is it."""
        own = own_desk(desk, person)
        if own is not desk:
            with ExitStack() as unless_used:
                unless_used.callback(own.close)
                self.place.check(own)
                unless_used.pop_all()
            desk.close()
        return own

    def _look(self) -> None:
        """Raises Replaced when another database is at the place; any other error is left to the next work."""
        try:
            self._open()
        except Replaced:
            raise
        except CareError:
            return

    def _close(self) -> None:
        if self._desk is not None:
            self._desk.close()
            self._desk = None
        self._damage, self._trusted_until = None, 0.0  # the next file may be another one


def _name(desk: Desk, person: int | None) -> str:
    found = desk.roster().people.get(person) if person is not None else None
    return found.name if found is not None else ""
