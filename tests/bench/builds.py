"""The folder the bench works in: event logs, and databases made from them by the import itself."""

from __future__ import annotations

import json
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.bench.logs import AGENTS, MAP, write_log
from tests.bench.processes import Run, careconsole, run
from tests.intake.kinds import EXPORTS, write
from tests.intake.tickets import tickets

READ_EVENTS = 3
"""Events of each case in the databases that are read."""


class Builds:
    """Makes logs and databases in `folder` on demand, and reuses those that exist."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def log(self, cases: int, events: int, *, by_time: bool = False, all_open: bool = False) -> Path:
        """An event log."""
        path = self.folder / f"{cases}x{events}{'-by-time' if by_time else ''}{'-open' if all_open else ''}.jsonl"
        if not path.exists():
            _say(f"writing {path.name}")
            unfinished = path.with_suffix(".part")
            write_log(unfinished, cases, events, by_time=by_time, all_open=all_open)
            unfinished.rename(path)
        return path

    def export(self, kind: str, records: int) -> Path:
        """An export for a kind of import: one record per line, or rows of a table."""
        export = EXPORTS[kind]
        path = self.folder / f"{kind}-{records}.{'csv' if export.ending == 'csv' else 'jsonl'}"
        if not path.exists():
            _say(f"writing {path.name}")
            unfinished = path.with_suffix(".part")
            write(unfinished, export, tickets(records), by_line=True)
            unfinished.rename(path)
        return path

    def empty(self, name: str) -> Path:
        """A fresh database of a small team, without cases."""
        template = self.folder / "empty.db"
        if not template.exists():
            run(careconsole(template, "init", "--team", "Bench", "--lead", "Ana", "--agent", "Ben"))
        path = self.folder / f"{name}.db"
        remove(path)
        shutil.copyfile(template, path)
        return path

    def database(self, cases: int) -> tuple[Path, Run]:
        """A database of so many cases for reading, and what its import took."""
        path, note = self.folder / f"read-{cases}.db", self.folder / f"read-{cases}.json"
        if not note.exists():
            log = self.log(cases, READ_EVENTS)
            self.empty(path.stem)
            note.write_text(json.dumps(_bring_in_the_past(path, log)), encoding="utf-8")
        return path, Run(*json.loads(note.read_text(encoding="utf-8")))

    def open_cases(self, cases: int) -> Path:
        """A database of so many cases for the console, all of them open.

        Ana leads; Ben and all who own a case are agents.
        """
        path, note = self.folder / f"open-{cases}.db", self.folder / f"open-{cases}.json"
        if not note.exists():
            log = self.log(cases, READ_EVENTS, all_open=True)
            remove(path)
            agents = [word for name in ("Ben", *AGENTS) for word in ("--agent", name)]
            run(careconsole(path, "init", "--team", "Bench", "--lead", "Ana", *agents))
            note.write_text(json.dumps(_bring_in_the_past(path, log)), encoding="utf-8")
        return path


def bring(database: Path, log: Path, moment: datetime | None = None) -> Run:
    """Imports a log into a database; returns what that took."""
    environment = {"CARECONSOLE_NOW": moment.isoformat(timespec="seconds")} if moment else {}
    return run(careconsole(database, "--as", "Ana", "import", "events", str(log), "--map", str(MAP)), **environment)


def bring_kind(database: Path, kind: str, export: Path) -> Run:
    """Imports an export of a kind into a database; returns what that took."""
    words = [*EXPORTS[kind].words]
    if (users := EXPORTS[kind].users) is not None:
        people = export.with_name(f"{kind}-people.json")
        people.write_text(json.dumps(users), encoding="utf-8")
        words += ["--users", str(people)]
    return run(careconsole(database, "--as", "Ana", "import", kind, str(export), *words))


def _bring_in_the_past(database: Path, log: Path) -> Run:
    """Imports as of five hours ago: clocks of an imported case start then, and the short ones have run out by now."""
    _say(f"importing {log.name}")
    return bring(database, log, datetime.now(UTC) - timedelta(hours=5))


def remove(database: Path) -> None:
    """Removes a database and what SQLite keeps beside it."""
    for end in ("", "-wal", "-shm", "-journal"):
        Path(f"{database}{end}").unlink(missing_ok=True)


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)
