"""Imports and the sweep write in the same histories: neither takes the other for a person, nor for itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest

from careconsole.desk.cases import execution, sweep
from careconsole.desk.imports import merges
from careconsole.desk.imports import record as recording
from careconsole.desk.imports.outcome import later_work
from careconsole.desk.imports.rollback import roll_back
from careconsole.domain.case.event import Writer
from careconsole.domain.case.events import KINDS
from careconsole.domain.case.notes import Note
from careconsole.domain.errors import Refused, RowsRejected
from careconsole.domain.imported_record import ImportedEntry, RejectedRecord
from tests.desk.office import KETTLE, LID, Office, line

ONE = line("1", 1, owner="Zoe", status="open", subject="Kettle", customer="Carla")
TWO = line("2", 2, owner="Zoe", status="open", subject="Lid", customer="Carla")
MERGED = line("2", 10, merged_into="1")


def swept(office: Office, hours: float = 24) -> int:
    office.later(hours)
    return len(sweep.sweep(office.desk()).acts)


def tried(office: Office, *lines: Any, file: str) -> None:
    """An import that ends with a failure of the machine after these lines."""

    def rows() -> Iterator[Any]:
        yield from lines
        raise OSError("the stick was pulled out")

    with pytest.raises(OSError, match="stick"):
        recording.record(office.desk(), rows(), source="old", file=file)


def failing_on(external: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on, this program fails on the case called `external`."""
    said = recording.ImportChunk._said

    def fails(part: Any, name: str, one: ImportedEntry) -> Any:
        if name == external:
            raise ZeroDivisionError("a bug")
        return said(part, name, one)

    monkeypatch.setattr(recording.ImportChunk, "_said", fails)


def test_a_case_that_the_sweep_touched_and_the_source_merged_leads_to_the_other(office: Office) -> None:
    office.bring(ONE, TWO, file="a.json")
    assert swept(office) == 2
    report = office.bring(ONE, TWO, MERGED, file="b.json")
    one, two = office.known_as("1"), office.known_as("2")
    assert (two.status, two.merged_into) == ("merged", one.number)
    assert sorted(office.kinds(two.number)) == ["overdue", "recorded", "recorded"]
    assert office.store.batches.get(report.batch or 0).status == "done"  # type: ignore[union-attr]
    assert office.bring(ONE, TWO, MERGED, file="b.json").unchanged_cases == 2
    assert office.sound()


def test_a_roll_back_of_what_a_merged_case_leads_to_takes_no_sweep_for_a_person(office: Office) -> None:
    office.bring(TWO, MERGED, file="a.json")
    other = office.bring(ONE, TWO, MERGED, file="b.json").batch or 0
    assert office.known_as("2").merged_into == office.known_as("1").number
    assert swept(office)
    roll_back(office.desk(), other)
    assert (office.known_as("2").status, office.known_as("2").merged_into) == ("closed", None)
    assert office.bring(ONE, file="b.json").new_cases == 1
    assert office.known_as("2").merged_into is None, "the file that tells of the merge has not come again"
    office.bring(TWO, MERGED, file="a.json")
    assert office.known_as("2").merged_into == office.known_as("1").number
    assert office.sound()


def test_a_roll_back_removes_cases_that_only_the_sweep_touched(office: Office) -> None:
    batch = office.bring(*KETTLE[:2], *LID, file="a.csv").batch or 0
    assert swept(office)
    done = roll_back(office.desk(), batch)
    assert (done.removed, done.kept) == (2, ())
    assert office.bring(*KETTLE[:2], *LID, file="a.csv").new_cases == 2
    assert office.sound()


def test_lines_that_follow_all_others_are_added_behind_what_the_sweep_did(office: Office) -> None:
    office.bring(ONE, file="a.csv")
    assert swept(office) == 1
    before = [row[0] for row in office.store.engine.fetch_all("select id from events order by id")]
    report = office.bring(ONE, line("1", 5, status="parked"), file="b.csv")
    after = [row[0] for row in office.store.engine.fetch_all("select id from events order by id")]
    assert after[:-1] == before, "what has been told to whoever follows along is not told again"
    assert (report.changed_cases, office.known_as("1").parked is not None) == (1, True)
    assert office.sound()


def test_what_people_did_is_not_what_the_sweep_did(office: Office) -> None:
    batch = office.bring(ONE, TWO, file="a.csv").batch or 0
    one, two = office.known_as("1").number, office.known_as("2").number
    execution.execute(office.desk("Ben"), "note", Note(text="seen"), [one])
    assert swept(office) == 2
    office.bring(line("2", 5, status="parked"), file="b.csv")
    (told,) = later_work(office.desk(), office.store.batches.worked_on_since(batch))
    assert (told.case, told.entries, told.last.kind) == (one, 1, "noted")
    assert office.store.batches.worked_on_since(batch) == [one, two]


def test_people_imports_and_sweeps_write_only_events_of_their_own_kinds(office: Office) -> None:
    office.bring(ONE, TWO, file="a.csv")
    execution.execute(office.desk("Ben"), "note", Note(text="seen"), [1])
    swept(office)
    events = [event for number in (1, 2) for event in office.history(number)]
    assert {event.writer for event in events} == set(Writer) - {Writer.MAIL}
    assert all(event.writer is KINDS[event.kind].written_by for event in events)


def test_an_import_that_fails_on_one_case_takes_the_others(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    rejects: list[RejectedRecord] = []
    with monkeypatch.context() as patched:
        failing_on("B", patched)
        report = office.bring(*KETTLE, *LID, ONE, TWO, on_reject=rejects.append)
    assert (report.new_cases, report.rejected, len(rejects)) == (3, 1, 1)
    assert "case B" in rejects[0].reason
    assert "ZeroDivisionError in " in rejects[0].reason
    assert "a bug" not in rejects[0].reason, "what an error says may be a customer's words"
    assert Path(rejects[0].reason.rpartition(" is ")[2]).is_file(), "the report"
    assert office.store.batches.rejects.of(report.batch or 0) == rejects
    assert office.store.batches.all()[0].status == "done"
    assert office.bring(*KETTLE, *LID, ONE, TWO).new_cases == 1, "once it is put right, the case comes in"
    assert office.sound()


def test_a_dry_run_tells_of_a_case_on_which_it_fails(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.bring(LID[0])
    execution.execute(office.desk("Ben"), "note", Note(text="seen"), [1])
    failing_on("B", monkeypatch)
    report = office.bring(*KETTLE, *LID, dry_run=True)
    assert (report.new_cases, report.rejected) == (1, 1)


def test_an_import_that_fails_on_a_case_is_strict_where_that_was_asked(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing_on("B", monkeypatch)
    with pytest.raises(RowsRejected, match="case B"):
        office.bring(*KETTLE, *LID, strict=True)


def test_a_merge_on_which_it_fails_leaves_the_others(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    point = merges._point

    def fails(desk: Any, case: Any, into: Any) -> None:
        if case.external[0][1] == "2":
            raise ZeroDivisionError("a bug")
        point(desk, case, into)

    monkeypatch.setattr(merges, "_point", fails)
    report = office.bring(ONE, TWO, MERGED, line("3", 3, merged_into="1"))
    assert report.rejected == 1
    assert office.known_as("3").merged_into == office.known_as("1").number
    assert office.store.batches.all()[0].status == "done"


def test_an_import_that_ends_before_its_end_says_that_it_stopped_and_is_taken_up(office: Office, parts_of: Any) -> None:
    parts_of(1)
    tried(office, *KETTLE, *LID[:1], file="a.csv")
    stopped = office.store.batches.all()[0]
    assert (stopped.status, stopped.counts["cases"]) == ("stopped", 1)
    report = office.bring(*KETTLE, *LID, file="a.csv")
    assert (report.batch, report.resumed, report.new_cases) == (stopped.number, True, 1)
    done = office.store.batches.all()
    assert [(batch.status, batch.counts["cases"]) for batch in done] == [("done", 2)]
    assert not office.bring(*KETTLE, *LID, file="a.csv").resumed


def test_an_import_that_is_taken_up_is_running(office: Office, parts_of: Any) -> None:
    parts_of(1)
    tried(office, *KETTLE, *LID, file="a.csv")
    seen = []

    def rows() -> Iterator[ImportedEntry]:
        yield from (*KETTLE, *LID)
        yield ONE
        yield TWO
        seen.append(office.store.batches.all()[0].status)

    recording.record(office.desk(), rows(), source="old", file="a.csv")
    assert seen == ["running"]


def test_an_import_that_stopped_can_be_taken_back(office: Office, parts_of: Any) -> None:
    parts_of(1)
    tried(office, *KETTLE, *LID, file="a.csv")
    roll_back(office.desk(), 1)
    assert office.store.batches.all()[0].status == "rolled back"
    report = office.bring(*KETTLE, *LID, file="a.csv")
    assert (report.batch, report.resumed, report.new_cases) == (2, False, 2)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_imports_sweeps_people_and_roll_backs_do_in_whatever_order(tmp_path: Path, seed: int) -> None:
    """Nothing fails, rows are what their histories say, no case leads to one that is not there, nor to itself."""
    chance, office = Random(seed), Office(tmp_path)
    names = [str(number) for number in range(1, 5)]

    def a_line() -> ImportedEntry:
        name, at = chance.choice(names), chance.choice((1, 2, 3, 5, 8, 990, 1020, 1100))
        said: list[dict[str, Any]] = [
            {"status": chance.choice(("open", "parked", "resolved", "closed")), "owner": chance.choice(("Zoe", "Ben"))},
            {"merged_into": chance.choice([other for other in names if other != name])},
            {"subject": f"Kettle {at}", "customer": "Carla"},
        ]
        return line(name, at, **chance.choice(said))

    for turn in range(14):
        match chance.choice(("import", "import", "sweep", "person", "back")):
            case "import":
                report = office.bring(*(a_line() for _ in range(chance.randint(1, 6))), file=f"{turn}.csv")
                assert report.rejected == 0
            case "sweep":
                swept(office, chance.choice((1, 30)))
            case "person":
                number = chance.choice(office.store.cases.states("1 = 1", {}) or [None])
                if number is not None:
                    execution.execute(office.desk("Ben"), "note", Note(text="seen"), [number.number])
            case "back":
                batches = office.store.batches.all()
                if batches:
                    with suppress(Refused):  # it was taken back already
                        roll_back(office.desk(), chance.choice(batches).number)
        office.sound()
        states = {case.number: case for case in office.store.cases.states("1 = 1", {})}
        assert all(case.merged_into in states for case in states.values() if case.merged_into is not None)
        for case in states.values():
            led, steps = case.merged_into, 0
            while led is not None:
                led, steps = states[led].merged_into, steps + 1
                assert steps < len(states), "no case leads back to itself"
            assert all(event.writer is KINDS[event.kind].written_by for event in office.history(case.number))
    office.close()


def test_few_very_long_lines_are_a_part_of_their_own(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "MOST_TEXT", 1_000)
    written: list[int] = []
    write = recording.ImportChunk.write

    def counted(part: recording.ImportChunk) -> None:
        written.append(len(part._part))
        write(part)

    monkeypatch.setattr(recording.ImportChunk, "write", counted)
    office.bring(*(line(str(n), n, subject="s" * 600) for n in range(6)))
    assert written == [2, 2, 2]


def test_a_case_with_lines_without_end_is_cut_off(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "MOST_LINES", 3)
    rejects: list[RejectedRecord] = []
    report = office.bring(*(line("A", n) for n in range(5)), line("B", 1), on_reject=rejects.append)
    assert (report.new_cases, report.new_events, report.rejected) == (2, 4, 2)
    assert {reject.reason for reject in rejects} == {"case A has more than 3 lines in a row"}
