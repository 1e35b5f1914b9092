"""What we told the customer to expect, and by when: promises are made, kept, moved, or released."""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from careconsole.domain.case.command import Command
from careconsole.domain.case.context import Context, must_be_later, must_be_open, must_explain, must_say
from careconsole.domain.case.entries import NamedEntry
from careconsole.domain.case.event import Changes, Direction, Event, Fact
from careconsole.domain.case.narrator import Narrator, after_colon
from careconsole.domain.case.registry import event
from careconsole.domain.case.state import Case, OpenPromise
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import given, suggest


class Promise(Command, frozen=True, kw_only=True):
    """Record what we promised the customer, and by when."""

    text: str
    due: int

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Promises are made on open cases."""
        must_be_open(case, ctx)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Records the promise as made by the actor."""
        must_be_later(self.due, ctx, "The promised time")
        return [Promised(text=must_say(self.text, "The promise"), due=self.due, by=ctx.actor)]


@event("promised")
class Promised(Fact, frozen=True, kw_only=True):
    """`by` told the customer that something happens by `due`. The event's number is the promise's number.

    One that came with a merge or a split was made earlier, at `made_at`; `moves`, `late` and `untold` come with it.
    """

    text: str
    due: int
    by: int
    made_at: int | None = None
    moves: int = 0
    late: bool = False
    untold: bool = False

    def apply(self, case: Case, event: Event) -> Changes:
        """Opens the promise."""
        promise = OpenPromise(
            number=event.number,
            text=self.text,
            due=self.due,
            by=self.by,
            made_at=self.made_at or event.at,
            moves=self.moves,
            late=self.late,
            untold=self.untold,
        )
        return {"promises": (*case.promises, promise)}

    @property
    def is_public(self) -> bool:
        """The customer was told; not of its coming to another case."""
        return self.made_at is None

    @property
    def named_text(self) -> str:
        """The text of the promise."""
        return self.text

    def sentence(self, narrator: Narrator) -> str:
        """Says what was promised, and by when."""
        if self.made_at is None:
            return f"promised by {narrator.moment(self.due)}: {self.text}"
        return f"brought to it what {narrator.name(self.by)} had promised by {narrator.moment(self.due)}: {self.text}"


class KeepPromise(Command, frozen=True, kw_only=True):
    """Mark a promise as kept (None: the only open one)."""

    digested_as = "Keep"

    promise: int | None = None
    said: str = ""

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Needs an open case with an open promise."""
        _must_promise(case, ctx)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Marks the promise as kept."""
        return [PromiseKept(promise=_which(case, self.promise), said=self.said.strip())]


@event("promise kept")
class PromiseKept(Fact, frozen=True, kw_only=True):
    """Promise number `promise` is kept."""

    promise: int
    said: str = ""

    def apply(self, case: Case, event: Event) -> Changes:
        """Closes the promise."""
        return _settled(case, self.promise)

    @property
    def names_earlier(self) -> bool:
        """It is about a promise that was made before."""
        return True

    def sentence(self, narrator: Narrator) -> str:
        """Says which one, and what was done."""
        return f"kept {narrator.the_promise(self.promise)}{after_colon(self.said)}"


class MovePromise(Command, frozen=True, kw_only=True):
    """Give a promise a new time, and say whether the customer was told."""

    digested_as = "Move"

    due: int
    told: bool
    promise: int | None = None
    reason: str = ""

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Needs an open case with an open promise."""
        _must_promise(case, ctx)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Moves the promise. The move is counted, and past its old time the promise is late all the same."""
        must_be_later(self.due, ctx, "The new time")
        number = _which(case, self.promise)
        reason = self.reason.strip()
        return [PromiseMoved(promise=number, due=self.due, told=self.told, reason=reason)]


@event("promise moved")
class PromiseMoved(Fact, frozen=True, kw_only=True):
    """Promise number `promise` has a new time; `told` says whether the customer knows."""

    promise: int
    due: int
    told: bool
    reason: str = ""

    def apply(self, case: Case, event: Event) -> Changes:
        """Sets the new time; if the old one has passed, the promise is late for good."""
        promises = tuple(
            replace(
                p,
                due=self.due,
                moves=p.moves + 1,
                late=p.late or event.at > p.due,
                untold=p.untold and not self.told,
            )
            if p.number == self.promise
            else p
            for p in case.promises
        )
        return {"promises": promises}

    @property
    def is_public(self) -> bool:
        """Whether the customer was told."""
        return self.told

    @property
    def names_earlier(self) -> bool:
        """It is about a promise that was made before."""
        return True

    def sentence(self, narrator: Narrator) -> str:
        """Says which one, to when, and whether the customer knows."""
        told = "the customer was told" if self.told else "the customer was not told"
        why = f" ({self.reason})" if self.reason else ""  # beside "told" it would read as what they were told
        return f"moved {narrator.the_promise(self.promise)} to {narrator.moment(self.due)}{why}; {told}"


class ReleasePromise(Command, frozen=True, kw_only=True):
    """The customer releases us from a promise."""

    digested_as = "Release"

    reason: str
    promise: int | None = None

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Needs an open case with an open promise."""
        _must_promise(case, ctx)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Releases the promise, with the customer's reason."""
        reason = must_explain(self.reason, "Why the customer released us")
        return [PromiseReleased(promise=_which(case, self.promise), reason=reason)]


@event("promise released")
class PromiseReleased(Fact, frozen=True, kw_only=True):
    """The customer released us from promise number `promise`."""

    promise: int
    reason: str

    def apply(self, case: Case, event: Event) -> Changes:
        """Closes the promise."""
        return _settled(case, self.promise)

    @property
    def is_public(self) -> bool:
        """The customer released us."""
        return True

    @property
    def direction(self) -> Direction:
        """From the customer, who said so."""
        return "in"

    @property
    def names_earlier(self) -> bool:
        """It is about a promise that was made before."""
        return True

    def sentence(self, narrator: Narrator) -> str:
        """Says which one, and why."""
        return f"was released from {narrator.the_promise(self.promise)}{after_colon(self.reason)}"


def open_promises(case: Case, history: Sequence[Event], moment: Callable[[int], str]) -> list[NamedEntry]:
    """The open promises, by due time."""
    some = sorted(case.promises, key=lambda promise: promise.due)
    told = {True: ", not told: the mail came back", False: ""}
    return [NamedEntry(p.number, p.text, f"by {moment(p.due)}{told[p.untold]}") for p in some]


def _settled(case: Case, number: int) -> Changes:
    return {"promises": tuple(p for p in case.promises if p.number != number)}


def _must_promise(case: Case, ctx: Context) -> None:
    must_be_open(case, ctx)
    if not case.promises:
        raise Refused(
            f"Case {case.number} has no open promise.",
            "Make one: {}.",
            suggest("promise", case.number, text=..., due=...),
        )


def _which(case: Case, number: int | None) -> int:
    numbers = [p.number for p in case.promises]
    if number is None and len(numbers) == 1:
        return numbers[0]
    if number not in numbers:
        listed = ", ".join(f"{p.number} ({p.text})" for p in case.promises)
        raise WrongUse(
            f"Which promise of case {case.number}?" if number is None else f"There is no open promise {number}.",
            "Give one {}: {}.",
            given(promise=...),
            listed,
        )
    return number
