"""An export of everything, from which `careconsole import careconsole` rebuilds the same database."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from careconsole.desk import Desk
from careconsole.desk.database import dump
from careconsole.export.cases import Emit, emit_all


def write_all(desk: Desk, emit: Emit) -> int:
    """Passes everything the database keeps to `emit`, as lines of JSON; returns how many lines.

    The first line identifies the format, the last one counts the records before it. It is one consistent snapshot,
    read in parts, and the same state always gives the same lines.
    """
    return emit_all(desk, lambda: _everything(desk), emit)


def _everything(desk: Desk) -> Iterator[msgspec.Struct]:
    yield dump.head(desk)
    yield from dump.records(desk)
