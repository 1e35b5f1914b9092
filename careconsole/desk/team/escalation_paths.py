"""Escalation paths: those in force, setting them, and whom a call would reach when."""

from __future__ import annotations

from collections.abc import Collection

import msgspec
from msgspec.structs import replace

from careconsole.desk.queries import suggestions
from careconsole.desk.session import Desk, load
from careconsole.desk.text_files import must_be_settings
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case import responders
from careconsole.domain.case.context import Context
from careconsole.domain.case.escalation_paths import Path, Paths
from careconsole.domain.case.planned_calls import calls_until_all, plan, plan_for
from careconsole.domain.case.responders import Planned, path_of
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import suggest
from careconsole.domain.settings.escalation_paths import parse_paths, paths_text
from careconsole.domain.settings.toml import nearest
from careconsole.domain.team.lookup import find_person
from careconsole.domain.team.roster import CONTACT, EXPECTED_BACK, Person, Roster
from careconsole.domain.terminal_text import display_text, fold
from careconsole.domain.time.service_levels import USUAL_TIER

_MANY = 10_000
"""How many tags and causes in use are looked at."""


class Called(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a call: who hears it, each with what they are ("lead on duty", "contact, ext. 12", "covers for Tom"),
    at which level, when, and by when they must acknowledge. Names are safe to show."""

    level: int
    name: str
    who: tuple[tuple[str, str], ...]
    at: int
    acknowledge_by: int
    attempt: int = 0


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """How a call about a case would go: along which path, and step by step. `open` is the name of the person whom an
    open call calls already, and the steps are those after it.

    `subject` is that of the case, which another one may have been merged into. `caller` is who would call ("you", or
    the owner while nobody is at work; empty for nobody).

    Every lead is told after `until_all` calls without an answer, or never, if that is 0: they know of it then.
    `by_name` is how it would go if the call named one of these people.
    """

    case: int
    path: Path
    steps: tuple[Called, ...]
    subject: str = ""
    is_open: bool = True
    caller: str = ""
    open: str = ""
    until_all: int = 0
    by_name: dict[int, Tried] = {}


def paths(desk: Desk) -> Paths:
    """The paths in force now."""
    return desk.read(lambda unit: unit.team.paths)


def text(desk: Desk) -> str:
    """The paths as they were written; generated if nobody wrote any, or names in the text no longer fit."""
    held, written, roster = paths(desk), desk.store.paths.text(), desk.roster()
    try:
        same = written is not None and parse_paths(written, lambda name: find_person(name, roster).number) == held
    except WrongUse:
        same = False
    return written if written is not None and same else paths_text(held, roster)


def are_set(desk: Desk) -> bool:
    """Whether somebody set paths; otherwise the defaults are in force."""
    return desk.store.paths.text() is not None


def check(desk: Desk, written: str) -> Paths:
    """Parses a text of paths. Raises WrongUse that names the line of a mistake; changes nothing."""
    must_be_settings(written, "escalation paths", "See {}.", suggest("path template"))
    roster = desk.roster()

    def find(name: str) -> int:
        person = find_person(name, roster)
        if not person.active:
            raise WrongUse(f"{person.name} no longer works here.", "Name somebody else, or a contact.")
        return person.number

    return parse_paths(written, find)


def remarks(desk: Desk, found: Paths) -> list[str]:
    """What a lead should know before setting paths: the tiers, tags and causes in them that no case here has."""

    def work(unit: UnitOfWork) -> list[str]:
        said = []
        for what, why in (
            ("tier", "no customer has it"),
            ("tag", "no open and no new case has it"),
            ("cause", "no case has had it yet"),
        ):
            named = [(path.name, word) for path in found.paths for word in getattr(path, f"{what}s")]
            there = _in_use(desk, what) if named else []
            folded = set(map(fold, there))
            for path, word in named:
                if fold(word) not in folded:
                    near = nearest(word, there)
                    meant = f" Did you mean {display_text(near, 40)}?" if near else ""
                    name, words = display_text(path, 40), display_text(word, 40)
                    said.append(f"The path {name} is for the {what} {words}: {why}.{meant}")
        return said

    return desk.read(work)


def _in_use(desk: Desk, what: str) -> list[str]:
    """The tiers of customers, or the tags or causes of cases, as `what` says."""
    if what == "tier":
        return [USUAL_TIER, *desk.store.customers.tiers()]
    return suggestions.tags(desk, _MANY) if what == "tag" else suggestions.causes(desk, _MANY)


def set_paths(desk: Desk, written: str) -> Paths:
    """Sets the paths for calls from now on; an open call stays on its path while there is one of that name.

    Raises WrongUse that names the line of a mistake, Refused for anybody but a lead.
    """

    def act(unit: UnitOfWork) -> Paths:
        unit.must_lead("set the escalation paths")
        read = check(desk, written)
        before = unit.store.paths.text()
        unit.store.paths.store(written, read)
        names = ", ".join(path.name for path in read.paths)
        unit.record_change("escalation paths", names, {"text": written, "before": before})
        return read

    return desk.write(act)


def gone(desk: Desk) -> list[str]:
    """The names of people whom a path still calls although they have left the team: nobody hears those calls."""
    roster, held = desk.read(lambda unit: (unit.roster, unit.team.paths))
    named = {word for path in held.paths for step in path.steps for word in step.call if isinstance(word, int)}
    return sorted(roster.name(number) for number in named if not roster.people[number].active)


def try_path(
    desk: Desk,
    number: int,
    at: int | None = None,
    cause: str = "",
    *,
    onward: bool = False,
    names: Collection[int] = (),
) -> Tried:
    """Whom a call about case `number` by the person at work would reach, and whom after that if nobody answered.

    With `onward`, shows how an open call would go on by itself, rather than a new one. `at` is when (epoch
    milliseconds; default: now). Each step is as of its time: with the lead who is on duty then, and with those who are
    away now, unless they are expected back by then, as the rota has it, too. With nobody at work,
    the owner counts as the caller; `names` are those whom the call might name. Raises WrongUse when there is no such
    case. A case that is not open has no steps.
    """

    def read(unit: UnitOfWork) -> Tried:
        case = load(desk, number, [])
        now = unit.now if at is None else at
        at_time = unit.team.expected_at
        roster = at_time(now)
        asking = unit.person if unit.person is not None else case.owner or 0
        by = "you" if unit.person is not None else display_text(roster.name(asking)) if asking else ""
        ctx = unit.case_context(case, Context(actor=asking, now=now, roster=roster))
        call, path = case.escalation, path_of(case, ctx, cause)

        def tried(shown: list[Planned], steps: list[Planned], caller: int | None) -> Tried:
            return Tried(
                case=case.number,
                path=path,
                subject=case.subject,
                is_open=case.is_open,
                caller=by,
                steps=tuple(called(step, at_time(step.at)) for step in shown),
                open=roster.name(call.responder) if call is not None else "",
                until_all=calls_until_all(case, path, steps, caller, ctx),
            )

        if onward and call is not None:
            steps = responders.forecast(case, ctx, at_time)
            return tried(steps, steps, call.by)
        steps = plan(case, ctx, cause, at_time)
        by_name = {name: tried(*plan_for(case, ctx, name, cause, at_time), asking) for name in names if case.is_open}
        return replace(tried(steps, steps, asking), by_name=by_name)

    return desk.read(read)


def can_be_named(desk: Desk, number: int, *, skip: bool = False) -> tuple[tuple[int, ...], Refused]:
    """Whom the person at work can name for a new call about a case, and the refusal of a call if nobody is reached.

    With `skip`, the new call is for the reason of the open one.
    """

    def read(unit: UnitOfWork) -> tuple[tuple[int, ...], Refused]:
        case = load(desk, number, [])
        ctx = unit.case_context(case, unit.context())
        reason = case.escalation.reason if skip and case.escalation is not None else ""
        return responders.can_be_named(case, ctx), responders.nobody_to_call(case, ctx, reason, fixed=skip)

    return desk.read(read)


def called(step: Planned, roster: Roster) -> Called:
    """A planned step with the names of those who hear it."""
    return Called(
        level=step.level,
        name=step.name,
        who=tuple(_hearer(person, roster) for person in step.people),
        at=step.at,
        acknowledge_by=step.acknowledge_by,
        attempt=step.attempt,
    )


def _hearer(responder: int, roster: Roster) -> tuple[str, str]:
    """Who hears a call to `responder` in this roster, and what they are, with what that depends on at a later time."""
    person = roster.people[responder]
    if person.role == CONTACT:
        reach = display_text(person.reach)
        return display_text(person.name), f"contact, {reach}" if reach else "contact"
    name, how = _role_of(person, roster)
    hearer = roster.people.get(roster.acting_for(responder) or responder, person)
    return name, f"{how}, {EXPECTED_BACK}" if hearer.is_expected_back else how


def _role_of(person: Person, roster: Roster) -> tuple[str, str]:
    """Who hears a call to a person of the team, and in which role."""
    responder = person.number
    acting = roster.acting_for(responder)
    lead = roster.lead_on_duty()
    if acting is not None and acting != responder:
        return display_text(roster.name(acting)), f"covers for {display_text(person.name)}"
    if lead is not None and roster.acting_for(lead) == responder:
        duty = "lead on duty" if lead == responder else f"covers for {display_text(roster.name(lead))}, lead on duty"
        return display_text(person.name), duty
    return display_text(person.name), person.role
