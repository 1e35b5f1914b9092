"""Reviews of what an exception taught: its cause, and a change that somebody makes, or why nothing changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from careconsole.domain.case.causes import label, reviewed
from careconsole.domain.case.command import Command
from careconsole.domain.case.context import Context, must_be_later, must_exist, must_say
from careconsole.domain.case.entries import NamedEntry
from careconsole.domain.case.event import Changes, Event, Fact
from careconsole.domain.case.narrator import Narrator, after_colon
from careconsole.domain.case.pending_notices import PendingNotice
from careconsole.domain.case.reader import Reader
from careconsole.domain.case.registry import event
from careconsole.domain.case.state import Case, PastReview
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import given, suggest


class Review(Command, frozen=True, kw_only=True):
    """Say what an exception taught: its cause, and a change with its owner and due time, or why nothing changes."""

    cause: str
    change: str = ""
    nothing_because: str = ""
    owner: int | None = None
    due: int | None = None

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """A review can be written on any case, open or not."""
        must_exist(case, ctx)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Needs the cause, and either a change with an owner and a time, or why nothing changes."""
        cause = must_say(label(self.cause), "The cause")
        change, nothing = self.change.strip(), self.nothing_because.strip()
        if bool(change) == bool(nothing):
            raise WrongUse(
                "A review says either what we change or why nothing changes.",
                "Give the change {}, or why there is none {}.",
                given(change=..., owner=..., due=...),
                given(nothing_because=...),
            )
        if nothing:
            return [Reviewed(cause=cause, nothing_because=nothing)]
        if self.owner is None or self.due is None:
            raise WrongUse(
                "A change needs somebody who makes it, and by when.", "Give them {}.", given(owner=..., due=...)
            )
        must_be_later(self.due, ctx, "The due time of the change")
        if not ctx.anybody(self.owner).active:
            raise Refused(f"{ctx.name(self.owner)} no longer works here.", "Name somebody else {}.", given(owner=...))
        return [Reviewed(cause=cause, change=change, owner=self.owner, due=self.due)]


@event("reviewed")
class Reviewed(Fact, frozen=True, kw_only=True):
    """What an exception taught: its cause and what we change, or that nothing changes and why.

    `owner` and `due` go with a change: who makes it, and by when. `carried`: it was written on a case that was merged
    into this one, which takes over the change.
    """

    cause: str
    change: str = ""
    nothing_because: str = ""
    owner: int | None = None
    due: int | None = None
    carried: bool = False

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
        )
        if self.carried:
            return {"reviews": (*case.reviews, review)}
        occurrences = reviewed(case, event.number, event.at, self.cause)
        return {"reviews": (*case.reviews, review), "review_owed": False, "occurrences": occurrences}

    @property
    def causes(self) -> tuple[str, ...]:
        """The cause, if one is given."""
        return (self.cause,) if self.cause else ()

    def sentence(self, narrator: Narrator) -> str:
        """Says the cause, and what changes, or why nothing does."""
        if self.nothing_because:
            return f"reviewed it. Cause: {self.cause}. Nothing changes, because {self.nothing_because}"
        due = narrator.moment(self.due) if self.due is not None else "no time"
        return f"reviewed it. Cause: {self.cause}. Change: {self.change} ({narrator.name(self.owner)}, by {due})"

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


def open_actions(case: Case) -> list[int]:
    """The numbers of the reviews whose change is not made yet."""
    return [r.number for r in case.reviews if r.change and r.done_at is None]


def open_changes(case: Case, history: Sequence[Event], moment: Callable[[int], str]) -> list[NamedEntry]:
    """The reviews whose change nobody has made yet."""
    waiting = [review for review in case.reviews if review.change and review.done_at is None]
    return [NamedEntry(review.number, review.change, f"cause: {review.cause}") for review in waiting]
