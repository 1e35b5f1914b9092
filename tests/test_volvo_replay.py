"""The last month of a public log replayed through an escalation path, day by day: each thing once, however it is swept.

The log is not part of the project (its licence does not allow it); where it is absent, this is skipped. The same rules
are proven on cases of our own in tests/desk/test_sweep.py.
"""

from __future__ import annotations

import multiprocessing
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from pathlib import Path
from zlib import crc32

import pytest

from careconsole.desk import Desk
from careconsole.desk.cases import execution, sweep
from careconsole.desk.imports.record import record
from careconsole.desk.team import escalation_paths, members
from careconsole.domain.case.acknowledgement import Acknowledge
from careconsole.domain.case.calls import CallTimedOut
from careconsole.domain.case.escalation import Escalate
from careconsole.domain.case.event import Event
from careconsole.domain.case.offers import Offer, OfferExpired
from careconsole.domain.case.overdue import Overdue
from careconsole.domain.case.ownership import Reassign
from careconsole.domain.case.state import Case
from careconsole.domain.imported_record import ImportedEntry
from careconsole.domain.time.moments import DAY, HOUR, parse_instant
from careconsole.intake import registry
from careconsole.intake.files.read_report import ReadReport
from careconsole.intake.registry import Options
from careconsole.store import create_store, open_store
from careconsole.store.maintenance import database_info
from careconsole.store.maintenance.schema import db_path
from tests.desk.replays import assert_replays_exactly
from tests.waiting import HANG

VOLVO = "bpi2013-incidents"
DAYS = 30
END = parse_instant("2012-05-23T00:00+02:00", 0)
BEGIN = END - DAYS * DAY
PART = 6
"""In the usual run every sixth case is replayed, in the long one all of them."""
PATH = """
[group]
board = ["Weiss", "Noor"]

[[path]]
name = "urgent"
priorities = ["high", "urgent"]
[[path.step]]
name = "lead"
call = ["duty"]
acknowledge = "2h"
repeat = 1
[[path.step]]
name = "board"
call = ["board", "leads"]
acknowledge = "8h"

[[path]]
name = "standard"
[[path.step]]
name = "lead"
call = ["duty"]
acknowledge = "8h"
[[path.step]]
name = "other lead"
call = ["able"]
acknowledge = "24h"
"""


@pytest.fixture(scope="module", params=[PART, pytest.param(1, marks=pytest.mark.slow)], ids=["a part", "all"])
def part(request: pytest.FixtureRequest) -> int:
    """One of how many cases is replayed."""
    return int(request.param)


@pytest.fixture(scope="module")
def log(shared_data: Path, part: int) -> list[ImportedEntry]:
    """The lines of the log, of a part of its cases."""
    how = Options(map=str(db_path("maps", f"{VOLVO}.toml")))
    read = registry.read("events", [str(shared_data / VOLVO / "events.csv.gz")], how, ReadReport())
    return [line for line in read if isinstance(line, ImportedEntry) and crc32(line.external.encode()) % part == 0]


@pytest.fixture(scope="module")
def before(log: list[ImportedEntry], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A team with its paths, and the log up to the last month, imported when that begins."""
    place = tmp_path_factory.mktemp("replay") / "before.db"
    with closing(create_store(str(place))) as store:
        desk = Desk(store, lambda: BEGIN)
        members.create_team(desk, "Desk", ["Ana", "Dora"], ["Ben"], ["Weiss", "Noor"])
        desk.person = members.find_person("Ana", desk.roster()).number
        escalation_paths.set_paths(desk, PATH)
        record(desk, [line for line in log if line.at < BEGIN], source=VOLVO, file="before")
    return place


def replayed(
    before: Path, log: list[ImportedEntry], place: Path, sweeping: Callable[[Desk, Path, int, int], None]
) -> None:
    """Replays the month on a copy of the database at `place`, sweeping at the end of each day.

    Each day brings the lines of the log, as an import; of the cases that rise to a higher line of support a third is
    escalated along the path, and some of these calls are acknowledged and forgotten; every seventh case is offered to
    Ben, who never answers.
    """
    shutil.copyfile(before, place)
    with closing(open_store(str(place))) as store:
        now = BEGIN
        desk = Desk(store, lambda: now)
        roster = desk.roster()
        people = {person.name: person.number for person in roster.people.values()}
        desk.person = people["Ana"]
        dora = Desk(store, lambda: now, people["Dora"])
        for day in range(DAYS):
            begin, now = now, BEGIN + (day + 1) * DAY
            lines = [line for line in log if begin <= line.at < now]
            levels = {case.number: case.level for case in _known(desk, lines)}
            record(desk, lines, source=VOLVO, file=f"day {day}")
            for case in _known(desk, lines):
                risen = case.level > levels.get(case.number, 0)
                if case.is_open and risen and case.escalation is None and case.number % 3 == 0:
                    _escalated(desk, dora, case)
                elif case.is_open and case.number % 7 == 0 and case.offer is None:
                    _offered(desk, case, people["Ben"])
            sweeping(desk, place, begin, now)
        assert database_info.check(store) == []


def _escalated(desk: Desk, dora: Desk, case: Case) -> None:
    """A lead calls for help; where that is Dora, she acknowledges every second of them and forgets it."""
    execution.execute(desk, "escalate", Escalate(reason="expertise", need="the next line"), [case.number])
    call = desk.store.cases.get_many([case.number])[case.number].escalation
    if call is not None and dora.person in call.called and case.number % 2:
        execution.execute(dora, "acknowledge", Acknowledge(until=desk.now() + 30 * HOUR), [case.number])


def _offered(desk: Desk, case: Case, to: int) -> None:
    """A lead takes the case and offers it to somebody, who never answers."""
    if case.owner != desk.person:
        execution.execute(desk, "reassign", Reassign(to=desk.person), [case.number])
    execution.execute(desk, "offer", Offer(to=to, reason="knows it"), [case.number])


def _known(desk: Desk, lines: list[ImportedEntry]) -> list[Case]:
    numbers = {desk.store.cases.by_external(VOLVO, line.external) for line in lines}
    return list(desk.store.cases.get_many(sorted(number for number in numbers if number is not None)).values())


def histories(place: Path) -> dict[int, list[tuple[int, object, int | None]]]:
    """What happened in every case, and when."""
    with closing(open_store(str(place))) as store:
        return {
            number: [(event.at, event.fact, event.actor) for event in events]
            for number, events in store.cases.histories("1 = 1", {})
        }


def in_one_go(desk: Desk, place: Path, begin: int, end: int) -> None:
    sweep.sweep(desk, as_of=end)


def by_the_hour(desk: Desk, place: Path, begin: int, end: int) -> None:
    for hour in range(24):
        sweep.sweep(desk, as_of=begin + (hour + 1) * HOUR)


def _sweep_in_another_process(place: str, end: int) -> int:
    with closing(open_store(place)) as store:
        return len(sweep.sweep(Desk(store, lambda: end), as_of=end).acts)


@pytest.fixture
def five() -> Iterator[ProcessPoolExecutor]:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(5, mp_context=context) as pool:
        yield pool


@pytest.fixture(scope="module")
def month(before: Path, log: list[ImportedEntry], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The month swept in one go each day."""
    place = tmp_path_factory.mktemp("month") / "month.db"
    replayed(before, log, place, in_one_go)
    return place


def test_each_thing_happens_once(month: Path, part: int) -> None:
    with closing(open_store(str(month))) as store:
        done = [(number, event) for number, event in store.sweeping.done(BEGIN, 1_000_000)]
    kinds = Counter(event.kind for _, event in done)
    assert kinds["overdue"] > 1_000 / part
    assert kinds["call timed out"] > 100 / part
    assert kinds["offer expired"] > 10 / part
    told = Counter((number, x.kind, x.mark, x.number) for number, e in done for x in _late(e))
    assert max(told.values()) == 1, "each run of a clock is told once"
    for kind in (CallTimedOut, OfferExpired):
        happened = Counter((number, event.at) for number, event in done if isinstance(event.fact, kind))
        assert max(happened.values()) == 1


def test_replaying_it_as_it_was_gives_it_exactly(month: Path, part: int) -> None:
    with closing(open_store(str(month))) as store:
        assert assert_replays_exactly(store, END) > 1_000 / part


def _late(event: Event) -> tuple:
    return event.fact.clocks if isinstance(event.fact, Overdue) else ()


@pytest.mark.slow
def test_hour_by_hour_it_is_the_same(month: Path, before: Path, log: list[ImportedEntry], tmp_path: Path) -> None:
    replayed(before, log, tmp_path / "hours.db", by_the_hour)
    assert histories(tmp_path / "hours.db") == histories(month)


def test_by_five_processes_it_is_the_same(
    month: Path, before: Path, log: list[ImportedEntry], tmp_path: Path, five: ProcessPoolExecutor
) -> None:
    did: list[int] = []

    def all_at_once(desk: Desk, place: Path, begin: int, end: int) -> None:
        running = [five.submit(_sweep_in_another_process, str(place), end) for _ in range(5)]
        did.extend(one.result(HANG) for one in running)
        sweep.sweep(desk, as_of=end)  # had the first one ended before another began, there is nothing left to do

    replayed(before, log, tmp_path / "five.db", all_at_once)
    assert histories(tmp_path / "five.db") == histories(month)
    with closing(open_store(str(tmp_path / "five.db"))) as store:
        assert len(store.sweeping.done(BEGIN, 1_000_000)) == sum(did)
