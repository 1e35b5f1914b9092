"""A courier that records what it delivers, and a process that delivers the notices of a database.

`python -m tests.desk.postman DATABASE FILE WAY NOW`: WAY is "well", "hangs", "dies before" or "dies after" delivering,
or "at once": again and again until the file FILE.stop exists. NOW is the time in epoch milliseconds.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from careconsole.desk import Desk
from careconsole.desk.notices.delivery import deliver
from careconsole.desk.notices.parallel_sending import PATIENCE
from careconsole.domain.case.notice_message import Message
from careconsole.store import open_store


class Postman:
    """Delivers everything but to addresses in `failing`, for which it has the reason. `brought` is in order."""

    def __init__(
        self, failing: dict[str, str] | None = None, also: Callable[[str], None] = lambda address: None
    ) -> None:
        self.failing = failing if failing is not None else {}
        self.brought: list[tuple[str, Message]] = []
        self.tried: list[str] = []
        self._also = also
        self._lock = threading.Lock()

    def send(self, address: str, gateway: str | None, message: Message) -> str:
        with self._lock:
            self.tried.append(address)
        self._also(address)
        if address in self.failing:
            return self.failing[address]
        with self._lock:
            self.brought.append((address, message))
        return ""

    @property
    def lines(self) -> list[str]:
        """Every line that was delivered."""
        return [line for _, message in self.brought for line in message.body.split("\n")]


class Diary:
    """Appends what it delivers to a file that other processes write to as well; may hang, or kill its process."""

    def __init__(self, file: str, way: str) -> None:
        self._file = file
        self._way = way

    def send(self, address: str, gateway: str | None, message: Message) -> str:
        if self._way == "hangs":
            time.sleep(100_000)
        if self._way == "dies before":
            os.kill(os.getpid(), signal.SIGKILL)
        line = json.dumps([address, message.body.split("\n")]) + "\n"
        file = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(file, line.encode())
        os.close(file)
        if self._way == "dies after":
            os.kill(os.getpid(), signal.SIGKILL)
        return ""


def main(database: str, file: str, way: str, now: str) -> None:
    store = open_store(database)
    desk = Desk(store, lambda: int(now), None, "desk", "os")
    while True:
        deliver(desk, Diary(file, way), patience=0.2 if way == "hangs" else PATIENCE)
        if way != "at once" or Path(f"{file}.stop").exists():
            break
        time.sleep(0.001)
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
