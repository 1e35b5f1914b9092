"""Information about a database, and what its users should know about it."""

from __future__ import annotations

import os
import shutil

import msgspec

from careconsole.store import Store
from careconsole.store.engine.driver import VERSION, WAL_RESET_FIXED, sqlite3
from careconsole.store.engine.file_permissions import sharing_problems
from careconsole.store.engine.schema_version import LATEST


class Info(msgspec.Struct, frozen=True, kw_only=True):
    """Facts about a database: sizes in bytes, counts of rows, and `warnings` as sentences.

    `log_bytes`, `free_bytes` and `sqlite` are those of a file, `postgresql` is the version of a server; else None.
    """

    path: str
    team: str | None
    identity: str
    shape: int
    bytes: int
    log_bytes: int | None
    free_bytes: int | None
    sqlite: str | None
    postgresql: str | None
    driver: str
    cases: int
    open_cases: int
    events: int
    people: int
    customers: int
    batches: int
    warnings: tuple[str, ...]


def info(store: Store) -> Info:
    """Facts and warnings about the database."""

    def count(table: str, where: str = "1 = 1") -> int:
        row = store.engine.fetch_one(f"select count(*) from {table} where {where}")
        return int(row[0]) if row else 0

    path, on_server = store.place, not store.engine.keeps_files
    if on_server:
        from careconsole.store.maintenance import server_info
    return Info(
        path=path,
        team=store.people.setting("team"),
        identity=store.people.identity(),
        shape=LATEST,
        bytes=server_info.size(store.engine) if on_server else os.stat(path).st_size,
        log_bytes=None if on_server else _size(f"{os.path.realpath(path)}-wal"),
        free_bytes=None if on_server else _free(path),
        sqlite=None if on_server else ".".join(map(str, VERSION)),
        postgresql=server_info.version(store.engine) if on_server else None,
        driver="psycopg" if on_server else sqlite3.__name__.partition(".")[0],
        cases=count("cases"),
        open_cases=count("cases", "status = 'open'"),
        events=count("events"),
        people=count("people"),
        customers=count("customers"),
        batches=count("batches"),
        warnings=tuple(warnings(store)),
    )


def warnings(store: Store) -> list[str]:
    """Warnings about a database's permissions, its disk and SQLite, or about its server, as sentences."""
    if not store.engine.keeps_files:
        from careconsole.store.maintenance import server_info

        return server_info.warnings(store.engine)
    path = store.place
    found = list(sharing_problems(path))
    if not WAL_RESET_FIXED:
        found.append(
            "This SQLite can damage a database that several processes write (its WAL-reset bug); careconsole works"
            " around it, but other programs on the same file do not. Install pysqlite3, or SQLite 3.51.3 or newer."
        )
    free = _free(path)
    if free < 2 * os.stat(path).st_size + (64 << 20):
        found.append(f"The disk has {free >> 20} MB left; a backup needs as much space as the database.")
    return found


def _free(path: str) -> int:
    return shutil.disk_usage(os.path.dirname(os.path.abspath(path))).free


def check(store: Store) -> list[str]:
    """Problems of the database, each as a sentence; empty if it is sound (see `store.maintenance.damage_check`)."""
    from careconsole.store.maintenance import damage_check

    return damage_check.check(store).problems


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except FileNotFoundError:
        return 0
