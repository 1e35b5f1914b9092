"""Looking after a SQLite database: what it is, and whether it is sound."""

from __future__ import annotations

import os
import shutil

import msgspec

from careconsole.domain.evolve import fold
from careconsole.store import Store
from careconsole.store.cases import COLUMNS, row_of
from careconsole.store.driver import VERSION, WAL_RESET_FIXED, sqlite3
from careconsole.store.engine import Damaged
from careconsole.store.migrate import LATEST
from careconsole.store.sharing import sharing_problems


class Info(msgspec.Struct, frozen=True, kw_only=True):
    """What a database is: sizes in bytes, counts of rows, and `warnings` as sentences."""

    path: str
    team: str | None
    identity: str
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
    warnings = list(sharing_problems(path))
    if not WAL_RESET_FIXED:
        warnings.append(
            "This SQLite can damage a database that several processes write (its WAL-reset race); careconsole works"
            " around it, other programs on the same file do not. Install pysqlite3, or SQLite 3.51.3 or newer."
        )
    free = shutil.disk_usage(os.path.dirname(os.path.abspath(path))).free
    size = os.stat(path).st_size
    if free < 2 * size + (64 << 20):
        warnings.append(f"The disk has {free >> 20} MB left; a backup needs as much room as the database.")
    return Info(
        path=path,
        team=store.people.setting("team"),
        identity=store.people.identity(),
        shape=LATEST,
        bytes=size,
        log_bytes=_size(f"{path}-wal"),
        free_bytes=free,
        sqlite=".".join(map(str, VERSION)),
        driver=sqlite3.__name__.partition(".")[0],
        cases=count("cases"),
        open_cases=count("cases", "status = 'open'"),
        events=count("events"),
        people=count("people"),
        customers=count("customers"),
        batches=count("batches"),
        warnings=tuple(warnings),
    )


def check(store: Store) -> list[str]:
    """Problems of the database, each as a sentence; none when it is sound.

    Looks at the file's structure, at references between tables, at the search, and folds every history anew to compare
    it with the stored case.
    """
    engine = store.engine
    problems = [f"The file: {row[0]}." for row in engine.all("pragma integrity_check(20)") if row[0] != "ok"]
    problems += [f"A row of {row[0]} refers to nothing." for row in engine.all("pragma foreign_key_check")[:20]]
    try:
        engine.write(lambda: engine.run("insert into search (search) values ('integrity-check')"))
    except Damaged as error:
        problems.append(f"The search: {error.message}")
    problems += engine.read(lambda: _unlike_their_history(store))
    return problems[:50]


def _unlike_their_history(store: Store) -> list[str]:
    engine, due_of = store.engine, store.levels.due_of_many()
    problems = []
    # Not the import that brought it, and not the JSON, which may write the same in two ways.
    columns = ", ".join(COLUMNS[:-2])
    stored = {row[0]: row for row in engine.all(f"select {columns} from cases")}
    states = {case.number: case for case in store.cases.states("1 = 1", {})}
    for number, events in store.cases.histories("1 = 1", {}):
        case = fold(number, events)
        row = stored.pop(number, None)
        if case is None or row is None or case != states[number] or row_of(case, due_of(case))[:-2] != row:
            problems.append(f"Case {number} is stored otherwise than its history says.")
    return problems + [f"Case {number} has no history." for number in stored]


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except FileNotFoundError:
        return 0
