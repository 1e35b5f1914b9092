"""What became of what people were told of: when a promise was kept, an answer given, or a command undone."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import msgspec

from careconsole.desk.queries.named_entries import named_entries
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.clocks import PAUSED, RUNNING
from careconsole.domain.case.effective_history import Undone, standing, undone_commands
from careconsole.domain.case.event import Event
from careconsole.domain.case.narrator import Narrator, at_time
from careconsole.domain.case.overdue import Overdue, OverdueClock
from careconsole.domain.case.promises import PromiseKept, PromiseMoved, PromiseReleased
from careconsole.domain.case.reader import capitalized
from careconsole.domain.case.state import PROMISE, Case
from careconsole.domain.time.moments import local


class ToldClock(msgspec.Struct, frozen=True):
    """A run of a clock that somebody was told of: its case, its kind, its mark and its number (see `OverdueClock`)."""

    case: int
    kind: str
    mark: int
    number: int | None = None


def told_clocks(case: int, clocks: Iterable[OverdueClock]) -> tuple[ToldClock, ...]:
    """These clocks of a case."""
    return tuple(ToldClock(case, late.kind, late.mark, late.number) for late in clocks)


class End(msgspec.Struct, frozen=True):
    """What became of the clocks that an event says ran out, in words; `is_over`: none of them runs any more."""

    words: str
    is_over: bool


def ends_of(desk: Desk, events: Iterable[tuple[int, Event]]) -> dict[tuple[int, int], End]:
    """What became of the clocks of those of these events of cases that say that clocks ran out, by case and number."""
    given = list(events)
    late = {(case, event.number): event.fact for case, event in given if isinstance(event.fact, Overdue)}
    clocks = {key: told_clocks(key[0], fact.clocks) for key, fact in late.items()}
    became = what_became(desk, {clock for some in clocks.values() for clock in some})
    ends_by_key = {key: [became.get(clock, "") for clock in clocks[key]] for key in late}
    several = {key for key, ends in ends_by_key.items() if len(set(ends)) > 1}
    named = named_entries(desk, [one for one in given if (one[0], one[1].number) in several])
    found = {}
    for key, fact in late.items():
        words = ends = ends_by_key[key]
        if key in several:  # each that ended is named
            narrator = Narrator(desk.roster(), named=named.get(key[0]))
            pairs = zip(fact.clocks, ends, strict=True)
            words = [f"{capitalized(clock.what(narrator))}: {end[0].lower()}{end[1:]}" for clock, end in pairs if end]
        found[key] = End(" ".join(dict.fromkeys(words)), all(ends))
    return found


def what_became(desk: Desk, clocks: Collection[ToldClock]) -> dict[ToldClock, str]:
    """Those of these clocks that no longer run, each with what became of it, as a sentence: "Kept at 14:05."."""

    def work(unit: UnitOfWork) -> dict[ToldClock, str]:
        cases = unit.store.cases.get_many(sorted({clock.case for clock in clocks}))
        found = {}
        for number, case in cases.items():
            ends = {(one.kind, one.mark, one.number): one for one in unit.team.levels.clocks(case)}
            for clock in (one for one in clocks if one.case == number):
                now = ends.get((clock.kind, clock.mark, clock.number))
                if now is not None and now.state in (RUNNING, PAUSED):
                    continue
                if now is not None and now.ended is not None:
                    found[clock] = f"Done {at_time(local(now.ended, unit.now))}."
                else:
                    found[clock] = _of_promise(unit, case, clock) or "No longer due."
        return found

    return desk.read(work) if clocks else {}


def who_undid(desk: Desk, told: Collection[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """Those of these commands, each on a case, that are undone, with who did it, as a sentence: "Ben undid this."."""

    def work(unit: UnitOfWork) -> dict[tuple[int, int], str]:
        found = {}
        for number in {case for case, _ in told}:
            history = unit.store.cases.history(number)
            gone = undone_commands(history)
            for entry in history:
                if isinstance(entry.fact, Undone) and entry.fact.command in gone:
                    found[number, entry.fact.command] = f"{unit.roster.name(entry.actor)} undid this."
        return {one: found[one] for one in told if one in found}

    return desk.read(work) if told else {}


def _of_promise(unit: UnitOfWork, case: Case, clock: ToldClock) -> str:
    """What became of a promise; empty for another clock, or if nothing was said of it, as when its case ended."""
    if clock.kind != PROMISE:
        return ""
    for event in reversed(list(standing(unit.store.cases.history(case.number)))):
        match event.fact:
            case PromiseKept(promise=clock.number):
                return f"Kept {at_time(local(event.at, unit.now))}."
            case PromiseMoved(promise=clock.number, due=due):
                return f"Moved to {local(due, unit.now)}."
            case PromiseReleased(promise=clock.number):
                return "The customer released us from it."
    return ""
