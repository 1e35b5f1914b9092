"""A day at the desk in some minutes, run by hand: `python -m tests.soak [--seconds 300] [--consoles 3] [--seed 1]`.

Consoles on pseudo-terminals are worked at by monkeys: random keys of the bindings, random words in the forms, clicks,
new sizes; now and then one is killed and begun again. Beside them people work through the desk and through the command
line, imports come, and some are taken back; what falls due after a minute moves by itself. `--alone` leaves all but
the consoles away.

It ends with 1 when a console ended by itself with a trace, or answered no more; when something that was acknowledged
is not in the histories; or when the check of the database finds something.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import random
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections import Counter
from pathlib import Path

import msgspec

from careconsole.commands import OTHERS, VERBS
from careconsole.commands.console import ACTIONS
from careconsole.desk import service, work
from careconsole.domain import commands as c
from careconsole.domain.facts import Noted, Touched
from careconsole.store import health, open_store
from tests.bench.processes import ROOT
from tests.bench.terminal import Terminal
from tests.desk.crowd import SHARED, Done, Person, Typist
from tests.desk.office import Office
from tests.desk.test_killed_import import MAP, write_log
from tests.tui.colleague import real_time

PEOPLE = ("Ana", "Ben", "Cleo", "Dora")
WORKERS = (("Agent 0", "desk"), ("Agent 1", "desk"), ("Agent 2", "cli"))
_LEVELS = """
[[level]]
name = "at once"
first_answer = "1m"
answer = "1m"
take = "1m"
step = "1m"
offer = "1m"
acknowledge = "1m"
"""
FROZEN = 30.0
"""Seconds without an answer to a new size, after which a console counts as frozen; it may wait for others' writes."""
_KEYS = {
    "up": b"\x1b[A", "down": b"\x1b[B", "pageup": b"\x1b[5~", "pagedown": b"\x1b[6~", "home": b"\x1b[H",
    "end": b"\x1b[F", "space": b" ", "enter": b"\r", "escape": b"\x1b", "f1": b"\x1bOP", "f5": b"\x1b[15~",
    "tab": b"\t", "backspace": b"\x7f", "left": b"\x1b[D", "right": b"\x1b[C",
}  # fmt: skip
_WORDS = (
    "kettle", "2h", "tomorrow", "Ben", "Carla", "owner:ana", "is:breached", "level:>=1", '"', "-", "[/]", "12", "+4h",
    "[@click=app.bell]x[/]", "é中\u202e", "#tag", "is:", "waiting:>4h or", "1", "\t",
)  # fmt: skip


def sent(key: str) -> bytes:
    """What a terminal sends for a key as the bindings name it."""
    if key in _KEYS:
        return _KEYS[key]
    if key.startswith("ctrl+"):
        return bytes([ord(key[-1]) & 0x1F])
    return key.encode()


BOUND = [
    sent(key)
    for key in [
        *(verb.key for verb in VERBS if verb.key),
        *(key for _, key, _ in OTHERS if key),
        *(key for action in ACTIONS for key in action.keys if key not in ("q", "ctrl+q")),
        *"123456789abcdef",
        "tab",
        "backspace",
    ]
]


class Monkey:
    """A console, and somebody who presses its keys at random."""

    def __init__(self, database: str, name: str, home: Path, seed: int) -> None:
        self._database, self.name, self._home = database, name, home
        self._chance = random.Random(seed)
        self.keys = self.begun = 0
        self.trouble: list[str] = []
        self._begin()

    def _begin(self) -> None:
        command = (sys.executable, "-m", "careconsole", "--db", self._database, "--as", self.name)
        self.terminal = Terminal(command, self._home, sweep=1)
        self.begun += 1
        self._tail = b""
        self._sized: float | None = None
        self._bytes = 0

    def turn(self) -> None:
        """Some keys; and what came meanwhile is taken in."""
        chance, terminal = self._chance, self.terminal
        self._take_in()
        if terminal._ended or terminal._process.poll() is not None:
            self._ended()
            return
        if self._sized is not None:
            if self._bytes:
                self._sized = None
            elif time.monotonic() - self._sized > FROZEN:
                self.trouble.append(f"{self.name} got no answer for {FROZEN:.0f} s:\n{self._seen()}")
                self.kill()
                return
        what = chance.random()
        if what < 0.55:
            data = chance.choice(BOUND)
        elif what < 0.75:
            data = chance.choice(_WORDS).encode()
        elif what < 0.9:
            data = chance.choice((b"\r", b"\x13", b"\x1b", b"\x1b", b"\t"))
        elif what < 0.97:
            x, y = chance.randrange(1, 120), chance.randrange(1, 40)
            data = f"\x1b[<0;{x};{y}M\x1b[<0;{x};{y}m".encode()
        elif what < 0.999:
            data = b""
            if self._sized is None:
                self._sized, self._bytes = time.monotonic(), 0
            size = chance.choice(((40, 120), (24, 80), (50, 200), (15, 60), (8, 30), (41, 121)))
            fcntl.ioctl(terminal._master, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        else:
            data = b"\x11" if chance.random() < 0.5 else b"q"
        if data:
            os.write(terminal._master, data)
            self.keys += 1

    def kill(self) -> None:
        """No goodbye."""
        self.terminal._process.kill()
        self.terminal._process.wait()
        os.close(self.terminal._master)
        self._begin()

    def leave(self) -> None:
        """The console is left by its key."""
        self._take_in()
        self.terminal.close()
        self._tail += self.terminal._text
        if self.terminal._process.returncode:
            self.trouble.append(f"{self.name} left with {self.terminal._process.returncode}:\n{self._seen()}")

    def _take_in(self) -> None:
        terminal = self.terminal
        while terminal._hear(0):
            pass
        self._bytes += terminal.bytes
        self._tail = (self._tail + terminal._text)[-6000:]
        terminal._clear()

    def _ended(self) -> None:
        process = self.terminal._process
        process.wait()
        self._take_in()
        if process.returncode:
            self.trouble.append(f"{self.name} ended with {process.returncode}:\n{self._seen()}")
        os.close(self.terminal._master)
        self._begin()

    def _seen(self) -> str:
        return self._tail.decode(errors="replace")


def act_of(person: Person) -> None:
    """What people beside the consoles do: everything but counting, for anybody may edit a case here."""
    if isinstance(person, Typist):
        person.act()
    else:
        person.chance.choice((person.note, person.touch, person.tag, person.open, person.bulk, person.pass_on))()


def work_for(database: str, name: str, way: str, seconds: float) -> None:
    """A process beside the consoles."""
    person = (Typist if way == "cli" else Person)(database, name)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(person.chance.uniform(0.05, 0.5))
        act_of(person)
    person.store.close()


class Beside:
    """Workers and imports beside the consoles."""

    def __init__(self, office: Office, folder: Path, seconds: float) -> None:
        self._office, self._folder = office, folder
        self.trouble: list[str] = []
        self.imports = self.taken_back = 0
        self._output = {name: folder / f"{name}.out" for name, _ in WORKERS}
        self._workers = [
            self._start("tests.soak", "--worker", office.path, name, way, f"{seconds}", out=self._output[name])
            for name, way in WORKERS
        ]
        self._import: subprocess.Popen[bytes] | None = None
        self._next = time.monotonic() + 5
        write_log(folder / "log.csv")
        rows = (folder / "log.csv").read_text(encoding="utf-8").splitlines()
        self._head, self._rows = rows[0], rows[1:]

    def _start(self, module: str, *words: str, out: Path) -> subprocess.Popen[bytes]:
        with out.open("wb") as file:
            return subprocess.Popen([sys.executable, "-m", module, *words], cwd=ROOT, stdout=file, stderr=file)

    def turn(self) -> None:
        """Imports follow one another; some are taken back."""
        running = self._import
        if running is not None and running.poll() is not None:
            if running.returncode not in (0, 3):
                self.trouble.append(f"an import ended with {running.returncode}: {self._said()}")
            self._import, self._next = None, time.monotonic() + 8
        if self._import is None and time.monotonic() > self._next:
            self.imports += 1
            if self.imports % 3 == 0:
                self.taken_back += 1
                words = ("batch", "rollback", str(self.taken_back))
            else:
                part = self._rows[self.imports * 700 % 18_000 :][:2_000]
                log = self._folder / f"log{self.imports}.csv"
                log.write_text("\n".join([self._head, *part]), encoding="utf-8")
                source = MAP.replace('"old"', f'"old{self.imports}"')
                (self._folder / "map.toml").write_text(source, encoding="utf-8")
                words = ("import", "events", str(log), "--map", str(self._folder / "map.toml"))
            where = ("--db", self._office.path, "--as", "Ana")
            self._import = self._start("careconsole", *where, *words, out=self._folder / "import.out")

    def end(self) -> list[Done]:
        """Waits for all of them; what was acknowledged."""
        if self._import is not None:
            self._import.wait(120)
        done = []
        for worker, path in zip(self._workers, self._output.values(), strict=True):
            worker.wait(120)
            text = path.read_text(encoding="utf-8", errors="replace")
            if worker.returncode:
                self.trouble.append(f"a worker ended with {worker.returncode}: {text[-2000:]}")
            done += [msgspec.json.decode(row, type=Done) for row in text.splitlines() if row.startswith("{")]
        return done

    def _said(self) -> str:
        return (self._folder / "import.out").read_text(encoding="utf-8", errors="replace")[-2000:]


def missing(done: list[Done], path: str) -> list[str]:
    """What was acknowledged and is not in the histories, and what the check finds."""
    store = open_store(path)
    people = store.people.roster()
    texts: dict[str, set[int]] = {}
    commands: set[tuple[int | None, int]] = set()
    found = []
    for number, events in store.cases.histories("1 = 1", {}):
        commands |= {(event.command, number) for event in events}
        for event in events:
            if isinstance(event.fact, Noted | Touched):
                texts.setdefault(event.fact.text, set()).add(number)
    for one in done:
        if one.command is None:
            continue
        entry = store.log.get(one.command)
        if entry is None or people.name(entry.actor) != one.who:
            found.append(f"not in the log: {one}")
        elif not {(one.command, number) for number in one.cases} <= commands:
            found.append(f"not in the histories: {one}")
        elif one.what in ("note", "touch") and texts.get(one.text) != set(one.cases):
            found.append(f"other words: {one}")
    found += health.check(store)
    store.close()
    return found


def begin(folder: Path) -> Office:
    """A desk with some cases on it."""
    office = real_time(Office(folder))
    for name, _ in WORKERS:
        office.store.people.add(msgspec.structs.replace(office.store.people.roster().people[1], name=name))
    service.set_service(office.desk(), _LEVELS)
    for n in range(max(SHARED)):
        work.new(office.desk(), c.New(subject=f"Everybody's {n}", description="0"))
    for n in range(40):
        who = PEOPLE[n % 3]
        owner = office.ids[who]
        made = c.New(subject=f"Kettle {n} [/] \x1b]0;x\x07", owner=owner, tags=("lid",), priority="high")
        work.new(office.desk(who), made, f"Customer {n % 9}")
    return office


def main() -> int:
    """Runs it, and says what it found."""
    ask = argparse.ArgumentParser(description="A day at the desk in some minutes.")
    ask.add_argument("--seconds", type=float, default=300)
    ask.add_argument("--consoles", type=int, default=3)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--alone", action="store_true")
    said = ask.parse_args()
    with tempfile.TemporaryDirectory(prefix="soak") as name:
        folder = Path(name)
        os.environ.update(EDITOR="true", VISUAL="true")
        office = begin(folder)
        beside = None if said.alone else Beside(office, folder, said.seconds)
        monkeys = [
            Monkey(office.path, PEOPLE[n % len(PEOPLE)], folder, said.seed * 100 + n) for n in range(said.consoles)
        ]
        chance, end, kills = random.Random(said.seed), time.monotonic() + said.seconds, 0
        next_kill = time.monotonic() + 15
        while time.monotonic() < end:
            for monkey in monkeys:
                monkey.turn()
            if beside is not None:
                beside.turn()
            if time.monotonic() > next_kill:
                chance.choice(monkeys).kill()
                kills += 1
                next_kill = time.monotonic() + chance.uniform(5, 25)
            time.sleep(0.03)
        for monkey in monkeys:
            monkey.leave()
        done = beside.end() if beside is not None else []
        office.close()
        trouble = [words for monkey in monkeys for words in monkey.trouble]
        trouble += (beside.trouble if beside is not None else []) + missing(done, office.path)
        store = open_store(office.path)
        row = store.engine.one("select (select count(*) from cases), (select count(*) from events)")
        swept = Counter(event.kind for _, event in store.sweeping.done(0, 1_000_000))
        names = ",".join(str(office.ids[name]) for name in PEOPLE)
        given = store.engine.all(
            f"select verb, count(*) from commands where actor_id in ({names}) group by 1 order by 2"
        )
        store.close()
        print(", ".join(f"{count} {verb}" for verb, count in reversed(given)))
        print("By itself: " + (", ".join(f"{count} {kind}" for kind, count in swept.most_common()) or "nothing"))
        print(
            f"{sum(m.keys for m in monkeys):,} keys on {said.consoles} consoles ({sum(m.begun for m in monkeys)} times"
            f" begun, {kills} killed), {len(done):,} things done beside them, {row[0]:,} cases, {row[1]:,} events;"
            f" {len(trouble)} troubles"
        )
        for words in trouble[:20]:
            print(f"--\n{words}")
        return bool(trouble)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--worker"]:
        database, who, way, seconds = sys.argv[2:]
        work_for(database, who, way, float(seconds))
    else:
        sys.exit(main())
