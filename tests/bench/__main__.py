"""Runs the bench: see the package's docstring for how to read what it prints."""

from __future__ import annotations

import argparse
import os
import platform
import shlex
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import tests.bench
from careconsole.store.engine.driver import sqlite3
from tests.bench import baselines, console
from tests.bench.backlog import measure_backlog
from tests.bench.builds import Builds
from tests.bench.clocks import measure_clocks
from tests.bench.engines import measure_engines
from tests.bench.everything import measure_everything
from tests.bench.forms import measure_forms
from tests.bench.importing import measure_importing
from tests.bench.kinds import KINDS, measure_kinds
from tests.bench.mails import measure_mails
from tests.bench.processes import sync_ms
from tests.bench.reading import measure_reading
from tests.bench.receipts import measure_receipts
from tests.bench.replaying import measure_replaying
from tests.bench.suggesting import measure_quality, measure_speed, read_corpus
from tests.bench.sweeping import measure_sweeping
from tests.bench.table import Measured, table

USUAL = 100_000
SIZES = [1_000, USUAL, 1_000_000]
QUICK = (100, 5_000)


def main() -> None:
    """Measures what was asked for and prints the table, line by line as it goes and whole at the end."""
    wanted = _arguments()
    sizes = sorted(set(wanted.sizes or SIZES))
    usual = max((size for size in sizes if size <= USUAL), default=sizes[0])
    print(_machine(), flush=True)
    with tempfile.TemporaryDirectory(prefix="careconsole-bench-") as own:
        folder = Path(wanted.keep or own).resolve()
        builds = Builds(folder)
        print(f"disk of {folder}: {sync_ms(folder):.1f} ms until a write is safe\n", flush=True)
        lines: list[Measured] = []
        if wanted.only == "quick":
            for line in _quick(builds):
                _progress(lines, line)
        if wanted.only in (None, "read"):
            for line in measure_reading(builds, sizes, usual, wanted.runs):
                _progress(lines, line)
        if wanted.only in (None, "everything"):
            for line in measure_everything(builds, sizes, usual, max(1, wanted.runs // 5)):
                _progress(lines, line)
        if wanted.only in (None, "import"):
            for line in measure_importing(builds, sizes, usual, max(1, wanted.runs // 5)):
                _progress(lines, line)
        if wanted.only in (None, "kinds"):
            for line in measure_kinds(builds, usual, max(1, wanted.runs // 5), wanted.kinds or KINDS):
                _progress(lines, line)
        if wanted.only in (None, "clocks"):
            for line in measure_clocks(builds, usual, wanted.runs):
                _progress(lines, line)
        if wanted.only in (None, "sweep"):
            for line in measure_sweeping(builds, usual, wanted.runs):
                _progress(lines, line)
        if wanted.only in (None, "what-if"):
            for line in measure_replaying(builds, usual, max(1, wanted.runs // 3)):
                _progress(lines, line)
        if wanted.only in (None, "mail"):
            for line in measure_mails(builds, usual):
                _progress(lines, line)
        if wanted.only in (None, "receipts"):
            for line in measure_receipts(builds, usual, wanted.runs):
                _progress(lines, line)
        if wanted.only == "engines":  # it needs a PostgreSQL server
            for line in measure_engines(builds, usual, wanted.runs):
                _progress(lines, line)
        if wanted.corpus:
            for line in measure_quality(read_corpus(Path(wanted.corpus))):
                _progress(lines, line)
        if wanted.only in (None, "suggest"):
            for line in measure_speed(builds, usual):
                _progress(lines, line)
        if wanted.only in (None, "console"):
            if reason := console.why_not():
                print(f"The console is not measured: {reason}.", flush=True)
            else:
                for line in console.measure_console(builds, sorted(set(wanted.sizes or console.SIZES)), wanted.runs):
                    _progress(lines, line)
        if wanted.only in (None, "forms") and not console.why_not():
            for line in measure_forms(builds, wanted.runs):
                _progress(lines, line)
        if wanted.only in (None, "backlog") and not console.why_not():
            for line in measure_backlog(builds, usual, wanted.runs):
                _progress(lines, line)
    print(f"\n{table(lines)}\n")
    print("The baselines:")
    plain, log = folder / "plain.db", folder / f"{usual}x1.jsonl"
    for command in (
        baselines.floor(folder / f"read-{usual}.db", "queue"),
        baselines.start(),
        baselines.insert(plain, log),
        baselines.index(plain),
        baselines.empty_app(),
    ):
        print(f"  {shlex.join(command)}")
    print(_load())


def _quick(builds: Builds) -> Iterator[Measured]:
    """What can be had in two minutes: few runs, at few cases, so only what has become far slower shows."""
    small, some = QUICK
    fewest = 1_000  # fewer records are over before an import has begun
    yield from measure_reading(builds, [small, some], some, runs=3)
    yield from measure_importing(builds, [fewest], fewest, runs=1)
    yield from measure_sweeping(builds, some, runs=1)
    if console.why_not() is None:
        yield from console.measure_console(builds, [small, some], runs=1)
        yield from measure_backlog(builds, some, runs=1)


def _progress(lines: list[Measured], line: Measured) -> None:
    lines.append(line)
    print(table([line]).splitlines()[1], flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description=tests.bench.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--sizes",
        type=lambda text: [int(size) for size in text.split(",")],
        help="how many cases; 1000,100000,1000000 usually, 100,10000,100000 for the console",
    )
    parser.add_argument("--runs", type=int, default=15, help="how often each is run; an import a fifth of it")
    parser.add_argument(
        "--only",
        choices=(
            "read",
            "everything",
            "import",
            "kinds",
            "clocks",
            "sweep",
            "what-if",
            "receipts",
            "mail",
            "suggest",
            "console",
            "forms",
            "backlog",
            "engines",
            "quick",
        ),
        help="one part alone; quick is a little of most of them, for every day, in less than two minutes",
    )
    parser.add_argument(
        "--kinds", type=lambda text: text.split(","), help="of the kinds of imports these alone; all usually"
    )
    parser.add_argument(
        "--corpus",
        metavar="FILE",
        help='labelled texts for the suggestions: JSON Lines with "text" and "label", as of public complaints',
    )
    parser.add_argument("--keep", metavar="DIR", help="work in DIR, keep it, and use what an earlier run left there")
    return parser.parse_args()


def _machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version} ({sqlite3.__name__.partition('.')[0]}),"
        f" sqlite-utils {version('sqlite-utils')}, {cores} cores, {platform.system()} {platform.machine()}\n{_load()}"
    )


def _load() -> str:
    return f"load: {', '.join(f'{load:.1f}' for load in os.getloadavg())}" if hasattr(os, "getloadavg") else ""


if __name__ == "__main__":
    main()
