"""Every case has an owner, always: how it changes hands, and when it does not."""

from __future__ import annotations

from careconsole.domain import commands as c
from careconsole.domain import facts as f
from careconsole.domain.case import Case
from careconsole.domain.decide.context import (
    HOP_LIMIT,
    Context,
    must_be_open,
    must_look_after,
    must_say,
    taking,
)
from careconsole.domain.errors import Refused


def may_offer(case: Case, ctx: Context) -> None:
    """Whoever looks after a case may offer it, unless an offer is open already."""
    must_look_after(case, ctx)
    if case.offer is not None:
        raise Refused(
            f"Case {case.number} is offered to {ctx.name(case.offer.to)} already.",
            f"Withdraw that offer first: careconsole withdraw {case.number}.",
        )
    _must_not_wander(case, ctx)


def offer(case: Case, command: c.Offer, ctx: Context) -> list[f.Fact]:
    """A hand-off is an offer: the giver stays the owner until the receiver accepts."""
    reason = must_say(command.reason, "The reason for the offer")
    to = ctx.colleague(command.to)
    if to.number == case.owner:
        raise Refused(f"Case {case.number} is {to.name}'s already.", "Offer it to somebody else.")
    if to.number == ctx.actor:
        raise Refused("You cannot offer a case to yourself.", f"Take it: careconsole {taking(case)}.")
    return [f.Offered(to=to.number, reason=reason, next=command.next.strip())]


def may_answer_offer(case: Case, ctx: Context) -> None:
    """The one who was asked answers an offer, or whoever acts for them today."""
    must_be_open(case, ctx)
    if case.offer is None:
        raise Refused(f"Case {case.number} is not offered to anybody.", f"See careconsole show {case.number}.")
    if not ctx.roster.receives_for(ctx.actor, case.offer.to):
        raise Refused(
            f"Case {case.number} is offered to {ctx.name(case.offer.to)}, not to you.",
            "Only they, or who covers them, can answer.",
        )


def accept(case: Case, command: c.Accept, ctx: Context) -> list[f.Fact]:
    """Accepting makes the actor the owner; a case that has wandered moves only where a lead offered it."""
    giver = case.offer.by if case.offer else None
    if giver is None or not ctx.roster.is_lead(giver):
        _must_not_wander(case, ctx)
    return [f.Accepted(person=ctx.actor, absence=owner_absent(case, ctx))]


def decline(case: Case, command: c.Decline, ctx: Context) -> list[f.Fact]:
    """Declining needs a reason and who instead; the second decline brings the case to the lead on duty.

    So does declining a case that has wandered too far to be passed on by an agent.
    """
    reason = must_say(command.reason, "The reason for declining")
    declines = case.offer.declines + 1 if case.offer else 1
    lead = ctx.roster.on_duty()
    passed_on = declines < 2 and (case.hops < HOP_LIMIT or ctx.actor_leads)
    if passed_on and command.instead is not None and command.instead in (ctx.actor, case.offer and case.offer.to):
        raise Refused(
            f"{ctx.name(command.instead)} is the one who declines.",
            f"Name somebody else: careconsole decline {case.number} --reason WHY --instead NAME.",
        )
    instead = command.instead if passed_on and command.instead is not None else lead
    declined = f.Declined(reason=reason, instead=instead)
    if instead == ctx.actor and instead != case.owner:
        raise Refused(
            "You are asked as the lead: there is nobody further to decline to.",
            f"Accept it, or give it to somebody: careconsole reassign {case.number} --to NAME.",
        )
    if instead is None or instead == case.owner:
        return [declined]
    ctx.colleague(instead)
    words = case.offer.next if case.offer else ""
    return [declined, f.Offered(to=instead, reason=reason, next=words, declines=declines)]


def may_withdraw(case: Case, ctx: Context) -> None:
    """Whoever looks after a case may take its offer back."""
    must_look_after(case, ctx)
    if case.offer is None:
        raise Refused(
            f"Case {case.number} is not offered to anybody.",
            f"There is nothing to withdraw; see careconsole show {case.number}.",
        )


def withdraw(case: Case, command: c.Withdraw, ctx: Context) -> list[f.Fact]:
    """The offer is off; the owner was the owner all along."""
    return [f.Withdrawn(reason=command.reason.strip())]


def may_take(case: Case, ctx: Context) -> None:
    """What nobody has taken is there to be taken; an offer to the actor likewise."""
    must_be_open(case, ctx)
    if case.owner == ctx.actor:
        raise Refused(f"Case {case.number} is yours already.", f"See careconsole show {case.number}.")
    if case.owner is None or (case.offer is not None and case.offer.to == ctx.actor):
        return
    raise Refused(
        f"Case {case.number} belongs to {ctx.name(case.owner)}.",
        f"Take it over and say why: careconsole take-over {case.number} --reason WHY.",
    )


def take(case: Case, command: c.Take, ctx: Context) -> list[f.Fact]:
    """Taking for oneself; taking what is offered to oneself is accepting it."""
    if case.offer is not None and case.offer.to == ctx.actor:
        return accept(case, c.Accept(), ctx)
    if case.last_owner != ctx.actor:
        _must_not_wander(case, ctx)
    return [f.Taken(person=ctx.actor)]


def may_take_over(case: Case, ctx: Context) -> None:
    """Taking over is from an owner."""
    must_be_open(case, ctx)
    if case.owner == ctx.actor:
        raise Refused(f"Case {case.number} is yours already.", f"See careconsole show {case.number}.")
    if case.owner is None:
        raise Refused(f"Nobody has taken case {case.number}.", f"Simply take it: careconsole take {case.number}.")
    _must_not_wander(case, ctx)


def take_over(case: Case, command: c.TakeOver, ctx: Context) -> list[f.Fact]:
    """The actor becomes the owner, and the former owner can read why."""
    reason = must_say(command.reason, "The reason for taking over")
    return [f.TakenOver(person=ctx.actor, reason=reason, absence=owner_absent(case, ctx))]


def may_reassign(case: Case, ctx: Context) -> None:
    """Giving a case to somebody at once is a lead's."""
    must_be_open(case, ctx)
    ctx.must_lead("reassign at once", f"Offer it instead: careconsole offer {case.number} --to NAME --reason WHY.")


def reassign(case: Case, command: c.Reassign, ctx: Context) -> list[f.Fact]:
    """The new owner has it at once; open offers are off."""
    if command.to is not None:
        ctx.colleague(command.to)
    if command.to == case.owner and case.offer is None:
        raise Refused(
            f"Case {case.number} is with {ctx.name(case.owner)} already.",
            f"Choose somebody else: careconsole reassign {case.number} --to NAME.",
        )
    absence = owner_absent(case, ctx)
    return [f.Reassigned(to=command.to, reason=command.reason.strip(), absence=absence)]


def may_ask_help(case: Case, ctx: Context) -> None:
    """Anybody who works on an open case may ask a colleague to join."""
    must_be_open(case, ctx)


def ask_help(case: Case, command: c.AskHelp, ctx: Context) -> list[f.Fact]:
    """A colleague joins; owner and level stay as they are."""
    need = must_say(command.need, "What you need help with")
    helper = ctx.colleague(command.of)
    if helper.number in (ctx.actor, case.owner):
        who = "yourself" if helper.number == ctx.actor else f"{helper.name}, who owns the case"
        raise Refused(f"You cannot ask {who} to join.", "Ask somebody else.")
    return [f.HelpAsked(of=helper.number, need=need)]


def may_end_help(case: Case, ctx: Context) -> None:
    """Where somebody was asked to join, that can end."""
    must_be_open(case, ctx)
    if not case.helpers:
        raise Refused(
            f"Nobody was asked to help with case {case.number}.",
            f"Ask somebody: careconsole ask {case.number} --of NAME --need WHAT.",
        )


def end_help(case: Case, command: c.EndHelp, ctx: Context) -> list[f.Fact]:
    """The helper's part is done."""
    who = ctx.actor if command.who is None else command.who
    if who not in {help.of for help in case.helpers}:
        helpers = ", ".join(ctx.name(help.of) for help in case.helpers)
        raise Refused(f"{ctx.name(who)} was not asked to help.", f"Helping are: {helpers}; name one with --who.")
    return [f.HelpEnded(who=who, said=command.said.strip())]


def _must_not_wander(case: Case, ctx: Context) -> None:
    if case.hops >= HOP_LIMIT and not ctx.actor_leads:
        raise Refused(
            f"Case {case.number} has changed hands {case.hops} times; now a lead decides who keeps it.",
            f"Ask {ctx.name(ctx.roster.on_duty())}, who leads today, for that:"
            f" careconsole reassign {case.number} --to NAME.",
        )


def owner_absent(case: Case, ctx: Context) -> bool:
    """Whether the case moves on because its owner is not here, which is no hop that counts."""
    owner = ctx.roster.people.get(case.owner) if case.owner is not None else None
    return owner is not None and not owner.present
