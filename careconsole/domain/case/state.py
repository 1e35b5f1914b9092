"""A case as it stands: the state folded from its history. Times are epoch milliseconds, people their numbers."""

from __future__ import annotations

import msgspec

OPEN, RESOLVED, CLOSED, MERGED, VOID = "open", "resolved", "closed", "merged", "void"
"""The states of a case. "closed" was ended elsewhere without being a resolution; "void" was opened and taken back."""

PROMISE, CHANGE = "promise", "change"
"""The kinds of clocks of which a case can have several, so that they are told apart by a number."""


PRIORITIES = ("low", "normal", "high", "urgent")
CHANNELS = ("email", "phone", "chat", "web", "letter", "visit", "social", "other")
SELF_ANSWERING = ("phone", "visit")
"""Channels on which the customer hears us at once, so that a contact from them waits for nothing."""


class CasePart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The base of what a case is made of."""


class OpenOffer(CasePart, frozen=True, kw_only=True):
    """An open offer: `to` has been asked by `by` to take the case."""

    to: int
    by: int | None
    at: int
    reason: str = ""
    next: str = ""
    declines: int = 0


class Helper(CasePart, frozen=True, kw_only=True):
    """A colleague who was asked to join."""

    of: int
    by: int | None
    need: str
    at: int


class Escalation(CasePart, frozen=True, kw_only=True):
    """The call that is open at the case's level. `until` is what an acknowledgement promised to the owner.

    `also` are called together with the responder, until one of them acknowledges. `path` is the escalation path it
    follows, `attempt` how often in a row its step was called before.
    """

    responder: int
    by: int | None
    at: int
    reason: str
    need: str
    acknowledge_by: int
    cause: str = ""
    acknowledged_at: int | None = None
    until: int | None = None
    nudges: int = 0
    also: tuple[int, ...] = ()
    path: str = ""
    attempt: int = 0

    @property
    def called(self) -> tuple[int, ...]:
        """Everybody who is called now, the responder first."""
        return (self.responder, *self.also)


class PastReview(CasePart, frozen=True, kw_only=True):
    """What an exception taught; `number` is that of its event, `at` when it was written."""

    number: int
    cause: str
    change: str = ""
    nothing_because: str = ""
    owner: int | None = None
    due: int | None = None
    done_at: int | None = None
    at: int = 0


class Inbound(CasePart, frozen=True, kw_only=True):
    """An inbound touch that no answer has followed yet; only the sort "message" waits for one.

    `heard` is when it became known here, where that was later than when it was said: no clock can have run before.
    """

    number: int
    at: int
    sort: str = "message"
    heard: int = 0


class OpenPromise(CasePart, frozen=True, kw_only=True):
    """An open promise; `number` is that of the event that made it, `late` that its time passed before it was moved."""

    number: int
    text: str
    due: int
    by: int
    made_at: int
    moves: int = 0
    late: bool = False


class OverdueNotice(CasePart, frozen=True, kw_only=True):
    """A clock that ran out and of which people were told; `mark` tells its run from the next."""

    kind: str
    mark: int
    number: int | None = None


class Parking(CasePart, frozen=True, kw_only=True):
    """The case is parked."""

    on: str
    since: int
    until: int | None = None
    reason: str = ""


class PastParking(CasePart, frozen=True, kw_only=True):
    """The case was parked; the rest was over at `until`, at the latest when it was to be over."""

    on: str
    since: int
    until: int


class Case(CasePart, frozen=True, kw_only=True):
    """The present state of a case; `version` is the number of its last event.

    `changed_at` is when its last event happened, `worked_at` the same without notes, automatic replies, bare thanks,
    undo and redo. `owner` None is duty, since `untaken_since`; `last_owner` is the last person who owned it, which
    tells a hop from a case that duty held in between. `hops` count this team's own moves since the last (re)opening,
    `moves` every change of owner ever seen. `resolved_at` is when the present resolution came, None without one.

    `answered_at` is the first answer, to a wait that had begun at `asked_at`; `told_at` our last word to the customer,
    `contact_at` the last contact at all. `rests` are those that are over, since it was (re)opened; `reopened_at` is
    when that was, None for a case that never ended. `told` are the clocks of whose running out people were told.
    `clocks_from` bars clocks of imported cases from starting before the import.
    """

    number: int
    version: int
    opened_at: int
    changed_at: int
    worked_at: int = 0
    subject: str = ""
    description: str = ""
    customer: int | None = None
    channel: str = "other"
    priority: str = "normal"
    tags: tuple[str, ...] = ()
    external: tuple[tuple[str, str], ...] = ()
    fields: dict[str, str] = {}
    label: str = ""
    status: str = OPEN
    resolved_at: int | None = None
    resolution: str = ""
    reopenings: int = 0
    owner: int | None = None
    untaken_since: int | None = None
    last_owner: int | None = None
    hops: int = 0
    moves: int = 0
    offer: OpenOffer | None = None
    helpers: tuple[Helper, ...] = ()
    level: int = 0
    highest: int = 0
    escalation: Escalation | None = None
    review_owed: bool = False
    reviews: tuple[PastReview, ...] = ()
    unanswered: tuple[Inbound, ...] = ()
    asked_at: int | None = None
    answered_at: int | None = None
    told_at: int | None = None
    contact_at: int | None = None
    promises: tuple[OpenPromise, ...] = ()
    parked: Parking | None = None
    rests: tuple[PastParking, ...] = ()
    reopened_at: int | None = None
    follows: int | None = None
    followed_by: tuple[int, ...] = ()
    merged_into: int | None = None
    told: tuple[OverdueNotice, ...] = ()
    imported: bool = False
    clocks_from: int = 0

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to look after it."""
        return self.status == OPEN

    @property
    def waiting_since(self) -> int | None:
        """When the oldest message came that nobody has answered; None when the customer waits for nothing."""
        oldest = None
        for touch in self.unanswered:  # asked twice for each row of an import
            if touch.sort == "message" and (oldest is None or touch.at < oldest):
                oldest = touch.at
        return oldest

    @property
    def heard_since(self) -> int | None:
        """Since when somebody here could have answered: `waiting_since`, or when we heard of it, if that was later."""
        return min((max(t.at, t.heard) for t in self.unanswered if t.sort == "message"), default=None)
