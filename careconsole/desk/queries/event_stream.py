"""Every event as it comes, for scripts: each with a cursor from which another process, too, can resume."""

from __future__ import annotations

from careconsole.desk.session import Desk
from careconsole.store.cases.event_stream import EventStream, StreamedEvent

__all__ = ["EventStream", "StreamedEvent", "follow"]


def follow(desk: Desk) -> EventStream:
    """A reader of the events after a cursor; `changes.wait` waits for more of them."""
    return EventStream(desk.store.engine)
