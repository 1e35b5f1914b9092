"""What an import of each kind costs: the first time, the same file again, and its memory with ten times as much."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.bench import baselines
from tests.bench.builds import Builds, bring_kind, remove
from tests.bench.everything import MOST_MB
from tests.bench.importing import AGAIN_BUDGET, FIRST_BUDGET
from tests.bench.processes import middle, run
from tests.bench.table import Measured, measured
from tests.intake.kinds import EXPORTS

KINDS = tuple(kind for kind in EXPORTS if kind != "events")
"""Without event logs, which `importing` measures in more detail."""
FLAT = ("csv", "jsonl")
"""The kinds that are also measured with a very large file."""

FLAT_BUDGET = 1.2
"""The most by which ten times as many records may multiply the memory."""

_TIMES = 10
_MB = 1 << 20


def measure_kinds(builds: Builds, usual: int, runs: int, kinds: Sequence[str] = KINDS) -> Iterator[Measured]:
    """The lines of the table on the kinds of imports, of so many records each."""
    for kind in kinds:
        yield from _time(builds, kind, usual, runs)
    for kind in kinds:
        if kind in FLAT:
            yield _memory(builds, kind, usual)


def _time(builds: Builds, kind: str, records: int, runs: int) -> Iterator[Measured]:
    export, plain = builds.export(kind, records), builds.folder / "plain.db"
    first, again, inserted = [], [], []
    bring_kind(builds.empty("warm"), kind, builds.export(kind, min(records, 1_000)))
    for _ in range(runs):
        database = builds.empty("import")
        first.append(bring_kind(database, kind, export))
        remove(plain)
        inserted.append(run(baselines.insert(plain, export)))
        again.append(bring_kind(database, kind, export))
    for name in ("plain", "import", "warm"):
        remove(builds.folder / f"{name}.db")
    ours, what = middle(first), f"{kind}, {records:,} records"
    form = "--csv" if export.suffix == ".csv" else "--nl"
    yield measured(f"import {what}", f"sqlite-utils insert {form}", ours, middle(inserted), FIRST_BUDGET)
    yield measured(f"import again {what}", "the first time", middle(again), ours, AGAIN_BUDGET)
    yield Measured(f"memory of the import {what}", "", ours.peak / _MB, None, unit="MB", limit=MOST_MB)


def _memory(builds: Builds, kind: str, records: int) -> Measured:
    peaks = []
    for size in (records, records * _TIMES):
        export = builds.export(kind, size)
        peaks.append(bring_kind(builds.empty("import"), kind, export).peak / _MB)
        remove(builds.folder / "import.db")
    what = f"memory of the import {kind}, {records * _TIMES:,} records"
    return Measured(what, f"{records:,} records", peaks[1], peaks[0], FLAT_BUDGET, unit="MB")
