"""Lines of another system's history."""

from __future__ import annotations

from careconsole.domain import facts as f
from careconsole.domain.case import CLOSED, OPEN, RESOLVED, Case, Inbound, Rest
from careconsole.domain.evolve.changes import Changes, rested, with_tags


def recorded(case: Case, event: f.Event, fact: f.Recorded) -> Changes:
    """Everything the line says holds from here on; an inert one changes nothing."""
    if fact.inert:
        return {}
    changes: Changes = {"clocks_from": event.recorded_at}
    if fact.external and fact.external not in case.external:
        changes["external"] = (*case.external, fact.external)
    if fact.customer:
        changes["customer"] = fact.customer
    if fact.subject:
        changes["subject"] = fact.subject
    if fact.description:
        changes["description"] = fact.description
    if fact.priority:
        changes["priority"] = fact.priority
    if fact.channel:
        changes["channel"] = fact.channel
    if fact.label:
        changes["label"] = fact.label
    if fact.tags:
        changes["tags"] = with_tags(case.tags, fact.tags)
    if fact.fields:
        changes["fields"] = {**case.fields, **fact.fields}
    if fact.nobody:
        changes["owner"] = None
        if case.owner is not None:
            changes["untaken_since"] = event.at
    elif fact.owner is not None and fact.owner != case.owner:
        changes["owner"] = changes["last_owner"] = fact.owner
        changes["untaken_since"] = None
        changes["moves"] = case.moves + (case.last_owner not in (None, fact.owner))
    if fact.level is not None and fact.level != case.level:
        changes["level"] = fact.level
        changes["highest"] = max(case.highest, fact.level)
    if fact.status is not None:
        changes.update(_recorded_status(case, event, fact.status))
    return changes


def _recorded_status(case: Case, event: f.Event, status: str) -> Changes:
    if status in (RESOLVED, CLOSED):
        ended: Changes = {"status": status, "parked": None, "unanswered": (), **_rests(case, event)}
        if status == RESOLVED and case.resolved_at is None:
            ended["resolved_at"] = event.at
        return ended
    parked = case.parked or Rest(on="customer", since=event.at) if status == "parked" else None
    if case.is_open:
        return {"parked": parked} if parked is not None else {"parked": None, **_rests(case, event)}
    return {
        "status": OPEN,
        "parked": parked,
        "rests": (),
        "reopened_at": event.at,
        "resolved_at": None,
        "reopenings": case.reopenings + (case.resolved_at is not None),
        "unanswered": (Inbound(number=event.number, at=event.at),),
    }


def _rests(case: Case, event: f.Event) -> Changes:
    """What is over before the import need not be kept: no clock begins before it."""
    return {"rests": rested(case, event.at)} if event.at > event.recorded_at else {}
