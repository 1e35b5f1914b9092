"""What a person can ask of the desk about a case: one frozen record for each command.

People, customers and cases are numbers, times epoch milliseconds. `decide` says what a command leads to.
"""

from __future__ import annotations

import msgspec

PRIORITIES = ("low", "normal", "high", "urgent")
CHANNELS = ("email", "phone", "chat", "web", "letter", "visit", "social", "other")
REASONS = ("exception", "authority", "expertise", "wish", "overdue")
"""Why a case is escalated: it falls outside the process, beyond our authority or knowledge, the customer wishes it,
or it is overdue."""
WAITS_ON = ("customer", "third party", "us")
SETTLED = ("kept", "released", "broken")
"""What becomes of the promises that are open when a case is resolved."""
SORTS = ("message", "auto", "thanks")


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """The base of every command."""


class New(Command, frozen=True, kw_only=True):
    """Open a case. `owner` None gives it to duty; anybody but the actor gets an offer while the actor owns it."""

    subject: str
    customer: int | None = None
    description: str = ""
    channel: str = "other"
    inbound: bool = True
    priority: str = "normal"
    owner: int | None = None
    tags: tuple[str, ...] = ()
    external: tuple[str, str] | None = None
    follows: int | None = None


class Offer(Command, frozen=True, kw_only=True):
    """Ask a colleague to take the case."""

    to: int
    reason: str
    next: str = ""


class Accept(Command, frozen=True, kw_only=True):
    """Take up an offer."""


class Decline(Command, frozen=True, kw_only=True):
    """Turn an offer down, and say who should have it instead (None: whoever leads)."""

    reason: str
    instead: int | None = None


class Withdraw(Command, frozen=True, kw_only=True):
    """Take an offer back."""

    reason: str = ""


class Take(Command, frozen=True, kw_only=True):
    """Take for oneself a case that nobody has taken."""


class TakeOver(Command, frozen=True, kw_only=True):
    """Take the case from its owner."""

    reason: str


class Reassign(Command, frozen=True, kw_only=True):
    """A lead gives the case to somebody at once (None: to duty)."""

    to: int | None
    reason: str = ""


class HandOver(Command, frozen=True, kw_only=True):
    """A lead gives what hangs on `of` to `to` (None: to duty): the case, an offer, a call, help, changes to make."""

    of: int
    to: int | None


class AskHelp(Command, frozen=True, kw_only=True):
    """Ask a colleague to join."""

    of: int
    need: str


class EndHelp(Command, frozen=True, kw_only=True):
    """A helper's part is done (None: the actor's own)."""

    who: int | None = None
    said: str = ""


class Escalate(Command, frozen=True, kw_only=True):
    """Call somebody able to resolve it (None: the next level's responder)."""

    reason: str
    need: str
    cause: str = ""
    to: int | None = None
    by: int | None = None


class Acknowledge(Command, frozen=True, kw_only=True):
    """The responder has it and says by when the owner hears next."""

    until: int


class Nudge(Command, frozen=True, kw_only=True):
    """Remind the responder."""

    said: str = ""


class Skip(Command, frozen=True, kw_only=True):
    """Call the next step, for the present one does not answer."""

    reason: str
    to: int | None = None


class Deescalate(Command, frozen=True, kw_only=True):
    """End the escalation with what was decided."""

    decided: str
    level: int = 0


class Review(Command, frozen=True, kw_only=True):
    """Say what an exception taught: its cause, and a change with its owner and due time, or why nothing changes."""

    cause: str
    change: str = ""
    nothing_because: str = ""
    owner: int | None = None
    due: int | None = None


class DoneAction(Command, frozen=True, kw_only=True):
    """The change that a review asked for is made (None: of the only open one)."""

    review: int | None = None
    said: str = ""


class Touch(Command, frozen=True, kw_only=True):
    """A contact with the customer. `sort` None: guessed from the words of an inbound one."""

    text: str
    inbound: bool = False
    channel: str = "email"
    sort: str | None = None
    proactive: bool = False


class Reclassify(Command, frozen=True, kw_only=True):
    """Correct the sort of an inbound touch, by the number of its event."""

    touch: int
    sort: str


class Note(Command, frozen=True, kw_only=True):
    """Write an internal note."""

    text: str


class Promise(Command, frozen=True, kw_only=True):
    """Record what we told the customer, and by when."""

    text: str
    due: int


class Keep(Command, frozen=True, kw_only=True):
    """Say that a promise is kept (None: the only open one)."""

    promise: int | None = None
    said: str = ""


class Move(Command, frozen=True, kw_only=True):
    """Give a promise a new time, and say whether the customer was told."""

    due: int
    told: bool
    promise: int | None = None
    reason: str = ""


class Release(Command, frozen=True, kw_only=True):
    """The customer releases us from a promise."""

    reason: str
    promise: int | None = None


class Park(Command, frozen=True, kw_only=True):
    """Let the case rest: on whom it waits, and until when."""

    on: str
    until: int
    reason: str = ""


class Unpark(Command, frozen=True, kw_only=True):
    """Back to work."""

    reason: str = ""


class Resolve(Command, frozen=True, kw_only=True):
    """Settle the matter, and say how; and, where promises are open, whether they are kept, released or broken."""

    said: str
    promises: str | None = None


class Reopen(Command, frozen=True, kw_only=True):
    """The matter is not settled after all."""

    reason: str


class FollowUp(Command, frozen=True, kw_only=True):
    """Another matter came of this case: open a case of its own that follows it."""

    subject: str
    description: str = ""
    channel: str = "other"
    owner: int | None = None


class Merge(Command, frozen=True, kw_only=True):
    """Both are one matter: the case goes on as `into`. Different customers need `confirm`."""

    into: int
    confirm: bool = False


class Edit(Command, frozen=True, kw_only=True):
    """Correct words or data of the case; what is None stays."""

    subject: str | None = None
    description: str | None = None
    customer: int | None = None
    channel: str | None = None
    priority: str | None = None


class Tag(Command, frozen=True, kw_only=True):
    """Add and remove tags."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
