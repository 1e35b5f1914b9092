"""The checked copy of a database that is kept beside it before it is brought to a newer shape."""

from __future__ import annotations

import contextlib
import os
import shutil
import time

from careconsole.domain.errors import CareError
from careconsole.store.engine import Damaged
from careconsole.store.sharing import create_file
from careconsole.store.sqlite import SqliteEngine

_MARGIN = 16 << 20
"""Bytes that are to stay free on the disk."""


def keep_copy(path: str) -> str:
    """Keeps a copy of the database as `PATH.before-upgrade-N` and gives that name.

    The caller holds the lock for writing, so that the copy is what the upgrade begins with. Only who may read the
    database may read its copy. Raises CareError where there is no room for it, and Damaged for a database that cannot
    be copied whole.
    """
    _must_have_room(path)
    half = f"{path}.{os.getpid()}-{time.time_ns()}.part"
    try:
        create_file(half)
        _copy(path, half)
        _check(path, half)
        owner = os.stat(path)
        with contextlib.suppress(PermissionError):
            os.chown(half, owner.st_uid, owner.st_gid)
        os.chmod(half, owner.st_mode & 0o777)
        _sync(half)
        kept = _put(half, path)
        _sync(os.path.dirname(os.path.abspath(path)))
    except OSError as error:
        raise CareError(
            f"A copy of {path} could not be kept before its upgrade: {error.strerror}.",
            "Nothing was changed. Make room, or let its owner upgrade it.",
        ) from error
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.remove(half)
    return kept


def _must_have_room(path: str) -> None:
    """The copy takes as much as the database, and so does the log while everything is written anew."""
    size = sum(os.stat(part).st_size for part in (path, f"{path}-wal") if os.path.exists(part))
    need = 2 * size + _MARGIN
    free = shutil.disk_usage(os.path.dirname(os.path.abspath(path))).free
    if free < need:
        raise CareError(
            f"{path} was made by an older careconsole, and there is no room to upgrade it: a copy of it is kept first,"
            f" which takes {need >> 20} MB with the work itself; {free >> 20} MB are free.",
            "Nothing was changed. Make room, or move the database to a larger disk.",
        )


def _copy(path: str, target: str) -> None:
    from urllib.parse import quote

    source = SqliteEngine(path)
    try:
        source.all("vacuum into :target", {"target": f"file:{quote(os.fsencode(os.path.abspath(target)))}"})
    finally:
        source.close()


def _check(path: str, copy: str) -> None:
    """Everything that the database has is in the copy, and the copy is sound."""
    before, after = SqliteEngine(path), SqliteEngine(copy)
    try:
        bad = [row[0] for row in after.all("pragma integrity_check(3)") if row[0] != "ok"]
        tables = [row[0] for row in before.all("select name from sqlite_master where type = 'table' and rootpage > 0")]
        for table in tables:
            count = f'select count(*) from "{table}"'
            if not bad and before.one(count) != after.one(count):
                bad.append(f"rows of {table} are missing in the copy")
    finally:
        before.close()
        after.close()
    if bad:
        raise Damaged(
            f"The database {path} is damaged ({bad[0]}) and was not upgraded.",
            "Keep the file, and restore a backup: careconsole db restore.",
        )


def _put(half: str, path: str) -> str:
    """Gives the copy a name that nothing has yet."""
    count = 1
    while True:
        kept = f"{path}.before-upgrade-{count}"
        try:
            os.link(half, kept)
            return kept
        except FileExistsError:
            count += 1
        except OSError:  # a file system without links
            if not os.path.lexists(kept):
                os.rename(half, kept)
                return kept
            count += 1


def _sync(path: str) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
