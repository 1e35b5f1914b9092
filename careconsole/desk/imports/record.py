"""Records imported history. It skips the guards that refuse commands, for it has happened, but always goes by the fold.

Lines are read in file order and grouped by case. A case's lines are sorted by time, ties in file order. What is known
already (the same source, case, time and content, counted among ties) changes nothing. Identical rows count as several
when they follow one another by case or by time; a row that reappears elsewhere in an unsorted file counts as a repeat.
Late lines of a case that only imports have written are inserted in order of time. Once people here have worked on a
case, what later lines say of its state is kept in its history and has no effect; where it differs from the state here,
that is a conflict. Words count all the same: a customer who wrote waits for an answer.

Each part is one transaction, so a killed import leaves whole parts, and running it again does the rest. While nobody
else writes, the parts are large; otherwise they are small, with pauses in which others can write.

When this program itself fails on a case, that case is left as it was and reported as rejected, and the others are
recorded. An import that is interrupted for another reason is marked as stopped; the next of the same file resumes it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from hashlib import blake2b
from itertools import islice

from msgspec.structs import replace

from careconsole.desk.imports.chunk import CHANGED, NEW, UNCHANGED, ImportChunk
from careconsole.desk.imports.identities import IdentityResolver
from careconsole.desk.imports.pieces import in_order, isolate_failures, pieces, size_of
from careconsole.desk.imports.report import Report
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.conflicts import differences, merge_statements
from careconsole.domain.case.import_events import Imported
from careconsole.domain.case.state import Case
from careconsole.domain.errors import CareError, Conflict, RowsRejected
from careconsole.domain.imported_record import ImportedEntry, RejectedRecord
from careconsole.store.imports.batches import Batch
from careconsole.store.imports.rejects import MOST, storable

LARGE, SMALL, LEAST = 10000, 200, 20
"""Rows of a part while nobody else writes; beside other writers, the most and the least."""
MOST_TEXT = 4 << 20
"""Characters after which a part ends however few its rows, so that very long ones do not fill the memory."""
MOST_LINES = 100_000
"""The most consecutive lines of one case that are accepted: no case of a help desk has so many."""
TURN, PAUSE, POLITE_PARTS = 0.015, 0.03, 40
"""Beside other writers: the seconds that a part should take, the pause after it, and for how many parts it stays so."""
_AT_ONCE = 20
"""How many merged cases are linked in one transaction."""
STANDARD_INPUT = "-"


def record(
    desk: Desk,
    lines: Iterable[ImportedEntry | RejectedRecord],
    *,
    source: str,
    file: str,
    dry_run: bool = False,
    strict: bool = False,
    ranked: bool = True,
    on_reject: Callable[[RejectedRecord], None] = lambda reject: None,
) -> Report:
    """Records another system's history under `source`; returns what was new.

    Rejects are passed to `on_reject` and kept with the batch, and the rest is recorded; with `strict` the first one
    raises RowsRejected, and what was recorded before stays. A `dry_run` writes nothing. `ranked` says that identical
    rows count as several; otherwise a line has a unique identity, and one that comes again is a repeat.
    """
    recorder = _Recorder(desk, source, file, dry_run, strict, on_reject)
    try:
        try:
            for part in _parts(lines, recorder, ranked):
                recorder.take(part)
                part.clear()  # or it would stay in memory while the next is read
            recorder.merge()
        except RowsRejected:
            recorder.finish()
            raise
        return recorder.finish()
    except RowsRejected:
        raise
    except BaseException:
        recorder.stop()
        raise


def _parts(
    lines: Iterable[ImportedEntry | RejectedRecord], recorder: _Recorder, ranked: bool
) -> Iterator[dict[str, list[ImportedEntry]]]:
    """Groups lines by case, a part at a time.

    A part ends only where the case changes, so a case whose lines are together in the file is not split.
    """
    waiting: dict[str, list[ImportedEntry]] = {}
    report = recorder.report
    ranks: dict[tuple[str, bytes], int] = {}
    external, at, count, size = "", 0, 0, 0
    for line in lines:
        report.rows += 1
        if isinstance(line, RejectedRecord):
            recorder.reject(line)
            continue
        if line.external != external:
            if line.at != at:
                ranks.clear()
            if count >= recorder.part_rows or size >= MOST_TEXT:
                yield waiting
                waiting, count, size = {}, 0, 0
        external, at = line.external, line.at
        group = waiting.get(external)
        if group is not None and len(group) >= MOST_LINES:
            why = f"case {external} has more than {MOST_LINES:,} lines in a row"
            recorder.reject(RejectedRecord(line=line.number, field="", reason=why, raw=""))
            continue
        if line.merged_into is not None:
            earlier = recorder.merges.get(external)
            if earlier is None or earlier[0].at <= line.at:
                recorder.merges[external] = [line]
        if ranked:
            rank = ranks.get((external, line.key), 0)
            ranks[external, line.key] = rank + 1
            if rank:
                line = replace(line, key=blake2b(line.key + rank.to_bytes(4), digest_size=8).digest())
        if group is None:
            waiting[external] = [line]
        else:
            group.append(line)
        count += 1
        size += size_of(line)
    if waiting:
        yield waiting


class _Recorder:
    """Records one part after another."""

    def __init__(
        self,
        desk: Desk,
        source: str,
        file: str,
        dry_run: bool,
        strict: bool,
        on_reject: Callable[[RejectedRecord], None],
    ) -> None:
        self.report = Report()
        self.part_rows = SMALL
        self._desk = desk
        self._source = source
        self._file = file
        self._dry_run = dry_run
        self._strict = strict
        self._on_reject = on_reject
        self._polite = 0
        self._has_report = False
        self._names = IdentityResolver(desk.store, source)
        self._seen: set[str] = set()
        self._marks = bytearray()
        self._late: dict[int, tuple[Case, Imported]] = {}
        self.merges: dict[str, list[ImportedEntry]] = {}
        """What the source merged: by the id of the case that ended, the latest line that says into which one."""
        self._rejects: list[RejectedRecord] = []
        self._kept = 0
        desk.who  # noqa: B018 - somebody who works here must be at it
        desk.store.engine.wait(0)  # ignores what others wrote before
        desk.store.engine.expect_bulk()
        resumed = self._unfinished()
        self._batch = self._taken_up = resumed.number if resumed is not None else None
        self._moment = resumed.started_at if resumed is not None else None
        self.report.resumed = resumed is not None

    def _unfinished(self) -> Batch | None:
        """The batch of a killed or stopped import of the same file, which is resumed; None when there is none."""
        if self._file == STANDARD_INPUT:
            return None  # another pipe is another import
        for batch in self._desk.store.batches.all():
            if batch.status in ("running", "stopped") and (batch.source, batch.file) == (self._source, self._file):
                return batch
        return None

    def take(self, part: dict[str, list[ImportedEntry]]) -> None:
        """Records one part as one transaction, or as several small ones when somebody else has begun to write."""
        for external, lines in part.items():
            part[external] = in_order(lines)
        if self._dry_run:
            isolate_failures(part, self._look, self._failed)
            return
        self._look_around()
        for piece in pieces(part, SMALL) if self._polite else (part,):
            isolate_failures(piece, self._write, self._failed)
            self._look_around()

    def _look(self, lines: dict[str, list[ImportedEntry]]) -> None:
        def work(unit: UnitOfWork) -> ImportChunk:
            looked = self._part(unit, lines)
            looked.look(self._seen, self._late)
            return looked

        self._count(self._desk.read(work))

    def merge(self) -> None:
        """Links cases that the source merged to those they were merged into, now that all lines are recorded."""
        if self._dry_run:
            return
        left = iter(self.merges)
        while some := list(islice(left, _AT_ONCE)):
            isolate_failures({name: self.merges[name] for name in some}, self._merge, self._failed)

    def _merge(self, lines: dict[str, list[ImportedEntry]]) -> None:
        from careconsole.desk.imports.merges import merge  # few files have merged cases

        into = {external: line.merged_into for external, (line,) in lines.items() if line.merged_into is not None}
        merge(self._desk, self._source, into, self._batch)

    def _failed(self, external: str, lines: list[ImportedEntry], error: Exception) -> None:
        """Rejects a case on which this program failed, and only that. The first such case of an import gets a report.

        The error's message is shown nowhere: it may quote what a customer wrote.
        """
        from careconsole.desk.crash_report import summary, write_report

        why = f"this program failed on it and left it as it was ({summary(error)})"
        if not self._has_report:
            self._has_report = True
            if (path := write_report(error, "An import")) is not None:
                why += f"; the report, which has nothing about customers, is {path}"
        self.reject(RejectedRecord(line=lines[0].number, field="", reason=f"case {external}: {why}", raw=""))

    def _look_around(self) -> None:
        if self._desk.store.engine.wait(0):
            self._polite = POLITE_PARTS
            self._names.forget()

    def _write(self, lines: dict[str, list[ImportedEntry]]) -> None:
        began = 0.0

        def work(unit: UnitOfWork) -> ImportChunk:
            nonlocal began
            began = time.monotonic()  # waiting for the write lock does not count
            return self._written(unit, lines)

        written = self._desk.write(work)
        took = time.monotonic() - began
        self._batch, self._moment = written.batch, None if written.batch is None else written.moment
        self._rejects_are_kept()
        self._names.keep()
        self._count(written)
        self.part_rows = LARGE
        if self._polite:
            self._polite -= 1
            rows = sum(map(len, lines.values()))
            self.part_rows = max(LEAST, min(SMALL, int(rows * TURN / max(took, 0.001))))
            time.sleep(PAUSE)

    def _written(self, unit: UnitOfWork, lines: dict[str, list[ImportedEntry]]) -> ImportChunk:
        self._look_around()  # nobody else commits from here on
        self._must_go_on()
        part = self._part(unit, lines)
        part.write()
        if part.batch is not None:
            self._keep_rejects(part.batch)
        return part

    def reject(self, reject: RejectedRecord) -> None:
        """Counts a rejected record, and keeps the first `MOST` with the next part. Raises RowsRejected when strict."""
        self.report.rejected += 1
        self._on_reject(reject)
        if not self._dry_run and self._kept + len(self._rejects) < MOST:
            self._rejects.append(storable(reject))
        if self._strict:
            raise RowsRejected(
                f"Line {reject.line} was rejected: {': '.join(filter(None, (reject.field, reject.reason)))}.",
                "Correct it and run the import again; what was imported before it stays and is recognised.",
            )

    def _keep_rejects(self, batch: int) -> None:
        rejects = self._desk.store.batches.rejects
        if batch == self._taken_up:
            rejects.forget(batch)  # the file is read from the beginning again
        if self._rejects:
            rejects.keep(batch, self._kept, self._rejects)

    def _rejects_are_kept(self) -> None:
        """Clears the rejects that the committed transaction has stored."""
        if self._batch is not None:
            self._kept += len(self._rejects)
            self._rejects.clear()
            self._taken_up = None

    def _must_go_on(self) -> None:
        batch = self._desk.store.batches.get(self._batch) if self._batch is not None else None
        if batch is not None and batch.status == "rolled back":
            raise Conflict(
                f"Batch {batch.number} was rolled back while it was being imported.",
                "Nothing of it is left; run the import again if you want it after all.",
            )
        if batch is not None and batch.status == "stopped":
            self._desk.store.batches.resume(batch.number)

    def _part(self, unit: UnitOfWork, lines: dict[str, list[ImportedEntry]]) -> ImportChunk:
        return ImportChunk(unit, self._names, self._source, self._file, lines, self._batch, self._moment)

    def _count(self, part: ImportChunk) -> None:
        report = self.report
        for name, count in part.counts.items():
            setattr(report, name, getattr(report, name) + count)
        marks = self._marks
        if part.new:  # higher than all before
            marks.extend(bytes(part.new.start - len(marks)) + bytes((NEW,)) * len(part.new))
        for number, mark in part.marks:
            if number >= len(marks):
                marks.extend(bytes(number + 1 - len(marks)))
            before, after = marks[number], max(marks[number], mark)
            marks[number] = after
            if before != after:
                report.unchanged_cases += (after == UNCHANGED) - (before == UNCHANGED)
                report.changed_cases += (after == CHANGED) - (before == CHANGED)
        report.tell_elsewhere(part.elsewhere)
        for number, (case, said) in part.late.items():
            earlier = self._late[number][1] if number in self._late else Imported()
            self._late[number] = (case, merge_statements((earlier, said)))

    def finish(self) -> Report:
        """Closes the batch with the counts of all that it brought, over several runs if it was resumed."""
        report = self.report
        report.conflicts = sum(bool(differences(case, said)) for case, said in self._late.values())
        if self._dry_run:
            return report
        if self._batch is None and (not self._rejects or self._known_rejects()):
            return report

        def work(unit: UnitOfWork) -> int:
            self._must_go_on()
            number, batches = self._batch, unit.store.batches
            if number is None:
                number = batches.begin(self._source, self._file, unit.person, unit.now)
            self._keep_rejects(number)
            batches.update(number, "done", self._counts(number), unit.now)
            return number

        report.batch = self._batch = self._desk.write(work)
        self._rejects_are_kept()
        return report

    def _counts(self, number: int) -> dict[str, int]:
        brought, events = self._desk.store.batches.sizes(number)
        report = self.report
        return {
            "rows": report.rows,
            "rejected": report.rejected,
            "cases": brought,
            "events": events,
            "late_events": report.late_events,
            "conflicts": report.conflicts,
        }

    def stop(self) -> None:
        """Records that the import was interrupted, if that can still be written.

        Errors are ignored, so as not to hide what interrupted it; a batch still marked as running is resumed as well.
        """
        number = self._batch
        if number is None or self._dry_run:
            return

        def work(unit: UnitOfWork) -> None:
            self._keep_rejects(number)
            unit.store.batches.stop(number, self._counts(number), unit.now)

        with suppress(CareError):
            self._desk.write(work)

    def _known_rejects(self) -> bool:
        """Whether an earlier import of the file had the same rejects."""
        batches = self._desk.store.batches
        earlier = (b.number for b in batches.all() if (b.source, b.file) == (self._source, self._file))
        return any(batches.rejects.of(number) == self._rejects for number in earlier)
