"""The story of a digest: the exception that ended last and changes something, or the one that a lead chose.

A choice counts for the digests whose time it was made in, so that the next week begins with the newest story again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from careconsole.desk.queries.learned import Learned, learned
from careconsole.desk.session import Desk, load
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.effective_history import standing
from careconsole.domain.case.escalation import Escalated
from careconsole.domain.case.event import Event
from careconsole.domain.case.state import Case, Occurrence, PastReview
from careconsole.domain.errors import Refused
from careconsole.domain.hints import suggest
from careconsole.domain.team.permissions import must_lead
from careconsole.domain.time.moments import WEEK

SETTING = "digest_story"
"""The team's setting for the story that a lead chose."""


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """An exception from beginning to end: the customer's last words before the call, and what was needed and decided.

    `change` is what its review changes, `nothing_because` why nothing does; at most one of them is given.
    """

    case: int
    subject: str
    cause: str
    customer: str
    need: str
    decided: str
    change: str
    nothing_because: str


class StoryChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A story that a digest can tell, in short: its case, what it came of, and what was decided."""

    case: int
    subject: str
    cause: str
    decided: str


class _Chosen(msgspec.Struct, frozen=True):
    """The case of the story that a lead chose, and when (epoch milliseconds)."""

    case: int
    at: int


_Told = tuple[Case, Occurrence]


def story(unit: UnitOfWork, found: Learned, since: int) -> Story | None:
    """The story for a digest that begins at `since`; None if there is none."""
    chosen = _chosen(unit)
    told = _last(unit, [chosen.case]) if chosen is not None and chosen.at >= since else None
    if told is None:
        told = next(iter(_newest(unit, found, since)), None)
    return _told(unit, *told) if told is not None else None


def choices(desk: Desk, weeks: int) -> list[StoryChoice]:
    """The stories of the last `weeks` weeks, those that change something before the others, the newest first."""

    def work(unit: UnitOfWork) -> list[StoryChoice]:
        since = unit.now - weeks * WEEK
        named = unit.store.causes.all()
        some = {case.number: (case, one) for case, one in reversed(_newest(unit, learned(desk, weeks, since), since))}
        return [
            StoryChoice(case=number, subject=case.subject, cause=named.name(one.cause), decided=one.decided)
            for number, (case, one) in reversed(some.items())
        ]

    return desk.read(work)


def choose(desk: Desk, number: int | None) -> int | None:
    """Has the digests of the next week tell the story of a case, or (None) the newest one again; for leads only.

    Returns the case, which another one may have been merged into. Raises Refused for anybody else, and for a case
    without an exception that ended with a decision; WrongUse for one that does not exist.
    """

    def work(unit: UnitOfWork) -> int | None:
        must_lead(unit.roster, unit.who.person, "choose the story of the digest")
        case = load(desk, number, []).number if number is not None else None
        if case is not None and _last(unit, [case]) is None:
            raise Refused(
                f"Case {case} has no exception that ended with a decision, so it has no story.",
                "These have: {}.",
                suggest("learned"),
            )
        before = _chosen(unit)
        chosen = msgspec.json.encode(_Chosen(case, unit.now)).decode() if case is not None else ""
        unit.store.people.set(SETTING, chosen)
        data = {"case": case, "before": {"case": before.case if before is not None else None}}
        unit.record_change("digest story", "", data)
        return case

    return desk.write(work)


def _chosen(unit: UnitOfWork) -> _Chosen | None:
    stored = unit.store.people.setting(SETTING)
    try:
        return msgspec.json.decode(stored, type=_Chosen) if stored else None
    except msgspec.DecodeError:
        return None


def _ended(cases: Iterable[Case], since: int) -> list[_Told]:
    return [
        (case, one)
        for case in cases
        for one in case.occurrences
        if one.cause and one.at >= since and one.settled is not None and one.decided
    ]


def _newest(unit: UnitOfWork, found: Learned, since: int) -> list[_Told]:
    numbers = sorted({number for cause in found.causes for cases in cause.cases.values() for number in cases})
    some = _ended(unit.store.cases.get_many(numbers).values(), since)
    return sorted(some, key=lambda told: (_changes(*told), told[1].at, told[0].number), reverse=True)


def _last(unit: UnitOfWork, cases: list[int]) -> _Told | None:
    """The last exception of a case that ended with a decision."""
    some = _ended(unit.store.cases.get_many(cases).values(), 0)
    return max(some, key=lambda told: told[1].at, default=None)


def _changes(case: Case, one: Occurrence) -> bool:
    review = _review_of(case, one.settled)
    return review is not None and bool(review.change)


def _told(unit: UnitOfWork, case: Case, one: Occurrence) -> Story:
    history = standing(unit.store.cases.history(case.number))
    call = next((event for event in history if event.number == one.number and isinstance(event.fact, Escalated)), None)
    review = _review_of(case, one.settled)
    return Story(
        case=case.number,
        subject=case.subject,
        cause=unit.store.causes.all().name(one.cause),
        customer=_words_before(case, history, one.number),
        need=call.fact.need if call is not None and isinstance(call.fact, Escalated) else "",
        decided=one.decided,
        change=review.change if review is not None else "",
        nothing_because=review.nothing_because if review is not None else "",
    )


def _review_of(case: Case, number: int | None) -> PastReview | None:
    return next((review for review in case.reviews if review.number == number), None)


def _words_before(case: Case, history: Sequence[Event], number: int) -> str:
    """What the customer wrote last before event `number`; else what the case was opened with."""
    said = ""
    for event in history:
        contact = event.fact.contact
        if event.number < number and contact is not None and contact.inbound and contact.sort == "message":
            said = contact.text or said
    return said or case.description
