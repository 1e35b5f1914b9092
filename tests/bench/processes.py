"""Measures whole processes: their time, their CPU time and their peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]

Command = Sequence[str]


class Run(NamedTuple):
    """What one process took: milliseconds from start to end, milliseconds of CPU time, and peak memory in bytes."""

    ms: float
    cpu: float
    peak: int


def careconsole(database: Path, *words: str) -> list[str]:
    """Our command line, run by this interpreter."""
    return [sys.executable, "-m", "careconsole", "--db", str(database), *words]


def clean_environment() -> dict[str, str]:
    """This environment without our own settings, and with bytecode kept, as wherever the program is installed.

    Where Python may not keep it, every module of ours is compiled in every run, which more than doubles the start.
    """
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("CARECONSOLE_") and name != "PYTHONDONTWRITEBYTECODE"
    }


def run(command: Command, **environment: str) -> Run:
    """Runs a process to its end and discards its output; a failure ends the bench and shows standard error.

    On Linux the peak is never less than what this process held when it started the other, so this one must stay small.
    """
    clean = clean_environment()
    with tempfile.TemporaryFile() as said:
        begin = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**clean, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
        )
        _, status, usage = os.wait4(process.pid, 0)
        ms = (time.perf_counter() - begin) * 1000
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise SystemExit(f"{' '.join(command)}\nended with {process.returncode}:\n{said.read().decode()}")
    cpu = (usage.ru_utime + usage.ru_stime) * 1000
    return Run(ms, cpu, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))


def middle(runs: Iterable[Run]) -> Run:
    """The medians of several runs, and the highest of their peaks."""
    all_ms, all_cpu, all_peak = zip(*runs, strict=True)
    return Run(median(all_ms), median(all_cpu), max(all_peak))


def together(one: Run, other: Run) -> Run:
    """The sum of two runs that follow one another."""
    return Run(one.ms + other.ms, one.cpu + other.cpu, max(one.peak, other.peak))


def by_turns(commands: Sequence[Command], runs: int) -> list[Run]:
    """Returns the medians of each command. They run in turn, `runs` times after a warm-up."""
    taken: list[list[Run]] = [[] for _ in commands]
    for turn in range(runs + 1):
        for command, some in zip(commands, taken, strict=True):
            took = run(command)
            if turn:
                some.append(took)
    return [middle(some) for some in taken]


def sync_ms(folder: Path) -> float:
    """Returns the median milliseconds until a small write to the disk of `folder` is safe there."""
    times = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(20):
            begin = time.perf_counter()
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
            times.append((time.perf_counter() - begin) * 1000)
    return median(times)
