"""Handing over what one person is responsible for: cases with their promises, offers, calls, help and changes."""

from __future__ import annotations

from careconsole.domain.case.calls import CallReassigned
from careconsole.domain.case.command import Command
from careconsole.domain.case.context import Context, must_exist
from careconsole.domain.case.event import Fact
from careconsole.domain.case.helpers import HelpAsked, HelpEnded
from careconsole.domain.case.hops import owner_absent
from careconsole.domain.case.offers import Offered, Withdrawn
from careconsole.domain.case.ownership import Reassigned
from careconsole.domain.case.responders import acknowledge_by, can_resolve, eligible, path_of
from careconsole.domain.case.reviews import ActionReassigned, waiting
from careconsole.domain.case.state import Case, Escalation
from careconsole.domain.errors import Refused
from careconsole.domain.hints import given, hint_of, suggest

CASE, OFFER, CALL, HELP, CHANGE = "the case", "the offer", "the call", "the help", "the change"
"""What somebody can be responsible for on a case: owning it, an offer of it, a call to answer, helping, and a change
that a review asked for."""

_REASON = "handed over"
_HANDING_OVER = "hand over somebody's work"
"""What only a lead can do, for the refusal "Only a lead can ..."."""
_OFFER_THEM = hint_of("You can offer your own cases: {}.", suggest("team hand-over", name="me", to=...))


class HandOver(Command, frozen=True, kw_only=True):
    """A lead hands `of`'s part in a case to `to` (None: to duty): the case, an offer, a call, help, changes to make."""

    of: int
    to: int | None

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Only a lead hands over: anything on an open case, on an ended one the changes to be made or checked."""
        must_exist(case, ctx)
        if not case.is_open and not waiting(case):
            raise Refused(
                f"Case {case.number} is {case.status} and no review of it waits for a change, so there is nothing to"
                " hand over.",
                "See {}.",
                suggest("show", case.number),
            )
        ctx.must_lead(_HANDING_OVER)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Hands everything on the case that `of` is responsible for to `to`; its promises follow the case.

        A call that nobody else can resolve stays where it is. Raises Refused if there is nothing to hand over.
        """
        of, to = self.of, self.to
        must_hand_over(of, to, ctx)
        held = responsibilities(case, of)
        if not held:
            raise Refused(
                f"{ctx.name(of)} has nothing to do on case {case.number}.", "See {}.", suggest("show", case.number)
            )
        owner = to if CASE in held else case.owner
        facts: list[Fact] = []
        if CASE in held:
            facts.append(Reassigned(to=to, reason=_REASON, absence=owner_absent(case, ctx)))
        elif OFFER in held:
            facts += _offer(case, to)
        if CALL in held and case.escalation is not None:
            facts += _call(case, case.escalation, of, to, owner, ctx)
        if HELP in held:
            facts += _help(case, of, to, owner)
        maker = ctx.roster.on_duty() if to is None else to
        if maker is not None:
            facts += [ActionReassigned(review=review, to=maker) for review in changes_of(case, of)]
        if not facts:
            raise call_not_handed_over(case, of, ctx)
        return facts


def responsibilities(case: Case, person: int) -> tuple[str, ...]:
    """What a person is responsible for on this case; if it is not open, only changes count."""
    held = []
    if case.is_open:
        if case.owner == person:
            held.append(CASE)
        if case.offer is not None and case.offer.to == person:
            held.append(OFFER)
        if case.escalation is not None and person in case.escalation.called:
            held.append(CALL)
        if person in {help.of for help in case.helpers}:
            held.append(HELP)
    if changes_of(case, person):
        held.append(CHANGE)
    return tuple(held)


def changes_of(case: Case, person: int) -> list[int]:
    """The numbers of the reviews whose change this person has to make, or to check; none on a merged case."""
    if case.merged_into is not None:
        return []
    numbers = waiting(case)
    return [review.number for review in case.reviews if review.owner == person and review.number in numbers]


def offers_own(of: int, ctx: Context) -> bool:
    """Whether the actor hands over their own work without a lead's rights: it is offered then, as any case is."""
    return of == ctx.actor and not ctx.actor_leads


def must_offer_own(to: int | None, ctx: Context) -> None:
    """Raises Refused, whatever the case, if the actor cannot offer their own cases to `to`."""
    if to is None:
        raise Refused(
            "Only a lead can give work back to duty.",
            "Offer your cases to a colleague {}, or say that you are away and who covers for you: {}.",
            given(to=...),
            suggest("team away", name=ctx.name(ctx.actor)),
        )
    if to == ctx.actor:
        raise Refused("That work is yours already.", "Name somebody else {}.", given(to=...))
    ctx.colleague(to)


def must_hand_over(of: int, to: int | None, ctx: Context) -> None:
    """Raises Refused, whatever the case, if the actor may not hand over or `to` cannot take over from `of`."""
    ctx.must_lead(_HANDING_OVER, _OFFER_THEM)
    giver = ctx.anybody(of)
    if to == of:
        raise Refused(f"That work is {giver.name}'s already.", "Name somebody else {}.", given(to=...))
    if to is not None:
        ctx.colleague(to)
    elif ctx.roster.on_duty() == of:
        raise Refused(
            f"{giver.name} {ctx.roster.why_on_duty(of)}, so work given to duty would come back to them.",
            "Name somebody {}, or put another lead on duty first: {}.",
            given(to=...),
            suggest("team duty", name=...),
        )


def call_not_handed_over(case: Case, of: int, ctx: Context) -> Refused:
    """Why a call stays with `of`: to raise, or to show when everything else on the case was handed over."""
    return Refused(
        f"The call on case {case.number} stays with {ctx.name(of)}: nobody else here can resolve it.",
        "Add a contact who can: {}.",
        suggest("team contact", name=...),
    )


def _offer(case: Case, to: int | None) -> list[Fact]:
    """Withdraws the offer and makes it to `to`, with the same count of declines; not to duty or the owner."""
    withdrawn: list[Fact] = [Withdrawn(reason=_REASON)]
    offer = case.offer
    if offer is None or to is None or to == case.owner:
        return withdrawn
    return [*withdrawn, Offered(to=to, reason=offer.reason or _REASON, next=offer.next, declines=offer.declines)]


def _call(case: Case, call: Escalation, of: int, to: int | None, owner: int | None, ctx: Context) -> list[Fact]:
    """Hands the call to `to` if they can resolve the case, else to the next person able to; the need stays the same.

    Never to the caller, nor to the owner, since the call is to help them. If `to` owns the case and can resolve it, the
    call ends, unless others are called beside `of`. Empty if nobody is able.
    """
    until = acknowledge_by(path_of(case, ctx).step(case.level), ctx)
    part = of if of != call.responder else None
    if to is not None and to != call.by and can_resolve(to, call.reason, ctx):
        if to != owner:
            return [CallReassigned(responder=to, acknowledge_by=until, of=part)]
        if part is None:
            return [CallReassigned(responder=to)]
    out = {of, call.by, owner}
    for number, hears in eligible(ctx):
        if not out & {number, hears}:
            return [CallReassigned(responder=number, acknowledge_by=until, of=part)]
    return []


def _help(case: Case, of: int, to: int | None, owner: int | None) -> list[Fact]:
    """Ends the help of `of` and asks `to` instead, unless that is duty, the owner or a helper already."""
    ended: list[Fact] = [HelpEnded(who=of, said=_REASON)]
    needs = {help.of: help.need for help in case.helpers}
    if to is None or to == owner or to in needs:
        return ended
    return [*ended, HelpAsked(of=to, need=needs[of])]
