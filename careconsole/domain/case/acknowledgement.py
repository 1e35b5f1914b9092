"""Acknowledging a call for help: somebody takes it on and says by when the owner will hear from them."""

from msgspec.structs import replace

from careconsole.domain.case.calls import about_call, must_be_called
from careconsole.domain.case.command import Command
from careconsole.domain.case.context import Context, must_be_later
from careconsole.domain.case.event import Changes, Event, Fact
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.reader import Reader
from careconsole.domain.case.registry import event
from careconsole.domain.case.state import Case
from careconsole.domain.errors import Refused
from careconsole.domain.hints import suggest
from careconsole.domain.team.roster import CONTACT


class Acknowledge(Command, frozen=True, kw_only=True):
    """Acknowledge a call, and say by when the owner hears next."""

    until: int

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Anybody called may acknowledge, or a cover who did not make the call; for a contact, anybody may."""
        must_be_called(case, ctx)
        call = case.escalation
        assert call is not None
        if _acknowledges_for(case, ctx) is None:
            raise Refused(
                f"Case {case.number} waits for {' or '.join(map(ctx.name, call.called))} to acknowledge.",
                about_call(case, ctx),
            )
        if ctx.actor not in call.called and ctx.actor == call.by and not _contact(case, ctx):
            raise Refused(
                f"You called {ctx.name(call.responder)} about case {case.number} yourself; you cannot acknowledge for"
                " them.",
                "Call somebody else ({}), or decide it yourself: {}.",
                suggest("skip", case.number, to=..., reason=...),
                suggest("de-escalate", case.number, decided=...),
            )

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Acknowledges for the actor, or for the person they act for."""
        must_be_later(self.until, ctx, "The time of your next update")
        responder = _acknowledges_for(case, ctx)
        return [Acknowledged(responder=ctx.actor if responder is None else responder, until=self.until)]


@event("acknowledged")
class Acknowledged(Fact, frozen=True, kw_only=True):
    """The responder takes the call and says by when (`until`) the owner hears next. `responder` may be a contact."""

    responder: int
    until: int

    def apply(self, case: Case, event: Event) -> Changes:
        """The person who acknowledged has the call until `until`; the others are no longer called."""
        call = case.escalation
        if call is None:
            return {}
        responder = self.responder if self.responder in call.called else call.responder
        had = replace(call, responder=responder, also=(), acknowledged_at=event.at, until=self.until)
        return {"escalation": had}

    def sentence(self, narrator: Narrator) -> str:
        """Says who has the call, and until when."""
        return f"acknowledged it for {narrator.name(self.responder)}, next update by {narrator.moment(self.until)}"

    def sentence_by(self, actor: int | None, narrator: Narrator) -> str:
        """Omits the name of somebody who acknowledges for themselves."""
        if actor != self.responder:
            return self.sentence(narrator)
        return f"acknowledged it, next update by {narrator.moment(self.until)}"

    def concerns(self, reader: Reader) -> str | None:
        """Text for the owner and the caller, who get the next update by then, and for the others who were called."""
        call = reader.before.escalation
        if reader.held or reader.calls:
            return (
                f"{reader.name(self.responder)} has your call on {reader.case}, next update by"
                f" {reader.when(self.until)}."
            )
        if call is not None and reader.mine(one for one in call.called if one != self.responder) is not None:
            return f"{reader.name(self.responder)} has the call on {reader.case}; you need do nothing more."
        return None


def _acknowledges_for(case: Case, ctx: Context) -> int | None:
    """The person called that the actor can acknowledge for: themselves, somebody they act for, else a contact."""
    call = case.escalation
    assert call is not None
    if ctx.actor in call.called:
        return ctx.actor
    acted_for = (person for person in call.called if ctx.roster.receives_for(ctx.actor, person))
    return next(acted_for, _contact(case, ctx))


def _contact(case: Case, ctx: Context) -> int | None:
    """The first contact among those called; anybody who has heard from them can acknowledge for them."""
    called = case.escalation.called if case.escalation else ()
    people = ctx.roster.people
    return next((person for person in called if person in people and people[person].role == CONTACT), None)
