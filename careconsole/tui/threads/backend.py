"""The thread that works on the database for the screen: it owns the connection, and the screen never waits for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from careconsole.desk import DatabaseMissing, Desk
from careconsole.desk.database.maintenance import damage_at
from careconsole.domain.errors import CareError
from careconsole.tui.threads.database_place import DatabasePlace, Replaced

T = TypeVar("T")

_TRUST = 300.0
"""For so many seconds a database that was found sound is not looked through again."""


class Backend:
    """Runs work on the desk, one piece after the other, in a thread of its own.

    `opening` opens the desk in that thread, and once more after the database was gone, at the same `place`. Work can be
    asked for at any time; it waits its turn.
    """

    def __init__(self, opening: Callable[[], Desk]) -> None:
        self.place = DatabasePlace(opening)
        self._desk: Desk | None = None
        self._person: int | None = None
        self._damage: CareError | None = None
        self._trusted_until = 0.0
        self._name = ""
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="desk")

    def submit(self, work: Callable[[Desk], T]) -> Future[T]:
        """Begins a piece of work and returns at once; for what is wanted before the screen stands."""
        return self._pool.submit(self._run, work)

    async def ask(self, work: Callable[[Desk], T]) -> T:
        """Runs `work` and returns what it gives; raises what it raises."""
        return await asyncio.wrap_future(self.submit(work))

    async def apart(self, work: Callable[[], T]) -> T:
        """Runs `work` in the same thread, without the desk: before there is a database that could be opened."""
        return await asyncio.wrap_future(self._pool.submit(work))

    async def anew(self) -> None:
        """What is asked for from now on is read from the file that lies at the place now."""
        await asyncio.wrap_future(self._pool.submit(self._close))

    def close(self) -> None:
        """Ends the thread after the work that was asked for, and closes the database."""
        self._pool.submit(self._close)
        self._pool.shutdown(wait=True)

    def _run(self, work: Callable[[Desk], T]) -> T:
        desk = self._desk or self._open()
        try:
            desk.check_opened(missing_ok=True)  # what lies there no more can still be looked at
            done = work(desk)
            if desk.person != self._person:
                self._person, self._name = desk.person, _name(desk, desk.person)
            return done
        except DatabaseMissing:
            self._close()
            self._look()
            raise
        except CareError:
            raise
        except Exception as error:
            # A newer program may have upgraded it in this moment, and what it says means nothing here any more.
            desk.check_opened(missing_ok=True)
            # Damaged values can break whatever works on them; then it is the damage that is told.
            damage = self._find_damage(desk.place)
            if damage is None:
                raise
            raise damage from error

    def _find_damage(self, place: str) -> CareError | None:
        """What is wrong with the database. Looking takes seconds in which nothing else is done, so that it is kept."""
        if self._damage is None and time.monotonic() >= self._trusted_until:
            self._damage = damage_at(place)
            self._trusted_until = time.monotonic() + _TRUST
        return self._damage

    def _open(self) -> Desk:
        desk = self.place.desk()
        if self._person is not None and _name(desk, self._person) != self._name:
            desk.close()
            raise Replaced(
                f"{desk.place} was put back to a state in which {self._name} is not who they are here.",
                "Nothing of what was done here goes into it. Quit, or begin there and say who you are.",
            )
        desk.person = self._person
        self._desk = desk
        return desk

    def _look(self) -> None:
        """Raises Replaced where another team's database lies at the place; of any other trouble the next work tells."""
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
        self._damage, self._trusted_until = None, 0.0  # another file may lie there the next time


def _name(desk: Desk, person: int | None) -> str:
    found = desk.roster().people.get(person) if person is not None else None
    return found.name if found is not None else ""
