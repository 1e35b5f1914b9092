"""evolve(case, event) -> case: what each event makes of a case. Pure; knows no refusal, for history has happened.

`fold` runs a whole history. Commands that were undone stay in the history and are passed over by the fold, so the row
of a case is always what its history says without them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from msgspec.structs import replace

from careconsole.domain.case import event as f
from careconsole.domain.case import imported as imports
from careconsole.domain.case.changes import Changes
from careconsole.domain.case.contacts import IN, NOTE
from careconsole.domain.case.event import SELF_ANSWERING
from careconsole.domain.case.state import VOID, Case, Inbound
from careconsole.domain.case.undo import standing, undone_commands
from careconsole.domain.evolve import contact, escalation, life, ownership

__all__ = ["SELF_ANSWERING", "begin", "evolve", "fold", "standing", "undone_commands"]


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


def begin(number: int, event: f.Event) -> Case:
    """The state of a new case `number` after its first event."""
    fact = event.fact
    if isinstance(fact, f.Opened):
        return life.opened(number, event, fact)
    if isinstance(fact, f.Recorded):
        wait = (Inbound(number=event.number, at=event.at),)
        case = Case(
            number=number,
            version=0,
            opened_at=event.at,
            changed_at=event.at,
            imported=True,
            untaken_since=event.at,
            unanswered=wait,
        )
    else:
        case = Case(number=number, version=0, opened_at=event.at, changed_at=event.at)
    return evolve(case, event)


def evolve(case: Case, event: f.Event) -> Case:
    """The state of `case` after `event`."""
    changes = _RULES[type(event.fact)](case, event, event.fact)
    changes["version"] = event.number
    if event.at > case.changed_at:
        changes["changed_at"] = event.at
    if event.at > case.worked_at and not _is_no_work(event.fact):
        changes["worked_at"] = event.at
    return replace(case, **changes)


def _is_no_work(fact: f.Fact) -> bool:
    """Whether nothing was done on the case: a note was written, something came in that wants no answer,
    time passed.

    What a source says of a case that it came too late to change is no work on it either.
    """
    if isinstance(fact, f.Touched):
        return fact.inbound and fact.sort != "message"
    if isinstance(fact, f.Recorded):
        return fact.way == NOTE or (fact.way == IN and fact.sort != "message") or (fact.inert and not fact.way)
    return isinstance(fact, f.Undone | f.Redone | f.Noted | f.Overdue)


def _nothing(case: Case, event: f.Event, fact: f.Fact) -> Changes:
    return {}


_RULES: dict[type[f.Fact], Callable[[Case, f.Event, Any], Changes]] = {
    f.Recorded: imports.recorded,
    f.Offered: ownership.offered,
    f.Accepted: ownership.new_owner,
    f.Declined: ownership.offer_closed,
    f.Withdrawn: ownership.offer_closed,
    f.OfferExpired: ownership.offer_closed,
    f.Taken: ownership.taken,
    f.TakenOver: ownership.new_owner,
    f.Reassigned: ownership.reassigned,
    f.HelpAsked: ownership.help_asked,
    f.HelpEnded: ownership.help_ended,
    f.Escalated: escalation.escalated,
    f.Acknowledged: escalation.acknowledged,
    f.CallHanded: escalation.call_handed,
    f.Nudged: escalation.nudged,
    f.Skipped: escalation.skipped,
    f.CallTimedOut: escalation.call_timed_out,
    f.Deescalated: escalation.deescalated,
    f.Reviewed: escalation.reviewed,
    f.ActionHanded: escalation.action_handed,
    f.ActionDone: escalation.action_done,
    f.Touched: contact.touched,
    f.Reclassified: contact.reclassified,
    f.Noted: _nothing,
    f.Promised: contact.promised,
    f.PromiseKept: contact.promise_settled,
    f.PromiseMoved: contact.promise_moved,
    f.PromiseReleased: contact.promise_settled,
    f.Parked: contact.parked,
    f.Unparked: contact.unparked,
    f.Returned: contact.unparked,
    f.Overdue: life.overdue,
    f.Resolved: life.resolved,
    f.Reopened: life.reopened,
    f.Followed: life.followed,
    f.Absorbed: life.absorbed,
    f.Merged: life.merged,
    f.Edited: life.edited,
    f.Tagged: life.tagged,
    f.Undone: _nothing,
    f.Redone: _nothing,
}
