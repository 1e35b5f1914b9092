"""How a case begins, is corrected, ends, begins again and goes on as another."""

from __future__ import annotations

from careconsole.domain import commands as c
from careconsole.domain.case import event as f
from careconsole.domain.case.context import (
    Context,
    must_be_one_of,
    must_exist,
    must_look_after,
    must_say,
)
from careconsole.domain.case.state import CLOSED, RESOLVED, Case
from careconsole.domain.case.touches import woken
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.tags import tags_of


def new(command: c.New, ctx: Context) -> list[f.Fact]:
    """Nobody's case belongs to duty; one for somebody else is an offer, and the actor owns it meanwhile."""
    must_be_one_of(command.channel, c.CHANNELS, "channel")
    must_be_one_of(command.priority, c.PRIORITIES, "priority")
    offered: list[f.Fact] = []
    owner = command.owner
    if owner is not None and owner != ctx.actor:
        colleague = ctx.colleague(owner)
        offered = [f.Offered(to=colleague.number, reason="opened for you")]
        owner = ctx.actor
    opened = f.Opened(
        subject=must_say(command.subject, "The subject"),
        description=command.description,
        customer=command.customer,
        channel=command.channel,
        inbound=command.inbound,
        priority=command.priority,
        owner=owner,
        tags=tags_of(command.tags),
        external=command.external,
        follows=command.follows,
    )
    return [opened, *offered]


def may_resolve(case: Case, ctx: Context) -> None:
    """Whoever looks after a case resolves it; an escalated one not without a review."""
    must_look_after(case, ctx)
    if case.review_owed:
        raise Refused(
            f"Case {case.number} was escalated and has not been reviewed.",
            f"Say what it taught first: careconsole review {case.number} --cause CAUSE"
            " (--change WHAT --owner NAME --due TIME | --nothing-because WHY).",
        )


def resolve(case: Case, command: c.Resolve, ctx: Context) -> list[f.Fact]:
    """How the matter was settled; it settles all, so of open promises it must be said what became of them."""
    said = must_say(command.said, "How it was resolved")
    settled: list[f.Fact] = []
    if case.promises:
        if command.promises is None:
            listed = "; ".join(f"{p.number}: {p.text}" for p in case.promises)
            raise Refused(
                f"Case {case.number} still promises something ({listed}).",
                "Say what became of it: careconsole resolve"
                f" {case.number} --said HOW --promises {'|'.join(c.SETTLED)}.",
            )
        must_be_one_of(command.promises, c.SETTLED, "end of a promise")
        if command.promises == "kept":
            settled = [f.PromiseKept(promise=p.number) for p in case.promises]
        elif command.promises == "released":
            settled = [f.PromiseReleased(promise=p.number, reason="with the resolution") for p in case.promises]
    return [*settled, f.Resolved(said=said)]


def may_reopen(case: Case, ctx: Context) -> None:
    """What is not open can be opened again by anybody."""
    must_exist(case, ctx)
    if case.status not in (RESOLVED, CLOSED):
        raise Refused(f"Case {case.number} is open already.", f"See careconsole show {case.number}.")


def reopen(case: Case, command: c.Reopen, ctx: Context) -> list[f.Fact]:
    """Its owner has it again, or who is answerable for them."""
    return [f.Reopened(reason=must_say(command.reason, "The reason for reopening"))]


def may_follow_up(case: Case, ctx: Context) -> None:
    """Another matter can come of any case that goes on under its number."""
    must_exist(case, ctx)


def follow_up(case: Case, command: c.FollowUp, ctx: Context) -> c.New:
    """The command that opens the case which follows `case`, for the same customer."""
    return c.New(
        subject=command.subject,
        customer=case.customer,
        description=command.description,
        channel=command.channel,
        priority=case.priority,
        owner=command.owner,
        follows=case.number,
    )


def may_merge(case: Case, ctx: Context) -> None:
    """Whoever looks after a case may merge it into another that they look after too."""
    must_exist(case, ctx)
    if case.is_open:
        must_look_after(case, ctx)


def merge(loser: Case, winner: Case, command: c.Merge, ctx: Context) -> tuple[list[f.Fact], list[f.Fact]]:
    """The facts for the case that ends and for the one that goes on, whose owner has both from then on.

    So it takes somebody who looks after both: a merge hands no case to anybody unasked, and takes none away.

    The earliest wait, the highest level with its call, all promises, a review owed, changes that reviews still wait
    for and both external ids go to the winner.
    """
    may_merge(loser, ctx)
    must_exist(winner, ctx)
    if loser.number == winner.number:
        raise WrongUse("A case cannot be merged into itself.", "Name two cases.")
    if loser.is_open and not winner.is_open:
        raise Refused(
            f"Case {winner.number} is {winner.status}, and case {loser.number} is open.",
            f"Reopen it first (careconsole reopen {winner.number} --reason WHY), or merge the other way round:"
            f" careconsole merge {winner.number} --into {loser.number}.",
        )
    if winner.is_open:
        must_look_after(winner, ctx)
    if loser.customer != winner.customer and None not in (loser.customer, winner.customer) and not command.confirm:
        raise Refused(
            f"Cases {loser.number} and {winner.number} are of different customers.",
            "If they are one matter all the same, say so:"
            f" careconsole merge {loser.number} --into {winner.number} --confirm.",
        )
    absorbed = f.Absorbed(
        loser=loser.number,
        level=loser.level if loser.is_open else 0,
        customer=loser.customer,
        clocks_from=loser.clocks_from,
        waiting_since=loser.waiting_since if loser.is_open else None,
        review_owed=loser.review_owed,
        external=loser.external,
        tags=loser.tags,
        escalation=loser.escalation,
    )
    promises = [
        f.Promised(text=p.text, due=p.due, by=p.by, made_at=p.made_at, moves=p.moves, late=p.late)
        for p in loser.promises
    ]
    changes = [
        f.Reviewed(cause=r.cause, change=r.change, owner=r.owner, due=r.due)
        for r in loser.reviews
        if r.change and r.done_at is None
    ]
    wait = [] if absorbed.waiting_since is None else woken(winner, "message")
    # The reviews come before, for what is absorbed may owe another one.
    return [f.Merged(into=winner.number)], [*wait, *changes, absorbed, *promises]


def may_edit(case: Case, ctx: Context) -> None:
    """Words can be put right on any case that goes on under its number."""
    must_exist(case, ctx)


def edit(case: Case, command: c.Edit, ctx: Context) -> list[f.Fact]:
    """Only what differs is written down."""
    if command.channel is not None:
        must_be_one_of(command.channel, c.CHANNELS, "channel")
    if command.priority is not None:
        must_be_one_of(command.priority, c.PRIORITIES, "priority")
    if command.subject is not None:
        must_say(command.subject, "The subject")
    edited = f.Edited(
        **{
            name: value
            for name in ("subject", "description", "customer", "channel", "priority")
            if (value := getattr(command, name)) is not None and value != getattr(case, name)
        }
    )
    if edited == f.Edited():
        raise Refused(f"Case {case.number} says that already.", "Nothing to change.")
    return [edited]


def may_tag(case: Case, ctx: Context) -> None:
    """Tags can be changed on any case that goes on under its number."""
    must_exist(case, ctx)


def tag(case: Case, command: c.Tag, ctx: Context) -> list[f.Fact]:
    """Only tags that are not there are added, and only those that are there are removed."""
    remove = tuple(t for t in tags_of(command.remove) if t in case.tags)
    add = tuple(t for t in tags_of(command.add) if t not in case.tags and t not in remove)
    if not add and not remove:
        raise Refused(f"The tags of case {case.number} are like that already.", "Nothing to change.")
    return [f.Tagged(add=add, remove=remove)]
