"""The feed of changes for a screen: which cases changed since it read them, and waiting for more changes.

Scripts, which want every event and a cursor that outlives the process, use `event_stream`.
"""

from __future__ import annotations

import msgspec

from careconsole.desk.session import Desk
from careconsole.store import Row
from careconsole.store.engine.stop_signal import StopSignal

__all__ = ["Marks", "Row", "StopSignal", "marks", "present", "since", "wait"]


def present(desk: Desk) -> int:
    """The cursor after everything that has happened so far; valid for `since` as long as this database is open."""
    return desk.store.changes.present()


def since(desk: Desk, cursor: int | None, most: int = 1_000) -> tuple[list[Row], int]:
    """At most `most` events after `cursor`, the oldest first, and the next cursor; None starts at the present.

    An event is (id, case number, kind, actor, command, number within the case, batch of an import).
    """
    return ([], present(desk)) if cursor is None else desk.store.changes.since(cursor, most)


class Marks(msgspec.Struct, frozen=True):
    """What tells of changes to the queue that are no events of a case, to be compared with earlier marks.

    `journal` and `people` are the latest numbers of both; `rolled_back` is how many imports were taken back.
    """

    journal: int
    people: int
    rolled_back: int


def marks(desk: Desk) -> Marks:
    """The marks as they are now, read with one statement: every console reads them at every change."""
    return Marks(*desk.store.console.marks())


def wait(desk: Desk, seconds: float, stop: StopSignal | None = None) -> bool:
    """Waits until somebody else writes, for `seconds` at most, or until `stop`.

    Only a hint: False may still mean a change.

    Raises DatabaseMissing when the database is no longer at its path, and Newer when it was upgraded.
    """
    return desk.store.engine.wait(seconds, stop)
