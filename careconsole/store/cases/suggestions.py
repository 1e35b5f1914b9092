"""Data for suggestions on a case, from earlier cases: who knows the customer, which tags are in use.

No query here scans all cases or all events: their rows are long, and there may be a million of them.
"""

from __future__ import annotations

from array import array
from typing import Any

from careconsole.domain.case.state import MERGED, VOID
from careconsole.store.engine.base import Engine
from careconsole.store.engine.search_words import still_said

_OPEN = 10_000
"""How many open cases, those due first, are searched for tags."""
_NEWEST = 2_000
"""How many of the newest cases, open or not, are searched for tags as well."""
_OF_CUSTOMER = 200
"""How many of a customer's newest cases are searched for their owners."""
_LATELY = 500
"""How many of a case's latest events are searched for who worked on it."""


class Suggestions:
    """Reads the data that suggestions are based on."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def has_playbooks(self) -> bool:
        """Whether a playbook was ever written."""
        return self._engine.fetch_one("select 1 from playbook_events limit 1") is not None

    def owners_of(self, customer: int) -> dict[int, int]:
        """How many of a customer's newest cases, open or not, each owner has, by owner."""
        rows = self._engine.fetch_all(
            "select owner_id, count(*) from (select owner_id from cases"
            " where customer_id = :customer and status not in (:void, :merged)"
            f" order by opened_at desc limit {_OF_CUSTOMER}) as newest where owner_id is not null group by owner_id",
            {"customer": customer, "void": VOID, "merged": MERGED},
        )
        return {row[0]: int(row[1]) for row in rows}

    def workers_on(self, case: int) -> set[int]:
        """The people who wrote the latest events of a case."""
        rows = self._engine.fetch_all(
            "select distinct actor_id from (select actor_id from events where case_id = :id"
            f" order by number desc limit {_LATELY}) as latest where actor_id is not null",
            {"id": case},
        )
        return {row[0] for row in rows}

    def tagged(self) -> dict[tuple[str, ...], array[int]]:
        """The tagged ones among the open and the newest cases, by their tags."""
        return self._by_tags(
            "select id, tags from (select id, tags from cases where status = 'open'"
            f" order by due_at, waiting_since, opened_at, id limit {_OPEN}) as pressing where tags <> ''"
            " union select id, tags from (select id, tags, status from cases"
            f" order by id desc limit {_NEWEST}) as newest where tags <> '' and status <> :void",
            {},
        )

    def tags_of(self, cases: list[int]) -> dict[tuple[str, ...], array[int]]:
        """Those of these cases that have tags and are not void, by their tags."""
        among, params = self._engine.in_list("id", cases)
        return self._by_tags(f"select id, tags from cases where {among} and tags <> '' and status <> :void", params)

    def _by_tags(self, cases: str, params: dict[str, Any]) -> dict[tuple[str, ...], array[int]]:
        """The cases of a query (id, tags) by their tags: fewer rows than cases, as most have tags that others have."""
        rows = self._engine.fetch_all(
            f"select tags, {self._engine.joined('id')} from ({cases}) as tagged group by tags", {**params, "void": VOID}
        )
        return {tuple(row[0].strip("|").split("|")): array("q", map(int, str(row[1]).split(","))) for row in rows}

    def last_event(self) -> int:
        """The id of the newest event, an estimate of their number; 0 without any."""
        row = self._engine.fetch_one("select coalesce(max(id), 0) from events")
        return int(row[0]) if row else 0

    def cases_of(self, events: list[int]) -> dict[int, int]:
        """The case of each of these events, by event id, without what was undone or moved to another case."""
        among, params = self._engine.in_list("id", events)
        stands = still_said(self._engine)
        return dict(self._engine.fetch_all(f"select id, case_id from events where {among} and {stands}", params))
