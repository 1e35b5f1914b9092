"""Resolving and reopening a case."""

from collections.abc import Callable
from typing import Any, ClassVar

from careconsole.domain.case.causes import KnownCause, settled
from careconsole.domain.case.command import Cases, Command, Decision
from careconsole.domain.case.context import Context, must_be_one_of, must_be_responsible, must_exist, must_explain
from careconsole.domain.case.event import Changes, Contact, Event, Fact
from careconsole.domain.case.lessons import CallWithdrawn, Lesson, nobody_helped, together
from careconsole.domain.case.narrator import Narrator, after_colon, listed
from careconsole.domain.case.pending_notices import PendingNotice
from careconsole.domain.case.promises import PromiseKept, PromiseReleased
from careconsole.domain.case.reader import Reader, capitalized
from careconsole.domain.case.registry import event
from careconsole.domain.case.resolution_answers import (
    ANSWERS,
    TOLD,
    UNANSWERED,
    answer_words,
    contact_changes,
    waits_still,
)
from careconsole.domain.case.rests import rests_until
from careconsole.domain.case.state import CHANGE, CHECK, CLOSED, OPEN, RESOLVED, Case, Inbound
from careconsole.domain.errors import Refused
from careconsole.domain.hints import Given, Suggestion, given, suggest

SETTLED = ("kept", "released", "broken")
"""How the open promises of a case can end when it is resolved."""


class Resolve(Command, frozen=True, kw_only=True):
    """Resolve the case, and say how; if promises are open, also whether they are kept, released or broken.

    If the customer waits, `answer` says whether they were told, need no answer, or are left without one. If a review is
    owed, `cause` says what it came of, and `change`, `owner` and `due` what we change, if anything. `without_help`: it
    was solved before anybody acknowledged the call, which is withdrawn. `came_back` as in Review. `fit`: whether the
    one playbook in use fitted.
    """

    digested_when_given: ClassVar[frozenset[str]] = frozenset({"came_back", "fit"})

    said: str
    promises: str | None = None
    answer: str | None = None
    cause: str = ""
    change: str = ""
    owner: int | None = None
    due: int | None = None
    without_help: bool = False
    came_back: str = ""
    fit: str | None = None

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Anybody responsible for a case may resolve it."""
        must_be_responsible(case, ctx)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Settles everything on the case. Raises Refused if promises are open and their end is not given.

        So it does if the customer waits and `answer` is not given. No answer is taken for granted: "told" may be false,
        and "unanswered" would be for those who were told and did not say so. It does as well for an escalated case
        without a review or its cause, and for one about which nobody who is called has acknowledged, unless it was
        solved without help.
        """
        return self._facts(case, ctx, KnownCause())

    def decide_with(self, case: Case, ctx: Context, cases: Cases) -> Decision:
        """As `decide`; the third time that nothing changes for the cause asks a lead."""
        known = cases.cause(self.cause, case)
        found = self.lesson("").found(case, ctx, known, cases.case)
        return together(case, self._facts(case, ctx, known), found)

    def lesson(self, said: str) -> Lesson:
        """What it says of what the exception taught; `said` is what was decided."""
        return Lesson(
            cause=self.cause,
            change=self.change,
            owner=self.owner,
            due=self.due,
            decided=said,
            came_back=self.came_back,
        )

    def _taught(
        self, case: Case, ctx: Context, said: str, known: KnownCause, again: Callable[..., Suggestion | Given]
    ) -> list[Fact]:
        """The review that comes with the resolution, and the call that nobody acknowledged withdrawn."""
        lesson = self.lesson(said)
        if case.review_owed and not lesson.is_said:
            raise Refused(
                f"Case {case.number} was escalated and has not been reviewed.",
                "Give its cause {}. Or review it first: {}.",
                given(cause=...),
                suggest("review", case.number, cause=..., change=..., owner=..., due=...),
            )
        if nobody_helped(case, ctx) and not self.without_help:
            assert case.escalation is not None
            called = " or ".join(map(ctx.name, case.escalation.called))
            raise Refused(
                f"Nobody has acknowledged the call on case {case.number} yet: {called} may be at work on it.",
                "Was it solved without help? Then say so, and the call is withdrawn: {}.",
                again(without_help=True),
            )
        withdrawn: list[Fact] = [CallWithdrawn()] if nobody_helped(case, ctx) else []
        return [*withdrawn, *lesson.facts(case, ctx, known)] if lesson.is_said else withdrawn

    def _facts(self, case: Case, ctx: Context, known: KnownCause) -> list[Fact]:
        said = must_explain(self.said, "How it was resolved")

        def again(**answers: Any) -> Suggestion:
            return suggest("resolve", case.number, said=..., **answers)

        return self.settling(case, ctx, said, known, again)

    def settling(
        self, case: Case, ctx: Context, said: str, known: KnownCause, again: Callable[..., Suggestion | Given]
    ) -> list[Fact]:
        """The facts that resolve a case with these words. Raises Refused for what is not said and has to be.

        `again` makes the suggestion to give the same command with more answers. A case that is being opened has no
        number (0), and is not named.
        """
        outcomes: list[Fact] = []
        if case.promises:
            if self.promises is None:
                listed = "; ".join(f"{p.number}: {p.text}" for p in case.promises)
                raise Refused(
                    f"Case {case.number} still has open promises ({listed}).",
                    "Say what became of them: {}.",
                    again(promises=..., **_asks(case, self.answer)),
                )
            must_be_one_of(self.promises, SETTLED, "end of a promise")
            if self.promises == "kept":
                outcomes = [PromiseKept(promise=p.number) for p in case.promises]
            elif self.promises == "released":
                outcomes = [PromiseReleased(promise=p.number, reason="with the resolution") for p in case.promises]
        outcomes += self._taught(case, ctx, said, known, again)
        if self.fit is not None:
            from careconsole.domain.case.playbook_use import fit_with_resolution  # most resolutions say nothing of it

            outcomes += fit_with_resolution(case, self.fit, said)
        if self.answer is not None:
            must_be_one_of(self.answer, ANSWERS, "answer")
        broke = tuple(p.number for p in case.promises) if self.promises == "broken" else ()
        if case.unanswered_since is None:
            return [*outcomes, Resolved(said=said, broke=broke)]
        if self.answer is None:
            also = {} if self.promises is None else {"promises": self.promises}
            whose = f" of case {case.number}" if case.number else ""
            raise Refused(
                f"The customer{whose} has no answer yet.",
                "Say that they were told, that none is needed (spam, duplicate, wrong address, test), or that it is"
                " resolved unanswered: {}.",
                again(**also, answer=...),
            )
        return [*outcomes, Resolved(said=said, answer=self.answer, broke=broke)]


def _asks(case: Case, answer: str | None) -> dict[str, Any]:
    """What a suggestion to resolve a case says of `answer`: what was given, or that it is needed."""
    if case.unanswered_since is None:
        return {}
    return {"answer": ... if answer is None else answer}


@event("resolved")
class Resolved(Fact, frozen=True, kw_only=True):
    """The case was resolved, and how. Promises still open are broken by that.

    `answer` is what was said about a customer who waited; empty if nobody waited, or from before it was asked. `asks`:
    from then on the case's receipt asks the customer whether we did what we promised (`rating_answers.asks`). `broke`
    are the promises of which it was said that they were broken; empty from before it was kept.
    """

    said: str
    answer: str = ""
    asks: bool = False
    broke: tuple[int, ...] = ()

    def apply(self, case: Case, event: Event) -> Changes:
        """Ends the case and everything open on it. A customer who was told has been answered by that."""
        told: Changes = {}
        if self.answer == TOLD:
            contact = Contact(inbound=False, channel=case.channel, text=self.said)
            told = contact_changes(case, contact, Inbound(number=event.number, at=event.at))
        return {
            **told,
            **ended(case, event),
            "status": RESOLVED,
            "resolved_at": event.at,
            "resolution": self.said,
            "answer": self.answer,
            **({"question_at": event.at} if self.asks else {}),
        }

    @property
    def is_public(self) -> bool:
        """The customer knows, unless they got no answer."""
        return self.answer in ("", TOLD)

    @property
    def names_earlier(self) -> bool:
        """Whether it names promises that were broken."""
        return bool(self.broke)

    def leaves_unanswered(self, before: Case) -> bool:
        """Whether the customer, on the case as it was `before`, had written and got no answer by this."""
        return self.answer == UNANSWERED or (before.unanswered_since is not None and not self.answer)

    def sentence(self, narrator: Narrator) -> str:
        """Says how, which promises that broke, and what became of a customer who waited."""
        broke = f", breaking {listed([narrator.the_promise(one) for one in self.broke])}" if self.broke else ""
        return f"resolved it{broke}{after_colon(self.said)}{answer_words(self.answer, self.said)}"

    def concerns(self, reader: Reader) -> str | None:
        """Text for the person whom it was offered to, and for leads if its customer got no answer; in the console only.

        It calls nobody to anything.
        """
        if reader.offered:
            return f"{reader.who} resolved {reader.case}, which was offered to {reader.offered}."
        if reader.quote and reader.leads and self.leaves_unanswered(reader.before):
            return f"{capitalized(reader.case)} was resolved, and its customer, who was waiting, got no answer."
        return None

    @classmethod
    def why_stale(cls, case: Case, notice: PendingNotice) -> str:
        """Never stale: a resolution stays news."""
        return ""


class Reopen(Command, frozen=True, kw_only=True):
    """Reopen a case that is not settled after all."""

    reason: str

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Anybody may reopen a resolved or closed case."""
        must_exist(case, ctx)
        if case.status not in (RESOLVED, CLOSED):
            raise Refused(f"Case {case.number} is open already.", "See {}.", suggest("show", case.number))

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Reopens the case with a reason; the owner stays the same.

        The customer waits for an answer only if they did when it was resolved and were told nothing: that we have
        something to do is no question of theirs. What falls due is then our next step.
        """
        return [Reopened(reason=must_explain(self.reason, "The reason for reopening"), waits=waits_still(case))]


@event("reopened")
class Reopened(Fact, frozen=True, kw_only=True):
    """The case was reopened; its owner, or the person answerable for them, has it again.

    `waits`: the customer waits for an answer from here on; False if it was their own message, which waits itself.
    """

    by_mail = True

    reason: str = ""
    waits: bool = True

    def apply(self, case: Case, event: Event) -> Changes:
        """Opens the case, counted if it had been resolved; hops, parkings and the resolution clock start over."""
        return {
            "status": OPEN,
            "resolved_at": None,
            "resolved_undated": False,
            "resolution": "",
            "answer": "",
            "reopenings": case.reopenings + case.was_resolved,
            "hops": 0,
            "clocks_from": 0,
            "reopened_at": event.at,
            "rests": (),
            "untaken_since": event.at if case.owner is None else None,
            "unanswered": (*case.unanswered, *([Inbound(number=event.number, at=event.at)] if self.waits else [])),
        }

    def sentence(self, narrator: Narrator) -> str:
        """Says why."""
        return f"reopened it{after_colon(self.reason)}"


def ended(case: Case, event: Event) -> Changes:
    """What ends with a case, however it ends; a change that a review asked for outlives it."""
    return {
        "offer": None,
        "helpers": (),
        "level": 0,
        "escalation": None,
        "review_owed": False,
        "occurrences": settled(case, event.number),
        "promises": (),
        "unanswered": (),
        "parked": None,
        "rests": rests_until(case, event.at),
        "told": tuple(one for one in case.told if one.kind in (CHANGE, CHECK)),
    }
