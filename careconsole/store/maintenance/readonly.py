"""Opens a database for reading only: nothing is created, upgraded or written, not even beside the file."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

from careconsole.domain.errors import CareError, Refused
from careconsole.domain.hints import suggest
from careconsole.store import Store
from careconsole.store.engine.driver import sqlite3
from careconsole.store.engine.schema_version import check_shape
from careconsole.store.engine.sqlite import SqliteEngine
from careconsole.store.engine.sqlite_errors import explained

T = TypeVar("T")

_PATIENCE = 0.2
"""Seconds to wait for a lock; short, because a reader such as shell completion must answer quickly."""


class ReadOnlyEngine(SqliteEngine):
    """A database opened for reading only; see `open_read_only`."""

    def __init__(self, path: str) -> None:
        self._open(path)

    def _connect(self) -> Any:
        place = os.path.realpath(self.path)
        # While others have the file open, its -wal and -shm files exist and are read too. Without them the file holds
        # everything, and `immutable` keeps SQLite from creating them.
        others = _has_content(f"{place}-wal")
        if others and not os.path.exists(f"{place}-shm"):
            raise CareError(f"{self.path} was not closed properly.", "Open it once: {}.", suggest("db info"))
        uri = f"file:{quote(os.fsencode(place))}?mode=ro{'' if others else '&immutable=1'}"
        with explained(self.path):
            return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=_PATIENCE)

    def write(self, work: Callable[[], T]) -> T:
        """Raises Refused: this engine only reads."""
        raise Refused(f"{self.path} was opened read-only.")


def open_read_only(path: str) -> Store:
    """Opens the database at `path` for reading only.

    Raises CareError for anything but a database of this program with the current schema.
    """
    if not os.path.isfile(path):
        raise CareError(f"There is no database at {path}.", "Create one: {}.", suggest("init", team=..., lead=...))
    engine = ReadOnlyEngine(path)
    try:
        if not check_shape(engine):
            raise CareError(f"{path} was made by an older careconsole.", "Open it once to upgrade it.")
    except BaseException:
        engine.close()
        raise
    return Store(engine, path)


def _has_content(path: str) -> bool:
    try:
        return os.path.getsize(path) > 0
    except OSError:
        return False
