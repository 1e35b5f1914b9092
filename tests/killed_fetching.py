"""Fetches mail from a real Dovecot and is killed at random; afterwards each mail must be there, and once.

    python -m tests.killed_fetching --mails 1000 --rounds 20 --seed 1

In every round the mails are fetched into a new database by processes that are killed at a random moment, until one
ends by itself; in the middle, the folder gets another UIDVALIDITY. In turn, the mails are left on the server, marked as
seen, or moved. Exits with 1 if a mail is missing, or there twice.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from careconsole.desk import Desk
from careconsole.desk.database.maintenance import check
from careconsole.desk.mail import boxes
from careconsole.desk.team import members
from careconsole.domain.mail.boxes import After, BoxSettings, MailServer, Secret
from careconsole.domain.mail.received import Mailbox
from careconsole.store import create_store, open_store
from careconsole.store.engine.driver import sqlite3
from tests.intake.dovecot import PASSWORD, USER, Dovecot, dovecot
from tests.waiting import started

_LONGEST = 120.0


def letter(number: int) -> bytes:
    """A mail that tells its number; some are longer than what is fetched at once."""
    long = ("x" * 70 + "\n") * (20_000 if number % 250 == 49 else 40 if number % 10 == 9 else 1)
    return (
        f"From: Customer {number} <c{number}@home.example>\nSubject: Letter {number}\n"
        f'Message-ID: <{number}@home.example>\nContent-Type: multipart/mixed; boundary="sep"\n\n'
        f"--sep\nContent-Type: text/plain\n\nThis is letter {number}.\n"
        f"--sep\nContent-Type: text/csv; name=list.csv\n\n{long}\n--sep--\n"
    ).encode()


def settings(server: Dovecot, after: After = "leave") -> BoxSettings:
    """A box on the server."""
    imap = MailServer(host="127.0.0.1", port=server.port, security="plain", user=USER)
    return BoxSettings(address=Mailbox(USER), imap=imap, after=after, moved_to="Done" if after == "move" else "")


def new_database(place: str, server: Dovecot, after: After = "leave") -> None:
    """A team with a box on the server."""
    with closing(create_store(place)) as store:
        now = time.time_ns() // 1_000_000
        members.create_team(Desk(store, lambda: now, None, "here", "os"), "Shop", ["Ana"], [], [])
        ana = Desk(store, lambda: now, 1, "here", "os")
        boxes.add(ana, "support", settings(server, after), Secret("stored", PASSWORD))


def fetch_killed(place: str, chance: random.Random, kills: int, longest: float, between: Callable[[], object]) -> int:
    """Fetches until it is done, after `kills` processes were killed, each within `longest` seconds.

    `between` is called once in the middle. Returns how many were killed before they were done.
    """
    env = {name: value for name, value in os.environ.items() if not name.startswith("CARECONSOLE")}
    command = [sys.executable, "-m", "careconsole", "--db", place, "mail", "fetch", "--json"]
    killed = 0
    for turn in range(kills + 1):
        if turn == kills // 2:
            between()
        # The lease of a process that was killed holds for minutes; nobody else can hold one here.
        with closing(sqlite3.connect(place)) as database:
            database.execute("delete from leases")
            database.commit()
        with started(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            try:
                out, err = process.communicate(timeout=chance.uniform(0.2, longest) if turn < kills else _LONGEST)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                killed += 1
                continue
        assert process.returncode == 0, (out, err)
    return killed


def problems(place: str, numbers: Sequence[int]) -> list[str]:
    """What is wrong: mails that are missing or twice, in the table of mails or in the cases; damage."""
    with closing(open_store(place)) as store:
        rows = store.engine.fetch_all("select json_extract(content, '$.subject'), state, case_id from mails")
        cases = Counter(row[0] for row in store.engine.fetch_all("select subject from cases"))
        words = Counter(subject for subject, state, _ in rows if state != "known")
        found = [
            f"Letter {number} is there {words[f'Letter {number}']} times"
            for number in numbers
            if words[f"Letter {number}"] != 1
        ]
        found += [f"{subject} has {count} cases" for subject, count in cases.items() if count != 1]
        found += [f"{subject} is {state}" for subject, state, case in rows if state != "taken" or case is None]
        found += check(Desk(store, lambda: 0, None, "here", "os")).problems
    return found


def run(
    folder: Path,
    server: Dovecot,
    mails: int,
    rounds: int,
    seed: int,
    kills: int,
    longest: float,
    say: Callable[[str], Any],
) -> list[str]:
    """Plays all rounds; returns what is wrong after the first one in which something is."""
    chance = random.Random(seed)
    modes: tuple[After, ...] = ("leave", "seen", "move")
    killed, unseen, began = 0, 0, time.monotonic()
    for number in range(rounds):
        place, mode = str(folder / f"round{number}.db"), modes[number % 3]
        new_database(place, server, mode)
        if not server.uids():
            server.put([letter(one) for one in range(mails)])
            unseen = mails
        here = fetch_killed(place, chance, kills, longest, server.renumber)
        killed += here
        wrong = problems(place, range(mails))
        unseen = unseen if mode == "leave" else 0
        left = (len(server.uids()), len(server.uids("UNSEEN")))
        if left != (expected := (mails if mode != "move" else 0, unseen)):
            wrong.append(f"{left} mails are left, in all and unseen, and not {expected}, in mode {mode}")
        say(f"round {number + 1}: {mode}, {here} kills, {len(wrong)} problems, {time.monotonic() - began:.0f} s")
        if wrong:
            return wrong
    say(f"{mails} mails x {rounds} rounds, {killed} kills, seed {seed}: each once, none lost.")
    return []


def main() -> int:
    """Runs it and prints what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--kills", type=int, default=8, help="Processes that are to be killed in each round.")
    parser.add_argument("--longest", type=float, default=1.2, help="The most seconds until one is killed.")
    parser.add_argument("--seed", type=int, default=random.randrange(10_000))
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)
    with TemporaryDirectory() as folder, dovecot() as server:
        wrong = run(
            Path(folder),
            server,
            given.mails,
            given.rounds,
            given.seed,
            given.kills,
            given.longest,
            lambda words: print(words, flush=True),
        )
    print("\n".join(wrong[:50]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
