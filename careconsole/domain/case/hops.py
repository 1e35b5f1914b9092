"""Changes of owner: what they do to a case, and how many are allowed."""

from __future__ import annotations

from careconsole.domain.case.context import Context, may_move
from careconsole.domain.case.event import Changes
from careconsole.domain.case.state import Case
from careconsole.domain.errors import Refused


def moved_to(case: Case, person: int, absence: bool = False) -> Changes:
    """Makes `person` the owner; with `absence`, the move does not count as a hop."""
    hop = case.last_owner not in (None, person)
    call = case.escalation
    return {
        "owner": person,
        "untaken_since": None,
        # The person called has the case now, so nobody waits for them.
        "escalation": None if call is not None and person in call.called else call,
        "last_owner": person,
        "offer": None,
        "hops": case.hops + (hop and not absence),
        "moves": case.moves + hop,
        "helpers": tuple(help for help in case.helpers if help.of != person),
    }


def must_be_within_hop_limit(case: Case, ctx: Context) -> None:
    """Raises Refused after too many hops, unless the actor leads."""
    if not may_move(case, ctx):
        raise Refused(
            f"Case {case.number} has changed owner {case.hops} times; a lead must decide who keeps it.",
            f"Ask {ctx.name(ctx.roster.on_duty())}, who leads today.",
        )


def owner_absent(case: Case, ctx: Context) -> bool:
    """Whether the owner is absent, so that a move does not count as a hop."""
    owner = ctx.roster.people.get(case.owner) if case.owner is not None else None
    return owner is not None and not owner.present
