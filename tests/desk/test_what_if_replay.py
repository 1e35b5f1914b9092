"""Replaying under the settings that stood then gives the recorded history, whatever people did."""

from __future__ import annotations

import pathlib
import random
from typing import Any
from zlib import crc32

import pytest
from hypothesis import settings
from msgspec.structs import replace

from careconsole.demo.player import play, read_week
from careconsole.desk import Desk
from careconsole.desk.cases import execution, sweep
from careconsole.desk.imports.record import record
from careconsole.desk.queries.settings_then import settings_since
from careconsole.desk.queries.what_if import what_if_settings
from careconsole.desk.team import escalation_paths, rota, service_levels
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.command import Command
from careconsole.domain.case.escalation import Deescalate, Escalate
from careconsole.domain.case.escalation_paths import Path, Paths, Step
from careconsole.domain.case.event import Event, Fact
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.offers import Offer
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.overdue import Overdue
from careconsole.domain.case.promises import Promise
from careconsole.domain.imported_record import ImportedEntry
from careconsole.domain.learning.what_if_replay import Replay
from careconsole.domain.time.moments import DAY, HOUR
from careconsole.intake import registry
from careconsole.intake.files.read_report import ReadReport
from careconsole.intake.registry import Options
from careconsole.store import create_store
from careconsole.store.maintenance.schema import db_path
from tests.desk.office import Office, contents
from tests.desk.replays import REPORTED, assert_replays_exactly, history
from tests.desk.test_any_sequence import LEVELS, Team
from tests.desk.test_learned import do, opened


class Replayed(Team):
    """The same team and whatever it does, each thing at a time of its own; at the end everything is replayed."""

    def attempt(self, action: Any, cases: list[int]) -> Any:
        self.now += 1000
        return super().attempt(action, cases)

    def teardown(self) -> None:
        try:
            assert_replays_exactly(self.store, self.now + 1)
            self.others()
        finally:
            super().teardown()

    def others(self) -> None:
        """Under other settings a replay never fails and writes nothing."""
        before = contents(self.store)
        desk = Desk(self.store, lambda: self.now + 100 * HOUR)
        step = Step(name="all", call=("leads", self.numbers["Cleo"]), repeat=1, acknowledge=HOUR)
        paths = Paths((Path(name="standard", steps=(step,)),))
        what_if_settings(desk, 0, service=service_levels.check(desk, LEVELS[2]), paths=paths)
        assert contents(self.store) == before


Replayed.TestCase.settings = settings(max_examples=10, stateful_step_count=40, deadline=None)
TestReplayed = Replayed.TestCase


NEW_LEVELS = """
[[level]]
name = "quick"
first_answer = "1h"
answer = "2h"
resolution = "30h"
step = "10h"
offer = "1h"
acknowledge = "30m"
"""
NEW_PATHS = """
[[path]]
name = "standard"
[[path.step]]
name = "contact"
call = "Eve"
repeat = 1
[[path.step]]
name = "all"
call = "leads"
acknowledge = "3h"
"""


def told(event: Event) -> tuple[int, Fact]:
    """When something happened and what, without the number that a promise has in its history."""
    fact = event.fact
    if isinstance(fact, Overdue):
        fact = replace(fact, clocks=tuple(replace(clock, number=None) for clock in fact.clocks))
    return event.at, fact


def lives(office: Office, seed: int) -> None:
    """Four days in which people do the same whatever is set; a sweep catches up with what fell due before each step."""
    chance, cases, escalated, offered = random.Random(seed), list[int](), set[int](), set[int]()

    def give(who: str, verb: str, command: Command, case: int) -> None:
        execution.execute(office.desk(who), verb, command, [case])

    for _ in range(40):
        office.later(chance.choice((0.5, 2, 5)))
        sweep.sweep(office.desk(), as_of=office.now)
        office.now += 1
        if len(cases) < 6 or chance.random() < 0.1:
            new = OpenCase(subject="Kettle", owner=office.ids["Ben"])
            cases.append(execution.open_case(office.desk("Ben"), new, "Carla").opened or 0)
            continue
        case, what = chance.choice(cases), chance.random()
        if what < 0.3:
            give("Ben", "log", LogMessage(text="so it is"), case)
        elif what < 0.5:
            give("Ben", "log", LogMessage(text="and now?", inbound=True), case)
        elif what < 0.6:
            give("Ben", "promise", Promise(text="call", due=office.now + 3 * HOUR), case)
        elif what < 0.7 and case not in offered:
            offered.add(case)
            give("Ben", "offer", Offer(to=office.ids["Cleo"], reason="she knows it"), case)
        elif what < 0.85 and case not in escalated:
            escalated.add(case)
            give("Ben", "escalate", Escalate(reason="authority", need="a decision"), case)
        elif case in escalated and chance.random() < 0.5:
            escalated.discard(case)
            lesson = Deescalate(decided="do it", cause="late", level=0, change="faster", owner=office.ids["Ana"])
            give("Ana", "de-escalate", replace(lesson, due=office.now + DAY), case)
    sweep.sweep(office.desk(), as_of=office.now)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_predicted_is_what_really_happens_where_people_do_the_same(tmp_path: pathlib.Path, seed: int) -> None:
    """Two teams live through the same days, one under other settings from the beginning: the first predicts both."""
    first, second = Office(tmp_path), Office(tmp_path)
    service_levels.set_service(second.desk(), NEW_LEVELS)
    escalation_paths.set_paths(second.desk(), NEW_PATHS)
    lives(first, seed)
    lives(second, seed)
    desk = first.desk()
    levels, paths = service_levels.check(desk, NEW_LEVELS), escalation_paths.check(desk, NEW_PATHS)

    def work(unit: UnitOfWork) -> int:
        read = settings_since(unit, 0)
        changed = read.settings.changed(0, service=levels, paths=paths)
        replay = Replay(read.settings, changed, 0, first.now, REPORTED)
        different = 0
        for number, events in first.store.cases.histories("1 = 1", {}):
            _, would = replay.case(number, events)
            real = second.history(number)
            assert [told(event) for event in would.entries] == [told(event) for event in real], number
            different += history(events) != history(real)
        return different

    assert desk.read(work) > 3
    assert_replays_exactly(first.store, first.now)
    assert assert_replays_exactly(second.store, second.now) > 10


def test_a_call_goes_to_the_people_of_the_path_unless_somebody_named_others(office: Office) -> None:
    by_path, named = opened(office), opened(office)
    do(office, "Ben", "escalate", Escalate(reason="authority", need="a decision"), by_path)
    do(office, "Ben", "escalate", Escalate(reason="authority", need="a decision", to=office.ids["Dora"]), named)
    office.later(0.2)
    desk = office.desk()
    found = what_if_settings(desk, 0, paths=escalation_paths.check(desk, NEW_PATHS))
    kinds = {one.kind: one for one in found.findings if one.entries}
    assert list(kinds["no longer to a lead"].cases) == [by_path]
    (entry,) = kinds["no longer to a lead"].entries
    assert (entry.people, entry.instead) == ((office.ids["Eve"],), (office.ids["Ana"],))
    assert set(kinds) == {"no longer to a lead"}


def test_night_is_by_the_clock_of_the_rota(office: Office) -> None:
    rota.set_rota(office.desk(), 'zone = "Asia/Tokyo"\n[[turn]]\nlead = "Dora"\n')
    office.now = office.now // DAY * DAY + 13 * HOUR  # 22:00 there
    number = opened(office)
    do(office, "Ben", "escalate", Escalate(reason="authority", need="a decision"), number)
    office.later(0.2)
    desk = office.desk()
    found = what_if_settings(desk, 0, paths=escalation_paths.check(desk, NEW_PATHS))
    kinds = {one.kind: one.entries for one in found.findings if one.entries}
    assert kinds.keys() == {"no longer to a lead", "called at night"}
    (entry,) = kinds["called at night"]
    assert (entry.people, entry.instead) == ((office.ids["Eve"],), (office.ids["Dora"],))


def test_a_level_that_was_shorter_for_a_while_is_known_and_a_longer_one_would_have_been_kept(office: Office) -> None:
    first = opened(office)
    office.later(3)
    do(office, "Ben", "log", LogMessage(text="it comes"), first)
    service_levels.set_service(office.desk(), NEW_LEVELS)
    second = opened(office)
    office.later(3)
    do(office, "Ben", "log", LogMessage(text="it comes"), second)
    service_levels.set_service(office.desk(), LEVELS[0])
    office.later(0.1)
    desk = office.desk()

    def asked(text: str) -> dict[str, tuple[int, ...]]:
        found = what_if_settings(desk, 0, service=service_levels.check(desk, text))
        return {one.kind: tuple(one.cases) for one in found.findings if one.entries}

    assert asked(LEVELS[0]) == {"no longer late": (second,)}
    assert asked(NEW_LEVELS) == {"late": (first,), "late all the same": (second,)}


def test_the_sample_week_replays_exactly(tmp_path: pathlib.Path) -> None:
    store, now = create_store(str(tmp_path / "demo.db")), 1_795_000_000_000
    play(Desk(store, lambda: now), read_week())
    sweep.sweep(Desk(store, lambda: now))
    assert assert_replays_exactly(store, now) == 3
    store.close()


@pytest.mark.parametrize("part", [6, pytest.param(1, marks=pytest.mark.slow)], ids=["a part", "all"])
@pytest.mark.parametrize("log", ["helpdesk-italian", "bpi2013-incidents"])
def test_a_public_log_replays_exactly_with_what_was_swept_since(
    log: str, part: int, shared_data: pathlib.Path, office: Office
) -> None:
    how = Options(map=str(db_path("maps", f"{log}.toml")))
    read = registry.read("events", [str(shared_data / log / "events.csv.gz")], how, ReadReport())
    lines = [line for line in read if isinstance(line, ImportedEntry) and crc32(line.external.encode()) % part == 0]
    record(office.desk(), lines, source=log, file="log")
    for _ in range(3):
        office.later(20)
        sweep.sweep(office.desk())
    assert assert_replays_exactly(office.store, office.now) > 0
