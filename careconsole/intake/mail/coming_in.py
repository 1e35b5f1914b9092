"""Mails on their way in: one from a pipe, or all of a folder."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from typing import IO

import msgspec

from careconsole.desk import Desk
from careconsole.desk.mail.receiving import Arrival, Incoming, Reception, incoming, is_kept, keep, receive
from careconsole.domain.errors import WrongUse
from careconsole.domain.mail.received import ReceivedMail
from careconsole.intake.mail.folders import FoundMail, Skipped, mails_in
from careconsole.intake.mail.parsing import read_mail
from careconsole.intake.mail.parts import LARGEST

_BLOCK = 1 << 20
_AT_ONCE, _PAUSE = 50, 0.02
"""Mails per transaction, and seconds left for others to write after each."""


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
    (done,) = receive(desk, [Arrival(sha256=kept.sha256, mail=read_safely(kept.head), at=desk.now())])
    return done


def read_folder(
    desk: Desk, path: str, progress: Callable[[int], None], pause: Callable[[float], object] = time.sleep
) -> ReadMails:
    """Receives every mail of a Maildir folder or an mbox file, which stay as they are. `progress` gets how many came.

    Mails that came before are known. Raises WrongUse for another kind of file, and CareError if a mail cannot be read
    or kept; what was received until then stays.
    """
    skipped, counts, waiting = Skipped(), Counter[str](), list[Arrival]()

    def write(into: Incoming) -> None:
        some = waiting[:]
        waiting.clear()  # what fails now is not tried again at the end
        into.settle()  # the bytes are on the disk before anything is recorded
        for one in receive(desk, some):
            counts[one.state] += 1
            counts["opened"] += one.opened

    came = 0
    with incoming(desk) as into:
        try:
            for found in mails_in(path, skipped):
                waiting.append(arrival_of(desk, found, into))
                came += 1
                if len(waiting) >= _AT_ONCE:
                    write(into)
                    progress(came)
                    pause(_PAUSE)
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
    digest = sha256()
    while block := found.data.read(_BLOCK):
        digest.update(block)
    if is_kept(desk, digest.hexdigest()):
        return Arrival(sha256=digest.hexdigest(), mail=ReceivedMail())
    found.data.seek(0)
    kept = keep(into, found.data, LARGEST + 1)
    mail = read_safely(kept.head)
    return Arrival(sha256=kept.sha256, mail=mail, at=mail.arrived or found.arrived)


def read_safely(data: bytes) -> ReceivedMail:
    """Reads a mail. If that fails, which is a fault of this program, the mail is held as damaged, and others go on."""
    try:
        return read_mail(data)
    except Exception as error:
        from careconsole.desk.crash_report import summary

        return ReceivedMail(damage=(f"reading it failed ({summary(error)})",))
