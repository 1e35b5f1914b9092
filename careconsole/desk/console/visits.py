"""Visits: when somebody was last here, and what others have done since on the cases that concern them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable

import msgspec
from msgspec.structs import replace

from careconsole.desk.queries import case_queries
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.effective_history import Undone
from careconsole.domain.case.event import Event
from careconsole.domain.case.helpers import HelpAsked
from careconsole.domain.case.narrator import Named
from careconsole.domain.case.notice_message import is_offered_to, waits_for
from careconsole.domain.case.offers import Accepted, Offered
from careconsole.domain.case.opening import Opened
from careconsole.domain.case.overdue import Overdue
from careconsole.domain.case.ownership import Reassigned, Taken, TakenOver
from careconsole.domain.case.state import Case
from careconsole.domain.team.roster import Person, Roster
from careconsole.store.team.console_state import Commands, Visit

_OF_CHANGES = ("came up again", "action checked", "action moved", "action dropped", "action handed")
"""The kinds of events that concern who makes a change, on whatever case they happen."""
_OF_OWNERS = ("opened", "taken", "taken over", "accepted", "reassigned")
"""The kinds of events by which a case comes to be somebody's."""
_OF_PARTS = ("offered", "help asked", "escalated", "skipped", "call handed", "call timed out")
"""The kinds of events by which somebody is asked to do something on a case that is not theirs."""
_JOINED = ("team founded", "person added", "person changed")
"""The kinds of entries of the journal with which somebody came to the team."""
_TO_OTHERS = (
    *("overdue", "offer expired", "offered", "accepted", "declined", "withdrawn", "taken over", "reassigned"),
    *("escalated", "skipped", "nudged", "call handed", "call timed out", "call withdrawn"),
    *("acknowledged", "help asked"),
)
"""The kinds of events that may concern somebody who has nothing to do with their case by now, or never had."""
_AFTER_OFFER = ("resolved", "merged")
"""The kinds that concern the person whom the case was offered to; a customer who got no answer concerns leads."""
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

    `first`: they were never at a console, and that is when they came to the team.

    `events` are in order, the newest last; `more` earlier ones were left out, counted up to `COUNTED`. `opened` are the
    cases that others or mails opened meanwhile, as far as they are open now. `changes` of the events are on other
    cases, and about changes that the person makes, or hears of as the lead on duty. `others` of them are on other
    cases, too, and the person was told of them, or the case is offered to them; `others_more` earlier ones of these
    were left out. `named` is what the numbers mean that events name, by case. `away` are the
    others who went away meanwhile and still are: all of them for a lead, for others those they act for.
    """

    left_at: int
    events: list[Happened]
    opened: list[int]
    more: int
    changes: int = 0
    named: dict[int, Named] = {}
    others: int = 0
    others_more: int = 0
    first: bool = False
    away: tuple[Person, ...] = ()

    @property
    def on_cases(self) -> int:
        """How many events are told that happened on the person's cases."""
        return len(self.events) - self.changes - self.others


def leave(desk: Desk) -> None:
    """Records that the person at work leaves now, and what they have seen."""
    desk.write(lambda unit: unit.store.console.leave(unit.who.person, unit.now))


def arrive(desk: Desk) -> None:
    """Counts events as missed from now on, if nothing says since when; else changes nothing.

    For those who came to the team with this version of the program, it is said: since then.
    """
    console, person = desk.store.console, desk.who.person
    if console.visit(person) is None:
        desk.write(lambda unit: console.leave(person, unit.now))


def since(desk: Desk, most: int = 200) -> Since | None:
    """What others did since the person last left, on cases that concern them; at most the `most` newest events.

    For those who were never here, it is what happened since they came to the team. So is what the person was told of
    other cases meanwhile: as the lead on duty, for somebody who is away, as the one called, or as the one whom a case
    was offered to.

    A case concerns those who must act on it now (as owner, for the owner, as the one called, asked to take it or to
    help), those who owned it, open, when they left, those whose it was for a time since, and those whose it still is
    though it has ended. It does so from the moment on at which they came to have that part, and no longer than it was
    theirs. Imported events are news only on a case that existed before.
    None when they never left or nothing happened.
    """

    def work(unit: UnitOfWork) -> Since | None:
        store, person = unit.store, unit.who.person
        visit = store.console.visit(person)
        if visit is None:
            return None
        commands = store.console.commands_since(visit, person)
        came = [
            (number, event)
            for number, event in store.console.of_kinds(visit, commands, (*_OF_OWNERS, *_OF_PARTS))
            if _gave_to(event, person, unit.roster)
        ]
        held = {number for number, event in came if event.kind in _OF_OWNERS}
        mine, offered = (set(case_queries.numbers(desk, filter)) for filter in ("is:mine", "offered:me"))
        asked = mine | offered
        own = set(store.console.owned_of(person, commands.touched))
        concerned = {*asked, *visit.owned, *held, *own}
        # Cases that only an import brought since are no news; leaving them out here avoids reading them all.
        cases = {number for number in concerned if number <= visit.case or number in commands.touched}
        found = store.console.events_since(visit, person, cases, most + COUNTED)
        begins = _begins(desk, [one for one in came if one[0] in cases and one[0] not in visit.owned], person)
        ends = _ends([*_without_subjects(found), *came], {*visit.owned, *begins} - asked - own, visit.owned, person)
        acts = _acts_since(unit, visit, cases - {*visit.owned, *held, *own}, person)

        def is_theirs(number: int, event: Event) -> bool:
            inside = begins.get(number, 0) <= event.number <= ends.get(number, sys.maxsize)
            return number in cases and inside and event.recorded_at >= acts.get(number, 0)

        found = [one for one in found if is_theirs(one[0], one[2])]
        told = _told(desk, unit, visit, commands, person, is_theirs, most)
        joined = store.journal.entries(since=visit.left_at, until=visit.left_at, kinds=_JOINED, most=1)
        away = () if joined else _went_away(unit, visit, person)
        if not found and not commands.opened and not told and not away:
            return None
        more, told = max(0, len(told) - most), told[-most:]
        events = [Happened(*one) for one in reversed(found[:most])]
        # Until somebody accepts a case, it is the owner's, and none of theirs.
        only_offered = offered - mine - held - own - set(visit.owned)
        on_offers = sum(one.number in only_offered for one in events)
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
            len(told) - changes + on_offers,
            more,
            first=bool(joined),
            away=away,
        )

    return desk.read(work)


def _went_away(unit: UnitOfWork, visit: Visit, person: int) -> tuple[Person, ...]:
    """Who else went away since the visit and still is: all of them for a lead, for others those they act for."""
    leads = unit.roster.is_lead(person)
    entries = unit.store.journal.entries(since=visit.left_at, kinds=("away",))
    people = dict.fromkeys(entry.data.get("person", 0) for entry in entries)
    gone = [unit.roster.people[one] for one in people if one != person and one in unit.roster.people]
    return tuple(
        one for one in gone if one.away and one.active and (leads or unit.roster.answerable(one.number) == person)
    )


def _without_subjects(found: Iterable[tuple[int, str, Event]]) -> list[tuple[int, Event]]:
    """Events with their cases, without the subjects."""
    return [(number, event) for number, _, event in found]


def _begins(desk: Desk, came: list[tuple[int, Event]], person: int) -> dict[int, int]:
    """The event with which each of these cases began to concern the person; none for one that did so before.

    `came` are the events that gave them a part in it.
    """
    first: dict[int, int] = {}
    for number, event in came:
        first[number] = min(event.number, first.get(number, event.number))
    if not first:
        return {}
    from careconsole.desk.queries.recent_events import events_with_before

    roster = desk.roster()
    before = events_with_before(desk, {number: (event,) for number, event in first.items()})
    known = {one.before.number for one in before if _has_part(one.before, person, roster)}
    return {number: event for number, event in first.items() if number not in known}


def _has_part(case: Case, person: int, roster: Roster) -> bool:
    return case.owner == person or waits_for(case, person, roster) or is_offered_to(case, person, roster)


def _acts_since(unit: UnitOfWork, visit: Visit, cases: set[int], person: int) -> dict[int, int]:
    """Since when the person acts for the owners of these cases, of those who went away after the visit."""
    away = dict[int, int]()
    for entry in unit.store.journal.entries(since=visit.left_at, kinds=("away",)):
        before = entry.data.get("before")
        if not before or before.get("cover") != entry.data.get("cover"):  # else only the time of the return changed
            away.setdefault(entry.data.get("person", 0), entry.at)
    found = dict[int, int]()
    for owner, at in away.items():
        if owner != person and unit.roster.answerable(owner) == person:
            for number, case in unit.store.cases.get_many(unit.store.console.owned_of(owner, cases)).items():
                called = case.escalation.called if case.escalation is not None else ()
                if person not in (*called, *(help.of for help in case.helpers)):
                    found[number] = at
    return found


def _ends(
    events: list[tuple[int, Event]], cases: Collection[int], owned: Collection[int], person: int
) -> dict[int, int]:
    """The event with which each of these cases ceased to be the person's; `owned` are those that were theirs before."""
    ends: dict[int, int] = {}
    theirs = {number: number in owned for number in cases}
    kinds = (*_OF_OWNERS, Undone.kind)
    moves = {(number, event.number): event for number, event in events if number in theirs and event.kind in kinds}
    gave = set[tuple[int, int | None]]()
    for (number, place), event in sorted(moves.items(), key=lambda move: move[0]):
        if _owner_by(event) == person:
            gave.add((number, event.command))
            theirs[number] = True
            ends.pop(number, None)
        elif theirs[number] and (event.kind != Undone.kind or (number, event.fact.turns) in gave):
            theirs[number] = False
            ends[number] = place
    return ends


def _owner_by(event: Event) -> int | None:
    """Whose the case is from this event on; None for duty, and for an event that moves no case."""
    match event.fact:
        case Opened(owner=owner) | Reassigned(to=owner) | Taken(person=owner) | TakenOver(person=owner):
            return owner
        case Accepted(person=owner):
            return owner
        case _:
            return None


def _gave_to(event: Event, person: int, roster: Roster) -> bool:
    """Whether the case was the person's from this event on, or asked something of them or of those they act for."""
    if event.kind in _OF_OWNERS:
        return _owner_by(event) == person
    match event.fact:
        case Offered(to=one) | HelpAsked(of=one):
            return roster.receives_for(person, one)
        case fact:
            called = (getattr(fact, "responder", None), *getattr(fact, "also", ()))
            return any(roster.receives_for(person, one) for one in called if one is not None)


def _named(desk: Desk, events: list[Happened]) -> dict[int, Named]:
    from careconsole.desk.queries.named_entries import named_entries  # few events name others

    return named_entries(desk, [(one.number, one.event) for one in events])


def _told(
    desk: Desk,
    unit: UnitOfWork,
    visit: Visit,
    commands: Commands,
    person: int,
    but: Callable[[int, Event], bool],
    most: int,
) -> list[Happened]:
    """What the person was told since the visit, without the events on their cases (`but`), the oldest first."""
    kinds = (*_OF_CHANGES, *_TO_OTHERS)
    rows = unit.store.console.events_of_kinds(visit, commands, person, kinds, _AFTER_OFFER, most + COUNTED)
    told: dict[tuple[int, int], Happened] = {}
    wanted: dict[int, list[int]] = {}
    asked = 0
    for number, subject, event in reversed(rows):
        if but(number, event):
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
    if not any(isinstance(one.event.fact, Overdue) for one in events):
        return events
    from careconsole.desk.queries.what_became import ends_of

    ends = ends_of(desk, [(one.number, one.event) for one in events])
    keys = [(one.number, one.event.number) for one in events]
    pairs = zip(events, keys, strict=True)
    return [replace(one, became=ends[key].words) if key in ends else one for one, key in pairs]
