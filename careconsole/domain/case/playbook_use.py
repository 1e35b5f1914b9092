"""Using a playbook on a case: its steps, deciding what it lets the frontline decide, and whether it fitted."""

from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation

from msgspec.structs import replace

from careconsole.domain.case.command import Command
from careconsole.domain.case.context import Context, must_be_one_of, must_be_open, must_exist, must_say
from careconsole.domain.case.entries import NamedEntry
from careconsole.domain.case.event import Changes, Event, Fact
from careconsole.domain.case.narrator import Narrator, after_colon
from careconsole.domain.case.playbook_summary import FITS, FITTED, NOT, PARTLY, UsablePlaybook
from careconsole.domain.case.registry import event
from careconsole.domain.case.state import Case, PlaybookUse
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import given, hint_of, suggest

URGENT_TAGS = frozenset(("safety", "danger"))
"""Tags of cases on which nobody is asked why they call a lead."""


class UsePlaybook(Command, frozen=True, kw_only=True):
    """Use a playbook on the case: its steps become a checklist there."""

    playbook: int

    @property
    def wants_playbooks(self) -> bool:
        """It needs the one it names."""
        return True

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Anybody who works on an open case may use one."""
        must_be_open(case, ctx)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Refused for a playbook that is retired, or in use here already."""
        playbook = _usable(self.playbook, ctx)
        if use := current_use(case, playbook.number):
            raise Refused(
                f"Playbook {use.playbook} is in use on case {case.number} already.",
                "Say whether it fitted: {}.",
                suggest("fit", case.number, playbook=use.playbook, fit=...),
            )
        return [
            PlaybookUsed(playbook=playbook.number, edition=playbook.edition, title=playbook.title, steps=playbook.steps)
        ]


@event("playbook used")
class PlaybookUsed(Fact, frozen=True, kw_only=True):
    """A playbook was used: its number, which of its texts, and what that said to do.

    `ticked`: the places of steps that were done before, on a case that was merged into this one.
    """

    playbook: int
    edition: int
    title: str
    steps: tuple[str, ...] = ()
    ticked: tuple[int, ...] = ()

    def apply(self, case: Case, event: Event) -> Changes:
        """Adds the use."""
        use = _use(self.playbook, self.edition, self.title, self.steps, event)
        return {"playbooks": (*case.playbooks, replace(use, ticked=self.ticked))}

    @property
    def changes_nothing(self) -> bool:
        """A decision made without knowing of it is still valid."""
        return True

    def sentence(self, narrator: Narrator) -> str:
        """Names the playbook."""
        return f"used playbook {self.playbook}: {self.title}"


class DecideByPlaybook(Command, frozen=True, kw_only=True):
    """Decide what a playbook lets the frontline decide, without calling a lead.

    `amount` is the sum that was decided, if the playbook has a limit.
    """

    playbook: int
    said: str
    amount: str = ""

    @property
    def wants_playbooks(self) -> bool:
        """It needs the one it names."""
        return True

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Anybody who works on an open case may decide what a playbook lets them."""
        must_be_open(case, ctx)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Refused without authority, and beyond its limit; then a lead has to be called."""
        playbook = _usable(self.playbook, ctx)
        up = suggest("escalate", case.number, reason="authority", need=...)
        if playbook.no_authority:
            raise Refused(f"{playbook.no_authority}.", "Call somebody who may decide: {}.", up)
        said = must_say(self.said, "What was decided")
        amount = ""
        if playbook.limit:
            if not self.amount.strip():
                raise WrongUse(
                    f"Playbook {playbook.number} has a limit of {playbook.limit} {playbook.currency}.",
                    "Give the sum {}.",
                    given(amount=...),
                )
            sum_ = amount_of(self.amount)
            if is_beyond(self.amount, playbook.limit):
                raise Refused(
                    f"{sum_:f} {playbook.currency} is beyond the limit of playbook {playbook.number}"
                    f" ({playbook.limit} {playbook.currency}).",
                    "Call somebody who may decide: {}.",
                    up,
                )
            amount = f"{sum_:f}"
        elif self.amount.strip():
            raise WrongUse(f"Playbook {playbook.number} has no limit, so no sum is counted.", "Leave the sum out.")
        return [
            DecidedByPlaybook(
                playbook=playbook.number,
                edition=playbook.edition,
                title=playbook.title,
                steps=playbook.steps,
                said=said,
                amount=amount,
                currency=playbook.currency if amount else "",
            )
        ]


@event("decided by playbook")
class DecidedByPlaybook(Fact, frozen=True, kw_only=True):
    """The frontline decided what a playbook lets them. `amount` is a sum in `currency`, empty without a limit."""

    playbook: int
    edition: int
    title: str
    said: str
    steps: tuple[str, ...] = ()
    amount: str = ""
    currency: str = ""

    def apply(self, case: Case, event: Event) -> Changes:
        """Marks the use as decided; begins one if the playbook was not in use."""
        use = current_use(case, self.playbook)
        others = tuple(one for one in case.playbooks if one is not use)
        use = use or _use(self.playbook, self.edition, self.title, self.steps, event)
        return {"playbooks": (*others, replace(use, decided=self.said, amount=self.amount, currency=self.currency))}

    def sentence(self, narrator: Narrator) -> str:
        """Says what was decided, by which playbook, and the sum."""
        sum_ = f" ({self.amount} {self.currency})" if self.amount else ""
        return f"decided by playbook {self.playbook}{sum_}: {self.said}"


class RatePlaybook(Command, frozen=True, kw_only=True):
    """Say whether a playbook fitted (`playbook` None: the only one in use)."""

    fit: str
    playbook: int | None = None
    said: str = ""

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Needs a playbook that was used here; the case may have ended."""
        must_exist(case, ctx)
        if not _used(case):
            see = hint_of("See {}.", suggest("show", case.number))
            use = hint_of("Use one: {}.", suggest("use", case.number, playbook=...))
            raise Refused(f"No playbook was used on case {case.number}.", use if case.is_open else see)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Rates the latest use of the playbook; rating it again replaces what was said."""
        must_be_one_of(self.fit, FITS, "answer to whether it fitted")
        used = list(dict.fromkeys(use.playbook for use in _used(case)))
        likely = unrated(case) if len(unrated(case)) == 1 else used
        number = self.playbook if self.playbook is not None or len(likely) > 1 else likely[0]
        if number not in used:
            raise WrongUse(
                "Which playbook?" if number is None else f"Playbook {number} was not used on case {case.number}.",
                "Give one {}: {}.",
                given(playbook=...),
                ", ".join(map(str, used)),
            )
        said = must_say(self.said, "Why it did not fit") if self.fit == NOT else self.said.strip()
        return [PlaybookRated(playbook=number, fit=self.fit, said=said)]


@event("playbook rated")
class PlaybookRated(Fact, frozen=True, kw_only=True):
    """Somebody said whether the playbook fitted: one of `FITS`, with a line why."""

    playbook: int
    fit: str
    said: str = ""

    def apply(self, case: Case, event: Event) -> Changes:
        """Sets the fit of the playbook's latest use here."""
        mine = (n for n, use in enumerate(case.playbooks) if use.playbook == self.playbook and not use.passed)
        last = max(mine, default=None)
        uses = tuple(
            replace(use, fit=self.fit, said=self.said, rated_by=event.actor, rated_at=event.at) if n == last else use
            for n, use in enumerate(case.playbooks)
        )
        return {"playbooks": uses}

    @property
    def is_work(self) -> bool:
        """Looking back is not work on the case."""
        return False

    @property
    def changes_nothing(self) -> bool:
        """A decision made without knowing of it is still valid."""
        return True

    def sentence(self, narrator: Narrator) -> str:
        """Says whether it fitted, and why."""
        fitted = {FITTED: "fitted", PARTLY: "partly fitted", NOT: "did not fit"}[self.fit]
        return f"said that playbook {self.playbook} {fitted}{after_colon(self.said)}"


@event("playbook passed over")
class PlaybookPassed(Fact, frozen=True, kw_only=True):
    """A playbook would have let the frontline decide, and somebody was called all the same: `said` is why."""

    playbook: int
    edition: int
    title: str
    said: str

    def apply(self, case: Case, event: Event) -> Changes:
        """Keeps it with the playbooks of the case; it was not used."""
        passed = _use(self.playbook, self.edition, self.title, (), event)
        return {"playbooks": (*case.playbooks, replace(passed, passed=self.said))}

    @property
    def is_work(self) -> bool:
        """The escalation is the work."""
        return False

    def sentence(self, narrator: Narrator) -> str:
        """Says which playbook, and why it was not used."""
        return f"did not decide by playbook {self.playbook}: {self.said}"


def passed_over(playbook: int, why: str, ctx: Context) -> PlaybookPassed:
    """The event for a playbook that would have let the actor decide. Raises WrongUse without a reason."""
    known = _usable(playbook, ctx)
    said = must_say(why, "Why you do not decide it by the playbook")
    return PlaybookPassed(playbook=known.number, edition=known.edition, title=known.title, said=said)


def current_use(case: Case, playbook: int) -> PlaybookUse | None:
    """The use of a playbook on the case that nobody has rated yet; None if there is none."""
    return next((use for use in reversed(_used(case)) if use.playbook == playbook and not use.fit), None)


def uses_to_rate(case: Case, history: Sequence[Event], moment: Callable[[int], str]) -> list[NamedEntry]:
    """The playbooks used here, each by its number, those that nobody has rated first."""
    uses = sorted({use.playbook: use for use in _used(case)}.values(), key=lambda use: bool(use.fit))
    return [NamedEntry(use.playbook, use.title, use.fit or "not rated yet") for use in uses]


def amount_of(text: str) -> Decimal:
    """A sum of money that somebody typed: digits, with a decimal point or comma. Raises WrongUse for anything else."""
    plain = text.strip().replace(",", ".")
    try:
        amount = Decimal(plain) if len(plain) <= _MOST_DIGITS and plain.isascii() else None
    except InvalidOperation:
        amount = None
    if amount is None or not amount.is_finite() or amount <= 0 or set(plain) & set("eE_+"):
        raise WrongUse(f"{text.strip()!r} is not a sum.", "Write it in digits, such as 40 or 39.90.")
    return amount


def is_beyond(amount: str, limit: str) -> bool:
    """Whether a sum that somebody typed is above a playbook's limit; never without a limit, or if it is no sum."""
    try:
        return bool(limit) and amount_of(amount) > Decimal(limit)
    except WrongUse:
        return False


_MOST_DIGITS = 12


def unrated(case: Case) -> list[int]:
    """The playbooks that were used on the case and of which nobody has said whether they fitted, in order of use."""
    return list(dict.fromkeys(use.playbook for use in _used(case) if not use.fit))


def fit_with_resolution(case: Case, fit: str, said: str) -> list[Fact]:
    """What a resolution says of the one playbook in use; how the case was resolved instead is why it did not fit."""
    must_be_one_of(fit, FITS, "answer to whether it fitted")
    numbers = unrated(case)
    if not numbers:
        raise Refused(f"On case {case.number} no playbook is in use that nobody has judged yet.", "Leave it out.")
    if len(numbers) > 1:
        raise Refused(
            f"Several playbooks are in use on case {case.number}: {', '.join(map(str, numbers))}.",
            "Say of each whether it fitted: {}.",
            suggest("fit", case.number, playbook=..., fit=...),
        )
    return [PlaybookRated(playbook=numbers[0], fit=fit, said="" if fit == FITTED else said)]


def _used(case: Case) -> list[PlaybookUse]:
    """The playbooks that were used on the case, without those that were passed over."""
    return [use for use in case.playbooks if not use.passed]


def _usable(number: int, ctx: Context) -> UsablePlaybook:
    playbook = ctx.playbooks.get(number)
    if playbook is None:
        raise WrongUse(f"There is no playbook {number}.", "See {}.", suggest("playbook list"))
    if playbook.unusable:
        raise Refused(f"{playbook.unusable}.", "Choose another one: {}.", suggest("playbook list"))
    return playbook


def _use(playbook: int, edition: int, title: str, steps: tuple[str, ...], event: Event) -> PlaybookUse:
    return PlaybookUse(
        number=event.number, playbook=playbook, edition=edition, title=title, steps=steps, by=event.actor, at=event.at
    )
