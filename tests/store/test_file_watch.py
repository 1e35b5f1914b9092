"""Waiting for others' writes: told by the system where it does, and by looking again and again where it does not."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from careconsole.store import DatabaseMissing, Store, create_store, open_store
from careconsole.store.engine import file_watch
from careconsole.store.engine.driver import sqlite3
from careconsole.store.engine.file_watch import FileWatch
from careconsole.store.engine.stop_signal import StopSignal
from tests.waiting import HANG

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has inotify")


class Naps:
    """The naps between two looks without a watch; none is taken."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, seconds: float) -> None:
        self.count += 1


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> Naps:
    naps = Naps()
    monkeypatch.setattr(file_watch.time, "sleep", naps)
    return naps


@pytest.fixture
def log(tmp_path: Path) -> Path:
    (tmp_path / "care.db").touch()
    (tmp_path / "care.db-wal").touch()
    return tmp_path / "care.db-wal"


@pytest.fixture
def watch(log: Path) -> Iterator[FileWatch]:
    with closing(FileWatch(str(log.with_name("care.db")), str(log))) as watch:
        watch.rest(0)
        yield watch


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """Two connections to a database, of which the first waits for what the second does."""
    path = str(tmp_path / "care.db")
    create_store(path).close()
    with closing(open_store(path)) as one, closing(open_store(path)) as other:
        one.engine.wait(0)
        yield one, other


def write(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"a commit")


def store_something(store: Store) -> None:
    store.engine.write(lambda: store.engine.execute("insert into team (name, value) values (hex(randomblob(8)), 'x')"))


@pytest.mark.parametrize("before", [None, "pragma wal_checkpoint(truncate)", "pragma wal_checkpoint(restart)"])
def test_a_commit_is_seen_without_looking_again_and_again(
    stores: tuple[Store, Store], naps: Naps, before: str | None
) -> None:
    one, other = stores
    store_something(other)
    if before is not None:
        with closing(sqlite3.connect(one.place)) as third:
            third.execute(before)
    while one.engine.wait(0):
        pass
    for _ in range(2):
        store_something(other)
        assert one.engine.wait(HANG)
    assert naps.count == 0


def test_a_write_ends_the_rest(watch: FileWatch, log: Path, naps: Naps) -> None:
    writer = threading.Timer(0.01, write, [log])
    writer.start()
    watch.rest(HANG)
    writer.join()
    assert naps.count == 0


def test_a_write_is_looked_for_at_growing_intervals(watch: FileWatch, log: Path) -> None:
    write(log)
    watch.rest(HANG)
    gaps = []
    for _ in range(8):
        gaps.append(watch._gap)
        watch.rest(HANG)
    assert gaps == [0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.04, 0.04]


@pytest.mark.parametrize("file", ["care.db", "care.db-wal"])
def test_a_file_that_takes_the_place_of_a_watched_one_is_watched(
    watch: FileWatch, log: Path, naps: Naps, file: str
) -> None:
    new = log.with_name("new")
    new.touch()
    os.replace(new, log.with_name(file))
    watch.rest(HANG)
    watch._written = float("-inf")
    write(log.with_name(file))
    watch.rest(HANG)
    assert naps.count == 0


def test_without_a_log_it_looks_again_and_again_until_there_is_one(watch: FileWatch, log: Path, naps: Naps) -> None:
    log.unlink()
    watch.rest(HANG)
    assert naps.count == 1
    write(log)
    watch._written = float("-inf")
    writer = threading.Timer(0.01, write, [log])
    writer.start()
    watch.rest(HANG)
    writer.join()
    assert naps.count == 1


def test_where_the_system_has_no_watch_to_give_it_looks_again_and_again(
    log: Path, naps: Naps, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses() -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr("inotify_simple.INotify", refuses)
    with closing(FileWatch(str(log), str(log))) as watch:
        watch.rest(HANG)
        assert naps.count == 1
        monkeypatch.undo()
        write(log)
        watch.rest(0)
        assert naps.count == 1, "a watch was to be had again"


def test_a_change_that_no_write_announced_has_it_look_again_and_again(watch: FileWatch, log: Path, naps: Naps) -> None:
    watch.changed()
    watch.rest(HANG)
    assert naps.count == 1
    write(log)
    watch.changed()
    watch.rest(HANG)
    assert naps.count == 1, "writes are told of again"


@pytest.mark.parametrize("told", [True, False])
def test_a_signal_from_another_thread_ends_the_wait_at_once(
    stores: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch, told: bool
) -> None:
    if not told:
        monkeypatch.setattr(FileWatch, "_hears", lambda watch: False)
    one, _ = stores
    with closing(StopSignal()) as stop:
        waiting = threading.Thread(target=stop_soon, args=(stop,))
        waiting.start()
        began = time.monotonic()
        assert not one.engine.wait(HANG, stop)
        assert time.monotonic() - began < HANG
        waiting.join()
        assert not one.engine.wait(HANG, stop), "no wait begins after the signal"


def test_a_database_that_is_moved_ends_a_long_wait_at_once(stores: tuple[Store, Store], tmp_path: Path) -> None:
    one, _ = stores
    moving = threading.Timer(0.05, (tmp_path / "care.db").rename, [tmp_path / "aside.db"])
    moving.start()
    began = time.monotonic()
    with pytest.raises(DatabaseMissing):
        one.engine.wait(HANG)
    assert time.monotonic() - began < HANG
    moving.join()


def stop_soon(stop: StopSignal) -> None:
    time.sleep(0.05)
    stop.set()
