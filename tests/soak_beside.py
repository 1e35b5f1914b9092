"""What runs beside the consoles of the soak test: people, imports of logs and of merging tickets, sweeps, kills."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from tests.bench.processes import ROOT
from tests.desk.crowd import Done, Person, Typist
from tests.desk.office import Office
from tests.desk.test_killed_import import MAP, write_log

WORKERS = (("Agent 0", "desk"), ("Agent 1", "desk"), ("Agent 2", "cli"))
TICKETS = 60
_ZENDESK_USERS = [
    {"id": 1, "name": "Zoe", "role": "agent", "email": "zoe@shop.example"},
    *({"id": 10 + n, "name": f"Customer {n}", "role": "end-user", "email": f"c{n}@mail.example"} for n in range(9)),
]


def act_of(person: Person) -> None:
    """Lets a person do one thing. The count is left out: here the consoles may edit its case, too."""
    if isinstance(person, Typist):
        person.act()
    else:
        person.chance.choice((person.note, person.log_message, person.tag, person.open, person.bulk, person.pass_on))()


def work_for(database: str, name: str, way: str, seconds: float) -> None:
    """Lets a person work for so many seconds, as a process beside the consoles."""
    person = (Typist if way == "cli" else Person)(database, name)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(person.chance.uniform(0.05, 0.5))
        act_of(person)
    person.store.close()


class Tickets:
    """A help desk whose tickets change between one export and the next: comments, answers, merges."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._now = datetime.now(UTC) - timedelta(hours=8)
        self.merged = 0
        self._tickets = [self._ticket(n) for n in range(1, TICKETS + 1)]

    def _stamp(self) -> str:
        self._now += timedelta(seconds=1)
        return self._now.isoformat().replace("+00:00", "Z")

    def _ticket(self, number: int) -> dict[str, Any]:
        at = self._stamp()
        return {
            "id": number, "subject": f"Ticket {number}", "description": "It leaks.", "status": "open",
            "created_at": at, "updated_at": at, "requester_id": 10 + number % 9, "assignee_id": 1, "tags": [],
            "via": {"channel": "email"}, "comments": [],
        }  # fmt: skip

    def export(self, path: Path) -> None:
        """Changes some tickets, then writes all of them."""
        for ticket in self._chance.sample(self._tickets, TICKETS // 3):
            if ticket["status"] != "closed":
                self._go_on(ticket)
        document = {"tickets": self._tickets, "users": _ZENDESK_USERS}
        path.write_text(json.dumps(document), encoding="utf-8")

    def _go_on(self, ticket: dict[str, Any]) -> None:
        chance, at = self._chance, self._stamp()
        ticket["updated_at"] = at
        comment = {"id": ticket["id"] * 1000 + len(ticket["comments"]), "created_at": at, "public": True}
        what = chance.random()
        others = [one for one in self._tickets if one["status"] != "closed" and one is not ticket]
        if what < 0.2 and others:
            into = chance.choice(others)["id"]
            body = f"This request was closed and merged into request #{into} \u201cTicket {into}\u201d."
            comment |= {"author_id": 1, "public": False, "body": body}
            comment["via"] = {"channel": "web", "source": {"rel": "merge"}}
            ticket.update(status="closed", tags=["closed_by_merge"])
            self.merged += 1
        elif what < 0.6:
            comment |= {"author_id": ticket["requester_id"], "body": "It still leaks."}
            ticket["status"] = "open"
        else:
            comment |= {"author_id": 1, "body": "A new one is on its way."}
            ticket["status"] = chance.choice(("open", "pending", "solved"))
        ticket["comments"].append(comment)


class Beside:
    """Workers, imports, roll-backs and sweeps beside the consoles; some imports and sweeps are killed."""

    def __init__(self, office: Office, folder: Path, seconds: float, seed: int) -> None:
        self._office, self._folder = office, folder
        self._chance = random.Random(seed)
        self._where = ("--db", office.path, "--as", "Ana")
        self._environment = {**os.environ, "XDG_STATE_HOME": str(folder)}
        self.trouble: list[str] = []
        self.imports = self.taken_back = self.sweeps = self.killed = 0
        self.tickets = Tickets(seed)
        self._output = {name: folder / f"{name}.out" for name, _ in WORKERS}
        self._workers = [
            self._start("tests.soak", "--worker", office.path, name, way, f"{seconds}", out=self._output[name])
            for name, way in WORKERS
        ]
        now = time.monotonic()
        self._running: dict[str, tuple[subprocess.Popen[bytes], float | None]] = {}
        self._next = {"import": now + 5, "sweep": now + 3}
        write_log(folder / "log.csv")
        rows = (folder / "log.csv").read_text(encoding="utf-8").splitlines()
        self._head, self._rows = rows[0], rows[1:]

    def _start(self, module: str, *words: str, out: Path) -> subprocess.Popen[bytes]:
        with out.open("wb") as file:
            return subprocess.Popen(
                [sys.executable, "-m", module, *words], cwd=ROOT, stdout=file, stderr=file, env=self._environment
            )

    def turn(self) -> None:
        """Starts the next import, rollback or sweep when the last one is over, and kills some of them."""
        now = time.monotonic()
        for what, (process, kill_at) in list(self._running.items()):
            if kill_at is not None and now > kill_at and process.poll() is None:
                process.kill()
                process.wait()
                self.killed += 1
                del self._running[what]
            elif process.poll() is not None:
                self._ended(what, process)
                del self._running[what]
            else:
                continue
            self._next[what] = now + (8 if what == "import" else 5)
        for what, words in (("import", self._import), ("sweep", self._sweep)):
            if what not in self._running and now > self._next[what]:
                process = self._start("careconsole", *self._where, *words(), out=self._folder / f"{what}.out")
                kill_at = now + self._chance.uniform(0.5, 4) if self._chance.random() < 0.25 else None
                self._running[what] = process, kill_at

    def _ended(self, what: str, process: subprocess.Popen[bytes]) -> None:
        said = (self._folder / f"{what}.out").read_text(encoding="utf-8", errors="replace")
        # 3 is a refusal: another import of the same system is running, or the import is already rolled back.
        if process.returncode not in (0, 3) or "Traceback" in said:
            self.trouble.append(f"{what} ended with {process.returncode}: {said[-2000:]}")

    def _sweep(self) -> tuple[str, ...]:
        self.sweeps += 1
        return ("sweep",)

    def _import(self) -> tuple[str, ...]:
        self.imports += 1
        if self.imports % 5 == 0:
            self.taken_back += 1
            return ("batch", "rollback", str(self.taken_back))
        if self.imports % 2:
            tickets = self._folder / f"tickets{self.imports}.json"
            self.tickets.export(tickets)
            return ("import", "zendesk", str(tickets), "--source", "desk")
        part = self._rows[self.imports * 700 % 18_000 :][:2_000]
        log, map = self._folder / f"log{self.imports}.csv", self._folder / "map.toml"
        log.write_text("\n".join([self._head, *part]), encoding="utf-8")
        map.write_text(MAP.replace('"old"', f'"old{self.imports}"'), encoding="utf-8")
        return ("import", "events", str(log), "--map", str(map))

    def end(self) -> list[Done]:
        """Waits for all processes; returns what the workers acknowledged."""
        for what, (process, _) in self._running.items():
            process.wait(120)
            self._ended(what, process)
        done = []
        for worker, path in zip(self._workers, self._output.values(), strict=True):
            worker.wait(120)
            text = path.read_text(encoding="utf-8", errors="replace")
            if worker.returncode:
                self.trouble.append(f"a worker ended with {worker.returncode}: {text[-2000:]}")
            done += [msgspec.json.decode(row, type=Done) for row in text.splitlines() if row.startswith("{")]
        return done

    @property
    def words(self) -> str:
        """What was done, for the report."""
        return (
            f"{self.imports} imports ({self.tickets.merged} merges, {self.taken_back} taken back),"
            f" {self.sweeps} sweeps, {self.killed} of both killed"
        )
