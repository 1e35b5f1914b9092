"""Writes cases and their histories: what `repository` reads, with what is derived from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec

from careconsole.domain.case.causes import causes_of
from careconsole.domain.case.clocks import Due
from careconsole.domain.case.event import Event
from careconsole.domain.case.state import MERGED, Case
from careconsole.domain.errors import Conflict
from careconsole.store.cases.case_rows import COLUMNS, row_of
from careconsole.store.cases.causes import name_causes
from careconsole.store.cases.repository import case_of, fact_of
from careconsole.store.engine.base import Engine, Row
from careconsole.store.engine.digests import EVENT_FIELDS, chained
from careconsole.store.engine.inserts import insert_rows

_CAUSES, _STATE = COLUMNS.index("causes"), COLUMNS.index("state")
_SET = ", ".join(f"{c} = :{c}" for c in COLUMNS[1:] if c != "batch_id")
_UPDATE = f"update cases set {_SET} where id = :id and version = :seen"
_UPDATE_ROWS = (
    f"update cases set {', '.join(f'{c} = ?' for c in COLUMNS[1:] if c != 'batch_id')} where id = ? and version = ?"
)
_encode = msgspec.json.Encoder().encode


def event_row(
    event_id: int, case: int, event: Event, row_key: bytes | None = None, kind: str | None = None
) -> tuple[Any, ...]:
    """The row of one event, in the column order that `Cases.add_events` expects."""
    return (
        event_id,
        case,
        event.number,
        kind or event.fact.kind,
        event.at,
        event.recorded_at,
        event.actor,
        event.command,
        event.batch,
        row_key,
        _encode(event.fact).decode(),
    )


class CaseWriter:
    """Writes cases. Needs a transaction around it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.changed: set[int] = set()
        """The cases that were there before and that commands or the sweep wrote events of, through this object."""

    def save_rows(self, rows: list[tuple[Row, int]]) -> None:
        """Updates rows made by `row_of`, each given with its stored version; external ids are not updated.

        A row whose stored version is another is left as it is.
        """
        place = COLUMNS.index("batch_id")
        self._name_causes([row for row, _ in rows])
        self._engine.execute_many(_UPDATE_ROWS, [(*r[1:place], *r[place + 1 :], r[0], seen) for r, seen in rows])

    def add(self, case: Case, due: Due | None) -> None:
        """Stores a new case under its number (see `Engine.reserve`) and its external ids."""
        self.add_rows([row_of(case, due)])
        if case.external:
            self._sync_external(case)

    def save(self, case: Case, seen: int, due: Due | None) -> None:
        """Stores the state of a case. Raises Conflict if its stored version is not `seen`."""
        row = dict(zip(COLUMNS, row_of(case, due), strict=True))
        del row["batch_id"]
        if self._engine.execute(_UPDATE, {**row, "seen": seen}) != 1:
            raise Conflict(f"Case {case.number} has changed in the meantime.", "Look again and decide again.")
        self._sync_external(case)

    def _sync_external(self, case: Case) -> None:
        known = {
            (r[0], r[1])
            for r in self._engine.fetch_all(
                "select source, external_id from external_ids where case_id = :id", {"id": case.number}
            )
        }
        for source, external in set(case.external) - known:
            self._engine.execute(
                "insert into external_ids (source, external_id, case_id) values (:source, :external, :id)"
                " on conflict (source, external_id) do update set case_id = excluded.case_id",
                {"source": source, "external": external, "id": case.number},
            )
        # The ids of a merged case are not deleted here: the case it was merged into takes them over.
        lost = set() if case.status == MERGED else known - set(case.external)
        for source, external in lost:
            self._engine.execute(
                "delete from external_ids where source = :source and external_id = :external and case_id = :id",
                {"source": source, "external": external, "id": case.number},
            )

    def append(
        self, case: int, events: Sequence[Event], row_keys: Sequence[bytes | None] = (), *, begins: bool = False
    ) -> None:
        """Stores new events of a case and makes their words searchable. `begins`: it is new, and no import made it."""
        keys = row_keys or [None] * len(events)
        entries = [(case, event, key) for event, key in zip(events, keys, strict=True)]
        self.append_all(entries, {case: None} if begins else None)

    def append_all(self, entries: Sequence[tuple[int, Event, bytes | None]], new: dict[int, Any] | None = None) -> None:
        """Stores new events of several cases, each with its case and the identity of its imported row, if any.

        `new` as for `add_events`.
        """
        first = self._engine.reserve("events", len(entries))
        self.changed.update(case for case, event, _ in entries if event.number > 1 and event.batch is None)
        rows = [event_row(first + i, case, event, key) for i, (case, event, key) in enumerate(entries)]
        self.add_events(rows, new)
        if causes := [cause for _, event, _ in entries for cause in event.fact.causes]:
            name_causes(self._engine, causes)
        words = [(first + i, event.fact.search_text()) for i, (_, event, _) in enumerate(entries)]
        self._engine.index_words([(number, text) for number, text in words if text])

    def add_events(self, rows: Sequence[tuple[Any, ...]], new: dict[int, Any] | None = None) -> None:
        """Stores event rows made by `event_row`, those of each case in order, and chains them with digests.

        If all cases are new, `new` may say which import made each.
        """
        digested = chained(rows, new or self._digests_before(rows))
        insert_rows(self._engine, "events", (*EVENT_FIELDS, "digest"), digested)

    def _digests_before(self, rows: Sequence[tuple[Any, ...]]) -> dict[int, Any]:
        first = {row[1]: row[2] for row in reversed(rows)}
        before: dict[int, Any] = {}
        if begun := [case for case, number in first.items() if number == 1]:
            among, params = self._engine.in_list("id", begun)
            before.update(self._engine.fetch_all(f"select id, batch_id from cases where {among}", params))
        for case, number in first.items():
            if number > 1:
                last = self._engine.fetch_one(
                    "select digest from events where case_id = :case and number = :number",
                    {"case": case, "number": number - 1},
                )
                before[case] = last[0] if last is not None else None
        return before

    def add_rows(self, rows: Iterable[Row]) -> None:
        """Stores rows of new cases, made by `row_of`."""
        some = list(rows)
        self._name_causes(some)
        insert_rows(self._engine, "cases", COLUMNS, some)

    def _name_causes(self, rows: Iterable[Row]) -> None:
        """Gives every cause of these rows a row of its own, if it has none yet."""
        for row in rows:
            if row[_CAUSES]:
                name_causes(self._engine, causes_of(case_of(row[0], row[_STATE])))

    def replace_entries(self, case: int, entries: list[tuple[Event, bytes | None]]) -> None:
        """Replaces a case's history; only for cases without events written by a person."""
        with self._maintenance("history of an import in another order"):
            self._drop_events([case])
        self.append(case, [event for event, _ in entries], [key for _, key in entries])

    def remove(self, numbers: list[int]) -> None:
        """Removes imported cases, their histories and their external ids."""
        with self._maintenance("roll-back of an import"):
            for start in range(0, len(numbers), 500):
                some = numbers[start : start + 500]
                listed = ", ".join(str(int(n)) for n in some)
                self._drop_events(some)
                self._engine.execute(f"delete from external_ids where case_id in ({listed})")
                self._engine.execute(f"delete from cases where id in ({listed})")

    def _drop_events(self, numbers: list[int]) -> None:
        listed = ", ".join(str(int(n)) for n in numbers)
        rows = self._engine.fetch_all(f"select id, kind, data from events where case_id in ({listed})")
        words = [(row[0], fact_of(row[1], row[2]).search_text()) for row in rows]
        self._engine.forget_words([(number, text) for number, text in words if text])
        self._engine.execute(f"delete from events where case_id in ({listed})")

    @contextmanager
    def _maintenance(self, reason: str) -> Iterator[None]:
        """Permits the deletion of events, which a trigger rejects otherwise; an error rolls the permission back."""
        self._engine.execute("insert into maintenance (reason) values (:reason)", {"reason": reason})
        yield
        self._engine.execute("delete from maintenance")
