"""Records that an import could not take, kept with it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from careconsole.domain.import_entries import RejectedRecord
from careconsole.store.engine.base import Engine

MOST = 10_000
"""So many are kept of an import; how many there were, its counts tell."""
_LONGEST = 1_000
"""Characters that are kept of a text."""


def storable(reject: RejectedRecord) -> RejectedRecord:
    """The reject as it is kept: its texts cut, with escapes for what no database takes as text."""
    return replace(
        reject,
        field=_text(reject.field),
        reason=_text(reject.reason),
        raw=_text(reject.raw),
        file=_text(reject.file),
    )


def _text(text: str) -> str:
    return text[:_LONGEST].encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


class Rejects:
    """Reads and writes the rejects of imports."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, batch: int, first: int, rejects: Sequence[RejectedRecord]) -> None:
        """Stores rejects of an import; the first of them has the place `first`, from 0."""
        self._engine.many(
            "insert into rejects (batch_id, place, file, line, field, reason, raw) values (?, ?, ?, ?, ?, ?, ?)",
            [(batch, first + n, r.file, r.line, r.field, r.reason, r.raw) for n, r in enumerate(rejects)],
        )

    def of(self, batch: int) -> list[RejectedRecord]:
        """The rejects that were kept of an import, in the order of its files."""
        rows = self._engine.all(
            "select line, field, reason, raw, file from rejects where batch_id = :batch order by place",
            {"batch": batch},
        )
        return [RejectedRecord(*row) for row in rows]

    def forget(self, batch: int) -> None:
        """Removes the rejects of an import, which is read from the beginning again."""
        self._engine.run("delete from rejects where batch_id = :batch", {"batch": batch})
