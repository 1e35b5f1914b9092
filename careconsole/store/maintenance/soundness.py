"""What only one engine can say of its soundness; `store.maintenance.damage_check` asks the engine of the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from careconsole.store.engine import digests
from careconsole.store.engine.base import Row

NOT_AS_WRITTEN = "differs from what was written"
LOGS = {
    "commands": ("chain, null", digests.COMMAND_FIELDS),
    "journal": ("digest, redacted", digests.JOURNAL_FIELDS),
    "playbook_events": ("digest, redacted", digests.PLAYBOOK_FIELDS),
}
"""The tables that never lose a row: of each its digest and that of a redacted row, and the columns they cover."""


class Words(Protocol):
    """Makes the words of events searchable again, as they are read, to be compared with the search index."""

    def add(self, words: list[tuple[int, str]]) -> None:
        """Takes events, each with its id and its words."""

    def is_full(self) -> bool:
        """Whether so many words are waiting that `work` should be called."""

    def work(self) -> None:
        """Does what is to be done with the words that wait."""

    def close(self) -> None:
        """Frees what it holds."""


class Soundness(Protocol):
    """The parts of the check that differ between the engines. Problems are sentences."""

    warnings: list[str]
    """What could not be checked, as sentences."""

    def file(self) -> list[str]:
        """What is wrong with the file, or with what the server stores, and references to nothing."""

    def schema(self) -> list[str]:
        """Where the tables differ from those that careconsole makes."""

    def counters(self) -> Iterator[str]:
        """Where the highest number ever given is not the one that is known."""

    def wrong_rows(self, table: str, most: int) -> tuple[list[str], list[Row]]:
        """The columns of the key of a table, and the keys of its rows whose digests do not match, at most `most`."""

    def log(self, table: str) -> Iterator[tuple[bytes | None, bool, Sequence[Any]]]:
        """The rows of a log in order: the chained digest, whether it is right, and the columns that it covers."""

    def words(self) -> Words | None:
        """For the words of the events; None if there is no index."""

    def search(self, words: Any) -> list[str]:
        """Where the index differs from the words of all events, which `words` was given; None if it was not there."""

    def index(self) -> list[str]:
        """What the index says of itself; this may write."""


def counter_problem(table: str, digest: object, given: int, number: int | None, highest: int) -> str:
    """What is wrong with the counter of a table; empty if nothing.

    `given` is the counter, `number` what was noted of it, and `highest` the highest number in the table. A rollback of
    an import can delete the highest cases and events.
    """
    short = highest != number if table in LOGS else highest > (number or 0)
    if digest is not None or given != number or short:
        return f"The highest number of {table} is not the last given: rows may be missing at the end."
    return ""
