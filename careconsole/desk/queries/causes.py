"""Which causes there are, how often and where they came up, and which are like a text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.causes import (
    Causes,
    KnownCause,
    KnownChange,
    NamedCause,
    causes_of,
    open_occurrence,
    times_up,
)
from careconsole.domain.case.state import MERGED, OPEN, Case, Occurrence, PastReview
from careconsole.domain.case.verdicts import NO
from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import suggest


class CauseUse(msgspec.Struct, frozen=True, kw_only=True):
    """A cause and its other names, by label; how often it came up here, and when first and last; and its cases.

    `times` counts as `domain.case.causes.times_up` does. `imported` counts the cases of other systems that name it and
    on which it never came up here.
    """

    cause: NamedCause
    aliases: list[str]
    times: int
    imported: int
    open_cases: int
    open_changes: int
    first: int | None
    last: int | None


class CameUp(msgspec.Struct, frozen=True, kw_only=True):
    """One time that a cause came up: the case, what was typed, and the review, if there is one."""

    case: int
    subject: str
    status: str
    occurrence: Occurrence
    review: PastReview | None


class CauseStory(msgspec.Struct, frozen=True, kw_only=True):
    """A cause, each time it came up, the latest first, and the imported cases that name it."""

    use: CauseUse
    times: list[CameUp]
    imported: list[int]


def find(causes: Causes, text: str) -> NamedCause:
    """The cause of a label. Raises WrongUse, with the nearest ones, for a label that was never given."""
    found = causes.find(text)
    if found is None:
        near = causes.near(text)
        meant = f"Did you mean {' or '.join(f'“{one}”' for one in near)}? " if near else ""
        raise WrongUse(f"There is no cause “{text.strip()}”.", "{}See {}.", meant, suggest("cause list"))
    return found


def listed(desk: Desk) -> list[CauseUse]:
    """The causes that came up, those that came up most first, then by label."""

    def work(unit: UnitOfWork) -> list[CauseUse]:
        causes = unit.store.causes.all()
        cases: dict[int, list[Case]] = {}
        for case in unit.store.cases.states("causes <> ''", {}):
            for root in _roots(case, causes):
                cases.setdefault(root, []).append(case)
        uses = [_use(causes.by_number[root], causes, some) for root, some in cases.items()]
        return sorted(uses, key=lambda use: (-use.times, -use.imported, use.cause.label))

    return desk.read(work)


def story(desk: Desk, text: str) -> CauseStory:
    """A cause and where it came up. Raises WrongUse for one that was never named."""

    def work(unit: UnitOfWork) -> CauseStory:
        causes = unit.store.causes.all()
        root = causes.root(find(causes, text))
        cases = unit.store.cases.states(*unit.store.causes.where(causes.group(root.label)))
        times = [one for case in cases for one in _came_up(case, causes, root.label)]
        times.sort(key=lambda one: (-one.occurrence.at, -one.case))
        known = {one.case for one in times}
        return CauseStory(
            use=_use(root, causes, cases), times=times, imported=[c.number for c in cases if c.number not in known]
        )

    return desk.read(work)


def known(unit: UnitOfWork, text: str, besides: int) -> KnownCause:
    """What is known of a cause when case number `besides` is decided: what was decided elsewhere, and all reviews."""
    causes = unit.store.causes.all()
    where, params = unit.store.causes.where(causes.group(text))
    cases = unit.store.cases.states(f"({where}) or changes > 0", params)  # a merge takes a change to another case
    decisions = sorted(
        (one.at, case.number, one.number, one.decided)
        for case in cases
        if case.number != besides
        for one in case.occurrences
        if one.decided and one.cause and causes.same(one.cause, text)
    )
    reviews = sorted(
        (review.at, case.number, review.number, review.change)
        for case in cases
        for review in _lessons(case, causes, text, besides)
    )
    nothing = 0
    for *_, change in reviews:
        nothing = 0 if change else nothing + 1
    came_up = [
        one.at
        for case in cases
        for one in times_up(case, causes)
        if causes.same(one.cause, text) and (case.number != besides or one.settled is not None)
    ]
    asked = when_asked(cases)
    changes = []
    for case in cases:
        for review in case.reviews:
            if follows(case, review) and review.verdict != NO and causes.same(review.cause, text):
                at = asked(review)
                changes.append(
                    KnownChange(
                        case=case.number,
                        review=review.number,
                        change=review.change,
                        owner=review.owner,
                        due=review.due,
                        asked_at=at,
                        made_at=review.done_at,
                        since=sum(one > at for one in came_up),
                    )
                )
    decided = decisions[-1] if decisions else None
    return KnownCause(
        decided=decided[-1] if decided else "",
        decided_in=decided[1] if decided else None,
        nothing=nothing,
        changes=tuple(changes),
    )


def when_asked(cases: Sequence[Case]) -> Callable[[PastReview], int]:
    """A function for when the change of a review was asked for; one that a merge took along, on the case it is from."""
    at = {(case.number, review.number): review.at for case in cases for review in case.reviews}
    return lambda review: at.get((review.of_case, review.of_review), review.at)


def follows(case: Case, review: PastReview) -> bool:
    """Whether a review asks for a change that is followed here: not dropped, nor taken along with a merge."""
    if not review.change or review.dropped:
        return False
    return case.status != MERGED or not (review.is_open or review.waits_for_check)


def _roots(case: Case, causes: Causes) -> set[int]:
    found = (causes.find(one) for one in causes_of(case))
    return {causes.root(one).number for one in found if one is not None}


def _looked_at(case: Case, causes: Causes, cause: str) -> list[tuple[Occurrence, PastReview | None]]:
    """The times that a cause came up on a case, each with its last review: somebody may look at it twice."""
    counted = [one for one in times_up(case, causes) if causes.same(one.cause, cause)]
    said = {one.number: one.settled for one in counted}
    for one in case.occurrences:
        if one.cause and one.number not in said and causes.same(one.cause, cause):
            before = [other for other in counted if other.number < one.number] or counted
            said[before[-1].number] = one.settled
    reviews = {review.number: review for review in case.reviews}
    return [(one, reviews.get(said[one.number] or 0)) for one in counted]


def _lessons(case: Case, causes: Causes, cause: str, at_hand: int) -> list[PastReview]:
    """What was said of each time that a cause came up on a case; on case `at_hand`, not of what is reviewed anew."""
    looked = _looked_at(case, causes, cause)
    if case.number == at_hand and open_occurrence(case) is None:
        looked = looked[:-1]
    return [review for _, review in looked if review is not None]


def _came_up(case: Case, causes: Causes, cause: str) -> list[CameUp]:
    return [
        CameUp(case=case.number, subject=case.subject, status=case.status, occurrence=one, review=review)
        for one, review in _looked_at(case, causes, cause)
    ]


def _use(root: NamedCause, causes: Causes, cases: list[Case]) -> CauseUse:
    times, imported = list[int](), 0
    for case in cases:
        own = [one.at for one in times_up(case, causes) if causes.same(one.cause, root.label)]
        times += own
        imported += not own
    changes = sum(review.is_open and causes.same(review.cause, root.label) for case in cases for review in case.reviews)
    return CauseUse(
        cause=root,
        aliases=[one.label for one in causes.aliases(root)],
        times=len(times),
        imported=imported,
        open_cases=sum(case.status == OPEN for case in cases),
        open_changes=changes,
        first=min(times, default=None),
        last=max(times, default=None),
    )
