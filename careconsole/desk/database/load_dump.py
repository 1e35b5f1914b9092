"""Taking in an export of everything: an empty database becomes the one that was exported."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from careconsole.domain.errors import CareError
from careconsole.store import create_store
from careconsole.store.engine.file_permissions import prepare_folder
from careconsole.store.maintenance.dump import Record
from careconsole.store.maintenance.restore_dump import fill

_FILES = ("", "-wal", "-shm", "-journal")


class _OnlyLooked(Exception):
    """Everything fits, and nothing is to stay."""


def load_dump(
    place: str, records: Callable[[], Iterable[tuple[int, Record]]], *, own_folder: bool, dry_run: bool = False
) -> dict[str, int]:
    """Makes the database at `place`, which is empty or not there yet, of `records`; gives how many of each table.

    `records` begins to read them, each with the number of its line. All of it goes in or nothing, and then there is no
    file where there was none; a `dry_run` tries everything and keeps nothing. With `own_folder` the folder of the file
    is made where there is none. Raises Refused where a team lives already, and WrongUse for records that are not right.
    """
    prepare_folder(place, make=own_folder)
    existed = os.path.lexists(place)
    counts: dict[str, int] = {}

    def work() -> None:
        counts.clear()
        counts.update(fill(store, records()))
        if dry_run:
            raise _OnlyLooked

    whole = False
    try:
        store = create_store(place)
        try:
            store.engine.write(work)
            whole = True
        finally:
            store.close()
    except _OnlyLooked:
        pass
    finally:
        if not (whole or existed):
            _remove(place)
    return counts


def _remove(place: str) -> None:
    for ending in _FILES:
        try:
            os.remove(place + ending)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise CareError(f"{place}{ending} cannot be removed: {error.strerror}.", "Remove it yourself.") from error
