"""Cases and their histories: the row of a case, its events, and its ids in other systems."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec

from careconsole.domain.case.causes import causes_of
from careconsole.domain.case.clocks import Due
from careconsole.domain.case.event import Event, Fact
from careconsole.domain.case.events import KINDS
from careconsole.domain.case.state import MERGED, Case
from careconsole.domain.errors import Conflict
from careconsole.store.cases.case_rows import COLUMNS, row_of
from careconsole.store.cases.causes import name_causes
from careconsole.store.engine.base import Engine, Row
from careconsole.store.engine.decoding import reader, unreadable
from careconsole.store.engine.inserts import insert_rows

_CAUSES, _STATE = COLUMNS.index("causes"), COLUMNS.index("state")
_SET = ", ".join(f"{c} = :{c}" for c in COLUMNS[1:] if c != "batch_id")
_UPDATE = f"update cases set {_SET} where id = :id and version = :seen"
_UPDATE_ROWS = (
    f"update cases set {', '.join(f'{c} = ?' for c in COLUMNS[1:] if c != 'batch_id')} where id = ? and version = ?"
)
_encode = msgspec.json.Encoder().encode
_read_case = reader(Case)
_decoders: dict[str, msgspec.json.Decoder[Any]] = {}
_NO_NUMBER = "one of its numbers is not a number"


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


def decode_fact(kind: str, data: str) -> Fact:
    """The fact of this kind, from its JSON. Raises KeyError for an unknown kind, and msgspec's errors."""
    decoder = _decoders.get(kind)
    if decoder is None:
        decoder = _decoders[kind] = msgspec.json.Decoder(KINDS[kind])
    return decoder.decode(data)  # type: ignore[no-any-return]


def fact_of(kind: str, data: str, what: str = "An event") -> Fact:
    """The fact of this kind, from its JSON. Raises DatabaseCorrupt, naming it as `what`, if it cannot be read."""
    try:
        return decode_fact(kind, data)
    except KeyError as error:
        raise unreadable(what, f"there is no kind of event {kind!r}") from error
    except (msgspec.MsgspecError, TypeError, ValueError, RecursionError) as error:
        raise unreadable(what, error) from error


def event_of(case: int, row: Sequence[Any]) -> Event:
    """An event of a case from its columns: number, at, recorded_at, kind, data, and optionally actor, command, import.

    Every `Event` read from the database is made here. Raises DatabaseCorrupt for one that cannot be read.
    """
    number, at, recorded_at, kind, data, *by = row
    try:
        fact = decode_fact(kind, data)
    except (KeyError, msgspec.MsgspecError, TypeError, ValueError, RecursionError):
        fact = fact_of(kind, data, f"Event {number} of case {case}")  # says what is wrong, which is seldom needed
    if not type(number) is type(at) is type(recorded_at) is int:
        raise unreadable(f"Event {number} of case {case}", _NO_NUMBER)
    for one in by:
        if one is not None and type(one) is not int:
            raise unreadable(f"Event {number} of case {case}", _NO_NUMBER)
    return Event(number, at, recorded_at, fact, *by)


def case_of(number: int, state: str) -> Case:
    """The state of a case from its JSON. Raises DatabaseCorrupt for one that cannot be read."""
    return _read_case(state, f"Case {number}")


class Cases:
    """Reads and writes cases. Writes need a transaction around them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.changed: set[int] = set()
        """The cases that were there before and that commands or the sweep wrote events of, through this object."""

    def get(self, number: int) -> Case | None:
        """The state of a case, or None if there is no case of that number."""
        row = self._engine.fetch_one("select state from cases where id = :id", {"id": number})
        return case_of(number, row[0]) if row else None

    def last_asked(self, customer: int, but: int) -> int | None:
        """When a customer was last asked whether we did what we promised, or said it; on any case `but` this one."""
        row = self._engine.fetch_one(
            "select max(case when question_at > rated_at then question_at else rated_at end) from cases"
            " where customer_id = :customer and id <> :but and (question_at > 0 or rated_at > 0)",
            {"customer": customer, "but": but},
        )
        return row[0] if row else None

    def history(self, number: int) -> list[Event]:
        """The events of a case in order."""
        rows = self._engine.fetch_all(
            "select number, at, recorded_at, kind, data, actor_id, command_id, batch_id"
            " from events where case_id = :id order by number",
            {"id": number},
        )
        return [event_of(number, row) for row in rows]

    def entries(self, number: int) -> list[tuple[Event, bytes | None]]:
        """The events of a case in order, each with the identity of the imported row it came from, if any."""
        keys = self._engine.fetch_all("select row_key from events where case_id = :id order by number", {"id": number})
        return list(zip(self.history(number), (row[0] for row in keys), strict=True))

    def histories(
        self, where: str, params: dict[str, Any], until: int | None = None
    ) -> Iterable[tuple[int, list[Event]]]:
        """The histories of the cases that match `where` (a condition on the table cases), in order of case number.

        Events after `until` are left out. One case is in memory at a time: part of a read.
        """
        late = " and events.at <= :until" if until is not None else ""
        rows = self._engine.fetch_each(
            "select events.case_id, events.number, events.at, events.recorded_at, events.kind, events.data,"
            " events.actor_id, events.command_id, events.batch_id"
            f" from events where case_id in (select id from cases where {where}){late}"
            " order by events.case_id, events.number",
            {**params, "until": until} if until is not None else params,
        )
        for number, events in groupby(rows, itemgetter(0)):
            yield number, [event_of(number, row[1:]) for row in events]

    def with_replies(self) -> list[Case]:
        """The cases on which a reply by mail waits, or needs a person; reads all that ever had one."""
        wrote = "id in (select case_id from events where kind = 'reply written')"
        return [case for case in self.each_state(wrote, {}) if case.replies]

    def states(self, where: str, params: dict[str, Any]) -> list[Case]:
        """The states of the cases that match `where` (a condition on the table cases), by number."""
        # Sorted here: asked for that order, SQLite would read every case rather than use an index of a few.
        rows = self._engine.fetch_all(f"select id, state from cases where {where}", params)
        return [case_of(number, state) for number, state in sorted(rows)]

    def each_state(self, where: str, params: dict[str, Any]) -> Iterator[Case]:
        """As `states`, one case at a time, for very many of them, or for given numbers: part of a read."""
        rows = self._engine.fetch_each(f"select id, state from cases where {where} order by id", params)
        return (case_of(number, state) for number, state in rows)

    @contextmanager
    def like_cases(self, table: str, rows: Iterable[Row]) -> Iterator[None]:
        """Creates a temporary table like cases with these rows of `row_of`, each with the import of the case.

        SQLite may keep it in memory, so it is without the states, the longest part of a row, which no filter asks for.
        """
        self._engine.execute(f"create temporary table {table} as select * from cases where 1 = 0")
        try:
            insert_rows(self._engine, table, COLUMNS, ((*row[:_STATE], "", *row[_STATE + 1 :]) for row in rows))
            self._engine.execute(f"update {table} set batch_id = (select batch_id from cases where id = {table}.id)")
            yield
        finally:
            self._engine.execute(f"drop table {table}")

    def get_many(self, numbers: list[int]) -> dict[int, Case]:
        """The states of these cases, by number; unknown numbers are left out."""
        if not numbers:
            return {}
        among, params = self._engine.in_list("id", numbers)
        rows = self._engine.fetch_all(f"select id, state from cases where {among}", params)
        return {number: case_of(number, state) for number, state in rows}

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
        from careconsole.store.engine.digests import EVENT_FIELDS, chained  # not needed to read

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

    def by_external_folded(self, name: str) -> int | None:
        """The number of the one case known as `name`, SOURCE:ID in any ASCII case; None for none and for several."""
        rows = self._engine.fetch_all(
            "select distinct case_id from external_ids where lower(source||':'||external_id) = lower(:name) limit 2",
            {"name": name},
        )
        return int(rows[0][0]) if len(rows) == 1 else None

    def by_external(self, source: str, external: str) -> int | None:
        """The number of the case known as `external` in `source`, or None."""
        row = self._engine.fetch_one(
            "select case_id from external_ids where source = :source and external_id = :external",
            {"source": source, "external": external},
        )
        return int(row[0]) if row else None
