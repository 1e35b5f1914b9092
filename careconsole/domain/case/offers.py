"""A hand-off is an offer: the giver stays the owner until the receiver accepts."""

from __future__ import annotations

from careconsole.domain.case.command import Command
from careconsole.domain.case.context import (
    HOP_LIMIT,
    Context,
    must_be_open,
    must_be_responsible,
    must_say,
    taking,
)
from careconsole.domain.case.event import Changes, Event, Fact, Writer
from careconsole.domain.case.hops import moved_to, must_not_wander, owner_absent
from careconsole.domain.case.narration import Narrator, after_colon
from careconsole.domain.case.reader import Reader
from careconsole.domain.case.recipients import PendingNotice
from careconsole.domain.case.registry import event
from careconsole.domain.case.state import Case, OpenOffer
from careconsole.domain.errors import Refused
from careconsole.domain.hints import suggest


class Offer(Command, frozen=True, kw_only=True):
    """Ask a colleague to take the case."""

    to: int
    reason: str
    next: str = ""

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Anybody responsible for a case may offer it, unless an offer is open."""
        must_be_responsible(case, ctx)
        if case.offer is not None:
            raise Refused(
                f"Case {case.number} is offered to {ctx.name(case.offer.to)} already.",
                "Withdraw that offer first: {}.",
                suggest("withdraw", case.number),
            )
        must_not_wander(case, ctx)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """A hand-off is an offer: the giver stays the owner until the receiver accepts."""
        reason = must_say(self.reason, "The reason for the offer")
        to = ctx.colleague(self.to)
        if to.number == case.owner:
            raise Refused(f"Case {case.number} is {to.name}'s already.", "Offer it to somebody else.")
        if to.number == ctx.actor:
            raise Refused("You cannot offer a case to yourself.", "Take it: {}.", taking(case))
        return [Offered(to=to.number, reason=reason, next=self.next.strip())]


@event("offered")
class Offered(Fact, frozen=True, kw_only=True):
    """The owner would like `to` to take the case; until then nothing changes hands. `declines` so far in this round."""

    to: int
    reason: str
    next: str = ""
    declines: int = 0

    def apply(self, case: Case, event: Event) -> Changes:
        """An offer is open."""
        offer = OpenOffer(
            to=self.to,
            by=event.actor,
            at=event.at,
            reason=self.reason,
            next=self.next,
            declines=self.declines,
        )
        return {"offer": offer}

    def sentence(self, narrator: Narrator) -> str:
        """To whom, why, and what should happen next."""
        did = "passed the offer on to" if self.declines else "offered it to"
        after = f" (next: {self.next})" if self.next else ""
        return f"{did} {narrator.name(self.to)}{after_colon(self.reason)}{after}"

    def concerns(self, reader: Reader) -> str | None:
        """The person asked."""
        if not reader.acts(self.to):
            return None
        return f"{reader.who} offers {reader.to(self.to)} {reader.case}{reader.words(self.reason)}"

    @classmethod
    def why_stale(cls, case: Case, notice: PendingNotice) -> str:
        """Once it is answered, or made to somebody else."""
        if ended := super().why_stale(case, notice):
            return ended
        if case.offer is None:
            return "the offer is answered, or off"
        return "" if notice.is_for(case.offer.to) else "it is offered to somebody else by now"


def _may_answer(case: Case, ctx: Context) -> None:
    """The person asked answers an offer, or who acts for them today."""
    must_be_open(case, ctx)
    if case.offer is None:
        raise Refused(f"Case {case.number} is not offered to anybody.", "See {}.", suggest("show", case.number))
    # Who is answerable, not who receives: a person who has become a contact receives, but has no console to answer at.
    if ctx.actor not in (case.offer.to, ctx.roster.answerable(case.offer.to)):
        raise Refused(
            f"Case {case.number} is offered to {ctx.name(case.offer.to)}, not to you.",
            "Only they, or who covers them, can answer.",
        )


class Accept(Command, frozen=True, kw_only=True):
    """Take up an offer."""

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """The person asked, or who acts for them today."""
        _may_answer(case, ctx)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Accepting makes the actor the owner; a case that has wandered moves only where a lead offered it."""
        giver = case.offer.by if case.offer else None
        if giver is None or not ctx.roster.is_lead(giver):
            must_not_wander(case, ctx)
        return [Accepted(person=ctx.actor, absence=owner_absent(case, ctx))]


@event("accepted")
class Accepted(Fact, frozen=True, kw_only=True):
    """The offer was taken up: `person` owns the case. With `absence` its owner was away: no hop that counts."""

    person: int
    absence: bool = False

    def apply(self, case: Case, event: Event) -> Changes:
        """Somebody else has it now."""
        return moved_to(case, self.person, self.absence)

    def sentence(self, narrator: Narrator) -> str:
        """They own it."""
        return "accepted it and owns it now"

    def concerns(self, reader: Reader) -> str | None:
        """The previous owner."""
        return f"{reader.who} accepted {reader.case} and owns it now." if reader.held else None


class Decline(Command, frozen=True, kw_only=True):
    """Turn an offer down, and say who should have it instead (None: the lead on duty)."""

    reason: str
    instead: int | None = None

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """The person asked, or who acts for them today."""
        _may_answer(case, ctx)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Declining needs a reason and who instead; the second decline brings the case to the lead on duty.

        So does declining a case that has wandered too far to be passed on by an agent.
        """
        reason = must_say(self.reason, "The reason for declining")
        declines = case.offer.declines + 1 if case.offer else 1
        lead = ctx.roster.on_duty()
        passed_on = declines < 2 and (case.hops < HOP_LIMIT or ctx.actor_leads)
        if passed_on and self.instead is not None and self.instead in (ctx.actor, case.offer and case.offer.to):
            raise Refused(
                f"{ctx.name(self.instead)} is the one who declines.",
                "Name somebody else: {}.",
                suggest("decline", case.number, reason=..., instead=...),
            )
        instead = self.instead if passed_on and self.instead is not None else lead
        declined = Declined(reason=reason, instead=instead)
        if instead == ctx.actor and instead != case.owner:
            raise Refused(
                "You are asked as the lead: there is nobody further to decline to.",
                "Accept it, or give it to somebody: {}.",
                suggest("reassign", case.number, to=...),
            )
        if instead is None or instead == case.owner:
            return [declined]
        ctx.colleague(instead)
        words = case.offer.next if case.offer else ""
        return [declined, Offered(to=instead, reason=reason, next=words, declines=declines)]


@event("declined")
class Declined(Fact, frozen=True, kw_only=True):
    """The offer was turned down, with the reason and who should have it instead (None: the lead on duty)."""

    reason: str
    instead: int | None = None

    def apply(self, case: Case, event: Event) -> Changes:
        """The offer is off."""
        return {"offer": None}

    def sentence(self, narrator: Narrator) -> str:
        """Why, and who instead."""
        return f"declined{after_colon(self.reason)}; instead: {narrator.name(self.instead)}"

    def concerns(self, reader: Reader) -> str | None:
        """The owner, who keeps it."""
        if not reader.held:
            return None
        instead = f" Instead: {reader.name(self.instead)}." if self.instead is not None else ""
        return f"{reader.who} declined {reader.case}{reader.words(self.reason).rstrip('.')}.{instead}"


class Withdraw(Command, frozen=True, kw_only=True):
    """Take an offer back."""

    reason: str = ""

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Anybody responsible for a case may withdraw its offer."""
        must_be_responsible(case, ctx)
        if case.offer is None:
            raise Refused(
                f"Case {case.number} is not offered to anybody.",
                "There is nothing to withdraw; see {}.",
                suggest("show", case.number),
            )

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """The offer is off; the owner was the owner all along."""
        return [Withdrawn(reason=self.reason.strip())]


@event("withdrawn")
class Withdrawn(Fact, frozen=True, kw_only=True):
    """The offer was taken back."""

    reason: str = ""

    def apply(self, case: Case, event: Event) -> Changes:
        """The offer is off."""
        return {"offer": None}

    def sentence(self, narrator: Narrator) -> str:
        """Why, where that was said."""
        return f"withdrew the offer{after_colon(self.reason)}"


@event("offer expired", written_by=Writer.SWEEP)
class OfferExpired(Fact, frozen=True, kw_only=True):
    """`to` has not answered the offer in its time: it is off, and the case is its owner's as before."""

    to: int

    def apply(self, case: Case, event: Event) -> Changes:
        """The offer is off."""
        return {"offer": None}

    def sentence(self, narrator: Narrator) -> str:
        """Who did not answer."""
        return f"nobody answered the offer to {narrator.name(self.to)} in time; it stays where it is"

    def concerns(self, reader: Reader) -> str | None:
        """The person asked, the person who offered it, the owner, and the lead on duty."""
        offer, owner = reader.before.offer, reader.before.owner
        by = offer.by if offer is not None else None
        mine = reader.owned or reader.on_duty or reader.acts(by)
        if self.to == reader.me or (reader.acts(self.to) and not mine):
            return f"The offer of {reader.case} to {reader.to(self.to)} has run out."
        if not mine:
            return None
        if owner is None:
            still = "nobody has taken it"
        elif owner == reader.me:
            still = "it is still yours"
        else:
            still = f"it is still with {reader.to(owner) if reader.owned else reader.name(owner)}"
        which = "your offer" if by == reader.me else "the offer"
        return f"Nobody answered {which} of {reader.case} to {reader.name(self.to)}; {still}."
