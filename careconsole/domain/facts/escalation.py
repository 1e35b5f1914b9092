"""Calls for help, and what they taught."""

from __future__ import annotations

from careconsole.domain.facts.fact import Fact


class Escalated(Fact, frozen=True, kw_only=True):
    """Help from somebody able to resolve: `responder` must act at `level`, and acknowledge by `acknowledge_by`.

    `also` are called together with them; whoever acknowledges first has it. `path` is the name of the escalation path
    along which the call goes on.
    """

    level: int
    responder: int
    reason: str
    need: str
    acknowledge_by: int
    cause: str = ""
    also: tuple[int, ...] = ()
    path: str = ""


class Acknowledged(Fact, frozen=True, kw_only=True):
    """The responder has it and says by when (`until`) the owner hears next. `responder` may be a contact."""

    responder: int
    until: int


class CallHanded(Fact, frozen=True, kw_only=True):
    """A lead handed the call on: `responder` must act for the same need, and acknowledge by `acknowledge_by`.

    Without a time `responder` owns the case: they have it themselves, and nobody is called any more. `of` is whose part
    in it was handed on, where several were called together; None is the responder.
    """

    responder: int
    acknowledge_by: int | None = None
    of: int | None = None


class Nudged(Fact, frozen=True, kw_only=True):
    """The responder was reminded."""

    said: str = ""


class Skipped(Fact, frozen=True, kw_only=True):
    """The present step does not answer: the next one is called. `also` and `path` as in Escalated."""

    level: int
    responder: int
    acknowledge_by: int
    reason: str = ""
    also: tuple[int, ...] = ()
    path: str = ""


class CallTimedOut(Fact, frozen=True, kw_only=True):
    """The time of a call has passed, and it went on by itself: `responder` and `also` are called now, at `level`.

    `why`: "unanswered" (nobody acknowledged in time) or "silent" (somebody did, and the word they had promised the
    owner did not come). `attempt` counts how often in a row this step was called before; `last` says that no step
    follows, so that every lead is told.
    """

    why: str
    level: int
    responder: int
    acknowledge_by: int
    also: tuple[int, ...] = ()
    attempt: int = 0
    last: bool = False


class Deescalated(Fact, frozen=True, kw_only=True):
    """The escalation ended with a decision; the case is at `level` again."""

    decided: str
    level: int = 0


class Reviewed(Fact, frozen=True, kw_only=True):
    """What an exception taught: its cause and what we change, or that nothing changes and why.

    `owner` and `due` go with a change: who makes it, and by when.
    """

    cause: str
    change: str = ""
    nothing_because: str = ""
    owner: int | None = None
    due: int | None = None


class ActionHanded(Fact, frozen=True, kw_only=True):
    """`to` makes the change that review number `review` (the number of its event) asked for."""

    review: int
    to: int


class ActionDone(Fact, frozen=True, kw_only=True):
    """The change that review number `review` (the number of its event) asked for is made."""

    review: int
    said: str = ""
