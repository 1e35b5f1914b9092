"""What the sweep costs: when nothing has fallen due, as nearly always, and when everything has."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from statistics import median
from typing import Any

from careconsole.desk import Desk
from careconsole.desk.cases import sweep
from careconsole.domain.time.moments import DAY
from careconsole.store import NEVER, open_store
from tests.bench import baselines
from tests.bench.builds import Builds, remove
from tests.bench.processes import careconsole, middle, run
from tests.bench.table import Measured, measured

NOTHING_BUDGET = 1.0
_SCAN = "select id, due_at, due_kind, sweep_at, state from cases where status = 'open'"
_RUNS = 20


def measure_sweeping(builds: Builds, cases: int, runs: int) -> Iterator[Measured]:
    """The lines of the table on the sweep."""
    path = builds.folder / "sweeping.db"
    remove(path)
    shutil.copyfile(builds.open_cases(cases), path)
    what = f"{cases:,} open cases"
    with closing(open_store(str(path))) as store:
        first = store.sweeping.next_due()
        assert first is not None
        before = Desk(store, lambda: first)  # nothing has fallen due by then
        nothing, scan = [], []
        for _ in range(_RUNS):
            nothing.append(_ms(lambda: sweep.sweep(before)))
            scan.append(_ms(lambda: store.engine.fetch_all(_SCAN)))
        assert sweep.sweep(before).acts == ()
        yield Measured(
            f"sweep, nothing due, {what}", "a scan of their rows", median(nothing), median(scan), NOTHING_BUDGET
        )
        looks = median(_ms(lambda: sweep.next_due(before)) for _ in range(_RUNS))
        yield Measured("what a console asks while nothing is due", "a scan of their rows", looks, median(scan))
        later = Desk(store, lambda: first + 400 * DAY)
        began = time.perf_counter()
        done = len(sweep.sweep(later).acts)
        everything = (time.perf_counter() - began) * 1_000
        assert done >= cases
        yield Measured(f"sweep, everything due at once, {what}", "a scan of their rows", everything, median(scan))
        row = store.engine.fetch_one(
            f"select count(*) from cases where sweep_at < {NEVER} and sweep_at < {later.now()}"
        )
        assert row == (0,)
    start, ours = [], []
    for _ in range(runs):
        start.append(run(baselines.start()))
        ours.append(run(careconsole(path, "sweep", "--quiet")))
    yield measured(f"careconsole sweep, nothing due, {what}", "sqlite-utils --version", middle(ours), middle(start))
    remove(path)


def _ms(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1_000
