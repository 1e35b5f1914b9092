"""Query: the measures of the cases opened in a span of time, each with its cases, and over the parts of that span.

Each case is measured by itself, by the same definitions as `case_queries.measures`, and counts where it was opened. So
every figure is a sum, or a median, over cases that are known by number, and a part at a time can be read: a hundred
thousand cases take long, and others want the database meanwhile. Nothing here is by person.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from careconsole.desk.queries.case_queries import asked_for
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.spans import Spans
from careconsole.domain.report.panels import ONE_OWNER

FEW = 5
"""A median of fewer cases than this says nothing."""


class Measure(msgspec.Struct, frozen=True):
    """A measure: its name, what it means, and its amount on one case, from the measures of that case alone.

    The amount is a number of things, or with `is_span` a time in seconds; None, and 0 things: the case has no part in
    it. `unit` is what is counted, where that is not cases: one and many.
    """

    name: str
    meaning: str
    amount: Callable[[dict[str, Any]], float | None]
    is_span: bool = False
    unit: tuple[str, str] | None = None


def _promises(name: str) -> Callable[[dict[str, Any]], float]:
    return lambda found: found["promises"][name]


def _span(name: str) -> Callable[[dict[str, Any]], float | None]:
    return lambda found: found[name]["median"]


def _count(name: str) -> Callable[[dict[str, Any]], float]:
    return lambda found: found[name]


_PROMISES = ("promise", "promises")
MEASURES: tuple[Measure, ...] = (
    Measure("Opened", "Cases opened in this time, without those that needed no answer.", _count("cases")),
    Measure("Still open", "Of these, the ones that are open now, parked ones too.", _count("open")),
    Measure(
        "First answer",
        "From the opening to our first message (at once in a call or a visit), or to a resolution that says they were"
        " told, on cases that a customer's message opened here.",
        _span("first_answer_seconds"),
        is_span=True,
    ),
    Measure(
        "Longest silence",
        "The longest stretch without a message in either direction while the case was open, up to now if it is. Cases"
        " imported without messages count only while they are open; a stretch up to an unknown end is left out.",
        _span("longest_silence_seconds"),
        is_span=True,
    ),
    Measure(
        "Time to resolve",
        "From the opening to the first resolution that left nobody unanswered.",
        _span("resolution_seconds"),
        is_span=True,
    ),
    Measure("Promises kept", "Marked as kept by their time.", _promises("kept"), unit=_PROMISES),
    Measure("Promises late", "Their time passed, or they were open at the end.", _promises("late"), unit=_PROMISES),
    Measure("Promises moved", "How often a promise was given a new time.", _promises("moved"), unit=("move", "moves")),
    Measure("Promises released", "The customer no longer wanted it.", _promises("released"), unit=_PROMISES),
    Measure("Promises open", "Not ended yet, and not late.", _promises("open"), unit=_PROMISES),
    Measure(
        "One owner throughout",
        ONE_OWNER,
        lambda found: found["owned_from_start_to_end"]["cases"],
    ),
    Measure("Handed on", "Changes of owner to another person.", _count("hand_offs"), unit=("hand-off", "hand-offs")),
    Measure("Handed back", "Hand-offs to somebody who owned the case before.", _count("bounces"),
            unit=("return", "returns")),
    Measure("Never owned", "No person ever owned it.", _count("cases_never_owned")),
    Measure("Escalated", "The level rose.", _count("escalations"), unit=("escalation", "escalations")),
    Measure("Reopened", "Opened again after a resolution.", _count("reopenings"), unit=("reopening", "reopenings")),
    Measure("Resolved unanswered", "Resolved while the customer waited, and nobody has answered them since.",
            _count("resolved_unanswered")),
    Measure(
        "No answer needed",
        "Resolved as spam, a duplicate, a wrong address or a test; in no other measure.",
        lambda found: sum(found["no_answer_needed"].values()),
    ),
    Measure("Unprompted messages", "Messages to customers that were logged as unprompted.",
            _count("proactive_messages"), unit=("message", "messages")),
    Measure("Thanks", "Messages with which customers thanked us.", _count("thanks"), unit=("message", "messages")),
)  # fmt: skip
"""The measures, in the order of the page. The command has these and, for scripts, some by level and by cause."""


class Spread:
    """A measure over some cases: for each, its number, when it was opened, and the amount."""

    def __init__(self) -> None:
        self.numbers = array("q")
        self.opened = array("q")
        self.amounts = array("d")

    def add(self, number: int, opened: int, amount: float) -> None:
        """Adds a case."""
        self.numbers.append(number)
        self.opened.append(opened)
        self.amounts.append(amount)

    def parts(self, since: int, size: int, count: int) -> list[list[float]]:
        """The amounts by the part of the time in which the case was opened: `count` parts of `size` ms from `since`."""
        found: list[list[float]] = [[] for _ in range(count)]
        for opened, amount in zip(self.opened, self.amounts, strict=True):
            found[min(max((opened - since) // size, 0), count - 1)].append(amount)
        return found


def summary(amounts: Iterable[float]) -> tuple[int, float | None, float | None]:
    """How many times in seconds there are, their median and 90th percentile; without any, these are None."""
    spans = Spans()
    for amount in amounts:
        spans.add(round(amount * 1000))
    found = spans.summary()
    return int(found["n"] or 0), found["median"], found["p90"]


def opened_cases(desk: Desk, filter: str, now: int) -> list[tuple[int, int]]:
    """The cases that match the filter, whatever their status, each with when it was opened, by that time."""

    def work(unit: UnitOfWork) -> list[tuple[int, int]]:
        return unit.store.queue.opened(asked_for(desk, filter, unit.roster, now, every=True))

    return desk.read(work)


def measure_cases(desk: Desk, cases: Sequence[tuple[int, int]], now: int, into: Sequence[Spread]) -> None:
    """Measures some cases (each with when it was opened) as of `now`, and adds them to the spread of each measure."""
    from careconsole.domain.case.measures import measure

    def work(unit: UnitOfWork) -> list[tuple[int, dict[str, Any]]]:
        among, params = unit.store.engine.in_list("id", [number for number, _ in cases])
        histories = unit.store.cases.histories(among, params)
        return [(number, measure([(number, events)], now)) for number, events in histories]

    opened = dict(cases)
    for number, found in desk.read(work):
        for one, spread in zip(MEASURES, into, strict=True):
            amount = one.amount(found)
            if amount is not None and (one.is_span or amount):
                spread.add(number, opened[number], amount)
