"""Backs up a SQLite database, and restores it in one step, so that a database is at its path at every moment."""

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
from careconsole.store.engine.files import give_access, must_have_folder, part_beside, put_in_place, sync, unused_name
from careconsole.store.engine.schema_version import check_shape
from careconsole.store.engine.sqlite import SqliteEngine
from careconsole.store.files import Contents
from careconsole.store.maintenance import move_marks
from careconsole.store.maintenance.contents import Copied, copy_contents
from careconsole.store.maintenance.migrate import migrate
from careconsole.store.maintenance.upgrade_copy import copy_into
from careconsole.store.outgoing import SENT_FROM
from careconsole.store.team.journal import Journal
from careconsole.store.team.people import IDENTITY, People

_COMPANIONS = ("-wal", "-shm", "-journal")
_A_BACKUP = hint_of("Give a file made with {}.", suggest("db backup", file=...))


class Restorer(msgspec.Struct, frozen=True, kw_only=True):
    """Who restores a backup: the name they gave, if any, their workstation and login, and when (epoch milliseconds)."""

    name: str | None = None
    workstation: str = ""
    os_user: str = ""
    now: int = 0


class Restored(msgspec.Struct, frozen=True):
    """A restore: the path `kept` of the replaced database (None: there was none), who did it (empty: unknown).

    `files` are the contents of attached files that came along.
    """

    kept: str | None
    by: str
    files: Copied


class BackedUp(msgspec.Struct, frozen=True):
    """A backup: its size in bytes, and the contents of attached files beside it."""

    bytes: int
    files: Copied


def backup(engine: Engine, target: str, contents: Contents | None = None) -> BackedUp:
    """Writes a copy of the database to `target`, which must not exist, with the contents of attached files beside it.

    The copy is made beside the target, verified, and put in place when complete; others can go on working meanwhile.
    Only its owner may read it. A content that is missing or has changed is named, and does not stop the backup.
    """
    if os.path.lexists(target):
        raise WrongUse(f"{target} exists already.", "Give a new file; a backup never overwrites one.")
    must_have_folder(target)
    try:
        with part_beside(target) as half:
            _copy(engine, half, f"The backup to {target}")
            _send_nothing(half)
            _verify(half)
            sync(half)
            copied = Copied() if contents is None else _copy_contents(half, contents, target)
            put_in_place(half, target)
            sync(os.path.dirname(os.path.abspath(target)))
    except OSError as error:
        raise CareError(f"The backup to {target} failed: {error.strerror}.", "Choose another place.") from error
    return BackedUp(os.stat(target).st_size, copied)


def restore(place: str, copy: str, who: Restorer, *, own_folder: bool = False) -> Restored:
    """Replaces the database at `place` with a backup, and keeps the replaced one beside it.

    The new database is prepared beside `place`, with a journal entry about the restore, and moved there in one step. A
    symbolic link at `place` stays and leads to the new database. A file that the team has moved away from is a backup,
    too, for when the new database is lost. With `own_folder` a missing folder is created. Raises
    CareError if anybody has the database open, if the backup is damaged, and if this login may not write the database
    or cannot give the new one the owner, group and mode of the old.
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
            # Write access to the folder would suffice, but a login that may not write the file may not replace it.
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
            copied = _copy_contents(half, Contents(copy), place)
            if kept is None:
                os.rename(half, place)
            else:
                if not give_access(half, os.stat(place)):
                    raise CareError(
                        f"{place} belongs to a login or group that cannot be given the backup, so this would lock"
                        " them out.",
                        "Nothing was changed. Let its owner or the administrator restore it.",
                    )
                with exclusive(place) as lock:
                    _keep_old(place, kept, lock)
                    os.replace(half, place)
            sync(os.path.dirname(os.path.abspath(place)))
    except OSError as error:
        raise CareError(f"Restoring {place} failed: {error.strerror}.", access_hint(place)) from error
    return Restored(kept, by, copied)


def _copy_contents(database: str, source: Contents, place: str) -> Copied:
    """Copies the contents that a database mentions, and that are not within it, to where they are of one at `place`."""
    with contextlib.closing(SqliteEngine(database)) as engine:
        target = Contents(place, engine=engine)
        return engine.read(lambda: copy_contents(engine, source, target))


def _make_ready(half: str, copy: str, kept: str | None, who: Restorer, identity: tuple[str, str] | None) -> str:
    """Upgrades the copy to the current schema, and records who restores it in its journal; returns their name.

    A backup older than identities gets the one of the database it replaces, if both are of the same team.
    """
    engine = SqliteEngine(half)
    try:
        if move_marks.is_left(engine):
            engine.write(lambda: move_marks.reopen(engine))
        made = check_shape(engine)
        migrate(engine, keep=False)  # the backup itself is the older copy
        engine.use_wal()
        people = People(engine)

        def work() -> str:
            if not made and identity is not None and identity[1] == _beginning(engine):
                people.set(IDENTITY, identity[0])
            return note_restore(engine, copy, kept, who)

        return engine.write(work)
    finally:
        engine.close()


def note_restore(engine: Engine, copy: str, kept: str | None, who: Restorer) -> str:
    """Records in a restored database who restored it, and returns their name; its mails wait. Part of a write."""
    people = People(engine)
    people.unset(SENT_FROM)  # the mails that wait in it may have been sent since
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


def _send_nothing(copy: str) -> None:
    """Makes a backup forget where the mails that wait are sent from: the original sends them, and a copy never does."""
    with contextlib.closing(SqliteEngine(copy)) as engine:
        engine.write(lambda: People(engine).unset(SENT_FROM))


def _person(people: People, who: Restorer) -> tuple[int | None, str]:
    """Who restores, looked up in the backup: their number, None if unknown there, and their name."""
    roster = people.roster()
    if who.name is not None:
        try:
            found = find_person(who.name, roster)
        except CareError:
            return None, who.name  # they may have joined the team later
        return found.number, found.name
    mine = [p for p in roster.people.values() if p.has_console and who.os_user and p.os_user == who.os_user]
    return (mine[0].number, mine[0].name) if len(mine) == 1 else (None, "")


def _identity(place: str) -> tuple[str, str] | None:
    """The identity of the database at `place`, and its first journal entry; None if it has none or cannot be read."""
    try:
        engine = SqliteEngine(place)
    except Busy:
        raise
    except CareError:
        return None
    try:
        identity = People(engine).identity()  # "" in a database older than identities
        return (identity, _beginning(engine)) if identity else None
    except CareError:
        return None
    finally:
        engine.close()


def _beginning(engine: Engine) -> str:
    return repr(engine.fetch_one("select at, kind, about, data from journal order by id limit 1"))


def _copy(engine: Engine, target: str, what: str) -> None:
    """Copies the database into `target`, an empty file. Raises CareError that begins with `what`."""
    try:
        copy_into(engine, target)
    except CareError as error:
        reason = error.__cause__ or error.message
        raise CareError(
            f"{what} failed: {reason}.", "Nothing was changed; free some space, or choose another place."
        ) from error


def _keep_old(place: str, kept: str, lock: Any) -> None:
    """Gives the old database a second name.

    Files beside a database that could not be opened (its log) get a second name too and are then removed from `place`,
    because SQLite would apply the log to the new database. Until that arrives, the damaged one is at `place` without
    its log; under the second name it is complete.
    """
    beside = [ending for ending in _COMPANIONS if os.path.exists(place + ending)]
    for ending in ("", *beside):
        _name_too(place + ending, kept + ending, lock)
    sync(os.path.dirname(os.path.abspath(place)))
    for ending in beside:
        os.remove(place + ending)


def _name_too(path: str, name: str, lock: Any) -> None:
    """Gives a file a second name (a hard link), or copies it if the disk has no hard links."""
    try:
        os.link(path, name)
    except FileExistsError:
        raise
    except OSError:
        # A file that SQLite has open must not be opened outside it: closing that descriptor drops SQLite's locks.
        if lock is not None:
            lock.close()
        with part_beside(name) as half:
            shutil.copyfile(path, half)
            give_access(half, os.stat(path))
            sync(half)
            os.rename(half, name)


@contextlib.contextmanager
def exclusive(place: str) -> Iterator[Any]:
    """Makes sure that nobody else has the database open or opens it, and that its whole log is in the file.

    Leaving WAL mode succeeds only for the sole connection; raises CareError if there are others. Yields the connection
    that holds the lock; None on Windows, and for a database too damaged to be opened, which is what a restore is for.
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
            raise CareError(f"Somebody has {place} open.", "Everybody must quit careconsole first; then do it again.")
        if lock is not None and os.name != "posix":
            engine.close()  # Windows cannot replace an open file
            lock = None
        try:
            yield lock
        except BaseException:
            if lock is not None:  # the old one stays, and goes back to WAL mode: without it readers block writers
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
        if not move_marks.is_left(engine):  # its copy is no longer marked
            check_shape(engine)  # an older one passes: it is upgraded when it is opened
        bad = [row[0] for row in engine.fetch_all("pragma integrity_check(5)") if row[0] != "ok"]
    finally:
        engine.close()
    if bad:
        raise CareError(f"{path} is damaged: {bad[0]}.", "Use another backup.")
