"""Calls for help, and what they taught."""

from __future__ import annotations

from msgspec.structs import replace

from careconsole.domain.case import event as f
from careconsole.domain.case.changes import Changes
from careconsole.domain.case.state import Case, Escalation, Review


def escalated(case: Case, event: f.Event, fact: f.Escalated) -> Changes:
    """Somebody is called at a level; a review is owed."""
    return {
        "level": fact.level,
        "highest": max(case.highest, fact.level),
        "escalation": _called(event, fact, fact.reason, fact.need, fact.cause),
        "review_owed": True,
    }


def skipped(case: Case, event: f.Event, fact: f.Skipped) -> Changes:
    """Somebody else is called for the same need; a review is owed for that step too."""
    before = case.escalation
    reason, need, cause = (before.reason, before.need, before.cause) if before else ("", "", "")
    return {
        "level": fact.level,
        "highest": max(case.highest, fact.level),
        "escalation": _called(event, fact, reason, need, cause, before.path if before else ""),
        "review_owed": True,
    }


def _called(
    event: f.Event, fact: f.Escalated | f.Skipped, reason: str, need: str, cause: str, path: str = ""
) -> Escalation:
    return Escalation(
        responder=fact.responder,
        by=event.actor,
        at=event.at,
        reason=reason,
        need=need,
        cause=cause,
        acknowledge_by=fact.acknowledge_by,
        also=fact.also,
        path=fact.path or path,
    )


def call_timed_out(case: Case, event: f.Event, fact: f.CallTimedOut) -> Changes:
    """The next ones are called for the same need, or the same ones again, for whoever called before."""
    call = case.escalation
    if call is None:
        return {}
    again = replace(
        call,
        responder=fact.responder,
        also=fact.also,
        at=event.at,
        acknowledge_by=fact.acknowledge_by,
        attempt=fact.attempt,
        acknowledged_at=None,
        until=None,
        nudges=0,
    )
    return {"level": fact.level, "highest": max(case.highest, fact.level), "escalation": again, "review_owed": True}


def acknowledged(case: Case, event: f.Event, fact: f.Acknowledged) -> Changes:
    """Who acknowledged has it in hand until they said; the others who were called need not mind any more."""
    call = case.escalation
    if call is None:
        return {}
    responder = fact.responder if fact.responder in call.called else call.responder
    had = replace(call, responder=responder, also=(), acknowledged_at=event.at, until=fact.until)
    return {"escalation": had}


def call_handed(case: Case, event: f.Event, fact: f.CallHanded) -> Changes:
    """Somebody else is called for the same need, as if nobody had answered; or the owner has it themselves."""
    call = case.escalation
    if call is None:
        return {}
    if fact.acknowledge_by is None:
        return {"escalation": None}
    if fact.of is not None and fact.of != call.responder:
        others = (fact.responder if person == fact.of else person for person in call.also)
        return {"escalation": replace(call, also=tuple(n for n in dict.fromkeys(others) if n != call.responder))}
    handed = replace(
        call,
        responder=fact.responder,
        also=tuple(person for person in call.also if person != fact.responder),
        at=event.at,
        acknowledge_by=fact.acknowledge_by,
        acknowledged_at=None,
        until=None,
        nudges=0,
    )
    return {"escalation": handed}


def nudged(case: Case, event: f.Event, fact: f.Nudged) -> Changes:
    """One more reminder."""
    if case.escalation is None:
        return {}
    return {"escalation": replace(case.escalation, nudges=case.escalation.nudges + 1)}


def deescalated(case: Case, event: f.Event, fact: f.Deescalated) -> Changes:
    """The call is over; the level is where it was brought back to."""
    return {"level": fact.level, "escalation": None}


def reviewed(case: Case, event: f.Event, fact: f.Reviewed) -> Changes:
    """The review that was owed is there."""
    review = Review(
        number=event.number,
        cause=fact.cause,
        change=fact.change,
        nothing_because=fact.nothing_because,
        owner=fact.owner,
        due=fact.due,
        at=event.at,
    )
    return {"reviews": (*case.reviews, review), "review_owed": False}


def action_handed(case: Case, event: f.Event, fact: f.ActionHanded) -> Changes:
    """Somebody else makes the change a review asked for."""
    reviews = tuple(replace(r, owner=fact.to) if r.number == fact.review else r for r in case.reviews)
    return {"reviews": reviews}


def action_done(case: Case, event: f.Event, fact: f.ActionDone) -> Changes:
    """The change a review asked for is made."""
    reviews = tuple(replace(r, done_at=event.at) if r.number == fact.review else r for r in case.reviews)
    return {"reviews": reviews}
