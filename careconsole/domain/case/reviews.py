"""Reviews of what an exception taught, and the changes they ask for. `lessons` says how a review comes about."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from msgspec.structs import replace

from careconsole.domain.case.causes import reviewed
from careconsole.domain.case.command import Command
from careconsole.domain.case.context import Context, must_be_later, must_exist
from careconsole.domain.case.entries import NamedEntry
from careconsole.domain.case.event import Changes, Event, Fact
from careconsole.domain.case.narrator import Narrator, after_colon
from careconsole.domain.case.pending_notices import PendingNotice
from careconsole.domain.case.reader import Reader
from careconsole.domain.case.registry import event
from careconsole.domain.case.state import Case, PastReview
from careconsole.domain.case.verdicts import CAME_BACK, OTHER_CAUSE, VERDICTS
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import given, suggest
from careconsole.domain.time.moments import DAY

CHECK_AFTER = 42 * DAY
"""How long after a change was made it is checked, in milliseconds, unless another time is said."""


@event("reviewed")
class Reviewed(Fact, frozen=True, kw_only=True):
    """What an exception taught: its cause and what we change, or that nothing changes and why.

    `owner` and `due` go with a change: who makes it, and by when. `carried`: it was written on a case that was merged
    into this one, which takes over the change. `decided` is the decision, if the review came with it; without a change
    and a reason why nothing changes, it is all that was said. `asks_lead`: nothing changes once more, and a lead is
    asked. `came_back` is what was said of a change that was made before (one of `verdicts.WHYS`). `made_at` and what
    follows go with a carried change, as in `PastReview`.
    """

    cause: str
    change: str = ""
    nothing_because: str = ""
    owner: int | None = None
    due: int | None = None
    carried: bool = False
    decided: str = ""
    asks_lead: bool = False
    came_back: str = ""
    made_at: int | None = None
    check_at: int | None = None
    checked_at: int | None = None
    verdict: str = ""
    moves: int = 0
    of_case: int = 0
    of_review: int = 0

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
            done_at=self.made_at,
            check_at=self.check_at,
            checked_at=self.checked_at,
            verdict=self.verdict,
            moves=self.moves,
            of_case=self.of_case,
            of_review=self.of_review,
        )
        if self.carried:
            return {"reviews": (*case.reviews, review)}
        bare = bare_review(case)
        says_more = bool(self.change or self.nothing_because)
        before = tuple(r for r in case.reviews if not (says_more and r.number == bare))
        occurrences = reviewed(case, event.number, event.at, self.cause, self.decided, bare)
        if self.came_back == OTHER_CAUSE:
            occurrences = (*occurrences[:-1], replace(occurrences[-1], again=()))
        return {"reviews": (*before, review), "review_owed": False, "occurrences": occurrences}

    @property
    def named_text(self) -> str:
        """The change that it asks for."""
        return self.change

    @property
    def causes(self) -> tuple[str, ...]:
        """The cause, if one is given."""
        return (self.cause,) if self.cause else ()

    def sentence(self, narrator: Narrator) -> str:
        """Says the cause, and what changes, or why nothing does."""
        decided = f" ({self.decided})" if self.decided else ""
        again = f" ({CAME_BACK[self.came_back]})" if self.came_back in CAME_BACK else ""
        said = f"reviewed it{decided}. Cause: {self.cause}{again}."
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
    digested_when_given: ClassVar[frozenset[str]] = frozenset({"check"})

    review: int | None = None
    said: str = ""
    check: int | None = None

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Needs a review whose change has not been made."""
        must_exist(case, ctx)
        if not open_actions(case):
            raise no_open_change(case)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Marks the change as made; it is checked six weeks later, unless another time is said."""
        number = chosen(case, self.review, open_actions(case))
        must_be_later(self.check, ctx, "The time to check the change")
        check_at = ctx.now + CHECK_AFTER if self.check is None else self.check
        return [ActionDone(review=number, said=self.said.strip(), check_at=check_at)]


@event("action done")
class ActionDone(Fact, frozen=True, kw_only=True):
    """The change that review number `review` (the number of its event) asked for is made.

    `check_at` is when it is checked whether it works; None for one that was made before that was asked.
    """

    review: int
    said: str = ""
    check_at: int | None = None

    def apply(self, case: Case, event: Event) -> Changes:
        """Marks the change that the review asked for as made."""
        return with_review(case, self.review, done_at=event.at, check_at=self.check_at)

    @property
    def names_earlier(self) -> bool:
        """It is about a change that a review asked for."""
        return True

    def sentence(self, narrator: Narrator) -> str:
        """Says which review asked for it, and what was done."""
        check = f", to be checked by {narrator.moment(self.check_at)}" if self.check_at is not None else ""
        return f"made {narrator.change(self.review)}{check}{after_colon(self.said)}"

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
        return with_review(case, self.review, owner=self.to)

    @property
    def names_earlier(self) -> bool:
        """It is about a change that a review asked for."""
        return True

    def sentence(self, narrator: Narrator) -> str:
        """Says who makes it now, and which review asked for it."""
        return f"gave {narrator.change(self.review)} to {narrator.name(self.to)}"

    def concerns(self, reader: Reader) -> str | None:
        """Text for the person who makes it now."""
        if not reader.acts_for(self.to):
            return None
        made = any(one.number == self.review and one.waits_for_check for one in reader.before.reviews)
        return f"{reader.who} gave {reader.to(self.to)} a change to {'check' if made else 'make'}, from {reader.case}."

    @classmethod
    def why_stale(cls, case: Case, notice: PendingNotice) -> str:
        """Stale once it is checked or dropped, or somebody else has it; a change outlives the case."""
        mine = any(
            (review.is_open or review.waits_for_check) and notice.is_for(review.owner) for review in case.reviews
        )
        return "" if mine else "the change is made, or somebody else has it"


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
    return [r.number for r in case.reviews if r.is_open]


def waiting(case: Case) -> list[int]:
    """The numbers of the reviews whose change is to be made or to be checked."""
    return [review.number for review in case.reviews if review.is_open or review.waits_for_check]


def open_changes(case: Case, history: Sequence[Event], moment: Callable[[int], str]) -> list[NamedEntry]:
    """The reviews whose change nobody has made yet."""
    return [NamedEntry(r.number, r.change, f"cause: {r.cause}") for r in case.reviews if r.is_open]


def with_review(case: Case, number: int, **what: object) -> Changes:
    """What changes on a case when review number `number` does."""
    return {"reviews": tuple(replace(r, **what) if r.number == number else r for r in case.reviews)}


def chosen(case: Case, number: int | None, waiting: list[int]) -> int:
    """The number of the review that is meant, of those `waiting`.

    Raises Refused for one whose change is past that, and WrongUse if none is named and several wait, or it is none.
    """
    found = number if number is not None or len(waiting) != 1 else waiting[0]
    if found is not None and found in waiting:
        return found
    if (meant := next((one for one in case.reviews if one.number == found and one.change), None)) is not None:
        raise past_that(case, meant)
    raise WrongUse("Which review?", "Give one {}: {}.", given(review=...), ", ".join(map(str, waiting)))


def past_that(case: Case, review: PastReview) -> Refused:
    """The refusal of what can no longer, or not yet, be done with the change that a review asked for."""
    of, see = f"The change that review {review.number} of case {case.number} asked for", suggest("show", case.number)
    if review.dropped:
        return Refused(f"{of} was dropped, because {review.dropped}.", "See {}.", see)
    if review.done_at is None:
        return Refused(f"{of} is not made yet.", "Say first that it is: {}.", suggest("done", case.number))
    if review.verdict and review.check_at is None:
        return Refused(f"{of} was checked already: {VERDICTS[review.verdict]}.", "See {} for what was found.", see)
    if review.check_at is None:
        return Refused(f"{of} was made before changes were checked.", "See {}.", see)
    return Refused(
        f"{of} was made already.", "Say whether it works: {}.", suggest("check-change", case.number, verdict=...)
    )


def no_open_change(case: Case) -> Refused:
    """The refusal where no review of the case waits for a change, which says what became of the last."""
    if asked := [review for review in case.reviews if review.change]:
        return past_that(case, asked[-1])
    return Refused(
        f"No review of case {case.number} is waiting for a change.",
        "See {} for its reviews.",
        suggest("show", case.number),
    )
