"""The SQLite driver: pysqlite3 where it is installed, else the standard library's, the way sqlite-utils chooses.

One module chooses, so that the exceptions that are caught are those that are raised. `CARECONSOLE_DRIVER=sqlite3`
asks for the standard library's.
"""

from __future__ import annotations

import contextlib
import importlib
import os
from typing import Any

sqlite3: Any = None
if os.environ.get("CARECONSOLE_DRIVER") != "sqlite3":
    with contextlib.suppress(ImportError):
        sqlite3 = importlib.import_module("pysqlite3.dbapi2")
if sqlite3 is None:
    sqlite3 = importlib.import_module("sqlite3")

# The driver first tries to adapt what it binds, unless that is exactly an int, float, str or bytearray: for None and
# bytes this took a quarter of the time of an import's writing. Adapters that change nothing are found at once.
sqlite3.register_adapter(type(None), lambda nothing: None)
sqlite3.register_adapter(bytes, bytearray)

VERSION: tuple[int, ...] = sqlite3.sqlite_version_info

WAL_RESET_FIXED = VERSION >= (3, 51, 3) or (3, 50, 7) <= VERSION < (3, 51, 0) or (3, 44, 6) <= VERSION < (3, 45, 0)
"""Whether this SQLite is free of the race that can corrupt a WAL database which several processes write.

Source: https://sqlite.org/wal.html, section "The WAL-Reset Bug": fixed in 3.51.3, 3.50.7 and 3.44.6.
"""
