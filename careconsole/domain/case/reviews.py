"""Reviews of what an exception taught, and the changes they ask for. `lessons` says how a review comes about."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from careconsole.domain.case.causes import reviewed
from careconsole.domain.case.command import Command
from careconsole.domain.case.context import Context, must_exist
from careconsole.domain.case.entries import NamedEntry
from careconsole.domain.case.event import Changes, Event, Fact
from careconsole.domain.case.narrator import Narrator, after_colon
from careconsole.domain.case.pending_notices import PendingNotice
from careconsole.domain.case.reader import Reader
from careconsole.domain.case.registry import event
from careconsole.domain.case.state import Case, PastReview
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import given, suggest


@event("reviewed")
class Reviewed(Fact, frozen=True, kw_only=True):
    """What an exception taught: its cause and what we change, or that nothing changes and why.

    `owner` and `due` go with a change: who makes it, and by when. `carried`: it was written on a case that was merged
    into this one, which takes over the change. `decided` is the decision, if the review came with it; without a change
    and a reason why nothing changes, it is all that was said. `asks_lead`: nothing changes once more, and a lead is
    asked.
    """

    cause: str
    change: str = ""
    nothing_because: str = ""
    owner: int | None = None
    due: int | None = None
    carried: bool = False
    decided: str = ""
    asks_lead: bool = False

    def apply(self, case: Case, event: Event) -> Changes:
        """Adds the review, whose cause counts; none is owed now. A carried one only brings its change along."""
        review = PastReview(
            number=event.number,
            cause=self.cause,
            change=self.change,
            nothing_because=self.nothing_because,
            owner=self.owner,
            due=self.due,
            at=event.at,
            asks_lead=self.asks_lead,
        )
        if self.carried:
            return {"reviews": (*case.reviews, review)}
        bare = bare_review(case)
        says_more = bool(self.change or self.nothing_because)
        before = tuple(r for r in case.reviews if not (says_more and r.number == bare))
        occurrences = reviewed(case, event.number, event.at, self.cause, self.decided, bare)
        return {"reviews": (*before, review), "review_owed": False, "occurrences": occurrences}

    @property
    def causes(self) -> tuple[str, ...]:
        """The cause, if one is given."""
        return (self.cause,) if self.cause else ()

    def sentence(self, narrator: Narrator) -> str:
        """Says the cause, and what changes, or why nothing does."""
        decided = f" ({self.decided})" if self.decided else ""
        said = f"reviewed it{decided}. Cause: {self.cause}."
        if self.change:
            due = narrator.moment(self.due) if self.due is not None else "no time"
            return f"{said} Change: {self.change} ({narrator.name(self.owner)}, by {due})"
        because = f", because {self.nothing_because}" if self.nothing_because else ""
        return f"{said} Nothing changes{because}{' (asks a lead)' if self.asks_lead else ''}"

    def concerns(self, reader: Reader) -> str | None:
        """Text for the leads, if it asks one."""
        if not (self.asks_lead and reader.leads):
            return None
        return f"{reader.who} says that nothing changes after {reader.case}, once more: agree, or review it."

    @classmethod
    def why_stale(cls, case: Case, notice: PendingNotice) -> str:
        """Never stale: a review stays news, whether the case is open or not."""
        return ""


class CompleteAction(Command, frozen=True, kw_only=True):
    """Report the change that a review asked for as made (`review` None: the only open one)."""

    digested_as = "DoneAction"

    review: int | None = None
    said: str = ""

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Needs a review whose change has not been made."""
        must_exist(case, ctx)
        if not open_actions(case):
            raise Refused(
                f"No review of case {case.number} is waiting for a change.",
                "See {} for its reviews.",
                suggest("show", case.number),
            )

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Marks the change as made."""
        waiting = open_actions(case)
        number = self.review if self.review is not None or len(waiting) > 1 else waiting[0]
        if number not in waiting:
            raise WrongUse("Which review?", "Give one {}: {}.", given(review=...), ", ".join(map(str, waiting)))
        return [ActionDone(review=number, said=self.said.strip())]


@event("action done")
class ActionDone(Fact, frozen=True, kw_only=True):
    """The change that review number `review` (the number of its event) asked for is made."""

    review: int
    said: str = ""

    def apply(self, case: Case, event: Event) -> Changes:
        """Marks the change that the review asked for as made."""
        reviews = tuple(replace(r, done_at=event.at) if r.number == self.review else r for r in case.reviews)
        return {"reviews": reviews}

    def sentence(self, narrator: Narrator) -> str:
        """Says which review asked for it, and what was done."""
        return f"made the change that review {self.review} asked for{after_colon(self.said)}"

    @classmethod
    def why_stale(cls, case: Case, notice: PendingNotice) -> str:
        """Never stale: a change made stays news, whether the case is open or not."""
        return ""


@event("action handed")
class ActionReassigned(Fact, frozen=True, kw_only=True):
    """`to` makes the change that review number `review` (the number of its event) asked for."""

    review: int
    to: int

    def apply(self, case: Case, event: Event) -> Changes:
        """Gives the change that the review asked for to `to`."""
        reviews = tuple(replace(r, owner=self.to) if r.number == self.review else r for r in case.reviews)
        return {"reviews": reviews}

    def sentence(self, narrator: Narrator) -> str:
        """Says who makes it now, and which review asked for it."""
        return f"gave the change that review {self.review} asked for to {narrator.name(self.to)}"

    def concerns(self, reader: Reader) -> str | None:
        """Text for the person who makes it now."""
        if not reader.acts_for(self.to):
            return None
        return f"{reader.who} gave {reader.to(self.to)} a change to make, from {reader.case}."

    @classmethod
    def why_stale(cls, case: Case, notice: PendingNotice) -> str:
        """Stale once it is made, or somebody else makes it; a change outlives the case."""
        mine = any(review.done_at is None and notice.is_for(review.owner) for review in case.reviews)
        return "" if mine else "the change is made, or somebody else makes it"


def bare_review(case: Case) -> int:
    """The number of the last review, if it came with a decision and says only the cause; 0 if not.

    A review that says more takes its place.
    """
    last = case.reviews[-1] if case.reviews else None
    settled = case.occurrences[-1].settled if case.occurrences else None
    is_bare = last is not None and not (last.change or last.nothing_because) and settled == last.number
    return last.number if last is not None and is_bare else 0


def open_actions(case: Case) -> list[int]:
    """The numbers of the reviews whose change is not made yet."""
    return [r.number for r in case.reviews if r.change and r.done_at is None]


def open_changes(case: Case, history: Sequence[Event], moment: Callable[[int], str]) -> list[NamedEntry]:
    """The reviews whose change nobody has made yet."""
    waiting = [review for review in case.reviews if review.change and review.done_at is None]
    return [NamedEntry(review.number, review.change, f"cause: {review.cause}") for review in waiting]
