"""How a case begins, is told of and corrected, ends, begins again and goes on as another."""

from __future__ import annotations

import msgspec

from careconsole.domain.case.state import Escalation
from careconsole.domain.facts.fact import Fact


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


class Noted(Fact, frozen=True, kw_only=True):
    """An internal note."""

    text: str


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
