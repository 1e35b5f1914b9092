"""What ours is measured against: plain command lines, which anybody can repeat."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.bench.processes import Command


def start() -> Command:
    """A comparable program that starts, tells its version and ends."""
    return [sys.executable, "-m", "sqlite_utils", "--version"]


def insert(database: Path, log: Path) -> Command:
    """A file into one plain table: no history, no customers, no search, no memory of what was there."""
    form = "--csv" if log.suffix == ".csv" else "--nl"
    return [sys.executable, "-m", "sqlite_utils", "insert", str(database), "log", str(log), form]


def index(database: Path) -> Command:
    """Makes the words of the table that `insert` filled searchable."""
    return [sys.executable, "-m", "sqlite_utils", "enable-fts", str(database), "log", "title", "text", "--fts5"]


def empty_app() -> Command:
    """An app of the framework that the console is built with, with nothing in it."""
    return [sys.executable, "-m", "tests.bench.empty_app"]
