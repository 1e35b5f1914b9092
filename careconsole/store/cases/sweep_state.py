"""What the sweep has to do, what it did, and the leases by which only one does it at a time."""

from __future__ import annotations

from careconsole.domain.case.event import Event, Writer
from careconsole.store.cases.repository import event_of
from careconsole.store.cases.writers import written_by
from careconsole.store.engine.base import NEVER, Engine


class Sweeping:
    """Reads what has fallen due, and keeps leases. Writes need a transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def due(self, before: int, after: tuple[int, int], limit: int) -> list[tuple[int, int]]:
        """Cases on which the sweep has something to do that fell due before a moment: (when, case), the earliest first.

        Those up to `after` in that order are left out.
        """
        rows = self._engine.all(
            f"select sweep_at, id from cases where sweep_at < {NEVER} and sweep_at < :before"
            " and (sweep_at > :at or (sweep_at = :at and id > :id)) order by sweep_at, id limit :limit",
            {"before": before, "at": after[0], "id": after[1], "limit": limit},
        )
        return [(row[0], row[1]) for row in rows]

    def next_due(self) -> int | None:
        """When the sweep has something to do next; None while there is nothing."""
        row = self._engine.one(f"select min(sweep_at) from cases where sweep_at < {NEVER}")
        return row[0] if row else None

    def done(self, since: int, limit: int) -> list[tuple[int, Event]]:
        """What the sweep did since a moment, with the cases, the latest first."""
        rows = self._engine.all(
            "select case_id, number, at, recorded_at, kind, data from events"
            f" where {written_by(Writer.SWEEP)} and recorded_at >= :since order by recorded_at desc, id desc"
            " limit :limit",
            {"since": since, "limit": limit},
        )
        return [(r[0], event_of(r[0], r[1:])) for r in rows]

    def take(self, name: str, holder: str, now: int, span: int) -> str | None:
        """Takes the lease `name` until `span` milliseconds from now, or keeps it; None when done, else who holds it.

        A lease that runs out far later than its span could was taken by a clock that was wrong, and does not count.
        """
        row = self._engine.one("select holder, until from leases where name = :name", {"name": name})
        if row is not None and row[0] != holder and now < row[1] <= now + 2 * span:
            return str(row[0])
        self._engine.run(
            "insert into leases (name, holder, until) values (:name, :holder, :until)"
            " on conflict (name) do update set holder = excluded.holder, until = excluded.until",
            {"name": name, "holder": holder, "until": now + span},
        )
        return None

    def release(self, name: str, holder: str) -> None:
        """Gives a lease back."""
        self._engine.run("delete from leases where name = :name and holder = :holder", {"name": name, "holder": holder})
