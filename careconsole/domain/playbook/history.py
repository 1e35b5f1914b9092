"""The history of a playbook: append-only, like that of a case, and its state is folded from it.

Facts are stored as JSON under their kind, and read forever: a new field needs a default. Times are epoch milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, TypeAlias

import msgspec
from msgspec.structs import replace

from careconsole.domain.playbook.content import Content

CONFIRMED_FOR = 183 * 24 * 3_600_000
"""For how long a lead's confirmation lasts if no other time is given: half a year, in milliseconds."""


class PlaybookFact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The base of what can happen to a playbook."""

    kind: ClassVar[str] = ""

    @property
    def told(self) -> str:
        """What happened, as a predicate: "retired it: nobody needs it"."""
        raise NotImplementedError


class Written(PlaybookFact, frozen=True, kw_only=True):
    """It was written: from scratch, or after the review `review` (the number of its entry) of case `case`.

    `confirmed_until` is set if a lead wrote it: until when what it lets the frontline decide is confirmed.
    """

    kind: ClassVar[str] = "written"

    content: Content
    case: int | None = None
    review: int | None = None
    confirmed_until: int | None = None

    @property
    def told(self) -> str:
        """What happened, as a predicate."""
        return "wrote it" if self.case is None else f"wrote it from case {self.case}"


class Revised(PlaybookFact, frozen=True, kw_only=True):
    """Its text was changed. `confirmed_until` as in `Written`: a change of the authority needs a lead again."""

    kind: ClassVar[str] = "revised"

    content: Content
    why: str = ""
    confirmed_until: int | None = None

    @property
    def told(self) -> str:
        """What happened, as a predicate."""
        return f"revised it: {self.why}" if self.why else "revised it"


class Confirmed(PlaybookFact, frozen=True, kw_only=True):
    """A lead confirmed what it lets the frontline decide, until a time."""

    kind: ClassVar[str] = "confirmed"

    until: int

    @property
    def told(self) -> str:
        """What happened, as a predicate."""
        return "confirmed what it lets the frontline decide"


class Retired(PlaybookFact, frozen=True, kw_only=True):
    """It is no longer offered."""

    kind: ClassVar[str] = "retired"

    reason: str

    @property
    def told(self) -> str:
        """What happened, as a predicate."""
        return f"retired it: {self.reason}"


class Restored(PlaybookFact, frozen=True, kw_only=True):
    """It is offered again."""

    kind: ClassVar[str] = "restored"

    @property
    def told(self) -> str:
        """What happened, as a predicate."""
        return "restored it"


class Undone(PlaybookFact, frozen=True, kw_only=True):
    """Command number `command` was undone, so what it did to the playbook no longer counts."""

    kind: ClassVar[str] = "undone"

    command: int

    @property
    def told(self) -> str:
        """What happened, as a predicate."""
        return f"undid command {self.command}"


class Redone(PlaybookFact, frozen=True, kw_only=True):
    """Command number `command` was redone."""

    kind: ClassVar[str] = "redone"

    command: int

    @property
    def told(self) -> str:
        """What happened, as a predicate."""
        return f"redid command {self.command}"


AnyFact: TypeAlias = Written | Revised | Confirmed | Retired | Restored | Undone | Redone
KINDS: dict[str, type[AnyFact]] = {
    kind.kind: kind for kind in (Written, Revised, Confirmed, Retired, Restored, Undone, Redone)
}
"""Every kind of fact by the name it is stored under."""


class PlaybookEvent(msgspec.Struct, frozen=True):
    """One entry of a playbook's history: `number` counts from 1 within it."""

    number: int
    at: int
    actor: int
    command: int
    fact: AnyFact


class Playbook(msgspec.Struct, frozen=True, kw_only=True):
    """The present state of a playbook. `version` is the number of its last event, `edition` counts its texts.

    `keeper` is who wrote the text last, and hears what people say about it. `confirmed_until` is until when a lead has
    confirmed what it lets the frontline decide; None: never. `case` and `review` say where it comes from. `retired` is
    the reason why it is no longer offered; empty while it is. `void` means that its writing was undone.
    """

    number: int
    version: int
    edition: int
    content: Content
    keeper: int
    written_at: int
    changed_at: int
    case: int | None = None
    review: int | None = None
    confirmed_until: int | None = None
    retired: str = ""
    void: bool = False

    @property
    def is_offered(self) -> bool:
        """Whether it may be suggested and used."""
        return not self.retired and not self.void

    def may_decide(self, now: int) -> bool:
        """Whether it lets the frontline decide something at `now`: confirmed by a lead, and not run out."""
        may, confirmed = self.content.may, self.confirmed_until
        if may is None or confirmed is None or not self.is_offered:
            return False
        return now < confirmed and (may.until is None or now < may.until)


def standing(history: Sequence[PlaybookEvent]) -> list[PlaybookEvent]:
    """The events that were not undone, without undo and redo themselves."""
    gone: set[int] = set()
    for event in history:
        if isinstance(event.fact, Undone):
            gone.add(event.fact.command)
        elif isinstance(event.fact, Redone):
            gone.discard(event.fact.command)
    return [e for e in history if not isinstance(e.fact, Undone | Redone) and e.command not in gone]


def fold(number: int, history: Sequence[PlaybookEvent]) -> Playbook:
    """The state of a playbook after its whole history. Raises ValueError for one that does not begin with `Written`."""
    first = history[0]
    if not isinstance(first.fact, Written):
        raise ValueError(f"the history of playbook {number} begins with {first.fact.kind!r}")
    left = standing(history)
    playbook = _begin(number, first)
    if not left or left[0] is not first:
        playbook = replace(playbook, void=True)
    for event in left:
        playbook = _apply(playbook, event)
    return replace(playbook, version=history[-1].number, changed_at=history[-1].at)


def editions(history: Sequence[PlaybookEvent]) -> list[tuple[PlaybookEvent, Content]]:
    """The texts that the playbook has had, the oldest first, each with its event; undone ones are left out."""
    return [(event, event.fact.content) for event in standing(history) if isinstance(event.fact, Written | Revised)]


def _begin(number: int, event: PlaybookEvent) -> Playbook:
    fact = event.fact
    assert isinstance(fact, Written)
    return Playbook(
        number=number,
        version=event.number,
        edition=1,
        content=fact.content,
        keeper=event.actor,
        written_at=event.at,
        changed_at=event.at,
        case=fact.case,
        review=fact.review,
        confirmed_until=fact.confirmed_until,
    )


def _apply(playbook: Playbook, event: PlaybookEvent) -> Playbook:
    match event.fact:
        case Revised(content=content, confirmed_until=until):
            same_authority = content.may == playbook.content.may
            return replace(
                playbook,
                content=content,
                edition=playbook.edition + 1,
                keeper=event.actor,
                confirmed_until=until if until is not None or not same_authority else playbook.confirmed_until,
            )
        case Confirmed(until=until):
            return replace(playbook, confirmed_until=until)
        case Retired(reason=reason):
            return replace(playbook, retired=reason)
        case Restored():
            return replace(playbook, retired="")
        case _:
            return playbook
