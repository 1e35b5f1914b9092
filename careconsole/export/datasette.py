"""A copy of the database for readers such as Datasette: plain tables with names and times.

It contains what the desk shows, and leaves out what is private: drafts, presence, OS logins, and how to reach
colleagues.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import msgspec

from careconsole.desk import Desk
from careconsole.desk.database.datasette_copy import Row, Table, write
from careconsole.desk.queries import paging
from careconsole.desk.queries.shown_case import View
from careconsole.desk.team.customers import Customer
from careconsole.domain.case.event import Event, named_in
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.promise_measures import PromiseOutcome, promise_outcomes
from careconsole.domain.case.state import Case, PastReview
from careconsole.domain.team.roster import Person, Roster
from careconsole.domain.time.moments import iso
from careconsole.present.json_views import iso_or_none, json_fields, name_or_none
from careconsole.present.queue_text import clock_words

_C = TypeVar("_C")
_R = TypeVar("_R")
_Columns = dict[str, tuple[type, Callable[[_C, _R], Any]]]
"""The columns of a table: each one's type, and a function of the context (roster or case view) and the row's object."""

_PEOPLE: _Columns[Roster, Person] = {
    "id": (int, lambda _, p: p.number),
    "name": (str, lambda _, p: p.name),
    "role": (str, lambda _, p: p.role),
    "active": (int, lambda _, p: int(p.active)),
    "away": (int, lambda _, p: int(p.away)),
    "cover": (str, lambda roster, p: name_or_none(p.cover, roster)),
}
_CUSTOMERS: _Columns[Roster, Customer] = {
    "id": (int, lambda _, c: c.number),
    "name": (str, lambda _, c: c.name),
    "tier": (str, lambda _, c: c.tier),
    "email": (str, lambda _, c: c.email or None),
    "phone": (str, lambda _, c: c.phone or None),
    "orders": (str, lambda _, c: _json(c.orders)),
    "note": (str, lambda _, c: c.note or None),
}
_CASES: _Columns[View, Case] = {
    "number": (int, lambda _, c: c.number),
    "subject": (str, lambda _, c: c.subject),
    "status": (str, lambda _, c: c.status),
    "priority": (str, lambda _, c: c.priority),
    "customer_id": (int, lambda _, c: c.customer),
    "customer": (str, lambda v, _: v.customer.name if v.customer else None),
    "owner": (str, lambda v, c: name_or_none(c.owner, v.roster)),
    "answerable": (str, lambda v, c: name_or_none(v.roster.answerable(c.owner), v.roster) if c.is_open else None),
    "level": (int, lambda _, c: c.level),
    "responder": (str, lambda v, c: name_or_none(c.escalation.responder, v.roster) if c.escalation else None),
    "offered_to": (str, lambda v, c: name_or_none(c.offer.to, v.roster) if c.offer else None),
    "parked_on": (str, lambda _, c: c.parked.on if c.parked else None),
    "due_at": (str, lambda v, _: iso_or_none(v.running[0].due) if v.running else None),
    "due_kind": (str, lambda v, _: clock_words(v.running[0].kind) if v.running else None),
    "service_level": (str, lambda v, _: v.level or None),
    "opened_at": (str, lambda _, c: iso_or_none(c.opened_at)),
    "changed_at": (str, lambda _, c: iso_or_none(c.changed_at)),
    "waiting_since": (str, lambda _, c: iso_or_none(c.waiting_since)),
    "contact_at": (str, lambda _, c: iso_or_none(c.contact_at)),
    "resolved_at": (str, lambda _, c: iso_or_none(c.resolved_at)),
    "resolution": (str, lambda _, c: c.resolution or None),
    "reopenings": (int, lambda _, c: c.reopenings),
    "question_at": (str, lambda _, c: iso_or_none(c.question_at)),
    "rating": (str, lambda _, c: c.rating.answer if c.rating else None),
    "rated_at": (str, lambda _, c: iso_or_none(c.rating.at) if c.rating else None),
    "hops": (int, lambda _, c: c.moves),
    "open_promises": (int, lambda _, c: len(c.promises)),
    "channel": (str, lambda _, c: c.channel),
    "tags": (str, lambda _, c: _json(c.tags)),
    "label": (str, lambda _, c: c.label or None),
    "source": (str, lambda _, c: c.external[0][0] if c.external else None),
    "external_id": (str, lambda _, c: c.external[0][1] if c.external else None),
    "fields": (str, lambda _, c: _json(c.fields)),
    "follows": (int, lambda _, c: c.follows),
    "merged_into": (int, lambda _, c: c.merged_into),
    "description": (str, lambda _, c: c.description),
}
_EVENTS: _Columns[View, Event] = {
    "case_number": (int, lambda v, _: v.case.number),
    "number": (int, lambda _, e: e.number),
    "at": (str, lambda _, e: iso(e.at)),
    "kind": (str, lambda _, e: e.kind),
    "actor": (str, lambda v, e: name_or_none(e.actor, v.roster)),
    "public": (int, lambda _, e: int(e.fact.is_public)),
    "sentence": (str, lambda v, e: _sentence(v, e)),
    "recorded_at": (str, lambda _, e: iso(e.recorded_at)),
    "data": (str, lambda v, e: _json(json_fields(e.fact, v.roster))),
}
_PROMISES: _Columns[View, PromiseOutcome] = {
    "case_number": (int, lambda v, _: v.case.number),
    "number": (int, lambda _, p: p.number),
    "text": (str, lambda _, p: p.text),
    "promised_by": (str, lambda v, p: name_or_none(p.by, v.roster)),
    "made_at": (str, lambda _, p: iso(p.made_at)),
    "due_at": (str, lambda _, p: iso(p.due)),
    "moves": (int, lambda _, p: p.moves),
    "outcome": (str, lambda _, p: p.outcome),
    "ended_at": (str, lambda _, p: iso_or_none(p.ended_at)),
}
_REVIEWS: _Columns[View, PastReview] = {
    "case_number": (int, lambda v, _: v.case.number),
    "number": (int, lambda _, r: r.number),
    "at": (str, lambda _, r: iso(r.at)),
    "cause": (str, lambda _, r: r.cause),
    "change": (str, lambda _, r: r.change or None),
    "nothing_because": (str, lambda _, r: r.nothing_because or None),
    "owner": (str, lambda v, r: name_or_none(r.owner, v.roster)),
    "due_at": (str, lambda _, r: iso_or_none(r.due)),
    "done_at": (str, lambda _, r: iso_or_none(r.done_at)),
    "check_at": (str, lambda _, r: iso_or_none(r.check_at)),
    "checked_at": (str, lambda _, r: iso_or_none(r.checked_at)),
    "verdict": (str, lambda _, r: r.verdict or None),
    "dropped": (str, lambda _, r: r.dropped or None),
}
_OF_A_CASE: dict[str, Any] = {"key": ("case_number", "number"), "refers": (("case_number", "cases", "number"),)}

ABOUT = Table(name="about", columns={"name": (str, lambda n, _: n), "value": (str, lambda _, v: v)}, key="name")
PEOPLE = Table(name="people", columns=_PEOPLE, key="id")
CUSTOMERS = Table(name="customers", columns=_CUSTOMERS, key="id")
CASES = Table(
    name="cases",
    columns=_CASES,
    key="number",
    refers=(("customer_id", "customers", "id"),),
    indexes=("status", "owner", "customer_id"),
    words=("subject", "description"),
)
EVENTS = Table(name="events", columns=_EVENTS, **_OF_A_CASE, indexes=("at",), words=("sentence",))
PROMISES = Table(name="promises", columns=_PROMISES, **_OF_A_CASE, indexes=("outcome",))
REVIEWS = Table(name="reviews", columns=_REVIEWS, **_OF_A_CASE)

TABLES = (ABOUT, PEOPLE, CUSTOMERS, CASES, EVENTS, PROMISES, REVIEWS)
"""The tables of the copy. Times are ISO 8601, UTC; tags are a JSON list, fields and data JSON objects."""

VIEWS = {
    "queue": "select number, subject, customer, owner, answerable, level, responder, priority, due_at, due_kind,"
    " waiting_since, opened_at, tags from cases where status = 'open' order by due_at is null, due_at, number",
    "open_promises": "select promises.due_at, promises.text, promised_by, case_number, subject, customer"
    " from promises join cases on cases.number = case_number where outcome = 'open' order by promises.due_at",
}
"""The most common questions: the open cases in the order of the queue, and the open promises."""


def write_copy(desk: Desk, target: str, *, search: bool = False) -> dict[str, int]:
    """Writes the copy to `target`, one consistent snapshot read in parts; returns the number of rows by table.

    With `search`, subjects, descriptions and sentences get a full-text index. Raises WrongUse if `target` exists and is
    not an earlier copy.
    """
    return write(desk, target, TABLES, lambda: _rows(desk), VIEWS, search=search)


def _rows(desk: Desk) -> Iterator[Row]:
    roster = desk.roster()
    yield ABOUT.row("team", desk.team_name() or None)
    yield ABOUT.row("made_at", iso(desk.now()))
    yield ABOUT.row("duty", name_or_none(roster.duty, roster))
    for person in roster.people.values():
        yield PEOPLE.row(roster, person)
    for customer in paging.customers(desk):
        yield CUSTOMERS.row(roster, customer)
    for view in paging.views(desk, paging.order(desk, "", sort="number", every=True)):
        yield CASES.row(view, view.case)
        yield from (EVENTS.row(view, event) for event in view.history)
        yield from (PROMISES.row(view, outcome) for outcome in promise_outcomes(view.case.number, view.history))
        yield from (REVIEWS.row(view, review) for review in view.case.reviews)


def _sentence(view: View, event: Event) -> str:
    named = named_in(view.history) if event.fact.names_earlier else None
    return event.sentence(Narrator(view.roster, named=named))


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
