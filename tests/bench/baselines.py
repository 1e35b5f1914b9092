"""The baselines: plain command lines, which anybody can repeat."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.bench.processes import Command


def start() -> Command:
    """A comparable program that starts, prints its version and ends."""
    return [sys.executable, "-m", "sqlite_utils", "--version"]


def floor(database: Path, *words: str) -> Command:
    """The least that a command line can cost which shows the same rows of the same database: click and sqlite3."""
    return [sys.executable, "-m", "tests.bench.floor", str(database), *words]


def insert(database: Path, log: Path) -> Command:
    """Inserts a file into one plain table: no history, no customers, no search, no detection of repeats."""
    form = "--csv" if log.suffix == ".csv" else "--nl"
    return [sys.executable, "-m", "sqlite_utils", "insert", str(database), "log", str(log), form]


def index(database: Path) -> Command:
    """Makes the words of the table that `insert` filled searchable."""
    return [sys.executable, "-m", "sqlite_utils", "enable-fts", str(database), "log", "title", "text", "--fts5"]


def empty_app() -> Command:
    """An empty app of the framework that the console is built with."""
    return [sys.executable, "-m", "tests.bench.empty_app"]
