"""The connections of this process to one PostgreSQL database, which its threads share.

A thread has a connection for itself while it works, for a statement or a transaction; then the others can have it. So a
console at which nobody works has one connection, over which the server also tells of changes. psycopg_pool has no way
for a connection to listen while it waits for its next user, and keeps threads of its own.
"""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg.adapt import Loader
from psycopg.pq import TransactionStatus

from careconsole.store.engine.base import Row

CHANNEL = "careconsole_changes"
_CONNECT_SECONDS = 10
_SPARE_SECONDS = 5.0
"""How long a connection that no thread needs is kept besides the first."""
_PATIENCE = 0.3
"""How long a thread waits for a connection that another one uses before it makes one of its own.

A server that is slow because it is busy gets slower with more of them.
"""
_MOST_SAID = 10
"""Parts of what the server said meanwhile that are read before a statement."""
_KEPT_ALIVE: dict[str, Any] = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}
"""So that a network that is gone is noticed within half a minute, and not after hours."""


class _Number(Loader):
    """Sums of integers are of the type numeric, but integers nevertheless."""

    def load(self, data: Any) -> int | float:
        text = bytes(data)
        return float(text) if b"." in text else int(text)


class Line:
    """A connection."""

    def __init__(self, url: str) -> None:
        try:
            self.connection: psycopg.Connection[Row] = psycopg.connect(
                url,
                autocommit=True,
                cursor_factory=psycopg.ClientCursor,
                prepare_threshold=None,
                client_encoding="utf8",
                application_name="careconsole",
                connect_timeout=_CONNECT_SECONDS,
                **_KEPT_ALIVE,
            )
        except UnicodeError as error:  # looking up a host refuses names with an empty part, or one that is too long
            raise psycopg.OperationalError("its host is not a valid name") from error
        self.connection.adapters.register_loader("numeric", _Number)
        self.left_at = 0.0

    def is_direct(self) -> bool:
        """Whether this is the server itself: a pooler gives connections numbers of its own, and passes on no news."""
        row = self.connection.execute("select pg_backend_pid()").fetchone()
        return row is not None and row[0] == self.connection.info.backend_pid

    def is_lost(self) -> bool:
        """Whether the server has ended the connection, as it does when it is restarted; takes microseconds."""
        if self.connection.closed:
            return True
        said = select.poll()
        said.register(self.connection.fileno(), select.POLLIN)
        for _ in range(_MOST_SAID):
            if not said.poll(0):
                return False
            try:
                self.connection.pgconn.consume_input()  # notifications, or its last words and then the end
            except psycopg.Error:
                return True
        return self.connection.closed


class Lines:
    """The connections to the database at a URL. `lost` counts those that the server ended."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.Condition()
        self._free: list[Line] = []
        self._in_use = 0
        self._hearing: Line | None = None
        self._is_pooled = False
        self.users = 0
        self.lost = 0
        self.clock_ahead = 0
        self.ear = Ear()

    def take(self) -> Line:
        """A connection that no other thread uses; preferably the one that hears. Raises the driver's errors."""
        while True:
            with self._lock:
                if not self._free and self._in_use:
                    self._lock.wait(_PATIENCE)
                line = self._free.pop() if self._free else None
                self._in_use += 1
            try:
                if line is None:
                    return Line(self._url)
                if not line.is_lost():
                    return line
            except BaseException:
                with self._lock:
                    self._in_use -= 1
                raise
            self._drop(line)

    def give(self, line: Line) -> None:
        """Takes a connection back, unless it can no longer be used."""
        line.left_at = time.monotonic()
        idle = not line.connection.closed and line.connection.info.transaction_status == TransactionStatus.IDLE
        with self._lock:
            kept = idle and self.users > 0
            if kept:
                self._in_use -= 1
                self._free.append(line)
                self._free.sort(key=lambda one: (one is self._hearing, one.left_at))
                self._lock.notify()
        if kept and line is self._hearing and self.ear.is_beside:
            self.ear.ring()
        if kept:
            self.close_spare()
        else:
            self._drop(line)

    def _drop(self, line: Line) -> None:
        with self._lock:
            self._in_use -= 1
            self.lost += 1
        line.connection.close()

    @property
    def is_heard(self) -> bool:
        """Whether the server's notifications come over one of the connections."""
        return self._hearing is not None and not self._hearing.connection.closed

    def hearing(self) -> int | None:
        """The file descriptor of the connection over which notifications come, while no thread uses it."""
        with self._lock:  # so that no thread takes and closes it meanwhile
            return self._free[-1].connection.fileno() if self._free and self._free[-1] is self._hearing else None

    def take_hearing(self) -> Line | None:
        """Takes the connection over which notifications come, unless another thread uses it."""
        with self._lock:
            if not (self._free and self._free[-1] is self._hearing):
                return None
            self._in_use += 1
            return self._free.pop()

    def begin_to_hear(self) -> None:
        """Has notifications come over one of the connections, if the server can send any."""
        if self.is_heard or self._is_pooled:
            return
        line = self.take()
        try:
            if line.is_direct():
                line.connection.add_notify_handler(lambda heard: self.ear.hear(heard.payload))
                line.connection.execute(f"listen {CHANNEL}")
                self._hearing = line
                self.ear.hear()
            else:
                self._is_pooled = True
        finally:
            self.give(line)

    def close_spare(self) -> None:
        """Closes the connections that no thread has used for a while, all but one."""
        before = time.monotonic() - _SPARE_SECONDS
        with self._lock:
            spare = [line for line in self._free[:-1] if line.left_at < before]
            self._free = [line for line in self._free if line not in spare]
        for line in spare:
            line.connection.close()

    def close(self) -> None:
        """Closes the connections that are not in use; those that are when they are given back."""
        with self._lock:
            free, self._free = self._free, []
        for line in free:
            line.connection.close()


class Ear:
    """What the threads of this process know of the changes of the database; the one that `leads` asks for all."""

    def __init__(self) -> None:
        self.leads = threading.Lock()
        self.woken = True
        self.asked = 0.0
        self.changes: int | None = None
        self.changed_at = float("-inf")
        self.state: Row | None = None
        self.told_at = float("-inf")
        self.is_beside = False
        self._lock = threading.Lock()
        self._noted = 0
        self._bells: set[Bell] = set()

    def hear(self, told: str = "") -> None:
        """Takes note of a change, and of its number if the server told it.

        If not, the database is asked by the one that leads, who may not have read of the change and is woken.
        """
        with self._lock:
            if told.isdecimal() and self.changes is not None:
                if int(told) <= self.changes:
                    return  # this process made it, or has asked since
                self._noted += 1
                self._set(int(told))
            else:
                self.woken = True
        self.ring()

    def mark(self) -> int:
        """To be taken before the database is asked, for `found`."""
        return self._noted

    def found(self, changes: int, mark: int, state: Row) -> None:
        """Takes note of the number of changes that the database gave, unless a later one was noted since the mark.

        `state` is what the database is: its schema version and identity.
        """
        with self._lock:
            self.state, self.told_at = state, time.monotonic()
            if mark == self._noted or self.changes is None or changes > self.changes:
                news = changes != self.changes
                if news:
                    self._set(changes)
            else:
                news = False
        if news:
            self.ring()

    def note(self, changes: int) -> None:
        """Takes note of the number of a change that this process made."""
        with self._lock:
            self._noted += 1
            if self.changes is not None and changes > self.changes:
                self._set(changes)
        self.ring()

    def _set(self, changes: int) -> None:
        self.changes, self.changed_at = changes, time.monotonic()

    @contextmanager
    def resting_beside(self) -> Iterator[None]:
        """While the one that leads waits for another thread to give the connection back over which the server tells."""
        self.is_beside = True
        try:
            yield
        finally:
            self.is_beside = False

    def ring(self) -> None:
        """Has the threads look up: there is something new, or nobody leads."""
        with self._lock:
            for bell in self._bells:
                bell.ring()

    def follow(self, bell: Bell) -> None:
        """Rings this bell, too, from now on."""
        with self._lock:
            self._bells.add(bell)

    def unfollow(self, bell: Bell) -> None:
        """No longer rings it."""
        with self._lock:
            self._bells.discard(bell)


class Bell:
    """Ends the wait of a thread."""

    def __init__(self) -> None:
        self.reader, self._writer = os.pipe()
        os.set_blocking(self.reader, False)
        os.set_blocking(self._writer, False)

    def ring(self) -> None:
        """Ends the wait, or the next one."""
        with suppress(BlockingIOError):  # it was rung often enough
            os.write(self._writer, b".")

    def heard(self) -> None:
        """Makes it silent again."""
        with suppress(BlockingIOError):
            os.read(self.reader, 65_536)

    def close(self) -> None:
        """Closes its file descriptors."""
        os.close(self.reader)
        os.close(self._writer)


_all: dict[str, Lines] = {}
_guard = threading.Lock()


def lines_to(url: str) -> Lines:
    """The connections of this process to the database at `url`, for one more user; `leave` them at the end."""
    with _guard:
        lines = _all.setdefault(url, Lines(url))
        lines.users += 1
    return lines


def leave(url: str, lines: Lines) -> None:
    """One user less; the last one closes the connections."""
    with _guard:
        lines.users -= 1
        if lines.users:
            return
        if _all.get(url) is lines:
            del _all[url]
    lines.close()
