"""How much work there was in a time: when cases were opened, which were escalated then, and which there were at all."""

from __future__ import annotations

from array import array
from typing import Any

from careconsole.store.engine.base import Engine


class Exposure:
    """Reads what exceptions are compared with."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def opened(self, since: int) -> array[int]:
        """When the cases were opened that were opened at `since` or later (epoch milliseconds), in order of time.

        Void cases, whose opening was undone, do not count.
        """
        rows = self._engine.fetch_each(
            "select opened_at from cases where opened_at >= :since and status <> 'void' order by opened_at",
            {"since": since},
        )
        return array("q", (row[0] for row in rows))

    def touched(self, since: int) -> array[int]:
        """The cases that are open, or on which something happened at `since` or later, by number."""
        return self._engine.fetch_numbers(
            "select id from cases where status = 'open' or changed_at >= :since order by id", {"since": since}
        )

    def imported(self, since: int) -> int:
        """How many of the cases that were opened at `since` or later came from another system."""
        row = self._engine.fetch_one(
            "select count(*) from cases where opened_at >= :since and batch_id is not null and status <> 'void'",
            {"since": since},
        )
        return int(row[0]) if row else 0

    def escalated(self, since: int) -> list[int]:
        """The cases on which somebody here called for help at `since` or later, by number."""
        rows = self._engine.fetch_all(
            "select distinct case_id from events where kind in ('escalated', 'skipped') and at >= :since"
            " and batch_id is null order by case_id",
            {"since": since},
        )
        return [row[0] for row in rows]

    def thanked(self, since: int) -> list[int]:
        """The cases on which something was recorded as thanks at `since` or later, by number."""
        rows = self._engine.fetch_all(
            "select distinct case_id from events where at >= :since and instr(data, '\"thanks\"') > 0 order by case_id",
            {"since": since},
        )
        return [row[0] for row in rows]

    def touched_among(self, where: str, params: dict[str, Any], since: int, until: int) -> array[int]:
        """The cases that match `where`, opened by `until`, that are open or to which something happened since `since`.

        Times are epoch milliseconds.
        """
        return self._engine.fetch_numbers(
            f"select id from cases where ({where}) and opened_at <= :touched_until"
            " and (status = 'open' or changed_at >= :touched_since) order by id",
            {**params, "touched_since": since, "touched_until": until},
        )
