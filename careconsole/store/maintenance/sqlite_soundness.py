"""What SQLite says of its soundness, and the checks that need its own statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from careconsole.domain.errors import CareError
from careconsole.store.engine import digests
from careconsole.store.engine.base import Engine, Row
from careconsole.store.engine.driver import CHECKS_SEARCH_INDEX
from careconsole.store.engine.schema_version import LATEST
from careconsole.store.maintenance.search_check import Reindexing, index_problems, reindexing, search_problems
from careconsole.store.maintenance.shape import differences
from careconsole.store.maintenance.soundness import LOGS, NOT_AS_WRITTEN, counter_problem


class SqliteSoundness:
    """Soundness of a SQLite database; see `store.maintenance.soundness.Soundness`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.warnings: list[str] = []

    def file(self) -> list[str]:
        """SQLite's own checks."""
        rows = self._engine.fetch_all("pragma integrity_check(20)")
        found = [f"{_whose(row[0])}: {row[0]}." for row in rows if row[0] != "ok"]
        broken = self._engine.fetch_all("pragma foreign_key_check")[:20]
        return found + [f"A row of {row[0]} refers to nothing." for row in broken]

    def schema(self) -> list[str]:
        """The tables, the text of the schema, and the list of migrations."""
        found = [str(difference) for difference in differences(self._engine, LATEST)]
        seals = self._seals()
        changed = not found and seals.get("schema", (None, None))[1] != digests.schema_digest(self._engine)
        if changed:
            found.append(f"The text of the schema {NOT_AS_WRITTEN}.")
        if seals.get("migrations", (None, None))[1] != digests.migrations_digest(self._engine):
            found.append(f"The list of migrations {NOT_AS_WRITTEN}.")
        return found

    def _seals(self) -> dict[str, tuple[int | None, bytes | None]]:
        return {row[0]: (row[1], row[2]) for row in self._engine.fetch_all("select name, number, digest from seals")}

    def counters(self) -> Iterator[str]:
        """Compares SQLite's counters, the seals, and the tables."""
        given: dict[Any, Any] = dict(self._engine.fetch_all("select name, seq from sqlite_sequence"))
        seals = self._seals()
        for table, (number, digest) in seals.items():
            if table in ("schema", "migrations"):
                if number is not None:
                    yield f"The seal of the {table} {NOT_AS_WRITTEN}."
                continue
            last = self._engine.fetch_one(f"select coalesce(max(id), 0) from {table}")
            if problem := counter_problem(table, digest, given.get(table, 0), number, last[0] if last else 0):
                yield problem
        for name in sorted(map(str, given.keys() - seals.keys())):
            yield f"There is a counter {name} that careconsole did not make."

    def wrong_rows(self, table: str, most: int) -> tuple[list[str], list[Row]]:
        """Makes the digests anew; one by one if a value of the table is not valid text."""
        keys = [
            row[1]
            for row in sorted(self._engine.fetch_all(f"pragma table_info({table})"), key=lambda r: r[5])
            if row[5]
        ]
        listed = ", ".join(keys)
        wrong = f"select {listed} from {table} where digest is not {digests.digest_of_row(self._engine, table)}"
        try:
            rows = self._engine.fetch_all(f"{wrong} limit {most}")
        except CareError:  # one value that is not valid text fails the whole statement
            rows = list(self._one_by_one(table, wrong, keys))
        return keys, rows

    def _one_by_one(self, table: str, wrong: str, keys: list[str]) -> Iterator[Row]:
        # A key may not be valid text: as a blob it can be read and compared.
        for row in self._engine.fetch_all(f"select {', '.join(f'cast({key} as blob)' for key in keys)} from {table}"):
            among = " and ".join(f"cast({key} as blob) is :k{place}" for place, key in enumerate(keys))
            params = {f"k{place}": value for place, value in enumerate(row)}
            try:
                yield from self._engine.fetch_all(f"{wrong} and {among}", params)
            except CareError:
                yield tuple(value.decode(errors="replace") for value in row)

    def log(self, table: str) -> Iterator[tuple[bytes | None, bool, Sequence[Any]]]:
        """Makes the chain anew."""
        made, fields = LOGS[table]
        before: bytes | None = None
        for stored, redacted, *values in self._engine.fetch_each(
            f"select {made}, {', '.join(fields)} from {table} order by id"
        ):
            if redacted is None:
                as_written = stored == digests.row_digest(table, before, *values)
            else:
                as_written = redacted == digests.redacted_digest(stored, [values])
            yield stored, as_written, values
            before = stored

    def words(self) -> Reindexing | None:
        """An index in memory."""
        return reindexing(self._engine)

    def search(self, words: Reindexing | None) -> list[str]:
        """Compares checksums of what the two indexes hold."""
        return search_problems(self._engine, *((words.seen, words.total()) if words is not None else ()))

    def index(self) -> list[str]:
        """SQLite's own check of its search index, unless the check of the file has included it."""
        return [] if CHECKS_SEARCH_INDEX else index_problems(self._engine)


def _whose(problem: str) -> str:
    """What a row of SQLite's check of the file speaks of."""
    return "The search index is damaged" if "fts5" in problem.lower() else "The file"
