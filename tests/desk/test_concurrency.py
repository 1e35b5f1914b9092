"""Eight people at work at once while an import runs: nothing is lost, and who comes second is told so."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from careconsole.desk.cases import execution as work
from careconsole.desk.cases import undo_redo
from careconsole.domain.case.editing import Edited, Tag
from careconsole.domain.case.messages import LogMessage, MessageLogged
from careconsole.domain.case.notes import Note, Noted
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.ownership import Take
from careconsole.domain.errors import Conflict
from careconsole.store import Store, open_store
from careconsole.store.maintenance import database_info
from tests.desk.crowd import COUNTED, SHARED, Done
from tests.desk.office import Office
from tests.desk.test_killed_import import MAP, write_log
from tests.waiting import HANG, started

ROOT = Path(__file__).resolve().parents[2]
WAYS = ("desk", "desk", "desk", "desk", "desk", "desk", "cli", "cli")
THINGS = {"desk": 60, "cli": 5}
"""How many things each of them does; through the command line each is a process."""


class Crowd:
    """People at work on one database, each a process, and an import beside them."""

    def __init__(self, folder: Path) -> None:
        office = Office(folder)
        self.path = office.path
        office.now = time.time_ns() // 1_000_000
        for n in range(len(WAYS)):
            office.store.people.add(msgspec.structs.replace(office.store.people.roster().people[1], name=f"Agent {n}"))
        for _ in SHARED:
            work.open_case(office.desk(), OpenCase(subject="Everybody's", description="0"))
        office.store.close()
        write_log(folder / "log.csv")
        (folder / "map.toml").write_text(MAP, encoding="utf-8")
        self.folder = folder
        self.done: list[Done] = []
        self.errors: list[str] = []
        self.importing = (0.0, 0.0)

    def start(self, *words: str) -> AbstractContextManager[subprocess.Popen[str]]:
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        return started([sys.executable, "-m", *words], cwd=ROOT, text=True, **pipes)

    def work(self, times: int) -> None:
        """Everybody does so many times what they do; one is killed half-way."""
        with ExitStack() as stack:
            people = [
                stack.enter_context(self.start("tests.desk.crowd", self.path, f"Agent {n}", way))
                for n, way in enumerate(WAYS)
            ]
            for process in people:
                assert process.stdout is not None
                assert process.stdout.readline() == "ready\n"
            log = ("import", "events", str(self.folder / "log.csv"), "--map", str(self.folder / "map.toml"))
            began = time.time()
            importing = stack.enter_context(self.start("careconsole", "--db", self.path, "--as", "Ana", *log))
            for process, way in zip(people, WAYS, strict=True):
                assert process.stdin is not None
                process.stdin.write(f"{times * THINGS[way]}\n")
                process.stdin.flush()
            first = people[0]
            assert first.stdout is not None
            # Their answers are read while they work, for a full pipe would hold them up.
            readers = [reader_of(process) for process in people[1:]]
            said = [first.stdout.readline() for _ in range(times * THINGS["desk"] // 2)]
            first.kill()
            rest, _ = first.communicate()
            _, told = importing.communicate(timeout=HANG)
            assert importing.returncode == 0, told
            self.importing = (began, time.time())
            said += rest.splitlines()
            for process, reader in zip(people[1:], readers, strict=True):
                out, err = reader()
                if process.returncode:
                    self.errors.append(err)
                said += out.splitlines()
        # The last line of the one who was killed may be half a line.
        lines = [line.strip() for line in said]
        self.done += [msgspec.json.decode(line, type=Done) for line in lines if line.endswith("}")]

    def waits(self) -> list[float]:
        """How long changes at a desk took while the import ran, in milliseconds, the shortest first."""
        begin, end = self.importing
        desks = {f"Agent {n}" for n, way in enumerate(WAYS) if way == "desk"}
        return sorted((d.ended - d.begun) * 1000 for d in self.done if d.who in desks and begin < d.begun < end)


def reader_of(process: subprocess.Popen[str]) -> Callable[[], tuple[str, str]]:
    """Reads all that a process says in the background; the answer gives it when the process has ended."""
    pool = ThreadPoolExecutor(1)
    future = pool.submit(process.communicate)

    def result() -> tuple[str, str]:
        try:
            return future.result(timeout=HANG)
        finally:
            pool.shutdown()

    return result


def check(crowd: Crowd, store: Store) -> None:
    """Nothing was lost, nothing came twice, everything stands in the order in which it was done."""
    assert crowd.errors == []
    conflicts = [done for done in crowd.done if done.what == "conflict"]
    assert conflicts, "nobody met anybody"
    assert all("has changed since you saw it" in done.text for done in conflicts)
    acknowledged = [done for done in crowd.done if done.command is not None]
    assert len({done.command for done in acknowledged}) == len(acknowledged)
    people = store.people.roster()
    for done in acknowledged:
        entry = store.log.get(done.command or 0)
        assert entry is not None, f"{done} is lost"
        assert (people.name(entry.actor), tuple(entry.cases)) == (done.who, done.cases)
    texts: dict[str, set[int]] = {}
    commands: set[tuple[int | None, int]] = set()
    for number, events in store.cases.histories("1 = 1", {}):
        assert [event.number for event in events] == list(range(1, len(events) + 1))
        if number in SHARED:
            assert all(a.recorded_at <= b.recorded_at + 1000 for a, b in pairwise(events))
        commands |= {(event.command, number) for event in events}
        for event in events:
            if isinstance(event.fact, Noted | MessageLogged):
                texts.setdefault(event.fact.text, set()).add(number)
    for done in acknowledged:
        assert {(done.command, number) for number in done.cases} <= commands, f"{done} is lost"
        if done.what in ("note", "log"):
            assert texts.get(done.text) == set(done.cases), f"{done} is lost"
    check_count(crowd, store)
    assert database_info.check(store) == []


def check_count(crowd: Crowd, store: Store) -> None:
    """The count is what was acknowledged, and at most one more by the one who was killed before saying so."""
    case = store.cases.get(COUNTED)
    assert case is not None
    raised = [int(e.fact.description or 0) for e in store.cases.history(COUNTED) if isinstance(e.fact, Edited)]
    assert raised == list(range(1, len(raised) + 1)), "an update was lost"
    acknowledged = sum(done.what == "raised" for done in crowd.done)
    assert int(case.description) == len(raised)
    assert acknowledged <= len(raised) <= acknowledged + 1


@pytest.mark.parametrize("times", [1, pytest.param(10, marks=pytest.mark.slow)])
def test_eight_at_once_beside_an_import(tmp_path: Path, capsys: pytest.CaptureFixture[str], times: int) -> None:
    crowd = Crowd(tmp_path)
    crowd.work(times)
    store = open_store(crowd.path)
    check(crowd, store)
    row = store.engine.fetch_one("select count(*) from cases where batch_id is not null")
    assert row is not None
    assert row[0] > 1000, "the import went in"
    store.close()
    waits = crowd.waits()
    assert waits, "somebody was at work while the import ran"
    what = {name: sum(done.what == name for done in crowd.done) for name in sorted({d.what for d in crowd.done})}
    begin, end = crowd.importing
    with capsys.disabled():
        print(
            f"\n{len(WAYS)} people at work beside an import of {end - begin:.1f} s: {what}; a change took"
            f" p50 {waits[len(waits) // 2]:.1f}, p99 {waits[len(waits) * 99 // 100]:.1f}, at most {waits[-1]:.1f} ms"
            f" (n = {len(waits)})"
        )


def test_who_comes_second_is_told_what_the_first_did(tmp_path: Path) -> None:
    office = Office(tmp_path)
    other = office.another("Ben")
    case = work.open_case(office.desk(), OpenCase(subject="Kettle")).opened or 0
    seen = office.case(case).version
    work.execute(other, "take", Take(), [case])
    with pytest.raises(Conflict, match=r"has changed since you saw it: Ben took it"):
        work.execute(office.desk("Cleo"), "tag", Tag(add=("lid",)), [case], seen=seen)
    assert office.kinds(case) == ["opened", "taken"]
    work.execute(office.desk("Cleo"), "note", Note(text="still here"), [case], seen=seen)
    other.store.close()


def test_a_note_of_somebody_else_is_no_conflict(tmp_path: Path) -> None:
    office = Office(tmp_path)
    case = work.open_case(office.desk(), OpenCase(subject="Kettle")).opened or 0
    seen = office.case(case).version
    work.execute(office.desk("Ben"), "note", Note(text="I know them"), [case])
    work.execute(office.desk("Cleo"), "take", Take(), [case], seen=seen)
    assert office.case(case).owner == office.ids["Cleo"]


def test_another_word_to_the_customer_is_told_but_sent(tmp_path: Path) -> None:
    office = Office(tmp_path)
    case = work.open_case(office.desk(), OpenCase(subject="Kettle")).opened or 0
    seen = office.case(case).version
    work.execute(office.desk("Ben"), "log", LogMessage(text="we are on it"), [case])
    outcome = work.execute(office.desk("Cleo"), "log", LogMessage(text="we look into it"), [case], seen=seen)
    assert "we are on it" in " ".join(outcome.notices)
    assert office.kinds(case) == ["opened", "touched", "touched"]


def test_the_same_request_is_carried_out_once(tmp_path: Path) -> None:
    office = Office(tmp_path)
    other = office.another("Ana")
    command = OpenCase(subject="Kettle")
    first = work.open_case(office.desk(), command, request_key="r-1")
    again = work.open_case(other, command, request_key="r-1")
    assert (again.repeated, again.opened) == (True, first.opened)
    assert first.opened is not None
    note = work.execute(office.desk(), "note", Note(text="once"), [first.opened], request_key="r-2")
    assert work.execute(other, "note", Note(text="once"), [first.opened], request_key="r-2").command == note.command
    assert office.kinds(first.opened) == ["opened", "noted"]
    other.store.close()


def test_a_request_key_of_somebody_else_or_of_another_content_is_a_conflict(tmp_path: Path) -> None:
    office = Office(tmp_path)
    ana, ben = office.desk("Ana"), office.desk("Ben")
    first = work.open_case(ana, OpenCase(subject="Kettle"), "Carla", request_key="r-1").opened or 0
    assert work.open_case(ana, OpenCase(subject="Kettle"), "CARLA", request_key="r-1").opened == first
    with pytest.raises(Conflict, match="by Ana, on case 1"):
        work.open_case(ben, OpenCase(subject="Kettle"), "Carla", request_key="r-1")
    others = (("Lid", "Carla"), ("Kettle", "Nils"), ("Kettle", None))
    for subject, customer in others:
        with pytest.raises(Conflict, match=r"another request \(new\), on case 1") as refused:
            work.open_case(ana, OpenCase(subject=subject), customer, request_key="r-1")
        assert refused.value.exit_code == 4
    with pytest.raises(Conflict):
        work.execute(ana, "note", Note(text="x"), [first], request_key="r-1")
    second = work.open_case(ana, OpenCase(subject="Lid")).opened or 0
    work.execute(ana, "note", Note(text="x"), [first, second], request_key="r-2")
    assert work.execute(ana, "note", Note(text="x"), [first, second, first], request_key="r-2", seen=None).repeated
    for text, cases in (("y", [first, second]), ("x", [first])):
        with pytest.raises(Conflict, match="cases 1, 2"):
            work.execute(ana, "note", Note(text=text), cases, request_key="r-2")
    assert office.kinds(first) == office.kinds(second) == ["opened", "noted"]
    assert office.store.customers.find("Nils") is None


def test_a_request_key_from_before_contents_were_kept_is_its_persons_own(tmp_path: Path) -> None:
    office = Office(tmp_path)
    first = work.open_case(office.desk("Ana"), OpenCase(subject="Kettle"), request_key="r-1").opened
    office.store.engine.execute("update commands set request_digest = null")
    assert work.open_case(office.desk("Ana"), OpenCase(subject="Kettles"), request_key="r-1").opened == first
    with pytest.raises(Conflict):
        work.open_case(office.desk("Ben"), OpenCase(subject="Kettle"), request_key="r-1")


def test_an_undone_request_can_be_repeated_under_its_key(tmp_path: Path) -> None:
    office = Office(tmp_path)
    first = work.open_case(office.desk("Ana"), OpenCase(subject="Kettle"), request_key="r-1").opened
    undo_redo.undo(office.desk("Ana"))
    again = work.open_case(office.desk("Ben"), OpenCase(subject="Lid"), request_key="r-1")
    assert not again.repeated
    assert again.opened != first
