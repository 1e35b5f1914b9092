"""Queues notices for everyone an event concerns, as part of the transaction that causes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from careconsole.desk.notices import outbox
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.event import Event
from careconsole.domain.case.notification_recipients import notifications_for
from careconsole.domain.case.state import Case
from careconsole.domain.team.roster import Person, Roster

if TYPE_CHECKING:
    from careconsole.desk.queries.assignments import Load


def queue_notices(unit: UnitOfWork, turns: Iterable[tuple[Case, Event]], roster: Roster) -> None:
    """Queues notices of events for the people with an address; each event comes with its case right before it.

    `roster` says who acts for whom: the team now, or at the time up to which a sweep catches up.
    """
    people = unit.addressees
    if not people:
        return
    subject = outbox.names_subjects(unit)
    for before, event in turns:
        notices = [
            outbox.Notice(
                person=concern.person,
                case=before.number,
                kind=event.kind,
                urgent=concern.urgent,
                words=concern.words,
            )
            for concern in notifications_for(before, event, roster, people, quote=False, subject=subject)
        ]
        outbox.put(unit, notices, event.at)


def queue_absence_notice(unit: UnitOfWork, person: Person, load: Load) -> None:
    """Lists what waits for a person: for their cover when they go away, for themselves when they are back.

    Earlier notices went to the one who acted at that time.
    """
    roster = unit.roster
    acting = roster.answerable(person.number)
    calls = sum(row.acknowledged_until < unit.now for row in load.called)
    counted = (
        (len(load.owned), "open case", "open cases"),
        (calls, "call to acknowledge", "calls to acknowledge"),
        (len(load.offered), "offer to answer", "offers to answer"),
        (len(load.helping), "case to help with", "cases to help with"),
    )
    words = ", ".join(f"{count:,} {one if count == 1 else more}" for count, one, more in counted if count)
    if acting is None or not words:
        return
    who = f"{roster.name(person.number)} is away and you cover for them" if person.away else "You are back"
    notice = outbox.Notice(person=acting, case=0, kind="away", urgent=calls > 0, words=f"{who}: {words}.")
    outbox.put(unit, [notice])
