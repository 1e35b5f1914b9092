"""What a replay costs: every case under other service levels, against a plain read of the events of all cases.

The cases are open, and most fall due and are swept once before. What is compared is the CPU time in one process,
without its start; memory is that of the command, and may not grow with the cases.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from statistics import median
from typing import Any

from careconsole.desk import Desk
from careconsole.desk.cases import sweep
from careconsole.desk.queries.what_if import what_if_settings
from careconsole.desk.team import service_levels
from careconsole.domain.time.moments import DAY
from careconsole.store import Store, open_store
from tests.bench.builds import Builds, remove
from tests.bench.processes import careconsole, run
from tests.bench.table import Measured

BUDGET = 10.0
MOST_MB = 80
_MB = 1 << 20
_LEVELS = """
[[level]]
name = "other"
answer = "2h"
first_answer = "1h"
step = "12h"
resolution = "80h"
"""


def measure_replaying(builds: Builds, cases: int, runs: int) -> Iterator[Measured]:
    """The lines of the table on what-if."""
    path, levels = builds.folder / "replaying.db", builds.folder / "replaying.toml"
    remove(path)
    shutil.copyfile(builds.open_cases(cases), path)
    levels.write_text(_LEVELS, encoding="utf-8")
    what = f"{cases:,} open cases"
    # First, since a process begins with the memory of the one that starts it.
    peak = run(careconsole(path, "what-if", "--service", str(levels), "--since", "7000d", "--json")).peak / _MB
    yield Measured(f"memory of what-if --service, {what}", "", peak, None, unit="MB", limit=MOST_MB)
    with closing(open_store(str(path))) as store:
        first = store.sweeping.next_due()
        assert first is not None
        sweep.sweep(Desk(store, lambda: first + DAY), gentle=False, pause=lambda _: None)
        desk = Desk(store, lambda: first + 3 * DAY)
        service = service_levels.check(desk, _LEVELS)
        plain, other = [], []
        for _ in range(runs):  # in turn, since the machine may be busy with other things
            plain.append(_ms(lambda: _read(store)))
            other.append(_ms(lambda: what_if_settings(desk, 0, service=service)))
        line, against = f"what-if --service, {what}, CPU time", "a plain read of their events"
        yield Measured(line, against, median(other), median(plain), BUDGET)
    remove(path)


def _read(store: Store) -> int:
    return sum(len(events) for _, events in store.cases.histories("1 = 1", {}))


def _ms(work: Callable[[], Any]) -> float:
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1_000
