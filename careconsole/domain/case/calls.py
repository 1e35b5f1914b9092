"""An open call for help: reminding those called, handing the call on, and going to the next step on a timeout."""

from msgspec.structs import replace

from careconsole.domain.case.causes import NO_LESSON
from careconsole.domain.case.command import Command
from careconsole.domain.case.context import Context, is_responsible, must_be_open
from careconsole.domain.case.event import Changes, Event, Fact, Writer
from careconsole.domain.case.narrator import Narrator, after_colon
from careconsole.domain.case.pending_notices import PendingNotice
from careconsole.domain.case.reader import Reader
from careconsole.domain.case.registry import event
from careconsole.domain.case.responders import advance, path_of, reached_by_call
from careconsole.domain.case.state import Case, asked
from careconsole.domain.errors import Refused
from careconsole.domain.hints import Hint, hint_of, suggest


class Nudge(Command, frozen=True, kw_only=True):
    """Remind the responder."""

    said: str = ""

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Anybody may remind a responder of an open call, except the only person it reaches."""
        must_be_called(case, ctx)
        if _reaches_only_actor(case, ctx):
            raise Refused(f"You are called about case {case.number} yourself.", about_call(case, ctx))

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Records the reminder."""
        return [Nudged(said=self.said.strip())]


@event("nudged")
class Nudged(Fact, frozen=True, kw_only=True):
    """The responder was reminded."""

    said: str = ""

    def apply(self, case: Case, event: Event) -> Changes:
        """Counts one more reminder."""
        if case.escalation is None:
            return {}
        return {"escalation": replace(case.escalation, nudges=case.escalation.nudges + 1)}

    def sentence(self, narrator: Narrator) -> str:
        """Says what they were told."""
        return f"reminded the responder{after_colon(self.said)}"

    def concerns(self, reader: Reader) -> str | None:
        """Text for the people called."""
        if (mine := reader.mine(self.people_called(reader.before))) is None:
            return None
        return f"{reader.who} reminds {reader.to(mine)} of the call on {reader.case}{reader.words(self.said)}"

    def people_called(self, before: Case) -> tuple[int, ...]:
        """The people called by the open call."""
        return before.escalation.called if before.escalation is not None else ()

    @classmethod
    def why_stale(cls, case: Case, notice: PendingNotice) -> str:
        """Stale once the call is over or others are called; an acknowledged call can still be due an update."""
        return super().why_stale(case, notice) or why_call_is_stale(case, notice)


@event("call handed")
class CallReassigned(Fact, frozen=True, kw_only=True):
    """A lead handed the call on: `responder` must act for the same need, and acknowledge by `acknowledge_by`.

    Without a time, `responder` owns the case, and the call is over. `of` is the person whose part in the call was
    handed on, if several were called together; None is the responder.
    """

    announces_call = True

    responder: int
    acknowledge_by: int | None = None
    of: int | None = None

    def apply(self, case: Case, event: Event) -> Changes:
        """Replaces `of` by `responder`, who has yet to acknowledge; without `acknowledge_by`, ends the call."""
        call = case.escalation
        if call is None:
            return {}
        if self.acknowledge_by is None:
            return {"escalation": None}
        if self.of is not None and self.of != call.responder:
            others = (self.responder if person == self.of else person for person in call.also)
            return {"escalation": replace(call, also=tuple(n for n in dict.fromkeys(others) if n != call.responder))}
        handed = replace(
            call,
            responder=self.responder,
            also=tuple(person for person in call.also if person != self.responder),
            at=event.at,
            acknowledge_by=self.acknowledge_by,
            acknowledged_at=None,
            until=None,
            nudges=0,
        )
        return {"escalation": handed}

    def sentence(self, narrator: Narrator) -> str:
        """Says who is called now, and by when they must acknowledge."""
        name = narrator.name(self.responder)
        if self.acknowledge_by is None:
            return f"ended the call, because {name} owns the case"
        return f"passed the call on to {name}; to acknowledge by {narrator.moment(self.acknowledge_by)}"

    def concerns(self, reader: Reader) -> str | None:
        """Text for the person called now."""
        called = self.people_called(reader.before)
        if (mine := reader.mine(called)) is None or self.acknowledge_by is None:
            return None
        return new_call_text(reader, mine, called, self.acknowledge_by)

    def people_called(self, before: Case) -> tuple[int, ...]:
        """The person called now."""
        return (self.responder,)

    @classmethod
    def why_stale(cls, case: Case, notice: PendingNotice) -> str:
        """Stale once the call is over or acknowledged, or once somebody else is called."""
        return super().why_stale(case, notice) or why_announcement_is_stale(case, notice)


@event("call timed out", written_by=Writer.SWEEP)
class CallTimedOut(Fact, frozen=True, kw_only=True):
    """A call timed out and went on by itself: `responder` and `also` are called now, at `level`.

    `why`: "unanswered" (nobody acknowledged in time) or "silent" (somebody did, but the update promised to the owner
    did not come). `attempt` is how often in a row this step was called before; `last`: no step follows, so every lead
    is told.
    """

    announces_call = True

    why: str
    level: int
    responder: int
    acknowledge_by: int
    also: tuple[int, ...] = ()
    attempt: int = 0
    last: bool = False

    def apply(self, case: Case, event: Event) -> Changes:
        """Calls the next people, or the same ones again; need and caller stay the same, and a review is owed."""
        call = case.escalation
        if call is None:
            return {}
        owed = case.review_owed or call.reason not in NO_LESSON
        again = replace(
            call,
            responder=self.responder,
            also=self.also,
            at=event.at,
            acknowledge_by=self.acknowledge_by,
            attempt=self.attempt,
            acknowledged_at=None,
            until=None,
            nudges=0,
        )
        return {"level": self.level, "highest": max(case.highest, self.level), "escalation": again, "review_owed": owed}

    def sentence(self, narrator: Narrator) -> str:
        """Says why the call went on, and who is called now."""
        why = "nobody acknowledged in time" if self.why == "unanswered" else "the promised update did not come"
        again = " again" if self.attempt or self.why == "silent" else ""
        return (
            f"{why}: {narrator.names((self.responder, *self.also))} called{again} (level {self.level}),"
            f" to acknowledge by {narrator.moment(self.acknowledge_by)}"
            + ("; every lead is notified" if self.last else "")
        )

    def concerns(self, reader: Reader) -> str | None:
        """Text for those called now and before, the owner and the caller; for every lead if no step follows."""
        call = reader.before.escalation
        now, before = self.people_called(reader.before), call.called if call is not None else ()
        silent = self.why == "silent"
        mine, missed = reader.mine(now), reader.mine(before)
        if mine is not None:
            by = f"acknowledge by {reader.when(self.acknowledge_by)}"
            if missed is not None:
                why = "brought no update and" if silent else "still"
                return f"The call on {reader.case} {why} waits for {reader.to_all(mine, now)}, {by}."
            by += reader.words(asked(call.need, call.proposal) if call is not None else "")
            why = f"{reader.names(before)} gave no update" if silent else f"{reader.names(before)} did not answer"
            return f"The call on {reader.case} is passed to {reader.to_all(mine, now)}, because {why}; {by}"
        if missed is not None:
            why = "the promised update did not come" if silent else "it was not answered in time"
            return f"The call on {reader.case} has moved on from {reader.to(missed)} to {reader.names(now)}: {why}."
        end = " No step is left, so every lead is notified." if self.last else ""
        if not (reader.owned or reader.calls or (self.last and reader.leads)):
            return None
        what = "had the call on {} and gave no update" if silent else "did not answer the call on {}"
        again = "again" if set(now) == set(before) else "now"
        return f"{reader.names(before)} {what.format(reader.whose)}. Called {again}: {reader.names(now)}.{end}"

    def people_called(self, before: Case) -> tuple[int, ...]:
        """The people called now."""
        return (self.responder, *self.also)

    @property
    def calls_every_lead(self) -> bool:
        """Whether no step follows."""
        return self.last

    @classmethod
    def why_stale(cls, case: Case, notice: PendingNotice) -> str:
        """Stale once the call is over or acknowledged, or once somebody else is called."""
        return super().why_stale(case, notice) or why_announcement_is_stale(case, notice)


def time_out(case: Case, ctx: Context, *, silent: bool) -> CallTimedOut:
    """The timeout of an open call; `silent`: it was acknowledged, but the promised update did not come."""
    path = path_of(case, ctx)
    call = case.escalation
    assert call is not None
    there = advance(case, path, ctx, silent=silent)
    responder, *also = there.people
    return CallTimedOut(
        why="silent" if silent else "unanswered",
        level=there.level,
        responder=responder,
        also=tuple(also),
        acknowledge_by=there.acknowledge_by,
        attempt=there.attempt,
        last=not silent and case.level >= path.last and there.attempt > path.step(case.level).repeat,
    )


def must_be_called(case: Case, ctx: Context) -> None:
    """Raises Refused unless the case is open and somebody is called about it."""
    must_be_open(case, ctx)
    if case.escalation is None:
        raise Refused(
            f"Nobody is called about case {case.number}.",
            "Escalate it: {}.",
            suggest("escalate", case.number, reason=..., need=...),
        )


def about_call(case: Case, ctx: Context) -> Hint:
    """What the actor can do about the open call: answer it if it reaches only them, else remind those called."""
    call = case.escalation
    assert call is not None
    if _reaches_only_actor(case, ctx):
        decided = suggest("de-escalate", case.number, decided=...)
        if ctx.actor == call.by and ctx.actor not in call.called:  # who called cannot acknowledge for those they cover
            return hint_of("Say what was decided: {}.", decided)
        acknowledge = suggest("acknowledge", case.number, until=...)
        return hint_of("Acknowledge it ({}) or say what was decided ({}).", acknowledge, decided)
    nudge = suggest("nudge", case.number)
    if not is_responsible(case, ctx):
        return hint_of("Remind them: {}.", nudge)
    return hint_of("Remind them ({}) or call somebody else ({}).", nudge, suggest("skip", case.number, reason=...))


def _reaches_only_actor(case: Case, ctx: Context) -> bool:
    return case.escalation is not None and reached_by_call(case.escalation.called, ctx) == {ctx.actor}


def new_call_text(reader: Reader, mine: int, called: tuple[int, ...], acknowledge_by: int) -> str:
    """The text for people who are called in place of others."""
    call = reader.before.escalation
    need = reader.words(asked(call.need, call.proposal) if call is not None else "")
    by = reader.when(acknowledge_by)
    return f"{reader.who} passes the call on {reader.case} to {reader.to_all(mine, called)}, acknowledge by {by}{need}"


def call_moved_text(reader: Reader, called: tuple[int, ...]) -> str | None:
    """The text for people called before, now that others are; None if `reader` was not called."""
    call = reader.before.escalation
    if call is None or (missed := reader.mine(call.called)) is None:
        return None
    to = f"from {reader.to(missed)} to {reader.names(called)}"
    return f"The call on {reader.case} has moved on {to}; you need do nothing more."


def why_announcement_is_stale(case: Case, notice: PendingNotice) -> str:
    """Why a notice that says who is called on an open case is out of date; empty while it is true."""
    if case.escalation is not None and case.escalation.acknowledged_at is not None:
        return "somebody has acknowledged the call"
    return why_call_is_stale(case, notice)


def why_call_is_stale(case: Case, notice: PendingNotice) -> str:
    """Why a notice about a call on an open case, acknowledged or not, is out of date; empty while it is true."""
    call = case.escalation
    if call is None:
        return "the call is over"
    if not notice.urgent:  # a notice that others are called stays news
        return ""
    # A call that nobody answers goes to every lead, and concerns them until a newer call replaces it.
    superseded = notice.at is not None and was_superseded(case, notice.at)
    told = notice.roster.is_lead(notice.person) and not superseded
    called = told or any(notice.is_for(one) for one in call.called)
    return "" if called else "somebody else is called now"


def was_superseded(case: Case, at: int) -> bool:
    """Whether a newer call was made on the case, to others or again, after `at` (epoch milliseconds)."""
    return case.escalation is not None and case.escalation.at > at
