"""Whom what happens concerns is told where they are: what the outbox gets is part of the transaction that causes it."""

from __future__ import annotations

from collections.abc import Iterable

from careconsole.desk import outbox
from careconsole.desk.session import Desk
from careconsole.domain.case import Case
from careconsole.domain.concerns import told
from careconsole.domain.facts import Event
from careconsole.domain.roster import Roster


def tell(desk: Desk, turns: Iterable[tuple[Case, Event]], roster: Roster) -> None:
    """Puts into the outbox what people with an address are told of events; each comes with its case right before it."""
    people = outbox.people_with_addresses(desk)
    if not people:
        return
    subject = outbox.names_subjects(desk)
    for before, event in turns:
        notices = [
            outbox.Notice(
                person=concern.person,
                case=before.number,
                kind=event.kind,
                urgent=concern.urgent,
                words=concern.words,
            )
            for concern in told(before, event, roster, people, quote=False, subject=subject)
        ]
        outbox.put(desk, notices, event.at)
