"""What hangs on one person goes to another: the cases with their promises, offers, calls, help, and changes to make."""

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
from careconsole.domain.case.reviews import ActionReassigned, open_actions
from careconsole.domain.case.state import Case, Escalation
from careconsole.domain.errors import Refused
from careconsole.domain.hints import given, suggest

CASE, OFFER, CALL, HELP, CHANGE = "the case", "the offer", "the call", "the help", "the change"
"""What of a case can hang on somebody: owning it, an offer of it, a call to answer, a part as helper, and a change that
a review asked for."""

_REASON = "handed over"
_HANDING_OVER = "hand over what hangs on somebody"
"""What only a lead can do."""


class HandOver(Command, frozen=True, kw_only=True):
    """A lead gives what hangs on `of` to `to` (None: to duty): the case, an offer, a call, help, changes to make."""

    of: int
    to: int | None

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Only a lead hands over: open cases, and of those that are settled the changes that reviews still wait for."""
        must_exist(case, ctx)
        if not case.is_open and not open_actions(case):
            raise Refused(
                f"Case {case.number} is {case.status} and no review of it waits for a change, so nothing hangs on"
                " anybody.",
                "See {}.",
                suggest("show", case.number),
            )
        ctx.must_lead(_HANDING_OVER)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Everything on the case that hangs on `of` goes to `to`; its promises follow the case.

        A call that nobody else is able to answer stays where it is. Refused when nothing is left to hand over.
        """
        of, to = self.of, self.to
        must_hand_over(of, to, ctx)
        held = hanging(case, of)
        if not held:
            raise Refused(
                f"Nothing on case {case.number} hangs on {ctx.name(of)}.", "See {}.", suggest("show", case.number)
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
            raise left(case, of, ctx)
        return facts


def hanging(case: Case, person: int) -> tuple[str, ...]:
    """What of this case hangs on a person. Of one that is not open only changes do."""
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
    """The reviews, by number, whose change this person has still to make; none of a case that goes on as another."""
    if case.merged_into is not None:
        return []
    waiting = open_actions(case)
    return [review.number for review in case.reviews if review.owner == person and review.number in waiting]


def must_hand_over(of: int, to: int | None, ctx: Context) -> None:
    """Refused, whatever the case, when the actor may not hand over, or `to` cannot have what hangs on `of`."""
    ctx.must_lead(_HANDING_OVER)
    giver = ctx.anybody(of)
    if to == of:
        raise Refused(f"What hangs on {giver.name} is with them already.", "Name somebody else {}.", given(to=...))
    if to is not None:
        ctx.colleague(to)
    elif ctx.roster.on_duty() == of:
        raise Refused(
            f"{giver.name} answers for duty today, so what goes to duty would come back to them.",
            "Name somebody {}, or give the duty to another lead first: {}.",
            given(to=...),
            suggest("team duty", name=...),
        )


def left(case: Case, of: int, ctx: Context) -> Refused:
    """Why a call stays with `of`: as a refusal, or to be told where the rest of the case was handed over."""
    return Refused(
        f"The call on case {case.number} stays with {ctx.name(of)}: nobody else here is able to resolve it.",
        "Add a contact who is: {}.",
        suggest("team contact", name=...),
    )


def _offer(case: Case, to: int | None) -> list[Fact]:
    """The lead asks `to` instead, in the same round; duty and the owner cannot be asked."""
    withdrawn: list[Fact] = [Withdrawn(reason=_REASON)]
    offer = case.offer
    if offer is None or to is None or to == case.owner:
        return withdrawn
    return [*withdrawn, Offered(to=to, reason=offer.reason or _REASON, next=offer.next, declines=offer.declines)]


def _call(case: Case, call: Escalation, of: int, to: int | None, owner: int | None, ctx: Context) -> list[Fact]:
    """The call goes on to `to` if they are able, else to whom an escalation would call; the need is the same.

    Not to the one who called, nor to the owner, whom it shall help. An owner who could have been called has it
    themselves then, and nobody is called any more.
    """
    until = acknowledge_by(path_of(case, ctx).step(case.level), ctx)
    part = of if of != call.responder else None
    if to is not None and to != call.by and can_resolve(to, call.reason, ctx):
        if to == owner:
            return [CallReassigned(responder=to)]
        return [CallReassigned(responder=to, acknowledge_by=until, of=part)]
    out = {of, call.by, owner}
    for number, hears in eligible(ctx):
        if not out & {number, hears}:
            return [CallReassigned(responder=number, acknowledge_by=until, of=part)]
    return []


def _help(case: Case, of: int, to: int | None, owner: int | None) -> list[Fact]:
    """`to` is asked to join in their place, unless they own the case or help already; nobody can ask duty."""
    ended: list[Fact] = [HelpEnded(who=of, said=_REASON)]
    needs = {help.of: help.need for help in case.helpers}
    if to is None or to == owner or to in needs:
        return ended
    return [*ended, HelpAsked(of=to, need=needs[of])]
