"""The outbox: a notice is a part of the transaction that causes it. `delivery` sends what is in it afterwards."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.notice_message import Notice, for_another
from careconsole.domain.errors import WrongUse
from careconsole.domain.team.roster import Roster
from careconsole.store.notices import DROPPED, FAILED, SENT, STATES, WAITING, Entry

__all__ = [
    "DROPPED",
    "FAILED",
    "SENT",
    "WAITING",
    "Entry",
    "Listed",
    "Notice",
    "any_due",
    "entries",
    "name_subjects",
    "names_subjects",
    "people_with_addresses",
    "put",
]

SUBJECT = "notices_subject"
"""The setting of the team that keeps subjects out of notices: "off"."""


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """Notices as they stand, how many there are in each state, and who the people are.

    `failing` of those that wait have failed and are tried again; `partly` of those that were sent failed somewhere.
    """

    entries: list[Entry]
    counts: dict[str, int]
    failing: int
    partly: int
    roster: Roster

    @property
    def failed(self) -> int:
        """All that had trouble: what was given up, is tried again, or did not arrive everywhere."""
        return self.counts.get(FAILED, 0) + self.failing + self.partly


def people_with_addresses(desk: Desk) -> set[int]:
    """Everybody who is told beyond their console."""
    return desk.store.notices.told()


def any_due(desk: Desk, now: int) -> bool:
    """Whether a notice waits that may be sent at `now`; without a lock, and cheap."""
    return desk.store.notices.any_due(now)


def put(unit: UnitOfWork, notices: Iterable[Notice], now: int | None = None) -> int:
    """Writes notices into the outbox, as part of a write; gives how many.

    Whoever is away is not told, but who acts for them. What is for somebody without an address is left out: they see it
    on their console. `now` is the transaction's, unless another time is played.
    """
    wanted = list(notices)
    if not wanted or not unit.addressees:
        return 0
    acted_for = (for_who_acts(notice, unit.roster) for notice in wanted)
    kept = [notice for notice in acted_for if notice is not None and notice.person in unit.addressees]
    unit.store.notices.put(kept, unit.now if now is None else now)
    return len(kept)


def for_who_acts(notice: Notice, roster: Roster) -> Notice | None:
    """The notice as whoever acts for its person today is told it; None when there is nobody."""
    here = roster.who_receives(notice.person)
    if here is None or here == notice.person:
        return notice if here is not None else None
    return replace(notice, person=here, words=for_another(roster.name(notice.person), notice.words))


def entries(desk: Desk, state: str | None = None, since: int = 0, most: int = 100) -> Listed:
    """The latest notices that were put since then, in one state or in any. "failed": all that had trouble."""
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
    """A lead says whether notices name the subjects of cases. What waits already goes out as it is written."""

    def work(unit: UnitOfWork) -> None:
        unit.must_lead("say what stands in notices")
        before = names_subjects(unit)
        unit.store.people.set(SUBJECT, "on" if named else "off")
        unit.record_change("notices subject", "", {"named": named, "before": {"named": before}})

    desk.write(work)
