"""What earlier cases say about a case: who knows the customer, which causes and tags are in use.

Nothing here reads the whole table of cases or of events: their rows are long, and there may be a million of them.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from careconsole.domain.case.state import MERGED, VOID
from careconsole.store.engine.base import Engine
from careconsole.store.engine.decoding import reader

_COMMANDS = 1_000
"""So many of the latest escalations and reviews tell which causes are in use."""
_LOG = 50_000
"""And they are looked for among so many of the latest commands."""
_BULK = 1_000
"""Of one command on many cases, so many are looked at."""
_OPEN = 10_000
"""Of the open cases, so many tell which tags are in use: those that fall due first."""
_NEWEST = 2_000
"""So many of the newest cases do, open or not."""
_OF_CUSTOMER = 200
"""So many of a customer's newest cases tell who knows them."""
_LATELY = 500
"""So many of a case's last events tell who worked on it."""


class Told(msgspec.Struct, frozen=True):
    """Somebody told a cause, in an escalation or a review of case `case`, at `at` (epoch milliseconds)."""

    cause: str
    case: int
    at: int


class _Caused(msgspec.Struct):
    """What of an escalation or a review counts here."""

    cause: str = ""


_cause = reader(_Caused)
_cases = reader(list[int])


class Suggestions:
    """Reads what advice is made of."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def owners_of(self, customer: int) -> dict[int, int]:
        """Who owns how many of a customer's newest cases, open or not."""
        rows = self._engine.all(
            "select owner_id, count(*) from (select owner_id from cases"
            " where customer_id = :customer and status not in (:void, :merged)"
            f" order by opened_at desc limit {_OF_CUSTOMER}) as newest where owner_id is not null group by owner_id",
            {"customer": customer, "void": VOID, "merged": MERGED},
        )
        return {row[0]: int(row[1]) for row in rows}

    def workers_on(self, case: int) -> set[int]:
        """Who did something on a case."""
        rows = self._engine.all(
            "select distinct actor_id from (select actor_id from events where case_id = :id"
            f" order by number desc limit {_LATELY}) as latest where actor_id is not null",
            {"id": case},
        )
        return {row[0] for row in rows}

    def causes(self) -> list[Told]:
        """The causes that were told lately, the latest first. What was undone was not told."""
        # Events have no index by kind, and an import brings very many that tell no cause; the log of commands leads to
        # those that do.
        commands = self._engine.all(
            "select id, cases from commands where id > (select coalesce(max(id), 0) from commands) - :log"
            " and verb in ('escalate', 'review') and undone = 0 order by id desc limit :most",
            {"log": _LOG, "most": _COMMANDS},
        )
        given = {row[0] for row in commands}
        cases = sorted({number for row in commands for number in _cases(row[1], f"Command {row[0]}")[:_BULK]})
        if not cases:
            return []
        among, params = self._engine.among("case_id", cases)
        rows = self._engine.all(
            f"select case_id, at, data, command_id from events where {among} and kind in ('escalated', 'reviewed')"
            " order by id desc",
            params,
        )
        found = [
            Told(_cause(data, f"An event of case {case}").cause, case, at)
            for case, at, data, command in rows
            if command in given
        ]
        return [told for told in found if told.cause]

    def tagged(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Open cases and the newest ones, as far as they have tags: each with its tags."""
        rows = self._engine.all(
            "select id, tags from (select id, tags from cases where status = 'open'"
            f" order by due_at, waiting_since, opened_at, id limit {_OPEN}) as pressing where tags <> ''"
            " union select id, tags from (select id, tags, status from cases"
            f" order by id desc limit {_NEWEST}) as newest where tags <> '' and status <> :void",
            {"void": VOID},
        )
        return ((row[0], tuple(row[1].strip("|").split("|"))) for row in rows)

    def last_event(self) -> int:
        """The id of the newest event, which tells about how many there are; 0 without any."""
        row = self._engine.one("select coalesce(max(id), 0) from events")
        return int(row[0]) if row else 0

    def cases_of(self, events: list[int]) -> dict[int, int]:
        """The case of each of these events."""
        among, params = self._engine.among("id", events)
        return dict(self._engine.all(f"select id, case_id from events where {among}", params))
