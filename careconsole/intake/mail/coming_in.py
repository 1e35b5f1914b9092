"""Mails on their way in: one from a pipe, or all of a folder."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from hashlib import sha256
from typing import IO

import msgspec

from careconsole.desk import Desk
from careconsole.desk.mail.receiving import (
    LONGEST,
    Arrival,
    Incoming,
    KeptMail,
    Reception,
    expect_many,
    incoming,
    keep,
    kept_among,
    receive,
)
from careconsole.desk.queries import changes
from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.mail.received import ReceivedMail
from careconsole.intake.mail.folders import FoundMail, Skipped, mails_in
from careconsole.intake.mail.parts import LARGEST
from careconsole.intake.mail.reading import read_safely
from careconsole.intake.mail.reading_beside import MailsBeside

_BLOCK = 1 << 20
_ALONE, _BESIDE, _BYTES = 400, 50, 4_000_000
"""Mails that are stored as one transaction while nobody else writes, and beside others; and bytes, in either case."""
_PAUSE, _POLITE = 0.003, 40
"""The fewest seconds that others have to write after each, and for how many transactions it stays so beside others."""


class NoMail(WrongUse):
    """The input is empty."""


class ReadMails(msgspec.Struct, frozen=True, kw_only=True):
    """What came of reading a folder: how many mails came, and what became of them.

    `taken`, `held` and `known` together are `came`. `opened` counts the new cases among those taken, `deleted` the
    mails that are marked as deleted there and were left out.
    """

    came: int
    taken: int
    held: int
    known: int
    opened: int
    deleted: int


def receive_stream(desk: Desk, stream: IO[bytes]) -> Reception:
    """Receives one mail from a stream. Its bytes are on the disk before anything is recorded.

    Raises NoMail for an empty stream, Busy if others held the database for too long, and CareError if the mail cannot
    be kept.
    """
    with incoming(desk) as into:
        kept = keep(into, stream, LARGEST + 1)
        if not kept.size:
            raise NoMail("No mail came on standard input.", "Give one: careconsole mail in < FILE.")
        into.settle()
    (done,) = receive(desk, [kept.arrival(read_safely(kept.head), desk.now())])
    return done


def read_folder(
    desk: Desk, path: str, progress: Callable[[int], None], pause: Callable[[float], object] = time.sleep
) -> ReadMails:
    """Receives every mail of a Maildir folder or an mbox file, which stay as they are. `progress` gets how many came.

    Mails that came before are known. Raises WrongUse for another kind of file, and CareError if a mail cannot be read
    or kept; what was received until then stays.
    """
    skipped = Skipped()
    expect_many(desk)
    with incoming(desk) as into, closing(MailsBeside()) as beside:
        line = _Line(desk, into, beside, pause)
        try:
            for some in _pieces(desk, path, skipped, into, lambda: line.at_once):
                line.take(some)
                progress(line.came)
        finally:
            line.end()
    counts = line.counts
    return ReadMails(
        came=line.came,
        taken=counts["taken"],
        held=counts["held"],
        known=counts["known"],
        opened=counts["opened"],
        deleted=skipped.deleted,
    )


class _Kept(msgspec.Struct, frozen=True):
    """A mail whose bytes are kept, or will be with it, and when its folder says that it came."""

    mail: KeptMail
    arrived: int | None


def _pieces(
    desk: Desk, path: str, skipped: Skipped, into: Incoming, at_once: Callable[[], int]
) -> Iterator[list[_Kept]]:
    """The mails of a folder, kept, some at a time. If one cannot be read, those before it come first."""
    some, size = list[_Kept](), 0
    try:
        for found in mails_in(path, skipped):
            some.append(_kept(desk, found, into))
            size += some[-1].mail.size
            if len(some) >= at_once() or size > _BYTES:
                yield some
                some, size = [], 0
    except CareError:
        if some:
            yield some
        raise
    if some:
        yield some


class _Line:
    """Mails one piece behind the other: each is read while the one before it is stored."""

    def __init__(self, desk: Desk, into: Incoming, beside: MailsBeside, pause: Callable[[float], object]) -> None:
        self._desk, self._into, self._beside, self._pause = desk, into, beside, pause
        self._last: tuple[list[_Kept], set[str]] | None = None
        self._written, self._polite = float("-inf"), 0
        self.came, self.counts = 0, Counter[str]()
        changes.wait(desk, 0)  # ignores what others wrote before

    @property
    def at_once(self) -> int:
        """How many mails are to be taken together."""
        return _BESIDE if self._polite else _ALONE

    def take(self, some: list[_Kept]) -> None:
        """Has some mails read, and stores those that were taken before."""
        read = self._beside.answer()
        known = kept_among(self._desk, [one.mail.sha256 for one in some])
        self._beside.ask([one.mail.head for one in some if one.mail.sha256 not in known])
        self._store(read)
        self._last = some, known

    def end(self) -> None:
        """Stores those that were taken last, unless others before them could not be stored."""
        if self._last is not None:
            self._store(self._beside.answer())

    def _store(self, read: Iterable[ReceivedMail]) -> None:
        if self._last is None:
            return
        (some, known), self._last = self._last, None  # what fails now is not tried again at the end
        self._into.settle()  # the bytes are on the disk before anything is recorded
        each = iter(read)
        arrivals = [
            Arrival(sha256=one.mail.sha256, mail=ReceivedMail())  # it came before, so only the digest is needed
            if one.mail.sha256 in known
            else _arrival(one, next(each))
            for one in some
        ]
        self._polite = _POLITE if changes.wait(self._desk, 0) else max(0, self._polite - 1)
        if (left := _PAUSE - (time.monotonic() - self._written)) > 0:
            self._pause(left)
        for one in receive(self._desk, arrivals):
            self.counts[one.state] += 1
            self.counts["opened"] += one.opened
        self._written = time.monotonic()
        self.came += len(some)


def arrival_of(desk: Desk, found: FoundMail, into: Incoming) -> Arrival:
    """Keeps the bytes of a mail, unless they are kept already, and reads it."""
    kept = _kept(desk, found, into)
    if kept_among(desk, [kept.mail.sha256]):
        return Arrival(sha256=kept.mail.sha256, mail=ReceivedMail())
    return _arrival(kept, read_safely(kept.mail.head))


def _arrival(kept: _Kept, mail: ReceivedMail) -> Arrival:
    return kept.mail.arrival(mail, mail.arrived or kept.arrived)


def _kept(desk: Desk, found: FoundMail, into: Incoming) -> _Kept:
    """Keeps the bytes of a mail. Of a long one that came before, nothing is kept but its digest."""
    data = found.data
    data.seek(0, os.SEEK_END)
    if data.tell() > LONGEST:
        data.seek(0)
        digest = sha256()
        while block := data.read(_BLOCK):
            digest.update(block)
        if kept_among(desk, [digest.hexdigest()]):
            return _Kept(KeptMail(digest.hexdigest(), 0, b""), None)
    data.seek(0)
    return _Kept(keep(into, data, LARGEST + 1), found.arrived)
