"""The causes that were named, and the cases on which they came up.

A row of a cause is written with the first case that has it (`name_causes`), and never deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from careconsole.domain.case.causes import Causes, NamedCause, cause_key, causes_of
from careconsole.domain.case.state import Case
from careconsole.store.engine.base import Engine
from careconsole.store.engine.decoding import reader

_LATELY = 5_000
"""How many of the cases with a cause, those that changed last, are searched for what is in use."""
_keys = reader(list[str])


def stored_causes(case: Case) -> str:
    """The keys of a case's causes as its row has them: a JSON array, empty without any."""
    if not (labels := causes_of(case)):
        return ""
    return msgspec.json.encode(list(dict.fromkeys(map(cause_key, labels)))).decode()


def name_causes(engine: Engine, labels: Iterable[str]) -> None:
    """Adds the causes of these labels that were never named. Part of a write."""
    engine.execute_many(
        "insert into causes (label, folded) values (?, ?) on conflict (folded) do nothing",
        [(label, cause_key(label)) for label in labels],
    )


class CauseTable:
    """Reads and writes the causes. Writes need a transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self) -> Causes:
        """Every cause that was named."""
        rows = self._engine.fetch_all("select id, label, folded, into_id from causes order by id")
        return Causes(NamedCause(number=row[0], label=row[1], key=row[2], into=row[3]) for row in rows)

    def named(self, label: str) -> NamedCause:
        """The cause of a label, which is added if it was never named."""
        name_causes(self._engine, [label])
        found = self.all().find(label)
        assert found is not None
        return found

    def save(self, causes: Iterable[NamedCause]) -> None:
        """Stores the labels of causes, and what they count as."""
        for one in causes:
            self._engine.execute(
                "update causes set label = :label, into_id = :into where id = :id",
                {"label": one.label, "into": one.into, "id": one.number},
            )

    def lately(self) -> list[tuple[int, list[str]]]:
        """The cases that have causes, those that changed last first, each with their keys."""
        rows = self._engine.fetch_all(
            f"select id, causes from cases where causes <> '' order by changed_at desc limit {_LATELY}"
        )
        return [(row[0], _keys(row[1], f"Case {row[0]}")) for row in rows]

    def cases(self, keys: Sequence[str], newest: int) -> list[int]:
        """The newest cases on which one of these keys came up, the newest first."""
        where, params = self.where(keys)
        rows = self._engine.fetch_all(
            f"select id from cases where {where} order by id desc limit :newest", {**params, "newest": newest}
        )
        return [row[0] for row in rows]

    def where(self, keys: Sequence[str]) -> tuple[str, dict[str, Any]]:
        """The cases on which one of these keys came up, as a condition on the table cases, and its parameters."""
        among, params = self._engine.in_list("one.value", list(keys))
        return f"causes <> '' and exists (select 1 from json_each(causes) as one where {among})", params
