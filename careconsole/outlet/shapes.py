"""Cases, queues and histories as plain values for JSON, with stable names. Text is raw, times are ISO 8601."""

from __future__ import annotations

from typing import Any

import msgspec

from careconsole.desk.ask import Page, View
from careconsole.desk.origins import Origin
from careconsole.domain.facts import Event, Followed
from careconsole.domain.roster import Roster
from careconsole.domain.times import iso
from careconsole.outlet.clockwords import clock_entry
from careconsole.store import QueueRow

QUEUE_FIELDS = (
    *("number", "subject", "customer", "owner", "answerable", "level", "status", "parked", "age_seconds", "opened_at"),
    *("waiting_since", "due_at", "due_kind", "breached", "at_risk", "offered_to", "responder", "acknowledged"),
    *("priority", "channel", "tags", "hops", "reopenings", "promises", "resolved_at"),
    *("external_id", "source", "version"),
)
"""What every row of a queue tells, in this order."""


def queue_entries(page: Page) -> list[dict[str, Any]]:
    """The rows of a queue. Spans are whole seconds at the moment the page stands for; what is absent is null."""
    return [_queue_entry(row, page) for row in page.rows]


def _queue_entry(row: QueueRow, page: Page) -> dict[str, Any]:
    roster, now = page.roster, page.now
    answerable = roster.answerable(row.owner)
    return {
        "number": row.number,
        "subject": row.subject,
        "customer": page.customers.get(row.customer) if row.customer is not None else None,
        "owner": roster.name(row.owner) if row.owner is not None else None,
        "answerable": roster.name(answerable) if answerable is not None else None,
        "level": row.level,
        "status": row.status,
        "parked": row.parked,
        "age_seconds": max(0, now - row.opened_at) // 1000,
        "opened_at": iso(row.opened_at),
        "waiting_since": _iso(row.waiting_since),
        "due_at": _iso(row.due_at),
        "due_kind": row.due_kind or None,
        "breached": row.due_at is not None and row.due_at < now,
        "at_risk": row.due_at is not None and row.risk_at is not None and row.risk_at <= now <= row.due_at,
        "offered_to": roster.name(row.offered_to) if row.offered_to is not None else None,
        "responder": roster.name(row.responder) if row.responder is not None else None,
        "acknowledged": row.acknowledged_until >= page.now if row.responder is not None else None,
        "priority": row.priority,
        "channel": row.channel,
        "tags": list(row.tags),
        "hops": row.moves,
        "reopenings": row.reopenings,
        "promises": row.promises,
        "resolved_at": _iso(row.resolved_at),
        "external_id": row.external_id or None,
        "source": row.source or None,
        "version": row.version,
    }


def case_entry(view: View, *, origins: bool = False) -> dict[str, Any]:
    """A case with its clocks and history: the whole state and every event, people by name and times as ISO 8601.

    `origins` as in `history_entries`.
    """
    case, roster = view.case, view.roster
    answerable = roster.answerable(case.owner)
    state = {name: value for name, value in told(case, roster).items() if name not in _INNER}
    state |= {
        "customer": view.customer.name if view.customer else None,
        "answerable": roster.name(answerable) if answerable is not None else None,
        "waiting_since": _iso(case.waiting_since),
        "external": [{"source": source, "id": external} for source, external in case.external],
    }
    clocks = [clock_entry(clock, view.now) for clock in view.clocks]
    history = history_entries(view, origins=origins)
    return {"case": state, "service_level": view.level or None, "clocks": clocks, "history": history}


def history_entries(view: View, *, origins: bool = False) -> list[dict[str, Any]]:
    """The events of a case, each with its kind, its times, who did it, and its fact; a customer in it by number.

    With `origins` each also has the workstation and the login it came from. Exports, which are for others, have none.
    """
    return [
        {
            **event_entry(event, view.roster),
            **(_origin(view.origins.get(event.command or 0)) if origins else {}),
            "fact": told(event.fact, view.roster),
        }
        for event in view.history
    ]


def _origin(origin: Origin | None) -> dict[str, Any]:
    return {
        "workstation": origin.workstation if origin else None,
        "login": origin.login if origin else None,
        "own_login": origin.own_login if origin else None,
    }


def event_entry(event: Event, roster: Roster) -> dict[str, Any]:
    """What every event has: its number in the case, its kind, its times, who did it, and what it came with."""
    return {
        "number": event.number,
        "kind": event.kind,
        "at": iso(event.at),
        "recorded_at": iso(event.recorded_at),
        "actor": roster.name(event.actor) if event.actor is not None else None,
        "command": event.command,
        "batch": event.batch,
    }


_INNER = ("last_owner", "clocks_from", "told")
_PEOPLE = frozenset(("owner", "to", "by", "of", "who", "person", "responder", "instead", "also"))
_TIMES = frozenset(
    (
        *("at", "due", "until", "since", "made_at", "done_at", "acknowledge_by", "acknowledged_at", "waiting_since"),
        *("opened_at", "changed_at", "worked_at", "resolved_at", "reopened_at", "asked_at", "answered_at", "told_at"),
        *("contact_at", "untaken_since"),
    )
)


def told(struct: msgspec.Struct, roster: Roster) -> dict[str, Any]:
    """The fields of a state or a fact with names for people and ISO 8601 for times."""
    return {name: _value(struct, name, value, roster) for name, value in msgspec.structs.asdict(struct).items()}


def _value(struct: msgspec.Struct, name: str, value: Any, roster: Roster) -> Any:
    if isinstance(value, msgspec.Struct):
        return told(value, roster)
    if isinstance(value, tuple):
        people = name in _PEOPLE
        return [
            told(part, roster) if isinstance(part, msgspec.Struct) else roster.name(part) if people else part
            for part in value
        ]
    if isinstance(value, int) and not isinstance(value, bool):
        if name in _TIMES:
            return iso(value)
        if name in _PEOPLE and not isinstance(struct, Followed):  # there, `by` is a case
            return roster.name(value)
    return value


def _iso(ms: int | None) -> str | None:
    return None if ms is None else iso(ms)
