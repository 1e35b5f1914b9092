"""What the sweep has to do, what it did, and the leases that let only one process do it at a time."""

from __future__ import annotations

from careconsole.domain.case.event import Event, Writer
from careconsole.store.cases.repository import event_of
from careconsole.store.cases.writers import written_by
from careconsole.store.engine.base import NEVER, Engine


class SweepState:
    """Reads what is due for the sweep, and manages leases. Writes need a transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def due(self, until: int, after: tuple[int, int], limit: int) -> list[tuple[int, int]]:
        """The cases due for the sweep up to `until`, as (time, case), the earliest first, beginning after `after`."""
        rows = self._engine.fetch_all(
            f"select sweep_at, id from cases where sweep_at < {NEVER} and sweep_at <= :until"
            " and (sweep_at > :at or (sweep_at = :at and id > :id)) order by sweep_at, id limit :limit",
            {"until": until, "at": after[0], "id": after[1], "limit": limit},
        )
        return [(row[0], row[1]) for row in rows]

    def next_due(self) -> int | None:
        """When the next case is due for the sweep; None if none is."""
        row = self._engine.fetch_one(f"select min(sweep_at) from cases where sweep_at < {NEVER}")
        return row[0] if row else None

    def done(self, since: int, limit: int) -> list[tuple[int, Event]]:
        """The events the sweep wrote since `since`, each with its case, the latest first."""
        rows = self._engine.fetch_all(
            "select case_id, number, at, recorded_at, kind, data from events"
            f" where {written_by(Writer.SWEEP)} and recorded_at >= :since order by recorded_at desc, id desc"
            " limit :limit",
            {"since": since, "limit": limit},
        )
        return [(r[0], event_of(r[0], r[1:])) for r in rows]

    def take_lease(self, name: str, holder: str, now: int, span: int) -> str | None:
        """Takes or renews the lease `name` for `span` milliseconds and returns None, or returns who else holds it.

        A lease that expires more than twice `span` from now was taken by a wrong clock and is ignored.
        """
        row = self._engine.fetch_one("select holder, until from leases where name = :name", {"name": name})
        if row is not None and row[0] != holder and now < row[1] <= now + 2 * span:
            return str(row[0])
        self._engine.execute(
            "insert into leases (name, holder, until) values (:name, :holder, :until)"
            " on conflict (name) do update set holder = excluded.holder, until = excluded.until",
            {"name": name, "holder": holder, "until": now + span},
        )
        return None

    def release(self, name: str, holder: str) -> None:
        """Releases a lease that `holder` holds."""
        self._engine.execute(
            "delete from leases where name = :name and holder = :holder", {"name": name, "holder": holder}
        )
