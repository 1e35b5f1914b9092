"""Mails on their way in: one from a pipe, or all of a folder."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from email.errors import MessageError
from hashlib import sha256
from typing import IO

import msgspec

from careconsole.desk import Desk
from careconsole.desk.crash_report import FAULTS, summary, write_report
from careconsole.desk.mail.receiving import (
    LONGEST,
    Arrival,
    Incoming,
    KeptMail,
    Reception,
    incoming,
    keep,
    kept_among,
    receive,
)
from careconsole.domain.errors import WrongUse
from careconsole.domain.mail.received import ReceivedMail
from careconsole.intake.mail.folders import FoundMail, Skipped, mails_in
from careconsole.intake.mail.parsing import read_mail
from careconsole.intake.mail.parts import LARGEST

_BLOCK = 1 << 20
_AT_ONCE, _PAUSE = 25, 0.005
"""Mails per transaction, and the fewest seconds that others have to write after each; the next ones are read then."""
_SETTLED, _BYTES_SETTLED = 128, 4_000_000
"""Mails, and bytes, that wait for the disk together: more at once take less time each."""


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
    skipped, counts, waiting = Skipped(), Counter[str](), list[_Kept]()

    def write(into: Incoming) -> None:
        some = waiting[:]
        waiting.clear()  # what fails now is not tried again at the end
        into.settle()  # the bytes are on the disk before anything is recorded
        written = 0.0
        for start in range(0, len(some), _AT_ONCE):
            arrivals = list(_arrivals(desk, some[start : start + _AT_ONCE]))
            if (left := _PAUSE - (time.monotonic() - written)) > 0:
                pause(left)
            for one in receive(desk, arrivals):
                counts[one.state] += 1
                counts["opened"] += one.opened
            written = time.monotonic()

    came = size = 0
    with incoming(desk) as into:
        try:
            for found in mails_in(path, skipped):
                waiting.append(_kept(desk, found, into))
                came, size = came + 1, size + waiting[-1].mail.size
                if len(waiting) >= _SETTLED or size > _BYTES_SETTLED:
                    write(into)
                    progress(came)
                    size = 0
        finally:
            if waiting:
                write(into)
    return ReadMails(
        came=came,
        taken=counts["taken"],
        held=counts["held"],
        known=counts["known"],
        opened=counts["opened"],
        deleted=skipped.deleted,
    )


def arrival_of(desk: Desk, found: FoundMail, into: Incoming) -> Arrival:
    """Keeps the bytes of a mail, unless they are kept already, and reads it."""
    return next(_arrivals(desk, [_kept(desk, found, into)]))


class _Kept(msgspec.Struct, frozen=True):
    """A mail whose bytes are kept, or will be with it, and when its folder says that it came."""

    mail: KeptMail
    arrived: int | None


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


def _arrivals(desk: Desk, some: Sequence[_Kept]) -> Iterator[Arrival]:
    """The mails, each read as it is asked for; of those that came before, only the digest is needed."""
    known = kept_among(desk, [one.mail.sha256 for one in some])
    for one in some:
        if one.mail.sha256 in known:
            yield Arrival(sha256=one.mail.sha256, mail=ReceivedMail())
        else:
            mail = read_safely(one.mail.head)
            yield one.mail.arrival(mail, mail.arrived or one.arrived)


def read_safely(data: bytes) -> ReceivedMail:
    """Reads a mail. If that fails, which is a fault of this program, the mail is held as damaged, and others go on."""
    try:
        return read_mail(data)
    except (MessageError, *FAULTS) as error:
        write_report(error, "Reading a mail")
        return ReceivedMail(damage=(f"reading it failed ({summary(error)})",))
