"""How a case changes hands, as its history says."""

from __future__ import annotations

from careconsole.domain.case import event as f
from careconsole.domain.case.changes import Changes
from careconsole.domain.case.state import Case, Help, Offer


def offered(case: Case, event: f.Event, fact: f.Offered) -> Changes:
    """An offer is open."""
    offer = Offer(
        to=fact.to,
        by=event.actor,
        at=event.at,
        reason=fact.reason,
        next=fact.next,
        declines=fact.declines,
    )
    return {"offer": offer}


def offer_closed(case: Case, event: f.Event, fact: f.Fact) -> Changes:
    """The offer is off."""
    return {"offer": None}


def taken(case: Case, event: f.Event, fact: f.Taken) -> Changes:
    """Somebody has it whom nobody gave it."""
    return _moved_to(case, fact.person)


def new_owner(case: Case, event: f.Event, fact: f.Accepted | f.TakenOver) -> Changes:
    """Somebody else has it now."""
    return _moved_to(case, fact.person, fact.absence)


def reassigned(case: Case, event: f.Event, fact: f.Reassigned) -> Changes:
    """A lead has placed it, or given it to duty."""
    if fact.to is None:
        return {"owner": None, "untaken_since": event.at, "offer": None}
    return _moved_to(case, fact.to, fact.absence)


def _moved_to(case: Case, person: int, absence: bool = False) -> Changes:
    hop = case.last_owner not in (None, person)
    call = case.escalation
    return {
        "owner": person,
        "untaken_since": None,
        # Whoever was called has it themselves now: nobody waits for them any more.
        "escalation": None if call is not None and person in call.called else call,
        "last_owner": person,
        "offer": None,
        "hops": case.hops + (hop and not absence),
        "moves": case.moves + hop,
        "helpers": tuple(help for help in case.helpers if help.of != person),
    }


def help_asked(case: Case, event: f.Event, fact: f.HelpAsked) -> Changes:
    """One more colleague helps; asked again, the new need counts."""
    others = tuple(help for help in case.helpers if help.of != fact.of)
    return {"helpers": (*others, Help(of=fact.of, by=event.actor, need=fact.need, at=event.at))}


def help_ended(case: Case, event: f.Event, fact: f.HelpEnded) -> Changes:
    """A colleague helps no longer."""
    return {"helpers": tuple(help for help in case.helpers if help.of != fact.who)}
