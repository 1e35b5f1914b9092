"""A copy of the database for readers such as Datasette: plain tables with names and times.

It says what the case desk says, and leaves out what is nobody else's: words not yet sent, who is where, the logins of
the machine, and how to reach colleagues.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from careconsole.desk import Desk, bulk
from careconsole.desk.ask import View
from careconsole.domain.case.narration import Narrator
from careconsole.domain.case.promise_outcomes import promise_outcomes
from careconsole.domain.roster import Roster
from careconsole.domain.times import iso
from careconsole.outlet.shapes import told
from careconsole.store.plaincopy import Rows, Table, write
from careconsole.store.whole import customers

TABLES = (
    Table(name="about", columns={"name": str, "value": str}, key="name"),
    Table(
        name="people",
        columns={"id": int, "name": str, "role": str, "active": int, "away": int, "cover": str},
        key="id",
    ),
    Table(
        name="customers",
        columns={"id": int, "name": str, "tier": str, "email": str, "phone": str, "orders": str, "note": str},
        key="id",
    ),
    Table(
        name="cases",
        columns={
            **{"number": int, "subject": str, "status": str, "priority": str, "customer_id": int, "customer": str},
            **{"owner": str, "answerable": str, "level": int, "responder": str, "offered_to": str, "parked_on": str},
            **{"due_at": str, "due_kind": str, "service_level": str, "opened_at": str, "changed_at": str},
            **{"waiting_since": str, "contact_at": str, "resolved_at": str, "resolution": str, "reopenings": int},
            **{"hops": int, "open_promises": int, "channel": str, "tags": str, "label": str, "source": str},
            **{"external_id": str, "fields": str, "follows": int, "merged_into": int, "description": str},
        },
        key="number",
        refers=(("customer_id", "customers", "id"),),
        indexes=("status", "owner", "customer_id"),
        words=("subject", "description"),
    ),
    Table(
        name="events",
        columns={
            **{"case_number": int, "number": int, "at": str, "kind": str, "actor": str, "public": int},
            **{"sentence": str, "recorded_at": str, "data": str},
        },
        key=("case_number", "number"),
        refers=(("case_number", "cases", "number"),),
        indexes=("at",),
        words=("sentence",),
    ),
    Table(
        name="promises",
        columns={
            **{"case_number": int, "number": int, "text": str, "promised_by": str, "made_at": str, "due_at": str},
            **{"moves": int, "outcome": str, "ended_at": str},
        },
        key=("case_number", "number"),
        refers=(("case_number", "cases", "number"),),
        indexes=("outcome",),
    ),
    Table(
        name="reviews",
        columns={
            **{"case_number": int, "number": int, "at": str, "cause": str, "change": str, "nothing_because": str},
            **{"owner": str, "due_at": str, "done_at": str},
        },
        key=("case_number", "number"),
        refers=(("case_number", "cases", "number"),),
    ),
)
"""The tables of the copy. Times are ISO 8601, UTC; tags are a JSON list, fields and data JSON objects."""

VIEWS = {
    "queue": "select number, subject, customer, owner, answerable, level, responder, priority, due_at, due_kind,"
    " waiting_since, opened_at, tags from cases where status = 'open' order by due_at is null, due_at, number",
    "open_promises": "select promises.due_at, promises.text, promised_by, case_number, subject, customer"
    " from promises join cases on cases.number = case_number where outcome = 'open' order by promises.due_at",
}
"""What is asked most often: the open cases in the order of the queue, and what is promised and not settled."""

_AT_ONCE = 5_000


def write_copy(desk: Desk, target: str, *, search: bool = False) -> dict[str, int]:
    """Writes the copy to `target`; gives how many rows each table has. One consistent state, read a part at a time.

    With `search` subjects, descriptions and sentences can be searched. Raises WrongUse when `target` is anything but a
    copy made earlier.
    """
    return desk.store.engine.read(lambda: write(target, TABLES, _gathered(_rows(desk)), VIEWS, search=search))


def _gathered(rows: Iterator[tuple[str, dict[str, Any]]]) -> Iterator[tuple[str, Rows]]:
    """Rows put together by table: what a row refers to comes before it, or with it."""
    waiting: dict[str, Rows] = {table.name: [] for table in TABLES}
    held = 0
    for table, row in rows:
        waiting[table].append(row)
        held += 1
        if held >= _AT_ONCE:
            yield from ((name, some) for name, some in waiting.items() if some)
            waiting, held = {name: [] for name in waiting}, 0
    yield from ((name, some) for name, some in waiting.items() if some)


def _rows(desk: Desk) -> Iterator[tuple[str, dict[str, Any]]]:
    roster = desk.roster()
    about = {"team": desk.store.people.setting("team"), "made_at": iso(desk.now()), "duty": _name(roster, roster.duty)}
    for name, value in about.items():
        yield "about", {"name": name, "value": value}
    for person in roster.people.values():
        yield (
            "people",
            {
                "id": person.number,
                "name": person.name,
                "role": person.role,
                "active": int(person.active),
                "away": int(person.away),
                "cover": _name(roster, person.cover),
            },
        )
    for customer, orders in customers(desk.store.engine):
        yield (
            "customers",
            {
                "id": customer.id,
                "name": customer.name,
                "tier": customer.tier,
                "email": customer.email or None,
                "phone": customer.phone or None,
                "orders": _json([order.reference for order in orders]),
                "note": customer.note or None,
            },
        )
    tell = Narrator(roster)
    for view in bulk.views(desk, bulk.order(desk, "", sort="number", every=True)):
        yield from _of_case(view, tell)


def _of_case(view: View, tell: Narrator) -> Iterator[tuple[str, dict[str, Any]]]:
    case, roster = view.case, view.roster
    due = next(iter(view.running), None)
    source, external = case.external[0] if case.external else (None, None)
    yield (
        "cases",
        {
            "number": case.number,
            "subject": case.subject,
            "status": case.status,
            "priority": case.priority,
            "customer_id": case.customer,
            "customer": view.customer.name if view.customer else None,
            "owner": _name(roster, case.owner),
            "answerable": _name(roster, roster.answerable(case.owner)) if case.is_open else None,
            "level": case.level,
            "responder": _name(roster, case.escalation.responder) if case.escalation else None,
            "offered_to": _name(roster, case.offer.to) if case.offer else None,
            "parked_on": case.parked.on if case.parked else None,
            "due_at": _iso(due.due) if due else None,
            "due_kind": due.kind if due else None,
            "service_level": view.level or None,
            "opened_at": _iso(case.opened_at),
            "changed_at": _iso(case.changed_at),
            "waiting_since": _iso(case.waiting_since),
            "contact_at": _iso(case.contact_at),
            "resolved_at": _iso(case.resolved_at),
            "resolution": case.resolution or None,
            "reopenings": case.reopenings,
            "hops": case.moves,
            "open_promises": len(case.promises),
            "channel": case.channel,
            "tags": _json(case.tags),
            "label": case.label or None,
            "source": source,
            "external_id": external,
            "fields": _json(case.fields),
            "follows": case.follows,
            "merged_into": case.merged_into,
            "description": case.description,
        },
    )
    for event in view.history:
        yield (
            "events",
            {
                "case_number": case.number,
                "number": event.number,
                "at": iso(event.at),
                "kind": event.kind,
                "actor": _name(roster, event.actor),
                "public": int(event.fact.is_public),
                "sentence": event.sentence(tell),
                "recorded_at": iso(event.recorded_at),
                "data": _json(told(event.fact, roster)),
            },
        )
    for fate in promise_outcomes(case.number, view.history):
        yield (
            "promises",
            {
                "case_number": case.number,
                "number": fate.number,
                "text": fate.text,
                "promised_by": _name(roster, fate.by),
                "made_at": iso(fate.made_at),
                "due_at": iso(fate.due),
                "moves": fate.moves,
                "outcome": fate.outcome,
                "ended_at": _iso(fate.ended_at),
            },
        )
    for review in case.reviews:
        yield (
            "reviews",
            {
                "case_number": case.number,
                "number": review.number,
                "at": iso(review.at),
                "cause": review.cause,
                "change": review.change or None,
                "nothing_because": review.nothing_because or None,
                "owner": _name(roster, review.owner),
                "due_at": _iso(review.due),
                "done_at": _iso(review.done_at),
            },
        )


def _name(roster: Roster, person: int | None) -> str | None:
    return roster.name(person) if person is not None else None


def _iso(ms: int | None) -> str | None:
    return iso(ms) if ms is not None else None


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
