"""The feed of changes for a screen: which cases changed since it read them, and waiting for more changes.

Scripts, which want every event and a cursor that outlives the process, use `event_stream`.
"""

from __future__ import annotations

from careconsole.desk.session import Desk
from careconsole.store import Row
from careconsole.store.engine.stop_signal import StopSignal

__all__ = ["Row", "StopSignal", "other_changes", "present", "since", "wait"]


def present(desk: Desk) -> int:
    """The cursor after everything that has happened so far; valid for `since` as long as this database is open."""
    return desk.store.changes.present()


def since(desk: Desk, cursor: int | None, most: int = 1_000) -> tuple[list[Row], int]:
    """At most `most` events after `cursor`, the oldest first, and the next cursor; None starts at the present.

    An event is (id, case number, kind, actor, command, number within the case, batch of an import).
    """
    return ([], present(desk)) if cursor is None else desk.store.changes.since(cursor, most)


def other_changes(desk: Desk) -> tuple[list[Row], int]:
    """Changes to the queue that are no events of a case, to be compared with an earlier result.

    These are the imports that were taken back, and the number of the journal's last entry.
    """
    return desk.store.console.taken_back(), desk.store.journal.last_change()


def wait(desk: Desk, seconds: float, stop: StopSignal | None = None) -> bool:
    """Waits until somebody else writes, for `seconds` at most, or until `stop`.

    Only a hint: False may still mean a change.

    Raises DatabaseMissing when the database is no longer at its path, and Newer when it was upgraded.
    """
    return desk.store.engine.wait(seconds, stop)
