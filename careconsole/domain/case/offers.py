"""A hand-off is an offer: the giver stays the owner until the receiver accepts."""

from careconsole.domain.case.command import Command
from careconsole.domain.case.context import (
    HOP_LIMIT,
    Context,
    must_be_open,
    must_be_responsible,
    must_explain,
    taking,
)
from careconsole.domain.case.event import Changes, Event, Fact, Writer
from careconsole.domain.case.hops import moved_to, must_be_within_hop_limit, owner_absent
from careconsole.domain.case.narrator import Narrator, after_colon, ended, goes_on
from careconsole.domain.case.pending_notices import PendingNotice
from careconsole.domain.case.reader import Reader
from careconsole.domain.case.registry import event
from careconsole.domain.case.state import Case, OpenOffer
from careconsole.domain.errors import Refused
from careconsole.domain.hints import suggest
from careconsole.domain.team.roster import Roster


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
        must_be_within_hop_limit(case, ctx)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """A hand-off is an offer: the giver stays the owner until the receiver accepts."""
        reason = must_explain(self.reason, "The reason for the offer")
        to = ctx.colleague(self.to)
        if to.number == case.owner:
            raise Refused(f"Case {case.number} is {to.name}'s already.", "Offer it to somebody else.")
        if to.number == ctx.actor:
            raise Refused("You cannot offer a case to yourself.", "Take it: {}.", taking(case))
        return [Offered(to=to.number, reason=reason, next=self.next.strip())]


@event("offered")
class Offered(Fact, frozen=True, kw_only=True):
    """The case was offered to `to`; the owner stays the same until they accept. `declines`: so far in this round."""

    to: int
    reason: str
    next: str = ""
    declines: int = 0

    def apply(self, case: Case, event: Event) -> Changes:
        """Opens the offer."""
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
        """Says to whom, why, and what should happen next."""
        did = "passed the offer on to" if self.declines else "offered it to"
        after = f" (next: {self.next})" if self.next else ""
        return f"{did} {narrator.name(self.to)}{after_colon(self.reason)}{after}"

    def concerns(self, reader: Reader) -> str | None:
        """Text for the person asked."""
        if not reader.acts_for(self.to):
            return None
        if self.declines:
            to = reader.to(self.to)
            return f"{reader.who} passes the offer of {reader.case} on to {to}{reader.words(self.reason)}"
        return f"{reader.who} offers {reader.to(self.to)} {reader.case}{reader.words(self.reason)}"

    @classmethod
    def why_stale(cls, case: Case, notice: PendingNotice) -> str:
        """Stale once it is answered or off, or made to somebody else."""
        if ended := super().why_stale(case, notice):
            return ended
        if case.offer is None:
            return "the offer is answered, or off"
        return "" if notice.is_for(case.offer.to) else "it is offered to somebody else by now"


def _may_answer(case: Case, ctx: Context) -> None:
    """Raises Refused unless the actor is the person asked, or acts for them today."""
    must_be_open(case, ctx)
    if case.offer is None:
        raise Refused(f"Case {case.number} is not offered to anybody.", "See {}.", suggest("show", case.number))
    # `answerable`, not `who_receives`: a person who has become a contact receives, but has no console to answer in.
    if ctx.actor not in (case.offer.to, ctx.roster.answerable(case.offer.to)):
        raise Refused(
            f"Case {case.number} is offered to {ctx.name(case.offer.to)}, not to you.",
            "Only they, or the person covering for them, can answer.",
        )


class Accept(Command, frozen=True, kw_only=True):
    """Accept an offer."""

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Only the person asked, or the one who acts for them today, can answer."""
        _may_answer(case, ctx)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Makes the actor the owner; after too many hops, only if they lead or a lead offered it."""
        giver = case.offer.by if case.offer else None
        if giver is None or not ctx.roster.is_lead(giver):
            must_be_within_hop_limit(case, ctx)
        return [Accepted(person=ctx.actor, absence=owner_absent(case, ctx))]


@event("accepted")
class Accepted(Fact, frozen=True, kw_only=True):
    """The offer was accepted: `person` owns the case. `absence`: its owner was away, so it counts as no hop."""

    person: int
    absence: bool = False

    def apply(self, case: Case, event: Event) -> Changes:
        """Makes `person` the owner."""
        return moved_to(case, self.person, self.absence)

    def sentence(self, narrator: Narrator) -> str:
        """Says that they own it now."""
        return "accepted it and owns it now"

    def concerns(self, reader: Reader) -> str | None:
        """Text for the previous owner."""
        return f"{reader.who} accepted {reader.case} and owns it now." if reader.held else None


def decline_goes_to_lead(case: Case, roster: Roster, actor: int) -> bool:
    """Whether the lead on duty is asked next, no matter who is named, if `actor` declines the offer of `case` now."""
    again = case.offer is not None and case.offer.declines > 0
    return again or (case.hops >= HOP_LIMIT and not roster.is_lead(actor))


class Decline(Command, frozen=True, kw_only=True):
    """Decline an offer, and say who is asked instead: the owner (nobody else is) or somebody else (None: the lead on
    duty)."""

    reason: str
    instead: int | None = None

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Only the person asked, or the one who acts for them today, can answer."""
        _may_answer(case, ctx)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Passes the offer on to `instead`, with a reason, unless that is the owner, who keeps the case.

        A second decline goes to the lead on duty, and so does one by an agent after too many hops.
        """
        reason = must_explain(self.reason, "The reason for declining")
        declines = case.offer.declines + 1 if case.offer else 1
        lead = ctx.roster.on_duty()
        passed_on = not decline_goes_to_lead(case, ctx.roster, ctx.actor)
        if passed_on and self.instead is not None and self.instead in (ctx.actor, case.offer and case.offer.to):
            raise Refused(
                f"{ctx.name(self.instead)} is declining this offer.",
                "Name somebody else: {}.",
                suggest("decline", case.number, reason=..., instead=...),
            )
        instead = self.instead if passed_on and self.instead is not None else lead
        kept = instead is not None and instead == case.owner
        by_rule = not passed_on and instead is not None and not kept
        declined = Declined(reason=reason, instead=instead, by_rule=by_rule, kept=kept)
        if instead == ctx.actor and instead != case.owner:
            raise Refused(
                "You are asked as the lead: there is nobody left to pass it to.",
                "Accept it, or give it to somebody: {}.",
                suggest("reassign", case.number, to=...),
            )
        if instead is None or kept:
            return [declined]
        ctx.colleague(instead)
        words = case.offer.next if case.offer else ""
        return [declined, Offered(to=instead, reason=reason, next=words, declines=declines)]


@event("declined")
class Declined(Fact, frozen=True, kw_only=True):
    """The offer was declined, with the reason and who should have it instead (None: the lead on duty).

    `by_rule`: the lead on duty is asked because of an earlier decline or too many hops, regardless of who was named.
    `kept`: `instead` is the owner, who keeps the case, and nobody is asked.
    """

    reason: str
    instead: int | None = None
    by_rule: bool = False
    kept: bool = False

    def apply(self, case: Case, event: Event) -> Changes:
        """Ends the offer."""
        return {"offer": None}

    def sentence(self, narrator: Narrator) -> str:
        """Says why, and who should have it instead."""
        why = f"declined{after_colon(goes_on(self.reason))}"
        if self.kept:
            return f"{why}; {narrator.name(self.instead)} keeps it, and nobody else is asked"
        asked = "the lead on duty is asked now" if self.by_rule else "instead"
        return f"{why}; {asked}: {narrator.name(self.instead)}"

    def concerns(self, reader: Reader) -> str | None:
        """Text for the owner, who keeps it."""
        if not reader.held:
            return None
        if self.instead is None:
            instead = ""
        elif self.instead == reader.before.owner:
            instead = " Nobody else is asked."
        else:
            asked = "The lead on duty is asked now" if self.by_rule else "Instead"
            instead = f" {asked}: {reader.name(self.instead)}."
        return f"{ended(f'{reader.who} declined {reader.case}{reader.words(self.reason)}')}{instead}"


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
        """Ends the offer; the owner stays the same."""
        return [Withdrawn(reason=self.reason.strip())]


@event("withdrawn")
class Withdrawn(Fact, frozen=True, kw_only=True):
    """The offer was taken back."""

    reason: str = ""

    def apply(self, case: Case, event: Event) -> Changes:
        """Ends the offer."""
        return {"offer": None}

    def sentence(self, narrator: Narrator) -> str:
        """Says why, if a reason was given."""
        return f"withdrew the offer{after_colon(self.reason)}"

    def concerns(self, reader: Reader) -> str | None:
        """Text for the person who was asked, in the console only."""
        if not reader.offered:
            return None
        return f"{reader.who} withdrew the offer of {reader.case} to {reader.offered}{reader.words(self.reason)}"


@event("offer expired", written_by=Writer.SWEEP)
class OfferExpired(Fact, frozen=True, kw_only=True):
    """`to` did not answer the offer in time: it ended, and the owner stays the same."""

    to: int

    def apply(self, case: Case, event: Event) -> Changes:
        """Ends the offer."""
        return {"offer": None}

    def sentence(self, narrator: Narrator) -> str:
        """Says who did not answer."""
        return f"nobody answered the offer to {narrator.name(self.to)} in time; it stays where it is"

    def concerns(self, reader: Reader) -> str | None:
        """Text for the person asked, the person who offered it, the owner, and the lead on duty."""
        offer, owner = reader.before.offer, reader.before.owner
        by = offer.by if offer is not None else None
        mine = reader.owned or reader.on_duty or reader.acts_for(by)
        if self.to == reader.me or (reader.acts_for(self.to) and not mine):
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
