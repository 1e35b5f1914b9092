"""Checks whether a database is sound: its file, its schema, and all stored data against digests and histories.

Damage never stops the check: data that cannot be read is a problem like any other. Cases are read in chunks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import msgspec

from careconsole.domain.case.evolve import fold
from careconsole.domain.errors import CareError
from careconsole.store import Store
from careconsole.store.cases.case_rows import COLUMNS, row_of
from careconsole.store.cases.repository import case_of, event_of
from careconsole.store.engine import digests
from careconsole.store.engine.base import (
    LEAST_ID,
    AccessPrevented,
    Busy,
    DatabaseMissing,
    Engine,
    NewerSchema,
    Row,
    chunks,
)
from careconsole.store.maintenance.contents import check_contents
from careconsole.store.maintenance.heads import Head, parse_head
from careconsole.store.maintenance.soundness import LOGS, NOT_AS_WRITTEN, Soundness, Words
from careconsole.store.maintenance.stored_state import says
from careconsole.store.team.people import is_identity

if TYPE_CHECKING:
    from careconsole.domain.case.clocks import Due
    from careconsole.domain.case.event import Event
    from careconsole.domain.case.state import Case

MOST = 50
"""The most problems reported."""
_AT_ONCE = 200
"""Cases held in memory together."""
_BATCH, _STATE = len(COLUMNS) - 2, len(COLUMNS) - 1
"""The last columns of a case's row, its import and the JSON of its state; those before follow from its history."""
_EVENTS = (*digests.EVENT_FIELDS, "digest", "redacted")
_DIGEST = len(digests.EVENT_FIELDS)
_event = itemgetter(
    *map(_EVENTS.index, ("number", "at", "recorded_at", "kind", "data", "actor_id", "command_id", "batch_id"))
)
"""What `event_of` takes of a row of _EVENTS."""
_NO_DAMAGE = (Busy, DatabaseMissing, NewerSchema, AccessPrevented)
"""Failures of the environment; they end the check, because they say nothing about the stored data."""


class Report(msgspec.Struct, frozen=True):
    """The result of a check: problems as sentences, and the head, a digest of all histories and logs up to now.

    A head that is kept elsewhere shows later whether the data of that time is unchanged. It is empty with problems.
    `warnings` say what could not be checked.
    """

    problems: list[str]
    head: str
    warnings: list[str] = []


class _Enough(Exception):
    """The most problems to report have been found."""


def check(store: Store, expected: str | None = None, most: int = MOST) -> Report:
    """Checks all stored data, and compares it with an earlier head (`expected`), if given.

    Raises WrongUse if `expected` is not a head, and Busy if others held the write lock for too long.
    """
    marks = parse_head(expected) if expected is not None else None
    checking = _Check(store, marks, most)
    try:
        checking.run()
        checking.read_contents()
        checking.ask_the_index()
    except _Enough:
        return Report(checking.problems, "", checking.all_warnings())
    return Report(checking.problems, "" if checking.problems else checking.head, checking.all_warnings())


def first_problem(store: Store) -> str | None:
    """The first problem that can be found without writing; None if there is none."""
    checking = _Check(store, None, 1)
    with suppress(_Enough):
        checking.run()
    return checking.problems[0] if checking.problems else None


class _Check:
    def __init__(self, store: Store, expected: tuple[int, int, int, str] | None, most: int) -> None:
        self._store, self._engine = store, store.engine
        self._expected, self._most = expected, most
        self.problems: list[str] = []
        self.warnings: list[str] = []
        self.head = ""
        self._own = _soundness_of(self._engine)
        self._words: Words | None = None

    def run(self) -> None:
        """Checks one consistent state, so that what others write meanwhile does not look like tampering."""
        self._engine.use_digests()
        self._engine.read(self._all)

    def ask_the_index(self) -> None:
        """Lets the search index check itself, where the file's check has not done it.

        It is the only part that takes the write lock and needs permission to write.
        """
        try:
            self._part("The search index", lambda: self._found(self._own.index()))
        except (AccessPrevented, Busy) as error:
            if isinstance(error, Busy) and not self.problems:
                raise
            self.warnings.append(f"The search index could not check itself: {error.message}")

    def all_warnings(self) -> list[str]:
        """What could not be checked, as sentences."""
        return [*self._own.warnings, *self.warnings]

    def read_contents(self) -> None:
        """Checks the contents of attached files, which are no part of the database's file."""
        self._part("The attached files", lambda: self._found(check_contents(self._store)))

    def _all(self) -> None:
        self._part("The file", self._file)
        self._part("The schema", self._schema)
        self._part("The counters", self._counters)
        for table in digests.PLAIN:
            self._part(f"The table {table}", lambda table=table: self._rows(table))  # type: ignore[misc]
        self._part("The settings", self._settings)
        self._words = self._new_words()
        try:
            self._part("The histories", self._chains)
            self._part("The search index", self._search)
        finally:
            if self._words is not None:
                self._words.close()

    def _problem(self, sentence: str) -> None:
        if sentence not in self.problems:
            self.problems.append(sentence)
        if len(self.problems) >= self._most:
            raise _Enough

    def _found(self, sentences: Sequence[str]) -> None:
        for sentence in sentences:
            self._problem(sentence)

    def _part(self, what: str, work: Callable[[], None]) -> bool:
        """Does a part of the check and returns whether it could be done; if not, that is a problem too."""
        try:
            work()
        except (_Enough, *_NO_DAMAGE):
            raise
        except CareError as error:
            self._problem(f"{what} cannot be read: {error.message}")
        except Exception as error:  # damaged values can break anything that works on them
            self._problem(f"{what} cannot be read ({type(error).__name__}).")  # its message may quote a customer
        else:
            return True
        return False

    # The file and its shape

    def _file(self) -> None:
        self._found(self._own.file())

    def _schema(self) -> None:
        self._found(self._own.schema())
        if self._engine.fetch_one("select 1 from maintenance limit 1") is not None:
            self._problem("The table maintenance is not empty: histories could be changed.")

    def _counters(self) -> None:
        for problem in self._own.counters():
            self._problem(problem)

    # The search index: the words are collected while the histories are read, so that no event is read twice

    def _new_words(self) -> Words | None:
        try:
            return self._own.words()
        except CareError:  # it will be reported as damage of the index
            return None

    def _search(self) -> None:
        self._found(self._own.search(self._words))

    # Tables with a digest in each row

    def _rows(self, table: str) -> None:
        keys, rows = self._own.wrong_rows(table, self._most)
        self._found([f"The row {_named(keys, row)} of {table} {NOT_AS_WRITTEN}." for row in rows])

    # Settings, histories and logs

    def _settings(self) -> None:
        store = self._store
        for what, read in (
            ("The team", store.people.roster),
            ("The duty rota", store.people.rota),
            ("The service levels", store.levels.service),
            ("The escalation paths", store.paths.paths),
        ):
            self._part(what, lambda read=read: (read(), None)[1])  # type: ignore[misc]
        self._part("The identity", self._identity)

    def _identity(self) -> None:
        if not is_identity(self._store.people.identity()):
            self._problem("The identity of the database is missing: 32 digits of 0-9 and a-f.")

    def _chains(self) -> None:
        now = Head(*(self._last(table) for table in ("events", "commands", "journal")))
        then = Head(*self._expected[:3]) if self._expected is not None else None
        heads = [now] if then is None else [now, then]
        whole = self._part("The cases", lambda: self._cases(heads))
        for table in LOGS:
            whole &= self._part(f"The table {table}", lambda table=table: self._log(table, heads))  # type: ignore[misc]
        if then is not None and self._expected is not None and not str(then).endswith(self._expected[3]):
            self._problem(
                "What was stored at the given head has changed since. Rolling back an import, or importing its rows in"
                " another order, also does that; see the journal and the list of imports."
            )
        if whole:
            self.head = str(now)

    def _last(self, table: str) -> int:
        row = self._engine.fetch_one(f"select coalesce(max(id), 0) from {table}")
        return int(row[0]) if row else 0

    def _log(self, table: str, heads: list[Head]) -> None:
        for stored, as_written, values in self._own.log(table):
            if not as_written:
                self._problem(f"The row id {values[0]} of {table}, or one before it, {NOT_AS_WRITTEN}.")
            for head in heads:
                if head.covers(table, values):
                    head.add(table, stored)

    def _cases(self, heads: list[Head]) -> None:
        try:
            due_of = self._store.levels.due_of_many()
        except Exception:  # reported with the settings
            due_of = None
        for part in chunks(self._engine, "cases", "id", _AT_ONCE, after=LEAST_ID):
            numbers = [row[0] for row in part]
            span = {"first": numbers[0], "last": numbers[-1]}
            try:
                self._some_cases(numbers, span, due_of, heads)
            except CareError:  # one value that is not valid text fails a whole chunk
                for number in numbers:
                    only = {"first": number, "last": number}
                    self._part(f"Case {number}", lambda n=number, o=only: self._some_cases([n], o, due_of, heads))  # type: ignore[misc]
            if self._words is not None and self._words.is_full():
                self._part("The search index", self._words.work)

    def _some_cases(
        self,
        numbers: list[int],
        span: dict[str, int],
        due_of: Callable[[Case], Due | None] | None,
        heads: list[Head],
    ) -> None:
        between = "between :first and :last"
        rows = self._engine.fetch_all(
            f"select {', '.join(COLUMNS)} from cases where id {between} order by id",
            span,
        )
        events: dict[int, list[Row]] = {number: [] for number in numbers}
        for row in self._engine.fetch_all(
            f"select {', '.join(_EVENTS)} from events where case_id {between} order by case_id, number",
            span,
        ):
            events.setdefault(row[1], []).append(row)
        for row in rows:
            self._case(row, events.get(row[0], []), due_of, heads)

    def _case(
        self, row: Row, events: list[Row], due_of: Callable[[Case], Due | None] | None, heads: list[Head]
    ) -> None:
        number = row[0]
        if not events:
            self._problem(f"Case {number} has no history.")
        before: bytes | int | None = row[_BATCH]
        marks: list[bytes | None] = [None] * len(heads)
        block: list[Sequence[Any]] = []
        for event in events:
            block.append(event[:_DIGEST])
            digest, redacted = event[_DIGEST:]
            if digest is None:
                continue
            if redacted is None:
                as_written = digest == digests.block_digest(before, block)
            else:
                as_written = redacted == digests.redacted_digest(digest, block)
            if not as_written:
                self._block(number, block)
            before = digest
            for place, head in enumerate(heads):
                if event[0] <= head.event:
                    marks[place] = digest
            block = []
        if block:
            self._block(number, block)
        for head, mark in zip(heads, marks, strict=True):
            if mark is not None:
                head.add(number, mark)
        self._part(f"Case {number}", lambda: self._history(row, events, due_of))

    def _block(self, case: int, block: Sequence[Sequence[Any]]) -> None:
        first, last = block[0][2], block[-1][2]
        which = f"its event {first}" if first == last else f"one of its events {first} to {last}"
        or_import = ", or the import it came from," if first == 1 else ""
        self._problem(f"Case {case}: {which}{or_import} {NOT_AS_WRITTEN}.")

    def _history(self, row: Row, events: list[Row], due_of: Callable[[Case], Due | None] | None) -> None:
        """Compares the stored case with the fold of its history."""
        number, state = row[0], row[_STATE]
        history: list[Event] = [event_of(number, _event(stored)) for stored in events]
        if self._words is not None:
            self._words.add([(stored[0], one.fact.search_text()) for stored, one in zip(events, history, strict=True)])
        case = fold(number, history)
        if case is None:
            case_of(number, state)
            return
        folded = row_of(case, None if due_of is None else due_of(case))
        # Nearly always the text is the one that this program writes; an older one may have left out other defaults.
        same = state == folded[_STATE] or says(state, case)
        if not same or (due_of is not None and folded[:_BATCH] != row[:_BATCH]):
            self._problem(f"Case {number} does not match its history.")


def _soundness_of(engine: Engine) -> Soundness:
    """The parts of the check for the engine of a database."""
    if engine.keeps_files:
        from careconsole.store.maintenance.sqlite_soundness import SqliteSoundness

        return SqliteSoundness(engine)
    from careconsole.store.maintenance.postgres_soundness import PostgresSoundness

    return PostgresSoundness(engine)


def _named(keys: list[str], row: Row) -> str:
    return ", ".join(f"{key} {value}" for key, value in zip(keys, row, strict=True))
