"""Calls to leads: each time an escalation, or its next step, called a lead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from msgspec.structs import replace

from careconsole.domain.case.causes import open_cause
from careconsole.domain.case.effective_history import standing, standing_if_opened
from careconsole.domain.case.escalation import Deescalated, Escalated, Skipped
from careconsole.domain.case.event import Event, Writer
from careconsole.domain.case.evolve import begin, evolve
from careconsole.domain.case.state import Case
from careconsole.domain.team.roster import LEAD, Roster


class LeadCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call to a lead at `at` (epoch milliseconds), in history entry `number`.

    It belongs to the escalation in entry `escalation` (the same one, unless a step was skipped; 0: another system's),
    with its `reason` and `need`. `cause` is the label that counts, `decided` what was decided about it (empty: nothing
    yet), and `tags` are those that the case had then.
    """

    at: int
    number: int
    escalation: int = 0
    reason: str = ""
    need: str = ""
    cause: str = ""
    decided: str = ""
    tags: tuple[str, ...] = ()


def calls_to_leads(events: Iterable[Event], roster: Roster) -> list[int]:
    """When a case called a lead (epoch milliseconds). Undone and imported calls do not count; the roster is today's."""
    return [event.at for event in standing(list(events)) if calls_lead(event, roster)]


def calls_lead(event: Event, roster: Roster) -> bool:
    """Whether an entry of a history calls a lead of the roster, in this system."""
    return (
        isinstance(event.fact, Escalated | Skipped)
        and event.writer is not Writer.IMPORT
        and any(person in roster.people and roster.people[person].role == LEAD for person in _called(event.fact))
    )


def lead_calls(number: int, events: Sequence[Event], roster: Roster) -> list[LeadCall]:
    """The calls of case `number` that `calls_to_leads` counts, each with what it was about."""
    found: list[LeadCall] = []
    decided: dict[int, str] = {}
    case: Case | None = None
    about = LeadCall(at=0, number=0)
    for event in standing_if_opened(events):
        case = begin(number, event) if case is None else evolve(case, event)
        fact = event.fact
        if isinstance(fact, Escalated):
            # An escalation that follows an open one has no occurrence of its own, but goes on with its cause.
            about = LeadCall(at=event.at, number=event.number, escalation=event.number, reason=fact.reason,
                             need=fact.need, cause=fact.cause or open_cause(case))  # fmt: skip
        elif isinstance(fact, Deescalated):
            decided[about.escalation] = fact.decided
        if calls_lead(event, roster):
            found.append(replace(about, at=event.at, number=event.number, tags=case.tags))
    counted = {one.number: one.cause for one in case.occurrences} if case is not None else {}
    return [
        replace(one, cause=counted.get(one.escalation) or one.cause, decided=decided.get(one.escalation, ""))
        for one in found
    ]


def times_to_end(number: int, events: Sequence[Event], since: int) -> list[int]:
    """How long each call for help of case `number` since then took until it first ended, in milliseconds.

    It ends when it is brought back to the frontline, reviewed, or the case ends, whichever is first; a later review of
    it does not end it again. One that is brought back and escalated anew before anybody has reviewed it goes on.
    """
    ended: dict[int, int] = {}
    looking_back: set[int] = set()
    case: Case | None = None
    for event in standing_if_opened(events):
        case = begin(number, event) if case is None else evolve(case, event)
        if not case.occurrences:
            continue
        last = case.occurrences[-1]
        if last.settled is not None:
            ended.setdefault(last.number, event.at)
            if last.number == event.number:
                looking_back.add(last.number)  # a review of what nobody had called for
        elif isinstance(event.fact, Deescalated) and event.fact.level == 0:
            ended.setdefault(last.number, event.at)
        elif isinstance(event.fact, Escalated):
            ended.pop(last.number, None)
    called = case.occurrences if case is not None else ()
    return [
        ended[one.number] - one.at
        for one in called
        if one.at >= since and one.number in ended and one.number not in looking_back
    ]


def _called(fact: Escalated | Skipped) -> tuple[int, ...]:
    return (fact.responder, *fact.also)
