"""Looking after a SQLite database: what it is, whether it is sound, a copy of it, and a copy put back."""

from __future__ import annotations

import contextlib
import os
import shutil
import time

import msgspec

from careconsole.domain.errors import CareError, WrongUse
from careconsole.store import Store, open_store
from careconsole.store.driver import VERSION, WAL_RESET_FIXED, sqlite3
from careconsole.store.engine import Busy, Engine
from careconsole.store.migrate import LATEST, check_shape
from careconsole.store.sharing import access_hint, check_place, create_file, sharing_problems
from careconsole.store.sqlite import SqliteEngine


class Info(msgspec.Struct, frozen=True, kw_only=True):
    """What a database is: sizes in bytes, counts of rows, and `warnings` as sentences."""

    path: str
    team: str | None
    shape: int
    bytes: int
    log_bytes: int
    free_bytes: int
    sqlite: str
    driver: str
    cases: int
    open_cases: int
    events: int
    people: int
    customers: int
    batches: int
    warnings: tuple[str, ...]


def info(store: Store) -> Info:
    """What the database is and what one should know about it."""

    def count(table: str, where: str = "1 = 1") -> int:
        row = store.engine.one(f"select count(*) from {table} where {where}")
        return int(row[0]) if row else 0

    path = store.place
    return Info(
        path=path,
        team=store.people.setting("team"),
        shape=LATEST,
        bytes=os.stat(path).st_size,
        log_bytes=_size(f"{path}-wal"),
        free_bytes=_free(path),
        sqlite=".".join(map(str, VERSION)),
        driver=sqlite3.__name__.partition(".")[0],
        cases=count("cases"),
        open_cases=count("cases", "status = 'open'"),
        events=count("events"),
        people=count("people"),
        customers=count("customers"),
        batches=count("batches"),
        warnings=tuple(warnings(path)),
    )


def warnings(path: str) -> list[str]:
    """What one should know about the place of a database, as sentences."""
    found = list(sharing_problems(path))
    if not WAL_RESET_FIXED:
        found.append(
            "This SQLite can damage a database that several processes write (its WAL-reset race); careconsole works"
            " around it, other programs on the same file do not. Install pysqlite3, or SQLite 3.51.3 or newer."
        )
    free = _free(path)
    if free < 2 * os.stat(path).st_size + (64 << 20):
        found.append(f"The disk has {free >> 20} MB left; a backup needs as much room as the database.")
    return found


def _free(path: str) -> int:
    return shutil.disk_usage(os.path.dirname(os.path.abspath(path))).free


def check(store: Store) -> list[str]:
    """Problems of the database, each as a sentence; none when it is sound (see `store.soundness`)."""
    from careconsole.store import soundness

    return soundness.check(store).problems


def backup(store: Store, target: str) -> int:
    """Writes a copy of the database to `target`, which must not exist, and returns its size in bytes.

    The copy is made beside the target, checked, and put in place when it is whole; others can go on working meanwhile.
    Nobody but its owner may read it.
    """
    if os.path.lexists(target):
        raise WrongUse(f"{target} exists already.", "Name a new file; a backup never overwrites one.")
    folder = os.path.dirname(os.path.abspath(target))
    if not os.path.isdir(folder):
        raise WrongUse(f"There is no folder {folder}.", "Create it first.")
    half = _unused(target)
    try:
        _copy(store.engine, half, f"The backup to {target}")
        _verify(half)
        _sync(half)
        os.rename(half, target)
        _sync(folder)
    except OSError as error:
        raise CareError(f"The backup to {target} failed: {error.strerror}.", "Choose another place.") from error
    finally:
        _remove(half)
    return os.stat(target).st_size


def restore(place: str, copy: str) -> str | None:
    """Puts a backup in the place of the database; what was there is kept beside it; gives the name of that.

    Raises CareError while anybody has the database open, and for a copy that is not sound.
    """
    if os.path.isdir(os.path.dirname(os.path.abspath(copy))) and not os.path.lexists(copy):
        raise WrongUse(f"There is no backup at {copy}.", "Name a file that careconsole db backup made.")
    check_place(copy)
    if os.path.exists(place) and os.path.samefile(place, copy):
        raise WrongUse(f"{copy} is the database itself.", "Name a backup that careconsole db backup made.")
    _verify(copy)
    half = _unused(place)
    kept: str | None = None
    try:
        source = SqliteEngine(copy)
        try:
            _copy(source, half, f"Restoring {place}")
        finally:
            source.close()
        _sync(half)
        if os.path.exists(place):
            check_place(place)
            _be_alone(place)
            kept = _keep(place, half)
        os.rename(half, place)
        _sync(os.path.dirname(os.path.abspath(place)))
    except OSError as error:
        raise CareError(f"Restoring {place} failed: {error.strerror}.", access_hint(place)) from error
    finally:
        _remove(half)
    _use_log(place)
    open_store(place).close()
    return kept


def _unused(path: str) -> str:
    """A name beside `path` that nothing has, for the copy as long as it is not whole."""
    return f"{path}.{os.getpid()}-{time.time_ns()}.part"


def _copy(engine: Engine, target: str, what: str) -> None:
    """A copy of the database, in one file that its owner alone may read."""
    create_file(target)
    try:
        engine.all("vacuum into :target", {"target": _sql_path(target)})
    except CareError as error:
        reason = error.__cause__ or error.message
        raise CareError(
            f"{what} failed: {reason}.", "Nothing was changed; make room, or choose another place."
        ) from error


def _sql_path(path: str) -> str:
    """A path as SQLite takes it in a statement: UTF-8, whatever the bytes of the name are."""
    from urllib.parse import quote

    return f"file:{quote(os.fsencode(os.path.abspath(path)))}"


def _keep(place: str, new: str) -> str:
    """Moves the old database aside, to a name that nothing has yet; the new one gets its owner and mode."""
    old = os.stat(place)
    os.chmod(new, old.st_mode & 0o777)
    with contextlib.suppress(PermissionError):
        os.chown(new, old.st_uid, old.st_gid)
    count = 1
    while os.path.exists(kept := f"{place}.before-restore-{count}"):
        count += 1
    for part in ("", "-wal", "-shm"):
        if os.path.exists(f"{place}{part}"):
            os.rename(f"{place}{part}", f"{kept}{part}")
    return kept


def _be_alone(place: str) -> None:
    """Leaving WAL mode only succeeds for the only connection; it also brings the whole log into the file.

    A damaged database cannot be asked; it is what a restore is for.
    """
    try:
        engine = SqliteEngine(place)
    except Busy:
        raise
    except CareError:
        return
    try:
        engine.connection.execute("pragma busy_timeout = 500")
        mode = engine.connection.execute("pragma journal_mode = delete").fetchone()[0]
    except sqlite3.OperationalError:
        mode = "wal"
    except sqlite3.DatabaseError:
        mode = "delete"
    finally:
        engine.close()
    if mode != "delete":
        raise CareError(f"Somebody has {place} open.", "Let everybody quit careconsole, then restore.")


def _use_log(place: str) -> None:
    """Back to WAL mode: a copy comes without it, and without it those who read hold up those who write."""
    engine = SqliteEngine(place)
    try:
        engine.run("pragma journal_mode = wal")
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


def _sync(path: str) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(path: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.remove(path)


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except FileNotFoundError:
        return 0
