"""Merges two names on the team that are one person: a command, which `undo` takes back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec.structs import replace

from careconsole.desk.cases.writing import write_events
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.escalation_paths import Paths
from careconsole.domain.case.same_person import PersonMerged, calls_themselves, taken_over
from careconsole.domain.case.state import Case
from careconsole.domain.errors import Refused
from careconsole.domain.hints import WHO_AM_I, suggest
from careconsole.domain.reply_states import NEEDS_PERSON, ON_THE_WAY
from careconsole.domain.team.lookup import find_name
from careconsole.domain.team.roster import CONTACT, Person, Roster
from careconsole.domain.team.rota import Rota
from careconsole.store.cases.command_log import LoggedCommand
from careconsole.store.team.journal import JournalEntry
from careconsole.store.team.merged_people import PersonParts
from careconsole.store.team.people import DUTY, MERGED, ROTA, ROTA_READ

MERGE = "team merge"
_KIND = "people merged"
_PATHS_READ = "paths_read"
_TEXTS = (DUTY, ROTA_READ, _PATHS_READ)
"""The settings of the team that name people by number."""
_ROW = ("role", "active", "away", "cover", "os_user", "reach", "away_until")
"""What a merge may change of somebody."""
_UNSENT = (*ON_THE_WAY, *NEEDS_PERSON)
_MOST = 100_000
_AT_ONCE = 500


class MergedPeople(msgspec.Struct, frozen=True, kw_only=True):
    """The person who goes on, the name that was merged into theirs, on how many cases it had something to do, and what
    a lead should know."""

    person: Person
    was: Person
    cases: int
    remarks: tuple[str, ...]


def merge(desk: Desk, loser: int, winner: int) -> MergedPeople:
    """Lets the person number `loser` be `winner` from now on, who gets all that is still to be done. For leads only.

    Histories keep the old name, and say who it is. Imports that name it, or know it by an id, find `winner`, whose
    name, role and rights stay as they are. Raises Refused, with what to do first, if they are one already, and where a
    merge would change somebody's rights, or leave a call for help to the person who asked for it.
    """

    def work(unit: UnitOfWork) -> MergedPeople:
        unit.must_lead("merge two names of one person")
        was, other = unit.roster.people[loser], unit.roster.people[winner]
        _must_be_mergeable(unit.roster, was, other)
        if was.number == unit.who.person:
            raise Refused(
                f"You are at work as {was.name}, the name that this merge would end.",
                "Say who you are with {}.",
                WHO_AM_I,
            )
        _must_have_sent(unit, was)
        changed = _cases(unit, was, other)
        numbers = [case.number for case in changed]
        command = unit.store.log.add(MERGE, unit.who, unit.now, numbers)
        before = _state(unit)
        moved, remarks = _move(unit, was, other)
        fact = PersonMerged(person=other.number, was=was.number, name=was.name)
        for case in changed:
            write_events(unit, case.number, case, [fact], unit.now, actor=unit.who.person, command=command)
        state = _state(unit)
        after = {**_differing(state, before), "was": was.number, "moved": moved}
        data = {"into": other.name, "command": command, "person": other.number}
        unit.record_change("people merged", was.name, {**data, "before": _differing(before, state), "after": after})
        unit.roster.check_sound()
        return MergedPeople(
            person=unit.roster.people[other.number], was=was, cases=len(numbers), remarks=tuple(remarks)
        )

    return desk.write(work)


def turn(unit: UnitOfWork, entry: LoggedCommand, undo: bool) -> JournalEntry:
    """Takes back a merge of people, or does it again; their cases are turned by their events. Part of a write.

    Returns its entry in the journal. Only what is still as the merge left it gets its earlier state. Raises Refused
    when one of the two was merged again since, or, to do it again, when the name has cases that the merge did not
    know.
    """
    written = must_be_turnable(unit, entry, undo)
    data = written.data
    loser, winner = data["after"]["was"], data["person"]
    merged, apart = data["after"], data["before"]
    _restore(unit, *((merged, apart) if undo else (apart, merged)))
    parts, moved = PersonParts(unit.store.engine), merged["moved"]
    here, there = (winner, loser) if undo else (loser, winner)
    parts.move_addresses(here, there, moved["addresses"])
    parts.move_notices(here, there, moved["notices"])
    parts.move_drafts(here, there, moved["drafts"])
    parts.copy_preferences(loser, winner, moved["preferences"], back=undo)
    parts.copy_views(loser, winner, moved["views"], back=undo)
    unit.roster.check_sound()
    unit.record_turn(written, undo)
    return written


def must_be_turnable(unit: UnitOfWork, entry: LoggedCommand, undo: bool) -> JournalEntry:
    """Raises Refused as `turn` does, and changes nothing; returns the entry in the journal."""
    written = unit.store.journal.of_command(_KIND, entry.number)
    data = written.data
    loser, winner = data["after"]["was"], data["person"]
    people = unit.roster.people
    stands = people[loser].merged_into == winner if undo else people[loser].merged_into is None
    if not stands or people[winner].merged_into is not None:
        raise Refused(
            f"{written.about} or {data['into']} has been merged again since.",
            "That has to be undone first; look at them: {}.",
            suggest("team list", all=True),
        )
    if not undo:
        known = {case.number for case in _cases(unit, people[loser], people[winner])} - set(entry.cases)
        if known:
            raise Refused(
                f"{written.about} has other cases since.",
                "Merge them again: {}.",
                suggest("team merge", name=..., into=...),
            )
    return written


def number_of(desk: Desk, name: str) -> int:
    """The number of a name that is to be merged, even if it was merged already. Raises WrongUse as `find_name` does."""
    return find_name(name, desk.roster()).number


def alike(desk: Desk) -> list[tuple[Person, Person]]:
    """Pairs of names on the team that have the same mail address, and so may be one person; the first is to be merged.

    An address is in the name, as imports write it, in how somebody is reached, or where their notices go.
    """

    def work(unit: UnitOfWork) -> list[tuple[Person, Person]]:
        people = [one for one in unit.roster.people.values() if one.merged_into is None]
        found: dict[str, list[Person]] = {}
        noticed: dict[int, str] = {}
        for address in unit.store.notices.addresses():
            if address.person is not None:
                noticed[address.person] = f"{noticed.get(address.person, '')} {address.address}"
        for person in people:
            for key in _mail_addresses(f"{person.name} {person.reach} {noticed.get(person.number, '')}"):
                found.setdefault(key, []).append(person)
        pairs = {}
        for some in found.values():
            # Who goes on is who works here, with a console if there is one.
            first, *others = sorted(some, key=lambda one: (not one.has_console, not one.active, one.number))
            pairs.update({(other.number, first.number): (other, first) for other in others})
        return [pairs[key] for key in sorted(pairs)]

    return desk.read(work)


def _mail_addresses(text: str) -> set[str]:
    """The mail addresses in a text, in lower case."""
    plain = "".join(" " if one in "()<>,;:\"'" else one for one in text)
    words = (word.strip(".").lower() for word in plain.split())
    return {word for word in words if word.count("@") == 1 and not word.startswith("@") and "." in word.split("@")[1]}


def _must_be_mergeable(roster: Roster, was: Person, other: Person) -> None:
    """Raises Refused unless `was` can be `other` from now on without anybody's rights changing."""
    if other.number in (was.number, was.merged_into):
        raise Refused(f"{other.name} is already one person.", "See {}.", suggest("team list", all=True))
    if was.merged_into is not None:
        now = roster.name(was.merged_into)
        raise Refused(
            f"{was.name} is {now} already.",
            "To merge that one as well: {}.",
            suggest("team merge", name=now, into=other.name),
        )
    if other.merged_into is not None:
        now = roster.name(other.merged_into)
        raise Refused(
            f"{other.name} is {now} already.", "Merge into {}: {}.", now, suggest("team merge", name=was.name, into=now)
        )
    if was.active and not other.active:
        raise Refused(
            f"{other.name} does not work here, and {was.name} does.",
            "Merge the other way round: {}.",
            suggest("team merge", name=other.name, into=was.name),
        )
    if was.active and CONTACT in (was.role, other.role) and was.role != other.role:
        raise Refused(
            f"{was.name} is {_a(was.role)} and {other.name} {_a(other.role)}.",
            "If they are one person, let the name leave first: {}.",
            suggest("team leave", name=was.name),
        )
    if other.role == CONTACT != was.role:
        raise Refused(
            f"{other.name} is a contact, who can own no case.",
            "Merge the other way round: {}.",
            suggest("team merge", name=other.name, into=was.name),
        )
    if was.active and was.role != other.role:
        raise Refused(
            f"{was.name} is {_a(was.role)} and {other.name} {_a(other.role)}; a merge changes nobody's rights.",
            "Give both the role that the person has first: {}, or {}.",
            suggest("team role", name=other.name if was.leads else was.name, role="lead"),
            suggest("team role", name=was.name if was.leads else other.name, role="agent"),
        )
    if was.present and other.away:
        raise Refused(
            f"{other.name} is away and {was.name} is here.",
            "Mark them as back first: {}.",
            suggest("team back", name=other.name),
        )


def _must_have_sent(unit: UnitOfWork, was: Person) -> None:
    """Raises Refused while a mail that `was` wrote is not sent: it would come back as a draft of theirs."""
    unsent = [one for one in unit.store.outgoing.listed(_UNSENT, _MOST) if one.person == was.number]
    if unsent:
        cases = ", ".join(map(str, sorted({one.case for one in unsent})[:20]))
        raise Refused(
            f"Mails that {was.name} wrote are not sent yet, on case {cases}.",
            "Wait until they are sent, or decide about them: {}.",
            suggest("mail outgoing"),
        )


def _a(role: str) -> str:
    return f"an {role}" if role[0] == "a" else f"a {role}"


def _cases(unit: UnitOfWork, was: Person, other: Person) -> list[Case]:
    """The cases on which `was` has something to do. Raises Refused for one on which they call the other for help."""
    numbers = PersonParts(unit.store.engine).cases(was.number)
    found = list[Case]()
    for start in range(0, len(numbers), _AT_ONCE):
        for case in unit.store.cases.get_many(numbers[start : start + _AT_ONCE]).values():
            if calls_themselves(case, was.number, other.number):
                raise Refused(
                    f"On case {case.number}, {was.name} and {other.name} are both sides of a call for help.",
                    "End that call first: {}.",
                    suggest("de-escalate", case.number),
                )
            if taken_over(case, was.number, other.number):
                found.append(case)
    return found


def _move(unit: UnitOfWork, was: Person, other: Person) -> tuple[dict[str, Any], list[str]]:
    """Lets the rows, settings and belongings of `was` be those of `other`; returns what moved, and remarks."""
    store, roster = unit.store, unit.roster
    people, parts, remarks = store.people, PersonParts(store.engine), list[str]()
    login = was.os_user if was.active else None
    if login and other.os_user:
        remarks.append(f"The login {login} is nobody's now; {other.name} keeps {other.os_user}.")
    if was.active and was.away and not other.away:
        remarks.append(f"{other.name} is here, so the absence of {was.name} has ended.")
    if was.role != other.role:
        remarks.append(f"{was.name} was {_a(was.role)}; {other.name} stays {_a(other.role)}.")
    people.save(replace(was, active=False, away=False, away_until=None, cover=None, os_user=None))
    cover = None if other.cover == was.number else other.cover
    people.save(
        replace(
            other, os_user=other.os_user or login, reach=other.reach or (was.reach if was.active else ""), cover=cover
        )
    )
    for one in roster.people.values():
        if one.cover == was.number and one.number != other.number:
            people.save(replace(one, cover=other.number))
            rights = (
                " and has a lead's rights until they are back" if one.leads and one.away and not other.leads else ""
            )
            remarks.append(f"{other.name} covers for {one.name}{rights}.")
    merged = {number: other.number if into == was.number else into for number, into in people.merged().items()}
    people.set(MERGED, msgspec.json.encode({**merged, was.number: other.number}).decode())
    if unit.team.usual_roster.duty == was.number:
        people.set(DUTY, str(other.number))
    rota, paths = unit.team.rota, unit.team.paths
    if rota is not None and was.number in {*rota.people(), *rota.names.values()}:
        people.store_rota(people.setting(ROTA) or "", _in_rota(rota, was.number, other.number))
        remarks.append(f"The turns of {was.name} in the rota are {other.name}'s; its text still has the old name.")
    if (after := _in_paths(paths, was.number, other.number)) != paths:
        store.paths.store(store.paths.text() or "", after)
        remarks.append(f"The escalation paths call {other.name} for {was.name}; their text still has the old name.")
    moved = {
        "addresses": parts.move_addresses(was.number, other.number) if was.active else [],
        "notices": parts.move_notices(was.number, other.number),
        "drafts": parts.move_drafts(was.number, other.number),
        "preferences": parts.copy_preferences(was.number, other.number),
        "views": parts.copy_views(was.number, other.number),
    }
    if left := parts.drafts(was.number):
        both = "1 form that both had begun" if left == 1 else f"{left} forms that both had begun"
        remarks.append(f"Of {both}, {other.name} keeps their own; undo brings the other back.")
    return moved, remarks


def _in_rota(rota: Rota, was: int, person: int) -> Rota:
    """The rota with a person under their other number."""
    return replace(
        rota,
        week=tuple(replace(one, lead=person) if one.lead == was else one for one in rota.week),
        exceptions=tuple(replace(one, lead=person) if one.lead == was else one for one in rota.exceptions),
        names={name: person if number == was else number for name, number in rota.names.items()},
    )


def _in_paths(paths: Paths, was: int, person: int) -> Paths:
    """The escalation paths with a person under their other number; a step calls them once."""

    def calls(call: Iterable[int | str]) -> tuple[int | str, ...]:
        return tuple(dict.fromkeys(person if one == was else one for one in call))

    return Paths(
        tuple(
            replace(path, steps=tuple(replace(step, call=calls(step.call)) for step in path.steps))
            for path in paths.paths
        )
    )


def _state(unit: UnitOfWork) -> dict[str, Any]:
    """What the team says of its people: everybody's row, the settings that name people, and who was merged."""
    settings = {name: unit.store.people.setting(name) or "" for name in _TEXTS}
    people = {str(one.number): [getattr(one, name) for name in _ROW] for one in unit.roster.people.values()}
    merged = {str(number): into for number, into in unit.store.people.merged().items()}
    return {"people": people, "settings": settings, "merged": merged}


def _differing(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """The parts of a state that are not the same in another one; None for what it has not got."""
    return {
        part: {
            name: values.get(name) for name in {**values, **other[part]} if values.get(name) != other[part].get(name)
        }
        for part, values in one.items()
    }


def _restore(unit: UnitOfWork, was: dict[str, Any], will: dict[str, Any]) -> None:
    """Gives everything that is still as in `was` the state that it has in `will`."""
    people, now = unit.store.people, _state(unit)
    merged = now["merged"]
    for number, into in will["merged"].items():
        merged.pop(number, None)
        if into is not None:
            merged[number] = into
    people.set(MERGED, msgspec.json.encode(merged).decode())
    for number, row in will["people"].items():
        if now["people"].get(number) == was["people"][number]:
            people.save(replace(unit.roster.people[int(number)], **dict(zip(_ROW, row, strict=True))))
    for name, value in will["settings"].items():
        if now["settings"][name] == was["settings"][name]:
            people.set(name, value or "")
