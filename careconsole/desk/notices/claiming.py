"""Claiming: which waiting notices are sent now, to whom, in which messages; what is stale is dropped, the rest held.

A claim holds for a while, so that nobody else sends the same meanwhile; that of a process that died expires.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Sequence

import msgspec
from msgspec.structs import replace

from careconsole.desk.notices.outbox import for_who_acts, names_subjects
from careconsole.desk.notices.parallel_sending import OutgoingMessage, PersonDelivery
from careconsole.desk.session import Desk, merged_on
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.calls import was_superseded
from careconsole.domain.case.clocks import BREACHED, RUNNING
from careconsole.domain.case.notice_message import (
    BATCH_WINDOW,
    BOX_NOT_READ,
    STALE_AFTER,
    WEEKLY_DIGEST,
    Line,
    Notice,
    calls,
    found_by,
    is_for_another,
    kinds_of_calls,
    message,
    why_stale,
)
from careconsole.domain.case.state import Case
from careconsole.domain.team.addresses import Address, open_from
from careconsole.domain.team.roster import CONTACT
from careconsole.domain.time.moments import DAY, MINUTE
from careconsole.store.notices import GATHERS, REPLACED, StoredNotice

CLAIM = 2 * MINUTE
"""How long a claim holds (milliseconds). Sending takes less; a process that takes longer has died."""


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """What one process is to send until its claim expires; and how many notices it held back or dropped."""

    holder: str
    parcels: tuple[PersonDelivery, ...] = ()
    held: int = 0
    dropped: int = 0


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
        self._addresses = addresses_by_person(unit)
        self._gateway = self._notices.gateway()
        self._calendars = unit.team.service.calendars
        self._being_sent = self._notices.being_sent(now)
        self._clocks_of = unit.team.levels_of_many.clocks
        self._known: dict[int, Case] = {}
        self._gathering: list[StoredNotice] = []
        self._held = 0
        self._dropped = 0
        self._whole = names_subjects(unit)  # a team that keeps subjects out of notices wants no digest in them

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
        elif here.kind == BOX_NOT_READ and not self._boxes_late():
            self._drop(here, "the box has been read since")
        else:
            return here
        return None

    def _boxes_late(self) -> bool:
        """Whether a mail box has not been read for too long."""
        return any(box.late_since(self._now) is not None for box in self._store.boxes.all())

    def _cases(self, entries: Iterable[StoredNotice]) -> dict[int, Case]:
        """The cases of the entries by number; for a merged one, the case it was merged into."""
        numbers = sorted({entry.case for entry in entries if entry.case})
        cases = self._store.cases.get_many(numbers)
        return {number: [case, *merged_on(self._store, case)][-1] for number, case in cases.items()}

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
        if entry.kind not in kinds_of_calls() or case is None or not was_superseded(case, entry.at):
            return ""
        whose = is_for_another(entry.words)
        newer = (words for words in self._notices.newer(entry, kinds_of_calls()) if is_for_another(words) == whose)
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
            whole = address.whole_digest and self._whole
            digests = [entry for entry in here if whole and entry.kind == WEEKLY_DIGEST]
            for some in ([entry for entry in here if entry not in digests], digests):
                if some:
                    words = message([self._line(entry) for entry in some], known.role != CONTACT)
                    numbers = tuple(entry.number for entry in some)
                    queued = min(entry.at for entry in some) if some is digests else 0
                    shipments.append(OutgoingMessage(address, self._gateway, words, numbers, queued))
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
        kept = entry.urgent or entry.tries or entry.held or entry.kind == WEEKLY_DIGEST
        old = not kept and entry.at < self._now - STALE_AFTER
        case = self._known.get(entry.case)
        return Line(
            number=entry.number,
            case=entry.case,
            kind=entry.kind,
            urgent=entry.urgent,
            words=entry.words,
            old=old,
            calls=entry.urgent and calls(case, entry.person, self._roster),
            found=found_by(case, entry.person, self._roster),
        )


def addresses_by_person(unit: UnitOfWork) -> dict[int, list[Address]]:
    """Everybody's addresses, by person."""
    found: dict[int, list[Address]] = {}
    for address in unit.store.notices.addresses():
        if address.person is not None:
            found.setdefault(address.person, []).append(address)
    return found
