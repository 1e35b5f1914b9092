"""Maintenance of the database."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from careconsole.desk.database.environment import now_ms, on_server, os_user, workstation
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.errors import CareError, WrongUse
from careconsole.store import open_store
from careconsole.store.engine import file_permissions
from careconsole.store.engine.base import AccessPrevented, Busy, DatabaseCorrupt
from careconsole.store.engine.decoding import RESTORE_HINT
from careconsole.store.files import needed
from careconsole.store.maintenance import backups, contents, database_info
from careconsole.store.maintenance.backups import BackedUp, Restored, Restorer
from careconsole.store.maintenance.contents import Copied
from careconsole.store.maintenance.database_info import Info

if TYPE_CHECKING:
    from careconsole.store.maintenance.damage_check import Report

__all__ = [
    "BackedUp",
    "Copied",
    "Info",
    "Restored",
    "backup",
    "check",
    "check_export_folder",
    "damage_at",
    "export_contents",
    "info",
    "restore",
    "share",
    "sharing_problems",
    "tidy",
    "warnings",
]


def info(desk: Desk) -> Info:
    """What the database is and what its users should know about it."""
    return database_info.info(desk.store)


def warnings(desk: Desk) -> list[str]:
    """What users should know about the location of the database, as sentences."""
    return database_info.warnings(desk.store)


def share(place: str, group: str) -> None:
    """Lets all members of a group of this machine work on the database; see `file_permissions.share`."""
    if on_server(place):
        raise WrongUse(
            "A database on a server is not shared by a group of this machine.",
            "The server has logins of its own: make one for each person with createuser.",
        )
    file_permissions.share(place, group)


def sharing_problems(place: str) -> list[str]:
    """What keeps other logins from working on a shared file, as sentences."""
    return [] if on_server(place) else list(file_permissions.sharing_problems(place))


def check(desk: Desk, expected: str | None = None) -> Report:
    """Checks the database for damage, and compares it with a head from an earlier check (`expected`), if given."""
    from careconsole.store.maintenance import damage_check

    return damage_check.check(desk.store, expected)


def damage_at(place: str) -> CareError | None:
    """The first problem of the database at `place`, as an error; None when it is sound, or cannot be checked now.

    A database on a server is never checked here.
    For use after an unexpected failure: damaged values can break any code that works on them. It only reads, but reads
    everything, which takes a while.
    """
    if on_server(place):
        return None
    from careconsole.store.maintenance import damage_check

    try:
        with closing(open_store(place)) as store:
            problem = damage_check.first_problem(store)
    except (Busy, AccessPrevented):
        return None
    except CareError as error:
        return error
    return DatabaseCorrupt(f"The database {place} is damaged. {problem}", RESTORE_HINT) if problem is not None else None


def backup(desk: Desk, target: str) -> BackedUp:
    """Writes a checked copy to `target`, with the contents of attached files beside it; those of a server are in it."""
    if on_server(desk.place):
        from careconsole.store.maintenance import server_backups

        return server_backups.backup(desk.place, target)
    return backups.backup(desk.store.engine, target, desk.store.contents)


def tidy(desk: Desk) -> tuple[int, int]:
    """Removes the contents of files that no case needs; returns how many, and their bytes.

    They belong to files whose attaching was undone, or was never finished. Those of the last hour stay. Only a lead may
    do this, because what is removed cannot be brought back by a redo.
    """

    def work(unit: UnitOfWork) -> tuple[int, int]:
        unit.must_lead("remove contents that no case needs")
        count, size = contents.tidy(desk.store)
        if count:
            unit.record_change("files removed", "contents that no case needs", {"files": count, "bytes": size})
        return count, size

    return desk.write(work)


def check_export_folder(folder: str) -> None:
    """Raises WrongUse for a folder that contents cannot be exported to, such as one that is not empty."""
    contents.export_folder(folder)


def needed_contents(desk: Desk) -> int:
    """How many contents the cases and mails need."""
    return desk.read(lambda unit: len(needed(unit.store.engine)))


def export_contents(desk: Desk, folder: str) -> Copied:
    """Copies the contents of attached files into a folder, which is new or empty. Raises WrongUse for any other."""
    target = contents.export_folder(folder)
    copied = desk.read(lambda unit: contents.copy_contents(unit.store.engine, unit.store.contents, target))
    target.make(target.folder)  # where there is nothing to copy, too: the import is given the folder
    return copied


def restore(place: str, copy: str, name: str | None, *, own_folder: bool) -> Restored:
    """Replaces the database with a backup, and records in its journal who did; `name` is who they said they are.

    Anyone who may write the file may do this: they could replace it without careconsole as well, and then nothing would
    record it. With `own_folder` the folder is created if missing. A database on a server must be empty.
    """
    who = Restorer(name=name, workstation=workstation(), os_user=os_user(), now=now_ms())
    if on_server(place):
        from careconsole.store.maintenance import server_backups

        return server_backups.restore(place, copy, who)
    return backups.restore(place, copy, who, own_folder=own_folder)
