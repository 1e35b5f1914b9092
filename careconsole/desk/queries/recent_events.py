"""Recent events with the cases they happened to, for telling a person what concerns them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec

from careconsole.desk.queries import case_queries
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.calls import why_announcement_is_stale
from careconsole.domain.case.event import Event
from careconsole.domain.case.evolve import fold
from careconsole.domain.case.pending_notices import PendingNotice
from careconsole.domain.case.state import Case
from careconsole.domain.time.moments import write_span


class EventWithBefore(msgspec.Struct, frozen=True, kw_only=True):
    """One event, and its case as it was right before."""

    before: Case
    event: Event


class PromiseDueSoon(msgspec.Struct, frozen=True, kw_only=True):
    """A promise that falls due soon: its case, its number, its text and its due time (epoch milliseconds)."""

    case: int
    promise: int
    text: str
    due: int


def events_with_before(desk: Desk, events: Mapping[int, Collection[int]]) -> list[EventWithBefore]:
    """The events of these numbers, by case, each with the case before it; a case's opening has none and is left out."""

    def work(unit: UnitOfWork) -> list[EventWithBefore]:
        found = []
        for number, wanted in events.items():
            history = unit.store.cases.history(number)
            for place, event in enumerate(history):
                if event.number in wanted and (before := fold(number, history[:place])) is not None:
                    found.append(EventWithBefore(before=before, event=event))
        return found

    return desk.read(work)


def still_calling(desk: Desk, calls: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of these calls that still wait for the person at work, or for somebody they act for.

    A call is its case, and when the person was told of it (epoch milliseconds).
    """

    def work(unit: UnitOfWork) -> set[tuple[int, int]]:
        cases = unit.store.cases.get_many([case for case, _ in calls])
        found = set()
        for number, at in calls:
            case = cases.get(number)
            notice = PendingNotice(person=unit.who.person, roster=unit.roster, urgent=True, at=at)
            if case is not None and case.is_open and not why_announcement_is_stale(case, notice):
                found.add((number, at))
        return found

    return desk.read(work)


def promises_soon(desk: Desk, span: int) -> list[PromiseDueSoon]:
    """The promises due within `span` milliseconds, on cases the person at work answers for where one is due next."""

    def work(unit: UnitOfWork) -> list[PromiseDueSoon]:
        now = unit.now
        near = [
            row.number
            for row in unit.store.queue.get_many(
                case_queries.numbers(desk, f"answerable:me due:>=0m due:<={write_span(span)}")
            )
            if row.due_kind == "promise"
        ]
        return [
            PromiseDueSoon(case=case.number, promise=promise.number, text=promise.text, due=promise.due)
            for case in unit.store.cases.get_many(near).values()
            for promise in case.promises
            if now <= promise.due <= now + span
        ]

    return desk.read(work)
