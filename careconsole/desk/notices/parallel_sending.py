"""Sends several messages at once, in threads, waiting for them no longer than the caller wants."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from queue import Empty, SimpleQueue
from typing import Protocol

import msgspec

from careconsole.domain.case.notice_message import Message
from careconsole.domain.team.addresses import Address
from careconsole.store.notices import StoredNotice

PATIENCE = 20.0
"""Seconds after which an answer is no longer awaited."""
_AT_ONCE = 8
LATE, NO_TIME = "no answer in time", "there was no time for it"


class Courier(Protocol):
    """Brings messages to addresses. It is called from several threads at once."""

    def send(self, address: str, gateway: str | None, message: Message) -> str:
        """Sends it; returns why it did not arrive, without any part of the address, or an empty text when it did.

        `gateway` is the server that bare mail addresses are sent through.
        """


class OutgoingMessage(msgspec.Struct, frozen=True):
    """One message to one address, made of these notices. `gateway` is the server for bare mail addresses.

    `digest_of` is when the weekly digest was queued that goes there whole (0: the message is no digest).
    """

    address: Address
    gateway: Address | None
    message: Message
    notices: tuple[int, ...]
    digest_of: int = 0


class PersonDelivery(msgspec.Struct, frozen=True):
    """What is sent to one person now, at each of their addresses."""

    person: int
    name: str
    shipments: tuple[OutgoingMessage, ...]
    entries: tuple[StoredNotice, ...] = ()


class Result(msgspec.Struct, frozen=True):
    """The outcome of a person's delivery so far: each message that ended, and why it did not arrive (empty: it did).

    `last`: no further result follows. `begun`: whether sending any of its messages was begun at all.
    """

    parcel: PersonDelivery
    ended: tuple[tuple[OutgoingMessage, str], ...]
    last: bool
    begun: bool = True


def send_all(parcels: Sequence[PersonDelivery], courier: Courier, patience: float = PATIENCE) -> Iterator[Result]:
    """Sends everything; yields a delivery's result whenever one of its messages arrived, and when all have ended.

    After `patience` seconds it gives up on what has not ended. Such a message may still arrive later.
    """
    jobs = deque((p, s) for p, parcel in enumerate(parcels) for s in range(len(parcel.shipments)))
    begun: set[tuple[int, int]] = set()
    ended: dict[int, dict[int, str]] = {p: {} for p in range(len(parcels))}
    done: SimpleQueue[tuple[int, int, str]] = SimpleQueue()
    lock, over = threading.Lock(), threading.Event()

    def work() -> None:
        while True:
            with lock:
                if over.is_set() or not jobs:
                    return
                p, s = jobs.popleft()
                begun.add((p, s))
            done.put((p, s, _send(courier, parcels[p].shipments[s])))

    def result(p: int) -> Result:
        shipments = parcels[p].shipments
        told = tuple((shipments[s], failure) for s, failure in sorted(ended[p].items()))
        return Result(parcels[p], told, len(told) == len(shipments))

    awaited = len(jobs)  # counted before the threads take any
    for _ in range(min(_AT_ONCE, awaited)):
        # Daemons: a server that sends a byte a minute must not keep the process from ending.
        threading.Thread(target=work, name="courier", daemon=True).start()
    end = time.monotonic() + patience
    try:
        for _ in range(awaited):
            p, s, failure = done.get(timeout=max(0.0, end - time.monotonic()))
            ended[p][s] = failure
            found = result(p)
            if found.last or not failure:
                yield found
    except Empty:
        pass
    finally:
        with lock:
            over.set()
    for p, parcel in enumerate(parcels):
        if len(ended[p]) == len(parcel.shipments):
            continue
        for s in range(len(parcel.shipments)):
            ended[p].setdefault(s, LATE if (p, s) in begun else NO_TIME)
        yield msgspec.structs.replace(result(p), begun=any((p, s) in begun for s in range(len(parcel.shipments))))


def _send(courier: Courier, shipment: OutgoingMessage) -> str:
    gateway = shipment.gateway.address if shipment.gateway is not None else None
    try:
        return courier.send(shipment.address.address, gateway, shipment.message)
    except Exception as failure:
        # Its message may contain the address; its type does not.
        return f"it failed ({type(failure).__name__})"
