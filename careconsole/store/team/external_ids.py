"""By what the sources of imports know people and customers."""

from __future__ import annotations

from collections.abc import Collection

from careconsole.store.engine.base import Engine


class ExternalIds:
    """The ids that sources have for those in one table: `kind` is "person" or "customer"."""

    def __init__(self, engine: Engine, kind: str) -> None:
        self._engine = engine
        self._table, self._column = f"{kind}_ids", f"{kind}_id"

    def numbers(self, source: str, ids: list[str]) -> dict[str, int]:
        """The numbers of those whom `source` knows by these ids, by id."""
        among, params = self._engine.among("external_id", ids)
        return dict(
            self._engine.all(
                f"select external_id, {self._column} from {self._table} where source = :source and {among}",
                {"source": source, **params},
            )
        )

    def held(self, source: str, numbers: list[int]) -> set[int]:
        """Those among `numbers` whom `source` knows by an id."""
        among, params = self._engine.among(self._column, numbers)
        rows = self._engine.all(
            f"select {self._column} from {self._table} where source = :source and {among}",
            {"source": source, **params},
        )
        return {row[0] for row in rows}

    def learn(self, source: str, numbers: dict[str, int], batch: int) -> None:
        """Stores that `source` knows these by such ids (number by id), as an import told."""
        self._engine.many(
            f"insert into {self._table} (source, external_id, {self._column}, batch_id) values (?, ?, ?, ?)",
            [(source, id, number, batch) for id, number in numbers.items()],
        )

    def unlearn(self, batch: int, spoken_of: Collection[tuple[str | None, int | None]]) -> None:
        """Removes the ids that an import told first, but for those of (source, number) in `spoken_of`."""
        told = self._engine.all(
            f"select source, {self._column}, external_id from {self._table} where batch_id = :batch", {"batch": batch}
        )
        self._engine.many(
            f"delete from {self._table} where source = ? and external_id = ?",
            [(source, id) for source, number, id in told if (source, number) not in spoken_of],
        )

    def forget(self, number: int) -> None:
        """Removes all ids of somebody, who is about to be removed."""
        self._engine.run(f"delete from {self._table} where {self._column} = :number", {"number": number})
