"""The verified copy of a database that is kept beside it before an upgrade."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from urllib.parse import quote

from careconsole.domain.errors import CareError
from careconsole.domain.hints import suggest
from careconsole.store.engine.base import DatabaseCorrupt, Engine
from careconsole.store.engine.files import give_access, part_beside, put_in_place, sync, unused_name
from careconsole.store.engine.sqlite import SqliteEngine

_MARGIN = 16 << 20
"""Bytes that are to stay free on the disk."""


def keep_copy(path: str) -> str:
    """Keeps a copy of the database as `PATH.before-upgrade-N` and returns that path; a symbolic link is followed.

    The caller holds the write lock, so that the copy is what the upgrade starts from. Only users who may read the
    database may read its copy. Raises CareError if there is no room for it, and DatabaseCorrupt for a database that
    cannot be copied completely.
    """
    path = os.path.realpath(path)
    _must_have_room(path)
    try:
        with part_beside(path) as half:
            with closing(SqliteEngine(path)) as source:
                copy_into(source, half)
            _check(path, half)
            give_access(half, os.stat(path))
            sync(half)
            kept = unused_name(f"{path}.before-upgrade-")
            put_in_place(half, kept)
            sync(os.path.dirname(path))
    except (OSError, CareError) as error:
        failure = error if isinstance(error, OSError) else error.__cause__
        if not isinstance(failure, OSError):
            raise
        raise CareError(
            f"A copy of {path} could not be kept before its upgrade: {failure.strerror}.",
            "Nothing was changed. Free some space, or let its owner upgrade it.",
        ) from failure
    return kept


def _must_have_room(path: str) -> None:
    """Raises CareError unless there is room for the copy and for a log that holds the whole rewritten database."""
    size = sum(os.stat(part).st_size for part in (path, f"{path}-wal") if os.path.exists(part))
    need = 2 * size + _MARGIN
    free = shutil.disk_usage(os.path.dirname(os.path.abspath(path))).free
    if free < need:
        raise CareError(
            f"{path} was made by an older careconsole, and there is no space to upgrade it: a copy is kept first,"
            f" so the upgrade needs {need >> 20} MB; {free >> 20} MB are free.",
            "Nothing was changed. Free some space, or move the database to a larger disk.",
        )


def copy_into(engine: Engine, target: str) -> None:
    """Copies a whole database into `target`, an empty file."""

    # As a URI, because SQLite takes paths in UTF-8, and a file name can be any bytes.
    engine.fetch_all("vacuum into :target", {"target": f"file:{quote(os.fsencode(os.path.abspath(target)))}"})


def _check(path: str, copy: str) -> None:
    """Raises DatabaseCorrupt unless the copy is sound and has as many rows of each table as the database."""
    with closing(SqliteEngine(path)) as before, closing(SqliteEngine(copy)) as after:
        bad = [row[0] for row in after.fetch_all("pragma integrity_check(3)") if row[0] != "ok"]
        tables = [
            row[0] for row in before.fetch_all("select name from sqlite_master where type = 'table' and rootpage > 0")
        ]
        for table in tables:
            count = f'select count(*) from "{table}"'
            if not bad and before.fetch_one(count) != after.fetch_one(count):
                bad.append(f"rows of {table} are missing in the copy")
    if bad:
        raise DatabaseCorrupt(
            f"The database {path} is damaged ({bad[0]}) and was not upgraded.",
            "Keep the file, and restore a backup: {}.",
            suggest("db restore", file=...),
        )
