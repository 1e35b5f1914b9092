"""What a decision may look at besides the case, and the refusals that many rules share."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

import msgspec

from careconsole.domain.case.escalation_paths import STANDARD, Paths
from careconsole.domain.case.playbook_summary import UsablePlaybook
from careconsole.domain.case.state import MERGED, OPEN, VOID, Case
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import Hint, Suggestion, hint_of, suggest
from careconsole.domain.team.permissions import must_lead
from careconsole.domain.team.roster import Person, Roster
from careconsole.domain.time.calendars import ALWAYS, Calendar
from careconsole.domain.time.service_levels import USUAL_TIER, Level

HOP_LIMIT = 3
"""After this many hops since the last (re)opening, only a lead can move the case."""


class Context(msgspec.Struct, frozen=True):
    """The actor, the time (epoch milliseconds), the team and its escalation paths; and the service level, calendar and
    customer's tier of the case in question.

    `playbooks` are the team's playbooks by number, read only for commands that ask for them.
    """

    actor: int
    now: int
    roster: Roster
    level: Level = Level()
    calendar: Calendar = ALWAYS
    tier: str = USUAL_TIER
    paths: Paths = STANDARD
    playbooks: Mapping[int, UsablePlaybook] = {}

    @property
    def actor_leads(self) -> bool:
        """Whether the actor has a lead's rights."""
        return self.roster.is_lead(self.actor)

    def must_lead(self, what: str, instead: str | Hint = "") -> None:
        """Raises Refused unless the actor has a lead's rights; see `domain.team.permissions`."""
        must_lead(self.roster, self.actor, what, instead)

    def name(self, person: int | None) -> str:
        """The name of a person; "duty" for None."""
        return self.roster.name(person)

    def colleague(self, number: int) -> Person:
        """A person who can own a case today. Raises Refused, with who to choose instead, if they cannot."""
        person = self.anybody(number)
        if not person.has_console:
            why = "is a contact and has no console" if person.active else "no longer works here"
            raise Refused(f"{person.name} {why}.", "Choose an active agent or lead: {}.", suggest("team list"))
        if not person.present:
            cover = self.roster.acting_for(number)
            instead = f"{self.name(cover)} covers for them." if cover else "Choose somebody who is here."
            raise Refused(f"{person.name} is away.", instead)
        return person

    def anybody(self, number: int) -> Person:
        """A person of the roster. Raises WrongUse if there is none of that number."""
        person = self.roster.people.get(number)
        if person is None:
            raise WrongUse(f"There is no person number {number}.", "See {}.", suggest("team list"))
        return person


def must_exist(case: Case, ctx: Context) -> None:
    """Raises Refused for a case that was merged, or whose opening was undone."""
    if case.status == MERGED:
        raise Refused(f"Case {case.number} was merged.", _goes_on(case))
    if case.status == VOID:
        raise opening_undone(case.number)


def opening_undone(case: int) -> Refused:
    """That a case is none, since its opening was undone."""
    return Refused(f"The opening of case {case} was undone.", "Redo it first: {}.", suggest("redo"))


def _goes_on(case: Case) -> Hint:
    assert case.merged_into is not None
    return hint_of("It continues as case {} ({}).", str(case.merged_into), suggest("show", case.merged_into))


def must_be_open(case: Case, ctx: Context) -> None:
    """Raises Refused unless the case is open."""
    must_exist(case, ctx)
    if case.status != OPEN:
        raise Refused(
            f"Case {case.number} is {case.status}.",
            "Reopen it first: {}.",
            suggest("reopen", case.number, reason=...),
        )


def must_be_responsible(case: Case, ctx: Context) -> None:
    """Raises Refused unless the case is open and the actor owns it, acts for its owner today, or leads."""
    must_be_open(case, ctx)
    if not is_responsible(case, ctx):
        answerable = ctx.roster.answerable(case.owner)
        whose = "is with duty" if case.owner is None else f"belongs to {ctx.name(case.owner)}"
        way = "take it" if case.owner is None else "take it over"
        if offered_to_actor(case, ctx):
            raise Refused(
                f"Case {case.number} {whose} until you accept it: it is offered to you.",
                "Accept it first: {}.",
                suggest("accept", case.number),
            )
        raise Refused(
            f"Case {case.number} {whose}; {ctx.name(answerable)} decides about it today.",
            hint_of("Ask them, or {}: {}.", way, taking(case)) if may_move(case, ctx) else "Ask them.",
        )


def offered_to_actor(case: Case, ctx: Context) -> bool:
    """Whether the case is offered to the actor, or to somebody for whom they act today."""
    return case.offer is not None and ctx.actor in (case.offer.to, ctx.roster.answerable(case.offer.to))


def is_responsible(case: Case, ctx: Context) -> bool:
    """Whether the actor owns the case, acts for its owner today, or leads."""
    return ctx.actor in (case.owner, ctx.roster.answerable(case.owner)) or ctx.actor_leads


def may_move(case: Case, ctx: Context) -> bool:
    """Whether the actor may make the case theirs, or somebody else's: after too many hops, only a lead may."""
    return case.hops < HOP_LIMIT or ctx.actor_leads


def taking(case: Case) -> Suggestion:
    """The command with which somebody makes the case theirs."""
    return suggest("take", case.number) if case.owner is None else suggest("take-over", case.number, reason=...)


def must_say(text: str, what: str) -> str:
    """A required text, stripped. Raises WrongUse if it is empty."""
    said = text.strip()
    if not said:
        raise WrongUse(f"{what} is missing.", "Say it in a few words.")
    return said


def must_explain(text: str, what: str) -> str:
    """A required text that others read to understand: with a letter or a digit, and no filler. Raises WrongUse."""
    said = must_say(text, what)
    word = "".join(islice(filter(str.isalnum, said.lower()), _LONGEST_FILLER + 1))
    if not word or word in _FILLERS:
        raise WrongUse(f"{what}: “{said}” says nothing.", "Say it in a few words; others will read it.")
    return said


_FILLERS = frozenset(("na", "tbd", "todo", "asdf", "xxx", "none"))
"""Texts, without their punctuation, that stand where something should be said."""
_LONGEST_FILLER = max(map(len, _FILLERS))


def must_be_later(moment: int | None, ctx: Context, what: str) -> None:
    """Raises WrongUse for a time that is not in the future; None passes."""
    if moment is not None and moment <= ctx.now:
        raise WrongUse(f"{what} is in the past.", "Give a future time, such as +4h or 'tomorrow 10:00'.")


def must_be_one_of(value: str, valid: tuple[str, ...], what: str) -> None:
    """Raises WrongUse unless `value` is one of `valid`."""
    if value not in valid:
        raise WrongUse(f"{value!r} is not a valid {what}.", f"Choose one of: {', '.join(valid)}.")
