"""The thread that works on the database for the screen: it owns the connection, and the screen never waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from careconsole.desk import Desk
from careconsole.desk.upkeep import damage_at
from careconsole.domain.errors import CareError
from careconsole.store import Gone

T = TypeVar("T")


class Backend:
    """Runs work on the desk, one piece after the other, in a thread of its own.

    `opening` opens the desk in that thread, and once more after the database was gone. Work can be asked for at any
    time; it waits its turn.
    """

    def __init__(self, opening: Callable[[], Desk]) -> None:
        self._opening = opening
        self._desk: Desk | None = None
        self._person: int | None = None
        self._damage: CareError | None = None
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

    def close(self) -> None:
        """Ends the thread after the work that was asked for, and closes the database."""
        self._pool.submit(self._close)
        self._pool.shutdown(wait=True)

    def _run(self, work: Callable[[Desk], T]) -> T:
        if self._desk is None:
            self._desk = self._opening()
            self._desk.person = self._person
        try:
            return work(self._desk)
        except Gone:
            self._close()
            raise
        except CareError:
            raise
        except Exception as error:
            # Damaged values can break whatever works on them; then it is the damage that is told.
            self._damage = self._damage or damage_at(self._desk.store.place)
            if self._damage is None:
                raise
            raise self._damage from error
        finally:
            if self._desk is not None:
                self._person = self._desk.person

    def _close(self) -> None:
        if self._desk is not None:
            self._desk.store.close()
            self._desk = None
