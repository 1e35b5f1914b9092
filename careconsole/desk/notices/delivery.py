"""Delivery: claims what waits in the outbox, sends it outside of any transaction, and then records it as sent.

A process that dies between sending and recording leaves a claim behind, which expires; then it is sent again. So
nothing is lost, and nothing recorded as sent is sent again. Several processes may deliver at once.

`deliver` does it all and may take some seconds. A program that must not wait calls `claim` and `record` in the thread
of its database, and `parallel_sending`, which needs no database, in another.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Sequence

import msgspec
from msgspec.structs import replace

from careconsole.desk.notices.addresses import must_manage_addresses_of
from careconsole.desk.notices.outbox import for_who_acts, put
from careconsole.desk.notices.parallel_sending import (
    PATIENCE,
    Courier,
    OutgoingMessage,
    PersonDelivery,
    Result,
    send_all,
)
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.calls import was_superseded
from careconsole.domain.case.clocks import BREACHED, RUNNING
from careconsole.domain.case.notice_message import (
    BATCH_WINDOW,
    CALLS,
    DELIVERY_FAILED,
    STALE_AFTER,
    Line,
    Message,
    Notice,
    calls,
    is_for_another,
    message,
    retry_at,
    undelivered_message,
    waits_for,
    why_stale,
)
from careconsole.domain.case.state import MERGED, Case
from careconsole.domain.errors import Refused
from careconsole.domain.hints import suggest
from careconsole.domain.team.addresses import Address, is_mail, open_from
from careconsole.domain.team.roster import CONTACT, Person
from careconsole.domain.time.moments import DAY, HOUR, MINUTE
from careconsole.store.notices import COUNTED, DROPPED, GATHERS, REPLACED, StoredNotice

CLAIM = 2 * MINUTE
"""How long a claim holds (milliseconds). Sending takes less; a process that takes longer has died."""
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


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """What one process is to send until its claim expires; and how many notices it held back or dropped."""

    holder: str
    parcels: tuple[PersonDelivery, ...] = ()
    held: int = 0
    dropped: int = 0


def deliver(desk: Desk, courier: Courier, now: int | None = None, *, patience: float = PATIENCE) -> Delivered:
    """Sends what is due, as one message to each of a person's addresses; takes little more than `patience` seconds.

    Nobody needs to be at work. `now` (epoch milliseconds) is the desk's unless given.
    """
    moment = desk.now() if now is None else now
    claimed = claim(desk, moment)
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
        return person, _addresses(unit).get(person.number, []), unit.store.notices.gateway()

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


def claim(desk: Desk, now: int) -> Claimed:
    """Claims what is due; drops what is no longer true or has no address, and holds what may not be sent now."""
    holder = f"{desk.workstation} {os.getpid()} {secrets.token_hex(4)}"
    if not desk.store.notices.any_due(now):  # the usual case, which takes no write lock
        return Claimed(holder=holder)
    return desk.write(lambda unit: _ClaimBuilder(unit, holder, now).done())


class _ClaimBuilder:
    """Sorts what is due: whom it is for, whether it is still true, whether it may be sent now."""

    def __init__(self, unit: UnitOfWork, holder: str, now: int) -> None:
        self._store = unit.store
        self._notices = unit.store.notices
        self._holder = holder
        self._now = now
        self._roster = unit.roster
        self._addresses = _addresses(unit)
        self._gateway = self._notices.gateway()
        self._calendars = unit.team.service.calendars
        self._being_sent = self._notices.being_sent(now)
        self._clocks_of = unit.team.levels_of_many.clocks
        self._known: dict[int, Case] = {}
        self._gathering: list[StoredNotice] = []
        self._held = 0
        self._dropped = 0

    def done(self) -> Claimed:
        """Sorts everything, and claims what is to be sent."""
        due = self._notices.due(self._now)
        self._gathering = self._notices.gathering(self._now, self._now + BATCH_WINDOW) if due else []
        self._known = self._cases([*due, *self._gathering])
        waiting: dict[int, list[StoredNotice]] = {}
        for entry in due:
            if (here := self._told_still(entry)) is not None:
                waiting.setdefault(here.person, []).append(here)
        parcels = [parcel for person, theirs in waiting.items() if (parcel := self._parcel(person, theirs)) is not None]
        # People who are hard to reach come last, so that the others need not wait for them.
        parcels.sort(key=lambda parcel: min(entry.tries for entry in parcel.entries))
        return Claimed(holder=self._holder, parcels=tuple(parcels), held=self._held, dropped=self._dropped)

    def _told_still(self, entry: StoredNotice) -> StoredNotice | None:
        """The notice, redirected to the person who acts for its recipient; None if it was dropped as stale."""
        here = self._for_who_acts(entry)
        if here is None:
            self._drop(entry, "they have left, and nobody covers for them")
        elif here.person not in self._addresses:
            self._drop(here, "the address was removed")
        elif here.case and (why := self._outdated(here, self._known.get(here.case)) or self._replaced(here)):
            self._drop(here, why)
        else:
            return here
        return None

    def _cases(self, entries: Iterable[StoredNotice]) -> dict[int, Case]:
        """The cases of the entries by number; for a merged one, the case it was merged into."""
        numbers = sorted({entry.case for entry in entries if entry.case})
        cases = self._store.cases.get_many(numbers)
        for number, found in list(cases.items()):
            case: Case | None = found
            passed = set[int]()  # an older version could leave merges that form a cycle
            while case is not None and case.status == MERGED and case.number not in passed:
                passed.add(case.number)
                if case.merged_into is None:
                    break
                case = self._store.cases.get(case.merged_into)
            if case is not None:
                cases[number] = case
        return cases

    def _for_who_acts(self, entry: StoredNotice) -> StoredNotice | None:
        notice = Notice(person=entry.person, case=entry.case, kind=entry.kind, urgent=entry.urgent, words=entry.words)
        here = for_who_acts(notice, self._roster)
        if here is None or here is notice:
            return entry if here is not None else None
        self._notices.move(entry.number, here.person, here.words)
        return replace(entry, person=here.person, words=here.words)

    def _outdated(self, entry: StoredNotice, case: Case | None) -> str:
        late = entry.kind != "overdue" or (
            case is not None
            and any(clock.state == RUNNING and clock.stands(self._now) == BREACHED for clock in self._clocks_of(case))
        )
        return why_stale(entry.kind, case, entry.person, self._roster, urgent=entry.urgent, late=late, at=entry.at)

    def _replaced(self, entry: StoredNotice) -> str:
        """Why a notice about a call is replaced by a later one; empty when it is not.

        Others have been called since, or the same ones again.
        """
        case = self._known.get(entry.case)
        if entry.kind not in CALLS or case is None or not was_superseded(case, entry.at):
            return ""
        whose = is_for_another(entry.words)
        newer = (words for words in self._notices.newer(entry, CALLS) if is_for_another(words) == whose)
        return REPLACED if any(newer) else ""

    def _drop(self, entry: StoredNotice, why: str) -> None:
        self._notices.drop(entry.number, why, self._now)
        self._dropped += 1

    def _parcel(self, person: int, entries: list[StoredNotice]) -> PersonDelivery | None:
        """What goes to one person now, with all that was only held to gather more; None for nothing."""
        openings = [
            (address, *open_from(address, self._calendars.get(address.calendar), self._now))
            for address in self._addresses[person]
        ]
        going = self._open_to(openings, entries)
        if not going or self._gathers(person, going):
            return None
        along = [entry for entry in self._gathering if self._roster.who_receives(entry.person) == person]
        going += self._open_to(openings, [told for entry in along if (told := self._told_still(entry)) is not None])
        self._notices.claim([entry.number for entry in going], self._holder, self._now + CLAIM)
        known = self._roster.people[person]
        shipments = []
        for address, moment, _ in openings:
            here = [entry for entry in going if self._may_go(entry, address, moment)]
            if here:
                words = message([self._line(entry) for entry in here], known.role != CONTACT)
                shipments.append(OutgoingMessage(address, self._gateway, words, tuple(entry.number for entry in here)))
        return PersonDelivery(person, known.name, tuple(shipments), tuple(going))

    def _open_to(
        self, openings: list[tuple[Address, int | None, str]], entries: list[StoredNotice]
    ) -> list[StoredNotice]:
        """The entries that may go to one of the addresses now; the others are held until they may."""
        going = [
            entry for entry in entries if any(self._may_go(entry, address, moment) for address, moment, _ in openings)
        ]
        open_now = {entry.number for entry in going}
        shut = [entry.number for entry in entries if entry.number not in open_now]
        if shut:
            until, why = min((self._now + DAY if moment is None else moment, why) for _, moment, why in openings)
            self._hold(shut, until, why)
        return going

    def _may_go(self, entry: StoredNotice, address: Address, moment: int | None) -> bool:
        return moment == self._now or (entry.urgent and address.calls_always)

    def _gathers(self, person: int, entries: list[StoredNotice]) -> bool:
        """Whether these wait for more, because a message has just gone to the person or is on its way."""
        if any(entry.urgent or entry.at + BATCH_WINDOW <= self._now for entry in entries):
            return False
        if person in self._being_sent:
            return True
        last = self._notices.last_sent(person)
        # A time later than now was recorded by a wrong clock, and delays nothing.
        gathers = last <= self._now < last + BATCH_WINDOW
        if gathers:
            # The oldest one sets the time for all, so that none waits longer than `BATCH_WINDOW`.
            until = min(last, min(entry.at for entry in entries)) + BATCH_WINDOW
            self._hold([entry.number for entry in entries], until, GATHERS)
        return gathers

    def _hold(self, numbers: Sequence[int], until: int, why: str) -> None:
        self._notices.hold(numbers, until, why)
        self._held += len(numbers)

    def _line(self, entry: StoredNotice) -> Line:
        # What nobody tried to deliver for a day is only counted, unless it is urgent or was held on purpose.
        old = not (entry.urgent or entry.tries or entry.held) and entry.at < self._now - STALE_AFTER
        case = self._known.get(entry.case)
        return Line(
            number=entry.number,
            case=entry.case,
            kind=entry.kind,
            urgent=entry.urgent,
            words=entry.words,
            old=old,
            calls=entry.urgent and calls(case, entry.person, self._roster),
            mine=waits_for(case, entry.person, self._roster),
        )


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
    addresses = _addresses(unit)
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


def _addresses(unit: UnitOfWork) -> dict[int, list[Address]]:
    found: dict[int, list[Address]] = {}
    for address in unit.store.notices.addresses():
        if address.person is not None:
            found.setdefault(address.person, []).append(address)
    return found
