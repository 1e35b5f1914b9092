"""Cases, queues and histories as plain values for JSON, with stable names. Text is raw; times come as ISO 8601 too."""

from __future__ import annotations

from typing import Any

import msgspec

from careconsole.desk.ask import Page, View
from careconsole.domain.times import iso
from careconsole.store import QueueRow

QUEUE_FIELDS = (
    *("number", "subject", "customer", "owner", "answerable", "level", "status", "parked", "age_seconds", "opened_at"),
    *("waiting_since", "due_at", "due_kind", "breached", "offered_to", "responder", "acknowledged", "priority"),
    *("channel", "tags", "hops", "reopenings", "promises", "resolved_at", "external_id", "source", "version"),
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


def case_entry(view: View) -> dict[str, Any]:
    """A case with its history: the state with names beside the numbers, then every event with its fact."""
    case, roster = view.case, view.roster
    state = msgspec.to_builtins(case)
    answerable = roster.answerable(case.owner)
    for name, default in msgspec.to_builtins(_defaults()).items():
        state.setdefault(name, default)
    state.update(
        {
            "customer": view.customer.name if view.customer else None,
            "owner": roster.name(case.owner) if case.owner is not None else None,
            "answerable": roster.name(answerable) if answerable is not None else None,
            "opened_at": iso(case.opened_at),
            "changed_at": iso(case.changed_at),
            "waiting_since": _iso(case.waiting_since),
            "resolved_at": _iso(case.resolved_at),
            "contact_at": _iso(case.contact_at),
            "answered_at": _iso(case.answered_at),
            "external": [{"source": source, "id": external} for source, external in case.external],
        }
    )
    for hidden in ("last_owner", "clocks_from"):
        state.pop(hidden, None)
    return {"case": state, "history": history_entries(view)}


def history_entries(view: View) -> list[dict[str, Any]]:
    """The events of a case, each with its kind, its times, who did it, and its fact (people by number)."""
    return [
        {
            "number": event.number,
            "kind": event.kind,
            "at": iso(event.at),
            "recorded_at": iso(event.recorded_at),
            "actor": view.roster.name(event.actor) if event.actor is not None else None,
            "command": event.command,
            "batch": event.batch,
            "fact": msgspec.to_builtins(event.fact),
        }
        for event in view.history
    ]


def _defaults() -> dict[str, Any]:
    return {
        "description": "",
        "tags": [],
        "fields": {},
        "label": "",
        "status": "open",
        "channel": "other",
        "priority": "normal",
        "level": 0,
        "hops": 0,
        "moves": 0,
        "reopenings": 0,
        "offer": None,
        "helpers": [],
        "escalation": None,
        "review_owed": False,
        "reviews": [],
        "promises": [],
        "parked": None,
        "follows": None,
        "followed_by": [],
        "resolution": "",
    }


def _iso(ms: int | None) -> str | None:
    return None if ms is None else iso(ms)
