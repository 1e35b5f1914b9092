"""A copy of a SQLite database, and a copy put back in its place, where at every instant a database lies."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from typing import Any

import msgspec

from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.hints import hint_of, suggest
from careconsole.domain.team.lookup import find_person
from careconsole.store.engine.base import Busy, Engine
from careconsole.store.engine.driver import sqlite3
from careconsole.store.engine.file_permissions import access_hint, check_place, prepare_folder
from careconsole.store.engine.files import give_access, part_beside, put_in_place, sync, unused_name
from careconsole.store.engine.sqlite import SqliteEngine
from careconsole.store.maintenance.migrate import check_shape, migrate
from careconsole.store.maintenance.upgrade_copy import copy_into
from careconsole.store.team.journal import Journal
from careconsole.store.team.people import IDENTITY, People

_COMPANIONS = ("-wal", "-shm", "-journal")
_A_BACKUP = hint_of("Name a file that was made with {}.", suggest("db backup", file=...))


class Restorer(msgspec.Struct, frozen=True, kw_only=True):
    """Who puts a backup back: as whom they named themselves, if they did, their machine and their login there."""

    name: str | None = None
    workstation: str = ""
    os_user: str = ""
    now: int = 0


class Restored(msgspec.Struct, frozen=True):
    """A restore: what was there is kept under the name `kept` (None: nothing was there), and as whom it was done."""

    kept: str | None
    by: str


def backup(engine: Engine, target: str) -> int:
    """Writes a copy of the database to `target`, which must not exist, and returns its size in bytes.

    The copy is made beside the target, checked, and put in place when it is whole; others can go on working meanwhile.
    Nobody but its owner may read it.
    """
    if os.path.lexists(target):
        raise WrongUse(f"{target} exists already.", "Name a new file; a backup never overwrites one.")
    folder = os.path.dirname(os.path.abspath(target))
    if not os.path.isdir(folder):
        raise WrongUse(f"There is no folder {folder}.", "Create it first.")
    try:
        with part_beside(target) as half:
            _copy(engine, half, f"The backup to {target}")
            _verify(half)
            sync(half)
            put_in_place(half, target)
            sync(folder)
    except OSError as error:
        raise CareError(f"The backup to {target} failed: {error.strerror}.", "Choose another place.") from error
    return os.stat(target).st_size


def restore(place: str, copy: str, who: Restorer, *, own_folder: bool = False) -> Restored:
    """Puts a backup in the place of the database, and keeps what was there beside it.

    It is made whole beside the place first, with an entry of its journal that tells of the restore, and then takes the
    place in one step. A link at the place stays, and leads to what was put back. With `own_folder` the folder of the
    place is made where there is none. Raises CareError while anybody has the database open, for a copy that is not
    sound, and for a login that the system does not let write the database, or leave it to those whose it was.
    """
    place = os.path.realpath(place)
    if os.path.isdir(os.path.dirname(os.path.abspath(copy))) and not os.path.lexists(copy):
        raise WrongUse(f"There is no backup at {copy}.", _A_BACKUP)
    check_place(copy)
    there = os.path.lexists(place)
    if there:
        if os.path.exists(place) and os.path.samefile(place, copy):
            raise WrongUse(f"{copy} is the database itself.", _A_BACKUP)
        check_place(place)
        if not os.access(place, os.W_OK):
            # To replace it the folder would do, but whoever may not write it is not to put it back either.
            raise CareError(f"You may not write {place}.", access_hint(place))
    _verify(copy)
    prepare_folder(place, make=own_folder)
    try:
        with part_beside(place) as half:
            with contextlib.closing(SqliteEngine(copy)) as source:
                _copy(source, half, f"Restoring {place}")
            identity = _identity(place) if there else None
            kept = unused_name(f"{place}.before-restore-") if there else None
            by = _make_ready(half, copy, kept, who, identity)
            sync(half)
            if kept is None:
                os.rename(half, place)
            else:
                if not give_access(half, os.stat(place)):
                    raise CareError(
                        f"{place} belongs to a login or a group that you cannot give the backup to, and that would shut"
                        " them out.",
                        "Nothing was changed. Let its owner restore it, or the administrator.",
                    )
                with _alone(place) as lock:
                    _keep(place, kept, lock)
                    os.replace(half, place)
            sync(os.path.dirname(os.path.abspath(place)))
    except OSError as error:
        raise CareError(f"Restoring {place} failed: {error.strerror}.", access_hint(place)) from error
    return Restored(kept, by)


def _make_ready(half: str, copy: str, kept: str | None, who: Restorer, identity: tuple[str, str] | None) -> str:
    """Brings the copy to this program's shape, and writes down who puts it back; gives their name.

    A backup from before there were identities gets the one of the database it goes back to, if it is of the same team.
    """
    engine = SqliteEngine(half)
    try:
        made = check_shape(engine)
        migrate(engine, keep=False)  # the backup stays as it is
        engine.use_wal()
        people = People(engine)

        def work() -> str:
            if not made and identity is not None and identity[1] == _beginning(engine):
                people.set(IDENTITY, identity[0])
            person, name = _person(people, who)
            Journal(engine).add(
                at=who.now,
                actor=person,
                workstation=who.workstation,
                login=who.os_user,
                kind="backup restored",
                about=os.path.abspath(copy),
                data={"by": name, "kept": kept},
            )
            return name

        return engine.write(work)
    finally:
        engine.close()


def _person(people: People, who: Restorer) -> tuple[int | None, str]:
    """Who restores, among the people of the backup: their number, if they are known there, and their name."""
    roster = people.roster()
    if who.name is not None:
        try:
            found = find_person(who.name, roster)
        except CareError:
            return None, who.name  # whoever joined the team later
        return found.number, found.name
    mine = [p for p in roster.people.values() if p.has_console and who.os_user and p.os_user == who.os_user]
    return (mine[0].number, mine[0].name) if len(mine) == 1 else (None, "")


def _identity(place: str) -> tuple[str, str] | None:
    """The identity of the database that is there, and how its team began; None where it has none or cannot be read."""
    try:
        engine = SqliteEngine(place)
    except Busy:
        raise
    except CareError:
        return None
    try:
        identity = People(engine).identity()  # "" in a database from before there were identities
        return (identity, _beginning(engine)) if identity else None
    except CareError:
        return None
    finally:
        engine.close()


def _beginning(engine: Engine) -> str:
    return repr(engine.one("select at, kind, about, data from journal order by id limit 1"))


def _copy(engine: Engine, target: str, what: str) -> None:
    """A copy of the database in `target`, an empty file that its owner alone may read."""
    try:
        copy_into(engine, target)
    except CareError as error:
        reason = error.__cause__ or error.message
        raise CareError(
            f"{what} failed: {reason}.", "Nothing was changed; make room, or choose another place."
        ) from error


def _keep(place: str, kept: str, lock: Any) -> None:
    """Gives the old database a second name.

    What lies beside a database that could not be asked (its log) is named along, and taken from the place last, for a
    log would be read into whatever lies there. Until the new one comes the damaged one is then there without it, and
    both stand under the second name.
    """
    beside = [ending for ending in _COMPANIONS if os.path.exists(place + ending)]
    for ending in ("", *beside):
        _name_too(place + ending, kept + ending, lock)
    sync(os.path.dirname(os.path.abspath(place)))
    for ending in beside:
        os.remove(place + ending)


def _name_too(path: str, name: str, lock: Any) -> None:
    """A second name for a file, or where the disk has no such thing, a copy of it."""
    try:
        os.link(path, name)
    except FileExistsError:
        raise
    except OSError:
        # A file that SQLite has open here may not be opened beside it: closing that would give up SQLite's locks.
        if lock is not None:
            lock.close()
        with part_beside(name) as half:
            shutil.copyfile(path, half)
            give_access(half, os.stat(path))
            sync(half)
            os.rename(half, name)


@contextlib.contextmanager
def _alone(place: str) -> Iterator[Any]:
    """Nobody else has the database open, nor opens it meanwhile; its whole log is in the file then.

    Leaving WAL mode only succeeds for the only connection. A damaged database cannot be asked (None); it is what a
    restore is for.
    """
    try:
        engine = SqliteEngine(place)
    except Busy:
        raise
    except CareError:
        yield None
        return
    lock: Any = engine.connection
    try:
        try:
            lock.execute("pragma busy_timeout = 500")
            mode = lock.execute("pragma journal_mode = delete").fetchone()[0]
            if mode == "delete":
                lock.execute("begin exclusive")
        except sqlite3.OperationalError:
            mode = "wal"
        except sqlite3.DatabaseError:
            engine.close()
            lock, mode = None, "delete"
        if mode != "delete":
            raise CareError(f"Somebody has {place} open.", "Let everybody quit careconsole, then restore.")
        if lock is not None and os.name != "posix":
            engine.close()  # an open file cannot be replaced there
            lock = None
        try:
            yield lock
        except BaseException:
            if lock is not None:  # the old one stays: without its log, those who read would hold up those who write
                with contextlib.suppress(sqlite3.Error, CareError):
                    lock.execute("rollback")
                    engine.check_opened()
                    engine.use_wal()
            raise
    finally:
        engine.close()


def _verify(path: str) -> None:
    engine = SqliteEngine(path)
    try:
        check_shape(engine)  # an older one is brought to the present shape when it is opened
        bad = [row[0] for row in engine.all("pragma integrity_check(5)") if row[0] != "ok"]
    finally:
        engine.close()
    if bad:
        raise CareError(f"{path} is damaged: {bad[0]}.", "Use another backup.")
