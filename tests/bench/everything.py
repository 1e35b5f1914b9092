"""What the commands cost that read every case: their time, and their memory, which may not grow with the cases."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.builds import Builds
from tests.bench.processes import Run, by_turns, careconsole
from tests.bench.table import Measured

COMMANDS = {
    "db check": ["db", "check"],
    "measures": ["measures"],
    "export cases": ["export", "cases"],
    "queue --as-of": ["queue", "--as-of", "2024-03-01T00:00Z"],
    "queue --limit 0": ["queue", "--limit", "0"],
    "queue --limit 0 --html": ["queue", "--limit", "0", "--html", "-"],
    "sweep --dry-run": ["sweep", "--dry-run"],
    "agenda --hours 8": ["agenda", "--hours", "8"],
    "search": ["search", "kettle"],
}
"""The commands, by the name they have in the table."""

MOST_MB = 80
"""What each may take, however many cases there are."""
CHECK_MS = 60
"""Milliseconds in which `db check` should be through with a thousand cases, besides its start."""
_START_MS = 500
_MB = 1 << 20


def measure_everything(builds: Builds, sizes: list[int], usual: int, runs: int) -> Iterator[Measured]:
    """The lines of the table on commands that read everything, at the usual size and at the largest."""
    before: dict[str, Run] = {}
    for size in sorted({usual, sizes[-1]}):
        path = builds.database(size)[0]
        taken = by_turns([careconsole(path, *words) for words in COMMANDS.values()], runs)
        for name, ours in zip(COMMANDS, taken, strict=True):
            what, earlier = f"{name}, {size:,} cases", before.get(name)
            against = f"{usual:,} cases" if earlier is not None else ""
            limit = _START_MS + CHECK_MS * size / 1_000 if name == "db check" else None
            yield Measured(what, against, ours.ms, earlier.ms if earlier else None, limit=limit)
            peak = earlier.peak / _MB if earlier else None
            yield Measured(f"memory of {what}", against, ours.peak / _MB, peak, unit="MB", limit=MOST_MB)
        before = dict(zip(COMMANDS, taken, strict=True))
