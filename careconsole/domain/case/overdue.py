"""What happens on its own when a clock runs out.

Offers end, calls that nobody answers are repeated or go to the next step, a call whose promised update did not come is
made again, and parked cases return to work. For everything else that is overdue, the people who can do something about
it are told, once for each run of a clock, and again when other service levels give it a later time that passes, too.
"""

from collections.abc import Iterable

import msgspec

from careconsole.domain.case.calls import time_out
from careconsole.domain.case.clocks import (
    ACKNOWLEDGEMENT,
    NEVER_TOLD,
    OFFER,
    OWNER_UPDATE,
    PARKED,
    RUNNING,
    TAKE,
    Clock,
    told_until,
)
from careconsole.domain.case.context import Context
from careconsole.domain.case.event import Changes, Event, Fact, Writer
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.offers import OfferExpired
from careconsole.domain.case.parking import Returned
from careconsole.domain.case.pending_notices import PendingNotice
from careconsole.domain.case.reader import Reader, capitalized, join_names
from careconsole.domain.case.registry import event
from careconsole.domain.case.state import CHANGE, CHECK, PROMISE, Case, OverdueNotice
from careconsole.domain.time.service_levels import INFORMED


class OverdueClock(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A clock that people were told has run out. `number` is that of the promise, or of the review of a change.

    `mark` identifies the run of the clock: when it was due, if somebody named that time, else when it started.
    """

    kind: str
    due: int
    mark: int
    number: int | None = None

    def what(self, narrator: Narrator) -> str:
        """What ran out: "first answer", "taking it", 'promise "call back"'."""
        if self.kind == PROMISE:
            return narrator.promise(self.number)
        if self.kind == CHANGE:
            return narrator.change(self.number)
        if self.kind == CHECK:
            return f"the check of {narrator.change(self.number)}"
        return f"{self.name}{f' {self.number}' if self.number else ''}"

    @property
    def name(self) -> str:
        """The name of its kind in a history."""
        return _IN_A_HISTORY.get(self.kind, self.kind)


@event("overdue", written_by=Writer.SWEEP)
class Overdue(Fact, frozen=True, kw_only=True):
    """Clocks ran out, and `people` were told: the person who answers for the case and the lead on duty.

    Events that were stored before people were recorded name nobody. `due_only`: people were told of these due times,
    and a later one of the same run is told anew; events stored before that stand for the whole run of each clock.
    """

    says_overdue = True

    clocks: tuple[OverdueClock, ...]
    people: tuple[int, ...] = ()
    due_only: bool = False

    def apply(self, case: Case, event: Event) -> Changes:
        """Records the clocks people were told of; drops earlier runs of them, and promises that are no longer open."""
        told = tuple(
            OverdueNotice(kind=late.kind, mark=late.mark, number=late.number, due=late.due if self.due_only else None)
            for late in self.clocks
        )
        anew = {(one.kind, one.number) for one in told}
        promises = {promise.number for promise in case.promises}
        kept = tuple(
            one
            for one in case.told
            if (one.kind, one.number) not in anew and (one.kind != PROMISE or one.number in promises)
        )
        return {"told": (*kept, *told)}

    @property
    def is_work(self) -> bool:
        """Time passed, and nothing was done."""
        return False

    @property
    def changes_nothing(self) -> bool:
        """Only the record of what people were told changes."""
        return True

    @property
    def names_earlier(self) -> bool:
        """Whether a promise ran out, or a change that a review asked for."""
        return any(late.number is not None for late in self.clocks)

    def sentence(self, narrator: Narrator) -> str:
        """Says what was due, and when, and who was told."""
        due = ", ".join(f"{late.what(narrator)} (due {narrator.moment(late.due)})" for late in self.clocks)
        told = f"; told {join_names([*map(narrator.name, self.people)])}" if self.people else ""
        return f"overdue: {due}{told}"

    def concerns(self, reader: Reader) -> str | None:
        """Text for the person who makes a change, or who answers for the case, and always for the lead on duty."""
        if not (clocks := self.theirs(reader)):
            return None
        changes = {review.number: review for review in reader.before.reviews}
        promises = {promise.number: promise.text for promise in reader.before.promises}
        if len(clocks) > 1:
            named = ", ".join(f"{_THINGS.get(late.kind, late.kind)} (due {reader.when(late.due)})" for late in clocks)
            return f"Overdue on {reader.whose}: {named}."
        (late,) = clocks
        if late.kind == TAKE:
            return f"Nobody has taken {reader.case}; it needed an owner by {reader.when(late.due)}."
        text = ""
        if late.kind == PROMISE:
            text = promises.get(late.number or 0, "")
        elif late.kind in (CHANGE, CHECK) and late.number in changes:
            text = changes[late.number].change
        thing = _THINGS.get(late.kind, f"the {late.kind}") + reader.quoted(text)
        return f"{capitalized(reader.whose)}: {thing} was due {reader.at_time(late.due)}."

    def theirs(self, reader: Reader) -> list[OverdueClock]:
        """The clocks that concern a person."""
        changes = {review.number: review for review in reader.before.reviews}

        def is_theirs(late: OverdueClock) -> bool:
            if reader.on_duty:
                return True
            if late.kind not in (CHANGE, CHECK):
                return reader.owned
            return late.number in changes and reader.acts_for(changes[late.number].owner)

        return [late for late in self.clocks if is_theirs(late)]

    @classmethod
    def why_stale(cls, case: Case, notice: PendingNotice) -> str:
        """Stale once nothing is overdue, open case or not: a review's change can be overdue on an ended one."""
        return "" if notice.late else "nothing is overdue on it now"


_IN_A_HISTORY = {TAKE: "assignment", INFORMED: "update to the customer"}
"""Kinds of clocks that a history names differently."""

_THINGS = {
    "promise": "the promise",
    "keep informed": "the update to the customer",
    "first answer": "the first answer",
    "answer": "the answer",
    "resolution": "the resolution",
    "change": "the change that a review asked for",
    "check": "the check of a change that was made",
    "to take": "the assignment",
}
"""The kinds of clocks, worded as things that were due."""


def sweep(case: Case, clocks: Iterable[Clock], ctx: Context) -> Fact | None:
    """The event caused by the first clock that has run out and that nobody was told of yet; None without one."""
    told = told_until(case)
    late = [
        clock
        for clock in clocks
        if clock.state == RUNNING
        and clock.due is not None
        and (clock.due < ctx.now or (clock.kind == PARKED and clock.due == ctx.now))  # until then, so not at it
        and told.get((clock.kind, clock.mark, clock.number), NEVER_TOLD) < clock.due
    ]
    late.sort(key=lambda clock: (clock.due, clock.kind not in _ACTS))
    if not late:
        return None
    kind = late[0].kind
    if kind == OFFER and case.offer is not None:
        return OfferExpired(to=case.offer.to)
    if kind in (ACKNOWLEDGEMENT, OWNER_UPDATE):
        return time_out(case, ctx, silent=kind == OWNER_UPDATE)
    if kind == PARKED:
        return Returned()
    run_out = tuple(
        OverdueClock(kind=clock.kind, due=clock.due or 0, mark=clock.mark, number=clock.number)
        for clock in late
        if clock.kind not in _ACTS
    )
    return Overdue(clocks=run_out, people=_people_told(case, run_out, ctx), due_only=True)


def _people_told(case: Case, clocks: tuple[OverdueClock, ...], ctx: Context) -> tuple[int, ...]:
    """Who is told, as `Overdue.concerns` says it to each of them; the lead on duty comes last."""
    owners = {review.number: review.owner for review in case.reviews}
    changes = [owners[late.number] for late in clocks if late.kind in (CHANGE, CHECK) and late.number in owners]
    people = [ctx.roster.who_receives(owner) for owner in changes]
    if any(late.kind not in (CHANGE, CHECK) for late in clocks):
        people.insert(0, ctx.roster.answerable(case.owner))
    return tuple(person for person in dict.fromkeys([*people, ctx.roster.on_duty()]) if person is not None)


_ACTS = frozenset((OFFER, ACKNOWLEDGEMENT, OWNER_UPDATE, PARKED))
"""Clocks that change the case when they run out; for the others, people are told."""
