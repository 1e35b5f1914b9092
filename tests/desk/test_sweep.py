"""The sweep: what has fallen due happens once, whoever sweeps and however often."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack, closing
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from careconsole.desk.cases import execution, sweep, undo_redo
from careconsole.desk.team import customers, escalation_paths, members, service_levels
from careconsole.domain.case.acknowledgement import Acknowledge
from careconsole.domain.case.command import Command
from careconsole.domain.case.editing import Tag
from careconsole.domain.case.escalation import Escalate
from careconsole.domain.case.notes import Note
from careconsole.domain.case.offers import Offer
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.parking import Park
from careconsole.domain.case.promises import Promise
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.case.state import Case
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.time.moments import DAY, HOUR, iso
from careconsole.store import open_store
from tests.desk.office import LID, LOG, Office, line
from tests.waiting import HANG, started

UP = Escalate(reason="exception", need="a decision")


def opened(office: Office, owner: str | None, **new: Any) -> int:
    command = OpenCase(subject="Kettle", owner=office.ids[owner] if owner else None, **new)
    outcome = execution.open_case(office.desk(owner or "Ana"), command)
    assert outcome.opened is not None
    return outcome.opened


def do(office: Office, name: str, verb: str, command: Command, number: int) -> None:
    execution.execute(office.desk(name), verb, command, [number])


def swept(office: Office, hours: float = 0, **how: Any) -> list[tuple[int, str]]:
    """What a sweep after so many hours did: the cases and the kinds of events."""
    office.later(hours)
    return [(act.before.number, act.event.kind) for act in sweep.sweep(office.desk(), **how).acts]


def busy_day(office: Office, cases: int = 6) -> None:
    """Cases on which all kinds of things fall due over the next hours."""
    for n in range(cases):
        number = opened(office, "Ben", inbound=n % 2 == 0, channel="email")
        office.later(0.1)
        match n % 6:
            case 0:
                do(office, "Ben", "offer", Offer(to=office.ids["Cleo"], reason="knows it"), number)
            case 1 | 2:
                do(office, "Ben", "escalate", UP, number)
            case 3:
                do(office, "Ben", "park", Park(on="customer", until=office.now + 3 * HOUR), number)
            case 4:
                do(office, "Ben", "promise", Promise(text="call", due=office.now + 2 * HOUR), number)
            case 5:
                do(office, "Ben", "escalate", UP, number)
                do(office, "Ana", "acknowledge", Acknowledge(until=office.now + HOUR), number)


def everything(office: Office) -> dict[int, list[tuple[str, int, object]]]:
    """The histories of all cases: kinds, times and facts."""
    return {
        case.number: [(e.kind, e.at, e.fact) for e in office.history(case.number)]
        for case in office.store.cases.states("1 = 1", {})
    }


def test_nothing_due_is_nothing_done(office: Office) -> None:
    number = opened(office, "Ben")
    before = office.case(number)
    assert swept(office) == []
    assert office.case(number) == before


def test_what_has_fallen_due_happens_once_and_the_rows_follow(office: Office) -> None:
    number = opened(office, "Ben", inbound=False)
    do(office, "Ben", "offer", Offer(to=office.ids["Cleo"], reason="knows it"), number)
    assert swept(office, 4.1) == [(number, "offer expired")]
    assert swept(office) == []
    event = office.history(number)[-1]
    assert (event.actor, event.command, event.batch) == (None, None, None)
    assert office.case(number).offer is None
    assert office.sound()


def test_the_row_says_when_there_is_something_to_do_next(office: Office) -> None:
    number = opened(office, "Ben")
    assert sweep.next_due(office.desk()) == office.now + 4 * HOUR
    assert swept(office, 4.1) == [(number, "overdue")]
    assert sweep.next_due(office.desk()) is None, "of what is breached, people were told"
    do(office, "Ben", "promise", Promise(text="call", due=office.now + HOUR), number)
    assert sweep.next_due(office.desk()) == office.now + HOUR
    do(office, "Ben", "resolve", Resolve(said="done", answer="told", promises="kept"), number)
    assert sweep.next_due(office.desk()) is None


def test_other_levels_change_when_the_sweep_comes(office: Office) -> None:
    opened(office, "Ben")
    text = service_levels.text(office.desk()).replace('first_answer = "4h"', 'first_answer = "1h"')
    service_levels.set_service(office.desk(), text)
    assert sweep.next_due(office.desk()) == office.now + HOUR


def test_a_time_that_other_levels_moved_is_told_again_once_it_has_passed(office: Office) -> None:
    number = opened(office, "Ben")
    text, began = service_levels.text(office.desk()), office.now
    service_levels.set_service(office.desk(), text.replace('first_answer = "4h"', 'first_answer = "1h"'))
    assert swept(office, 1.1) == [(number, "overdue")]
    service_levels.set_service(office.desk(), text)
    assert sweep.next_due(office.desk()) == began + 4 * HOUR
    assert swept(office) == []
    ahead = sweep.sweep(office.desk(), dry_run=True, as_of=began + 5 * HOUR)
    assert [(act.before.number, act.event.kind) for act in ahead.acts][:1] == [(number, "overdue")]
    assert swept(office, 3) == [(number, "overdue")]
    assert swept(office, 1) == []
    assert office.sound()


def test_a_customers_tier_that_gives_more_time_is_told_again_once_that_has_passed(office: Office) -> None:
    text = service_levels.text(office.desk())
    vip = '[[level]]\nname = "vip"\ntiers = ["vip"]\nfirst_answer = "1h"\n\n[[level]]'
    service_levels.set_service(office.desk(), text.replace("[[level]]", vip, 1))
    number = execution.open_case(
        office.desk("Ben"), OpenCase(subject="Kettle", owner=office.ids["Ben"]), "Carla"
    ).opened
    assert number is not None
    customers.change(office.desk("Ben"), "Carla", tier="vip")
    assert swept(office, 1.1) == [(number, "overdue")]
    customers.change(office.desk("Ben"), "Carla", tier="standard")
    assert swept(office) == []
    assert swept(office, 3) == [(number, "overdue")]


def test_a_dry_run_tells_it_all_and_does_nothing(office: Office) -> None:
    busy_day(office)
    before = everything(office)
    office.later(5)
    would = sweep.sweep(office.desk(), dry_run=True)
    assert everything(office) == before
    done = sweep.sweep(office.desk())
    assert [(a.before.number, a.event.fact) for a in would.acts] == [(a.before.number, a.event.fact) for a in done.acts]
    assert done.acts


def test_only_a_dry_run_looks_ahead(office: Office) -> None:
    number = opened(office, "Ben", inbound=False)
    do(office, "Ben", "park", Park(on="us", until=office.now + 3 * HOUR), number)
    ahead = sweep.sweep(office.desk(), dry_run=True, as_of=office.now + 4 * HOUR)
    assert [(a.event.kind, a.event.at - office.now) for a in ahead.acts] == [("returned", 3 * HOUR)]
    back = office.now + 3 * HOUR
    for moment, acts in ((back - 1, []), (back, ["returned"])):
        found = sweep.sweep(office.desk(), dry_run=True, as_of=moment)
        assert [one.event.kind for one in found.acts] == acts, "what is parked until a moment is back at it"
    with pytest.raises(WrongUse, match="not due yet"):
        sweep.sweep(office.desk(), as_of=office.now + HOUR)


def test_what_is_parked_until_now_returns_now_and_what_is_due_now_is_not_late_yet(office: Office) -> None:
    parked, promised = opened(office, "Ben", inbound=False), opened(office, "Ben", inbound=False)
    do(office, "Ben", "park", Park(on="us", until=office.now + HOUR), parked)
    do(office, "Ben", "promise", Promise(text="ring", due=office.now + HOUR), promised)
    assert swept(office, 1) == [(parked, "returned")]
    assert office.sound()
    assert swept(office, 0.01) == [(promised, "overdue")]


def test_catching_up_is_the_same_in_one_go_and_in_steps(tmp_path: Path) -> None:
    found = []
    for step in (72.0, 24.0, 1.0, 0.3):
        office = Office(tmp_path)
        escalation_paths.set_paths(
            office.desk(),
            '[[path]]\nname="a"\n[[path.step]]\nname="lead"\nrepeat=1\n[[path.step]]\nname="eve"\ncall=["Eve","leads"]\n',
        )
        busy_day(office, 12)
        begin = office.now
        office.later(72)
        now, hours = office.now, 0.0
        while hours < 72:
            hours = min(hours + step, 72)
            sweep.sweep(office.desk(), as_of=begin + int(hours * HOUR))
        assert office.now == now
        assert office.sound()
        found.append(everything(office))
        office.close()
    assert all(one == found[0] for one in found)
    assert sum(kind == "call timed out" for history in found[0].values() for kind, _, _ in history) > 20


def test_now_each_thing_that_was_missed_happens_now_and_nobody_is_jumped(office: Office) -> None:
    """After a weekend without a sweep the next step is called, and has its own time: it is not passed over at once."""
    number = opened(office, "Ben", inbound=False)
    do(office, "Ben", "escalate", UP, number)
    assert swept(office, 60) == [(number, "call timed out")]
    event = office.history(number)[-1]
    call = office.case(number).escalation
    assert call is not None
    assert (event.at, office.case(number).level, call.acknowledge_by) == (office.now, 2, office.now + HOUR)


def test_a_case_is_not_acted_on_before_its_last_event(office: Office) -> None:
    """Catching up to a moment before somebody worked on a case does nothing to it that would come before that."""
    number = opened(office, "Ben", inbound=False)
    do(office, "Ben", "park", Park(on="us", until=office.now + HOUR), number)
    begin = office.now
    office.later(5)
    do(office, "Ben", "note", Note(text="still nothing"), number)
    assert swept(office, 0, as_of=begin + 2 * HOUR) == []
    assert swept(office, 0, as_of=office.now) == [(number, "returned")]
    assert office.history(number)[-1].at == office.now


def test_what_the_sweep_did_cannot_be_undone_away(office: Office) -> None:
    number = opened(office, "Ben", inbound=False)
    do(office, "Ben", "escalate", UP, number)
    swept(office, 1.1)
    with pytest.raises(Refused, match="nobody acknowledged in time"):
        undo_redo.undo(office.desk("Ben"))


def test_being_told_of_what_is_late_stands_in_nobodys_way(office: Office) -> None:
    number = opened(office, "Ben")
    seen = office.case(number).version
    do(office, "Ben", "tag", Tag(add=("vip",)), number)
    seen += 1
    assert swept(office, 4.1) == [(number, "overdue")]
    execution.execute(office.desk("Ana"), "tag", Tag(add=("lid",)), [number], seen=seen)
    with pytest.raises(Refused):
        undo_redo.undo(office.desk("Ben"))
    undo_redo.undo(office.desk("Ana"))
    undo_redo.undo(office.desk("Ben"))


# Imports


def test_the_sweep_on_imported_cases_leaves_them_the_imports(office: Office) -> None:
    """What time alone did is no work of people: later lines of the source still count, and still find their place."""
    office.bring(*LOG)
    assert swept(office) == []
    number = office.known_as("B").number
    assert (number, "overdue") in swept(office, 4.1)
    office.bring(line("B", 4, owner="Yan", status="open"), line("B", 9, owner="Zoe", status="open"), file="more.csv")
    kinds = office.kinds(number)
    assert sorted(kinds) == [*["overdue"], *["recorded"] * 5]
    roster = office.store.people.roster()
    assert roster.name(office.case(number).owner) == "Zoe"
    assert office.sound()
    assert len(LID) == 3


def test_rolling_an_import_back_takes_cases_that_only_the_sweep_wrote_on(office: Office) -> None:
    from careconsole.desk.imports import rollback

    report = office.bring(*LOG)
    swept(office, 4.1)
    assert report.batch is not None
    done = rollback.roll_back(office.desk(), report.batch)
    assert (done.removed, done.kept) == (3, ())
    assert office.sound()


# Several sweepers


def test_the_lease_is_for_one_at_a_time_and_ends_with_who_died(office: Office) -> None:
    sweeping = office.store.sweeping
    write = office.store.engine.write
    assert write(lambda: sweeping.take_lease("sweep", "a", 1_000, 60)) is None
    assert write(lambda: sweeping.take_lease("sweep", "a", 1_010, 60)) is None, "who holds it may keep it"
    assert write(lambda: sweeping.take_lease("sweep", "b", 1_020, 60)) == "a"
    assert write(lambda: sweeping.take_lease("sweep", "b", 1_071, 60)) is None, "its time is over"
    write(lambda: sweeping.release("sweep", "a"))
    assert write(lambda: sweeping.take_lease("sweep", "c", 1_072, 60)) == "b", "nobody gives back what another holds"
    assert write(lambda: sweeping.take_lease("sweep", "c", 100, 60)) is None, (
        "a clock that was wrong does not block for ever"
    )


def test_a_sweep_beside_another_leaves_it_to_that(office: Office) -> None:
    busy_day(office)
    office.later(5)
    import time

    office.store.engine.write(
        lambda: office.store.sweeping.take_lease(sweep.LEASE, "there:1:x", time.time_ns() // 1_000_000, sweep.SPAN)
    )
    done = sweep.sweep(office.desk())
    assert (done.acts, done.busy) == ((), "there:1:x")


@pytest.fixture
def week(office: Office) -> Office:
    """Many cases on which something is due, at a time that other processes take for the present."""
    busy_day(office, 60)
    office.later(30)
    return office


def _processes(office: Office, count: int, *args: str) -> list[list[dict[str, Any]]]:
    """What so many sweeps at the same time did."""
    env = {**os.environ, "CARECONSOLE_DB": office.path, "CARECONSOLE_AS": "Ana", "CARECONSOLE_NOW": iso(office.now)}
    command = [sys.executable, "-m", "careconsole", "sweep", "--no-send", "--json", *args]
    done = []
    with ExitStack() as stack:
        running = [stack.enter_context(started(command, env=env, stdout=subprocess.PIPE)) for _ in range(count)]
        for process in running:
            out, _ = process.communicate(timeout=HANG)
            assert process.returncode == 0
            done.append(json.loads(out)["done"])
    return done


def test_five_processes_at_once_do_each_thing_once(week: Office) -> None:
    would = sweep.sweep(week.desk(), dry_run=True).acts
    done = [act for acts in _processes(week, 5) for act in acts]
    assert len(done) == len(would)
    assert sorted((a["case"], a["kind"]) for a in done) == sorted((a.before.number, a.event.kind) for a in would)
    assert sweep.sweep(week.desk()).acts == ()
    assert week.sound()


def test_a_gentle_sweep_does_all_of_it_rests_between_the_parts_and_lists_nothing(
    week: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    would = sweep.sweep(week.desk(), dry_run=True).acts
    ticks, rests = count(), list[float]()
    monkeypatch.setattr(sweep, "_AT_ONCE", 2)
    clock = SimpleNamespace(monotonic=lambda: next(ticks) * 0.25, time_ns=time.time_ns)
    monkeypatch.setattr(sweep, "time", clock)
    before = week.desk().store.engine.fetch_one("select count(*) from events")
    assert sweep.sweep(week.desk(), gentle=True, pause=rests.append).acts == ()
    after = week.desk().store.engine.fetch_one("select count(*) from events")
    assert before is not None
    assert after is not None
    assert after[0] - before[0] == len(would)
    assert set(rests) == {1.0}, "four times as long as the work took"
    assert sweep.sweep(week.desk()).acts == ()


def test_without_any_lease_each_thing_still_happens_once(week: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lease spares work; that things happen once follows from the state of the case alone."""
    import threading

    would = sweep.sweep(week.desk(), dry_run=True).acts
    monkeypatch.setattr("careconsole.store.cases.sweep_state.SweepState.take_lease", lambda *args: None)
    done: list[sweep.Act] = []
    failed: list[BaseException] = []

    def one() -> None:
        try:
            with closing(open_store(week.path)) as store:
                desk = week._at(store, week.ids["Ana"])
                done.extend(sweep.sweep(desk).acts)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=one) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(HANG)
    assert failed == []
    assert sorted((a.before.number, a.event.kind) for a in done) == sorted(
        (a.before.number, a.event.kind) for a in would
    )
    assert week.sound()


def test_a_sweep_that_is_killed_leaves_whole_cases_and_the_next_does_the_rest(week: Office) -> None:
    would = sorted((a.before.number, a.event.kind) for a in sweep.sweep(week.desk(), dry_run=True).acts)
    script = (
        "import os, sys; import careconsole.desk.cases.sweep as m; m._AT_ONCE = 7\n"
        "kept = m._Sweeper._part\n"
        "def part(self, unit, most):\n"
        "    if self._after[1]: os._exit(9)\n"
        "    return kept(self, unit, most)\n"
        "m._Sweeper._part = part\n"
        "from careconsole.__main__ import main; sys.argv = ['careconsole', 'sweep', '--no-send']; main()\n"
    )
    env = {**os.environ, "CARECONSOLE_DB": week.path, "CARECONSOLE_AS": "Ana", "CARECONSOLE_NOW": iso(week.now)}
    killed = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, timeout=HANG)
    assert killed.returncode == 9
    before = [a for a in sweep.done_since(week.desk(), week.now) if a.event.recorded_at == week.now]
    assert 0 < len(before) < len(would)
    week.store.engine.write(lambda: week.store.engine.execute("delete from leases"))  # its time is over
    sweep.sweep(week.desk())
    done = sweep.done_since(week.desk(), week.now)
    assert sorted((a.before.number, a.event.kind) for a in done) == would
    assert week.sound()


def test_a_case_on_which_the_program_fails_stops_the_sweep_for_no_other(
    week: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    would = sweep.sweep(week.desk(), dry_run=True).acts
    bad = would[3].before.number
    kept = sweep.what_follows

    def fails(case: Case, *args: Any) -> Any:
        if case.number == bad:
            raise ZeroDivisionError("of all things")
        return kept(case, *args)

    monkeypatch.setattr(sweep, "what_follows", fails)
    before = week.case(bad)
    done = sweep.sweep(week.desk())
    (stuck,) = done.stuck
    assert stuck.case == bad
    assert stuck.why.startswith("ZeroDivisionError in desk/cases/sweep.py, line ")
    assert "of all things" not in str(done.trouble)
    assert {a.before.number for a in done.acts} == {a.before.number for a in would} - {bad}
    assert week.case(bad) == before
    assert done.trouble is not None
    assert str(bad) in done.trouble.message
    monkeypatch.setattr(sweep, "what_follows", kept)
    assert {a.before.number for a in sweep.sweep(week.desk()).acts} == {bad}
    assert week.sound()


def test_a_failure_that_is_no_case_s_ends_the_sweep(week: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> Any:
        raise ZeroDivisionError("of all things")

    monkeypatch.setattr(week.store.sweeping, "due", fails)
    with pytest.raises(ZeroDivisionError):
        sweep.sweep(week.desk())


# What it did


def test_what_it_did_is_told_the_latest_first(office: Office) -> None:
    first = opened(office, "Ben", inbound=False)
    do(office, "Ben", "offer", Offer(to=office.ids["Cleo"], reason="knows it"), first)
    office.later(1)
    second = opened(office, "Ben", inbound=False)
    do(office, "Ben", "park", Park(on="us", until=office.now + 4 * HOUR), second)
    swept(office, 3.5)
    swept(office, 1)
    done = sweep.done_since(office.desk(), office.now - DAY)
    assert [(a.before.number, a.event.kind) for a in done] == [(second, "returned"), (first, "offer expired")]
    assert [a.before.number for a in sweep.done_since(office.desk(), office.now)] == [second]
    assert sweep.done_since(office.desk(), office.now + 1) == []


def test_a_cover_is_called_at_the_time_of_the_sweep(office: Office) -> None:
    escalation_paths.set_paths(
        office.desk(),
        '[[path]]\nname="a"\n[[path.step]]\nname="eve"\ncall="Eve"\n[[path.step]]\nname="d"\ncall="duty"\n',
    )
    number = opened(office, "Ben", inbound=False)
    do(office, "Ben", "escalate", UP, number)
    members.away(office.desk(), "Ana", "Cleo")
    swept(office, 1.1)
    from careconsole.desk.queries import case_queries

    assert case_queries.numbers(office.desk("Cleo"), "is:mine") == [number]
    assert replace(office.case(number)).level == 2
