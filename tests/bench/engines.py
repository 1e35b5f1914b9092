"""What PostgreSQL costs against a file, in one run: imports, commands that read, and the console's first rows.

The server is one of the tests' own, on the same machine, and stores safely: `fsync` and `synchronous_commit` are on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests import postgres
from tests.bench.builds import Builds, bring
from tests.bench.processes import by_turns, careconsole, middle, run
from tests.bench.reading import questions
from tests.bench.table import Measured, measured

_SAFE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "autovacuum": "on"}
AGAINST = "a file"
_SHOWN = "soonest due first"
"""The words below the list, which come with its first rows."""


def measure_engines(builds: Builds, usual: int, runs: int) -> Iterator[Measured]:
    """The lines of the table; the database on the server has the same cases as the file."""
    log = builds.log(usual, 4)
    with postgres.running(_SAFE) as server:
        url: Any = server.database()
        run(careconsole(url, "init", "--team", "Bench", "--lead", "Ana", "--agent", "Ben"))
        file = builds.empty("engines")
        there, here = [bring(url, log)], [bring(file, log)]
        size = f"{usual:,} cases"
        yield measured(f"import, {size} of 4 events on PostgreSQL", AGAINST, middle(there), middle(here))
        yield measured(f"import again, {size} on PostgreSQL", AGAINST, bring(url, log), bring(file, log))
        on_file = questions(file, usual)
        for name, command in questions(url, usual).items():
            ours, theirs = by_turns([command, on_file[name]], runs)
            yield measured(f"{name}, {size} on PostgreSQL", AGAINST, ours, theirs)
        yield from _rows(builds, url, file, runs)


def _rows(builds: Builds, url: Any, file: Any, runs: int) -> Iterator[Measured]:
    """Milliseconds until a console shows its list."""
    from statistics import median

    from tests.bench.console import why_not

    if why_not() is not None:
        return
    from tests.bench.terminal import Terminal

    taken: dict[Any, list[float]] = {url: [], file: []}
    for turn in range(runs + 1):
        for place, times in taken.items():
            with Terminal(careconsole(place, "--as", "Ana"), builds.folder / "home") as terminal:
                shown = terminal.shows(_SHOWN)
                if turn:
                    times.append((shown - terminal.began) * 1000)
    yield Measured("console, first rows on PostgreSQL", AGAINST, median(taken[url]), median(taken[file]))
