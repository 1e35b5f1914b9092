"""A soak test of a PostgreSQL server, by hand: `python -m tests.soak_postgres [--seconds 600] [--consoles 40]`.

Each console is a process with the threads that a console has: the one for the database, the feed, and the sweeper. At
random moments it writes a note on one of some cases that everybody works on, or raises the count in the description of
the first one, which fails if another one was faster. In the middle the server is killed as a failing machine would, and
started again five seconds later. With `--pooled`, all go through pgbouncer in transaction mode, which passes no
notifications on; with `--file`, the same is done in a file, without a kill.

Before that, the same consoles work in a file for a tenth of the time, for comparison, and one console at which nobody
works is alone with the server for a minute.

It exits with 1 if something acknowledged is missing, a raised count was lost, or a console did not come back. It prints
how many updates were lost, how long a change took, how long after its acknowledgement the other consoles saw it, and
how many statements a second an idle console sends.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from careconsole.desk import Desk
from careconsole.desk.cases import execution
from careconsole.desk.queries import changes
from careconsole.desk.team import members
from careconsole.domain.case.editing import Edit
from careconsole.domain.case.notes import Note, Noted
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.errors import CareError, Conflict
from careconsole.store import create_store, open_store
from careconsole.tui.threads.backend import Backend
from careconsole.tui.threads.change_feed import ChangeFeed, Changes
from careconsole.tui.threads.sweeper import Sweeper
from tests import postgres
from tests.bench.processes import ROOT
from tests.waiting import started, wait_until

CASES, COUNTED = 5, 1
OUTAGE = 5.0
"""Seconds between the server's end and its new start."""
_POOLED = 20
"""The connections that pgbouncer has for all, as many as without a setting."""
IDLE_SECONDS, SETTLED = 40.0, 60.0
"""How long an idle console is watched, and how many seconds after its start that begins."""
AROUND = 20.0
"""Seconds after the kill in which changes are not counted as late: consoles connect anew."""


def now() -> int:
    """The time in epoch milliseconds."""
    return time.time_ns() // 1_000_000


class Worker:
    """A console without a screen, and somebody at it; prints what it did and saw as lines of JSON."""

    def __init__(self, place: str, number: int, pace: float) -> None:
        self._number, self._pace = number, pace
        self._chance = random.Random(number)
        self._person = 1 + number % 3
        self._lock = threading.Lock()
        self._backend = Backend(lambda: Desk(open_store(place), now, self._person))
        cursor = self._backend.submit(self._begin).result()
        self._feed = ChangeFeed(self._backend.place.desk, f"console {number}", cursor, self._tell, self._lose)
        self._sweeper = Sweeper(self._backend.place.desk, 20, lambda error: self._say(trouble=error.message))

    def _begin(self, desk: Desk) -> int:
        desk.person = self._person
        return changes.present(desk)

    def _say(self, **what: Any) -> None:
        with self._lock:
            print(json.dumps({"who": self._number, "at": time.time(), **what}), flush=True)

    def _tell(self, news: Changes) -> None:
        self._say(saw=[event[3] for event in news.events if event[3] is not None], many=news.many)
        self._feed.taken()

    def _lose(self, error: CareError) -> None:
        self._say(lost=error.message)

    def work(self, seconds: float) -> None:
        """Works for so long."""
        self._feed.start()
        self._sweeper.start()
        self._say(begun=True)
        end, n = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            time.sleep(self._chance.expovariate(1 / self._pace))
            n += 1
            before = time.time()
            try:
                done = self._backend.submit(self._one(n)).result()
                self._say(took=time.time() - before, **done)
            except Conflict:
                self._say(conflict=True)
            except CareError as error:
                self._say(failed=error.message, kind=type(error).__name__)
        self._end()

    def idle(self) -> None:
        """Does nothing, and says how many statements are sent meanwhile."""
        import psycopg

        sent, execute = [0], psycopg.Cursor.execute

        def counted(cursor: Any, sql: Any, *given: Any, **named: Any) -> Any:
            sent[0] += sql != "rollback"  # which ends what was read, and asks nothing
            return execute(cursor, sql, *given, **named)

        psycopg.Cursor.execute = counted  # type: ignore[method-assign]
        self._feed.start()
        self._sweeper.start()
        time.sleep(SETTLED)
        before, begun = sent[0], time.monotonic()
        time.sleep(IDLE_SECONDS)
        self._say(statements=(sent[0] - before) / (time.monotonic() - begun))
        self._end()

    def _end(self) -> None:
        self._feed.close()
        self._sweeper.close()
        self._backend.close()
        self._say(ended=True)

    def _one(self, n: int) -> Any:
        if self._chance.random() < 0.3:
            return self._raise
        case, text = self._chance.randint(1, CASES), f"{self._number}/{n}"

        def note(desk: Desk) -> dict[str, Any]:
            return {
                "note": text,
                "case": case,
                "command": execution.execute(desk, "note", Note(text=text), [case]).command,
            }

        return note

    def _raise(self, desk: Desk) -> dict[str, Any]:
        case = desk.store.cases.get(COUNTED)
        assert case is not None
        edit = Edit(description=str(int(case.description) + 1))
        return {
            "raised": edit.description,
            "command": execution.execute(desk, "edit", edit, [COUNTED], seen=case.version).command,
        }


def prepared(place: str) -> None:
    """A team and the cases."""
    store = create_store(place)
    desk = Desk(store, now)
    members.create_team(desk, "Shop", ["Ana"], ["Ben", "Cleo"], [])
    desk.person = 1
    for n in range(CASES):
        execution.open_case(desk, OpenCase(subject=f"Everybody's {n}", description="0"))
    store.close()


def examined(
    place: str, lines: list[dict[str, Any]], consoles: int, killed: float | None
) -> tuple[list[str], list[str]]:
    """What went wrong, and what is to be told."""
    store = open_store(place)
    texts = {
        event.fact.text: event.command
        for number in range(1, CASES + 1)
        for event in store.cases.history(number)
        if isinstance(event.fact, Noted)
    }
    counted = store.cases.get(COUNTED)
    store.close()
    assert counted is not None
    trouble = [f"not stored: {line}" for line in lines if "note" in line and texts.get(line["note"]) != line["command"]]
    acknowledged = sum("note" in line for line in lines)
    raised = [line for line in lines if "raised" in line]
    unclear = [line for line in lines if line.get("kind") == "Unsettled"]
    if not len(raised) <= int(counted.description) <= len(raised) + len(unclear):
        trouble.append(f"the count is {counted.description}, and it was raised {len(raised)} times")
    if len({line["raised"] for line in raised}) < len(raised):
        trouble.append("two raised the count to the same number")
    if len(texts) > acknowledged + len(unclear):
        trouble.append(f"{len(texts)} notes are stored, and {acknowledged} were acknowledged")
    did = {line["command"]: line for line in lines if "command" in line}
    late: list[float] = []
    unseen: list[str] = []
    saw: dict[int, dict[int, float]] = {}
    many: dict[int, list[float]] = {}
    for line in lines:
        for command in line.get("saw", ()):
            saw.setdefault(command, {}).setdefault(line["who"], line["at"])
        if line.get("many"):
            many.setdefault(line["who"], []).append(line["at"])
    first = max((line["at"] for line in lines if "begun" in line), default=0)
    last = min((line["at"] for line in lines if "ended" in line), default=0) - 5
    for command, line in did.items():
        if not first < line["at"] < last or (killed is not None and killed - 1 < line["at"] < killed + AROUND):
            continue
        seen = saw.get(command, {})
        late += [at - line["at"] for who, at in seen.items() if who != line["who"]]
        unseen += [
            f"command {command} of console {line['who']}, {line['at'] - (killed or first):.1f} s after the"
            f" {'kill' if killed else 'start'}, by console {who}"
            for who in range(consoles)
            if who != line["who"] and who not in seen and not any(at > line["at"] for at in many.get(who, ()))
        ]
    lost, back = len(trouble), 0
    for who in range(consoles) if killed is not None else ():
        later = [line for line in lines if line["who"] == who and line["at"] > killed + OUTAGE]
        works, sees = any("command" in line for line in later), any(line.get("saw") for line in later)
        back += works and sees
        if not works:
            trouble.append(f"console {who} did nothing any more after the server was started again")
        if not sees:
            trouble.append(f"console {who} saw nothing any more after the server was started again")
    if unseen:
        trouble.append(f"{len(unseen)} changes were not seen by another console: {'; '.join(unseen[:5])}")
    took = sorted(line["took"] for line in did.values())
    late.sort()
    conflicts, failures, losses = (sum(kind in one for one in lines) for kind in ("conflict", "failed", "lost"))
    told = [
        f"{acknowledged:,} notes and {len(raised):,} raised counts were acknowledged; {conflicts:,}"
        f" conflicts, {failures:,} failures ({len(unclear)} of them in doubt), {losses:,} times a feed was lost",
        f"Lost updates: {lost}",
        f"A change took: {_figures(took)}",
        f"Another console saw it after: {_figures(late)}; {len(late):,} sights",
    ]
    if killed is not None:
        told.append(f"Back after the server was killed and started: {back} of {consoles} consoles")
    said = {line[kind] for line in lines for kind in ("failed", "lost", "trouble") if kind in line}
    return trouble, told + [f"said: {words}" for words in sorted(said)]


def idle_statements(place: str) -> float:
    """How many statements a second a console sends at which nobody works, while nobody else is there."""
    words = [sys.executable, "-m", "tests.soak_postgres", "--worker", place, "0", "0", "1"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=300, check=True)
    return next(line["statements"] for line in map(json.loads, done.stdout.splitlines()) if "statements" in line)


def _figures(values: list[float]) -> str:
    if not values:
        return "-"
    high, higher = (values[min(len(values) - 1, int(len(values) * part))] * 1000 for part in (0.95, 0.99))
    middle = statistics.median(values) * 1000
    most = values[-1] * 1000
    return f"median {middle:.0f} ms, 95 %: {high:.0f} ms (99 %: {higher:.0f}, most {most:.0f})"


def worked(
    place: str, seconds: float, consoles: int, pace: float, kill: Any
) -> tuple[list[dict[str, Any]], float | None]:
    """Runs the consoles; returns what they said, and when the server was killed."""
    with ExitStack() as stack, tempfile.TemporaryDirectory(prefix="soak") as folder:
        files, processes = [], []
        for number in range(consoles):
            file = stack.enter_context(open(Path(folder) / f"{number}", "w+", encoding="utf-8"))
            words = [sys.executable, "-X", "faulthandler", "-m", "tests.soak_postgres", "--worker", place, str(number)]
            command = [*words, str(seconds), str(pace)]
            processes.append(stack.enter_context(started(command, cwd=ROOT, stdout=file, env=os.environ)))
            files.append(file)
        killed = None
        if kill is not None:
            wait_until(lambda: all('"begun"' in (Path(folder) / f"{n}").read_text() for n in range(consoles)))
            time.sleep(seconds / 2)
            killed = time.time()
            kill()
        for process in processes:
            try:
                process.wait(seconds + 120)
            except subprocess.TimeoutExpired:
                print(f"A console hangs: {process.args}")
        lines = []
        for file in files:
            file.seek(0)
            lines += [json.loads(line) for line in file if line.startswith("{")]
    for number in range(consoles):
        if not any(line["who"] == number and "ended" in line for line in lines):
            print(f"Console {number} did not end by itself.")
    return lines, killed


def main() -> int:
    """Runs the soak test and prints a report; returns 1 if anything broke."""
    ask = argparse.ArgumentParser(description="Many consoles on one server.")
    ask.add_argument("--seconds", type=float, default=600)
    ask.add_argument("--consoles", type=int, default=40)
    ask.add_argument("--pace", type=float, default=4.0, help="Seconds between two things that one does, on average.")
    ask.add_argument("--pooled", action="store_true")
    ask.add_argument("--file", action="store_true")
    said = ask.parse_args()

    def in_a_file(seconds: float) -> list[str]:
        with tempfile.TemporaryDirectory(prefix="soak") as folder:
            place = f"{folder}/desk.db"
            prepared(place)
            lines, killed = worked(place, seconds, said.consoles, said.pace, None)
            trouble, told = examined(place, lines, said.consoles, killed)
        print("In a file:", *told, sep="\n  ", flush=True)
        return trouble

    trouble = in_a_file(said.seconds if said.file else max(said.seconds / 10, 30.0))
    if not said.file:
        with postgres.running({"synchronous_commit": "on", "autovacuum": "on"}) as server, ExitStack() as stack:
            url = server.database()
            prepared(url)
            place = stack.enter_context(postgres.pooling(server, url, size=_POOLED)) if said.pooled else url
            idle = idle_statements(place)

            def kill() -> None:
                server.kill()
                time.sleep(OUTAGE)
                server.start()

            lines, killed = worked(place, said.seconds, said.consoles, said.pace, kill)
            found, told = examined(url, lines, said.consoles, killed)
            trouble += found
        told.append(f"An idle console sends {idle:.2f} statements a second")
        how = "through pgbouncer, without LISTEN" if said.pooled else "with LISTEN"
        print(f"On a server, {how}:", *told, sep="\n  ")
    print("\n".join(trouble) or "Nothing is missing, and every console came back.")
    return bool(trouble)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--worker"]:
        place, number, seconds, pace = sys.argv[2:]
        worker = Worker(place, int(number), float(pace))
        if float(seconds):
            worker.work(float(seconds))
        else:
            worker.idle()
    else:
        sys.exit(main())
