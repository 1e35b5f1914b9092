"""Loads an export of everything into an empty database."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress

import msgspec

from careconsole.desk.cases.writing import write_events
from careconsole.desk.database.environment import now_ms, on_server
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.unsent_replies import left_behind
from careconsole.domain.errors import CareError
from careconsole.store import Store, create_store
from careconsole.store.engine.file_permissions import prepare_folder
from careconsole.store.maintenance.contents import Copied, copy_contents, exported_contents
from careconsole.store.maintenance.dump_records import Record
from careconsole.store.maintenance.restore_dump import fill

_FILES = ("", "-wal", "-shm", "-journal")


class Loaded(msgspec.Struct, frozen=True):
    """How many rows of each table were loaded, and the contents of attached files that came along."""

    rows: dict[str, int]
    files: Copied


class _DryRunDone(Exception):
    """Ends a dry run in which everything fitted, so that the transaction is rolled back."""


def load_dump(
    place: str,
    records: Callable[[], Iterable[tuple[int, Record]]],
    *,
    own_folder: bool,
    dry_run: bool = False,
    files: str | None = None,
) -> Loaded:
    """Fills the database at `place`, which is empty or missing, with `records`; `files` has the contents of files.

    `records` starts reading them, each with its line number. Everything is loaded or nothing, and then a file that was
    missing is not left behind; a `dry_run` tries everything and keeps nothing. With `own_folder` the file's folder is
    created if missing. Raises Refused when the database has a team already, and WrongUse for invalid records.
    """
    existed, folder = on_server(place) or os.path.lexists(place), os.path.dirname(os.path.abspath(place))
    made_folder = own_folder and not os.path.isdir(folder)
    if not on_server(place):
        prepare_folder(place, make=own_folder)
    source = None if files is None else exported_contents(files)
    counts: dict[str, int] = {}
    copied = Copied()

    def work() -> None:
        nonlocal copied
        counts.clear()
        counts.update(fill(store, records()))
        if dry_run:
            raise _DryRunDone
        _leave_mails(store)
        copied = copy_contents(store.engine, source or store.contents, store.contents)

    whole = False
    try:
        store = create_store(place)
        try:
            store.engine.write(work)
            whole = True
        finally:
            store.close()
    except _DryRunDone:
        pass
    finally:
        if not (whole or existed):
            _remove(place)
            if made_folder:
                with suppress(OSError):  # somebody else has put something there meanwhile
                    os.rmdir(folder)
    return Loaded(rows=counts, files=copied)


def _leave_mails(store: Store) -> None:
    """Says on each case whose mails waited when it was exported that they are not sent from here."""

    def work(unit: UnitOfWork) -> None:
        for case in unit.store.cases.with_replies():
            write_events(unit, case.number, case, left_behind(case), unit.now)

    Desk(store, now_ms).write(work)


def _remove(place: str) -> None:
    for ending in _FILES:
        try:
            os.remove(place + ending)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise CareError(f"{place}{ending} cannot be removed: {error.strerror}.", "Remove it yourself.") from error
