"""What clocks cost: those of all open cases after a change of service levels, and those of one case at a keystroke."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from statistics import median
from typing import Any

from careconsole.desk import Desk
from careconsole.desk.team import service_levels
from careconsole.store import Store, open_store
from careconsole.store.maintenance.schema import db_text
from tests.bench.builds import Builds, remove
from tests.bench.table import Measured

ALL_BUDGET, ONE_BUDGET = 2.0, 2.0
_READ = "select id, due_at, due_kind, risk_at, state from cases where status = 'open'"
_UPDATE = "update cases set due_at = ?, due_kind = ?, risk_at = ? where id = ?"
_KEYSTROKES = 1_000
# Set in turn with the template's levels, so that every case is due at another time each time.
_OTHER = '[[level]]\nname = "other"\nanswer = "3h"\ntake = "3h"\n'


def measure_clocks(builds: Builds, cases: int, runs: int) -> Iterator[Measured]:
    """The lines of the table on clocks."""
    path = builds.folder / "clocks.db"
    remove(path)
    shutil.copyfile(builds.open_cases(cases), path)
    with closing(open_store(str(path))) as store:
        desk = Desk(store, lambda: time.time_ns() // 1_000_000, 1, "bench", "bench")
        yield from _all(store, desk, cases, max(1, runs // 5))
        yield from _one(store, cases)
    remove(path)


def _all(store: Store, desk: Desk, cases: int, runs: int) -> Iterator[Measured]:
    levels, office, nothing, scan, update = [], [], [], [], []
    template = db_text("service/template.toml")
    for _ in range(runs):
        levels.append(_ms(lambda: service_levels.set_service(desk, _OTHER)))
        office.append(_ms(lambda: service_levels.set_service(desk, template)))
        nothing.append(_ms(lambda: service_levels.set_service(desk, template)))
        scan.append(_ms(lambda: store.engine.fetch_all(_READ)))
        rows = [(row[1] + 1, row[2], row[3] + 1, row[0]) for row in store.engine.fetch_all(_READ)]

        def plain(rows: list[Any] = rows) -> None:
            store.engine.write(lambda: store.engine.execute_many(_UPDATE, rows))

        update.append(_ms(plain))
    both = median(scan) + median(update)
    what = f"{cases:,} open cases"
    yield Measured(f"other levels, {what}", "a scan and an update of their rows", median(levels), both, ALL_BUDGET)
    yield Measured(f"levels with office hours, {what}", "a scan and an update", median(office), both, ALL_BUDGET)
    yield Measured(f"levels that change nothing, {what}", "a scan", median(nothing), median(scan))


def _one(store: Store, cases: int) -> Iterator[Measured]:
    """Microseconds for one case, its level looked up, as after a keystroke; without the disk, for which both wait."""
    numbers = range(1, min(cases, _KEYSTROKES) + 1)
    states = store.cases.get_many(list(numbers))

    def ours() -> None:
        for case in states.values():
            store.levels.in_force(store.levels.service()).due(case)

    def shown() -> None:
        for case in states.values():
            store.levels.in_force(store.levels.service()).clocks(case)

    def plain() -> None:
        for number in numbers:
            row = store.engine.fetch_one(
                "select due_at, due_kind, risk_at, state from cases where id = :id", {"id": number}
            )
            assert row is not None
            store.engine.execute_many(_UPDATE, [(row[0] + 1, row[1], row[2] + 1, number)])

    written = [_ms(lambda: store.engine.write(plain)) for _ in range(3)]
    for what, work in (("one keystroke's clocks", ours), ("every clock of a case, to be shown", shown)):
        taken = median(_ms(lambda work=work: store.engine.read(work)) for _ in range(3))  # type: ignore[misc]
        micro = 1_000 / len(numbers)
        against = "its row read and updated"
        yield Measured(what, against, taken * micro, median(written) * micro, ONE_BUDGET, unit="us")


def _ms(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1_000
