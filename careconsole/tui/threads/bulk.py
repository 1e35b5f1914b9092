"""What an import or a sweep changes in bulk: told at growing intervals, and what people do meanwhile at once."""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec

from careconsole.desk.console.news import Row

MOST = 2_000
"""Up to this many events are listed; of more, the latest."""
_MANY = 50
"""More changed cases than this at one look are a bulk, which goes on until there was none for `_OVER` seconds."""
CALM, LONGEST = 0.5, 4.0
"""Seconds between two looks during a bulk, and between two tellings of it: first as many, then twice as many each time
up to the longest."""
_SAID_FROM = 2.0
"""From so many seconds between two tellings on, the screen says that it may be behind."""
_OVER = 5.0
"""More than a gentle sweep rests between its parts."""


class Came(msgspec.Struct, kw_only=True):
    """Events, the cases that changed, and how many events there were; with `many`, not all of them are listed."""

    rows: list[Row] = []
    cases: set[int] = set()
    count: int = 0
    many: bool = False


class Bulk:
    """Holds back what changes in bulk. `clock` gives the present time in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._held = Came()
        self._told = 0
        self._calm = self._next = self._last = 0.0

    @property
    def goes_on(self) -> bool:
        """Whether there is a bulk that may go on."""
        return bool(self._calm)

    @property
    def behind(self) -> int:
        """How many changes of the bulk were told, if it goes on and the screen may be seconds behind; else 0."""
        return self._told if self._calm >= _SAID_FROM else 0

    def take(self, came: Came) -> Came:
        """Takes in what came at one look; returns what of it is to be told at once, though the bulk is not due.

        That is what people did, unless they did that in bulk themselves.
        """
        now = self._clock()
        if came.many or len(came.cases) > _MANY:
            self._last = now
            if not self._calm:
                self._calm, self._next, self._told = CALM, now, 0
        elif self._calm and now - self._last > _OVER:
            self._calm = 0.0
        by_people = [row for row in came.rows if row[4] is not None] if self._calm and now < self._next else []
        people = {row[1] for row in by_people}
        if len(people) > _MANY:
            by_people, people = [], set()
        held, done = self._held, {row[0] for row in by_people}
        self._held = Came(
            rows=(held.rows + [row for row in came.rows if row[0] not in done])[-MOST:],
            cases=held.cases | (came.cases - people),
            count=held.count + came.count - len(by_people),
            many=held.many or came.many,
        )
        return Came(rows=by_people, cases=people)

    def is_due(self) -> bool:
        """Whether what is held is to be told now."""
        return not self._calm or (bool(self._held.cases) and self._clock() >= self._next)

    def give(self) -> Came:
        """What was held, which is told now."""
        given, self._held = self._held, Came()
        if self._calm:
            # The first interval follows the first telling, and each one after that is twice as long.
            self._calm = min(2 * self._calm, LONGEST) if self._told else CALM
            self._next = self._clock() + self._calm
            self._told += max(1, given.count)
        return given
