"""What falls due: every clock of one case, the next hours, and a list of promises."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec
from msgspec.structs import replace

from careconsole.desk.session import Desk, load
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case import clocks as c
from careconsole.domain.case.clocks import Clock
from careconsole.domain.case.state import CHANGE, CHECK, USUAL_PRIORITY, Case, OpenPromise
from careconsole.domain.case.time_spent import TimeSpent, time_spent
from careconsole.domain.team.roster import CONTACT, Roster
from careconsole.domain.time.moments import HOUR, day_start
from careconsole.domain.time.service_levels import Level
from careconsole.store import NEVER

Which = Literal["all", "mine", "today", "tomorrow", "overdue"]


class CaseClocks(msgspec.Struct, frozen=True, kw_only=True):
    """Every clock of a case, the service level they follow, and where its time went so far.

    `usual` is the level that they would follow if the case had the usual priority.
    """

    case: Case
    spent: TimeSpent
    level: Level
    usual: Level
    clocks: list[Clock]
    roster: Roster
    now: int
    notices: tuple[str, ...] = ()


class AgendaEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Something that falls due on a case, and who answers for it today (None: nobody can).

    `owner` is the case's, if it has one.
    """

    case: int
    subject: str
    clock: Clock
    answerable: int | None
    owner: int | None = None


class Agenda(msgspec.Struct, frozen=True, kw_only=True):
    """What falls due from now until `until`, by time; `late` counts the open cases that are breached already."""

    entries: list[AgendaEntry]
    late: int
    roster: Roster
    now: int
    until: int


class PromiseEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An open promise, and who answers for it. `broken`: its time has passed; one that was moved has its new time.

    `called` is the person who is called to the case for help, if somebody is; they do not answer for its promises.
    """

    case: int
    subject: str
    customer: str
    promise: OpenPromise
    owner: int | None
    answerable: int | None
    broken: bool
    called: int | None = None


class Promises(msgspec.Struct, frozen=True, kw_only=True):
    """Promises in order of due time; `counts` say how many each list has, as far as they were counted."""

    entries: list[PromiseEntry]
    roster: Roster
    now: int
    counts: dict[str, int] = {}


def why(desk: Desk, number: int) -> CaseClocks:
    """Every clock of case `number`: running, paused, met or breached. Raises WrongUse when there is no such case."""

    def work(unit: UnitOfWork) -> CaseClocks:
        notices: list[str] = []
        case = load(desk, number, notices)
        levels = unit.team.levels
        return CaseClocks(
            case=case,
            spent=time_spent(unit.store.cases.history(case.number), levels.calendar(case), unit.now),
            level=levels.of(case),
            usual=levels.of(replace(case, priority=USUAL_PRIORITY)),
            clocks=levels.clocks(case),
            roster=unit.roster,
            now=unit.now,
            notices=tuple(notices),
        )

    return desk.read(work)


def agenda(desk: Desk, hours: float = 24) -> Agenda:
    """What falls due in the next `hours`: on open cases, and changes that reviews asked for."""

    def work(unit: UnitOfWork) -> Agenda:
        now, roster, store = unit.now, unit.roster, unit.store
        until = now + int(hours * HOUR)
        levels = unit.team.levels_of_many
        among, params = store.engine.in_list("id", store.loads.due_by(until))
        entries = [
            AgendaEntry(
                case=case.number,
                subject=case.subject,
                clock=clock,
                answerable=_answers(case, clock, roster),
                owner=case.owner,
            )
            for case in store.cases.each_state(among, params)
            for clock in levels.clocks(case)
            if clock.state == c.RUNNING and clock.due is not None and now <= clock.due <= until
        ]
        entries.sort(key=lambda entry: (entry.clock.due or 0, entry.case, entry.clock.kind))
        return Agenda(
            entries=entries,
            late=store.loads.late(now),
            roster=roster,
            now=now,
            until=until,
        )

    return desk.read(work)


def promises(desk: Desk, which: Which = "all") -> Promises:
    """Open promises: all, those the person at work answers for, due today (or overdue), tomorrow, or broken already.

    A day ends at midnight at this workstation. Raises WrongUse for "mine" when nobody is at work.
    """

    def work(unit: UnitOfWork) -> Promises:
        me = unit.who.person if which == "mine" else None
        until = day_start(unit.now, 1 if which == "today" else 2) if which in ("today", "tomorrow") else NEVER
        entries = [entry for entry in _promises(unit, until) if _is_in(entry, which, me, unit.now)]
        return Promises(entries=entries, roster=unit.roster, now=unit.now)

    return desk.read(work)


def counted_promises(desk: Desk, which: Which) -> Promises:
    """As `promises`, with how many promises each list has; "mine" is left out while nobody is at work."""

    def work(unit: UnitOfWork) -> Promises:
        me, found = unit.who.person if which == "mine" else unit.person, _promises(unit, NEVER)
        lists = [name for name in get_args(Which) if name != "mine" or me is not None]
        return Promises(
            entries=[entry for entry in found if _is_in(entry, which, me, unit.now)],
            roster=unit.roster,
            now=unit.now,
            counts={name: sum(_is_in(entry, name, me, unit.now) for entry in found) for name in lists},
        )

    return desk.read(work)


def _promises(unit: UnitOfWork, until: int) -> list[PromiseEntry]:
    """The open promises of the cases on which one is due before `until`, by due time."""
    roster, store = unit.roster, unit.store
    found = store.cases.get_many(store.loads.promised(until))
    customers = store.customers.names(sorted({case.customer for case in found.values() if case.customer}))
    entries = [
        PromiseEntry(
            case=case.number,
            subject=case.subject,
            customer=customers.get(case.customer or 0, ""),
            promise=promise,
            owner=case.owner,
            answerable=roster.answerable(case.owner),
            broken=promise.is_broken(unit.now),
            called=None if case.escalation is None else case.escalation.responder,
        )
        for case in found.values()
        for promise in case.promises
    ]
    entries.sort(key=lambda entry: (entry.promise.due, entry.case, entry.promise.number))
    return entries


def _is_in(entry: PromiseEntry, which: Which, me: int | None, now: int) -> bool:
    """Whether a promise is in a list."""
    match which:
        case "mine":
            return entry.answerable == me
        case "overdue":
            return entry.broken
        case "today":
            return entry.promise.due < day_start(now, 1)
        case "tomorrow":
            return day_start(now, 1) <= entry.promise.due < day_start(now, 2)
    return True


def _answers(case: Case, clock: Clock, roster: Roster) -> int | None:
    """Who must act on a clock: who was offered the case, called, or asked for a change, else who acts for the owner.

    None when nobody can.
    """
    person: int | None
    if clock.kind == c.OFFER and case.offer is not None:
        person = case.offer.to
    elif clock.kind in (c.ACKNOWLEDGEMENT, c.OWNER_UPDATE) and case.escalation is not None:
        person = case.escalation.responder
    elif clock.kind in (CHANGE, CHECK):
        person = next((review.owner for review in case.reviews if review.number == clock.number), None)
    else:
        return roster.answerable(case.owner)
    known = roster.people.get(person) if person is not None else None
    return person if known is not None and known.role == CONTACT else roster.who_receives(person)
