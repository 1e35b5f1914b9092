"""An export of everything: what `careconsole import careconsole` makes the same database of again."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from careconsole.desk import Desk
from careconsole.store.migrate import LATEST
from careconsole.store.whole import FORMAT, Head, records


def write_all(desk: Desk, emit: Callable[[str], None]) -> int:
    """Hands all that the database keeps to `emit`, a line of JSON each; returns how many lines.

    The first line says what it is, the last one what must have come before it. It is one consistent state, read a part
    at a time, and the same state always gives the same lines.
    """
    encode = msgspec.json.Encoder().encode

    def work() -> int:
        lines = 1
        emit(encode(Head(FORMAT, LATEST, desk.store.people.setting("team") or "")).decode())
        for lines, record in enumerate(records(desk.store.engine), 2):  # noqa: B007 - the last number counts
            emit(encode(record).decode())
        return lines

    return desk.store.engine.read(work)
