"""Information about the PostgreSQL server of a database."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, cast

from careconsole.store.engine.base import Engine

if TYPE_CHECKING:
    from careconsole.store.engine.postgres import PostgresEngine

_CLOCK_MS = 2_000
"""Milliseconds by which the clocks of a machine and of the server may differ."""
_HERE = ("/", "@", "localhost", "127.", "::1")
"""Beginnings of the addresses of this machine."""


def size(engine: Engine) -> int:
    """The bytes of the database on the server's disk."""
    row = engine.fetch_one("select pg_database_size(current_database())")
    return int(row[0]) if row else 0


def version(engine: Engine) -> str:
    """The version of the server."""
    row = engine.fetch_one("show server_version")
    return str(row[0]).partition(" ")[0] if row else ""


def warnings(engine: Engine) -> list[str]:
    """Warnings about the connection, the clocks and the settings of the server, as sentences."""
    found = []
    if not engine.read(lambda: _is_private(cast("PostgresEngine", engine))):
        found.append("The connection is not encrypted. Add sslmode=verify-full to the URL of the database.")
    if ahead := clock_difference(engine):
        found.append(
            f"The clock of this machine is {abs(ahead) / 1000:.0f} s {'ahead of' if ahead > 0 else 'behind'} the one of"
            " the server; times are taken from this machine. Set both by NTP."
        )
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        row = engine.fetch_one(f"show {setting}")
        if row == ("off",):
            found.append(f"{setting} is off on the server: what was acknowledged can be lost in a power failure.")
    return found


def _is_private(engine: PostgresEngine) -> bool:
    """Whether nobody on the way to the server can read along. Part of a read."""
    host = engine.connection.info.host
    return not host or host.startswith(_HERE) or bool(engine.connection.pgconn.ssl_in_use)


def clock_difference(engine: Engine) -> int:
    """The milliseconds by which this machine's clock is ahead of the server's; 0 if it is no more than two seconds."""
    before = time.time_ns()
    row = engine.fetch_one("select (extract(epoch from clock_timestamp()) * 1000)::bigint")
    after = time.time_ns()
    assert row is not None
    first, last = before // 1_000_000 - row[0], after // 1_000_000 - row[0]
    # The server looked at its clock at some moment between the two.
    return 0 if first <= _CLOCK_MS and last >= -_CLOCK_MS else int(last if last < 0 else first)
