"""An open call for help: a reminder to those called, handing it to somebody else, and the next step by itself."""

from __future__ import annotations

from msgspec.structs import replace

from careconsole.domain.case.command import Command
from careconsole.domain.case.context import Context, must_be_open
from careconsole.domain.case.event import Changes, Event, Fact, Writer
from careconsole.domain.case.narration import Narrator, after_colon
from careconsole.domain.case.reader import Reader
from careconsole.domain.case.recipients import PendingNotice
from careconsole.domain.case.registry import event
from careconsole.domain.case.responders import advance, path_of
from careconsole.domain.case.state import Case
from careconsole.domain.errors import Refused
from careconsole.domain.hints import suggest


class Nudge(Command, frozen=True, kw_only=True):
    """Remind the responder."""

    said: str = ""

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Anybody may remind a responder of an open call."""
        must_be_called(case, ctx)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """The responder is reminded."""
        return [Nudged(said=self.said.strip())]


@event("nudged")
class Nudged(Fact, frozen=True, kw_only=True):
    """The responder was reminded."""

    said: str = ""

    def apply(self, case: Case, event: Event) -> Changes:
        """One more reminder."""
        if case.escalation is None:
            return {}
        return {"escalation": replace(case.escalation, nudges=case.escalation.nudges + 1)}

    def sentence(self, narrator: Narrator) -> str:
        """What they were told with it."""
        return f"reminded whoever is called{after_colon(self.said)}"

    def concerns(self, reader: Reader) -> str | None:
        """The people called."""
        if (mine := reader.mine(self.people_called(reader.before))) is None:
            return None
        return f"{reader.who} reminds {reader.to(mine)} of the call on {reader.case}{reader.words(self.said)}"

    def people_called(self, before: Case) -> tuple[int, ...]:
        """Those whom the open call calls."""
        return before.escalation.called if before.escalation is not None else ()

    @classmethod
    def why_stale(cls, case: Case, notice: PendingNotice) -> str:
        """One may be reminded of a word that is awaited, though somebody has acknowledged the call."""
        return super().why_stale(case, notice) or why_call_is_stale(case, notice)


@event("call handed")
class CallReassigned(Fact, frozen=True, kw_only=True):
    """A lead handed the call on: `responder` must act for the same need, and acknowledge by `acknowledge_by`.

    Without a time `responder` owns the case: they have it themselves, and nobody is called any more. `of` is whose part
    in it was handed on, where several were called together; None is the responder.
    """

    announces_call = True

    responder: int
    acknowledge_by: int | None = None
    of: int | None = None

    def apply(self, case: Case, event: Event) -> Changes:
        """Somebody else is called for the same need, as if nobody had answered; or the owner has it themselves."""
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
        """To whom, and by when they must acknowledge."""
        name = narrator.name(self.responder)
        if self.acknowledge_by is None:
            return f"ended the call, for {name} owns it"
        return f"handed the call on to {name}; to acknowledge by {narrator.moment(self.acknowledge_by)}"

    def concerns(self, reader: Reader) -> str | None:
        """The people called now."""
        called = self.people_called(reader.before)
        if (mine := reader.mine(called)) is None or self.acknowledge_by is None:
            return None
        return handed_on(reader, mine, called, self.acknowledge_by)

    def people_called(self, before: Case) -> tuple[int, ...]:
        """The people called now."""
        return (self.responder,)

    @classmethod
    def why_stale(cls, case: Case, notice: PendingNotice) -> str:
        """Once the call is over, somebody has acknowledged it, or somebody else is called."""
        return super().why_stale(case, notice) or why_announcement_is_stale(case, notice)


@event("call timed out", written_by=Writer.SWEEP)
class CallTimedOut(Fact, frozen=True, kw_only=True):
    """The time of a call has passed, and it went on by itself: `responder` and `also` are called now, at `level`.

    `why`: "unanswered" (nobody acknowledged in time) or "silent" (somebody did, and the word they had promised the
    owner did not come). `attempt` counts how often in a row this step was called before; `last` says that no step
    follows, so that every lead is told.
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
        """The next ones are called for the same need, or the same ones again; the caller stays the same."""
        call = case.escalation
        if call is None:
            return {}
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
        return {"level": self.level, "highest": max(case.highest, self.level), "escalation": again, "review_owed": True}

    def sentence(self, narrator: Narrator) -> str:
        """Why it went on, and to whom."""
        why = "nobody acknowledged in time" if self.why == "unanswered" else "the word that was promised did not come"
        again = " again" if self.attempt or self.why == "silent" else ""
        return (
            f"{why}: {narrator.names((self.responder, *self.also))} called{again} (level {self.level}),"
            f" to acknowledge by {narrator.moment(self.acknowledge_by)}" + ("; every lead is told" if self.last else "")
        )

    def concerns(self, reader: Reader) -> str | None:
        """Those called now and before, the owner and the caller; every lead, where no step follows."""
        call = reader.before.escalation
        now, before = self.people_called(reader.before), call.called if call is not None else ()
        silent = self.why == "silent"
        mine, missed = reader.mine(now), reader.mine(before)
        if mine is not None:
            by = f"acknowledge by {reader.when(self.acknowledge_by)}"
            if missed is not None:
                why = "brought no word and" if silent else "still"
                return f"The call on {reader.case} {why} waits for {reader.to_all(mine, now)}, {by}."
            by += reader.words(call.need if call is not None else "")
            why = f"{reader.names(before)} gave no word" if silent else f"{reader.names(before)} did not answer"
            return f"The call on {reader.case} comes to {reader.to_all(mine, now)}, since {why}; {by}"
        if missed is not None:
            why = "the word that was promised did not come" if silent else "it was not answered in time"
            return f"The call on {reader.case} has gone on from {reader.to(missed)} to {reader.names(now)}: {why}."
        end = " No step follows, so every lead is told." if self.last else ""
        if not (reader.owned or reader.calls or (self.last and reader.leads)):
            return None
        what = "had the call on {} and gave no word" if silent else "did not answer the call on {}"
        again = "again" if set(now) == set(before) else "now"
        return f"{reader.names(before)} {what.format(reader.whose)}. Called {again}: {reader.names(now)}.{end}"

    def people_called(self, before: Case) -> tuple[int, ...]:
        """Those who are called now."""
        return (self.responder, *self.also)

    @property
    def calls_every_lead(self) -> bool:
        """Where no step follows."""
        return self.last

    @classmethod
    def why_stale(cls, case: Case, notice: PendingNotice) -> str:
        """Once the call is over, somebody has acknowledged it, or somebody else is called."""
        return super().why_stale(case, notice) or why_announcement_is_stale(case, notice)


def time_out(case: Case, ctx: Context, *, silent: bool) -> CallTimedOut:
    """What happens when the time of an open call has passed; with `silent`, when the word did not come."""
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
    """Somebody must be called about the case."""
    must_be_open(case, ctx)
    if case.escalation is None:
        raise Refused(
            f"Nobody is called about case {case.number}.",
            "Escalate it: {}.",
            suggest("escalate", case.number, reason=..., need=...),
        )


def handed_on(reader: Reader, mine: int, called: tuple[int, ...], acknowledge_by: int) -> str:
    """What those hear who are called in the place of others."""
    call = reader.before.escalation
    need = reader.words(call.need if call is not None else "")
    by = reader.when(acknowledge_by)
    return f"{reader.who} hands the call on {reader.case} to {reader.to_all(mine, called)}, acknowledge by {by}{need}"


def gone_on(reader: Reader, called: tuple[int, ...]) -> str | None:
    """What those hear who were called before others are now."""
    call = reader.before.escalation
    if call is None or (missed := reader.mine(call.called)) is None:
        return None
    to = f"from {reader.to(missed)} to {reader.names(called)}"
    return f"The call on {reader.case} has gone on {to}; you need not mind it any more."


def why_announcement_is_stale(case: Case, notice: PendingNotice) -> str:
    """Why a notice that says who is called on an open case is no longer true."""
    if case.escalation is not None and case.escalation.acknowledged_at is not None:
        return "somebody has acknowledged the call"
    return why_call_is_stale(case, notice)


def why_call_is_stale(case: Case, notice: PendingNotice) -> str:
    """Why a notice about a call on an open case is no longer true, acknowledged or not."""
    call = case.escalation
    if call is None:
        return "the call is over"
    if not notice.urgent:  # that others are called remains news
        return ""
    # A call that nobody answers reaches every lead, as long as nobody else is called.
    superseded = notice.at is not None and was_superseded(case, notice.at)
    told = notice.roster.is_lead(notice.person) and not superseded
    called = told or any(notice.is_for(one) for one in call.called)
    return "" if called else "somebody else is called by now"


def was_superseded(case: Case, at: int) -> bool:
    """Whether others are called on a case, or the same ones once more, since something was put."""
    return case.escalation is not None and case.escalation.at > at
