"""Events in the order they are stored, each with a cursor from which a reader can resume right after it.

A cursor is opaque outside this module. It holds the position in the change feed, and digests of the journal's first
entry and of the event at that position, so that a cursor of another database, or of one that was restored from a backup
and has diverged since, is rejected.
"""

from __future__ import annotations

import re
from hashlib import blake2b

import msgspec

from careconsole.domain.case.event import Event
from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import given, hint_of, suggest
from careconsole.store.cases.repository import event_of
from careconsole.store.engine.base import Engine

BEGINNING = "0"
"""The cursor before the first event."""

_CURSOR = re.compile(r"(\d{1,18})-([0-9a-f]{8})([0-9a-f]{8})", re.ASCII)


class StreamedEvent(msgspec.Struct, frozen=True):
    """An event of a case, and the cursor after it."""

    cursor: str
    case: int
    event: Event


class EventStream:
    """Reads events after a cursor."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._founding: str | None = None

    def present(self) -> str:
        """The cursor after the latest event."""

        def work() -> str:
            last = self._engine.fetch_one("select coalesce(max(id), 0) from events")
            return self._cursor(int(last[0]) if last else 0)

        return self._engine.read(work)

    def check(self, cursor: str) -> None:
        """Raises WrongUse unless `cursor` is one of this database."""
        self._engine.read(lambda: self._place(cursor))

    def after(self, cursor: str, limit: int) -> list[StreamedEvent]:
        """The events after `cursor`, oldest first, at most `limit`. Raises WrongUse as `check` does."""

        def work() -> list[StreamedEvent]:
            found = self._engine.fetch_all(
                "select id, case_id, number, at, recorded_at, kind, data, actor_id, command_id, batch_id"
                " from events where id > :after order by id limit :limit",
                {"after": self._place(cursor), "limit": limit},
            )
            return [
                StreamedEvent(
                    self._written(r[0], (r[1], r[2], r[3], r[4])),
                    r[1],
                    event_of(r[1], r[2:]),
                )
                for r in found
            ]

        return self._engine.read(work)

    def _place(self, cursor: str) -> int:
        """The position in the change feed that a cursor holds. Raises WrongUse as `check` does."""
        if cursor == BEGINNING:
            return 0
        match = _CURSOR.fullmatch(cursor)
        if match is None:
            raise WrongUse(
                f"{cursor!r} is not a cursor.", "Give one that {} printed, or 0 for the beginning.", suggest("watch")
            )
        place = int(match[1])
        if match[2] != self._founded():
            raise WrongUse(f"The cursor {cursor} belongs to another database.", _AGAIN)
        if place > self._engine.last_id("events"):
            raise WrongUse(f"The cursor {cursor} is from before a backup of this database was restored.", _AGAIN)
        # A cursor outlives its event: rolling back an import deletes events.
        there = self._cursor(place)
        if there != cursor and self._row(place) is not None:
            raise WrongUse(f"The cursor {cursor} is from another history of this database, before a restore.", _AGAIN)
        return place

    def _cursor(self, place: int) -> str:
        return self._written(place, self._row(place))

    def _row(self, place: int) -> tuple[int, ...] | None:
        return self._engine.fetch_one(
            "select case_id, number, at, recorded_at from events where id = :id", {"id": place}
        )

    def _written(self, place: int, row: tuple[int, ...] | None) -> str:
        return f"{place}-{self._founded()}{_digest(row)}"

    def _founded(self) -> str:
        """A digest of the journal's first entry, which records how the team began and never changes."""
        if self._founding is None:
            first = self._engine.fetch_one("select at, kind, about, data from journal order by id limit 1")
            self._founding = _digest(first)
        return self._founding


_AGAIN = hint_of("Start over {} for everything, or without a cursor for new events only.", given(since=0))


def _digest(values: object) -> str:
    return blake2b(msgspec.json.encode(values), digest_size=4).hexdigest()
