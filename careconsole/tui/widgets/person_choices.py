"""The people of the team to choose from: who could sit down here, and who is here today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from careconsole.desk.console.presence import Here
from careconsole.domain.team.roster import CONTACT, Person, Roster
from careconsole.domain.terminal_text import fold
from careconsole.tui.widgets.person_picker import Choice


def by_name(people: Iterable[Person]) -> list[Person]:
    """People sorted by name."""
    return sorted(people, key=lambda person: (fold(person.name), person.number))


def today(person: Person, roster: Roster, *, addressed: bool = False, short: bool = False) -> str:
    """Whether somebody is here today: "here", "away, Ben covers", "here, on duty", "left"; `short`: "away (Ben)".

    Who covers for others: "here, covers Dina"; `short`: "covers Dina". For a contact, how they are reached;
    `addressed`: they get notices at an address of their own.
    """
    if not person.active:
        return "left"
    if person.role == CONTACT:
        told = "notified at an address" if addressed else ""
        return ", ".join(filter(None, (person.reach, told))) or "no contact details"
    words = "here"
    if person.away:
        acting = roster.answerable(person.number)
        if acting is None:
            words = "away"
        else:
            words = f"away ({roster.name(acting)})" if short else f"away, {roster.name(acting)} covers"
    else:
        covered = ", ".join(one.name for one in roster.covered_by(person.number))
        if covered:
            words = f"covers {covered}" if short else f"here, covers {covered}"
    return f"{words}, on duty" if person.number == roster.lead_on_duty() else words


def sitters(roster: Roster, first: Sequence[Person], here: Sequence[Here], now: int | None) -> list[Choice]:
    """Who can sit down at this console: those in `first`, then the others, both by name.

    The words beside each say their role, whether they are away, and where they are at work; `now` is who is at work
    here.
    """
    wanted = {person.number for person in first}
    staff = [person for person in roster.people.values() if person.has_console]
    ordered = by_name(p for p in staff if p.number in wanted) + by_name(p for p in staff if p.number not in wanted)
    places: dict[int, list[str]] = {}
    for one in here:
        places.setdefault(one.person, []).append(one.workstation)
    choices = []
    for person in ordered:
        words = [person.role]
        if person.away:
            words.append(today(person, roster))
        if person.number == now:
            words.append("working here")
        if person.number in places:
            words.append(f"at {', '.join(dict.fromkeys(places[person.number]))} too")
        choices.append(Choice(person.number, person.name, ", ".join(words)))
    return choices
