"""Looking after the database."""

from __future__ import annotations

from careconsole.desk.session import Desk
from careconsole.desk.surroundings import now_ms, os_user, workstation
from careconsole.store import backups, health
from careconsole.store.backups import Restored, Restorer
from careconsole.store.health import Info

__all__ = ["Info", "Restored", "backup", "check", "info", "restore"]


def info(desk: Desk) -> Info:
    """What the database is and what one should know about it."""
    return health.info(desk.store)


def check(desk: Desk) -> list[str]:
    """Problems of the database, each as a sentence; none when it is sound."""
    return health.check(desk.store)


def backup(desk: Desk, target: str) -> int:
    """Writes a checked copy to `target` and returns its size in bytes."""
    return backups.backup(desk.store.engine, target)


def restore(place: str, copy: str, name: str | None) -> Restored:
    """Puts a backup in the place of the database, and writes into its journal who did; `name` is as whom they said.

    Everybody may whom the system lets write the file: whoever can do that could put another file there without
    careconsole as well, and then nothing would tell of it.
    """
    who = Restorer(name=name, workstation=workstation(), os_user=os_user(), now=now_ms())
    return backups.restore(place, copy, who)
