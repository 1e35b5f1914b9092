"""An export of everything: what `careconsole import careconsole` makes the same database of again."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from careconsole.desk import Desk
from careconsole.desk.database import dump
from careconsole.export.cases import Emit, emit_all


def write_all(desk: Desk, emit: Emit) -> int:
    """Hands all that the database keeps to `emit`, a line of JSON each; returns how many lines.

    The first line says what it is, the last one what must have come before it. It is one consistent state, read a part
    at a time, and the same state always gives the same lines.
    """
    return emit_all(desk, lambda: _everything(desk), emit)


def _everything(desk: Desk) -> Iterator[msgspec.Struct]:
    yield dump.head(desk)
    yield from dump.records(desk)
