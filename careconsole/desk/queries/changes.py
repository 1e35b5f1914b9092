"""Where the changes of the database are now, and waiting for more of them. What they are is read by `console.news`.

Scripts, which want every event and a cursor that outlives the process, use `event_stream`.
"""

from __future__ import annotations

from careconsole.desk.session import Desk
from careconsole.store.engine.stop_signal import StopSignal

__all__ = ["StopSignal", "present", "wait"]


def present(desk: Desk) -> int:
    """The cursor after all that has happened so far; valid for `console.news` as long as this database is open."""
    return desk.store.changes.present()


def wait(desk: Desk, seconds: float, stop: StopSignal | None = None) -> bool:
    """Waits until somebody else writes, for `seconds` at most, or until `stop`.

    Only a hint: False may still mean a change.

    Raises DatabaseMissing when the database is no longer at its path, and Newer when it was upgraded.
    """
    return desk.store.engine.wait(seconds, stop)
