"""The events that were stored since a cursor, by which a screen learns what changed.

Writes are made one at a time on both engines, so events are committed in the order of their ids, and the last id seen
is a cursor that skips nothing.
"""

from __future__ import annotations

from careconsole.store.engine.base import Engine, Row

EVENTS_SINCE = (
    "select id, case_id, kind, actor_id, command_id, number, batch_id from events"
    " where id > :after order by id limit :most"
)
"""At most `:most` events after the one with the id `:after`, as `ChangeFeed.since` has them."""


class ChangeFeed:
    """Reads what changed. A cursor is valid for this database only."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def present(self) -> int:
        """The cursor after everything that was stored so far."""
        last = self._engine.fetch_one("select coalesce(max(id), 0) from events")
        assert last is not None
        return int(last[0])

    def since(self, cursor: int, most: int = 1000) -> tuple[list[Row], int]:
        """At most `most` events after `cursor`, the oldest first, and the next cursor.

        An event is (id, case number, kind, actor, command, number within the case, batch of an import).
        """
        rows = self._engine.fetch_all(EVENTS_SINCE, {"after": cursor, "most": most})
        return rows, rows[-1][0] if rows else cursor
