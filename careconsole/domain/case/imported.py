"""Lines of another system's history: the state that they say holds, and the words that passed."""

from __future__ import annotations

from careconsole.domain.case import event as f
from careconsole.domain.case.changes import Changes, rested, with_tags
from careconsole.domain.case.contacts import IN, NOTE
from careconsole.domain.case.state import CLOSED, MERGED, OPEN, RESOLVED, VOID, Case, Inbound, Rest
from careconsole.domain.evolve import life


def recorded(case: Case, event: f.Event, fact: f.Recorded) -> Changes:
    """Everything the line says holds from here on; of an inert one, only what the customer and we said counts."""
    if fact.inert:
        return _late_words(case, event, fact) if fact.way else {}
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
    if fact.channel and (not fact.way or not case.version):  # words have a channel of their own
        changes["channel"] = fact.channel
    if fact.label:
        changes["label"] = fact.label
    if fact.tags:
        changes["tags"] = with_tags(case.tags, fact.tags)
    if fact.fields:
        changes["fields"] = {name: value for name, value in {**case.fields, **fact.fields}.items() if value}
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
    if fact.into is not None:
        changes.update(_merged(case, event, fact.into))
    elif fact.status is not None:
        changes.update(_recorded_status(case, event, fact.status, fact.on))
    if fact.way:
        changes.update(_words(case, event, fact, changes))
    return changes


def _merged(case: Case, event: f.Event, into: int) -> Changes:
    """The case goes on as another, as a merge here makes it; but its name stays, for its own rows go by it."""
    changes = life.merged(case, event, f.Merged(into=into))
    del changes["external"]
    return changes


def _recorded_status(case: Case, event: f.Event, status: str, on: str) -> Changes:
    if status in (RESOLVED, CLOSED):
        if case.status == MERGED:
            return {}
        ended: Changes = {"status": status, "parked": None, "unanswered": (), **_rests(case, event)}
        if status == RESOLVED and case.resolved_at is None:
            ended["resolved_at"] = event.at
        return ended
    parked = case.parked if status == "parked" else None
    if status == "parked" and (parked is None or on not in ("", parked.on)):
        parked = Rest(on=on or "customer", since=event.at)
    if case.is_open:
        return {"parked": parked, **(_rests(case, event) if parked != case.parked else {})}
    return {
        "status": OPEN,
        "merged_into": None,
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


def _words(case: Case, event: f.Event, fact: f.Recorded, changes: Changes) -> Changes:
    """What words do to a case that only imports have written; its state is what the source says, whatever they are."""
    if fact.way == NOTE:
        return {}
    unanswered: tuple[Inbound, ...] = changes.get("unanswered", case.unanswered)
    if fact.way != IN or fact.channel in f.SELF_ANSWERING:
        return _answered(case, event, unanswered, changes["clocks_from"])
    said: Changes = {}
    if fact.sort == "message":
        said["contact_at"] = max(case.contact_at or 0, event.at)
    if changes.get("status", case.status) == OPEN:
        # What the line itself made wait, by opening the case or opening it again, waits for these very words.
        others = tuple(touch for touch in unanswered if touch.number != event.number)
        said["unanswered"] = (*others, _touch(event, fact.sort))
    return said


def _late_words(case: Case, event: f.Event, fact: f.Recorded) -> Changes:
    """What words do to a case that people here have worked on: they may be older than what was said here."""
    if fact.way == NOTE or case.status in (MERGED, VOID):
        return {}
    if fact.way != IN or fact.channel in f.SELF_ANSWERING:
        return _answered(case, event, case.unanswered, case.clocks_from)
    message = fact.sort == "message"
    if event.at <= (case.contact_at or 0):
        return {}  # we have been in touch since
    changes: Changes = {"contact_at": event.at} if message else {}
    touch = _touch(event, fact.sort, heard=event.recorded_at)
    if case.is_open:
        if message and case.parked is not None and case.parked.on == "customer":
            changes.update(parked=None, rests=rested(case, event.at))
        return {**changes, "unanswered": (*case.unanswered, touch)}
    if not message or event.at < case.worked_at:
        return changes
    again = life.reopened(case, event, f.Reopened(waits=False))
    return {**changes, **again, "clocks_from": event.recorded_at, "unanswered": (touch,)}


def _touch(event: f.Event, sort: str, heard: int = 0) -> Inbound:
    if sort == "message":  # the default itself: an equal text would be stored, and a state be written in two ways
        return Inbound(number=event.number, at=event.at, heard=heard)
    return Inbound(number=event.number, at=event.at, sort=sort, heard=heard)


def _answered(case: Case, event: f.Event, unanswered: tuple[Inbound, ...], clocks_from: int) -> Changes:
    """We told the customer, or spoke with them: that answers what came before."""
    later = tuple(touch for touch in unanswered if touch.at > event.at)
    changes: Changes = {
        "unanswered": later,
        "told_at": max(case.told_at or 0, event.at),
        "contact_at": max(case.contact_at or 0, event.at),
    }
    if case.answered_at is None and not later and event.at >= case.opened_at:
        waiting = case.heard_since
        changes["answered_at"] = event.at
        changes["asked_at"] = None if waiting is None else max(waiting, clocks_from)
    return changes
