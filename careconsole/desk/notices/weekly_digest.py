"""The weekly digest through notices: the number of changed playbooks, and whole only where somebody asked for that.

It is queued once a week beside the sweep, in one transaction with the note that it has been, so that several sweepers
queue it once. What the outbox keeps has no words of customers: the whole digest is read when it is sent, and at each
retry again.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from msgspec.structs import replace

from careconsole.desk.notices.addresses import matching_addresses, must_manage_addresses_of, service_name, several_match
from careconsole.desk.notices.claiming import Claimed
from careconsole.desk.notices.outbox import Notice, names_subjects, put
from careconsole.desk.queries.digest import LONGEST, Digest, digest, playbook_news
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.notice_message import WEEKLY_DIGEST, Message
from careconsole.domain.errors import CareError, Refused
from careconsole.domain.hints import suggest
from careconsole.domain.learning.weekly import next_digest
from careconsole.domain.team.addresses import Address
from careconsole.domain.team.roster import Person, Roster
from careconsole.domain.time.moments import DAY, WEEK

QUEUED = "digest_queued"
"""The team setting for when the last weekly digest was queued, and since when it tells what is new."""

Compose = Callable[[Digest, Roster], Message]
"""Makes a message of a digest."""
Words = Callable[[int, int], str]
"""Says how many playbooks are new or have changed in how many weeks, and how to read more."""


class _Queued(msgspec.Struct, frozen=True):
    """When a digest was queued, and since when it tells what is new (epoch milliseconds)."""

    at: int
    since: int


def is_due(desk: Desk) -> bool:
    """Whether the weekly digest is to be queued; cheap, and takes no lock. Never while nobody has an address."""
    last = _read(desk.store.people.setting(QUEUED))
    if last is not None and desk.now() < next_digest(last.at):
        return False
    return desk.store.notices.any_address()


def queue(desk: Desk, words: Words) -> int:
    """Queues the weekly digest if it is due; returns the number of notices. The first time, it only notes the time.

    It goes to everybody at work who has an address, if a playbook is new or has changed; where somebody asked for the
    whole digest, in any case.
    """
    if not is_due(desk):
        return 0

    def work(unit: UnitOfWork) -> int:
        last = _read(unit.store.people.setting(QUEUED))
        if last is not None and unit.now < next_digest(last.at):
            return 0  # another sweeper was faster
        since = unit.now if last is None else max(last.at + 1, unit.now - LONGEST * WEEK)
        note = msgspec.json.encode(_Queued(at=unit.now, since=since)).decode()
        unit.store.people.set(QUEUED, note)
        if last is None:
            return 0
        changed = len(playbook_news(unit, since))
        weeks = -(-(unit.now - since - DAY) // WEEK)  # a sweep comes some minutes or hours late, which is no new week
        told = words(changed, max(1, min(weeks, LONGEST)))
        whole = {one.person for one in unit.store.notices.addresses() if one.whole_digest}
        people = [one for one in unit.roster.people.values() if one.has_console and one.present]
        return put(
            unit,
            [
                Notice(person=one.number, case=0, kind=WEEKLY_DIGEST, urgent=False, words=told)
                for one in people
                if changed or one.number in whole
            ],
        )

    return desk.write(work)


def with_digests(desk: Desk, claimed: Claimed, compose: Compose) -> Claimed:
    """What was claimed, with the whole digest in the messages to addresses that get it.

    If it cannot be read, the short words go there: a damaged case must not hold up anybody's notices.
    """
    moments = {one.digest_of for parcel in claimed.parcels for one in parcel.shipments if one.digest_of}
    if not moments:
        return claimed

    def read(unit: UnitOfWork) -> dict[int, Message]:
        last = _read(unit.store.people.setting(QUEUED))
        begins = {at: last.since if last is not None and last.at == at else at - WEEK for at in moments}
        return {at: compose(digest(desk, since=since), unit.roster) for at, since in begins.items()}

    try:
        texts = desk.read(read)
    except CareError:
        return claimed
    parcels = [
        replace(
            parcel,
            shipments=tuple(
                replace(one, message=texts[one.digest_of]) if one.digest_of else one for one in parcel.shipments
            ),
        )
        for parcel in claimed.parcels
    ]
    return replace(claimed, parcels=tuple(parcels))


def address_for(desk: Desk, name: str, which: str | None = None) -> tuple[Person, Address]:
    """The address that is meant, for showing what would be sent there. Raises as `set_whole` does."""
    return desk.read(lambda unit: _meant(desk, unit, name, which, whole=True))


def set_whole(desk: Desk, name: str, which: str | None, whole: bool) -> tuple[Person, Address]:
    """Sets whether the whole weekly digest goes to an address, given as `addresses.forget` takes it.

    Only its owner can ask for it; they, or a lead, can stop it. Raises Refused for anybody else, for an address that
    they do not have, and while notices leave out the subjects of cases.
    """

    def work(unit: UnitOfWork) -> tuple[Person, Address]:
        person, address = _meant(desk, unit, name, which, whole=whole)
        if whole:
            unit.store.notices.want_digest(address.number, unit.now)
        else:
            unit.store.notices.unwant_digest(address.number)
        before = {"whole": address.whole_digest}
        data = {"person": person.number, "to": service_name(address.address), "whole": whole, "before": before}
        unit.record_change("notices digest", person.name, data)
        return person, replace(address, whole_digest=whole)

    return desk.write(work)


def _meant(desk: Desk, unit: UnitOfWork, name: str, which: str | None, *, whole: bool) -> tuple[Person, Address]:
    person = must_manage_addresses_of(unit, name)
    if whole and person.number != unit.who.person:
        raise Refused(
            f"Only {person.name} can have the whole digest sent to an address of theirs.",
            "They can: {}.",
            suggest("notices digest", name=person.name, whole=True),
        )
    if whole and not names_subjects(unit):
        raise Refused(
            "Notices leave out the subjects of cases here, and the whole digest has them.",
            "A lead can allow them: {}.",
            suggest("notices subject", shown="on"),
        )
    meant = matching_addresses(desk, person, which)
    if len(meant) > 1:
        how = {"whole" if whole else "short": True}
        raise Refused(
            several_match(person, meant, which),
            "Give its number: {}.",
            suggest("notices digest", name=person.name, number=meant[0].number, **how),
        )
    return person, meant[0]


def _read(stored: str | None) -> _Queued | None:
    try:
        return msgspec.json.decode(stored, type=_Queued) if stored else None
    except msgspec.DecodeError:
        return None
