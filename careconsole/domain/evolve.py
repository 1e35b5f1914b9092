"""evolve(case, event) -> case: what each event makes of a case. Pure; knows no refusal, for history has happened.

`fold` runs a whole history. Commands that were undone stay in the history and are passed over by the fold, so the row
of a case is always what its history says without them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from msgspec.structs import replace

from careconsole.domain import facts as f
from careconsole.domain.case import (
    CLOSED,
    MERGED,
    OPEN,
    RESOLVED,
    VOID,
    Case,
    Escalation,
    Help,
    Inbound,
    Offer,
    Promise,
    Rest,
    Review,
)

FOLD_VERSION = 1
"""Raised whenever a rule below changes what a stored history folds to; a migration then folds every case again."""

SELF_ANSWERING = ("phone", "visit")
"""Channels on which the customer hears us at once, so that a contact from them waits for nothing."""

Changes = dict[str, Any]


def fold(number: int, events: Iterable[f.Event]) -> Case | None:
    """The state of case `number` after `events`, in order; None when there are none.

    A case whose opening was undone is "void": its number stays taken, and nothing else of it counts.
    """
    history = list(events)
    gone = undone_commands(history)
    case: Case | None = None
    for event in history:
        if event.command in gone and not isinstance(event.fact, f.Undone | f.Redone):
            if case is None:
                case = Case(number=number, version=0, opened_at=event.at, changed_at=event.at, status=VOID)
            case = replace(case, version=event.number)
        else:
            case = begin(number, event) if case is None else evolve(case, event)
    return case


def undone_commands(events: Iterable[f.Event]) -> set[int]:
    """The numbers of the commands that are undone at the end of `events`."""
    gone: set[int] = set()
    for event in events:
        match event.fact:
            case f.Undone(command=command):
                gone.add(command)
            case f.Redone(command=command):
                gone.discard(command)
    return gone


def standing(events: Sequence[f.Event]) -> list[f.Event]:
    """The events that count: without the undone ones and without undo and redo themselves."""
    gone = undone_commands(events)
    return [e for e in events if not isinstance(e.fact, f.Undone | f.Redone) and e.command not in gone]


def begin(number: int, event: f.Event) -> Case:
    """The state of a new case `number` after its first event."""
    fact = event.fact
    if isinstance(fact, f.Opened):
        return _opened(number, event, fact)
    case = Case(number=number, version=0, opened_at=event.at, changed_at=event.at)
    if isinstance(fact, f.Recorded):
        case = replace(case, imported=True, unanswered=(Inbound(number=event.number, at=event.at),))
    return evolve(case, event)


def evolve(case: Case, event: f.Event) -> Case:
    """The state of `case` after `event`."""
    changes = _RULES[type(event.fact)](case, event, event.fact)
    return replace(case, version=event.number, changed_at=max(case.changed_at, event.at), **changes)


def _opened(number: int, event: f.Event, fact: f.Opened) -> Case:
    answered = not fact.inbound or fact.channel in SELF_ANSWERING
    return Case(
        number=number,
        version=event.number,
        opened_at=event.at,
        changed_at=event.at,
        subject=fact.subject,
        description=fact.description,
        customer=fact.customer,
        channel=fact.channel,
        priority=fact.priority,
        tags=fact.tags,
        external=(fact.external,) if fact.external else (),
        owner=fact.owner,
        last_owner=fact.owner,
        unanswered=() if answered else (Inbound(number=event.number, at=event.at),),
        answered_at=event.at if answered else None,
        contact_at=event.at,
        follows=fact.follows,
    )


def _recorded(case: Case, event: f.Event, fact: f.Recorded) -> Changes:
    if fact.inert:
        return {}
    changes: Changes = {"clocks_from": event.recorded_at}
    if fact.external and fact.external not in case.external:
        changes["external"] = (*case.external, fact.external)
    for name in ("customer", "subject", "description", "priority", "channel", "label"):
        value = getattr(fact, name)
        if value:
            changes[name] = value
    if fact.tags:
        changes["tags"] = _with_tags(case.tags, fact.tags)
    if fact.fields:
        changes["fields"] = {**case.fields, **fact.fields}
    if fact.nobody:
        changes["owner"] = None
    elif fact.owner is not None and fact.owner != case.owner:
        changes["owner"] = changes["last_owner"] = fact.owner
        changes["moves"] = case.moves + (case.last_owner not in (None, fact.owner))
    if fact.level is not None and fact.level != case.level:
        changes["level"] = fact.level
        changes["highest"] = max(case.highest, fact.level)
    if fact.status is not None:
        changes.update(_recorded_status(case, event, fact.status))
    return changes


def _recorded_status(case: Case, event: f.Event, status: str) -> Changes:
    if status in (RESOLVED, CLOSED):
        ended: Changes = {"status": status, "parked": None, "unanswered": ()}
        if status == RESOLVED and case.resolved_at is None:
            ended["resolved_at"] = event.at
        return ended
    parked = case.parked or Rest(on="customer", since=event.at) if status == "parked" else None
    if case.is_open:
        return {"parked": parked}
    return {
        "status": OPEN,
        "parked": parked,
        "resolved_at": None,
        "reopenings": case.reopenings + (case.resolved_at is not None),
        "unanswered": (Inbound(number=event.number, at=event.at),),
    }


def _offered(case: Case, event: f.Event, fact: f.Offered) -> Changes:
    offer = Offer(
        to=fact.to,
        by=event.actor,
        at=event.at,
        reason=fact.reason,
        next=fact.next,
        declines=fact.declines,
    )
    return {"offer": offer}


def _offer_closed(case: Case, event: f.Event, fact: f.Fact) -> Changes:
    return {"offer": None}


def _taken(case: Case, event: f.Event, fact: f.Taken) -> Changes:
    return _moved_to(case, fact.person)


def _new_owner(case: Case, event: f.Event, fact: f.Accepted | f.TakenOver) -> Changes:
    return _moved_to(case, fact.person, fact.absence)


def _reassigned(case: Case, event: f.Event, fact: f.Reassigned) -> Changes:
    return {"owner": None, "offer": None} if fact.to is None else _moved_to(case, fact.to, fact.absence)


def _moved_to(case: Case, person: int, absence: bool = False) -> Changes:
    hop = case.last_owner not in (None, person)
    return {
        "owner": person,
        "last_owner": person,
        "offer": None,
        "hops": case.hops + (hop and not absence),
        "moves": case.moves + hop,
        "helpers": tuple(help for help in case.helpers if help.of != person),
    }


def _help_asked(case: Case, event: f.Event, fact: f.HelpAsked) -> Changes:
    others = tuple(help for help in case.helpers if help.of != fact.of)
    return {"helpers": (*others, Help(of=fact.of, by=event.actor, need=fact.need, at=event.at))}


def _help_ended(case: Case, event: f.Event, fact: f.HelpEnded) -> Changes:
    return {"helpers": tuple(help for help in case.helpers if help.of != fact.who)}


def _called(event: f.Event, fact: f.Escalated | f.Skipped, reason: str, need: str, cause: str) -> Escalation:
    return Escalation(
        responder=fact.responder,
        by=event.actor,
        at=event.at,
        reason=reason,
        need=need,
        cause=cause,
        acknowledge_by=fact.acknowledge_by,
    )


def _escalated(case: Case, event: f.Event, fact: f.Escalated) -> Changes:
    return {
        "level": fact.level,
        "highest": max(case.highest, fact.level),
        "escalation": _called(event, fact, fact.reason, fact.need, fact.cause),
        "review_owed": True,
    }


def _skipped(case: Case, event: f.Event, fact: f.Skipped) -> Changes:
    before = case.escalation
    reason, need, cause = (before.reason, before.need, before.cause) if before else ("", "", "")
    return {
        "level": fact.level,
        "highest": max(case.highest, fact.level),
        "escalation": _called(event, fact, reason, need, cause),
        "review_owed": True,
    }


def _acknowledged(case: Case, event: f.Event, fact: f.Acknowledged) -> Changes:
    if case.escalation is None:
        return {}
    return {"escalation": replace(case.escalation, acknowledged_at=event.at, until=fact.until)}


def _nudged(case: Case, event: f.Event, fact: f.Nudged) -> Changes:
    if case.escalation is None:
        return {}
    return {"escalation": replace(case.escalation, nudges=case.escalation.nudges + 1)}


def _deescalated(case: Case, event: f.Event, fact: f.Deescalated) -> Changes:
    return {"level": fact.level, "escalation": None}


def _reviewed(case: Case, event: f.Event, fact: f.Reviewed) -> Changes:
    review = Review(
        number=event.number,
        cause=fact.cause,
        change=fact.change,
        nothing_because=fact.nothing_because,
        owner=fact.owner,
        due=fact.due,
    )
    return {"reviews": (*case.reviews, review), "review_owed": False}


def _action_done(case: Case, event: f.Event, fact: f.ActionDone) -> Changes:
    reviews = tuple(replace(r, done_at=event.at) if r.number == fact.review else r for r in case.reviews)
    return {"reviews": reviews}


def _touched(case: Case, event: f.Event, fact: f.Touched) -> Changes:
    if fact.inbound and fact.channel not in SELF_ANSWERING:
        touch = Inbound(number=event.number, at=event.at, sort=fact.sort)
        changes: Changes = {"unanswered": (*case.unanswered, touch)}
        if fact.sort == "message":
            changes["contact_at"] = event.at
        return changes
    first = event.at if case.answered_at is None else case.answered_at
    return {"unanswered": (), "answered_at": first, "contact_at": event.at}


def _reclassified(case: Case, event: f.Event, fact: f.Reclassified) -> Changes:
    touches = tuple(replace(t, sort=fact.sort) if t.number == fact.touch else t for t in case.unanswered)
    return {"unanswered": touches}


def _promised(case: Case, event: f.Event, fact: f.Promised) -> Changes:
    promise = Promise(number=event.number, text=fact.text, due=fact.due, by=fact.by, made_at=event.at)
    return {"promises": (*case.promises, promise)}


def _promise_moved(case: Case, event: f.Event, fact: f.PromiseMoved) -> Changes:
    promises = tuple(
        replace(p, due=fact.due, moves=p.moves + 1, late=p.late or event.at > p.due) if p.number == fact.promise else p
        for p in case.promises
    )
    return {"promises": promises}


def _promise_settled(case: Case, event: f.Event, fact: f.PromiseKept | f.PromiseReleased) -> Changes:
    return {"promises": tuple(p for p in case.promises if p.number != fact.promise)}


def _parked(case: Case, event: f.Event, fact: f.Parked) -> Changes:
    return {"parked": Rest(on=fact.on, since=event.at, until=fact.until, reason=fact.reason)}


def _unparked(case: Case, event: f.Event, fact: f.Unparked) -> Changes:
    return {"parked": None}


def _ended() -> Changes:
    return {
        "offer": None,
        "helpers": (),
        "level": 0,
        "escalation": None,
        "review_owed": False,
        "promises": (),
        "unanswered": (),
        "parked": None,
    }


def _resolved(case: Case, event: f.Event, fact: f.Resolved) -> Changes:
    return {**_ended(), "status": RESOLVED, "resolved_at": event.at, "resolution": fact.said}


def _reopened(case: Case, event: f.Event, fact: f.Reopened) -> Changes:
    return {
        "status": OPEN,
        "resolved_at": None,
        "resolution": "",
        "reopenings": case.reopenings + (case.resolved_at is not None),
        "hops": 0,
        "clocks_from": 0,
        "unanswered": (*case.unanswered, *([Inbound(number=event.number, at=event.at)] if fact.waits else [])),
    }


def _followed(case: Case, event: f.Event, fact: f.Followed) -> Changes:
    return {"followed_by": (*case.followed_by, fact.by)}


def _absorbed(case: Case, event: f.Event, fact: f.Absorbed) -> Changes:
    changes: Changes = {
        "highest": max(case.highest, fact.level),
        "review_owed": case.review_owed or fact.review_owed,
        "external": (*case.external, *(x for x in fact.external if x not in case.external)),
        "tags": _with_tags(case.tags, fact.tags),
        "customer": fact.customer if case.customer is None else case.customer,
        "clocks_from": max(case.clocks_from, fact.clocks_from),
    }
    if fact.waiting_since is not None:
        wait = Inbound(number=event.number, at=fact.waiting_since)
        changes["unanswered"] = (wait, *case.unanswered)
    # What is taken over gets a number of its own here: the event's, spread out so that several do not collide.
    first = event.number * 1000 + 1
    promises = (replace(p, number=n) for n, p in enumerate(fact.promises, first))
    changes["promises"] = (*case.promises, *promises)
    reviews = (replace(r, number=n) for n, r in enumerate(fact.reviews, first))
    changes["reviews"] = (*case.reviews, *reviews)
    if fact.level > case.level:
        changes["level"] = fact.level
        changes["escalation"] = fact.escalation or case.escalation
    elif case.escalation is None:
        changes["escalation"] = fact.escalation
    return changes


def _merged(case: Case, event: f.Event, fact: f.Merged) -> Changes:
    return {**_ended(), "status": MERGED, "merged_into": fact.into, "external": ()}


def _edited(case: Case, event: f.Event, fact: f.Edited) -> Changes:
    names = ("subject", "description", "customer", "channel", "priority")
    return {name: value for name in names if (value := getattr(fact, name)) is not None}


def _tagged(case: Case, event: f.Event, fact: f.Tagged) -> Changes:
    kept = tuple(tag for tag in case.tags if tag not in fact.remove)
    return {"tags": _with_tags(kept, fact.add)}


def _with_tags(tags: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return (*tags, *(tag for tag in dict.fromkeys(more) if tag not in tags))


def _nothing(case: Case, event: f.Event, fact: f.Fact) -> Changes:
    return {}


_RULES: dict[type[f.Fact], Callable[[Case, f.Event, Any], Changes]] = {
    f.Recorded: _recorded,
    f.Offered: _offered,
    f.Accepted: _new_owner,
    f.Declined: _offer_closed,
    f.Withdrawn: _offer_closed,
    f.Taken: _taken,
    f.TakenOver: _new_owner,
    f.Reassigned: _reassigned,
    f.HelpAsked: _help_asked,
    f.HelpEnded: _help_ended,
    f.Escalated: _escalated,
    f.Acknowledged: _acknowledged,
    f.Nudged: _nudged,
    f.Skipped: _skipped,
    f.Deescalated: _deescalated,
    f.Reviewed: _reviewed,
    f.ActionDone: _action_done,
    f.Touched: _touched,
    f.Reclassified: _reclassified,
    f.Noted: _nothing,
    f.Promised: _promised,
    f.PromiseKept: _promise_settled,
    f.PromiseMoved: _promise_moved,
    f.PromiseReleased: _promise_settled,
    f.Parked: _parked,
    f.Unparked: _unparked,
    f.Resolved: _resolved,
    f.Reopened: _reopened,
    f.Followed: _followed,
    f.Absorbed: _absorbed,
    f.Merged: _merged,
    f.Edited: _edited,
    f.Tagged: _tagged,
    f.Undone: _nothing,
    f.Redone: _nothing,
}
