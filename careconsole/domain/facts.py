"""What can happen in a case's life: one frozen record for each kind of event.

A fact is the payload of an event; the envelope (`Event`) says when it happened, when it was written down, by whom and
by which command. Facts are stored as JSON and read for ever: a new field needs a default, a field is never renamed.
People, customers and cases are named by their numbers; times are epoch milliseconds, UTC.
"""

from __future__ import annotations

import msgspec

from careconsole.domain.case import Escalation

SELF_ANSWERING = ("phone", "visit")
"""Channels on which the customer hears us at once, so that a contact from them waits for nothing."""


class Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The base of every fact; `KINDS` names them all."""


class Opened(Fact, frozen=True, kw_only=True):
    """A case began. `owner` None is duty; `inbound` says that the customer came to us and waits for an answer."""

    subject: str
    description: str = ""
    customer: int | None = None
    channel: str = "other"
    inbound: bool = True
    priority: str = "normal"
    owner: int | None = None
    tags: tuple[str, ...] = ()
    external: tuple[str, str] | None = None
    follows: int | None = None


class Recorded(Fact, frozen=True, kw_only=True):
    """One line of another system's history: what it says held from then on, and the words that passed then.

    What is absent says nothing; a field that is empty is one that the case no longer has.

    `status` is "open", "parked", "resolved" or "closed" and `label` the source's own word for it. `nobody` hands the
    case to duty. An `inert` line came too late to change anything: people here had already worked on the case. `again`
    has a bit for each thing the line said that was so before it (`retold.SAID`). Of a parked case, `on` is whom it
    waits for, as in Parked; where nothing tells, that is the customer.

    `said` are words, and `way` tells which way they went: "in" (from the customer), "out" (to the customer) or "note"
    (internal). `sort` is that of words that came in, as in Touched, `by` the colleague who said the others. The channel
    of a line with words is theirs. Even an inert line's words count. `merged_into` is the source's id of the case that
    this one goes on as, and `into` its number here, where that case is known.
    """

    external: tuple[str, str] | None = None
    owner: int | None = None
    nobody: bool = False
    level: int | None = None
    status: str | None = None
    label: str = ""
    customer: int | None = None
    subject: str = ""
    description: str = ""
    priority: str | None = None
    channel: str | None = None
    tags: tuple[str, ...] = ()
    fields: dict[str, str] | None = None
    inert: bool = False
    again: int = 0
    said: str = ""
    way: str = ""
    sort: str = ""
    by: int | None = None
    merged_into: str = ""
    into: int | None = None
    on: str = ""


class Offered(Fact, frozen=True, kw_only=True):
    """The owner would like `to` to take the case; until then nothing changes hands. `declines` so far in this round."""

    to: int
    reason: str
    next: str = ""
    declines: int = 0


class Accepted(Fact, frozen=True, kw_only=True):
    """The offer was taken up: `person` owns the case. With `absence` its owner was away: no hop that counts."""

    person: int
    absence: bool = False


class Declined(Fact, frozen=True, kw_only=True):
    """The offer was turned down, with the reason and who should have it instead (None: the lead on duty)."""

    reason: str
    instead: int | None = None


class Withdrawn(Fact, frozen=True, kw_only=True):
    """The offer was taken back."""

    reason: str = ""


class Taken(Fact, frozen=True, kw_only=True):
    """`person` took for themselves a case that nobody had taken."""

    person: int


class TakenOver(Fact, frozen=True, kw_only=True):
    """`person` took the case from its owner, and said why. `absence` as in Accepted."""

    person: int
    reason: str
    absence: bool = False


class Reassigned(Fact, frozen=True, kw_only=True):
    """A lead gave the case to somebody at once (None: to duty). `absence` as in Accepted."""

    to: int | None
    reason: str = ""
    absence: bool = False


class HelpAsked(Fact, frozen=True, kw_only=True):
    """A colleague joins; owner and level stay."""

    of: int
    need: str


class HelpEnded(Fact, frozen=True, kw_only=True):
    """The colleague's part is done."""

    who: int
    said: str = ""


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


class OfferExpired(Fact, frozen=True, kw_only=True):
    """`to` has not answered the offer in its time: it is off, and the case is its owner's as before."""

    to: int


class Returned(Fact, frozen=True, kw_only=True):
    """The time until which the case was parked has come: it is back at work."""


class Late(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One clock of a case that ran out, as it was told. `number` is that of the promise, or of a change's review.

    `mark` tells one run of the clock from the next: when it was due, where somebody named that time, else its begin.
    """

    kind: str
    due: int
    mark: int
    number: int | None = None


class Overdue(Fact, frozen=True, kw_only=True):
    """Clocks ran out, and who answers for the case and the lead on duty were told."""

    clocks: tuple[Late, ...]


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


class Noted(Fact, frozen=True, kw_only=True):
    """An internal note."""

    text: str


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


class Resolved(Fact, frozen=True, kw_only=True):
    """The matter is settled, and how. Promises that are open still are broken with it."""

    said: str


class Reopened(Fact, frozen=True, kw_only=True):
    """The matter is not settled after all; its owner, or who is answerable for them, has it again.

    `waits` says that the customer waits for our word from here on; with their own message, that one says so.
    """

    reason: str = ""
    waits: bool = True


class Followed(Fact, frozen=True, kw_only=True):
    """Another matter came of this one: case number `by`."""

    by: int


class Absorbed(Fact, frozen=True, kw_only=True):
    """Case number `loser` was merged into this one, which takes over what must not be lost.

    Its promises and the changes its reviews still ask for follow as events of their own.
    """

    loser: int
    level: int = 0
    waiting_since: int | None = None
    review_owed: bool = False
    external: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = ()
    escalation: Escalation | None = None
    customer: int | None = None
    clocks_from: int = 0


class Merged(Fact, frozen=True, kw_only=True):
    """This case goes on as case number `into`."""

    into: int


class Edited(Fact, frozen=True, kw_only=True):
    """Words or data of the case were corrected; what is None stayed."""

    subject: str | None = None
    description: str | None = None
    customer: int | None = None
    channel: str | None = None
    priority: str | None = None


class Tagged(Fact, frozen=True, kw_only=True):
    """Tags were added and removed."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class Undone(Fact, frozen=True, kw_only=True):
    """Command number `command` is taken out of the history's fold."""

    command: int


class Redone(Fact, frozen=True, kw_only=True):
    """Command number `command` is put back."""

    command: int


KINDS: dict[str, type[Fact]] = {
    "opened": Opened,
    "recorded": Recorded,
    "offered": Offered,
    "accepted": Accepted,
    "declined": Declined,
    "withdrawn": Withdrawn,
    "taken": Taken,
    "taken over": TakenOver,
    "reassigned": Reassigned,
    "help asked": HelpAsked,
    "help ended": HelpEnded,
    "escalated": Escalated,
    "acknowledged": Acknowledged,
    "call handed": CallHanded,
    "nudged": Nudged,
    "skipped": Skipped,
    "call timed out": CallTimedOut,
    "offer expired": OfferExpired,
    "returned": Returned,
    "overdue": Overdue,
    "de-escalated": Deescalated,
    "reviewed": Reviewed,
    "action handed": ActionHanded,
    "action done": ActionDone,
    "touched": Touched,
    "reclassified": Reclassified,
    "noted": Noted,
    "promised": Promised,
    "promise kept": PromiseKept,
    "promise moved": PromiseMoved,
    "promise released": PromiseReleased,
    "parked": Parked,
    "unparked": Unparked,
    "resolved": Resolved,
    "reopened": Reopened,
    "followed": Followed,
    "absorbed": Absorbed,
    "merged": Merged,
    "edited": Edited,
    "tagged": Tagged,
    "undone": Undone,
    "redone": Redone,
}
"""Every kind of event by the name it is stored under."""

SWEPT = (CallTimedOut, OfferExpired, Returned, Overdue)
"""What follows from time alone and was done by no person; such an event has neither an actor nor a command."""

KIND_OF: dict[type[Fact], str] = {fact: kind for kind, fact in KINDS.items()}
"""The stored name of a fact's type."""


class Event(msgspec.Struct, frozen=True, gc=False):
    """One entry of a case's history.

    `number` counts within the case from 1 and orders the fold. `at` is when it happened, `recorded_at` when it was
    written down (epoch milliseconds). `actor` is a person's number (None: an import, or the sweep), `command` the
    number of the command that wrote it, `batch` that of the import.
    """

    number: int
    at: int
    recorded_at: int
    fact: Fact
    actor: int | None = None
    command: int | None = None
    batch: int | None = None

    @property
    def kind(self) -> str:
        """The stored name of what happened."""
        return KIND_OF[type(self.fact)]


def text_of(fact: Fact) -> str:
    """The words of a fact that a search should find, one after the other; empty when it has none."""
    if isinstance(fact, Opened):
        return f"{fact.subject}\n{fact.description}".strip()
    if isinstance(fact, Recorded):
        return "\n".join(part for part in (fact.subject, fact.description, fact.said) if part).strip()
    parts = (getattr(fact, name, None) for name in _WORDS)
    return "\n".join(part for part in parts if isinstance(part, str) and part)


_WORDS = ("subject", "description", "text", "reason", "need", "next", "said", "decided", "change", "nothing_because")
