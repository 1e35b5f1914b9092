"""The history of a case replayed under other settings. Pure; nothing that it returns is meant to be stored.

What people decided is kept, at the time when they did: whom they named, what they promised, when they answered. What
follows from settings is computed anew: who a path calls and by when they are to acknowledge, unless somebody named them
or the time; when each clock runs out; and what the sweep does then, such as expired offers and calls that go on.

Whether somebody named the people of a call is not recorded. They count as called by the path if they are those that the
path then would have called.

A sweep does its work when it runs, not when a clock runs out. So a replay needs to know when sweeps ran: it takes it
that one ran at once, except where the history shows that none did. If something was due on the case and nothing
happened until its next entry, none ran in between; if that entry is the sweep's, one ran then. With this, replaying
under the settings that stood then gives the recorded history: the same entries at the same times. An entry that an
import brought counts as having happened when it was imported, since the case was not known here before.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from careconsole.domain.case.calls import CallReassigned
from careconsole.domain.case.clocks import clocks, run_out_by
from careconsole.domain.case.context import Context
from careconsole.domain.case.effective_history import Redone, Undone
from careconsole.domain.case.escalation import Escalated, Skipped
from careconsole.domain.case.escalation_paths import Path
from careconsole.domain.case.event import Event, Fact
from careconsole.domain.case.evolve import begin, evolve, fold
from careconsole.domain.case.overdue import sweep
from careconsole.domain.case.responders import acknowledge_by, level_above, path_of, people_to_call
from careconsole.domain.case.state import Case
from careconsole.domain.errors import Refused
from careconsole.domain.learning.settings_then import Settings


class Run(msgspec.Struct, frozen=True, order=True, gc=False):
    """A run of a clock of a case: its kind, when it started, and the number of its promise, 0 without one."""

    started_at: int
    kind: str
    number: int = 0


class Line(msgspec.Struct, gc=False):
    """A history: its entries, the state after them, and the runs of clocks that were late in it, each with its due
    time (epoch milliseconds)."""

    entries: list[Event]
    late: dict[Run, int]
    case: Case | None = None


class Replay:
    """Replays cases under `changed` settings from `since` until `until`; before that, as they were.

    `then` are the settings as they stood. `kinds` are the clocks whose late runs are noted, of those that began at
    `since` or later.
    """

    def __init__(self, then: Settings, changed: Settings, since: int, until: int, kinds: frozenset[str]) -> None:
        self._then = then
        self._changed = changed
        self._since = since
        self._until = until
        self._kinds = kinds

    def case(self, number: int, events: Sequence[Event]) -> tuple[Line, Line]:
        """The recorded history of case `number`, and the same under the changed settings."""
        was, would = Line([], {}), Line([], {})
        last = 0
        for event in events:
            at = max(last, moment_of(event))
            if at > self._since and was.case is not None:
                self._time_passes(number, was, would, max(last, self._since), at)
            replayed = event.actor is None and event.batch is None and at > self._since
            redirected = event if event.actor is None or at <= self._since else self._redirected(event, was, would)
            same = would.case is was.case
            self._add(number, was, event)
            if replayed:
                self._sweep(number, would, event)
            elif same and redirected is event:  # nothing was different so far
                would.entries.append(event)
                would.case = was.case
            else:
                self._add(number, would, redirected)
            last = at
        if was.case is not None and last < self._until:
            self._time_passes(number, was, would, max(last, self._since), self._until)
        return was, would

    def _time_passes(self, number: int, was: Line, would: Line, begin_: int, end: int) -> None:
        """Nothing is recorded on the case from `begin_` to `end`; under other settings, the sweep may have acted."""
        assert was.case is not None
        if begin_ >= end:
            return
        quiet = self._look(was, self._then, begin_, end)
        while would.case is not None:
            at = self._look(would, self._changed, begin_, end)
            if at is None or (quiet is not None and at >= quiet):
                break
            fact = self._due(would.case, at, at)
            if fact is None:
                break
            self._add(number, would, self._swept(would.case, fact, at, at))
            begin_ = at

    def _look(self, line: Line, settings: Settings, begin_: int, end: int) -> int | None:
        """Notes what is late before `end`; returns when a sweep that runs at once acts before that, None if never."""
        case = line.case
        assert case is not None
        first: int | None = None
        starts = [begin_, *settings.breaks(case, begin_, end)]
        for start, stop in zip(starts, [*starts[1:], end], strict=True):
            level, calendar = settings.level(case, start)
            act, over = run_out_by(case, level, calendar, stop)
            for one in over:
                if one.started_at >= self._since and one.kind in self._kinds:
                    line.late.setdefault(Run(one.started_at, one.kind, one.number or 0), one.due)
            if act is not None and first is None and act < stop:
                at = max(act + 1, start, case.changed_at)
                first = at if at < stop else None
        return first

    # What the sweep does.

    def _sweep(self, number: int, would: Line, event: Event) -> None:
        """A sweep ran: it does all that is due under the changed settings, as it knows them when it runs."""
        while (case := would.case) is not None:
            act, _ = run_out_by(case, *self._changed.level(case, event.recorded_at), event.at)
            fact = self._due(case, event.at, event.recorded_at) if act is not None and act < event.at else None
            if fact is None:
                break
            self._add(number, would, self._swept(case, fact, event.at, event.recorded_at))

    def _due(self, case: Case, now: int, known_at: int) -> Fact | None:
        """What the sweep does on a case at `now`, with the settings that it knows at `known_at`."""
        level, calendar = self._changed.level(case, known_at)
        return sweep(case, clocks(case, level, calendar), self._context(self._changed, case, 0, now, known_at))

    def _swept(self, case: Case, fact: Fact, at: int, recorded_at: int) -> Event:
        return Event(number=case.version + 1, at=at, recorded_at=recorded_at, fact=fact)

    # What people do.

    def _redirected(self, event: Event, was: Line, would: Line) -> Event:
        """A person's entry as it would be: a call goes to those whom the path calls."""
        fact = event.fact
        if not isinstance(fact, Escalated | Skipped | CallReassigned) or was.case is None or would.case is None:
            return event
        actor = event.actor or 0
        then = was.case, self._context(self._then, was.case, actor, event.at, event.at)
        changed = would.case, self._context(self._changed, would.case, actor, event.at, event.at)
        return replace(event, fact=(_reassigned if isinstance(fact, CallReassigned) else _called)(fact, then, changed))

    def _context(self, settings: Settings, case: Case, actor: int, now: int, known_at: int) -> Context:
        level, calendar = settings.level(case, known_at)
        return Context(
            actor=actor,
            now=now,
            roster=settings.roster(known_at, now),
            level=level,
            calendar=calendar,
            tier=settings.tier(case, known_at),
            paths=settings.at(known_at).paths,
        )

    def _add(self, number: int, line: Line, event: Event) -> None:
        """Adds an entry to a history. Where an entry changes what others mean, all of them are read again."""
        line.entries.append(event)
        if line.case is None:
            line.case = begin(number, event)
        elif isinstance(event.fact, Undone | Redone) or event.fact.moved is not None:
            line.case = fold(number, line.entries)
        else:
            line.case = evolve(line.case, event)


_Known = tuple[Case, Context]
"""A case, and what the rules may look at besides."""


def moment_of(event: Event) -> int:
    """When an entry came to be known here: when it happened, or for another system's, when it was imported."""
    return event.recorded_at if event.batch is not None and event.actor is None else event.at


def _called(fact: Fact, then: _Known, changed: _Known) -> Fact:
    assert isinstance(fact, Escalated | Skipped)
    cause = fact.cause if isinstance(fact, Escalated) else ""
    reason = fact.reason if isinstance(fact, Escalated) else ""
    path, ours = path_of(*then, cause), path_of(*changed, cause)
    people = (fact.responder, *fact.also)
    level = level_above(changed[0], ours) if fact.level == level_above(then[0], path) else fact.level
    if _by_path(path, reason, then) == (fact.level, people):  # nobody named somebody else
        found = _by_path(ours, reason, changed)
        if found is not None:
            level, people = found
    until = fact.acknowledge_by
    if until == acknowledge_by(path.step(fact.level), then[1]):
        until = acknowledge_by(ours.step(level), changed[1])
    return replace(
        fact,
        level=level,
        responder=people[0],
        also=people[1:],
        acknowledge_by=until,
        path=ours.name if fact.path == path.name else fact.path,
    )


def _by_path(path: Path, reason: str, known: _Known) -> tuple[int, tuple[int, ...]] | None:
    """The level and the people that a path calls; None if it calls nobody."""
    try:
        level, people = people_to_call(known[0], None, reason, path, known[1])
    except Refused:
        return None
    return (level, people) if people else None


def _reassigned(fact: Fact, then: _Known, changed: _Known) -> Fact:
    assert isinstance(fact, CallReassigned)
    if fact.acknowledge_by != acknowledge_by(path_of(*then).step(then[0].level), then[1]):
        return fact
    return replace(fact, acknowledge_by=acknowledge_by(path_of(*changed).step(changed[0].level), changed[1]))
