"""What every console reads whenever the database changed: what happened, who is there, and whether more is new."""

from __future__ import annotations

import msgspec

from careconsole.desk.console import presence
from careconsole.desk.console.presence import Here
from careconsole.desk.queries.changes import present
from careconsole.desk.session import Desk
from careconsole.store import Row

__all__ = ["Marks", "News", "Row", "news"]


class Marks(msgspec.Struct, frozen=True):
    """What tells of changes to the queue that are no events of a case, to be compared with earlier marks.

    `journal` and `people` are the latest numbers of both; `rolled_back` is how many imports were taken back.
    """

    journal: int
    people: int
    rolled_back: int


class News(msgspec.Struct, frozen=True):
    """What happened since a cursor, and how things are now.

    `events`, the oldest first, are (id, case number, kind, actor, command, number within the case, batch of an import);
    `cursor` is the one after them. `here` are the other consoles at which somebody is, the latest heard from first.
    """

    events: list[Row]
    cursor: int
    here: list[Here]
    marks: Marks


def news(desk: Desk, console: str, cursor: int | None, most: int) -> News:
    """What happened after `cursor` for `console`, with at most `most` events; None starts at the present."""
    after = present(desk) if cursor is None else cursor
    events, consoles, marks = desk.store.console.news(after, most, presence.since(desk))
    return News(
        events, events[-1][0] if events else after, presence.others(presence.read(consoles), console), Marks(*marks)
    )
