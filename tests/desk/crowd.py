"""One of many people at work on the same database, as a process: `python -m tests.desk.crowd DATABASE NAME WAY`.

WAY is "desk" or "cli". Prints "ready", reads from standard input how many things to do, and then prints a `Done` as a
line of JSON after each of them.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable

import msgspec

from careconsole.desk import Desk
from careconsole.desk.cases import execution, undo_redo
from careconsole.domain.case.editing import Edit, Tag
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.notes import Note
from careconsole.domain.case.offers import Offer
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.errors import Conflict, Refused
from careconsole.store import open_store

SHARED = (1, 2, 3, 4, 5)
"""Cases that everybody works on; the description of the first one is a count that everybody raises."""
COUNTED = SHARED[0]
THINKING = 0.02


class Done(msgspec.Struct, kw_only=True):
    """The outcome of one action: when it began and ended (seconds since the epoch), and what was acknowledged.

    `what` is the action ("raised" for the count), "conflict" if somebody was faster, "refused" if a rule forbade it.
    """

    who: str
    what: str
    begun: float
    ended: float
    command: int | None = None
    cases: tuple[int, ...] = ()
    text: str = ""


class Person:
    """Somebody at work, one action after the other."""

    def __init__(self, database: str, name: str) -> None:
        self.database = database
        self.name = name
        self.chance = random.Random(name)
        self.store = open_store(database)
        self.ids = {p.name: p.number for p in self.store.people.roster().people.values()}
        self.desk = Desk(self.store, lambda: time.time_ns() // 1_000_000, self.ids[name], "desk", "os")
        self.mine: list[int] = []
        self.count = 0

    def stay(self, things: int) -> None:
        for _ in range(things):
            time.sleep(self.chance.uniform(0, 2 * THINKING))
            self.act()
        self.store.close()

    def act(self) -> None:
        action = self.chance.choice(
            (
                self.note,
                self.note,
                self.log_message,
                self.raise_count,
                self.raise_count,
                self.tag,
                self.open,
                self.bulk,
                self.pass_on,
            )
        )
        action()

    def text(self) -> str:
        self.count += 1
        return f"{self.name}-{self.count}"

    def one_of_shared(self) -> int:
        return self.chance.choice(SHARED)

    def tell(self, what: str, action: Callable[[], execution.Outcome], text: str = "") -> bool:
        """Does something and prints the outcome; returns whether it was done."""
        begun = time.time()
        try:
            outcome = action()
            done = Done(
                who=self.name,
                what=what,
                begun=begun,
                ended=time.time(),
                command=outcome.command,
                cases=outcome.cases,
                text=text,
            )
        except (Conflict, Refused) as error:
            what = "conflict" if isinstance(error, Conflict) else "refused"
            done = Done(who=self.name, what=what, begun=begun, ended=time.time(), text=str(error))
        print(msgspec.json.encode(done).decode(), flush=True)
        return done.command is not None

    def note(self) -> None:
        text = self.text()
        case = self.one_of_shared()
        if (
            self.tell("note", lambda: execution.execute(self.desk, "note", Note(text=text), [case]), text)
            and self.count % 7 == 0
        ):
            self.tell("undo", lambda: undo_redo.undo(self.desk))

    def log_message(self) -> None:
        text = self.text()
        command = LogMessage(text=text, inbound=self.chance.random() < 0.5)
        case = self.one_of_shared()
        self.tell("log", lambda: execution.execute(self.desk, "log", command, [case]), text)

    def raise_count(self) -> None:
        """Reads the count, pauses, and writes one more: without `seen`, many updates would be lost."""
        case = self.store.cases.get(COUNTED)
        assert case is not None
        time.sleep(self.chance.uniform(0, THINKING))
        command = Edit(description=str(int(case.description) + 1))
        self.tell("raised", lambda: execution.execute(self.desk, "edit", command, [COUNTED], seen=case.version))

    def tag(self) -> None:
        case = self.store.cases.get(self.one_of_shared())
        assert case is not None
        command = Tag(add=(self.text().lower(),), remove=case.tags[-1:])
        self.tell("tag", lambda: execution.execute(self.desk, "tag", command, [case.number], seen=case.version))

    def open(self) -> None:
        key = self.text()
        command = OpenCase(subject=key, owner=self.ids[self.name], external=("crowd", key))
        if self.tell(
            "new", lambda: execution.open_case(self.desk, command, f"Customer {self.count % 9}", request_key=key), key
        ):
            number = self.store.cases.by_external("crowd", key)
            assert number is not None
            self.mine.append(number)

    def bulk(self) -> None:
        cases = [*self.mine[-3:], self.one_of_shared()]
        text = self.text()
        self.tell("note", lambda: execution.execute(self.desk, "note", Note(text=text), cases), text)

    def pass_on(self) -> None:
        if not self.mine:
            return
        to = self.chance.choice([n for name, n in self.ids.items() if name.startswith("Agent") and name != self.name])
        case = self.chance.choice(self.mine)
        self.tell("offer", lambda: execution.execute(self.desk, "offer", Offer(to=to, reason="try"), [case]))


class Typist(Person):
    """The same through the command line, a process for each command."""

    def act(self) -> None:
        text = self.text()
        case = self.store.cases.get(self.one_of_shared())
        assert case is not None
        if self.chance.random() < 0.5:
            self.type("note", text, "note", str(case.number), text)
        else:
            self.type("tag", text, "tag", str(case.number), "--add", text.lower(), "--seen", str(case.version))

    def type(self, what: str, text: str, *words: str) -> None:
        begun = time.time()
        run = subprocess.run(
            [sys.executable, "-m", "careconsole", "--db", self.database, "--as", self.name, *words, "--json"],
            capture_output=True,
            text=True,
        )
        if run.returncode in (3, 4):
            what = "conflict" if run.returncode == 4 else "refused"
            done = Done(who=self.name, what=what, begun=begun, ended=time.time(), text=run.stderr)
        else:
            assert run.returncode == 0, run.stderr
            said = msgspec.json.decode(run.stdout)
            done = Done(
                who=self.name,
                what=what,
                begun=begun,
                ended=time.time(),
                command=said["command"],
                cases=tuple(said["cases"]),
                text=text,
            )
        print(msgspec.json.encode(done).decode(), flush=True)


def main() -> None:
    database, name, way = sys.argv[1:]
    person = (Typist if way == "cli" else Person)(database, name)
    print("ready", flush=True)
    person.stay(int(sys.stdin.readline()))


if __name__ == "__main__":
    os.environ.pop("CARECONSOLE_NOW", None)
    main()
