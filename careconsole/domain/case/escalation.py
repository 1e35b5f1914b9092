"""Escalation brings help to the owner; it does not take the case away."""

from typing import ClassVar

from careconsole.domain.case.calls import (
    about_call,
    call_moved_text,
    must_be_called,
    new_call_text,
    why_announcement_is_stale,
)
from careconsole.domain.case.causes import (
    CUSTOMER_REQUEST,
    CUSTOMERS_WISH,
    NO_LESSON,
    KnownCause,
    came_up,
    decided_on,
    label,
    open_cause,
)
from careconsole.domain.case.command import Cases, Command, Decision
from careconsole.domain.case.context import (
    Context,
    must_be_later,
    must_be_one_of,
    must_be_open,
    must_be_responsible,
    must_explain,
)
from careconsole.domain.case.event import Changes, Event, Fact
from careconsole.domain.case.lessons import Lesson, together
from careconsole.domain.case.narrator import Narrator, after_colon, goes_on
from careconsole.domain.case.pending_notices import PendingNotice
from careconsole.domain.case.playbook_use import passed_over
from careconsole.domain.case.reader import Reader
from careconsole.domain.case.recurrence import came_up_again
from careconsole.domain.case.registry import event
from careconsole.domain.case.responders import acknowledge_by, path_of, people_to_call
from careconsole.domain.case.state import Case, Escalation, asked
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import suggest

REASONS = ("exception", "authority", "expertise", CUSTOMER_REQUEST, "overdue")
"""Why a case is escalated: it falls outside the process, exceeds our authority or our expertise, the customer asks for
it, or it is overdue."""


def reason_words(reason: str) -> str:
    """The reason that an event gives, as one of `REASONS`."""
    return CUSTOMER_REQUEST if reason == CUSTOMERS_WISH else reason


class Escalate(Command, frozen=True, kw_only=True):
    """Call somebody able to resolve the case (`to` None: the next level's responder).

    `proposal` is what the actor would do if it were up to them, for the one who decides to agree with. `despite` is
    why they call somebody though a playbook lets them decide it, and `playbook` which one: the desk looks for it.
    """

    digested_when_given: ClassVar[frozenset[str]] = frozenset({"proposal"})

    reason: str
    need: str
    proposal: str = ""
    cause: str = ""
    to: int | None = None
    by: int | None = None
    playbook: int | None = None
    despite: str = ""

    @property
    def wants_playbooks(self) -> bool:
        """Only if the actor says why they do not decide by one."""
        return bool(self.despite)

    def decide_with(self, case: Case, ctx: Context, cases: Cases) -> Decision:
        """As `decide`; where a change for the cause is open or was made before, it says so."""
        facts = self.decide(case, ctx)
        if label(self.cause):
            facts += came_up_again(case, ctx.now, cases.cause(self.cause, case))
        return [(case.number, facts)]

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Anybody may escalate an open case; at the last level, only while nobody is called."""
        must_be_open(case, ctx)
        path = path_of(case, ctx)
        if case.level >= path.last and case.escalation is not None:
            raise Refused(
                f"Case {case.number} is at the last level ({path.level_name(case.level)}) already.",
                about_call(case, ctx),
            )

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Calls a responder of the next level, never the actor; the owner stays the same."""
        must_be_one_of(self.reason, REASONS, "reason to escalate")
        need = must_explain(self.need, "What is needed")
        must_be_later(self.by, ctx, "The time to acknowledge by")
        cause = label(self.cause)
        path = path_of(case, ctx, cause)
        level, (responder, *also) = people_to_call(case, self.to, self.reason, path, ctx)
        escalated = Escalated(
            level=level,
            responder=responder,
            also=tuple(also),
            reason=CUSTOMERS_WISH if self.reason == CUSTOMER_REQUEST else self.reason,
            need=need,
            proposal=self.proposal.strip(),
            cause=cause,
            acknowledge_by=self.by or acknowledge_by(path.step(level), ctx),
            path=path.name,
        )
        return [escalated] if self.playbook is None else [escalated, passed_over(self.playbook, self.despite, ctx)]


@event("escalated")
class Escalated(Fact, frozen=True, kw_only=True):
    """Somebody able to resolve the case was called at `level`: `responder`, to acknowledge by `acknowledge_by`.

    `also` were called together with them; the first to acknowledge has it. `path` is the name of the escalation path
    that the call follows. `proposal` is what the one who calls would do.
    """

    announces_call = True

    level: int
    responder: int
    reason: str
    need: str
    acknowledge_by: int
    cause: str = ""
    also: tuple[int, ...] = ()
    path: str = ""
    proposal: str = ""

    def apply(self, case: Case, event: Event) -> Changes:
        """Opens the call at its level; a review is owed."""
        return _called(case, event, self, self.reason, self.need, self.proposal, self.cause)

    @property
    def causes(self) -> tuple[str, ...]:
        """The cause, if one is given."""
        return (self.cause,) if self.cause else ()

    def sentence(self, narrator: Narrator) -> str:
        """Says who is called, why, and by when they must acknowledge."""
        why = reason_words(self.reason)
        return (
            f"escalated it to {narrator.names((self.responder, *self.also))} (level {self.level}, {why}"
            + (f", {self.cause}" if self.cause else "")
            + f"): {goes_on(asked(self.need, self.proposal))}; to acknowledge by {narrator.moment(self.acknowledge_by)}"
        )

    def concerns(self, reader: Reader) -> str | None:
        """Text for those called now and before, and for the owner."""
        called = self.people_called(reader.before)
        mine = reader.mine(called)
        if mine is not None:
            by = reader.when(self.acknowledge_by)
            return (
                f"{reader.who} calls {reader.to_all(mine, called)} on {reader.case}, acknowledge by"
                f" {by}{reader.words(asked(self.need, self.proposal))}"
            )
        yours = f"{reader.who} escalated your {reader.case} to {reader.names(called)}."
        return call_moved_text(reader, called) or (yours if reader.held else None)

    def people_called(self, before: Case) -> tuple[int, ...]:
        """The people called now."""
        return (self.responder, *self.also)

    @classmethod
    def why_stale(cls, case: Case, notice: PendingNotice) -> str:
        """Stale once the call is over or acknowledged, or once somebody else is called."""
        return super().why_stale(case, notice) or why_announcement_is_stale(case, notice)


class Skip(Command, frozen=True, kw_only=True):
    """Call the next step because the current one does not answer."""

    reason: str
    to: int | None = None

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Anybody responsible for the case may call the next step."""
        must_be_responsible(case, ctx)
        must_be_called(case, ctx)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Calls the next step; at the last one, somebody else of it."""
        reason = must_explain(self.reason, "Why the step is skipped")
        before, path = case.escalation, path_of(case, ctx)
        level, (responder, *also) = people_to_call(
            case, self.to, before.reason if before else "", path, ctx, fixed=True
        )
        return [
            Skipped(
                level=level,
                responder=responder,
                also=tuple(also),
                acknowledge_by=acknowledge_by(path.step(level), ctx),
                reason=reason,
                path=path.name,
            )
        ]


@event("skipped")
class Skipped(Fact, frozen=True, kw_only=True):
    """The current step did not answer, so the next one was called. `also` and `path` as in Escalated."""

    announces_call = True

    level: int
    responder: int
    acknowledge_by: int
    reason: str = ""
    also: tuple[int, ...] = ()
    path: str = ""

    def apply(self, case: Case, event: Event) -> Changes:
        """Calls somebody else for the same need; a review is owed for that step too."""
        before = case.escalation
        if before is None:
            return _called(case, event, self, "", "", "", "")
        return _called(case, event, self, before.reason, before.need, before.proposal, before.cause, before.path)

    def sentence(self, narrator: Narrator) -> str:
        """Says who is called instead, and why."""
        called = narrator.names((self.responder, *self.also))
        return f"called {called} instead (level {self.level}){after_colon(self.reason)}"

    def concerns(self, reader: Reader) -> str | None:
        """Text for those called now and before, the owner and the caller."""
        called = self.people_called(reader.before)
        if (mine := reader.mine(called)) is not None:
            return new_call_text(reader, mine, called, self.acknowledge_by)
        instead = f"{reader.who} called {reader.names(called)} on {reader.whose} instead."
        return call_moved_text(reader, called) or (instead if reader.held or reader.calls else None)

    def people_called(self, before: Case) -> tuple[int, ...]:
        """The people called now."""
        return (self.responder, *self.also)

    @classmethod
    def why_stale(cls, case: Case, notice: PendingNotice) -> str:
        """Stale once the call is over or acknowledged, or once somebody else is called."""
        return super().why_stale(case, notice) or why_announcement_is_stale(case, notice)


class Deescalate(Command, frozen=True, kw_only=True):
    """End the escalation with a decision, and say what it taught: the cause, and a change if there is one.

    Without `decided`, the decision is as it was the last time the cause came up. `came_back` as in Review.
    """

    digested_when_given: ClassVar[frozenset[str]] = frozenset({"came_back"})

    decided: str = ""
    level: int = 0
    cause: str = ""
    change: str = ""
    owner: int | None = None
    due: int | None = None
    came_back: str = ""

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Anybody called, or answerable for them, may de-escalate the case, and anybody responsible for it."""
        must_be_open(case, ctx)
        if case.level == 0:
            raise Refused(
                f"Case {case.number} is not escalated.",
                "It is at the frontline; see {}.",
                suggest("show", case.number),
            )
        call = case.escalation
        if call is None or ctx.actor not in {*call.called, *map(ctx.roster.answerable, call.called)}:
            must_be_responsible(case, ctx)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Needs the decision, and a level below the present one."""
        return self._facts(case, ctx, KnownCause())

    def decide_with(self, case: Case, ctx: Context, cases: Cases) -> Decision:
        """As `decide`; where the cause came up before, the decision may be as it was then."""
        known = cases.cause(self.cause, case)
        return together(case, self._facts(case, ctx, known), self._lesson().found(case, ctx, known, cases.case))

    def _lesson(self) -> Lesson:
        return Lesson(cause=self.cause, change=self.change, owner=self.owner, due=self.due, came_back=self.came_back)

    def _facts(self, case: Case, ctx: Context, known: KnownCause) -> list[Fact]:
        if not 0 <= self.level < case.level:
            wrong = f"Level {self.level} is not below the current level {case.level}."
            raise WrongUse(wrong, f"Give a level from 0 to {case.level - 1}.")
        said = must_explain(self.decided.strip() or known.decided, "What was decided")
        ended = Deescalated(decided=said, level=self.level)
        lesson = self._lesson()
        if self.level == 0 and (lesson.is_said or (case.review_owed and open_cause(case))):
            return [ended, *lesson.facts(case, ctx, known)]
        return [ended]


@event("de-escalated")
class Deescalated(Fact, frozen=True, kw_only=True):
    """The escalation ended with a decision; the case is at `level` again."""

    decided: str
    level: int = 0

    def apply(self, case: Case, event: Event) -> Changes:
        """Ends the call and lowers the level."""
        return {"level": self.level, "escalation": None, "occurrences": decided_on(case, self.decided)}

    def sentence(self, narrator: Narrator) -> str:
        """Says to which level, and what was decided."""
        return f"brought it back to level {self.level}: {self.decided}"

    def concerns(self, reader: Reader) -> str | None:
        """Text for the owner and the caller."""
        if not (reader.held or reader.calls):
            return None
        return f"{reader.who} brought {reader.case} back{reader.words(self.decided)}"


def _called(
    case: Case,
    event: Event,
    fact: Escalated | Skipped,
    reason: str,
    need: str,
    proposal: str,
    cause: str,
    path: str = "",
) -> Changes:
    owes = reason not in NO_LESSON
    call = Escalation(
        responder=fact.responder,
        by=event.actor,
        at=event.at,
        reason=reason,
        need=need,
        proposal=proposal,
        cause=cause,
        acknowledge_by=fact.acknowledge_by,
        also=fact.also,
        path=fact.path or path,
    )
    return {
        "level": fact.level,
        "highest": max(case.highest, fact.level),
        "escalation": call,
        "review_owed": case.review_owed or owes,
        "occurrences": came_up(case, event.number, event.at, cause) if owes or cause else case.occurrences,
    }
