"""Changes that reviews ask for, after they were asked for: checked, given another time, or dropped.

A change that was made is not done with: whether it works is checked. What was checked too early to tell is checked
again.
"""

from collections.abc import Callable, Sequence

from careconsole.domain.case.command import Command
from careconsole.domain.case.context import Context, must_be_later, must_be_one_of, must_exist, must_explain
from careconsole.domain.case.entries import NamedEntry
from careconsole.domain.case.event import Changes, Event, Fact
from careconsole.domain.case.narrator import Narrator, after_colon
from careconsole.domain.case.pending_notices import PendingNotice
from careconsole.domain.case.reader import Reader
from careconsole.domain.case.registry import event
from careconsole.domain.case.reviews import (
    CHECK_AFTER,
    chosen,
    no_open_change,
    open_actions,
    past_that,
    waiting,
    with_review,
)
from careconsole.domain.case.state import Case, PastReview
from careconsole.domain.case.verdicts import CANNOT_TELL, NOT_YET, VERDICTS
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import given, suggest

OPEN, MADE, TO_CHECK, CHECKED, DROPPED = "open", "made", "to check", "checked", "dropped"
STATES = (OPEN, MADE, TO_CHECK, CHECKED, DROPPED)
"""How far a change has come; "made" until the time to check it comes."""


def state_of(review: PastReview, now: int) -> str:
    """How far the change of a review has come; one made before changes were checked stays made."""
    if review.dropped:
        return DROPPED
    if review.done_at is None:
        return OPEN
    if review.check_at is not None:
        return TO_CHECK if review.check_at <= now else MADE
    return CHECKED if review.verdict else MADE


class CheckChange(Command, frozen=True, kw_only=True):
    """Say whether a change that was made works (`review` None: the only one to check).

    `again` is when it is checked once more, if nobody can tell yet; six weeks from now, unless another time is said.
    """

    verdict: str
    said: str = ""
    again: int | None = None
    review: int | None = None

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Needs a change that was made and is to be checked."""
        must_exist(case, ctx)
        if to_check(case):
            return
        if asked := [review for review in case.reviews if review.change]:
            raise past_that(case, asked[-1])
        raise _asks_for_none(case)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Keeps what was found; after "not yet" and "cannot tell", when it is checked again."""
        must_be_one_of(self.verdict, tuple(VERDICTS), "verdict")
        number = chosen(case, self.review, to_check(case))
        must_be_later(self.again, ctx, "The time to check again")
        open_still = self.verdict in (NOT_YET, CANNOT_TELL)
        if self.again is not None and not open_still:
            raise WrongUse(
                f"“{self.verdict}” is final, so that nothing is checked again.",
                "Leave the time out, or say what is not known yet {}.",
                given(verdict=NOT_YET),
            )
        again = (self.again or ctx.now + CHECK_AFTER) if open_still else None
        return [ActionChecked(review=number, verdict=self.verdict, said=self.said.strip(), check_at=again)]


@event("action checked")
class ActionChecked(Fact, frozen=True, kw_only=True):
    """The change that review number `review` asked for was checked. `check_at` is when it is checked once more, if so.

    `on_case` is the number of the case on which its cause came up again, if that is what it was found by.
    """

    review: int
    verdict: str
    said: str = ""
    check_at: int | None = None
    on_case: int | None = None

    def apply(self, case: Case, event: Event) -> Changes:
        """Keeps the verdict, and when the change is checked again."""
        return with_review(case, self.review, verdict=self.verdict, checked_at=event.at, check_at=self.check_at)

    @property
    def names_earlier(self) -> bool:
        """It is about a change that a review asked for."""
        return True

    def sentence(self, narrator: Narrator) -> str:
        """Says what was found, and when it is checked again."""
        again = f", to be checked again by {narrator.moment(self.check_at)}" if self.check_at is not None else ""
        found = f" (it came back on case {self.on_case})" if self.on_case is not None else ""
        verdict = VERDICTS.get(self.verdict, self.verdict)
        return f"checked {narrator.change(self.review)}: {verdict}{found}{again}{after_colon(self.said)}"

    def concerns(self, reader: Reader) -> str | None:
        """Text for the person who makes the change, and for the lead on duty if it does not work."""
        verdict = VERDICTS.get(self.verdict, self.verdict)
        if _makes(reader, self.review):
            return f"{reader.who} checked your change from {reader.case}: {verdict}{reader.words(self.said)}"
        if self.verdict == "no" and reader.on_duty:
            return f"{reader.who} checked a change from {reader.case}: {verdict}{reader.words(self.said)}"
        return None

    @classmethod
    def why_stale(cls, case: Case, notice: PendingNotice) -> str:
        """Never stale: what a check found stays news."""
        return ""


class MoveChange(Command, frozen=True, kw_only=True):
    """Give a change another time, with a reason: one that is not made is due then, one that is made is checked then."""

    due: int
    reason: str
    review: int | None = None

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Needs a change that is neither dropped nor checked."""
        must_exist(case, ctx)
        if waiting(case):
            return
        if asked := [review for review in case.reviews if review.change]:
            raise past_that(case, asked[-1])
        raise _asks_for_none(case)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Needs the new time and a reason."""
        number = chosen(case, self.review, waiting(case))
        must_be_later(self.due, ctx, "The new time")
        reason = must_explain(self.reason, "The reason for moving it")
        if number in open_actions(case):
            return [ActionMoved(review=number, due=self.due, reason=reason)]
        return [ActionMoved(review=number, check_at=self.due, reason=reason)]


@event("action moved")
class ActionMoved(Fact, frozen=True, kw_only=True):
    """The change that review number `review` asked for is due at another time, or is checked at another time."""

    review: int
    reason: str
    due: int | None = None
    check_at: int | None = None

    def apply(self, case: Case, event: Event) -> Changes:
        """Sets the new time; the moves are counted."""
        moves = next((one.moves for one in case.reviews if one.number == self.review), 0) + 1
        if self.due is not None:
            return with_review(case, self.review, due=self.due, moves=moves)
        return with_review(case, self.review, check_at=self.check_at, moves=moves)

    @property
    def names_earlier(self) -> bool:
        """It is about a change that a review asked for."""
        return True

    def sentence(self, narrator: Narrator) -> str:
        """Says to when, and why."""
        what = narrator.change(self.review)
        to = narrator.moment(self.due or self.check_at or 0)
        return f"moved {what if self.due is not None else f'the check of {what}'} to {to}{after_colon(self.reason)}"

    def concerns(self, reader: Reader) -> str | None:
        """Text for the person who makes the change."""
        if not _makes(reader, self.review):
            return None
        what = "your change" if self.due is not None else "the check of your change"
        to = reader.when(self.due or self.check_at or 0)
        return f"{reader.who} moved {what} from {reader.case} to {to}{reader.words(self.reason)}"

    @classmethod
    def why_stale(cls, case: Case, notice: PendingNotice) -> str:
        """Never stale: a new time stays news."""
        return ""


class DropChange(Command, frozen=True, kw_only=True):
    """Say that a change is not made after all, and why."""

    because: str
    review: int | None = None

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Needs a change that is not made yet."""
        must_exist(case, ctx)
        if not open_actions(case):
            raise no_open_change(case)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Needs the reason."""
        number = chosen(case, self.review, open_actions(case))
        return [ActionDropped(review=number, reason=must_explain(self.because, "Why it is dropped"))]


@event("action dropped")
class ActionDropped(Fact, frozen=True, kw_only=True):
    """The change that review number `review` asked for is not made."""

    review: int
    reason: str

    def apply(self, case: Case, event: Event) -> Changes:
        """Keeps why it was dropped; nobody waits for it."""
        return with_review(case, self.review, dropped=self.reason)

    @property
    def names_earlier(self) -> bool:
        """It is about a change that a review asked for."""
        return True

    def sentence(self, narrator: Narrator) -> str:
        """Says why."""
        return f"dropped {narrator.change(self.review)}, because {self.reason}"

    def concerns(self, reader: Reader) -> str | None:
        """Text for the person who would have made the change, and for the lead on duty."""
        if _makes(reader, self.review):
            return f"{reader.who} dropped your change from {reader.case}{reader.words(self.reason)}"
        if reader.on_duty:
            return f"{reader.who} dropped a change from {reader.case}{reader.words(self.reason)}"
        return None

    @classmethod
    def why_stale(cls, case: Case, notice: PendingNotice) -> str:
        """Never stale: that it was dropped stays news."""
        return ""


def to_check(case: Case) -> list[int]:
    """The numbers of the reviews whose change was made and is to be checked, now or later."""
    return [review.number for review in case.reviews if review.waits_for_check]


def made_changes(case: Case, history: Sequence[Event], moment: Callable[[int], str]) -> list[NamedEntry]:
    """The reviews whose change is to be checked."""
    return [_entry(review) for review in case.reviews if review.waits_for_check]


def waiting_changes(case: Case, history: Sequence[Event], moment: Callable[[int], str]) -> list[NamedEntry]:
    """The reviews whose change is to be made or to be checked."""
    return [_entry(review) for review in case.reviews if review.is_open or review.waits_for_check]


def _entry(review: PastReview) -> NamedEntry:
    return NamedEntry(review.number, review.change, f"cause: {review.cause}")


def _asks_for_none(case: Case) -> Refused:
    return Refused(
        f"No review of case {case.number} asks for a change.", "See {} for its reviews.", suggest("show", case.number)
    )


def _makes(reader: Reader, number: int) -> bool:
    return any(one.number == number and reader.acts_for(one.owner) for one in reader.before.reviews)
