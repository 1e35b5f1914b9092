"""Visits: when somebody was last here, and what others have done since on the cases that concern them."""

from __future__ import annotations

from collections.abc import Collection

import msgspec
from msgspec.structs import replace

from careconsole.desk.queries import case_queries
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.event import Event
from careconsole.domain.case.narrator import Named
from careconsole.domain.case.offers import Accepted
from careconsole.domain.case.opening import Opened
from careconsole.domain.case.overdue import Overdue
from careconsole.domain.case.ownership import Reassigned, Taken, TakenOver
from careconsole.domain.case.reader import capitalized
from careconsole.store.team.console_state import Visit

_OF_CHANGES = ("came up again", "action checked", "action moved", "action dropped", "action handed")
"""The kinds of events that concern who makes a change, on whatever case they happen."""
_OF_OWNERS = ("opened", "taken", "taken over", "accepted", "reassigned")
"""The kinds of events by which a case comes to be somebody's."""
_TO_OTHERS = (
    *("overdue", "offer expired", "offered", "accepted", "declined", "withdrawn", "taken over", "reassigned"),
    *("escalated", "skipped", "nudged", "call handed", "call timed out", "call withdrawn"),
    *("acknowledged", "help asked"),
)
"""The kinds of events that may concern somebody who has nothing to do with their case by now, or never had."""
_AFTER_OFFER = ("resolved", "merged")
"""The kinds that concern the person whom the case was offered to."""
COUNTED = 1_000
"""Older events are counted up to this many; beyond that, `since` only says that there are more."""


class Happened(msgspec.Struct, frozen=True):
    """Something that happened to a case: its number, its subject as it is now, and the event.

    `became` says what became of the clocks that the event says ran out, as far as they no longer run.
    """

    number: int
    subject: str
    event: Event
    became: str = ""


class Since(msgspec.Struct, frozen=True):
    """What happened since somebody left at `left_at` (epoch milliseconds).

    `events` are in order, the newest last; `more` earlier ones were left out, counted up to `COUNTED`. `opened` are the
    cases that others or mails opened meanwhile, as far as they are open now. `changes` of the events are on other
    cases, and about changes that the person makes, or hears of as the lead on duty. `others` of them are on other
    cases, too, and the person was told of them; `others_more` earlier ones of these were left out. `named` is what the
    numbers mean that events name, by case.
    """

    left_at: int
    events: list[Happened]
    opened: list[int]
    more: int
    changes: int = 0
    named: dict[int, Named] = {}
    others: int = 0
    others_more: int = 0

    @property
    def on_cases(self) -> int:
        """How many events are told that happened on the person's cases."""
        return len(self.events) - self.changes - self.others


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

    So is what the person was told of other cases meanwhile: as the lead on duty, for somebody who is away, as the one
    called, or as the one whom a case was offered to.

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
        told = _told(desk, unit, visit, person, cases, most)
        if not found and not commands.opened and not told:
            return None
        more, told = max(0, len(told) - most), told[-most:]
        events = [Happened(*one) for one in reversed(found[:most])]
        if told:
            events = sorted([*events, *told], key=lambda one: one.event.recorded_at)
        changes = sum(one.event.kind in _OF_CHANGES for one in told)
        return Since(
            visit.left_at,
            _with_ends(desk, events),
            commands.opened,
            max(0, len(found) - most),
            changes,
            _named(desk, events),
            len(told) - changes,
            more,
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


def _told(desk: Desk, unit: UnitOfWork, visit: Visit, person: int, but: Collection[int], most: int) -> list[Happened]:
    """What the person was told since the visit of other cases than `but`, the oldest first."""
    kinds = (*_OF_CHANGES, *_TO_OTHERS)
    rows = unit.store.console.events_of_kinds(visit, person, kinds, _AFTER_OFFER, most + COUNTED)
    told: dict[tuple[int, int], Happened] = {}
    wanted: dict[int, list[int]] = {}
    asked = 0
    for number, subject, event in reversed(rows):
        if number in but:
            continue
        people = event.fact.people if isinstance(event.fact, Overdue) else ()
        if not people:  # who was told is not recorded, but follows from the case as it was
            if asked == most:
                continue
            wanted.setdefault(number, []).append(event.number)
            asked += 1
        elif person not in people:
            continue
        told[number, event.number] = Happened(number, subject, event)
    if wanted:
        from careconsole.desk.queries.recent_events import events_with_before
        from careconsole.domain.case.notification_recipients import words_for

        concerning = {
            (one.before.number, one.event.number)
            for one in events_with_before(desk, wanted)
            if words_for(one.before, one.event, unit.roster, person) is not None
        }
        for number, numbers in wanted.items():
            for event_number in numbers:
                if (number, event_number) not in concerning:
                    del told[number, event_number]
    return list(reversed(told.values()))


def _with_ends(desk: Desk, events: list[Happened]) -> list[Happened]:
    """The events, those that say that clocks ran out with what became of these."""
    late = {(one.number, one.event.number): one.event.fact for one in events if isinstance(one.event.fact, Overdue)}
    if not late:
        return events
    from careconsole.desk.queries.what_became import told_clocks, what_became

    clocks = {key: told_clocks(key[0], fact.clocks) for key, fact in late.items()}
    became = what_became(desk, {clock for some in clocks.values() for clock in some})
    found = []
    for one in events:
        fact = late.get((one.number, one.event.number))
        if fact is not None:
            ends = [became.get(clock, "") for clock in clocks[one.number, one.event.number]]
            if len(set(ends)) > 1:  # of several clocks, each that ended is named
                named = zip(fact.clocks, ends, strict=True)
                ends = [f"{capitalized(clock.name)}: {end[0].lower()}{end[1:]}" for clock, end in named if end]
            one = replace(one, became=" ".join(dict.fromkeys(ends)))
        found.append(one)
    return found
