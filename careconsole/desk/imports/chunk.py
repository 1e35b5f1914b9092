"""One part of an import: some cases with their lines, examined or written as one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from operator import itemgetter

from msgspec.structs import replace

from careconsole.desk.imports.addresses import give
from careconsole.desk.imports.identities import AddressElsewhere, IdentityResolver
from careconsole.desk.imports.rewrite_history import rewrite, whole_entries
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.conflicts import merge_statements
from careconsole.domain.case.event import Event
from careconsole.domain.case.evolve import begin, evolve
from careconsole.domain.case.import_diff import reduce_entry
from careconsole.domain.case.import_events import IN, Imported
from careconsole.domain.case.inbound import classify
from careconsole.domain.case.state import CLOSED, Case
from careconsole.domain.case.tags import imported_tags
from careconsole.domain.imported_record import ImportedEntry
from careconsole.store.cases.case_rows import row_of
from careconsole.store.cases.case_writer import event_row
from careconsole.store.imports.batches import HistorySummary, digest_of

UNCHANGED, CHANGED, NEW = 1, 2, 3
"""What becomes of a case; when its lines come in several parts, the highest counts."""
_AT_ONCE = 1_600
"""New cases that are made and stored together."""


class ImportChunk:
    """One part of an import: lines by case, each case's in order of time.

    `counts` has what was new, by the field names of the report, `new` the numbers of the new cases, and `marks` what
    became of cases that had a number before; `late` has the cases that people here work on, with what their source said
    of them. `elsewhere` has the mail addresses that stay with other customers. `batch` is the import's number, or None
    as long as nothing was new. A transaction may run again, so each try creates a new `ImportChunk`.

    All parts of an import are recorded at one `moment`, that of the first, even if it was resumed: clocks start then,
    and parts recorded at their own times would fall due in the order of the file instead of by age.
    """

    def __init__(
        self,
        unit: UnitOfWork,
        names: IdentityResolver,
        source: str,
        file: str,
        lines: dict[str, list[ImportedEntry]],
        batch: int | None,
        moment: int | None = None,
    ) -> None:
        self.batch = batch
        self.moment = unit.now if moment is None else moment
        self.counts: Counter[str] = Counter()
        self.marks: list[tuple[int, int]] = []
        self.new = range(0)
        self.late: dict[int, tuple[Case, Imported]] = {}
        self.elsewhere: list[AddressElsewhere] = []
        self._unit = unit
        self._store = unit.store
        self._names = names
        self._source = source
        self._file = file
        self._part = lines
        self._stored: dict[int, HistorySummary] = {}

    def look(self, seen: set[str], late: dict[int, tuple[Case, Imported]]) -> None:
        """Counts what would be new, and writes nothing.

        `seen` are the new cases of earlier parts, and gets those of this one; `late` are earlier cases that people here
        work on.
        """
        new, changed = self._split()
        people, customers = self._names.look(_lines(new, changed))
        self.elsewhere = self._names.elsewhere
        worked_on = [number for number, _ in changed.values() if self._stored[number].worked_on]
        cases = self._store.cases.get_many(worked_on) if worked_on else {}
        for external, (number, fresh) in changed.items():
            if self._stored[number].worked_on:
                self.counts["late_events"] += len(fresh)
                case = late[number][0] if number in late else cases[number]
                for line in fresh:
                    case, _ = self._come_late(external, line, case, None)
            self.marks.append((number, CHANGED))
        self.counts["new_cases"] += len(new.keys() - seen)
        seen.update(new)
        self.counts["new_events"] += sum(1 for _ in _lines(new, changed))
        self.counts["new_people"] += people
        self.counts["new_customers"] += customers

    def write(self) -> None:
        """Records what is new."""
        new, changed = self._split()
        if new or changed:
            if self.batch is None:
                self.batch = self._store.batches.begin(self._source, self._file, self._unit.person, self.moment)
            people, customers = self._names.resolve(_lines(new, changed), self.batch)
            give(self._unit, self._names.gained, self.batch)
            self.elsewhere = self._names.elsewhere
            self.counts["new_people"] += people
            self.counts["new_customers"] += customers
            self._add_cases(new)
            self._add_lines(changed)

    def _split(self) -> tuple[dict[str, list[ImportedEntry]], dict[str, tuple[int, list[ImportedEntry]]]]:
        """The lines of new cases, and the new lines of known cases, with their numbers."""
        batches = self._store.batches
        known = batches.imported_cases(self._source, list(self._part))
        new = {external: lines for external, lines in self._part.items() if external not in known}
        differing = {}
        for external, case in known.items():
            if case.digest == digest_of([line.key for line in self._part[external]]):
                self.marks.append((case.case, UNCHANGED))
            else:
                differing[external] = case.case
        self._stored = batches.stored(list(differing.values())) if differing else {}
        changed = {}
        for external, number in differing.items():
            fresh = self._fresh(number, self._part[external])
            if fresh:
                changed[external] = (number, fresh)
            else:
                self.marks.append((number, UNCHANGED))
        return new, changed

    def _fresh(self, number: int, lines: list[ImportedEntry]) -> list[ImportedEntry]:
        """The lines not stored yet, neither in the case nor in those that were merged into it."""
        stored = {key for _, key in self._stored[number].rows}
        if self._stored[number].absorbed:
            batches = self._store.batches
            numbers, at = [number], 0
            while at < len(numbers):  # a merge undone and made the other way round forms a cycle
                stored.update(batches.row_keys(numbers[at]))
                numbers += [n for n in batches.absorbed(numbers[at]) if n not in numbers]
                at += 1
        return [line for line in lines if line.key not in stored]

    def _add_cases(self, new: dict[str, list[ImportedEntry]]) -> None:
        if not new:
            return
        engine = self._store.engine
        number = engine.reserve("cases", len(new))
        event_id = engine.reserve("events", sum(map(len, new.values())))
        self.new = range(number, number + len(new))
        left = iter(new.items())
        while some := list(islice(left, _AT_ONCE)):
            event_id = self._add_some_cases(some, number, event_id)
            number += len(some)
        self.counts["new_cases"] += len(new)

    def _add_some_cases(self, new: list[tuple[str, list[ImportedEntry]]], number: int, event_id: int) -> int:
        """Stores new cases under the numbers from `number` on, and their events from `event_id` on.

        Returns the next event's number. What is stored of a case takes several times the memory of its lines.
        """
        batch, due_of = self.batch, self._unit.team.levels_of_many.due
        rows, events, names, words = [], [], [], []
        numbers = range(number, number + len(new))
        for number, (external, lines) in zip(numbers, new, strict=True):
            case: Case | None = None
            for count, line in enumerate(lines, start=1):
                fact = reduce_entry(case, self._said(external, line))
                event = Event(count, line.at, self.moment, fact, None, None, batch)
                case = begin(number, event) if case is None else evolve(case, event)
                events.append(event_row(event_id, number, event, line.key, "recorded"))
                if fact.subject or fact.description or fact.said:
                    words.append((event_id, fact.search_text()))
                event_id += 1
            assert case is not None
            rows.append(row_of(case, due_of(case), batch))
            names.append((self._source, external, number, digest_of([line.key for line in lines])))
        self._store.case_writer.add_rows(rows)
        self._store.case_writer.add_events(events, dict.fromkeys(numbers, batch))
        self._store.batches.name(names)
        self._store.engine.index_words(words)
        self.counts["new_events"] += len(events)
        return event_id

    def _add_lines(self, changed: dict[str, tuple[int, list[ImportedEntry]]]) -> None:
        """Adds lines to existing cases: in order of time, or without effect once people have worked on a case."""
        if not changed:
            return
        writer, due_of = self._store.case_writer, self._unit.team.levels_of_many.due
        before = self._store.cases.get_many([number for number, _ in changed.values()])
        after: dict[int, Case] = {}
        entries: list[tuple[int, Event, bytes | None]] = []
        names = []
        for external, (number, fresh) in changed.items():
            stored = self._stored[number]
            late = stored.worked_on
            case = after.get(number, before[number])  # after a merge several names lead to one case
            self.marks.append((number, CHANGED))
            self.counts["new_events"] += len(fresh)
            if late:
                self.counts["late_events"] += len(fresh)
            # `rows` leaves out what the sweep did: lines that follow all other imported lines are simply appended.
            if late or fresh[0].at >= stored.rows[-1][0]:
                for line in fresh:
                    if late:
                        case, event = self._come_late(external, line, case, self.batch)
                    else:
                        fact = reduce_entry(case, self._said(external, line))
                        event = Event(case.version + 1, line.at, self.moment, fact, None, None, self.batch)
                        case = evolve(case, event)
                    entries.append((number, event, line.key))
                after[number] = case
            else:
                self._weave(external, case, fresh)
            stored.rows += [(line.at, line.key) for line in fresh]
            stored.rows.sort(key=itemgetter(0))  # stable: what was there already comes first among ties
            names.append((self._source, external, number, digest_of([key for _, key in stored.rows])))
        writer.save_rows([(row_of(case, due_of(case)), before[number].version) for number, case in after.items()])
        writer.append_all(entries)
        self._store.batches.name(names)

    def _come_late(self, external: str, line: ImportedEntry, case: Case, batch: int | None) -> tuple[Case, Event]:
        """Applies a line to a case that people here work on: what it says of the state is kept but has no effect."""
        fact = replace(self._said(external, line), external=None, inert=True)
        event = Event(case.version + 1, line.at, self.moment, fact, None, None, batch)
        case = evolve(case, event)
        before = self.late[case.number][1] if case.number in self.late else Imported()
        self.late[case.number] = (case, merge_statements((before, fact)))
        return case, event

    def _weave(self, external: str, case: Case, fresh: list[ImportedEntry]) -> None:
        """Inserts lines in order of time into a case that no person has written in, and folds it again."""
        entries = whole_entries(self._unit, case)
        for line in fresh:
            event = Event(0, line.at, self.moment, self._said(external, line), None, None, self.batch)
            entries.append((event, line.key))
        entries.sort(key=lambda entry: entry[0].at)  # stable: what was there already comes first among ties
        rewrite(self._unit, case, entries)

    def _said(self, external: str, line: ImportedEntry) -> Imported:
        """Everything that a line says, as a fact."""
        said = Imported(
            external=(self._source, external),
            owner=self._names.person(line.owner, line.owner_id) if line.owner else None,
            nobody=line.nobody,
            level=line.level,
            status=line.status,
            label=line.label,
            customer=self._names.customer(line.customer, line.customer_id) if line.customer else None,
            subject=line.subject,
            description=line.description,
            priority=line.priority,
            channel=line.channel,
            tags=imported_tags(line.tags) if line.tags else (),
            fields=line.fields,
            undated=line.undated,
            unopened=line.unopened,
        )
        if line.said is None and line.merged_into is None and not line.deleted and not line.waits_on:
            return said
        return self._said_more(said, line)

    def _said_more(self, said: Imported, line: ImportedEntry) -> Imported:
        """Adds what only few lines say: words, whom a case waits for, and that it was merged or deleted."""
        if (words := line.said) is not None:
            sort = (words.sort or classify(words.text)) if words.way == IN else ""
            by = self._names.person(words.by, words.by_id)
            said = replace(said, said=words.text, way=words.way, sort=sort, by=by)
        if line.waits_on:
            said = replace(said, on=line.waits_on)
        if line.merged_into is not None:
            label = f"merged into {line.merged_into}"
            return replace(said, status=CLOSED, label=label, merged_into=line.merged_into)
        return replace(said, status=CLOSED, label="deleted") if line.deleted else said


def _lines(
    new: dict[str, list[ImportedEntry]], changed: dict[str, tuple[int, list[ImportedEntry]]]
) -> Iterator[ImportedEntry]:
    for lines in new.values():
        yield from lines
    for _, fresh in changed.values():
        yield from fresh
