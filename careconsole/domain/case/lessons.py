"""What an exception teaches is said in one form: with the decision that ends it, with the resolution, or in a review.

A call for an exception, or beyond our authority or expertise, owes a lesson: its cause, and a change if there is one. A
customer's wish and a case that is overdue owe none. Where the cause came up before, the decision may be as it was then.
The third time in a row that nothing changes for a cause, a lead is asked.
"""

from collections.abc import Callable
from typing import ClassVar

import msgspec
from msgspec.structs import replace

from careconsole.domain.case.causes import KnownCause, label, open_cause, open_occurrence
from careconsole.domain.case.changes import ActionChecked
from careconsole.domain.case.command import Cases, Command, Decision
from careconsole.domain.case.context import Context, must_be_later, must_exist, must_explain
from careconsole.domain.case.event import Changes, Event, Fact
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.pending_notices import PendingNotice
from careconsole.domain.case.reader import Reader
from careconsole.domain.case.recurrence import came_up_again, is_review, made_before, why_again
from careconsole.domain.case.registry import event
from careconsole.domain.case.reviews import Reviewed
from careconsole.domain.case.state import Case
from careconsole.domain.case.verdicts import DID_NOT_HOLD, NO
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import given, suggest

TIMES = 3
"""The how-manieth time in a row that nothing changes for a cause asks a lead."""


class Lesson(msgspec.Struct, frozen=True, kw_only=True):
    """What a form says of what an exception taught: its cause, and what we change, by whom and by when, if anything."""

    cause: str = ""
    change: str = ""
    nothing_because: str = ""
    owner: int | None = None
    due: int | None = None
    decided: str = ""
    came_back: str = ""

    @property
    def is_said(self) -> bool:
        """Whether anything is said."""
        said = (self.cause, self.change, self.nothing_because, self.came_back)
        return any(map(str.strip, said))

    def facts(self, case: Case, ctx: Context, known: KnownCause) -> list[Fact]:
        """The review that it is, and before it, which changes for its cause were made or asked for already."""
        review = self.reviewed(case, ctx, known)
        again = came_up_again(case, ctx.now, known) if open_occurrence(case) is not None else []
        return [*again, replace(review, came_back=why_again(self.came_back, case, again, known, review.cause))]

    def found(self, case: Case, ctx: Context, known: KnownCause, read: Callable[[int], Case]) -> Decision:
        """What a check of the changes that did not hold has found by this, on the cases that asked for them.

        `read` reads another case by its number.
        """
        if self.came_back != DID_NOT_HOLD:
            return []
        found: Decision = []
        for one in made_before(case, came_up_again(case, ctx.now, known), known):
            asked = case if one.case == case.number else read(one.case)
            facts: list[Fact] = [
                ActionChecked(review=review.number, verdict=NO, on_case=case.number)
                for review in asked.reviews
                if review.done_at is not None and is_review(asked, review, one) and review.verdict != NO
            ]
            found += [(asked.number, facts)] if facts else []
        return found

    def reviewed(self, case: Case, ctx: Context, known: KnownCause) -> Reviewed:
        """The review that it is, of what is not reviewed yet on `case`; `known` is what is known of the cause.

        Raises WrongUse for a change without somebody who makes it or without a time.
        """
        cause = must_explain(label(self.cause) or open_cause(case), "The cause")
        change, nothing = self.change.strip(), self.nothing_because.strip()
        if not change:
            if nothing:
                nothing = must_explain(nothing, "The reason why nothing changes")
            asks = not ctx.actor_leads and known.nothing >= TIMES - 1
            return Reviewed(cause=cause, nothing_because=nothing, decided=self.decided, asks_lead=asks)
        change = must_explain(change, "The change")
        if self.owner is None or self.due is None:
            raise WrongUse(
                "A change needs somebody who makes it, and by when.", "Give them {}.", given(owner=..., due=...)
            )
        must_be_later(self.due, ctx, "The due time of the change")
        if not ctx.anybody(self.owner).active:
            raise Refused(f"{ctx.name(self.owner)} no longer works here.", "Name somebody else {}.", given(owner=...))
        return Reviewed(cause=cause, change=change, owner=self.owner, due=self.due, decided=self.decided)


class Review(Command, frozen=True, kw_only=True):
    """Say what an exception taught: its cause, and a change with its owner and due time, or why nothing changes.

    Where the cause came back after a change was made, `came_back` says what became of that change (one of
    `verdicts.WHYS`).
    """

    digested_when_given: ClassVar[frozenset[str]] = frozenset({"came_back"})

    cause: str
    change: str = ""
    nothing_because: str = ""
    owner: int | None = None
    due: int | None = None
    came_back: str = ""

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Somebody who had to do with the case, or a lead, may review it, open or not."""
        must_exist(case, ctx)
        call = case.escalation
        called = {call.by, *call.called} if call is not None else set()
        involved = {case.owner, case.last_owner, ctx.roster.answerable(case.owner), *called}
        involved |= {helper.of for helper in case.helpers} | {promise.by for promise in case.promises}
        acts = any(ctx.roster.receives_for(ctx.actor, person) for person in involved if person is not None)
        if ctx.actor not in involved and not acts and not ctx.actor_leads:
            raise Refused(
                f"You had nothing to do with case {case.number}. Those who had, or a lead, say what it taught.",
                "Tell them what you know in a note: {}.",
                suggest("note", case.number, text=...),
            )

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Needs the cause, and either a change with an owner and a time, or why nothing changes."""
        return self._reviewed(case, ctx, KnownCause())

    def decide_with(self, case: Case, ctx: Context, cases: Cases) -> Decision:
        """As `decide`; the third time that nothing changes for the cause asks a lead."""
        known = cases.cause(self.cause, case)
        return together(case, self._reviewed(case, ctx, known), self._lesson().found(case, ctx, known, cases.case))

    def _lesson(self) -> Lesson:
        return Lesson(
            cause=self.cause,
            change=self.change,
            nothing_because=self.nothing_because,
            owner=self.owner,
            due=self.due,
            came_back=self.came_back,
        )

    def _reviewed(self, case: Case, ctx: Context, known: KnownCause) -> list[Fact]:
        if bool(self.change.strip()) == bool(self.nothing_because.strip()):
            raise WrongUse(
                "A review says either what we change or why nothing changes.",
                "Give the change {}, or why there is none {}.",
                given(change=..., owner=..., due=...),
                given(nothing_because=...),
            )
        must_explain(label(self.cause), "The cause")
        return self._lesson().facts(case, ctx, known)


def together(case: Case, facts: list[Fact], found: Decision) -> Decision:
    """The facts of a case, and what was found by them on others; a case comes once."""
    on_others = [(number, more) for number, more in found if number != case.number]
    here = [fact for number, more in found if number == case.number for fact in more]
    return [(case.number, [*facts, *here]), *on_others]


class Agree(Command, frozen=True, kw_only=True):
    """As a lead, agree that nothing changes, though the cause came up again and again."""

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Only a lead agrees, where a review asks for it."""
        must_exist(case, ctx)
        if not asking(case):
            raise Refused(
                f"No review of case {case.number} waits for a lead to agree.",
                "See {} for its reviews.",
                suggest("show", case.number),
            )
        ctx.must_lead("agree that nothing changes")

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Agrees with every review that asks."""
        return [LeadAgreed(review=number) for number in asking(case)]


@event("lead agreed")
class LeadAgreed(Fact, frozen=True, kw_only=True):
    """A lead agreed that nothing changes, as review number `review` (the number of its event) says."""

    review: int

    def apply(self, case: Case, event: Event) -> Changes:
        """The review no longer asks."""
        reviews = tuple(replace(r, asks_lead=False) if r.number == self.review else r for r in case.reviews)
        return {"reviews": reviews}

    def sentence(self, narrator: Narrator) -> str:
        """Says with which review."""
        return f"agreed that nothing changes (review {self.review})"

    def concerns(self, reader: Reader) -> str | None:
        """Text for the owner."""
        return f"{reader.who} agreed that nothing changes after {reader.case}." if reader.held else None

    @classmethod
    def why_stale(cls, case: Case, notice: PendingNotice) -> str:
        """Never stale: it stays news, whether the case is open or not."""
        return ""


@event("call withdrawn")
class CallWithdrawn(Fact, frozen=True, kw_only=True):
    """The case was solved before anybody acknowledged the call, which is withdrawn."""

    def apply(self, case: Case, event: Event) -> Changes:
        """Ends the call; nobody is called now."""
        return {"level": 0, "escalation": None}

    def sentence(self, narrator: Narrator) -> str:
        """Says so."""
        return "withdrew the call: it was solved without help"

    def concerns(self, reader: Reader) -> str | None:
        """Text for everybody who was called."""
        call = reader.before.escalation
        if call is None or reader.mine(call.called) is None:
            return None
        return f"{reader.who} solved {reader.case} without help; you need do nothing more."

    @classmethod
    def why_stale(cls, case: Case, notice: PendingNotice) -> str:
        """Never stale: it is told of a case that has ended."""
        return ""


def asking(case: Case) -> list[int]:
    """The numbers of the reviews that ask a lead."""
    return [review.number for review in case.reviews if review.asks_lead]


def is_called(case: Case, ctx: Context) -> bool:
    """Whether the actor is called about the case, or acts for somebody who is."""
    called = case.escalation.called if case.escalation is not None else ()
    return any(ctx.actor == person or ctx.roster.receives_for(ctx.actor, person) for person in called)


def nobody_helped(case: Case, ctx: Context) -> bool:
    """Whether somebody else is called about the case and nobody has acknowledged it yet."""
    call = case.escalation
    return call is not None and call.acknowledged_at is None and not is_called(case, ctx)
