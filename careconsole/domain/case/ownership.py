"""Every case always has an owner: how somebody takes it, takes it over, or is given it."""

from careconsole.domain.case.command import Command, blocked
from careconsole.domain.case.context import Context, must_be_open, must_explain
from careconsole.domain.case.event import Changes, Event, Fact
from careconsole.domain.case.hops import moved_to, must_be_within_hop_limit, owner_absent
from careconsole.domain.case.narrator import Narrator, after_colon
from careconsole.domain.case.offers import Accept, Offer
from careconsole.domain.case.reader import Reader
from careconsole.domain.case.registry import event
from careconsole.domain.case.state import Case
from careconsole.domain.errors import Refused
from careconsole.domain.hints import hint_of, suggest


class Take(Command, frozen=True, kw_only=True):
    """Take a case that nobody has taken."""

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Anybody may take a case that nobody has taken, or that is offered to them."""
        must_be_open(case, ctx)
        if case.owner == ctx.actor:
            raise Refused(f"Case {case.number} is yours already.", "See {}.", suggest("show", case.number))
        if case.offer is not None and case.offer.to == ctx.actor:
            return
        if case.last_owner != ctx.actor:
            must_be_within_hop_limit(case, ctx)
        if case.owner is None:
            return
        raise Refused(
            f"Case {case.number} belongs to {ctx.name(case.owner)}.",
            "Take it over and say why: {}.",
            suggest("take-over", case.number, reason=...),
        )

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Makes the actor the owner; taking a case that is offered to them accepts the offer."""
        if case.offer is not None and case.offer.to == ctx.actor:
            return Accept().decide(case, ctx)
        return [Taken(person=ctx.actor)]


@event("taken")
class Taken(Fact, frozen=True, kw_only=True):
    """`person` took a case that nobody had taken."""

    person: int

    def apply(self, case: Case, event: Event) -> Changes:
        """Makes `person` the owner."""
        return moved_to(case, self.person)

    def sentence(self, narrator: Narrator) -> str:
        """Says that they took it."""
        return "took it"


class TakeOver(Command, frozen=True, kw_only=True):
    """Take the case from its owner."""

    reason: str

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Needs a case that somebody else owns; after too many hops, only for a lead."""
        must_be_open(case, ctx)
        if case.owner == ctx.actor:
            raise Refused(f"Case {case.number} is yours already.", "See {}.", suggest("show", case.number))
        if case.owner is None:
            raise Refused(f"Nobody owns case {case.number}.", "Just take it: {}.", suggest("take", case.number))
        must_be_within_hop_limit(case, ctx)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """The actor becomes the owner, and the former owner can read why."""
        reason = must_explain(self.reason, "The reason for taking over")
        return [TakenOver(person=ctx.actor, reason=reason, absence=owner_absent(case, ctx))]


@event("taken over")
class TakenOver(Fact, frozen=True, kw_only=True):
    """`person` took the case from its owner, and said why. `absence` as in Accepted."""

    person: int
    reason: str
    absence: bool = False

    def apply(self, case: Case, event: Event) -> Changes:
        """Makes `person` the owner."""
        return moved_to(case, self.person, self.absence)

    def sentence(self, narrator: Narrator) -> str:
        """Says that they took it over, and why."""
        return f"took it over{after_colon(self.reason)}"

    def concerns(self, reader: Reader) -> str | None:
        """Text for the previous owner, and in the console for the person whom it was offered to."""
        if reader.held:
            return f"{reader.who} took {reader.case} over from you{reader.words(self.reason)}"
        if not reader.offered:
            return None
        return f"{reader.who} took {reader.case} over, which was offered to {reader.offered}{reader.words(self.reason)}"


class Reassign(Command, frozen=True, kw_only=True):
    """A lead gives the case to somebody at once (None: to duty)."""

    to: int | None
    reason: str = ""

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Only a lead may give a case to somebody at once, without an offer."""
        must_be_open(case, ctx)
        if ctx.actor_leads:
            return
        offer = hint_of("Offer it instead: {}.", suggest("offer", case.number, to=..., reason=...))
        why = blocked(case, Offer, ctx)
        ctx.must_lead("reassign cases", offer if why is None else hint_of("{} {}", why.message, why.hint))

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Changes the owner at once, and ends an open offer."""
        if self.to is not None:
            ctx.colleague(self.to)
        if self.to == case.owner and case.offer is None:
            raise Refused(
                f"Case {case.number} is with {ctx.name(case.owner)} already.",
                "Choose somebody else: {}.",
                suggest("reassign", case.number, to=...),
            )
        absence = owner_absent(case, ctx)
        return [Reassigned(to=self.to, reason=self.reason.strip(), absence=absence)]


@event("reassigned")
class Reassigned(Fact, frozen=True, kw_only=True):
    """A lead gave the case to somebody at once (None: to duty). `absence` as in Accepted."""

    to: int | None
    reason: str = ""
    absence: bool = False

    def apply(self, case: Case, event: Event) -> Changes:
        """Makes `to` the owner, or gives the case to duty."""
        if self.to is None:
            return {"owner": None, "untaken_since": event.at, "offer": None}
        return moved_to(case, self.to, self.absence)

    def sentence(self, narrator: Narrator) -> str:
        """Says who has it now, and why."""
        return f"reassigned it to {narrator.name(self.to)}{after_colon(self.reason)}"

    def concerns(self, reader: Reader) -> str | None:
        """Text for the new owner and the previous one, and in the console for the person whom it was offered to."""
        reason = reader.words(self.reason)
        if reader.acts_for(self.to):
            return f"{reader.who} gave {reader.case} to {reader.to(self.to)}{reason}"
        if not reader.held and not reader.offered:
            return None
        was = "yours" if reader.held else f"offered to {reader.offered}"
        return f"{reader.who} gave {reader.case}, which was {was}, to {reader.name(self.to)}{reason}"
