"""Reading a mail box: who reads it, which of its mails are here, and what became of the reading.

One process reads a box at a time, under a lease. The mails, and the note of which UIDs they have, are one transaction,
so that a process that is killed has either received a mail or not seen it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from careconsole.desk.mail.receiving import Arrival, Reception, receive
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.errors import CareError
from careconsole.domain.mail.boxes import Box
from careconsole.domain.time.moments import MINUTE
from careconsole.store.boxes import BoxMail

SPAN = 5 * MINUTE
"""How long a lease on a box holds (milliseconds) unless it is renewed; that of a process that died ends then."""


class BoxTaken(CareError):
    """Another process reads the box; `by` is its workstation."""

    def __init__(self, box: Box, by: str) -> None:
        self.by = by.partition(":")[0]
        super().__init__(f"Box {box.name} is being read already, at {self.by}.", "Its mail comes in there.")


class BoxChanged(CareError):
    """The box was changed or removed while it was read."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Box {name} was changed while it was read.", "It is read again from the beginning.")


class FetchedMail(msgspec.Struct, frozen=True, kw_only=True):
    """A mail of a box: its UID, and what is to be received; `arrival` None: the server does not give it (`failure`)."""

    uid: int
    arrival: Arrival | None = None
    failure: str = ""


def begin(desk: Desk, box: Box, me: str) -> Box:
    """Takes or renews the lease of `me` on a box; returns the box as it is now. Raises BoxTaken and BoxChanged."""
    return desk.write(lambda unit: _leased(unit, box, me))


def end(desk: Desk, box: Box, me: str) -> None:
    """Gives the lease back."""
    desk.write(lambda unit: unit.store.sweeping.release(_lease(box), me))


def _lease(box: Box) -> str:
    return f"mail box {box.number}"


def _leased(unit: UnitOfWork, box: Box, me: str) -> Box:
    here = unit.store.boxes.get(box.number)
    if here is None or (here.settings, here.secret) != (box.settings, box.secret):
        raise BoxChanged(box.name)
    other = unit.store.sweeping.take_lease(_lease(box), me, time.time_ns() // 1_000_000, SPAN)
    if other is not None:
        raise BoxTaken(here, other)
    return here


def opened(desk: Desk, box: Box, me: str, uidvalidity: int) -> Box:
    """Notes under which UIDVALIDITY the folder was opened; after a new one, no UID is known."""

    def work(unit: UnitOfWork) -> Box:
        here = _leased(unit, box, me)
        if here.uidvalidity != uidvalidity:
            here = replace(here, uidvalidity=uidvalidity, uid=0)
            unit.store.boxes.save(here)
        return here

    return desk.write(work)


def known_uids(desk: Desk, box: Box) -> set[int]:
    """The UIDs of the mails of a box that are here."""
    validity = box.uidvalidity or 0
    return desk.read(lambda unit: unit.store.boxes.known_uids(box.number, validity))


def receive_from(desk: Desk, box: Box, me: str, some: Sequence[FetchedMail]) -> list[Reception]:
    """Receives mails of a box and notes their UIDs, as one transaction. Raises BoxTaken, BoxChanged and Busy."""

    def work(unit: UnitOfWork) -> list[Reception]:
        here = _leased(unit, box, me)
        got = [one for one in some if one.arrival is not None]
        done = receive(desk, [one.arrival for one in got if one.arrival is not None])
        settled = here.settings.after == "leave"
        notes = [
            BoxMail(uid=one.uid, mail=here_now.number, settled=settled) for one, here_now in zip(got, done, strict=True)
        ]
        notes += [BoxMail(uid=one.uid, failure=one.failure) for one in some if one.arrival is None]
        boxes = unit.store.boxes
        boxes.note(here.number, box.uidvalidity or 0, notes)
        boxes.save(replace(here, uid=max(here.uid, *(one.uid for one in some))))
        return done

    return desk.write(work)


def unsettled(desk: Desk, box: Box, most: int) -> list[int]:
    """The UIDs of mails that are here and still have to be marked as seen, or moved, on the server."""
    validity = box.uidvalidity or 0
    return desk.read(lambda unit: unit.store.boxes.unsettled(box.number, validity, most))


def settle(desk: Desk, box: Box, uids: Sequence[int]) -> None:
    """Notes that mails were marked as seen, or moved."""
    desk.write(lambda unit: unit.store.boxes.settle(box.number, box.uidvalidity or 0, uids))


def was_read(desk: Desk, box: Box, me: str) -> None:
    """Notes that the box was read whole now, which ends whatever failed."""

    def work(unit: UnitOfWork) -> None:
        here = _leased(unit, box, me)
        unit.store.boxes.save(replace(here, read_at=unit.now, failure="", failed_at=None, told_at=None))

    desk.write(work)


def has_failed(desk: Desk, box: Box, why: str) -> None:
    """Notes why the box could not be read."""

    def work(unit: UnitOfWork) -> None:
        here = unit.store.boxes.get(box.number)
        if here is not None and here.failure != why:
            unit.store.boxes.save(replace(here, failure=why, failed_at=here.failed_at or unit.now))

    desk.write(work)
