"""Cases and their histories: the row of a case, its events, and its ids in other systems."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec

from careconsole.domain.case.event import Event, Fact
from careconsole.domain.case.events import KINDS
from careconsole.domain.case.state import Case
from careconsole.store.engine.base import Engine
from careconsole.store.engine.decoding import reader, unreadable

_read_case = reader(Case)
_decoders: dict[str, msgspec.json.Decoder[Any]] = {}
_NO_NUMBER = "one of its numbers is not a number"


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

    def get_many(self, numbers: list[int]) -> dict[int, Case]:
        """The states of these cases, by number; unknown numbers are left out."""
        if not numbers:
            return {}
        among, params = self._engine.in_list("id", numbers)
        rows = self._engine.fetch_all(f"select id, state from cases where {among}", params)
        return {number: case_of(number, state) for number, state in rows}

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
