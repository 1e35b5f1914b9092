"""Query: what was said last on each of some cases, by the customer or by us."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import msgspec

from careconsole.desk.queries.merged_cases import merged_into
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork

if TYPE_CHECKING:
    from careconsole.domain.case.event import Event
    from careconsole.domain.case.state import Case

    Merged = Sequence[tuple[Case, list[Event]]]


class LastMessage(msgspec.Struct, frozen=True):
    """A message between a customer and us: whether it came from the customer, who of us wrote it (None: not known, or
    the customer), and its text."""

    inbound: bool
    who: int | None
    text: str


def last_messages(desk: Desk, numbers: Sequence[int]) -> dict[int, LastMessage]:
    """The last message of each case or of those merged into it; a case without one is left out.

    It reads whole histories: for a screenful.
    """

    def work(unit: UnitOfWork) -> dict[int, LastMessage]:
        among, params = unit.store.engine.in_list("id", numbers)
        found = {}
        for number, history in list(unit.store.cases.histories(among, params)):
            last = last_of_all(number, history, tuple(merged_into(unit, number, history)))
            if last is not None:
                found[number] = message_of(last[1])
        return found

    return desk.read(work)


def message_of(event: Event) -> LastMessage:
    """The message of an event that `last_said` has found."""
    contact = event.fact.contact
    if contact is None or not contact.text:
        return LastMessage(True, None, _description(event))
    return LastMessage(contact.inbound, None if contact.inbound else event.actor, contact.text)


def last_said(history: Iterable[Event]) -> Event | None:
    """The event with the last message: not undone, not moved to another case, and no automatic reply.

    Where nobody has written since, it is the opening with the customer's description, here or elsewhere.
    """
    from careconsole.domain.case.effective_history import standing

    events = standing(list(history))
    for event in sorted(events, key=lambda event: (event.said_at, event.number), reverse=True):
        if _is_message(event):
            return event
    return next((event for event in events if _description(event)), None)


def last_of_all(number: int, history: Sequence[Event], merged: Merged = ()) -> tuple[int, Event] | None:
    """The event with the last message of case `number` or of those `merged` into it, and the case that it is on."""
    histories = [(number, history), *((one.number, its) for one, its in merged)]
    found = [(one, event) for one, its in histories if (event := last_said(its)) is not None]
    return max(found, key=lambda pair: pair[1].said_at, default=None)


def all_said(history: Iterable[Event]) -> list[Event]:
    """The events with a message, as `last_said` chooses them, in the order of the history.

    The opening is among them when the customer described the matter in it.
    """
    from careconsole.domain.case.effective_history import standing

    return [event for event in standing(list(history)) if _is_message(event) or _description(event)]


def _is_message(event: Event) -> bool:
    contact = event.fact.contact
    return contact is not None and bool(contact.text) and contact.sort != "auto"


def _description(event: Event) -> str:
    """The customer's own words with which a case was opened or imported."""
    from careconsole.domain.case.import_events import Imported
    from careconsole.domain.case.opening import Opened

    fact = event.fact
    if isinstance(fact, Opened):
        return fact.description if fact.inbound else ""
    return fact.description if isinstance(fact, Imported) else ""
