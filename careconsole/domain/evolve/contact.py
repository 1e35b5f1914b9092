"""The customer's words and ours: touches, promises, rests."""

from __future__ import annotations

from msgspec.structs import replace

from careconsole.domain.case import event as f
from careconsole.domain.case.changes import Changes, rested
from careconsole.domain.case.state import Case, Inbound, Promise, Rest


def touched(case: Case, event: f.Event, fact: f.Touched) -> Changes:
    """Word from the customer waits for an answer; word from us, or on the spot, is one."""
    if fact.inbound and fact.channel not in f.SELF_ANSWERING:
        touch = Inbound(number=event.number, at=event.at, sort=fact.sort)
        changes: Changes = {"unanswered": (*case.unanswered, touch)}
        if fact.sort == "message":
            changes["contact_at"] = event.at
        return changes
    changes = {"unanswered": (), "told_at": event.at, "contact_at": event.at}
    if case.answered_at is None:
        changes["answered_at"] = event.at
        waiting = case.heard_since
        changes["asked_at"] = None if waiting is None else max(waiting, case.clocks_from)
    return changes


def reclassified(case: Case, event: f.Event, fact: f.Reclassified) -> Changes:
    """A touch that still waits is of another sort."""
    touches = tuple(replace(t, sort=fact.sort) if t.number == fact.touch else t for t in case.unanswered)
    return {"unanswered": touches}


def promised(case: Case, event: f.Event, fact: f.Promised) -> Changes:
    """A promise is open."""
    promise = Promise(
        number=event.number,
        text=fact.text,
        due=fact.due,
        by=fact.by,
        made_at=fact.made_at or event.at,
        moves=fact.moves,
        late=fact.late,
    )
    return {"promises": (*case.promises, promise)}


def promise_moved(case: Case, event: f.Event, fact: f.PromiseMoved) -> Changes:
    """A promise has a new time; past its old one it is late for good."""
    promises = tuple(
        replace(p, due=fact.due, moves=p.moves + 1, late=p.late or event.at > p.due) if p.number == fact.promise else p
        for p in case.promises
    )
    return {"promises": promises}


def promise_settled(case: Case, event: f.Event, fact: f.PromiseKept | f.PromiseReleased) -> Changes:
    """A promise is kept or released."""
    return {"promises": tuple(p for p in case.promises if p.number != fact.promise)}


def parked(case: Case, event: f.Event, fact: f.Parked) -> Changes:
    """The case rests; another rest before is over."""
    return {
        "rests": rested(case, event.at),
        "parked": Rest(on=fact.on, since=event.at, until=fact.until, reason=fact.reason),
    }


def unparked(case: Case, event: f.Event, fact: f.Unparked) -> Changes:
    """The case is back at work."""
    return {"rests": rested(case, event.at), "parked": None}
