"""Escalation paths: what holds, setting them, and whom a call would reach when."""

from __future__ import annotations

import msgspec

from careconsole.desk import work
from careconsole.desk.journal import record_change
from careconsole.desk.session import Desk, load
from careconsole.desk.textfiles import must_be_settings
from careconsole.domain.decide import Context, calling
from careconsole.domain.decide.calling import Planned, path_of
from careconsole.domain.decide.escalation import plan
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.names import find_person
from careconsole.domain.paths import Path, Paths
from careconsole.domain.pathtext import parse_paths, paths_text
from careconsole.domain.roster import CONTACT, LEAD, Roster
from careconsole.domain.text import display_text, fold

_MANY = 10_000
"""So many tags and causes in use are looked through."""


class Called(msgspec.Struct, frozen=True, kw_only=True):
    """One step of what would happen: who hears the call, each with what they are ("lead on duty", "contact, ext. 12",
    "covers for Tom"), at which level, when, and by when they must acknowledge. Names are safe to show."""

    level: int
    name: str
    who: tuple[tuple[str, str], ...]
    at: int
    acknowledge_by: int
    attempt: int = 0


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """How a call about a case would go: along which path, and step by step. Where somebody is called already, `open` is
    the name of who, and the steps are those after that."""

    case: int
    path: Path
    steps: tuple[Called, ...]
    open: str = ""


def paths(desk: Desk) -> Paths:
    """The paths that hold now."""
    return desk.store.paths.paths()


def text(desk: Desk) -> str:
    """The paths as somebody wrote them; as they are, where nobody did or somebody in them has another name by now."""
    held, written, roster = paths(desk), desk.store.paths.text(), desk.roster()
    try:
        same = written is not None and parse_paths(written, lambda name: find_person(name, roster).number) == held
    except WrongUse:
        same = False
    return written if written is not None and same else paths_text(held, roster)


def check(desk: Desk, written: str) -> Paths:
    """Reads a text of paths. Raises WrongUse that names the line of a mistake; changes nothing."""
    must_be_settings(written, "escalation paths", "See careconsole path template.")
    roster = desk.roster()

    def find(name: str) -> int:
        person = find_person(name, roster)
        if not person.active:
            raise WrongUse(f"{person.name} no longer works here.", "Name somebody else, or a contact.")
        return person.number

    return parse_paths(written, find)


def remarks(desk: Desk, found: Paths) -> list[str]:
    """What a lead should know of paths that can be set: for which words nothing here is, so that no case gets there."""
    from careconsole.domain.toml import nearest

    def work() -> list[str]:
        said = []
        for what, why in (
            ("tier", "no customer has it"),
            ("tag", "no open and no new case has it"),
            ("cause", "nobody has told it yet"),
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

    return desk.store.engine.read(work)


def _in_use(desk: Desk, what: str) -> list[str]:
    """The tiers that customers have, or the tags or causes of cases."""
    from careconsole.desk import advice
    from careconsole.domain.service import USUAL_TIER

    if what == "tier":
        return [USUAL_TIER, *desk.store.customers.tiers()]
    return advice.tags(desk, _MANY) if what == "tag" else advice.causes(desk, _MANY)


def set_paths(desk: Desk, written: str) -> Paths:
    """A lead sets the paths, for calls from now on; one that is open stays on its path while there is one of its name.

    Raises WrongUse that names the line of a mistake, Refused for anybody else.
    """

    def act() -> Paths:
        who, roster = desk.who, desk.roster()
        if not roster.is_lead(who.person):
            leads = ", ".join(p.name for p in roster.people.values() if p.role == LEAD and p.active)
            raise Refused("Only a lead sets the escalation paths.", f"Ask {leads}.")
        read = check(desk, written)
        before = desk.store.paths.text()
        desk.store.paths.store(written, read)
        names = ", ".join(path.name for path in read.paths)
        record_change(desk, "escalation paths", names, {"text": written, "before": before})
        return read

    return desk.store.engine.write(act)


def gone(desk: Desk) -> list[str]:
    """The names of those whom a path calls though they have left the team: nobody hears them any more."""
    roster = desk.roster()
    named = {word for path in paths(desk).paths for step in path.steps for word in step.call if isinstance(word, int)}
    return sorted(roster.name(number) for number in named if not roster.people[number].active)


def try_path(desk: Desk, number: int, at: int | None = None, cause: str = "", *, onward: bool = False) -> Tried:
    """Whom a call about case `number` by whoever is at work would reach, and whom after that if nobody answered.

    With `onward`, where somebody is called already: how that call goes on by itself, rather than another one now. At
    `at` (epoch milliseconds; now unless given), by who is on duty at each step and who is away now. Raises WrongUse
    when there is no such case. Of a case that is not open there are no steps.
    """

    def read() -> Tried:
        case = load(desk, number, [])
        now = desk.now() if at is None else at
        roster = desk.roster() if at is None else desk.roster(at)
        asking = desk.person if desk.person is not None else case.owner or 0
        ctx = work.about(desk, case, Context(actor=asking, now=now, roster=roster))
        call = case.escalation
        if onward and call is not None:
            steps = calling.onward(case, ctx, desk.roster)
        else:
            steps = plan(case, ctx, cause, desk.roster)
        return Tried(
            case=case.number,
            path=path_of(case, ctx, cause),
            steps=tuple(called(step, desk.roster(step.at)) for step in steps),
            open=roster.name(call.responder) if call is not None else "",
        )

    return desk.store.engine.read(read)


def called(step: Planned, roster: Roster) -> Called:
    """A planned step with the names of who hears it."""
    return Called(
        level=step.level,
        name=step.name,
        who=tuple(_hearer(person, roster) for person in step.people),
        at=step.at,
        acknowledge_by=step.acknowledge_by,
        attempt=step.attempt,
    )


def _hearer(responder: int, roster: Roster) -> tuple[str, str]:
    """Who hears a call to `responder` today, and what they are."""
    person = roster.people[responder]
    if person.role == CONTACT:
        reach = display_text(person.reach)
        return display_text(person.name), f"contact, {reach}" if reach else "contact"
    acting = roster.stand_in(responder)
    lead = roster.lead_on_duty()
    if acting is not None and acting != responder:
        return display_text(roster.name(acting)), f"covers for {display_text(person.name)}"
    if lead is not None and roster.stand_in(lead) == responder:
        duty = "lead on duty" if lead == responder else f"covers for {display_text(roster.name(lead))}, lead on duty"
        return display_text(person.name), duty
    return display_text(person.name), person.role
