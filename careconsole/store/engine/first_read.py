"""The first statement on a database file, at which another login may be opening it, too."""

from __future__ import annotations

import os
import time
from typing import Any

from careconsole.store.engine.driver import sqlite3

_PATIENCE = 1.0
_RETRY_SECONDS = 0.002


def read_first(connection: Any, path: str) -> None:
    """Runs the first statement that reads the file at `path`; it fails on a file that is no database.

    When another login has just opened the file, SQLite creates its -wal and -shm files and sets their group mode a
    moment later; until then they cannot be opened here, so this retries for a moment.
    """
    end = time.monotonic() + _PATIENCE
    real = os.path.realpath(path)
    while True:
        try:
            connection.execute("pragma schema_version").fetchone()
            return
        except sqlite3.OperationalError as failure:
            companions = os.path.exists(f"{real}-wal") or os.path.exists(f"{real}-shm")
            refused = "unable to open" in str(failure) or "readonly" in str(failure)
            if not (refused and companions) or time.monotonic() >= end:
                raise
        time.sleep(_RETRY_SECONDS)
