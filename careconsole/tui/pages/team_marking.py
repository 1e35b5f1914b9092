"""Marking people away and back, and giving the duty: what is done, and what the team page says of it."""

from __future__ import annotations

import msgspec

from careconsole.desk import Desk
from careconsole.desk.queries.workload import workload
from careconsole.desk.team import members
from careconsole.desk.team.rota import current_rota
from careconsole.domain.team.roster import Person
from careconsole.domain.time.moments import local
from careconsole.present.rota import cover_words, given_words
from careconsole.tui.team_facts import TeamFact, how_it_stands


class Absence(msgspec.Struct, frozen=True):
    """Who covers for somebody, DUTY for the lead on duty, and when they mean to be back (epoch milliseconds)."""

    cover: int
    until: int | None = None


def mark_away(desk: Desk, person: Person, absence: Absence) -> tuple[str, TeamFact]:
    """Marks a person as away; returns what to say of it, also who is responsible for unassigned cases meanwhile, and
    of which absence that is."""
    before, until = desk.roster(), absence.until
    cover = before.name(absence.cover) if absence.cover else None
    after, _ = members.away(desk, person.name, cover, until)
    roster, when = desk.roster(), f", expected back {local(until, desk.now())}" if until is not None else ""
    acting = roster.name(roster.answerable(after.number))
    said = f"{after.name} is away{when}; {acting} covers until they say they are back."
    words = " ".join([said, *cover_words(after, before, roster, current_rota(desk))])
    return words, how_it_stands(roster, after.number)


def come_back(desk: Desk, person: Person) -> tuple[str, bool, TeamFact]:
    """Marks a person as back; returns what to say of it, whether they own cases, and of which return that is."""
    after, load = members.back(desk, person.name)
    own, others = len(load.owned), len(set(load.numbers).difference(row.number for row in load.owned))
    words = f"{own:,} {'case is' if own == 1 else 'cases are'} theirs." if own else "They own no cases."
    if others:
        words += f" {others:,} more {'waits' if others == 1 else 'wait'} for their answer, help or change."
    roster = desk.roster()
    if roster.on_duty() == after.number:
        waiting = workload(desk).untaken.open
        cases = (
            f"{waiting:,} unassigned {'case waits' if waiting == 1 else 'cases wait'}" if waiting else "no case waits"
        )
        words += f" They are on duty, where {cases} for them."
    return f"{after.name} is back. {words}", own > 0, how_it_stands(roster, after.number)


def give_duty(desk: Desk, person: Person) -> tuple[str, TeamFact]:
    """Puts a lead on duty; returns what to say of it: who is responsible for unassigned cases now, if not they, and
    of which duty that is."""
    members.duty(desk, person.name)
    roster = desk.roster()
    is_so = how_it_stands(roster, None)
    if roster.on_duty() == person.number:
        return f"{person.name} is on duty, and responsible for unassigned cases.", is_so
    return given_words(person.number, roster, ""), is_so
