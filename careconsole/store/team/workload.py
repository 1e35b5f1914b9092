"""Counts of open cases by person, for the whole team at once."""

from __future__ import annotations

from careconsole.store.engine.base import NEVER, Engine, Row


class Workload:
    """Counts everybody's open cases in one pass over the queue index."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def open_cases(self, now: int) -> list[Row]:
        """Open cases grouped by owner (0: duty), offered person (0: nobody), who is called and who is asked to help.

        Each row: owner, offered to, the responder called (0: nobody) and those called with them ("|4|5|"), 1 if an
        acknowledgement of that call is in force (else 0), the helpers ("|4|5|"), number of cases, number parked,
        number breached.
        """
        # Grouping by expressions keeps SQLite off the index by owner, which lacks the other columns.
        return self._engine.fetch_all(
            "select owner, offered, called, also, heard, helpers, count(*), sum(parked),"
            " count(case when due_at < :now then 1 end)"
            " from (select coalesce(owner_id, 0) as owner, coalesce(offered_to, 0) as offered,"
            " coalesce(responder_id, 0) as called, also_called as also,"
            " case when acknowledged_until < :now then 0 else 1 end as heard, helpers, due_at, parked"
            " from cases where status = 'open') as opened group by owner, offered, called, also, heard, helpers",
            {"now": now},
        )

    def owned(self) -> list[tuple[int | None, int, int]]:
        """Open cases by owner (None: duty): how many, and how many of them are parked."""
        # Grouping by an expression keeps SQLite off the index by owner, which lacks `parked`: one pass over the queue
        # index takes a fifth of the time.
        rows = self._engine.fetch_all(
            "select coalesce(owner_id, 0), count(*), sum(parked) from cases where status = 'open'"
            " group by coalesce(owner_id, 0)"
        )
        return [(row[0] or None, int(row[1]), int(row[2])) for row in rows]

    def promised(self, until: int) -> list[int]:
        """Open cases with promises whose next due time is before `until`; no other has a promise due by then."""
        rows = self._engine.fetch_all(
            "select id from cases where status = 'open' and due_at < :until and promises > 0", {"until": until}
        )
        return [row[0] for row in rows]

    def due_by(self, until: int) -> list[int]:
        """The cases with something due by `until` or overdue: open ones, and those with a change to make or check."""
        rows = self._engine.fetch_all(
            "select id from cases where status = 'open' and due_at <= :until"
            f" union select id from cases where change_due < {NEVER} and change_due <= :until"
            f" union select id from cases where check_due < {NEVER} and check_due <= :until",
            {"until": until},
        )
        return [row[0] for row in rows]

    def late(self, now: int) -> int:
        """How many open cases are breached."""
        row = self._engine.fetch_one("select count(*) from cases where status = 'open' and due_at < :now", {"now": now})
        return int(row[0]) if row else 0

    def last_event(self) -> int:
        """The id of the latest event of any case; 0 for none."""
        row = self._engine.fetch_one("select coalesce(max(id), 0) from events")
        return int(row[0]) if row else 0

    def moved_since(self, event: int, owner: int) -> list[Row]:
        """The changes of owner, after the event with id `event`, of open cases that `owner` does not own now.

        Each row: case, event number within it, kind, data; in order of case and event.
        """
        return self._engine.fetch_all(
            "select events.case_id, events.number, events.kind, events.data from events"
            " join cases on cases.id = events.case_id"
            " where events.id > :event and events.kind in ('accepted', 'taken over', 'reassigned')"
            " and cases.status = 'open' and coalesce(cases.owner_id, 0) <> :owner order by events.case_id, events.id",
            {"event": event, "owner": owner},
        )

    def owed(self) -> list[int]:
        """The cases, open or not, with a change that a review asked for and that is still to be made or checked."""
        rows = self._engine.fetch_all(
            f"select id from cases where change_due < {NEVER} union select id from cases where check_due < {NEVER}"
        )
        return [row[0] for row in rows]
