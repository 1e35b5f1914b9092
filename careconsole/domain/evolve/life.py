"""How a case begins, is corrected, ends, begins again and goes on as another."""

from __future__ import annotations

from careconsole.domain.case import event as f
from careconsole.domain.case.changes import Changes, rested, with_tags
from careconsole.domain.case.state import CHANGE, MERGED, OPEN, PROMISE, RESOLVED, Case, Inbound, Told


def opened(number: int, event: f.Event, fact: f.Opened) -> Case:
    """A new case; whoever came to us waits, unless we spoke on the spot."""
    answered = not fact.inbound or fact.channel in f.SELF_ANSWERING
    return Case(
        number=number,
        version=event.number,
        opened_at=event.at,
        changed_at=event.at,
        worked_at=event.at,
        subject=fact.subject,
        description=fact.description,
        customer=fact.customer,
        channel=fact.channel,
        priority=fact.priority,
        tags=fact.tags,
        external=(fact.external,) if fact.external else (),
        owner=fact.owner,
        untaken_since=event.at if fact.owner is None else None,
        last_owner=fact.owner,
        unanswered=() if answered else (Inbound(number=event.number, at=event.at),),
        answered_at=event.at if answered else None,
        told_at=event.at if answered else None,
        contact_at=event.at,
        follows=fact.follows,
    )


def resolved(case: Case, event: f.Event, fact: f.Resolved) -> Changes:
    """The matter is settled, and everything open with it."""
    return {**_ended(case, event), "status": RESOLVED, "resolved_at": event.at, "resolution": fact.said}


def reopened(case: Case, event: f.Event, fact: f.Reopened) -> Changes:
    """Open again, counted if it had been resolved; moves, rests and the resolution's clock count anew."""
    return {
        "status": OPEN,
        "resolved_at": None,
        "resolution": "",
        "reopenings": case.reopenings + (case.resolved_at is not None),
        "hops": 0,
        "clocks_from": 0,
        "reopened_at": event.at,
        "rests": (),
        "untaken_since": event.at if case.owner is None else None,
        "unanswered": (*case.unanswered, *([Inbound(number=event.number, at=event.at)] if fact.waits else [])),
    }


def followed(case: Case, event: f.Event, fact: f.Followed) -> Changes:
    """Another case follows this one."""
    return {"followed_by": (*case.followed_by, fact.by)}


def absorbed(case: Case, event: f.Event, fact: f.Absorbed) -> Changes:
    """What must not be lost of a merged case goes on here."""
    changes: Changes = {
        "highest": max(case.highest, fact.level),
        "review_owed": case.review_owed or fact.review_owed,
        "external": (*case.external, *(x for x in fact.external if x not in case.external)),
        "tags": with_tags(case.tags, fact.tags),
        "customer": fact.customer if case.customer is None else case.customer,
        "clocks_from": max(case.clocks_from, fact.clocks_from),
    }
    if fact.waiting_since is not None:
        wait = Inbound(number=event.number, at=fact.waiting_since)
        changes["unanswered"] = (wait, *case.unanswered)
    if fact.level > case.level:
        changes["level"] = fact.level
        changes["escalation"] = fact.escalation or case.escalation
    elif case.escalation is None:
        changes["escalation"] = fact.escalation
    return changes


def merged(case: Case, event: f.Event, fact: f.Merged) -> Changes:
    """The case goes on as another."""
    return {**_ended(case, event), "status": MERGED, "merged_into": fact.into, "external": ()}


def _ended(case: Case, event: f.Event) -> Changes:
    return {
        "offer": None,
        "helpers": (),
        "level": 0,
        "escalation": None,
        "review_owed": False,
        "promises": (),
        "unanswered": (),
        "parked": None,
        "rests": rested(case, event.at),
        "told": tuple(one for one in case.told if one.kind == CHANGE),
    }


def overdue(case: Case, event: f.Event, fact: f.Overdue) -> Changes:
    """People were told of clocks that ran out; what was told of earlier runs of them need not be kept."""
    told = tuple(Told(kind=late.kind, mark=late.mark, number=late.number) for late in fact.clocks)
    anew = {(one.kind, one.number) for one in told}
    promises = {promise.number for promise in case.promises}
    kept = tuple(
        one
        for one in case.told
        if (one.kind, one.number) not in anew and (one.kind != PROMISE or one.number in promises)
    )
    return {"told": (*kept, *told)}


def edited(case: Case, event: f.Event, fact: f.Edited) -> Changes:
    """Corrected fields."""
    names = ("subject", "description", "customer", "channel", "priority")
    return {name: value for name in names if (value := getattr(fact, name)) is not None}


def tagged(case: Case, event: f.Event, fact: f.Tagged) -> Changes:
    """Tags come and go."""
    kept = tuple(tag for tag in case.tags if tag not in fact.remove)
    return {"tags": with_tags(kept, fact.add)}
