"""Loads an export of everything into an empty database."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress

from careconsole.domain.errors import CareError
from careconsole.store import create_store
from careconsole.store.engine.file_permissions import prepare_folder
from careconsole.store.maintenance.dump import Record
from careconsole.store.maintenance.restore_dump import fill

_FILES = ("", "-wal", "-shm", "-journal")


class _DryRunDone(Exception):
    """Ends a dry run in which everything fitted, so that the transaction is rolled back."""


def load_dump(
    place: str, records: Callable[[], Iterable[tuple[int, Record]]], *, own_folder: bool, dry_run: bool = False
) -> dict[str, int]:
    """Fills the database at `place`, which is empty or missing, with `records`; returns how many of each table.

    `records` starts reading them, each with its line number. Everything is loaded or nothing, and then a file that was
    missing is not left behind; a `dry_run` tries everything and keeps nothing. With `own_folder` the file's folder is
    created if missing. Raises Refused when the database has a team already, and WrongUse for invalid records.
    """
    existed, folder = os.path.lexists(place), os.path.dirname(os.path.abspath(place))
    made_folder = own_folder and not os.path.isdir(folder)
    prepare_folder(place, make=own_folder)
    counts: dict[str, int] = {}

    def work() -> None:
        counts.clear()
        counts.update(fill(store, records()))
        if dry_run:
            raise _DryRunDone

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
    return counts


def _remove(place: str) -> None:
    for ending in _FILES:
        try:
            os.remove(place + ending)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise CareError(f"{place}{ending} cannot be removed: {error.strerror}.", "Remove it yourself.") from error
