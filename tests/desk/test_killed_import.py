"""An import that is killed at any moment and run again ends as if nothing had happened, and can be taken back."""

from __future__ import annotations

import csv
import os
import random
import shutil
import subprocess
import sys
import time
from contextlib import AbstractContextManager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from careconsole.store import Store, open_store
from tests.desk.office import contents, differences
from tests.waiting import HANG, started, wait_until

ROOT = Path(__file__).resolve().parents[2]
NOW = "2026-02-01T12:00:00+00:00"
CASES, ROWS = 2_000, 12_000
MAP = """
source = "old"
case = "case"
time = "at"
owner = "owner"
customer = "customer"
subject = "{what}"
keep = ["team"]

[status]
column = "state"
open = ["New", "Work"]
parked = ["Wait"]
resolved = ["Done"]

[level]
column = "level"
"""

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL here")


def write_log(path: Path) -> None:
    """A log by time in which many cases go on side by side; some rows are out of order, some stand there twice."""
    chance = random.Random(17)
    begin = datetime(2025, 1, 1, tzinfo=UTC)
    rows: list[list[str]] = []
    for n in range(ROWS):
        number = min(CASES - 1, chance.randrange(max(0, n // 8 - 400), n // 8 + 400) % CASES)
        moment = begin + timedelta(minutes=n // 2)
        if chance.random() < 0.02:
            moment -= timedelta(days=chance.randrange(1, 20))
        rows.append(
            [
                f"INC-{number}",
                moment.isoformat(),
                chance.choice(("Zoe", "Yan", "Xu", "Ben", f"Agent {number % 40}")),
                f"Customer {number % 500}",
                chance.choice(("Kettle", "Lid", "Spout")),
                chance.choice(("G1", "G2", "")),
                chance.choice(("New", "Work", "Work", "Wait", "Done")),
                chance.choice(("0", "0", "1", "2")),
            ]
        )
        if chance.random() < 0.01:
            rows.append(rows[-1])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["case", "at", "owner", "customer", "what", "team", "state", "level"])
        writer.writerows(rows)


class Scene:
    """A log, its map, and a database of a team that the log has not been imported into yet."""

    def __init__(self, folder: Path, log: Path, event_map: Path) -> None:
        self.folder = folder
        self.log = log
        self.event_map = event_map
        self.fresh = folder / "fresh.db"
        self.call(self.fresh, "init", "--team", "Shop", "--lead", "Ana", "--agent", "Ben")
        self.call(self.fresh, "new", "--subject", "Our own", "--customer", "Otto")
        self.before = self.contents(self.fresh, without=["batches"])
        clean = self.copy("clean")
        began = time.monotonic()
        self.run(clean)
        self.seconds = time.monotonic() - began
        self.after = self.contents(clean)
        self.rows = len(self.after["events"])

    def copy(self, name: str) -> Path:
        path = self.folder / f"{name}.db"
        shutil.copyfile(self.fresh, path)
        return path

    def begin(self, database: Path, *words: str) -> AbstractContextManager[subprocess.Popen[str]]:
        command = [sys.executable, "-m", "careconsole", "--db", str(database), "--as", "Ana", *words]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return started(command, cwd=ROOT, env={**os.environ, "CARECONSOLE_NOW": NOW}, text=True, **pipes)

    def call(self, database: Path, *words: str) -> str:
        with self.begin(database, *words) as process:
            out, err = process.communicate(timeout=HANG)
            assert process.returncode == 0, err
            return str(out)

    def run(self, database: Path) -> str:
        return self.call(database, *self.importing)

    @property
    def importing(self) -> tuple[str, ...]:
        return ("import", "events", str(self.log), "--map", str(self.event_map))

    def killed(self, database: Path, rows: int, seconds: float) -> int:
        """Begins the import and kills it so many seconds after `rows` events are stored; how many there are then."""
        with self.begin(database, *self.importing) as process, closing(open_store(str(database))) as store:
            wait_until(lambda: process.poll() is not None or self.stored(store) >= rows, "the import")
            time.sleep(seconds)  # any moment will do
            process.kill()
            process.communicate()
            return self.stored(store)

    @staticmethod
    def stored(store: Store) -> int:
        row = store.engine.fetch_one("select count(*) from events")
        return int(row[0]) if row else 0

    @staticmethod
    def contents(database: Path, **how: Any) -> dict[str, list[Any]]:
        store = open_store(str(database))
        try:
            return contents(store, **how)
        finally:
            store.close()

    def check(self, moments: int) -> None:
        """Kills imports at random moments, and compares what comes of them with the clean run."""
        chance = random.Random()
        stopped = []
        for n in range(50):  # a busy machine may let an import end before it is killed
            if n >= moments and any(1 < rows < self.rows for rows in stopped):
                break
            n %= moments
            database = self.copy(f"killed{n}")
            rows = chance.randrange(self.rows * n // moments, self.rows * (n + 1) // moments)
            stopped.append(self.killed(database, rows, chance.uniform(0, self.seconds / 8)))
            again = self.run(database)
            assert differences(self.after, self.contents(database)) == {}, f"killed at {stopped[-1]} of {self.rows}"
            assert self.run(database).startswith("Nothing new"), again
            database.unlink()
        assert any(1 < rows < self.rows for rows in stopped), f"no import was killed in the middle: {stopped}"
        self.check_roll_back(chance)

    def check_roll_back(self, chance: random.Random) -> None:
        """What was killed, half imported or taken up again, can be taken back."""
        half, whole = self.copy("half"), self.copy("whole")
        for database in (half, whole):
            self.killed(database, self.rows // 3, chance.uniform(0, self.seconds / 8))
        self.run(whole)
        for database in (half, whole):
            self.call(database, "batch", "rollback", "1")
            assert differences(self.before, self.contents(database, without=["batches"])) == {}
            self.call(database, "db", "check")


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    folder = tmp_path_factory.mktemp("killed")
    write_log(folder / "log.csv")
    (folder / "map.toml").write_text(MAP, encoding="utf-8")
    return Scene(folder, folder / "log.csv", folder / "map.toml")


def test_a_killed_import_is_taken_up(scene: Scene) -> None:
    scene.check(2)


@pytest.mark.slow
def test_an_import_killed_at_ten_moments_is_taken_up(scene: Scene) -> None:
    scene.check(10)


@pytest.mark.slow
def test_the_import_of_a_public_log_killed_at_ten_moments_is_taken_up(tmp_path: Path, shared_data: Path) -> None:
    log = shared_data / "bpi2013-incidents" / "events.csv.gz"
    Scene(tmp_path, log, ROOT / "db" / "maps" / "bpi2013-incidents.toml").check(10)
