"""The other door: imported history. It passes by the rules that refuse, for it has happened, but never by the fold.

Lines are taken in the order of the file and gathered by case. A case's lines are put in the order of their times, ties
in file order. What is known already (the same source, case, time and content, counted among ties) changes nothing.
Lines that come late into a case that only imports have written take their place in its order; once people here have
worked on a case, later lines are kept in its history and change nothing.

Each part is one transaction, so a killed import leaves whole parts, and running it again does the rest. While nobody
else writes the parts are large; beside others they are small, with pauses in which those get their turn.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b

import msgspec

from careconsole.desk.session import Desk
from careconsole.domain.case import Case
from careconsole.domain.errors import RowsRejected
from careconsole.domain.evolve import begin, evolve
from careconsole.domain.facts import Absorbed, Event, Recorded, text_of
from careconsole.domain.lines import Line, Reject
from careconsole.domain.text import fold as folded
from careconsole.store.batches import Known
from careconsole.store.cases import event_row, row_of

LARGE, SMALL, PAUSE, POLITE_PARTS = 5000, 200, 0.03, 40
"""Rows of a part while alone and beside other writers, the pause in seconds after a small one, and for how many parts
an import stays polite after somebody else wrote."""


class Report(msgspec.Struct, kw_only=True):
    """What an import did, or with a dry run would do. Counts, and the number of its batch (None: nothing was new)."""

    batch: int | None = None
    rows: int = 0
    rejected: int = 0
    new_cases: int = 0
    changed_cases: int = 0
    unchanged_cases: int = 0
    new_events: int = 0
    late_events: int = 0
    new_people: int = 0
    new_customers: int = 0


def record(
    desk: Desk,
    lines: Iterable[Line | Reject],
    *,
    source: str,
    file: str,
    dry_run: bool = False,
    strict: bool = False,
    on_reject: Callable[[Reject], None] = lambda reject: None,
) -> Report:
    """Records another system's history under `source`, and says what was new.

    Rejects are handed to `on_reject` and the rest goes in; with `strict` the first one raises RowsRejected, and what
    went in before stays. A `dry_run` writes nothing.
    """
    recorder = _Recorder(desk, source, file, dry_run)
    for part in _parts(lines, recorder, strict, on_reject):
        recorder.take(part)
    return recorder.finish()


def _parts(
    lines: Iterable[Line | Reject], recorder: _Recorder, strict: bool, on_reject: Callable[[Reject], None]
) -> Iterator[dict[str, list[Line]]]:
    """Lines gathered by case, a part at a time.

    The case of the last line read, and whatever bears its very time, waits for the next part: so a case that stands
    together in the file comes whole, and rows that are the same in everything come together.
    """
    waiting: dict[str, list[Line]] = {}
    count = 0
    report = recorder.report
    for line in lines:
        report.rows += 1
        if isinstance(line, Reject):
            report.rejected += 1
            on_reject(line)
            if strict:
                raise RowsRejected(
                    f"Line {line.line} was rejected: {line.field}: {line.reason}.",
                    "Put it right and run the import again; what went in before it stays and is recognised.",
                )
            continue
        if count >= recorder.part_rows and line.external not in waiting:
            held = _held_back(waiting, line.at)
            yield waiting
            waiting = held
            count = sum(map(len, held.values()))
        group = waiting.get(line.external)
        if group is None:
            waiting[line.external] = [line]
        else:
            group.append(line)
        count += 1
    if waiting:
        yield waiting


def _held_back(waiting: dict[str, list[Line]], at: int) -> dict[str, list[Line]]:
    held = {}
    for external, lines in waiting.items():
        same = [line for line in lines if line.at == at]
        if same:
            held[external] = same
    for external, same in held.items():
        rest = [line for line in waiting[external] if line.at != at]
        if rest:
            waiting[external] = rest
        else:
            del waiting[external]
    return held


class _Recorder:
    """Records part after part."""

    def __init__(self, desk: Desk, source: str, file: str, dry_run: bool) -> None:
        self.report = Report()
        self.part_rows = LARGE
        self._desk = desk
        self._source = source
        self._file = file
        self._dry_run = dry_run
        self._polite = 0
        self._people: dict[str, int] = {}
        self._customers: dict[str, int] = {}
        self._seen: set[str] = set()
        self._resumed = self._unfinished()
        self._batch = self._resumed

    def _unfinished(self) -> int | None:
        """The batch of an import of the same file that was killed: it is taken up again."""
        for batch in self._desk.store.batches.all():
            if batch.status == "running" and (batch.source, batch.file) == (self._source, self._file):
                return batch.number
        return None

    def take(self, part: dict[str, list[Line]]) -> None:
        """Records one part, as one transaction."""
        engine = self._desk.store.engine
        for lines in part.values():
            if len(lines) > 1:
                lines.sort(key=_time_of)
        if self._dry_run:
            engine.read(lambda: _Part(self, part, self._batch).look())
            return
        if engine.wait(0):
            self._polite = POLITE_PARTS
        outcome = engine.write(lambda: _Part(self, part, self._batch).write())
        self._batch = outcome.batch
        self._people.update(outcome.people)
        self._customers.update(outcome.customers)
        if len(self._customers) > 200_000:
            self._customers.clear()
        outcome.count(self.report)
        self.part_rows = SMALL if self._polite else LARGE
        if self._polite:
            self._polite -= 1
            time.sleep(PAUSE)

    def finish(self) -> Report:
        """Closes the batch with the counts of all that it brought, over several runs if it was killed between."""
        report = self.report
        report.batch = None if self._dry_run else self._batch
        if report.batch is None:
            return report
        store = self._desk.store
        number = report.batch

        def work() -> None:
            brought, events = store.batches.sizes(number)
            counts = {
                "rows": report.rows,
                "rejected": report.rejected,
                "cases": brought,
                "events": events,
                "late_events": report.late_events,
            }
            store.batches.update(number, "done", counts, self._desk.now())

        store.engine.write(work)
        return report


class _Part:
    """One part on its way into the database. It may run again from the start, so all it makes is its own."""

    def __init__(self, recorder: _Recorder, part: dict[str, list[Line]], batch: int | None) -> None:
        self._recorder = recorder
        self._desk = recorder._desk
        self._store = recorder._desk.store
        self._source = recorder._source
        self._part = part
        self.batch = batch
        self.people: dict[str, int] = {}
        self.customers: dict[str, int] = {}
        self._counts: Counter[str] = Counter()
        self._now = self._desk.now()

    def count(self, report: Report) -> None:
        """Adds what this part did to the report."""
        for name, count in self._counts.items():
            setattr(report, name, getattr(report, name) + count)

    def look(self) -> None:
        """Counts what would be new, and writes nothing."""
        new, known = self._split()
        seen = self._recorder._seen
        self._counts["new_cases"] += len(new.keys() - seen)
        self._counts["new_events"] += sum(map(len, new.values()))
        seen.update(new)
        for external, case in known.items():
            fresh = self._fresh(case.case, self._part[external])
            self._counts["new_events"] += len(fresh)
            self._counts["changed_cases" if fresh else "unchanged_cases"] += 1
        self.count(self._recorder.report)

    def write(self) -> _Part:
        """Records what is new."""
        new, known = self._split()
        changed = {}
        for external, case in known.items():
            fresh = self._fresh(case.case, self._part[external])
            if fresh:
                changed[external] = (case.case, fresh)
            else:
                self._counts["unchanged_cases"] += 1
        if new or changed:
            if self.batch is None:
                file = self._recorder._file
                self.batch = self._store.batches.begin(self._source, file, self._desk.person, self._now)
            self._name_people(new, changed)
            self._name_customers(new, changed)
            self._add_cases(new)
            for external, (number, fresh) in changed.items():
                self._add_lines(external, number, fresh)
        return self

    def _split(self) -> tuple[dict[str, list[Line]], dict[str, Known]]:
        known = self._store.batches.known(self._source, list(self._part))
        new = {external: lines for external, lines in self._part.items() if external not in known}
        differing = {}
        for external, case in known.items():
            if case.digest == _digest([line.key for line in self._part[external]]):
                self._counts["unchanged_cases"] += 1
            else:
                differing[external] = case
        return new, differing

    def _fresh(self, number: int, lines: list[Line]) -> list[Line]:
        """The lines that are not stored yet; of rows that are the same in everything, those beyond the stored ones."""
        stored = Counter(self._stored_keys(number))
        fresh = []
        for line in lines:
            if stored[line.key] > 0:
                stored[line.key] -= 1
            else:
                fresh.append(line)
        return fresh

    def _stored_keys(self, number: int) -> list[bytes]:
        keys = self._store.batches.row_keys(number)
        for event in self._store.cases.history(number):
            if isinstance(event.fact, Absorbed):
                keys += self._stored_keys(event.fact.loser)
        return keys

    def _name_people(self, new: dict[str, list[Line]], changed: dict[str, tuple[int, list[Line]]]) -> None:
        if not self._recorder._people:
            self.people = self._store.people.numbers()
        known = {**self._recorder._people, **self.people}
        missing: dict[str, str] = {}
        for line in _lines(new, changed):
            name = line.owner
            if name is not None and (key := folded(name)) not in known:
                missing.setdefault(key, name)
        if missing:
            assert self.batch is not None
            self.people.update(self._store.people.bring(list(missing.values()), self.batch))
            self._counts["new_people"] += len(missing)

    def _name_customers(self, new: dict[str, list[Line]], changed: dict[str, tuple[int, list[Line]]]) -> None:
        cache = self._recorder._customers
        wanted: dict[str, str] = {}
        for line in _lines(new, changed):
            name = line.customer
            if name and (key := folded(name)) not in cache:
                wanted.setdefault(key, " ".join(name.split()))
        if not wanted:
            return
        self.customers.update(self._store.customers.numbers(list(wanted)))
        missing = {key: name for key, name in wanted.items() if key not in self.customers}
        if missing:
            assert self.batch is not None
            self.customers.update(self._store.customers.bring(missing, self.batch))
            self._counts["new_customers"] += len(missing)

    def _add_cases(self, new: dict[str, list[Line]]) -> None:
        if not new:
            return
        engine, spans, batch = self._store.engine, self._desk.spans, self.batch
        number = engine.reserve("cases", len(new))
        event_id = engine.reserve("events", sum(map(len, new.values())))
        rows, events, names, words = [], [], [], []
        for external, lines in new.items():
            case: Case | None = None
            for count, line in enumerate(lines, start=1):
                fact = self._fact(case, external, line)
                event = Event(count, line.at, self._now, fact, None, None, batch)
                case = begin(number, event) if case is None else evolve(case, event)
                events.append(event_row(event_id, number, event, line.key, "recorded"))
                if fact.subject or fact.description:
                    words.append((event_id, text_of(fact)))
                event_id += 1
            assert case is not None
            rows.append(row_of(case, spans, batch))
            names.append((self._source, external, number, _digest([line.key for line in lines])))
            number += 1
        self._store.cases.add_rows(rows)
        self._store.cases.add_events(events)
        self._store.batches.name(names)
        engine.index_words(words)
        self._counts["new_cases"] += len(rows)
        self._counts["new_events"] += len(events)

    def _add_lines(self, external: str, number: int, fresh: list[Line]) -> None:
        """Adds lines to a case that is there: in their place, or without effect once people have worked on it."""
        cases = self._store.cases
        history = cases.entries(number)
        case = cases.get(number)
        assert case is not None
        self._counts["changed_cases"] += 1
        self._counts["new_events"] += len(fresh)
        if any(event.batch is None for event, _ in history):
            self._counts["late_events"] += len(fresh)
            events = [
                Event(case.version + i, line.at, self._now, self._late(external, line), None, None, self.batch)
                for i, line in enumerate(fresh, start=1)
            ]
            after = case
            for event in events:
                after = evolve(after, event)
            cases.save(after, case.version, self._desk.spans)
            cases.append(number, events, [line.key for line in fresh])
        else:
            self._weave(external, case, history, fresh)
        keys = sorted(cases.entries(number), key=lambda entry: entry[0].at)
        digest = _digest([key for _, key in keys if key is not None])
        self._store.batches.name([(self._source, external, number, digest)])

    def _weave(
        self, external: str, case: Case, history: list[tuple[Event, bytes | None]], fresh: list[Line]
    ) -> None:
        """Puts lines into the order of time of a case that only imports have written, and folds it anew."""
        from careconsole.desk.rollback import restore_entries

        entries: list[tuple[Event | Line, bytes | None]] = [*history, *((line, line.key) for line in fresh)]
        entries.sort(key=lambda entry: entry[0].at)  # stable: what was there already comes first among ties
        woven: list[tuple[Event, bytes | None]] = []
        after: Case | None = None
        for count, (entry, key) in enumerate(entries, start=1):
            if isinstance(entry, Line):
                fact = self._fact(after, external, entry)
                event = Event(count, entry.at, self._now, fact, None, None, self.batch)
            else:
                event = msgspec.structs.replace(entry, number=count)
            after = begin(case.number, event) if after is None else evolve(after, event)
            woven.append((event, key))
        restore_entries(self._desk, case, woven)

    def _fact(self, case: Case | None, external: str, line: Line) -> Recorded:
        """What a line says that was not so before it."""
        owner = self._person(line.owner)
        customer = self._customer(line.customer)
        if case is None:
            return Recorded(
                external=(self._source, external),
                owner=owner,
                nobody=line.nobody,
                level=line.level or None,
                status=line.status,
                label=line.label,
                customer=customer,
                subject=line.subject,
                description=line.description,
                priority=line.priority,
                channel=line.channel,
                tags=line.tags,
                fields=line.fields,
            )
        fields = {k: v for k, v in line.fields.items() if case.fields.get(k) != v} if line.fields else None
        return Recorded(
            owner=None if owner == case.owner else owner,
            nobody=line.nobody and case.owner is not None,
            level=None if line.level == case.level else line.level,
            status=line.status,
            label="" if line.label == case.label else line.label,
            customer=None if customer == case.customer else customer,
            subject="" if line.subject == case.subject else line.subject,
            description="" if line.description == case.description else line.description,
            priority=None if line.priority == case.priority else line.priority,
            channel=None if line.channel == case.channel else line.channel,
            tags=tuple(tag for tag in line.tags if tag not in case.tags),
            fields=fields or None,
        )

    def _late(self, external: str, line: Line) -> Recorded:
        return msgspec.structs.replace(self._fact(None, external, line), level=line.level, external=None, inert=True)

    def _person(self, name: str | None) -> int | None:
        if name is None:
            return None
        key = folded(name)
        number = self.people.get(key)
        return self._recorder._people[key] if number is None else number

    def _customer(self, name: str | None) -> int | None:
        if not name:
            return None
        key = folded(name)
        number = self.customers.get(key)
        return self._recorder._customers[key] if number is None else number


def _lines(new: dict[str, list[Line]], changed: dict[str, tuple[int, list[Line]]]) -> Iterator[Line]:
    for lines in new.values():
        yield from lines
    for _, fresh in changed.values():
        yield from fresh


def _time_of(line: Line) -> int:
    return line.at


def _digest(keys: list[bytes]) -> bytes:
    return blake2b(b"".join(keys), digest_size=8).digest()
