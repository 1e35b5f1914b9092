"""The ids that the sources of imports use for people and customers."""

from __future__ import annotations

from collections.abc import Collection

from careconsole.store.engine.base import Engine


class ExternalIds:
    """The external ids of people or of customers: `kind` is "person" or "customer".

    `merged` is the table that says who counts as whom, if there is one: ids of the one lead to the other.
    """

    def __init__(self, engine: Engine, kind: str, merged: str = "") -> None:
        self._engine = engine
        self._table, self._column = f"{kind}_ids", f"{kind}_id"
        self._merged = merged
        self._owner, self._from = self._column, self._table
        if merged:
            self._owner = f"coalesce(into_id, {self._table}.{self._column})"
            self._from = f"{self._table} left join {merged} on {merged}.{self._column} = {self._table}.{self._column}"

    def numbers(self, source: str, ids: list[str]) -> dict[str, int]:
        """The numbers behind these ids of `source`, by id; unknown ids are left out."""
        among, params = self._engine.in_list("external_id", ids)
        return dict(
            self._engine.fetch_all(
                f"select external_id, {self._owner} from {self._from} where source = :source and {among}",
                {"source": source, **params},
            )
        )

    def ids_of(self, number: int) -> list[tuple[str, str]]:
        """The ids of a person or customer, each with its source, in order."""
        rows = self._engine.fetch_all(
            f"select source, external_id from {self._table} where {self._column} = :number"
            f"{self._or_merged('into_id = :number')} order by source, external_id",
            {"number": number},
        )
        return [(row[0], row[1]) for row in rows]

    def held(self, source: str, numbers: list[int]) -> set[int]:
        """The ones among `numbers` that have an id in `source`."""
        own, params = self._engine.in_list(f"{self._table}.{self._column}", numbers)
        into, _ = self._engine.in_list("into_id", numbers)
        rows = self._engine.fetch_all(
            f"select {self._owner} from {self._from} where source = :source and ({own}{self._or_merged(into)})",
            {"source": source, **params},
        )
        return {row[0] for row in rows} & set(numbers)

    def _or_merged(self, condition: str) -> str:
        """Extends a condition on whose ids they are to those merged into them; both can use an index."""
        if not self._merged:
            return ""
        column = f"{self._table}.{self._column}"
        return f" or {column} in (select {self._column} from {self._merged} where {condition})"

    def learn(self, source: str, numbers: dict[str, int], batch: int) -> None:
        """Stores new ids of `source` (number by id) that an import brought."""
        self._engine.execute_many(
            f"insert into {self._table} (source, external_id, {self._column}, batch_id) values (?, ?, ?, ?)",
            [(source, id, number, batch) for id, number in numbers.items()],
        )

    def unlearn(self, batch: int, spoken_of: Collection[tuple[str | None, int | None]]) -> None:
        """Removes the ids that an import was the first to bring, except for (source, number) pairs in `spoken_of`."""
        told = self._engine.fetch_all(
            f"select source, {self._column}, external_id from {self._table} where batch_id = :batch", {"batch": batch}
        )
        self._engine.execute_many(
            f"delete from {self._table} where source = ? and external_id = ?",
            [(source, id) for source, number, id in told if (source, number) not in spoken_of],
        )

    def forget(self, number: int) -> None:
        """Removes all ids of a person or customer who is about to be removed."""
        self._engine.execute(f"delete from {self._table} where {self._column} = :number", {"number": number})
