"""What `queue`, `show` and `search` cost: against the least that a command line can cost which shows the same rows,
against the start of a comparable program, and as the number of cases grows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.bench import baselines
from tests.bench.builds import Builds
from tests.bench.logs import AGENTS, customer_name
from tests.bench.processes import Command, by_turns, careconsole
from tests.bench.table import Measured, measured

START_BUDGET, GROWTH_BUDGET, VERSION_BUDGET = 0.7, 1.3, 1.0
FLOOR_BUDGETS = {"queue": 1.25, "show": 1.45, "search": 1.5}


def questions(database: Path, cases: int) -> dict[str, Command]:
    """The commands that are measured, by the name they have in the table."""
    key_account, person = customer_name(3), customer_name(20 + cases // 16)
    asked = {
        "queue": ["queue"],
        "queue owner: level:": ["queue", f'owner:"{AGENTS[7]}"', "level:>=1"],
        "queue customer:": ["queue", f'customer:"{person}"'],
        "queue customer: (key account)": ["queue", f'customer:"{key_account}"'],
        "queue is:overdue": ["queue", "is:overdue"],
        "queue waiting:>4h -is:parked": ["queue", "waiting:>4h", "-is:parked"],
        'queue "crack kettle"': ["queue", "crack kettle"],
        "show": ["show", str(cases // 2)],
    }
    return {name: careconsole(database, *words) for name, words in asked.items()}


def measure_reading(builds: Builds, sizes: list[int], usual: int, runs: int) -> Iterator[Measured]:
    """The lines of the table on reading."""
    for words in (["queue"], ["show", str(usual // 2)], ["search", "kettle"]):
        path, name = builds.database(usual)[0], words[0]
        ours, floor = by_turns([careconsole(path, *words), baselines.floor(path, *words)], runs)
        yield measured(f"{name}, {usual:,} cases", "floor: click and sqlite3", ours, floor, FLOOR_BUDGETS[name])
    for name, command in questions(builds.database(usual)[0], usual).items():
        ours, start = by_turns([command, baselines.start()], runs)
        yield measured(f"{name}, {usual:,} cases", "sqlite-utils --version", ours, start, START_BUDGET)
    queue = questions(builds.database(usual)[0], usual)["queue"]
    ours, shown = by_turns([[*queue[:3], "--version"], queue], runs)
    yield measured("--version", f"queue, {usual:,} cases", ours, shown, VERSION_BUDGET)
    small, large = sizes[0], sizes[-1]
    if small == large:
        return
    at_small = questions(builds.database(small)[0], small)
    at_large = questions(builds.database(large)[0], large)
    for name in at_large:
        ours, before = by_turns([at_large[name], at_small[name]], runs)
        yield measured(f"{name}, {large:,} cases", f"{small:,} cases", ours, before, GROWTH_BUDGET)
