"""What follows in the same command: a message, or a new case, and with it a promise, a parking or the resolution."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace

from careconsole.domain.case.causes import KnownCause
from careconsole.domain.case.command import Cases, Command, Decision
from careconsole.domain.case.context import Context, must_be_one_of, must_say
from careconsole.domain.case.event import Event, Fact
from careconsole.domain.case.state import Case, Inbound
from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import given

if TYPE_CHECKING:
    # Imported where they are used: a case that was only opened loads none of these rules (tests/test_house.py).
    from careconsole.domain.case.causes import KnownCause
    from careconsole.domain.case.lessons import Lesson
    from careconsole.domain.case.resolution import Resolve

PROMISE, PARK, RESOLVE = "promise", "park", "resolve"
THENS = (PROMISE, PARK, RESOLVE)
"""What can follow."""

_OPTIONS = {PROMISE: ("due",), PARK: ("on", "until"), RESOLVE: ("promises", "answer")}
"""The fields that belong to each; the others must be left out."""
REVIEW_FIELDS = ("cause", "change", "owner", "came_back", "without_help")
"""The fields of `MessageThen` that belong to the resolution, as in `Resolve`; a change has its time in `due`."""
_NEEDED = {PROMISE: ("due",), PARK: ("on", "until")}
_MISSING = {PROMISE: "A promise needs a time.", PARK: "A parked case waits on somebody, until some time."}


class CommandThen(Command, frozen=True, kw_only=True):
    """The base of a command that says something, and can go on with a promise, a parking or the resolution.

    `then` is one of `THENS`; None leaves the case open. The other fields are those of that command. `said` is what was
    promised, how it was resolved, or why it is parked; left out, it is the text, if that is ours (`is_ours`).
    """

    digested_when_given: ClassVar[frozenset[str]] = frozenset(
        {"then", "due", "on", "until", "said", "promises", "answer"}
    )
    review_fields: ClassVar[tuple[str, ...]] = ()
    """Those of `REVIEW_FIELDS` that it has."""

    then: str | None = None
    due: int | None = None
    on: str | None = None
    until: int | None = None
    said: str = ""
    promises: str | None = None
    answer: str | None = None

    def following(
        self,
        case: Case | None,
        facts: list[Fact],
        text: str,
        ctx: Context,
        *,
        ours: bool,
        known: KnownCause | None = None,
        asked: bool = False,
    ) -> list[Fact]:
        """The facts that follow `facts` on `case` (None: they open it), by the rules of what was chosen.

        `ours`: the text says it in our words. `known` is what is known of the cause of what the resolution reviews.
        `asked`: the customer has just said something, so that a resolution says what they heard of it.
        Raises Refused and WrongUse as that command does, and WrongUse for fields that do not belong to it.
        """
        self._must_belong()
        if self.then is None:
            return []
        # Imported here: the history of a case that was only opened loads none of these rules (tests/test_house.py).
        from careconsole.domain.case.parking import Park
        from careconsole.domain.case.promises import Promise
        from careconsole.domain.case.resolution import Resolve

        after = state_after(case, facts, ctx)
        if self.then == PARK:
            assert self.on is not None
            assert self.until is not None
            Park.guard(after, ctx)
            return Park(on=self.on, until=self.until, reason=self.said).decide(after, ctx)
        said = self._words(text, ours=ours)
        if self.then == PROMISE:
            assert self.due is not None
            Promise.guard(after, ctx)
            return Promise(text=said, due=self.due).decide(after, ctx)
        Resolve.guard(after, ctx)
        if asked and after.unanswered_since is None:
            after = replace(after, unanswered=(Inbound(number=after.version, at=ctx.now),))
        return self._resolving(said).settling(after, ctx, said, known or KnownCause(), given)

    def _resolving(self, said: str) -> Resolve:
        from careconsole.domain.case.resolution import Resolve

        return Resolve(said=said, promises=self.promises, answer=self.answer)

    def _must_belong(self) -> None:
        if self.then is not None:
            must_be_one_of(self.then, THENS, "ending")
        fitting = _OPTIONS.get(self.then or "", ())
        if self.then == RESOLVE and self.review_fields:
            fitting += (*self.review_fields, *(("due",) if getattr(self, "change", "") else ()))
        others = [*(name for names in _OPTIONS.values() for name in names), *self.review_fields]
        others = [name for name in others if name not in fitting]
        if self.then is None:
            others.append("said")
        for name in others:
            if getattr(self, name) not in (None, "", False):
                owner = next((then for then, names in _OPTIONS.items() if name in names), RESOLVE)
                raise WrongUse(f"{name!r} belongs to what follows.", "Say what does, {}.", given(then=owner))
        for name in _NEEDED.get(self.then or "", ()):
            if getattr(self, name) is None:
                missing = {need: ... for need in _NEEDED[self.then or ""] if getattr(self, need) is None}
                raise WrongUse(_MISSING[self.then or ""], "Say it {}.", given(**missing))

    def _words(self, text: str, *, ours: bool) -> str:
        what = "The promise" if self.then == PROMISE else "How it was resolved"
        if self.said.strip() or (ours and text.strip()):
            return must_say(self.said.strip() or text, what)
        own = "are no promise of ours" if self.then == PROMISE else "do not say how it was resolved"
        why = f"The customer's own words {own}." if text.strip() else f"{what} is missing."
        raise WrongUse(why, "Say it in a few words, {}.", given(said=...))


class MessageThen(CommandThen, frozen=True, kw_only=True):
    """The base of a command that writes on a case that is there already, and so may have been escalated.

    The resolution can then say what the exception taught, as in `Resolve`: its cause, and a change with its `owner`
    and its time `due`.
    """

    digested_when_given: ClassVar[frozenset[str]] = CommandThen.digested_when_given | set(REVIEW_FIELDS)
    review_fields: ClassVar[tuple[str, ...]] = REVIEW_FIELDS

    cause: str = ""
    change: str = ""
    owner: int | None = None
    came_back: str = ""
    without_help: bool = False

    def decide_with(self, case: Case, ctx: Context, cases: Cases) -> Decision:
        """As `decide`, with what is known of the cause where the resolution reviews the case."""
        if self.then != RESOLVE:
            return [(case.number, self.decide(case, ctx))]
        return self.reviewing(case, ctx, cases, cases.cause(self.cause, case))

    def reviewing(self, case: Case, ctx: Context, cases: Cases, known: KnownCause) -> Decision:
        """The decision of a command that resolves the case; `known` is what is known of its cause."""
        raise NotImplementedError

    @property
    def lesson(self) -> Lesson:
        """What the resolution says of what the exception taught."""
        return self._resolving(self.said).lesson(self.said)

    def _resolving(self, said: str) -> Resolve:
        from careconsole.domain.case.resolution import Resolve

        return Resolve(
            said=said,
            promises=self.promises,
            answer=self.answer,
            cause=self.cause,
            change=self.change,
            owner=self.owner,
            due=self.due,
            came_back=self.came_back,
            without_help=self.without_help,
        )


def is_ours(then: str | None, *, inbound: bool, to_them: bool = True) -> bool:
    """Whether a text says in our words what follows.

    A message (`to_them`) does if it is from us: one from the customer is their words, on the phone too. So is the
    description of a new case (not `to_them`) that they came to us with; of another one it is ours, though no promise.
    """
    return not inbound and (to_them or then != PROMISE)


def state_after(case: Case | None, facts: list[Fact], ctx: Context) -> Case:
    """The state of a case once the facts are recorded; None: the first of them opens it, as case 0."""
    from careconsole.domain.case.evolve import begin, evolve

    after = case
    version = case.version if case is not None else 0
    for number, fact in enumerate(facts, start=version + 1):
        event = Event(number=number, at=ctx.now, recorded_at=ctx.now, fact=fact, actor=ctx.actor, command=0)
        after = begin(0, event) if after is None else evolve(after, event)
    assert after is not None
    return after
