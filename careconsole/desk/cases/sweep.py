"""The sweep: does unattended what has fallen due, each thing once, however many sweepers run and however often.

What is to be done follows from the state of a case, which is read in the transaction that does it; a lease only spares
several sweepers the same work. A sweep takes some cases at a time, so that others can write in between.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from careconsole.desk.notices.queue_notices import queue_notices
from careconsole.desk.playbooks.words import renew
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.clocks import next_change
from careconsole.domain.case.context import Context
from careconsole.domain.case.event import Event
from careconsole.domain.case.evolve import evolve
from careconsole.domain.case.narrator import Named
from careconsole.domain.case.overdue import sweep as what_follows
from careconsole.domain.case.state import Case
from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.hints import given, suggest

if TYPE_CHECKING:
    from careconsole.desk.queries.what_became import End

LEASE, SPAN = "sweep", 10_000
"""The lease of the sweep, and how many milliseconds it holds after each part: a sweeper that dies blocks that long."""

_AT_ONCE = 200
"""Cases per transaction."""
_PAUSE = 0.02
"""Seconds left for others to write after each full part."""
_SHARE, _LONGEST_PAUSE = 0.2, 2.0
"""The part of the time in which a gentle sweep works, and how many seconds it rests at most, well within its lease."""


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that the sweep did, or would do: the case as it was before, and the event.

    `named` is what the numbers mean that the event names, if that is more than what is open on `before`. `end` is what
    became of the clocks that ran out, where it was asked for.
    """

    before: Case
    event: Event
    named: Named | None = None
    end: End | None = None


class FailedCase(msgspec.Struct, frozen=True, kw_only=True):
    """A case that could not be swept, and why: the error's type and place, as its message may quote a customer."""

    case: int
    why: str


class SweepResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a sweep did, in order. `busy` names another sweeper that holds the lease; the sweep then stopped there.

    `stuck` are cases left as they are, because something is wrong with them or with this program.
    """

    acts: tuple[Act, ...] = ()
    busy: str = ""
    stuck: tuple[FailedCase, ...] = ()

    @property
    def trouble(self) -> CareError | None:
        """The error that names the cases that could not be swept, and what to do; None when all went well."""
        if not self.stuck:
            return None
        listed = ", ".join(str(one.case) for one in self.stuck[:10]) + (", ..." if len(self.stuck) > 10 else "")
        cases = "Case" if len(self.stuck) == 1 else "Cases"
        return CareError(
            f"{cases} {listed} could not be swept ({self.stuck[0].why}); the others were.",
            "Nothing happens there by itself. The database may be damaged: {}.",
            suggest("db check"),
        )


def sweep(
    desk: Desk,
    *,
    as_of: int | None = None,
    dry_run: bool = False,
    gentle: bool = False,
    pause: Callable[[float], bool | None] = time.sleep,
    take: Callable[[Sequence[Act]], None] | None = None,
) -> SweepResult:
    """Does what has fallen due up to now.

    With `as_of` (epoch milliseconds) it catches up as if sweeps had run all the time until then: each event gets the
    time when it fell due, and so does what follows from it. A `dry_run` writes nothing, and only then may `as_of` be in
    the future; otherwise that raises WrongUse. A `gentle` sweep runs beside the screen of a console: it rests four
    fifths of the time while much is due, and its result lists no acts, of which there may be any number. With `take`,
    the result lists none either: that gets them, those of a part at a time, once they are stored. `pause` waits for
    some seconds between two parts; when it returns True, the sweep ends there.
    """
    now = desk.now()
    if as_of is not None and as_of > now and not dry_run:
        raise WrongUse("A sweep cannot act on what is not due yet.", "Look ahead {}.", given(dry_run=True))
    sweeper = _Sweeper(desk, as_of, dry_run, gentle, take)
    if dry_run:
        return sweeper.run(None, pause)
    me = f"{desk.workstation or 'here'}:{os.getpid()}:{secrets.token_hex(3)}"
    try:
        result = sweeper.run(me, pause)
        if not result.busy:
            renew(desk)
        return result
    finally:
        desk.write(lambda unit: unit.store.sweeping.release(LEASE, me))


def next_due(desk: Desk) -> int | None:
    """When the sweep has something to do next (epoch milliseconds); None while there is nothing."""
    return desk.store.sweeping.next_due()


def done_since(desk: Desk, since: int, limit: int = 1_000) -> list[Act]:
    """What the sweep did since `since` (epoch milliseconds), latest first; `before` is here the case as it is now."""

    def read(unit: UnitOfWork) -> list[Act]:
        done = unit.store.sweeping.done(since, limit)
        cases = unit.store.cases.get_many(sorted({number for number, _ in done}))
        return [Act(before=cases[number], event=event) for number, event in done if number in cases]

    return desk.read(read)


def with_ends(desk: Desk, acts: list[Act]) -> list[Act]:
    """These acts, with what their events name, such as promises that were kept since, and what became of the clocks."""
    from careconsole.desk.queries.named_entries import named_entries
    from careconsole.desk.queries.what_became import ends_of  # no sweep needs them

    events = [(act.before.number, act.event) for act in acts]
    named, ends = named_entries(desk, events), ends_of(desk, events)
    return [
        replace(act, named=named.get(number), end=ends.get((number, event.number)))
        for act, (number, event) in zip(acts, events, strict=True)
    ]


_Position = tuple[int, int]
_BatchResult = tuple[list[Act], _Position, bool]
_START: _Position = (-1, 0)


class _Sweeper:
    """Sweeps case after case, several in each transaction."""

    def __init__(
        self,
        desk: Desk,
        as_of: int | None,
        dry_run: bool,
        gentle: bool,
        take: Callable[[Sequence[Act]], None] | None,
    ) -> None:
        self._desk = desk
        self._take = take
        self._as_of = as_of
        self._dry_run = dry_run
        self._gentle = gentle
        self._after = _START
        self._at = _START

    def run(self, me: str | None, pause: Callable[[float], bool | None]) -> SweepResult:
        """Sweeps all that has fallen due, under the lease of `me`; with None it writes nothing and needs no lease."""
        desk = self._desk
        acts: list[Act] = []
        stuck: list[FailedCase] = []
        most, single = _AT_ONCE, 0
        while True:
            self._at, began = self._after, time.monotonic()
            try:
                part = desk.read(self._looked(most)) if me is None else desk.write(self._leased(me, most))
            except CareError:
                raise
            except Exception as error:  # a fault in one case must not stop the sweep of the others
                if self._at == self._after:
                    raise  # it failed before it reached a case, so skipping one would not help
                if most > 1:  # do this part again, one case at a time, to find the one that fails
                    most, single = 1, _AT_ONCE
                    continue
                from careconsole.desk.crash_report import summary

                stuck.append(FailedCase(case=self._at[1], why=summary(error)))
                part = [], self._at, True
            if isinstance(part, str):
                return SweepResult(acts=tuple(acts), busy=part, stuck=tuple(stuck))
            done, self._after, more = part
            if self._take is not None:
                self._take(done)
            elif not self._gentle:
                acts += done
            del part, done  # of each case, they have all
            if most == 1:
                single -= 1
                most = 1 if single else _AT_ONCE
            if not more or (most > 1 and me is not None and pause(self._rest(time.monotonic() - began))):
                if self._dry_run and self._as_of is not None:
                    acts.sort(key=lambda act: act.event.at)
                return SweepResult(acts=tuple(acts), stuck=tuple(stuck))

    def _rest(self, worked: float) -> float:
        """How long to wait for others after a part that took so many seconds."""
        return max(_PAUSE, min(worked * (1 - _SHARE) / _SHARE, _LONGEST_PAUSE)) if self._gentle else _PAUSE

    def _looked(self, most: int) -> Callable[[UnitOfWork], _BatchResult | str]:
        return lambda unit: self._part(unit, most)

    def _leased(self, me: str, most: int) -> Callable[[UnitOfWork], _BatchResult | str]:
        def part(unit: UnitOfWork) -> _BatchResult | str:
            other = unit.store.sweeping.take_lease(LEASE, me, time.time_ns() // 1_000_000, SPAN)
            return other if other is not None else self._part(unit, most)

        return part

    def _part(self, unit: UnitOfWork, most: int) -> _BatchResult:
        """Sweeps up to `most` cases; returns what was done, the place after them, and whether there may be more."""
        until = unit.now if self._as_of is None else self._as_of
        ctx = Context(actor=0, now=until, roster=unit.roster_at(until))
        due = unit.store.sweeping.due(until, self._after, most)
        acts: list[Act] = []
        for self._at in due:  # `run` reads it to see which case failed
            _, number = self._at
            case = unit.store.cases.get(number)
            assert case is not None
            acts += self._case(unit, case, ctx)
        return acts, due[-1] if due else self._after, len(due) == most

    def _case(self, unit: UnitOfWork, case: Case, ctx: Context) -> list[Act]:
        """Does everything that has fallen due on one case."""
        levels, until = unit.team.levels, ctx.now
        seen, acts = case.version, list[Act]()
        while True:
            due = levels.due(case)
            act = due.act if due is not None else next_change(case)
            if act is None:
                break
            # What is due at a moment is late after it; what is parked until a moment is back at it.
            first = act if case.parked is not None and case.parked.until == act else act + 1
            if first > until:
                break
            at = until if self._as_of is None else max(first, case.changed_at)
            if at > until:
                break
            then = replace(ctx, now=at, roster=unit.roster_at(at))
            fact = what_follows(case, levels.clocks(case), unit.case_context(case, then))
            if fact is None:
                break
            event = Event(number=case.version + 1, at=at, recorded_at=unit.now, fact=fact)
            acts.append(Act(before=case, event=event))
            case = evolve(case, event)
        if not self._dry_run:
            # Also when there was nothing to do after all, so that the row says so and is not found due again.
            unit.store.case_writer.save(case, seen, due)
            unit.store.case_writer.append(case.number, [one.event for one in acts])
            queue_notices(unit, [(one.before, one.event) for one in acts], ctx.roster)
        return acts
