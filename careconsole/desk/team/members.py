"""The team: who works here, who leads, who is away and who covers, who is on duty."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from careconsole.desk.notices.queue_notices import queue_absence_notice
from careconsole.desk.queries.assignments import Load, load_of
from careconsole.desk.session import Desk
from careconsole.desk.team import rota
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import given, suggest
from careconsole.domain.team.lookup import find_person
from careconsole.domain.team.roster import AGENT, CONTACT, LEAD, Person, Roster
from careconsole.domain.terminal_text import clean_name, fold, why_unstorable
from careconsole.domain.time.moments import future
from careconsole.store.team.people import DUTY


def check_names(team: str, people: Iterable[str]) -> None:
    """Raises WrongUse or Refused for names that a team cannot be created with, before anything is created for it."""
    _name(team, "team")
    roster = Roster({})
    for number, name in enumerate(people, start=1):
        clean = _name(name, "person")
        _must_be_free(roster, clean)
        roster = Roster({**roster.people, number: Person(number=number, name=clean)})


def create_team(desk: Desk, team: str, leads: list[str], agents: list[str], contacts: list[str]) -> None:
    """Founds the team of a new database: its name, its leads, of whom the first is on duty, agents and contacts.

    Raises Refused when the database has a team already.
    """

    def work(unit: UnitOfWork) -> None:
        people = unit.store.people
        if (before := people.setting("team")) is not None:
            raise Refused(
                f"{unit.store.place} already has the team {before!r}.",
                "Add people with {}, or give another file {}.",
                suggest("team add", name=...),
                given(db=...),
            )
        people.set("team", _name(team, "team"))
        numbers = [_add(unit, name, LEAD) for name in leads]
        people.set(DUTY, str(numbers[0]))
        for name in agents:
            _add(unit, name, AGENT)
        for name in contacts:
            _add(unit, name, CONTACT)
        names = {"leads": leads, "agents": agents, "contacts": contacts}
        data = {role: [clean_name(name) for name in some] for role, some in names.items()}
        unit.record_change("team founded", clean_name(team), data)

    desk.write(work)


def add(desk: Desk, name: str, role: str, os_user: str | None = None, reach: str = "") -> int:
    """Adds somebody to the team, or takes back somebody who had left; returns their number. For leads only.

    For an existing contact, updates how they are reached.
    """

    def work(unit: UnitOfWork) -> int:
        unit.must_lead("add people")
        roster = unit.roster
        gone = [p for p in roster.people.values() if not p.active and fold(p.name) == fold(name)]
        if gone and gone[0].merged_into is not None:
            raise Refused(
                f"{gone[0].name} is another name of {roster.name(gone[0].merged_into)}.",
                "Choose a name that nobody has had, such as 'Ana L.'.",
            )
        known = [
            p for p in roster.people.values() if p.active and p.role == role == CONTACT and fold(p.name) == fold(name)
        ]
        if known and reach:
            unit.store.people.save(replace(known[0], reach=reach))
            data = {"reach": reach, "person": known[0].number, "before": {"reach": known[0].reach}}
            unit.record_change("person changed", known[0].name, data)
            return known[0].number
        if gone:
            unit.store.people.save(replace(gone[0], active=True, away=False, role=role, os_user=os_user, reach=reach))
            number = gone[0].number
            _begin_here(unit, number, role)
        else:
            number = _add(unit, name, role, os_user, reach)
        before = {"role": gone[0].role, "os_user": gone[0].os_user, "reach": gone[0].reach} if gone else None
        data = {"role": role, "os_user": os_user, "reach": reach, "person": number, "before": before}
        unit.record_change("person added", unit.roster.people[number].name, data)
        return number

    return desk.write(work)


def change(desk: Desk, name: str, /, **changes: Any) -> Person:
    """Changes somebody's role, name, OS user, reach, or whether they still work here (`active`). For leads only.

    A new name is also put into the rota; the duty of a person who is no longer a lead goes to another one.
    """

    def work(unit: UnitOfWork) -> Person:
        unit.must_lead("change people")
        roster = unit.roster
        person = find_person(name, roster)
        made = {**changes, "name": _name(changes["name"], "person")} if "name" in changes else changes
        after = replace(person, **made)
        if "name" in made:
            _must_be_free(roster, after.name, but=person.number)
        before = {name: getattr(person, name) for name in made}
        _save(unit, after, "person changed", {**made, "person": person.number, "before": before})
        if "name" in made:
            rota.rename(unit, person.number, after.name)
        if after.has_console and not person.has_console:
            _begin_here(unit, person.number, after.role)
        usual = unit.team.usual_roster
        if person.number == usual.duty and (after.role != LEAD or not after.active):
            next_lead = usual.lead_on_duty()
            unit.store.people.set(DUTY, str(next_lead))
            data = {"person": next_lead, "before": after.name}
            unit.record_change("duty", usual.name(next_lead), data)
        return after

    return desk.write(work)


def away(desk: Desk, name: str, cover: str | None, until: int | None = None) -> tuple[Person, Load]:
    """Marks somebody away, with `cover` acting for them; returns them and their load.

    `until` (epoch milliseconds) is when they mean to be back, for others to know; they stay away until `back`.
    Everybody may do this for themselves, leads for anybody. The last lead cannot leave without a cover who is here.
    """

    def work(unit: UnitOfWork) -> tuple[Person, Load]:
        roster = unit.roster
        person = find_person(name, roster)
        if person.number != unit.who.person:
            unit.must_lead("mark others away")
        _must_work_here(person)
        stand_in = find_person(cover, roster) if cover else None
        if stand_in is not None and stand_in.number == person.number:
            raise WrongUse(f"{person.name} cannot cover for themselves.", "Name somebody else {}.", given(cover=...))
        if stand_in is not None and not stand_in.has_console:
            raise Refused(f"{stand_in.name} has no console and cannot cover.", "Name an agent or a lead.")
        if until is not None:
            future(until, unit.now, "The time they are back")
        after = replace(person, away=True, cover=stand_in.number if stand_in else None, away_until=until)
        last = unit.store.loads.last_event()
        data: dict[str, Any] = {"person": person.number}
        data |= {"cover": stand_in.name if stand_in else None, "until": until, "after": last}
        if person.away:
            cover_before = roster.name(person.cover) if person.cover is not None else None
            data["before"] = {"cover": cover_before, "until": person.away_until}
        _save(unit, after, "away", data)
        load = load_of(desk, after.number)
        queue_absence_notice(unit, after, load)
        return after, load

    return desk.write(work)


def back(desk: Desk, name: str) -> tuple[Person, Load]:
    """Marks somebody back; returns them and their load. What else can return to them: `absence.returning`."""

    def work(unit: UnitOfWork) -> tuple[Person, Load]:
        roster = unit.roster
        person = find_person(name, roster)
        if person.number != unit.who.person:
            unit.must_lead("mark others back")
        _must_work_here(person)
        if not person.away:
            raise Refused(f"{person.name} is here already.", "See {}.", suggest("team list"))
        after = replace(person, away=False, cover=None, away_until=None)
        _save(unit, after, "back", {"person": person.number})
        load = load_of(desk, after.number)
        queue_absence_notice(unit, after, load)
        return after, load

    return desk.write(work)


def duty(desk: Desk, name: str) -> Person:
    """Puts a lead on duty from now on; with a rota, until its next change (see `rota.give_duty`). For leads only."""
    return rota.give_duty(desk, name).person


def _add(unit: UnitOfWork, name: str, role: str, os_user: str | None = None, reach: str = "") -> int:
    clean = _name(name, "person")
    _must_be_free(unit.roster, clean)
    number = unit.store.people.add(Person(number=0, name=clean, role=role, os_user=os_user, reach=reach))
    _begin_here(unit, number, role)
    return number


def _begin_here(unit: UnitOfWork, number: int, role: str) -> None:
    """Counts what happens from now on as missed, until they look for the first time."""
    if role != CONTACT:
        unit.store.console.leave(number, unit.now)


def _name(name: str, what: str) -> str:
    clean = clean_name(name)
    if not fold(clean):
        raise WrongUse(f"The name of the {what} is missing.")
    if why := why_unstorable(clean):
        raise WrongUse(f"The name of the {what} {why}.")
    if what == "person":
        _must_be_a_persons(name.strip())
    if clean.lower() in ("me", "duty", "nobody"):
        raise WrongUse(f"{clean!r} is a reserved word.", "Choose another name.")
    return clean


def _must_be_a_persons(name: str) -> None:
    """Raises WrongUse for a name that would be read as several, or as a number, wherever people are named."""
    if len(name.splitlines()) > 1:
        raise WrongUse("The name of the person has line breaks.", "Write it on one line.")
    if "," in name or "，" in name:
        raise WrongUse(f"The name {name!r} has a comma, which separates names.", "Write it as you say it: 'Ana Lopes'.")
    if any(map(str.isdigit, name)) and not any(map(str.isalpha, name)):
        raise WrongUse(f"{name!r} is a number, not a name.", "Name somebody, such as 'Ana L.'.")


def _must_be_free(roster: Roster, name: str, but: int | None = None) -> None:
    for person in roster.people.values():
        if fold(person.name) == fold(name) and person.number != but:
            raise Refused(
                f"There is a {person.name} already.",
                "Give each person a different name, such as 'Ana L.' and 'Ana S.'.",
            )


def _must_work_here(person: Person) -> None:
    if not person.active:
        again = suggest("team add", name=person.name)
        raise Refused(f"{person.name} has left the team.", "Add them again: {}.", again)
    if person.role == CONTACT:
        raise Refused(f"{person.name} is a contact, without a console.", "Only agents and leads are away or back.")


def _save(unit: UnitOfWork, person: Person, kind: str, data: dict[str, Any]) -> None:
    roster = unit.roster
    Roster({**roster.people, person.number: person}, roster.duty).check_sound()
    unit.store.people.save(person)
    unit.record_change(kind, person.name, data)
