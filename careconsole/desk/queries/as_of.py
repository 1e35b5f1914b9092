"""The queue as it was at a moment. The cases are gone through a part at a time, so that memory stays small."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from careconsole.desk.session import Desk
from careconsole.store.cases.as_of import TABLE, CasesAsOf
from careconsole.store.queue.kept import KeptQueue
from careconsole.store.queue.listing import Queue, QueueRow
from careconsole.store.queue.query import QueueQuery


class QueueAsOf:
    """Reads the queue as it was at a moment."""

    def __init__(self, desk: Desk, cases: CasesAsOf, moment: int) -> None:
        self._engine, self._cases, self._moment = desk.store.engine, cases, moment
        self._queue = Queue(self._engine, TABLE, moment)

    def order(self, asked: QueueQuery, sort: str, reverse: bool) -> array[int]:
        """The numbers of the cases that match, in order."""
        return self.first(asked, sort, reverse, 0)[0]

    def first(self, asked: QueueQuery, sort: str, reverse: bool, limit: int) -> tuple[array[int], int]:
        """The numbers of the first `limit` (0: all) cases that match, in order, and how many match."""
        kept = KeptQueue(self._engine, TABLE, self._moment, asked, sort, reverse, limit)
        try:
            kept.create()
            for _ in self._cases.each_part(only_open=kept.only_open, remember=not limit):
                kept.take_part()
            return kept.numbers(), kept.found
        finally:
            kept.drop()

    def get_many(self, numbers: Sequence[int]) -> list[QueueRow]:
        """The rows of these cases, in no particular order."""
        self._cases.take(list(numbers))
        return self._queue.get_many(numbers)


@contextmanager
def queue_as_of(desk: Desk, moment: int) -> Iterator[QueueAsOf]:
    """Yields the queue as it was at `moment` (epoch milliseconds). Part of a read."""
    cases = CasesAsOf(desk.store.engine, moment, desk.store.levels.due_of_many(moment))
    cases.create()
    try:
        yield QueueAsOf(desk, cases, moment)
    finally:
        cases.drop()
