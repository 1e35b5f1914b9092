"""What an import costs: the first time, the same file again, and its memory."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench import baselines
from tests.bench.builds import READ_EVENTS, Builds, bring, remove
from tests.bench.processes import middle, run, together
from tests.bench.table import Measured, measured

FIRST_BUDGET, AGAIN_BUDGET = 1.0, 0.5
SHAPES = ((1, False), (4, False), (4, True))
"""The logs that are imported: events per case, and whether the rows are ordered by time."""

_MB = 1 << 20


def measure_importing(builds: Builds, sizes: list[int], usual: int, runs: int) -> Iterator[Measured]:
    """The lines of the table on importing."""
    for events, by_time in SHAPES:
        log = builds.log(usual, events, by_time=by_time)
        plain = builds.folder / "plain.db"
        first, again, inserted, indexed = [], [], [], []
        bring(builds.empty("warm"), builds.log(sizes[0], 1))
        for _ in range(runs):
            database = builds.empty("import")
            first.append(bring(database, log))
            remove(plain)
            inserted.append(run(baselines.insert(plain, log)))
            indexed.append(together(inserted[-1], run(baselines.index(plain))))
            again.append(bring(database, log))
        for path in (plain, builds.folder / "import.db", builds.folder / "warm.db"):
            remove(path)
        size = f"{usual:,} cases of {events} event{'s' if events > 1 else ''}{' by time' if by_time else ''}"
        ours = middle(first)
        yield measured(f"import, {size}", "sqlite-utils insert --nl", ours, middle(inserted), FIRST_BUDGET)
        yield measured(f"import, {size}", "the same, then enable-fts", ours, middle(indexed))
        yield measured(f"import again, {size}", "the first time", middle(again), ours, AGAIN_BUDGET)
    yield from _memory(builds, sizes, usual)


def _memory(builds: Builds, sizes: list[int], usual: int) -> Iterator[Measured]:
    before: float | None = None
    for size in sorted({usual, sizes[-1]}):
        peak = builds.database(size)[1].peak / _MB
        against = "" if before is None else f"{usual:,} cases"
        yield Measured(
            f"memory of the import, {size:,} cases of {READ_EVENTS} events", against, peak, before, unit="MB"
        )
        before = peak
