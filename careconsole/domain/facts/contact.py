"""What passed between the customer and us: touches, promises, rests."""

from __future__ import annotations

from careconsole.domain.facts.fact import Fact


class Returned(Fact, frozen=True, kw_only=True):
    """The time until which the case was parked has come: it is back at work."""


class Touched(Fact, frozen=True, kw_only=True):
    """A contact with the customer. `sort` of an inbound one: "message", "auto" (automatic reply) or "thanks"."""

    inbound: bool
    channel: str
    text: str
    sort: str = "message"
    proactive: bool = False


class Reclassified(Fact, frozen=True, kw_only=True):
    """Touch number `touch` is of another sort than was guessed."""

    touch: int
    sort: str


class Promised(Fact, frozen=True, kw_only=True):
    """`by` told the customer that something happens by `due`. The event's number is the promise's number.

    One that came with a merge was made before: `made_at` tells when, `moves` and `late` what became of it since.
    """

    text: str
    due: int
    by: int
    made_at: int | None = None
    moves: int = 0
    late: bool = False


class PromiseKept(Fact, frozen=True, kw_only=True):
    """Promise number `promise` is kept."""

    promise: int
    said: str = ""


class PromiseMoved(Fact, frozen=True, kw_only=True):
    """Promise number `promise` has a new time; `told` says whether the customer knows."""

    promise: int
    due: int
    told: bool
    reason: str = ""


class PromiseReleased(Fact, frozen=True, kw_only=True):
    """The customer released us from promise number `promise`."""

    promise: int
    reason: str


class Parked(Fact, frozen=True, kw_only=True):
    """The case rests until `until` because it waits `on` "us", "customer" or "third party"."""

    on: str
    until: int | None = None
    reason: str = ""


class Unparked(Fact, frozen=True, kw_only=True):
    """The case is back at work."""

    reason: str = ""
