"""A soak test, run by hand: `python -m tests.soak [--seconds 300] [--consoles 3] [--seed 1]`.

Monkeys work at consoles on pseudo-terminals. They open and leave every page and form (`soak_tours`), and in between
press random bound keys, type random words and bytes, click, and resize; now and then one is killed and restarted.
Beside them (`soak_beside`) people work through the desk and through the command line, merging tickets and logs are
imported, some imports are rolled back, sweeps run, and cases fall due after a minute; imports and sweeps are killed,
too. With `--alone` only the consoles run.

It exits with 1 if anything broke: a console or a command that ended unexpectedly, a traceback, a crash report, a frozen
console; if something that was acknowledged is not in the histories; if the check of the database finds something; or,
after ten minutes, if a page was never seen.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import random
import signal
import struct
import sys
import tempfile
import termios
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import msgspec

from careconsole.commands import OTHER_COMMANDS, VERBS
from careconsole.commands.console_keys import ACTIONS
from careconsole.desk.cases import execution
from careconsole.desk.team import service_levels
from careconsole.domain.case.messages import MessageLogged
from careconsole.domain.case.notes import Noted
from careconsole.domain.case.opening import OpenCase
from careconsole.store import open_store
from careconsole.store.maintenance import database_info
from tests.bench.terminal import Terminal
from tests.desk.crowd import SHARED, Done
from tests.desk.office import Office
from tests.soak_beside import WORKERS, Beside, work_for
from tests.soak_tours import SEEN, TOURS, Sights, Tour
from tests.tui.colleague import real_time

PEOPLE = ("Ana", "Ben", "Cleo", "Dora")
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
LONG = 600.0
"""Seconds after which every page must have been seen."""
FROZEN = 60.0
"""Seconds without output after a resize until a console counts as frozen; it may have to wait for others' writes."""
_KEYS = {
    "up": b"\x1b[A", "down": b"\x1b[B", "pageup": b"\x1b[5~", "pagedown": b"\x1b[6~", "home": b"\x1b[H",
    "end": b"\x1b[F", "space": b" ", "enter": b"\r", "escape": b"\x1b", "f1": b"\x1bOP", "f5": b"\x1b[15~",
    "tab": b"\t", "backspace": b"\x7f", "left": b"\x1b[D", "right": b"\x1b[C",
}  # fmt: skip
_WORDS = (
    "kettle", "2h", "tomorrow", "Ben", "Carla", "owner:ana", "is:overdue", "level:>=1", '"', "-", "[/]", "12", "+4h",
    "[@click=app.bell]x[/]", "é中\u202e", "#tag", "is:", "waiting:>4h or", "1", "\t",
)  # fmt: skip

_BYTES = (b"\xff", b"caf\xe9 ", b"\x1b[M !!", b"\x1b[M\x20\xff\xfe", b"\x1b[1114112u")
"""Bytes that no terminal of today sends."""


def sent(key: str) -> bytes:
    """Returns what a terminal sends for a key of the bindings."""
    if key in _KEYS:
        return _KEYS[key]
    if key.startswith("ctrl+"):
        return bytes([ord(key[-1]) & 0x1F])
    return key.encode()


BOUND = [
    sent(key)
    for key in [
        *(verb.key for verb in VERBS if verb.key),
        *(key for _, key, _ in OTHER_COMMANDS if key),
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
        self.keys = self.begun = self.tours = 0
        self.sights = Sights()
        self._ways: list[tuple[bytes, ...]] = []
        self.trouble: list[str] = []
        self._begin()

    def _begin(self) -> None:
        command = (sys.executable, "-X", "faulthandler", "-m", "careconsole", "--db", self._database, "--as", self.name)
        self.terminal = Terminal(command, self._home, sweep=1)
        self.begun += 1
        self._tail = b""
        self._sized: float | None = None
        self._bytes = 0
        self._tour: Tour | None = None

    def turn(self) -> None:
        """Reads the output, then types some keys."""
        chance, terminal = self._chance, self.terminal
        self._take_in()
        if terminal._ended or terminal._process.poll() is not None:
            self._ended()
            return
        if self._sized is not None:
            if self._bytes:
                self._sized = None
            elif time.monotonic() - self._sized > FROZEN:
                self._tail = b""
                terminal._process.send_signal(signal.SIGABRT)  # faulthandler prints the stack of each thread
                terminal._process.wait()
                self._take_in()
                self.trouble.append(f"{self.name} got no answer for {FROZEN:.0f} s, and was here:\n{self._seen()}")
                os.close(terminal._master)
                self._begin()
                return
        now = time.monotonic()
        if self._tour is not None:
            for key in self._tour.due(now):
                self._type(key)
            if self._tour.over:
                self._tour = None
            return
        if chance.random() < 0.25:
            if not self._ways:
                self._ways = chance.sample(TOURS, len(TOURS))
            self._tour = Tour(self._ways.pop(), chance, now)
            self.tours += 1
            return
        what = chance.random()
        if what < 0.55:
            data = chance.choice(BOUND)
        elif what < 0.75:
            data = chance.choice((*(word.encode() for word in _WORDS), *_BYTES))
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
            self._type(data)

    def _type(self, data: bytes) -> None:
        with suppress(OSError):  # it has just ended, which the next turn notices
            os.write(self.terminal._master, data)
        self.keys += 1

    def kill(self) -> None:
        """Kills the console and starts another."""
        self.terminal._process.kill()
        self.terminal._process.wait()
        os.close(self.terminal._master)
        self._begin()

    def leave(self) -> None:
        """Leaves the console by its key, which may have to be pressed again where a draft cannot be kept."""
        process, end, pressed = self.terminal._process, time.monotonic() + FROZEN, 0.0
        while process.poll() is None and time.monotonic() < end:
            if time.monotonic() - pressed > FROZEN / 3:
                self._type(b"\x11")
                pressed = time.monotonic()
            self.terminal._hear(0.05)
        if process.poll() is None:
            self.trouble.append(f"{self.name} is not left within {FROZEN:.0f} s:\n{self._seen()}")
            process.kill()
        self._take_in()
        if process.wait() not in (0, -signal.SIGKILL):
            self.trouble.append(f"{self.name} left with {process.returncode}:\n{self._seen()}")
        os.close(self.terminal._master)

    def _take_in(self) -> None:
        terminal = self.terminal
        while terminal._hear(0):
            pass
        self._bytes += terminal.bytes
        self.sights.take(terminal._text)
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


def missing(done: list[Done], path: str) -> list[str]:
    """Returns what was acknowledged but is not in the histories, and what the check finds."""
    store = open_store(path)
    people = store.people.roster()
    texts: dict[str, set[int]] = {}
    commands: set[tuple[int | None, int]] = set()
    found = []
    for number, events in store.cases.histories("1 = 1", {}):
        commands |= {(event.command, number) for event in events}
        for event in events:
            if isinstance(event.fact, Noted | MessageLogged):
                texts.setdefault(event.fact.text, set()).add(number)
    for one in done:
        if one.command is None:
            continue
        entry = store.log.get(one.command)
        if entry is None or people.name(entry.actor) != one.who:
            found.append(f"not in the log: {one}")
        elif not {(one.command, number) for number in one.cases} <= commands:
            found.append(f"not in the histories: {one}")
        elif one.what in ("note", "log") and texts.get(one.text) != set(one.cases):
            found.append(f"other words: {one}")
    found += database_info.check(store)
    store.close()
    return found


def begin(folder: Path) -> Office:
    """Creates a desk with some cases."""
    office = real_time(Office(folder))
    for name, _ in WORKERS:
        office.store.people.add(msgspec.structs.replace(office.store.people.roster().people[1], name=name))
    service_levels.set_service(office.desk(), _LEVELS)
    for n in range(max(SHARED)):
        execution.open_case(office.desk(), OpenCase(subject=f"Everybody's {n}", description="0"))
    for n in range(40):
        who = PEOPLE[n % 3]
        owner = office.ids[who]
        made = OpenCase(subject=f"Kettle {n} [/] \x1b]0;x\x07", owner=owner, tags=("lid",), priority="high")
        execution.open_case(office.desk(who), made, f"Customer {n % 9}")
    return office


def main() -> int:
    """Runs the soak test and prints a report; returns 1 if anything broke."""
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
        beside = None if said.alone else Beside(office, folder, said.seconds, said.seed)
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
        reports = sorted((folder / "careconsole" / "crashes").glob("*"))
        trouble += [f"a crash:\n{report.read_text(encoding='utf-8')}" for report in reports]
        sights = sum((monkey.sights.count for monkey in monkeys), Counter())
        unseen = sorted(SEEN.keys() - (+sights).keys())
        if unseen and said.seconds >= LONG:
            trouble.append(f"never seen: {', '.join(unseen)}")
        store = open_store(office.path)
        row = store.engine.fetch_one("select (select count(*) from cases), (select count(*) from events)")
        swept = Counter(event.kind for _, event in store.sweeping.done(0, 1_000_000))
        names = ",".join(str(office.ids[name]) for name in PEOPLE)
        given = store.engine.fetch_all(
            f"select verb, count(*) from commands where actor_id in ({names}) group by 1 order by 2"
        )
        store.close()
        print(", ".join(f"{count} {verb}" for verb, count in reversed(given)))
        print("By itself: " + (", ".join(f"{count} {kind}" for kind, count in swept.most_common()) or "nothing"))
        print("Seen: " + ", ".join(f"{page} {count}" for page, count in sorted(sights.items())))
        print(f"Not seen: {', '.join(unseen) or 'nothing'}")
        if beside is not None:
            print(f"Beside: {beside.words}")
        keys, tours, begun = (
            sum(counts) for counts in zip(*((m.keys, m.tours, m.begun) for m in monkeys), strict=True)
        )
        print(
            f"{keys:,} keys and {tours:,} tours on {said.consoles} consoles ({begun} times begun, {kills} killed),"
            f" {len(done):,} things done beside them, {row[0]:,} cases, {row[1]:,} events; {len(trouble)} troubles"
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
