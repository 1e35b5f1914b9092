"""What hangs on whom, counted for everybody at once."""

from __future__ import annotations

from careconsole.store.engine.base import NEVER, Engine, Row


class Workload:
    """Counts the open cases of everybody in one pass over the index of the queue."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def open_cases(self, now: int) -> list[Row]:
        """Open cases by owner (0: duty), by whom they are offered to and by whom they call in vain (0: nobody).

        Each row: owner, offered to, called, how many, how many of them are parked, and how many breached.
        """
        # Grouped by expressions: the index by owner would seem to suit, and knows nothing of the rest.
        return self._engine.all(
            "select owner, offered, called, count(*), sum(parked), count(case when due_at < :now then 1 end) from ("
            "select coalesce(owner_id, 0) as owner, coalesce(offered_to, 0) as offered,"
            " case when acknowledged_until < :now then coalesce(responder_id, 0) else 0 end as called, due_at, parked"
            " from cases where status = 'open') as opened group by owner, offered, called",
            {"now": now},
        )

    def owned(self) -> list[Row]:
        """Open cases by owner (None: duty): how many, and how many of them are parked."""
        # Grouped by an expression, for the index by owner would seem to suit, and does not know who is parked: one pass
        # over the index of the queue takes a fifth of the time.
        rows = self._engine.all(
            "select coalesce(owner_id, 0), count(*), sum(parked) from cases where status = 'open'"
            " group by coalesce(owner_id, 0)"
        )
        return [(row[0] or None, int(row[1]), int(row[2])) for row in rows]

    def promised(self, until: int) -> list[int]:
        """Open cases with promises whose next clock runs out before `until`; no other has a promise due by then."""
        rows = self._engine.all(
            "select id from cases where status = 'open' and due_at < :until and promises > 0", {"until": until}
        )
        return [row[0] for row in rows]

    def due_by(self, until: int) -> list[int]:
        """The cases on which something falls due by `until`, or did before: open ones, and changes still to be made."""
        rows = self._engine.all(
            "select id from cases where status = 'open' and due_at <= :until"
            f" union select id from cases where change_due < {NEVER} and change_due <= :until",
            {"until": until},
        )
        return [row[0] for row in rows]

    def late(self, now: int) -> int:
        """How many open cases are breached."""
        row = self._engine.one("select count(*) from cases where status = 'open' and due_at < :now", {"now": now})
        return int(row[0]) if row else 0

    def last_event(self) -> int:
        """The id of the latest event of any case; 0 for none."""
        row = self._engine.one("select coalesce(max(id), 0) from events")
        return int(row[0]) if row else 0

    def moved_since(self, event: int, owner: int) -> list[Row]:
        """Events after the one of that id by which open cases changed hands that somebody else than `owner` has now.

        Each row: the case, the event's number in it, its kind and data, in their order.
        """
        return self._engine.all(
            "select events.case_id, events.number, events.kind, events.data from events"
            " join cases on cases.id = events.case_id"
            " where events.id > :event and events.kind in ('accepted', 'taken over', 'reassigned')"
            " and cases.status = 'open' and coalesce(cases.owner_id, 0) <> :owner order by events.case_id, events.id",
            {"event": event, "owner": owner},
        )

    def owed(self) -> list[int]:
        """The cases, open or not, of which a review asked for a change that is not made yet."""
        return [row[0] for row in self._engine.all(f"select id from cases where change_due < {NEVER}")]
