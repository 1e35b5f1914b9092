"""The duty rota: setting it, exceptions to it, and who is on duty when."""

from __future__ import annotations

import re

import msgspec
from msgspec.structs import replace

from careconsole.desk import program_files
from careconsole.desk.session import Desk
from careconsole.desk.text_files import LONGEST_TEXT_OF_SETTINGS, must_be_settings
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import given, suggest
from careconsole.domain.settings.edit import with_new_names
from careconsole.domain.settings.rota import invalid_leads, parse_rota, uncovered_time, with_exception
from careconsole.domain.settings.toml import toml_value
from careconsole.domain.team.lookup import find_person
from careconsole.domain.team.roster import Person, Roster
from careconsole.domain.team.rota import DutyInterval, Rota, RotaException, leads
from careconsole.domain.time.moments import DAY, SECOND, after, future
from careconsole.store.team.people import DUTY, ROTA

_AHEAD = 50
"""How many changes of the rota are searched for one that puts somebody else on duty."""


class CheckedRota(msgspec.Struct, frozen=True):
    """A rota that was parsed, and what a lead should know of it."""

    rota: Rota
    remarks: list[str]


class OnDuty(msgspec.Struct, frozen=True, kw_only=True):
    """Who is on duty and until when: the lead, and who acts for them (both None when there is no lead at all).

    `said` is the lead whom the rota or else the team's setting names, which is another one if that lead is away without
    a cover. `until` (epoch milliseconds) is when the rota puts `next_lead` and `next_acting` on duty, if those who are
    away come back when they are expected; None if it does not.
    """

    lead: int | None
    acting: int | None
    said: int | None = None
    until: int | None = None
    next_lead: int | None = None
    next_acting: int | None = None


class DutyGiven(msgspec.Struct, frozen=True):
    """A person has the duty from `begins` (None: at once) until `until` (None: whenever the rota names nobody)."""

    person: Person
    begins: int | None = None
    until: int | None = None


def current_rota(desk: Desk) -> Rota | None:
    """The rota in force; None while there is none."""
    return desk.read(lambda unit: unit.team.rota)


def text(desk: Desk) -> str | None:
    """The rota as it was written, with the exceptions added since; None while there is none."""
    return desk.read(lambda unit: unit.team.setting(ROTA)) or None


def check(desk: Desk, written: str) -> CheckedRota:
    """Parses a rota. Raises WrongUse that names the line of a mistake; changes nothing."""
    must_be_settings(written, "a rota", "Begin with: {}.", suggest("team rota template"))
    rota = parse_rota(written, desk.roster(), desk.now())
    return CheckedRota(rota, remarks(desk, rota))


def set_rota(desk: Desk, written: str) -> CheckedRota:
    """Sets the rota, in force from now on.

    The remarks also tell of coming exceptions that are no longer in it. Raises WrongUse that names the line of a
    mistake, Refused for anybody but a lead.
    """

    def work(unit: UnitOfWork) -> CheckedRota:
        unit.must_lead("set the rota")
        read = check(desk, written)
        before = unit.team.rota
        text_before = text(desk)
        unit.store.people.store_rota(written, read.rota)
        names = ", ".join(unit.roster.name(number) for number in read.rota.people())
        unit.record_change("rota", names, {"text": written, "before": text_before})
        return CheckedRota(read.rota, [*read.remarks, *_dropped_exceptions(before, read.rota, unit.now)])

    return desk.write(work)


def clear(desk: Desk) -> Roster:
    """Removes the rota; returns the roster without it. The journal keeps its text. For leads only."""

    def work(unit: UnitOfWork) -> Roster:
        unit.must_lead("remove the rota")
        if unit.team.rota is None:
            raise Refused("There is no rota.", "To start one: {}.", suggest("team rota template"))
        unit.record_change("rota", "none", {"before": text(desk)})
        unit.store.people.store_rota("", None)
        return unit.roster

    return desk.write(work)


def template(desk: Desk | None) -> str:
    """A rota to start from, with leads of this team in place of the sample names when there is a desk."""
    written = program_files.template("rota")
    people = [p.name for p in desk.roster().people.values() if leads(p)] if desk is not None else []
    names = {"Ana": people[0], "Dora": people[-1]} if people else {}
    return re.sub('"(Ana|Dora)"', lambda match: toml_value(names.get(match[1], match[1])), written)


def give_duty(
    desk: Desk, name: str, begins: int | None = None, until: int | None = None, *, gaps: bool = False
) -> DutyGiven:
    """Puts a lead on duty from `begins` (None: now) until `until` (None: until the rota's next change). For leads only.

    This is an exception to the rota. Without times, and with `gaps` or without a rota in force, the lead gets the duty
    whenever the rota names nobody. Raises WrongUse for times that are not in the future, or together with `gaps`.
    """

    def work(unit: UnitOfWork) -> DutyGiven:
        unit.must_lead("change the duty")
        roster, rota, now = unit.roster, unit.team.rota, unit.now
        person = find_person(name, roster)
        if not leads(person):
            raise Refused(
                f"{roster.why_not_on_duty(person.number)}.",
                "Make them one first: {}.",
                suggest("team role", name=person.name, role="lead"),
            )
        timed = begins is not None or until is not None
        if timed and gaps:
            raise WrongUse("Without times, only gaps in the rota can be filled.", "Give times, or fill the gaps.")
        if not timed and (gaps or rota is None or not (rota.week or rota.on_duty(now) is not None)):
            had = roster.people.get(unit.team.usual_roster.duty or 0)
            unit.store.people.set(DUTY, str(person.number))
            data = {"person": person.number, "before": had.name if had else None}
            unit.record_change("duty", person.name, data)
            return DutyGiven(person)
        rota = rota or Rota()
        start = now if begins is None else future(begins, now, "The beginning of the duty")
        what = "The end of the duty"
        if until is None:
            end = rota.next_change(start)
        else:
            end = future(until, now, what) if begins is None else after(until, start, what)
        if end is None:
            raise WrongUse("The rota never changes after that.", "Say until when {}.", given(until=...))
        if not timed and rota.on_duty(now) == person.number:
            return DutyGiven(person, None, end)  # the rota says so already
        # Whole seconds, as the rota's text has them, rounded outwards.
        exception = RotaException(start // SECOND * SECOND, -(-end // SECOND) * SECOND, person.number)
        _add(unit, rota, exception, person.name)
        return DutyGiven(person, begins, exception.until)

    return desk.write(work)


def on_duty(desk: Desk) -> OnDuty:
    """Who is on duty now, and who is next."""

    def work(unit: UnitOfWork) -> OnDuty:
        rota, roster, now = unit.team.rota, unit.roster, unit.now
        lead, acting, usual = roster.lead_on_duty(), roster.on_duty(), unit.team.usual_roster.duty
        said = rota.on_duty(now) if rota is not None else None
        held = OnDuty(lead=lead, acting=acting, said=usual if said is None else said)
        change = rota.next_change(now) if rota is not None else None
        for _ in range(_AHEAD):
            if rota is None or change is None:
                break
            then = expected_roster(unit, change)
            if then.lead_on_duty() != lead:
                return replace(held, until=change, next_lead=then.lead_on_duty(), next_acting=then.on_duty())
            change = rota.next_change(change)
        return held

    return desk.read(work)


def expected_roster(unit: UnitOfWork, moment: int) -> Roster:
    """The roster at a coming moment, if everybody who is away comes back when they are expected."""
    return unit.team.expected_at(moment)


def turns(desk: Desk, days: int) -> list[DutyInterval]:
    """Who has the duty by the rota in the next `days` days, as adjoining stretches; none without a rota."""
    rota, now = current_rota(desk), desk.now()
    return rota.turns(now, now + days * DAY) if rota is not None else []


def remarks(desk: Desk, rota: Rota) -> list[str]:
    """What a lead should know of a rota: who in it is no lead, and for how long it names nobody."""
    usual, now = desk.read(lambda unit: (unit.team.usual_roster, unit.now))
    lead = usual.lead_on_duty()
    said = [*invalid_leads(rota, usual, lead, now).values(), uncovered_time(rota, usual, lead)]
    return [words for words in said if words]


def invalid_lead_remark(desk: Desk, person: int) -> str:
    """The remark on the rota for a person it names although they are no lead; empty when there is none."""
    rota, usual, now = desk.read(lambda unit: (unit.team.rota, unit.team.usual_roster, unit.now))
    return invalid_leads(rota, usual, usual.lead_on_duty(), now).get(person, "") if rota is not None else ""


def rename(unit: UnitOfWork, person: int, name: str) -> None:
    """Puts a person's new name into the rota's text; part of a write."""
    rota, written = unit.team.rota, unit.team.setting(ROTA)
    called = {word for word, number in rota.names.items() if number == person} if rota is not None else set()
    if rota is not None and written and called:
        names = {word: number for word, number in rota.names.items() if number != person}
        now_called = with_new_names(written, dict.fromkeys(called, name))
        unit.store.people.store_rota(now_called, replace(rota, names={**names, name: person}))


def _add(unit: UnitOfWork, rota: Rota, exception: RotaException, name: str) -> None:
    longer = with_exception(unit.team.setting(ROTA) or "", exception, name, rota.zone)
    if len(longer) > LONGEST_TEXT_OF_SETTINGS:
        raise WrongUse("The rota has become too long.", "Remove past exceptions and set it again.")
    names = {**rota.names, name: exception.lead}
    after = replace(rota, exceptions=(*rota.exceptions, exception), names=names)
    unit.store.people.store_rota(longer, after)
    data = {"person": exception.lead, "from": exception.begins, "until": exception.until}
    unit.record_change("duty", name, data)


def _dropped_exceptions(before: Rota | None, after: Rota, now: int) -> list[str]:
    """The remark on coming exceptions that a new rota does not have."""
    coming = {e for e in before.exceptions if e.until > now} if before is not None else set()
    lost = len(coming.difference(after.exceptions))
    if not lost:
        return []
    what = f"{lost:,} future exceptions are" if lost > 1 else "One future exception is"
    return [f"{what} no longer in it."]
