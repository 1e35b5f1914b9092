"""How long others wait for their commands while eight consoles send mail and one fetches it, from a real Dovecot.

    python -m tests.bench.mail_rush [--seconds 20] [--consoles 8] [--pace SECONDS] [--folder DIR]

Each of the eight writes replies and sends them, one after the other, to a mail server on this machine: one each second,
or each `--pace` seconds; with 0, as many as the machine can. Mails come in and are fetched all the while, as fast as
they can be. Meanwhile, a colleague writes a note every twentieth of a second, and the time that each
takes is printed: first with nobody else at work, then beside them. The database is in DIR (a temporary folder).
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from msgspec.structs import replace

from careconsole.desk import Desk
from careconsole.desk.cases import execution
from careconsole.desk.mail import boxes, sending
from careconsole.domain.case.notes import Note
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.replies import UNDO_TIME, Reply
from careconsole.domain.errors import Refused
from careconsole.domain.mail.boxes import MailServer
from careconsole.intake.mail.fetching import fetch_box
from careconsole.notify.smtp_sender import send
from careconsole.store import open_store
from tests.intake.dovecot import Dovecot, dovecot
from tests.killed_fetching import letter, new_database, settings
from tests.notify.smtp_servers import Handler, serving

_PAUSE = 0.05
_LEAD = 1
_BATCH = 25


def _now(ahead: int = 0) -> Callable[[], int]:
    return lambda: time.time_ns() // 1_000_000 + ahead


def _sends(place: str, number: int, pace: float, stop: Event, sent: Any) -> None:
    """A console that writes replies on a case of its own, and sends what is due; its clock is ahead, so all are."""
    with closing(open_store(place)) as store:
        desk = Desk(store, _now(), _LEAD, f"desk {number}", "os")
        case = execution.open_case(desk, OpenCase(subject=f"Kettle {number}", channel="phone"), None).opened
        assert case is not None
        later = Desk(store, _now(UNDO_TIME + 1_000), None, f"desk {number}", "os")
        while not stop.is_set():
            reply = Reply(text="A new lid is on its way.", to=f"anna{number}@home.example")
            execution.execute(desk, "reply", reply, [case])
            done = sending.send_due(later, send)
            with sent.get_lock():
                sent.value += done.sent
            stop.wait(pace)


def _fetches(place: str, server: Dovecot, stop: Event, fetched: Any) -> None:
    """Mails come in, and are fetched as they come."""
    number = 0
    with closing(open_store(place)) as store:
        desk = Desk(store, _now(), _LEAD, "fetching", "os")
        while not stop.is_set():
            server.put([letter(1 + number + n) for n in range(_BATCH)])
            number += _BATCH
            done = fetch_box(desk, boxes.named(desk, "support"))
            fetched.value += done.came
            if done.failure:
                sys.exit(f"fetching failed: {done.failure}")


@dataclass
class _Notes:
    """How many milliseconds each note took."""

    took: list[float]

    def at(self, share: float) -> float:
        return sorted(self.took)[min(len(self.took) - 1, int(len(self.took) * share))]

    def __str__(self) -> str:
        worst = max(self.took)
        return (
            f"{len(self.took)} notes: median {self.at(0.5):.1f} ms, p99 {self.at(0.99):.1f} ms, longest {worst:.1f} ms"
        )


def _notes(place: str, seconds: float) -> _Notes:
    took: list[float] = []
    with closing(open_store(place)) as store:
        desk = Desk(store, _now(), _LEAD, "colleague", "os")
        case = execution.open_case(desk, OpenCase(subject="Noted", channel="phone"), None).opened
        assert case is not None
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            begin = time.perf_counter()
            execution.execute(desk, "note", Note(text="They called again."), [case])
            took.append((time.perf_counter() - begin) * 1_000)
            time.sleep(_PAUSE)
    return _Notes(took)


def _run(folder: Path, seconds: float, consoles: int, pace: float) -> None:
    place, handler = str(folder / "team.db"), Handler()
    smtp = serving(handler)
    with dovecot() as server:
        new_database(place, server)
        with closing(open_store(place)) as store:
            desk = Desk(store, _now(), _LEAD, "here", "os")
            both = replace(
                settings(server), smtp=MailServer(host="127.0.0.1", port=smtp.port, security="plain", user="")
            )
            boxes.change(desk, "support", both)
        print(f"alone: {_notes(place, seconds)}", flush=True)
        context = get_context("spawn")
        stop, sent, fetched = context.Event(), context.Value("i", 0), context.Value("i", 0)
        some = [context.Process(target=_sends, args=(place, n, pace, stop, sent)) for n in range(consoles)]
        some.append(context.Process(target=_fetches, args=(place, server, stop, fetched)))
        for one in some:
            one.start()
        deadline = time.monotonic() + 120
        while not (sent.value and fetched.value):  # all of them have begun
            if time.monotonic() > deadline:
                raise Refused("Nothing was sent or fetched within two minutes.", "Try it on a quiet machine.")
            time.sleep(0.1)
        before, began = (sent.value, fetched.value), time.monotonic()
        notes = _notes(place, seconds)
        span = time.monotonic() - began
        rates = [(now - then) / span for now, then in zip((sent.value, fetched.value), before, strict=True)]
        stop.set()
        for one in some:
            one.join()
        print(f"beside {consoles} that send ({rates[0]:.0f} mails/s) and one that fetches ({rates[1]:.0f}/s): {notes}")
        print(f"load {os.getloadavg()[0]:.1f}; {len(handler.got)} mails arrived, {sent.value} were sent")
    smtp.stop()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.mail_rush")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--consoles", type=int, default=8)
    parser.add_argument("--pace", type=float, default=1)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    with TemporaryDirectory(dir=given.folder) as made:
        _run(Path(made), given.seconds, given.consoles, given.pace)


if __name__ == "__main__":
    main()
