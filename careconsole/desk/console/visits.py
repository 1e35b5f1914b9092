"""Visits: when somebody was last here, and what others have done since on the cases that concern them."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from careconsole.desk.queries import case_queries
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.event import Event
from careconsole.domain.case.narrator import Named
from careconsole.domain.case.offers import Accepted
from careconsole.domain.case.opening import Opened
from careconsole.domain.case.ownership import Reassigned, Taken, TakenOver
from careconsole.store.team.console_state import Visit

_OF_CHANGES = ("came up again", "action checked", "action moved", "action dropped", "action handed")
"""The kinds of events that concern who makes a change, on whatever case they happen."""
_OF_OWNERS = ("opened", "taken", "taken over", "accepted", "reassigned")
"""The kinds of events by which a case comes to be somebody's."""
COUNTED = 1_000
"""Older events are counted up to this many; beyond that, `since` only says that there are more."""


class Happened(msgspec.Struct, frozen=True):
    """Something that happened to a case: its number, its subject as it is now, and the event."""

    number: int
    subject: str
    event: Event


class Since(msgspec.Struct, frozen=True):
    """What happened since somebody left at `left_at` (epoch milliseconds).

    `events` are in order, the newest last; `more` earlier ones were left out, counted up to `COUNTED`. `opened` are the
    cases that others or mails opened meanwhile, as far as they are open now. `changes` of the events are on other
    cases, and about changes that the person makes, or hears of as the lead on duty. `named` is what the numbers mean
    that events name, by case.
    """

    left_at: int
    events: list[Happened]
    opened: list[int]
    more: int
    changes: int = 0
    named: dict[int, Named] = {}

    @property
    def on_cases(self) -> int:
        """How many events are told that happened on the person's cases."""
        return len(self.events) - self.changes


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
    help), those who owned it, open, when they left, and those whose it was for a time since. Imported events are news
    only on a case that existed before.
    None when they never left or nothing happened.
    """

    def work(unit: UnitOfWork) -> Since | None:
        store, person = unit.store, unit.who.person
        visit = store.console.visit(person)
        if visit is None:
            return None
        commands = store.console.commands_since(visit, person)
        held = {number for number, event in store.console.of_kinds(visit, _OF_OWNERS) if _gave_to(event, person)}
        concerned = {*case_queries.numbers(desk, "is:mine"), *visit.owned, *held}
        # Cases that only an import brought since are no news; leaving them out here avoids reading them all.
        cases = {number for number in concerned if number <= visit.case or number in commands.touched}
        found = store.console.events_since(visit, person, cases, most + COUNTED)
        about = [] if person is None else _about_changes(desk, unit, visit, person, cases, most)
        if not found and not commands.opened and not about:
            return None
        events = [Happened(*one) for one in reversed(found[:most])]
        if about:
            events = sorted([*events, *about], key=lambda one: one.event.recorded_at)
        return Since(
            visit.left_at, events, commands.opened, max(0, len(found) - most), len(about), _named(desk, events)
        )

    return desk.read(work)


def _gave_to(event: Event, person: int) -> bool:
    """Whether the case was the person's from this event on."""
    match event.fact:
        case Opened(owner=owner) | Reassigned(to=owner) | Taken(person=owner) | TakenOver(person=owner):
            return owner == person
        case Accepted(person=owner):
            return owner == person
        case _:
            return False


def _named(desk: Desk, events: list[Happened]) -> dict[int, Named]:
    from careconsole.desk.queries.named_entries import named_entries  # few events name others

    return named_entries(desk, [(one.number, one.event) for one in events])


def _about_changes(
    desk: Desk, unit: UnitOfWork, visit: Visit, person: int, but: Collection[int], most: int
) -> list[Happened]:
    """What others said of changes that the person makes since the visit, on other cases than `but`."""
    rows = unit.store.console.events_of_kinds(visit, person, _OF_CHANGES, most)
    if not rows:
        return []
    from careconsole.desk.queries.recent_events import events_with_before
    from careconsole.domain.case.notification_recipients import words_for

    others = {(number, event.number): subject for number, subject, event in rows if number not in but}
    wanted: dict[int, list[int]] = {}
    for number, event in others:
        wanted.setdefault(number, []).append(event)
    return [
        Happened(one.before.number, others[one.before.number, one.event.number], one.event)
        for one in events_with_before(desk, wanted)
        if words_for(one.before, one.event, unit.roster, person) is not None
    ]
