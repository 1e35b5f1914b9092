"""The records that an import rejected, stored with it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from careconsole.domain.imported_record import RejectedRecord
from careconsole.store.engine.base import Engine

MOST = 10_000
"""The most rejects stored for an import; its counts hold how many there were."""
_LONGEST = 1_000
"""The most characters stored of a text."""


def storable(reject: RejectedRecord) -> RejectedRecord:
    """The reject as it is stored: texts truncated, and characters that no database takes as text escaped."""
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
        """Stores rejects of an import; the first of them gets the place `first` (places begin at 0)."""
        self._engine.execute_many(
            "insert into rejects (batch_id, place, file, line, field, reason, raw) values (?, ?, ?, ?, ?, ?, ?)",
            [(batch, first + n, r.file, r.line, r.field, r.reason, r.raw) for n, r in enumerate(rejects)],
        )

    def of(self, batch: int) -> list[RejectedRecord]:
        """The stored rejects of an import, in the order of its files."""
        rows = self._engine.fetch_all(
            "select line, field, reason, raw, file from rejects where batch_id = :batch order by place",
            {"batch": batch},
        )
        return [RejectedRecord(*row) for row in rows]

    def forget(self, batch: int) -> None:
        """Removes the rejects of an import that is read from the beginning again."""
        self._engine.execute("delete from rejects where batch_id = :batch", {"batch": batch})
