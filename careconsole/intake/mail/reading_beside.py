"""Reads the mails of a folder in a process beside the one that stores them, which takes as long: two cores share it.

What the process answers is the same as `read_safely` gives here. If it ends, for whatever reason, the mails are read
here instead. It ends with this one, however that ends, because nobody asks it any more.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

from careconsole.domain.mail.received import ReceivedMail
from careconsole.intake.mail.reading import read_safely

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

FEW = 400
"""So many mails are read before a process is started for the others, which takes as long as to read these."""
_SECONDS = 2.0
"""How long its end is waited for."""


class MailsBeside:
    """Reads mails beside the caller: `ask`, do something else, and take the `answer`. To be closed."""

    def __init__(self, few: int = FEW) -> None:
        self._few = few if _cores() > 1 else None
        self._asked: Sequence[bytes] = ()
        self._reader: Connection | None = None
        self._close: Callable[[], object] = _nothing

    def ask(self, mails: Sequence[bytes]) -> None:
        """Has mails read; the last answer must have been taken."""
        self._asked = mails
        if self._few is not None:
            self._few -= len(mails)
            if self._few < 0:
                self._few = None
                self._start()
        if self._reader is not None and mails:
            try:
                self._reader.send_bytes(msgspec.msgpack.encode(mails))
            except OSError:
                self.close()

    def answer(self) -> list[ReceivedMail]:
        """The mails that were asked for, in their order."""
        asked, self._asked = self._asked, ()
        if self._reader is not None and asked:
            try:
                return msgspec.msgpack.decode(self._reader.recv_bytes(), type=list[ReceivedMail])
            except (EOFError, OSError):
                self.close()
        return [read_safely(one) for one in asked]

    def close(self) -> None:
        """Ends the process. What is asked from now on is read here."""
        self._few = self._reader = None
        self._close()
        self._close = _nothing

    def _start(self) -> None:
        from multiprocessing import get_context

        context = get_context("spawn")  # a copy of this process would share its open database
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs,), daemon=True)

        def close() -> None:
            ours.close()
            process.join(_SECONDS)
            if process.is_alive():
                process.kill()

        try:
            process.start()
        except OSError:  # the machine has no room for another process
            ours.close()
            return
        finally:
            theirs.close()
        self._reader, self._close = ours, close


def _nothing() -> None:
    """There is no process to end."""


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _serve(asked: Connection) -> None:
    """Answers until nobody asks any more. Ctrl-C is for the process that asks."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    decode, encode = msgspec.msgpack.Decoder(list[bytes]).decode, msgspec.msgpack.Encoder().encode
    try:
        while True:
            asked.send_bytes(encode([read_safely(one) for one in decode(asked.recv_bytes())]))
    except (EOFError, OSError, MemoryError):  # who asks meets what the machine fails at, and says so
        asked.close()
