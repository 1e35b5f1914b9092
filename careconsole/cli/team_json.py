"""The people of the team, and changes to them, as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from careconsole.cli.output import put_json
from careconsole.desk import Desk
from careconsole.desk.queries.assignments import Load
from careconsole.desk.team.absence import Returning
from careconsole.domain.team.roster import CONTACT, Person, Roster
from careconsole.present.json_types.team import LoadEntry, PersonEntry, ReturningEntry, TeamChangeEntry
from careconsole.present.json_views import iso_or_none, name_or_none


def person_entry(person: Person, roster: Roster, pairs: Iterable[tuple[Person, Person]]) -> PersonEntry:
    """A person as JSON; `pairs` are names that have the same mail address."""
    acting = roster.answerable(person.number) if person.role != CONTACT else None
    return PersonEntry(
        name=person.name,
        role=person.role,
        active=person.active,
        away=person.away,
        away_until=iso_or_none(person.away_until),
        cover=name_or_none(person.cover, roster),
        acts=name_or_none(acting, roster),
        on_duty=person.number == roster.lead_on_duty(),
        os_user=person.os_user,
        reach=person.reach,
        merged_into=roster.name(person.merged_into) if person.merged_into is not None else None,
        same_address=[other.name for pair in pairs for one, other in (pair, pair[::-1]) if one.number == person.number],
    )


def put_change(
    desk: Desk,
    number: int,
    *,
    load: Load | None = None,
    returning: Sequence[Returning] = (),
    remarks: Sequence[str] = (),
) -> None:
    """Prints a person after a change of the team as JSON."""
    from careconsole.desk.cases.person_merges import alike

    roster = desk.roster()
    told = None
    if load is not None:
        parts = ("owned", "offered", "called", "helping", "actions")
        numbers = {part: [row.number for row in getattr(load, part)] for part in parts}
        told = LoadEntry(**numbers, promises=sum(row.promises for row in load.owned))
    put_json(
        TeamChangeEntry(
            person=person_entry(roster.people[number], roster, alike(desk)),
            load=told,
            returning=[
                ReturningEntry(case=one.number, subject=one.subject, owner=name_or_none(one.owner, roster))
                for one in returning
            ],
            remarks=[remark for remark in remarks if remark],
        )
    )
