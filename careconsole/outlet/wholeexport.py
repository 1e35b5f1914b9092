"""An export of everything: what `careconsole import careconsole` makes the same database of again."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from careconsole.desk import Desk, dump


def write_all(desk: Desk, emit: Callable[[str], None]) -> int:
    """Hands all that the database keeps to `emit`, a line of JSON each; returns how many lines.

    The first line says what it is, the last one what must have come before it. It is one consistent state, read a part
    at a time, and the same state always gives the same lines.
    """
    encode = msgspec.json.Encoder().encode

    def work() -> int:
        lines = 1
        emit(encode(dump.head(desk)).decode())
        for lines, record in enumerate(dump.records(desk), 2):  # noqa: B007 - the last number counts
            emit(encode(record).decode())
        return lines

    return desk.in_snapshot(work)
