"""What published receipts cost the commands that change cases: with a page for each of a thousand cases, or none."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from careconsole.desk import Desk
from careconsole.desk.cases import execution
from careconsole.desk.database.environment import now_ms
from careconsole.desk.receipts import publication
from careconsole.domain.case.opening import OpenCase
from careconsole.present.receipts.publishing import move_to
from careconsole.store import open_store
from tests.bench.builds import Builds, remove
from tests.bench.processes import by_turns, careconsole
from tests.bench.table import Measured, measured

PAGES = 1_000
BUDGET = 1.3
"""The most that a command may take of its time without receipts."""


def measure_receipts(builds: Builds, cases: int, runs: int) -> Iterator[Measured]:
    """The lines of the table on published receipts."""
    plain, published = builds.folder / "unpublished.db", builds.folder / "published.db"
    remove(plain)
    shutil.copyfile(builds.open_cases(cases), plain)
    own, other = _open(plain)
    remove(published)
    shutil.copyfile(plain, published)
    _publish(published, builds.folder / "pages", own)
    words = ("--channel", "phone", "we look into it")
    commands = [
        careconsole(path, "--as", "Ana", "log", str(n), *words) for n in (own, other) for path in (plain, published)
    ]
    before, ours, before_other, ours_other = by_turns(commands, runs)
    what = f"{PAGES:,} pages"
    yield measured(f"log on a case with a page, {what}", "without receipts", ours, before, BUDGET)
    yield measured(f"log on a case without one, {what}", "without receipts", ours_other, before_other, BUDGET)


def _open(path: Path) -> tuple[int, int]:
    """Opens as many cases as there will be pages and one more; returns the first and that one."""
    with closing(open_store(str(path))) as store:
        desk = Desk(store, now_ms, 1, "bench", "bench")
        opened = [
            execution.open_case(desk, OpenCase(subject="Kettle cracked", owner=1), f"Customer {n}").opened
            for n in range(PAGES + 1)
        ]
    first, last = opened[0], opened[-1]
    assert first is not None
    assert last == first + PAGES
    return first, last


def _publish(path: Path, folder: Path, first: int) -> None:
    folder.mkdir(exist_ok=True)
    with closing(open_store(str(path))) as store:
        desk = Desk(store, now_ms, 1, "bench", "bench")
        publication.change_place(desk, str(folder), "https://care.example/r")
        for number in range(first, first + PAGES):
            publication.publish(desk, number)
        _, done = move_to(desk, str(folder), "https://care.example/r")
    assert done.written == PAGES
