"""Calls to leads: each time an escalation, or its next step, called a lead."""

from __future__ import annotations

from collections.abc import Iterable

from careconsole.domain.case.effective_history import standing
from careconsole.domain.case.escalation import Escalated, Skipped
from careconsole.domain.case.event import Event, Writer
from careconsole.domain.team.roster import LEAD, Roster


def calls_to_leads(events: Iterable[Event], roster: Roster) -> list[int]:
    """When a case called a lead (epoch milliseconds). Undone and imported calls do not count; the roster is today's."""
    return [
        event.at
        for event in standing(list(events))
        if isinstance(event.fact, Escalated | Skipped)
        and event.writer is not Writer.IMPORT
        and any(person in roster.people and roster.people[person].role == LEAD for person in _called(event.fact))
    ]


def _called(fact: Escalated | Skipped) -> tuple[int, ...]:
    return (fact.responder, *fact.also)
