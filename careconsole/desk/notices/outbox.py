"""The outbox: a notice is stored in the transaction that causes it, and `delivery` sends it afterwards."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.notice_message import Notice, for_another
from careconsole.domain.errors import WrongUse
from careconsole.domain.team.roster import Roster
from careconsole.store.notices import DROPPED, FAILED, SENT, STATES, WAITING, StoredNotice

__all__ = [
    "DROPPED",
    "FAILED",
    "SENT",
    "WAITING",
    "Listed",
    "Notice",
    "StoredNotice",
    "any_due",
    "entries",
    "name_subjects",
    "names_subjects",
    "people_with_addresses",
    "put",
]

SUBJECT = "notices_subject"
"""The team setting for case subjects in notices: "off" keeps them out."""


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """Notices as they are now, how many there are in each state, and the roster.

    `failing` of the waiting ones have failed and are retried; `partly` of the sent ones failed at some address.
    """

    entries: list[StoredNotice]
    counts: dict[str, int]
    failing: int
    partly: int
    roster: Roster

    @property
    def failed(self) -> int:
        """How many had trouble: given up, being retried, or not arrived at every address."""
        return self.counts.get(FAILED, 0) + self.failing + self.partly


def people_with_addresses(desk: Desk) -> set[int]:
    """Everybody who has an address for notices."""
    return desk.store.notices.people_with_address()


def any_due(desk: Desk, now: int) -> bool:
    """Whether a notice is waiting that may be sent at `now`; takes no lock and is cheap."""
    return desk.store.notices.any_due(now)


def put(unit: UnitOfWork, notices: Iterable[Notice], now: int | None = None) -> int:
    """Writes notices into the outbox, as part of a write; returns how many.

    Notices for an absent person go to the person who acts for them. People without an address are left out: they see
    theirs on the console. `now` (epoch milliseconds) is the transaction's unless given.
    """
    wanted = list(notices)
    if not wanted or not unit.addressees:
        return 0
    acted_for = (for_who_acts(notice, unit.roster) for notice in wanted)
    kept = [notice for notice in acted_for if notice is not None and notice.person in unit.addressees]
    unit.store.notices.put(kept, unit.now if now is None else now)
    return len(kept)


def for_who_acts(notice: Notice, roster: Roster) -> Notice | None:
    """The notice, redirected to the person who acts for its recipient today; None if there is none."""
    here = roster.who_receives(notice.person)
    if here is None or here == notice.person:
        return notice if here is not None else None
    return replace(notice, person=here, words=for_another(roster.name(notice.person), notice.words))


def entries(desk: Desk, state: str | None = None, since: int = 0, most: int = 100) -> Listed:
    """The latest notices queued since `since`, in one state or any; "failed" selects all that had trouble."""
    if state is not None and state not in STATES:
        raise WrongUse(f"Notices are never {state!r}.", f"They are {', '.join(STATES)}.")

    def work(unit: UnitOfWork) -> Listed:
        notices = unit.store.notices
        counts = notices.counts()
        return Listed(
            entries=notices.entries(state, since, most),
            counts=counts.states,
            failing=counts.failing,
            partly=counts.partly,
            roster=unit.roster,
        )

    return desk.read(work)


def names_subjects(unit: UnitOfWork) -> bool:
    """Whether notices name the subjects of cases, or only their numbers."""
    return unit.team.setting(SUBJECT) != "off"


def name_subjects(desk: Desk, named: bool) -> None:
    """Sets whether notices name the subjects of cases; for leads only. Waiting notices are sent as they are."""

    def work(unit: UnitOfWork) -> None:
        unit.must_lead("set what notices include")
        before = names_subjects(unit)
        unit.store.people.set(SUBJECT, "on" if named else "off")
        unit.record_change("notices subject", "", {"named": named, "before": {"named": before}})

    desk.write(work)
