"""What it costs everybody when many cases fall due at once, as after a large import.

One console sweeps, another one is open beside it, both on the same database:

- "cursor down" on the other console while the sweep goes on, against the same before it began.
- The bytes that the other console sends to its terminal in half a minute in which nobody touches it, and the share of a
  core that each of the two takes meanwhile. CPU time is reported on Linux only.
- Memory is what either console holds (RSS) after that; the one that sweeps against what it held when it was opened
  without a sweep, the other one against what it held before the sweep.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from random import Random
from statistics import median
from typing import TYPE_CHECKING

from careconsole.store import open_store
from tests.bench.builds import Builds, remove
from tests.bench.processes import careconsole
from tests.bench.table import Measured

if TYPE_CHECKING:
    from tests.bench.terminal import Terminal

KEY_BUDGET, BYTES_LIMIT, MEMORY_LIMIT = 2.0, 50_000, 80.0
_SWEEP = 1.0
"""Seconds between the sweeps of the console that sweeps."""
_SPAN = 30.0
_QUIET, _LONGEST = 0.25, 2.0
_DOWN, _TO_TOP = b"\x1b[B", b"g"
_MOST = 25
"""The most presses from the top that stay on the first screen: one at its bottom scrolls, and draws all of the list."""
_MB = 1 << 20


def measure_backlog(builds: Builds, cases: int, runs: int) -> Iterator[Measured]:
    """The lines of the table on a backlog of so many cases."""
    from tests.bench.terminal import Terminal, listen

    path, home = builds.folder / "backlog.db", builds.folder / "home"
    remove(path)
    shutil.copyfile(builds.open_cases(cases), path)
    what = f"{cases:,} cases due at once"
    presses, span = min(5 * runs, _MOST), _SPAN if runs >= 7 else 2.0 * runs
    begun = _events(path)
    with Terminal(careconsole(path, "--as", "Ben"), home) as beside:
        beside.paints()
        beside.settles(quiet=1.0, most=10.0)
        before = _presses(beside, presses)
        held = beside.memory() / _MB
        with Terminal(careconsole(path, "--as", "Ana"), home) as idle:
            idle.paints()
            idle.settles(quiet=1.0, most=10.0)
            alone = idle.memory() / _MB
        with Terminal(careconsole(path, "--as", "Ana"), home, sweep=_SWEEP) as sweeping:
            sweeping.paints()
            while _events(path) == begun:
                listen([beside, sweeping], 0.1)
            during = _presses(beside, presses)
            beside.forget()
            terminals = {"the console beside it": beside, "the console that sweeps": sweeping}
            computed = {name: terminal.computed() for name, terminal in terminals.items()}
            began = time.monotonic()
            listen([beside, sweeping], span)
            took = time.monotonic() - began
            yield Measured(f"cursor down beside the sweep, {what}", "before it", during, before, KEY_BUDGET)
            line = f"bytes of the console beside it in {took:.0f} s, {what}"
            yield Measured(line, "", beside.bytes, None, unit="bytes", limit=BYTES_LIMIT)
            for name, terminal in terminals.items():
                now, then = terminal.computed(), computed[name]
                if now is not None and then is not None:
                    yield Measured(f"{name}, {what}", "", (now - then) / 10 / took, None, unit="%")
            memory = sweeping.memory() / _MB
            line = f"memory (RSS) of the console that sweeps, {what}"
            yield Measured(line, "it, idle", memory, alone, unit="MB", limit=MEMORY_LIMIT)
            memory = beside.memory() / _MB
            yield Measured(f"memory (RSS) of the console beside it, {what}", "it, before", memory, held, unit="MB")
            swept = _events(path) - begun
            yield Measured(
                f"overdue events in {time.monotonic() - sweeping.began:.0f} s, {what}", "", swept, None, unit=""
            )
    remove(path)


def _presses(terminal: Terminal, presses: int) -> float:
    """The median time, in milliseconds, from a key to its first bytes of output, going down from the top."""
    uneven, times = Random(presses), []
    terminal.type(_TO_TOP)
    terminal.settles(_QUIET, _LONGEST)
    for _ in range(presses):
        time.sleep(uneven.uniform(0, 0.1))
        at = terminal.type(_DOWN)
        times.append((terminal.answers() - at) * 1000)
        terminal.settles(_QUIET, _LONGEST)
    return median(times)


def _events(path: object) -> int:
    with closing(open_store(str(path))) as store:
        row = store.engine.fetch_one("select count(*) from events")
    assert row is not None
    return int(row[0])
