"""Visits: when somebody was last here, and what others have done since on the cases that concern them."""

from __future__ import annotations

import msgspec

from careconsole.desk.queries import case_queries
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.event import Event

COUNTED = 1_000
"""Older events are counted up to this many; beyond that, `since` only says that there are more."""


class Happened(msgspec.Struct, frozen=True):
    """Something that happened to a case: its number, its subject as it is now, and the event."""

    number: int
    subject: str
    event: Event


class Since(msgspec.Struct, frozen=True):
    """What happened since somebody left at `left_at` (epoch milliseconds).

    `events` are in order, the newest last; `more` earlier ones were left out, counted up to `COUNTED`. `opened` counts
    all cases that others opened meanwhile.
    """

    left_at: int
    events: list[Happened]
    opened: int
    more: int


def leave(desk: Desk) -> None:
    """Records that the person at work leaves now, and what they have seen."""
    desk.write(lambda unit: unit.store.console.leave(unit.who.person, unit.now))


def arrive(desk: Desk) -> None:
    """Counts events as missed from now on, if the person at work was never here before; else changes nothing."""
    console, person = desk.store.console, desk.who.person
    if console.visit(person) is None:
        desk.write(lambda unit: console.leave(person, unit.now))


def since(desk: Desk, most: int = 200) -> Since | None:
    """What others did since the person last left, on cases that concern them; at most the `most` newest events.

    A case concerns those who must act on it now (as owner, for the owner, as the one called, asked to take it or to
    help) and those who owned it, open, when they left. Imported events are news only on a case that existed before.
    None when they never left or nothing happened.
    """

    def work(unit: UnitOfWork) -> Since | None:
        store, person = unit.store, unit.who.person
        visit = store.console.visit(person)
        if visit is None:
            return None
        commands = store.console.commands_since(visit, person)
        concerned = {*case_queries.numbers(desk, "is:mine"), *visit.owned}
        # Cases that only an import brought since are no news; leaving them out here avoids reading them all.
        cases = {number for number in concerned if number <= visit.case or number in commands.touched}
        found = store.console.events_since(visit, person, cases, most + COUNTED)
        if not found and not commands.opened:
            return None
        events = [Happened(*one) for one in reversed(found[:most])]
        return Since(visit.left_at, events, commands.opened, max(0, len(found) - most))

    return desk.read(work)
