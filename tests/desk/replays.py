"""Replays every case of a database under the settings that stood then."""

from __future__ import annotations

from typing import Any

from careconsole.desk import Desk
from careconsole.desk.queries.settings_then import settings_since
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.event import Event, Writer
from careconsole.domain.case.overdue import Overdue
from careconsole.domain.learning.what_if_replay import Replay, Run
from careconsole.store import Store

REPORTED = frozenset(("first answer", "answer", "promise", "to take", "next step", "resolution", "keep informed"))


def history(entries: list[Event]) -> list[tuple[int, int, Any]]:
    """What of a history is compared: its numbers, times and facts."""
    return [(event.number, event.at, event.fact) for event in entries]


def assert_replays_exactly(store: Store, now: int) -> int:
    """Replays every case from its first entry on; returns how many entries of the sweep were replayed."""

    def work(unit: UnitOfWork) -> int:
        read = settings_since(unit, 0)
        assert read.unknown == ()
        replay = Replay(read.settings, settings_since(unit, 0).settings, 0, now, REPORTED)
        swept = 0
        levels_changed = bool(store.journal.entries(kinds=("service levels", "customer changed"), most=1))
        for number, events in store.cases.histories("1 = 1", {}):
            was, would = replay.case(number, events)
            assert history(was.entries) == history(events)
            assert history(would.entries) == history(events), number
            assert would.case == was.case
            assert would.late == was.late
            told = {
                Run(clock.mark, clock.kind, 0): clock.due
                for event in events
                if isinstance(event.fact, Overdue)
                and event.recorded_at == event.at  # a sweep that runs as time goes on
                for clock in event.fact.clocks
                if clock.kind in REPORTED - {"promise"}
            }
            assert told.keys() <= was.late.keys(), "what people were told was late is late"
            if not levels_changed:  # else it can have been late before, by another time
                assert told.items() <= was.late.items(), "and was due then"
            swept += sum(event.writer is Writer.SWEEP for event in events)
        return swept

    return Desk(store, lambda: now).read(work)
