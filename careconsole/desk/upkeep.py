"""Looking after the database."""

from __future__ import annotations

from careconsole.desk.session import Desk
from careconsole.store import health
from careconsole.store.health import Info, restore

__all__ = ["Info", "backup", "check", "info", "restore"]


def info(desk: Desk) -> Info:
    """What the database is and what one should know about it."""
    return health.info(desk.store)


def check(desk: Desk) -> list[str]:
    """Problems of the database, each as a sentence; none when it is sound."""
    return health.check(desk.store)


def backup(desk: Desk, target: str) -> int:
    """Writes a checked copy to `target` and returns its size in bytes."""
    return health.backup(desk.store, target)
