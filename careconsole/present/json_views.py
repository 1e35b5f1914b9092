"""Cases, queues and histories as plain values for JSON, with stable names. Text is raw, times are ISO 8601."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from careconsole.domain.case.event import Event, named_in
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.opening import Followed
from careconsole.domain.case.public import public_history
from careconsole.domain.team.roster import Roster
from careconsole.domain.time.moments import iso
from careconsole.present.clocks import clock_entry
from careconsole.present.json_types.cases import (
    CaseEntry,
    CaseEventEntry,
    EventEntry,
    QueueEntry,
    ShownCaseEntry,
    TracedEventEntry,
)
from careconsole.present.json_types.clocks import PromiseEntry
from careconsole.present.outgoing_mail import outgoing_entry
from careconsole.present.queue_text import awaits_since, clock_words

if TYPE_CHECKING:  # queues and cases are shown without each other
    from careconsole.desk.origins import Origin
    from careconsole.desk.queries.agenda import PromiseEntry as OpenPromiseEntry
    from careconsole.desk.queries.case_queries import Page, QueueRow
    from careconsole.desk.queries.shown_case import View

QUEUE_FIELDS: tuple[str, ...] = QueueEntry.__struct_fields__
"""The fields of every row of a queue, in order."""


def queue_entries(page: Page) -> list[QueueEntry]:
    """Returns the rows of a queue. Spans are whole seconds as of the page's `now`; absent values are None."""
    return [_queue_entry(row, page) for row in page.rows]


def _queue_entry(row: QueueRow, page: Page) -> QueueEntry:
    roster, now = page.roster, page.now
    answerable = roster.answerable(row.owner)
    return QueueEntry(
        number=row.number,
        subject=row.subject,
        customer=page.customers.get(row.customer) if row.customer is not None else None,
        owner=name_or_none(row.owner, roster),
        answerable=name_or_none(answerable, roster),
        level=row.level,
        status=row.status,
        parked=row.parked,
        age_seconds=max(0, now - row.opened_at) // 1000,
        opened_at=iso(row.opened_at),
        waiting_since=iso_or_none(awaits_since(row)),
        due_at=iso_or_none(row.due_at),
        due_kind=clock_words(row.due_kind) or None,
        breached=row.due_at is not None and row.due_at < now,
        at_risk=row.due_at is not None and row.risk_at is not None and row.risk_at <= now <= row.due_at,
        offered_to=name_or_none(row.offered_to, roster),
        responder=name_or_none(row.responder, roster),
        acknowledged=row.acknowledged_until >= page.now if row.responder is not None else None,
        priority=row.priority,
        channel=row.channel,
        tags=list(row.tags),
        hops=row.moves,
        reopenings=row.reopenings,
        promises=row.promises,
        unsent=row.unsent or None,
        resolved_at=iso_or_none(row.resolved_at),
        external_id=row.external_id or None,
        source=row.source or None,
        version=row.version,
    )


def promise_entry(told: OpenPromiseEntry, roster: Roster) -> PromiseEntry:
    """Returns an open promise."""
    return PromiseEntry(
        case=told.case,
        subject=told.subject,
        customer=told.customer or None,
        promise=told.promise.number,
        text=told.promise.text,
        due=iso(told.promise.due),
        made_at=iso(told.promise.made_at),
        by=roster.name(told.promise.by),
        moves=told.promise.moves,
        untold=told.promise.untold,
        broken=told.broken,
        owner=name_or_none(told.owner, roster),
        answerable=name_or_none(told.answerable, roster),
    )


def case_entry(view: View) -> CaseEntry:
    """Returns a case for others: its whole state, clocks and events, with people by name and times as text.

    Workstations and logins are for the team alone and left out; see `shown_case_entry`.
    """
    return CaseEntry(**_case_values(view), history=history_entries(view))


def shown_case_entry(view: View) -> ShownCaseEntry:
    """Returns a case as `case_entry` does, for the team itself: each event with its workstation and login."""
    like = view.looks_like.number if view.looks_like is not None else None
    return ShownCaseEntry(
        **_case_values(view),
        looks_like=like,
        unsent=[outgoing_entry(one) for one in view.unsent],
        file_count=len(view.files),
        history=traced_entries(view),
    )


def _case_values(view: View) -> dict[str, Any]:
    case, roster = view.case, view.roster
    state = {RENAMED.get(name, name): value for name, value in json_fields(case, roster).items() if name not in INNER}
    state |= {
        "customer": view.customer.name if view.customer else None,
        "answerable": name_or_none(roster.answerable(case.owner), roster),
        "waiting_since": iso_or_none(case.awaits_since),
        "external": [{"source": source, "id": external} for source, external in case.external],
    }
    return {
        "case": state,
        "service_level": view.level or None,
        "clocks": [clock_entry(clock, view.now) for clock in view.clocks],
    }


def history_entries(view: View) -> list[CaseEventEntry]:
    """Returns the events of a case, in the form that all outputs share, and whether the customer can see each."""
    return [CaseEventEntry(**values) for _, values in _history_values(view)]


def traced_entries(view: View) -> list[TracedEventEntry]:
    """Returns the events of a case, each with the workstation and login it came from."""
    return [
        TracedEventEntry(**values, **_origin(view.origins.get(event.command or 0)))
        for event, values in _history_values(view)
    ]


def _history_values(view: View) -> Iterator[tuple[Event, dict[str, Any]]]:
    tell = Narrator(view.roster, named=named_in(view.history))
    public = public_history(view.case, view.history).events
    for event in view.history:
        yield event, {**event_values(view.case.number, event, tell, view.roster), "public": event.number in public}


def _origin(origin: Origin | None) -> dict[str, Any]:
    return {
        "workstation": origin.workstation if origin else None,
        "login": origin.login if origin else None,
        "own_login": origin.own_login if origin else None,
    }


def event_entry(case: int, event: Event, tell: Narrator, roster: Roster) -> EventEntry:
    """Returns an event of a case: the common fields, a sentence for people, and the whole fact for programs."""
    return EventEntry(**event_values(case, event, tell, roster))


def event_values(case: int, event: Event, tell: Narrator, roster: Roster) -> dict[str, Any]:
    """The fields of an `EventEntry`."""
    return {
        "case": case,
        "number": event.number,
        "kind": event.kind,
        "at": iso(event.at),
        "recorded_at": iso(event.recorded_at),
        "actor": name_or_none(event.actor, roster),
        "command": event.command,
        "batch": event.batch,
        "sentence": event.sentence(tell),
        "data": json_fields(event.fact, roster),
    }


INNER = ("last_owner", "clocks_from", "told")
"""Internal fields of a case, which are not printed."""
RENAMED = {"moves": "hops", "hops": "own_hops"}
"""Fields of a case that have another name for programs: `hops` counts every change of owner, in the queue too."""
PEOPLE = frozenset(
    ("owner", "to", "by", "of", "who", "person", "responder", "instead", "also", "people", "rated_by", "spoke")
)
"""Fields of states and facts that hold people."""
TIMES = frozenset(
    (
        *("at", "due", "until", "since", "made_at", "done_at", "acknowledge_by", "acknowledged_at", "waiting_since"),
        *("opened_at", "changed_at", "worked_at", "resolved_at", "reopened_at", "asked_at", "answered_at", "told_at"),
        *(
            "contact_at",
            "untaken_since",
            "heard",
            "send_at",
            "clocks_from",
            "mark",
            "rated_at",
            "check_at",
            "checked_at",
        ),
        *("question_at",),
    )
)
"""Fields of states and facts that hold times."""


def json_fields(struct: msgspec.Struct, roster: Roster) -> dict[str, Any]:
    """Returns the fields of a state or a fact, with people by name and times as ISO 8601."""
    return {name: _value(struct, name, value, roster) for name, value in msgspec.structs.asdict(struct).items()}


def _value(struct: msgspec.Struct, name: str, value: Any, roster: Roster) -> Any:
    if isinstance(value, msgspec.Struct):
        return json_fields(value, roster)
    if isinstance(value, tuple):
        people = name in PEOPLE
        return [
            json_fields(part, roster) if isinstance(part, msgspec.Struct) else roster.name(part) if people else part
            for part in value
        ]
    if isinstance(value, int) and not isinstance(value, bool):
        if name in TIMES:
            return None if value == 0 and is_never_zero(type(struct), name) else iso(value)
        if is_person(type(struct), name):
            return roster.name(value)
    return value


@cache
def is_never_zero(struct: type[msgspec.Struct], name: str) -> bool:
    """Whether 0 means "none" in this time of a state or a fact, which is so if 0 is its default."""
    return any(field.name == name and field.default == 0 for field in msgspec.structs.fields(struct))


def is_person(struct: type, name: str) -> bool:
    """Whether this field of a state or a fact holds a person."""
    return name in PEOPLE and struct is not Followed  # `Followed.by` is a case


def iso_or_none(ms: int | None) -> str | None:
    """Returns a time as ISO 8601, or None."""
    return None if ms is None else iso(ms)


def name_or_none(person: int | None, roster: Roster) -> str | None:
    """Returns a person's name; None for nobody."""
    return None if person is None else roster.name(person)
