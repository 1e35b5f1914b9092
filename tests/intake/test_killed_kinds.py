"""Imports of every kind that are killed at any moment: taken up, or taken back, all is as if nothing had happened."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any

import pytest

from careconsole.store import open_store
from tests.cli.console import Console
from tests.desk.office import contents, differences
from tests.intake.kinds import EXPORTS
from tests.intake.place import NOTED, Place
from tests.intake.tickets import tickets
from tests.waiting import HANG, started, wait_until

PARTS = 200
"""Rows of a transaction: so few that imports are killed between two of them, too."""

READERS = ("csv", "zendesk", "jira", "intercom")
"""A kind for each reader that can be killed within a file; the others share one of these."""

each = pytest.mark.parametrize("kind", EXPORTS)
each_reader = pytest.mark.parametrize(
    "kind", [kind if kind in READERS else pytest.param(kind, marks=pytest.mark.slow) for kind in EXPORTS]
)
unless_killable = pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL here")


@pytest.fixture
def place(kind: str, tmp_path: Path) -> Place:
    return Place(kind, tmp_path)


def begin(place: Place) -> AbstractContextManager[subprocess.Popen[bytes]]:
    """The import as a process of its own, whose transactions are small."""
    program = (
        "import sys; from careconsole.desk.imports import record; from careconsole.cli import run;"
        f" record.LARGE = {PARTS}; run(sys.argv[1:])"
    )
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return started([sys.executable, "-c", program, *place.importing], env=place.console.environment(), **quiet)


def killed(place: Place, at: int) -> int:
    """Imports until `at` events are stored, kills that, and tells how many are stored then."""
    with begin(place) as process, closing(open_store(place.console.db)) as store:
        wait_until(lambda: process.poll() is not None or _stored(store) >= at, "the import")
        time.sleep(random.uniform(0, 0.02))  # any moment will do
        process.kill()
        process.communicate()
        return _stored(store)


def _stored(store: Any) -> int:
    return int(store.engine.fetch_one("select count(*) from events")[0])


def check_kills(place: Place, count: int, moments: int) -> None:
    """Kills the import of so many tickets several times; in the end all is as if nothing had happened."""
    place.has(tickets(count), spoil=count // 2)
    fresh = Path(place.console.db).with_name("fresh.db")
    shutil.copyfile(place.console.db, fresh)
    place.bring()
    after, rows = place.contents(), len(place.contents()["events"])
    for _ in range(50):  # a busy machine may let an import end before it is killed
        for ending in ("", "-wal", "-shm"):
            Path(f"{place.console.db}{ending}").unlink(missing_ok=True)
        shutil.copyfile(fresh, place.console.db)
        stopped = [
            killed(place, random.randrange(rows * n // moments, rows * (n + 1) // moments)) for n in range(moments)
        ]
        if any(0 < stored < rows for stored in stopped):
            break
    else:
        pytest.fail(f"it was never killed in the middle: {stopped}")
    with begin(place) as process:
        assert process.wait(HANG) == 5
    assert differences(after, place.contents()) == {}, f"killed at {stopped} of {rows}"
    assert place.sound()
    assert place.bring().json["batch"] is None


@unless_killable
@each_reader
def test_a_killed_import_is_taken_up_and_ends_as_if_nothing_had_happened(place: Place) -> None:
    check_kills(place, 500, 2)


@unless_killable
@pytest.mark.slow
@each
def test_an_import_killed_ten_times_ends_as_if_nothing_had_happened(place: Place) -> None:
    check_kills(place, 3_000, 10)


@unless_killable
@each
def test_a_killed_import_can_be_taken_back(place: Place) -> None:
    before = place.contents(without=NOTED)
    place.has(tickets(1_000))
    assert killed(place, random.randrange(1_000)) > 0
    assert place.console.call("batch", "rollback", "1").code == 0
    assert differences(before, place.contents(without=NOTED)) == {}
    assert place.sound()


# An export of our own goes into an empty database, whole or not at all


@pytest.fixture
def own(tmp_path: Path) -> tuple[Console, Console, Path]:
    """A database with cases, the place for one that is made of its export, and the export."""
    place = Place("zendesk", tmp_path)
    one, other = place.console, Console(str(tmp_path / "other.db"))
    place.has(tickets(1_000))
    place.bring()
    export = tmp_path / "all.jsonl"
    assert one.call("export", "all", "--out", str(export)).code == 0
    return one, other, export


def own_contents(console: Console) -> dict[str, list[Any]]:
    store = open_store(console.db)
    try:
        return contents(store, without=["presence", "visits", "drafts"])
    finally:
        store.close()


def test_an_export_of_everything_makes_the_same_database(own: tuple[Console, Console, Path]) -> None:
    one, other, export = own
    assert other.call("import", "careconsole", str(export)).code == 0
    assert differences(own_contents(one), own_contents(other)) == {}
    # Again it is refused, for a team lives there now.
    assert other.call("import", "careconsole", str(export)).code != 0
    assert differences(own_contents(one), own_contents(other)) == {}
    # And the desk that was moved knows the tickets again.
    words = ("--users", str(export.with_name("zendesk-people.json")), "--json")
    assert other.call("import", "zendesk", str(export.with_name("zendesk.json")), *words).json["batch"] is None


def test_a_dry_run_of_an_export_of_everything_leaves_nothing(own: tuple[Console, Console, Path]) -> None:
    _, other, export = own
    tried = other.call("import", "careconsole", str(export), "--dry-run", "--json").json
    assert not Path(other.db).exists()
    assert tried["rows"] == other.call("import", "careconsole", str(export), "--json").json["rows"]


@unless_killable
def test_a_killed_import_of_everything_leaves_nothing_and_can_be_made_again(own: tuple[Console, Console, Path]) -> None:
    one, other, export = own
    command = [sys.executable, "-m", "careconsole", "import", "careconsole", str(export)]
    for _ in range(3):
        with started(command, env=other.environment(), stderr=subprocess.DEVNULL):
            time.sleep(random.uniform(0.1, 0.6))  # any moment will do; it is killed when the block is left
        if Path(other.db).exists() and other.call("queue").code == 0:
            break  # it came to the end, or was killed after that: all of it must be there
    else:
        assert other.call("import", "careconsole", str(export)).code == 0
    assert differences(own_contents(one), own_contents(other)) == {}
