"""Loads the records of a whole database (`store.maintenance.dump_records`) into an empty one, as a stream.

Every case is folded from its events, so that its state follows from its history, wherever the records come from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

import msgspec

from careconsole.domain.case.clocks import Due
from careconsole.domain.case.event import Event as Happened
from careconsole.domain.case.event import Writer, writer_of
from careconsole.domain.case.events import KINDS as FACTS
from careconsole.domain.case.evolve import fold
from careconsole.domain.case.state import Case as State
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import hint_of, suggest
from careconsole.domain.playbook.history import KINDS as PLAYBOOK_FACTS
from careconsole.domain.playbook.history import Written
from careconsole.domain.terminal_text import why_unstorable
from careconsole.store import Store
from careconsole.store.cases.case_rows import row_of
from careconsole.store.cases.repository import decode_fact, fact_of
from careconsole.store.engine.base import Engine, Row, RuleBroken, chunks
from careconsole.store.maintenance.dump_records import (
    COUNTED,
    FIRST,
    JSON,
    KINDS,
    LAST,
    Case,
    Cause,
    Command,
    Customer,
    CustomerAddress,
    CustomerId,
    End,
    Entry,
    Event,
    Import,
    MergedCustomer,
    Name,
    Order,
    Person,
    PersonId,
    PlaybookEvent,
    Record,
    Rejected,
    Setting,
    table_of,
)
from careconsole.store.maintenance.refold_words import refold_names
from careconsole.store.team.people import IDENTITY, is_identity

REEXPORT_HINT = hint_of("Nothing was loaded. Export it again: {}.", suggest("export all", out=...))
"""What to do about an export that cannot be loaded."""

_CASE_STAGE = (Case, Name, Event)
_STAGES: tuple[tuple[type[Record], ...], ...] = (
    *((Setting,), (Person,), (Import, Rejected), (PersonId,), (Customer, Order), (CustomerId,)),
    *((CustomerAddress,), (MergedCustomer,), (Cause,)),
    *((kind,) for kind in KINDS if table_of(kind) == "commands"),
    _CASE_STAGE,
    *((kind,) for kind in KINDS[KINDS.index(Event) + 1 :]),
)
"""The kinds of records, each after those it depends on; the kinds of one stage are interleaved."""
_STAGE = {kind: stage for stage, kinds in enumerate(_STAGES) for kind in kinds}
_AT_ONCE = 2_000
"""Records held in memory and written together."""
_WRITERS = {
    Writer.PERSON: "a person",
    Writer.IMPORT: "an import",
    Writer.SWEEP: "the sweep",
    Writer.MAIL: "a mail",
}
_LONG = re.compile(rb"\d{15}")
"""Only data with a number of this many digits is checked for times out of range: `LAST` has 15 digits."""


def fill(store: Store, records: Iterable[tuple[int, Record]]) -> dict[str, int]:
    """Loads records, each with its line number, into an empty database. Part of a write.

    Returns the number of records of each table. Raises Refused for a database that is not empty, and WrongUse, with the
    line, for records that are incomplete, out of order or invalid.
    """
    for kind in KINDS:
        where = f"where name <> '{IDENTITY}'" if kind is Setting else ""  # every database has that one
        if store.engine.fetch_one(f"select 1 from {table_of(kind)} {where} limit 1") is not None:
            raise Refused(
                f"{store.place} already has a team, and an export of everything needs an empty database.",
                "Give a new file: {}.",
                suggest("import careconsole", file=..., db="NEW.db"),
            )
    filling = _Filling(store)
    for line, record in records:
        filling.take(line, record)
    return filling.end()


def index_all_words(engine: Engine) -> None:
    """Indexes the words of all events for the search, in order of id, which is fast. Part of a write."""
    for rows in chunks(engine, "events", "id, kind, data", _AT_ONCE):
        words = [(number, fact_of(kind, data).search_text()) for number, kind, data in rows]
        engine.index_words([(number, text) for number, text in words if text])


class _Filling:
    """Takes records one by one and writes them in chunks."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._engine = store.engine
        self._counts: dict[str, int] = {table_of(kind): 0 for kind in KINDS}
        self._stage = 0
        self._line = 0
        self._waiting: dict[type[Record], list[Record]] = {kind: [] for kind in KINDS}
        self._held = 0
        self._histories: dict[int, list[Event]] = {}
        self._case = 0
        self._logged: dict[type[Record], int] = {Command: 0, PlaybookEvent: 0, Entry: 0}
        self._playbooks: dict[int, int] = {}
        self._identity = store.people.identity()
        self._people: list[Person] = []
        self._due_of: Callable[[State], Due | None] | None = None
        self._ended: End | None = None

    def take(self, line: int, record: Record) -> None:
        """Takes a record; raises WrongUse for one that is invalid or out of order."""
        self._line = line
        if self._ended is not None:
            raise self._wrong("something follows the last record")
        if isinstance(record, End):
            self._write()
            self._ended = record
            return
        kind = type(record)
        stage = _STAGE[kind]
        if stage < self._stage:
            raise self._wrong(f"{table_of(kind)} are in the wrong place")
        for name in _TEXTS[kind]:
            if why := why_unstorable(getattr(record, name) or ""):
                raise self._wrong(f"{name} {why}")
        # A case is written only when its history is complete.
        if stage > self._stage or (self._held >= _AT_ONCE and kind not in (Name, Event)):
            self._write()
        self._stage = stage
        if isinstance(record, Case):
            self._case = record.id
            self._histories[record.id] = []
        elif isinstance(record, Name | Event):
            self._belongs(record)
        elif isinstance(record, Command | PlaybookEvent | Entry):
            self._follows(record)
            if isinstance(record, PlaybookEvent):
                self._continues(record)
        elif isinstance(record, Person):
            self._people.append(record)
        elif isinstance(record, Setting) and record.name == IDENTITY:
            self._becomes(record)
        self._waiting[kind].append(record)
        self._counts[table_of(kind)] += 1
        self._held += 1

    def _belongs(self, record: Name | Event) -> None:
        if record.case_id != self._case:
            raise self._wrong(f"it is not next to its case, number {record.case_id}")
        if isinstance(record, Event):
            history = self._histories[self._case]
            if record.number != len(history) + 1:
                raise self._wrong(f"event {len(history) + 1} of case {self._case} is missing")
            if record.kind not in FACTS:
                raise self._wrong(f"there is no kind of event {record.kind!r}")
            whose = FACTS[record.kind].written_by
            writer = writer_of(record.actor_id, record.batch_id, whose)
            if writer is not whose and not (writer is Writer.MAIL and FACTS[record.kind].by_mail):
                raise self._wrong(f"{record.kind!r} is what {_WRITERS[whose]} writes, not {_WRITERS[writer]}")
            history.append(record)

    def _continues(self, record: PlaybookEvent) -> None:
        """Raises WrongUse unless it is the next event of its playbook, and can be read."""
        before = self._playbooks.get(record.playbook_id, 0)
        if record.number != before + 1:
            raise self._wrong(f"event {before + 1} of playbook {record.playbook_id} is missing")
        kind = PLAYBOOK_FACTS.get(record.kind)
        if kind is None:
            raise self._wrong(f"there is no kind of event {record.kind!r} of playbooks")
        if before == 0 and record.kind != Written.kind:
            raise self._wrong(f"playbook {record.playbook_id} does not begin with its text")
        try:
            msgspec.json.decode(record.data, type=kind)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise self._wrong(f"an event of playbook {record.playbook_id} cannot be read ({error})") from error
        self._playbooks[record.playbook_id] = record.number

    def _follows(self, record: Command | PlaybookEvent | Entry) -> None:
        """Raises WrongUse unless ids ascend: a log is chained as its rows are inserted, and must be in order of id."""
        kind, before = type(record), self._logged[type(record)]
        if record.id <= before:
            raise self._wrong(f"id {record.id} of {table_of(kind)} comes after id {before}; their ids must ascend")
        self._logged[kind] = record.id

    def _becomes(self, record: Setting) -> None:
        """Removes the database's identity, for the exported one to replace. Exports older than identities have none."""
        if not is_identity(record.value):
            raise self._wrong("this is not the identity of a database")
        self._must_fit("delete from team where name = ? and value = ?", [(IDENTITY, self._identity)])

    def end(self) -> dict[str, int]:
        """Does what needs all records, and returns their counts. Raises WrongUse if something is missing."""
        if self._ended is None:
            raise WrongUse("The export is cut off: its last record is missing.", REEXPORT_HINT)
        for table, count in self._counts.items():
            said = self._ended.rows.get(table, 0)
            if said != count:
                raise WrongUse(f"The export is incomplete: it has {count} of {said} rows of {table}.", REEXPORT_HINT)
        self._must_fit(
            "update people set cover_id = ?, batch_id = ? where id = ?",
            [(p.cover_id, p.batch_id, p.id) for p in self._people if p.cover_id is not None or p.batch_id is not None],
        )
        refold_names(self._engine)  # an older program may have written the export
        self._check_settings()
        self._check_causes()
        self._check_customers()
        for table in COUNTED:
            beyond = self._ended.last.get(table, 0) - self._engine.last_id(table)
            if beyond < 0:
                raise self._wrong(f"the highest number of {table} is too low")
            self._engine.reserve(table, beyond)
        index_all_words(self._engine)
        return self._counts

    def _write(self) -> None:
        for kind, records in self._waiting.items():
            if not records:
                continue
            if kind is Case:
                self._must_do(lambda rows: self._store.case_writer.add_rows(rows), list(map(self._row, records)))
            else:
                # People refer to one another and to imports, which refer to people: these columns are set at the end.
                left = ("cover_id", "batch_id") if kind is Person else ()
                names = [name for name in kind.__struct_fields__ if name not in left]
                marks = ", ".join("?" * len(names))
                json = JSON.get(table_of(kind), ())
                try:
                    rows = [_values(record, names, json) for record in records]
                except (msgspec.MsgspecError, ValueError, RecursionError) as error:
                    raise self._wrong(f"the {table_of(kind)} up to here cannot be read ({error})") from error
                if kind is Event:
                    self._must_do(self._store.case_writer.add_events, rows)
                else:
                    self._must_fit(f"insert into {table_of(kind)} ({', '.join(names)}) values ({marks})", rows)
            records.clear()
        self._histories.clear()
        self._held = 0

    def _row(self, record: Record) -> Row:
        """The row of a case, folded from its history."""
        assert isinstance(record, Case)
        if self._due_of is None:
            self._due_of = self._store.levels.due_of_many()
        if not self._histories[record.id]:
            raise self._wrong(f"case {record.id} has no history")
        try:
            case = fold(record.id, map(_event_of, self._histories[record.id]))
            assert case is not None
            return row_of(case, self._due_of(case), record.batch_id)
        except Exception as error:  # whatever fails, it is the file that is wrong
            raise self._wrong(f"the history of case {record.id} cannot be read ({error})") from error

    def _check_settings(self) -> None:
        """Raises WrongUse unless the roster and the service levels can be read."""
        try:
            self._store.people.roster()
            self._store.levels.service()
        except Exception as error:  # as above
            raise self._wrong(f"the settings of the team cannot be read ({error})") from error

    def _check_causes(self) -> None:
        """Raises WrongUse for a cause that counts as one which counts as another."""
        merged = "select 1 from causes join causes as other on other.id = causes.into_id"
        if self._engine.fetch_one(f"{merged} where other.into_id is not null limit 1") is not None:
            raise self._wrong("a cause counts as one that is merged itself")

    def _check_customers(self) -> None:
        """Raises WrongUse for a customer who counts as one that counts as another."""
        merged = "select 1 from merged_customers where into_id in (select customer_id from merged_customers) limit 1"
        if self._engine.fetch_one(merged) is not None:
            raise self._wrong("a customer counts as one that is merged itself")

    def _must_fit(self, sql: str, rows: list[Row]) -> None:
        self._must_do(lambda rows: self._engine.execute_many(sql, rows), rows)

    def _must_do(self, write: Callable[[Sequence[Row]], None], rows: list[Row]) -> None:
        try:
            write(rows)
        except RuleBroken as error:
            raise self._wrong(f"the records up to here are inconsistent ({error.__cause__})") from error

    def _wrong(self, what: str) -> WrongUse:
        return WrongUse(f"Line {self._line}: {what}.", REEXPORT_HINT)


_TEXTS = {kind: tuple(f.name for f in msgspec.structs.fields(kind) if f.type in (str, str | None)) for kind in KINDS}
"""The columns that hold text, by the kind of record."""


def _values(record: Record, names: Sequence[str], json: Sequence[str]) -> Row:
    return tuple(_text(getattr(record, name)) if name in json else getattr(record, name) for name in names)


def _text(raw: msgspec.Raw) -> str:
    """JSON as this program writes it, however the export wrote it: no white space, and no unnecessary escapes."""
    return msgspec.json.encode(msgspec.json.decode(raw)).decode()


def _event_of(e: Event) -> Happened:
    if _LONG.search(e.data):
        _check_times(msgspec.json.decode(e.data))
    fact = decode_fact(e.kind, _text(e.data))
    return Happened(e.number, e.at, e.recorded_at, fact, e.actor_id, e.command_id, e.batch_id)


def _check_times(value: object) -> None:
    """Raises ValueError for a number outside `FIRST` to `LAST`."""
    if isinstance(value, int) and not FIRST <= value <= LAST:
        raise ValueError(f"{value} is not a time")
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _check_times(inner)
