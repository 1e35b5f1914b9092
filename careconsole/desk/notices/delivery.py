"""Delivery: claims what waits in the outbox, sends it outside of any transaction, and then records it as sent.

A process that dies between sending and recording leaves a claim behind, which expires; then it is sent again. So
nothing is lost, and nothing recorded as sent is sent again. Several processes may deliver at once.

`deliver` does it all and may take some seconds. A program that must not wait calls `claim` and `record` in the thread
of its database, and `parallel_sending`, which needs no database, in another.
"""

from __future__ import annotations

import msgspec

from careconsole.desk.notices.addresses import must_manage_addresses_of
from careconsole.desk.notices.claiming import addresses_by_person, claim
from careconsole.desk.notices.outbox import put
from careconsole.desk.notices.parallel_sending import (
    PATIENCE,
    Courier,
    OutgoingMessage,
    PersonDelivery,
    Result,
    send_all,
)
from careconsole.desk.notices.weekly_digest import Compose, with_digests
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.notice_message import (
    DELIVERY_FAILED,
    Message,
    Notice,
    retry_at,
    undelivered_message,
)
from careconsole.domain.errors import Refused
from careconsole.domain.hints import suggest
from careconsole.domain.team.addresses import Address, is_mail
from careconsole.domain.team.roster import Person
from careconsole.domain.time.moments import HOUR
from careconsole.store.notices import COUNTED, DROPPED, REPLACED

_TRIES_OF_A_CALL = 2
"""After this many failed tries a lead is told of a call for help, though it is still retried."""


class Delivered(msgspec.Struct, frozen=True, kw_only=True):
    """What a delivery did: messages that arrived, and notices by outcome.

    `again`: failed and retried; `failed`: given up; `left`: there was no time for them; `held`: waiting until something
    may be sent; `dropped`: no longer true, or without an address; `replaced`: by newer ones. `problems` are sentences
    that contain no address.
    """

    messages: int = 0
    sent: int = 0
    again: int = 0
    failed: int = 0
    left: int = 0
    held: int = 0
    dropped: int = 0
    replaced: int = 0
    problems: tuple[str, ...] = ()


def deliver(
    desk: Desk,
    courier: Courier,
    now: int | None = None,
    *,
    patience: float = PATIENCE,
    compose: Compose | None = None,
) -> Delivered:
    """Sends what is due, as one message to each of a person's addresses; takes little more than `patience` seconds.

    Nobody needs to be at work. `now` (epoch milliseconds) is the desk's unless given. `compose` makes the message of a
    whole digest; without it, the short words go to those who asked for one, too.
    """
    moment = desk.now() if now is None else now
    claimed = claim(desk, moment)
    if compose is not None:
        claimed = with_digests(desk, claimed, compose)
    done = Delivered(held=claimed.held, dropped=claimed.dropped)
    for result in send_all(claimed.parcels, courier, patience):
        done = added(done, record(desk, claimed.holder, result, moment))
    return done


def added(one: Delivered, other: Delivered) -> Delivered:
    """The sum of two deliveries."""
    return Delivered(**{name: getattr(one, name) + getattr(other, name) for name in Delivered.__struct_fields__})


def send_test(desk: Desk, name: str, courier: Courier, *, patience: float = PATIENCE) -> list[tuple[Address, str]]:
    """Sends a test message to every address of somebody; returns each, and why it did not arrive (empty: it did).

    For oneself, or by a lead. Raises Refused for somebody without an address, or with only mail and no gateway.
    """

    def read(unit: UnitOfWork) -> tuple[Person, list[Address], Address | None]:
        person = must_manage_addresses_of(unit, name)
        return person, addresses_by_person(unit).get(person.number, []), unit.store.notices.gateway()

    person, addresses, gateway = desk.read(read)
    if not addresses:
        give = suggest("notices address", name=person.name, address=...)
        raise Refused(f"{person.name} has no address.", "Give one: {}.", give)
    if not gateway and all(is_mail(address.address) for address in addresses):
        give = suggest("notices mail", address=...)
        raise Refused("There is no mail gateway for mail addresses.", "A lead can set one: {}.", give)
    words = Message("careconsole: a test", f"{desk.roster().name(desk.who.person)} is testing your address.")
    shipments = tuple(OutgoingMessage(address, gateway, words, (n,)) for n, address in enumerate(addresses))
    said: dict[int, str] = {}
    for result in send_all([PersonDelivery(person.number, person.name, shipments)], courier, patience):
        for shipment, failure in result.ended:
            said[shipment.notices[0]] = failure
    return [(address, said.get(n, "no answer in time")) for n, address in enumerate(addresses)]


def record(desk: Desk, holder: str, result: Result, now: int) -> Delivered:
    """Records the outcome of a claimed delivery to one person, or of a part of it; the last part returns the counts."""
    parcel, notices = result.parcel, desk.store.notices

    def work(unit: UnitOfWork) -> Delivered:
        if not result.begun:
            notices.release([entry.number for entry in parcel.entries], holder)
            return Delivered(left=len(parcel.entries))
        arrived = [shipment for shipment, failure in result.ended if not failure]
        sent = {number for shipment in arrived for number in shipment.notices}
        replaced = _note(unit, arrived, now)
        if not result.last:
            return Delivered()
        why = "; ".join(f"{shipment.address.named}: {failure}" for shipment, failure in result.ended if failure)
        if why:
            notices.partly(sorted(sent), why)
        again, failed, calling = 0, [], 0
        for entry in parcel.entries:
            if entry.number in sent:
                continue
            next_try = retry_at(entry.tries + 1, now)
            if not notices.tried(entry.number, why, next_try, now, holder):
                continue
            if next_try is None:
                failed.append(entry)
            else:
                again += 1
                calling += entry.urgent and entry.kind != DELIVERY_FAILED and entry.tries + 1 >= _TRIES_OF_A_CALL
        _tell_of(unit, parcel, sum(entry.kind != DELIVERY_FAILED for entry in failed), calling, why, now)
        return Delivered(
            messages=len(arrived),
            sent=len(sent) - len(replaced),
            again=again,
            failed=len(failed),
            replaced=len(replaced),
            problems=(f"{parcel.name}: {why}",) if why else (),
        )

    return desk.write(work)


def _note(unit: UnitOfWork, arrived: list[OutgoingMessage], now: int) -> set[int]:
    """Records what arrived, and which notices were not in the text; returns those replaced by newer ones."""
    told: set[int] = set()
    counted: set[int] = set()
    for shipment in arrived:
        untold_here = {*shipment.message.counted, *shipment.message.replaced}
        told.update(number for number in shipment.notices if number not in untold_here)
        counted.update(shipment.message.counted)
    replaced = {number for shipment in arrived for number in shipment.message.replaced} - counted - told
    for shipment in arrived:
        number, here = min(shipment.notices), set(shipment.notices)
        # It has arrived, even if another process has claimed it since.
        unit.store.notices.sent(sorted(here & told), number, now)
        unit.store.notices.sent(sorted(here & counted - told), number, now, note=COUNTED)
        unit.store.notices.sent(sorted(here & replaced), number, now, state=DROPPED, note=REPLACED)
    return replaced


def _tell_of(unit: UnitOfWork, parcel: PersonDelivery, failed: int, calling: int, why: str, now: int) -> None:
    """Queues a notice that a person could not be reached, for the lead on duty or else another lead with an address.

    Always for what was given up; for calls for help that are retried, at most once an hour.
    """
    if not failed and not calling:
        return
    roster = unit.roster
    leads = (p.number for p in roster.people.values() if p.leads and p.present)
    addresses = addresses_by_person(unit)
    lead = next((one for one in (roster.on_duty(), *leads) if one in addresses and one != parcel.person), None)
    if lead is None:
        return
    begins = undelivered_message(parcel.name)
    if not failed and any(
        w.startswith(begins) for w in unit.store.notices.words_since(lead, DELIVERY_FAILED, now - HOUR)
    ):
        return
    if failed:
        what, then = "1 thing" if failed == 1 else f"{failed:,} things", ""
    else:
        what = "a call for help" if calling == 1 else f"{calling:,} calls for help"
        then = "it will be retried; " if calling == 1 else "they will be retried; "
    words = f"{begins}{what} ({why}); {then}see the failed notices"
    put(unit, [Notice(person=lead, case=0, kind=DELIVERY_FAILED, urgent=False, words=words)], now)
