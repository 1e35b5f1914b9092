"""Writes cases into a store, here and in other processes; it loads little, since each process loads it again."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from careconsole.domain.case.event import Event, Fact
from careconsole.domain.case.evolve import begin, evolve
from careconsole.domain.case.notes import Noted
from careconsole.domain.case.opening import Opened
from careconsole.store import Store
from tests.waiting import HANG, started

ROOT = Path(__file__).resolve().parents[2]
AT = 1_767_600_000_000

__all__ = ["AT", "Noted", "add", "elsewhere", "finished", "open_case"]


def open_case(store: Store, subject: str = "Kettle", **said: Any) -> int:
    """Stores a new case; returns its number."""

    def work() -> int:
        number = store.engine.reserve("cases", 1)
        event = Event(1, AT, AT, Opened(subject=subject, **said))
        case = begin(number, event)
        store.case_writer.add(case, store.levels.due_of_many()(case))
        store.case_writer.append(number, [event])
        return number

    return store.engine.write(work)


def add(store: Store, number: int, *facts: Fact, seen: int | None = None) -> None:
    """Appends facts to a stored case; `seen` is the version they are based on."""

    def work() -> None:
        case = store.cases.get(number)
        assert case is not None
        before = case.version if seen is None else seen
        events = [Event(before + i, AT, AT, fact) for i, fact in enumerate(facts, 1)]
        for event in events:
            case = evolve(case, event)
        store.case_writer.save(case, before, store.levels.due_of_many()(case))
        store.case_writer.append(number, events)

    store.engine.write(work)


@contextmanager
def elsewhere(url: str, script: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Runs `script` in another process, which has `store` open at `url` and `arguments` in `sys.argv[2:]`."""
    code = (
        "import sys\nfrom careconsole.store import open_store\n"
        "from tests.store.writing import *\nstore = open_store(sys.argv[1])\n" + script
    )
    command = [sys.executable, "-c", code, url, *arguments]
    with started(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        yield process


def finished(process: subprocess.Popen[str]) -> str:
    """Waits for a process, asserts that it succeeded, and returns what it printed."""
    out, err = process.communicate(timeout=HANG)
    assert process.returncode == 0, err
    return out
