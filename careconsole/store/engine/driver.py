"""The SQLite driver: pysqlite3 if it is installed, else the standard library's, as sqlite-utils chooses.

Only this module chooses, so that the exceptions caught are of the driver that raises them. `CARECONSOLE_DRIVER=sqlite3`
selects the standard library's.
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

# The driver looks for an adapter for each value it binds, unless that is exactly an int, float, str or bytearray. For
# None and bytes the failing search took a quarter of an import's write time; adapters that change nothing end it.
sqlite3.register_adapter(type(None), {}.get)
sqlite3.register_adapter(bytes, bytearray)

VERSION: tuple[int, ...] = sqlite3.sqlite_version_info

WAL_RESET_FIXED = VERSION >= (3, 51, 3) or (3, 50, 7) <= VERSION < (3, 51, 0) or (3, 44, 6) <= VERSION < (3, 45, 0)
"""Whether this SQLite is free of the race that can corrupt a WAL database written by several processes.

Source: https://sqlite.org/wal.html, section "The WAL-Reset Bug": fixed in 3.51.3, 3.50.7 and 3.44.6.
"""

CHECKS_SEARCH_INDEX = VERSION >= (3, 44)
"""Whether `pragma integrity_check` also has the full-text index check itself, without a write.

Source: https://sqlite.org/releaselog/3_44_0.html: "PRAGMA integrity_check ... the built-in virtual tables FTS3, FTS4,
FTS5, RTREE, and GEOPOLY".
"""
