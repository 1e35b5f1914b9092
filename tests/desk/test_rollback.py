"""Taking an import back: what nobody has worked on since is as it was before; the rest stays, and is named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from careconsole.desk.cases import execution, undo_redo
from careconsole.desk.imports import record as recording
from careconsole.desk.imports.rollback import roll_back
from careconsole.desk.team import members
from careconsole.domain.case.editing import Edit
from careconsole.domain.case.notes import Note
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.errors import Conflict, Refused, WrongUse
from careconsole.domain.imported_record import ImportedEntry
from tests.desk.office import BY_TIME, KETTLE, LID, LOG, SPOUT, Office, contents, counts, differences, line


def test_a_roll_back_leaves_what_was_before(office: Office) -> None:
    execution.open_case(office.desk(), OpenCase(subject="Our own"), customer="Otto")
    before = contents(office.store, without=["batches"])
    report = office.bring(*LOG)
    done = roll_back(office.desk(), report.batch or 0)
    assert (done.removed, done.restored, done.kept) == (3, 0, ())
    assert differences(before, contents(office.store, without=["batches"])) == {}
    assert office.store.batches.all()[0].status == "rolled back"
    assert office.sound()


def test_after_a_roll_back_the_log_can_go_in_again(office: Office) -> None:
    report = office.bring(*LOG)
    states = office.states()
    roll_back(office.desk(), report.batch or 0)
    again = office.bring(*LOG)
    assert counts(again) == (3, 0, 0, 7)
    assert again.batch != report.batch
    assert office.states() == states
    assert min(case.number for case in office.store.cases.states("1 = 1", {})) == 4, "numbers are never given twice"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (BY_TIME[:4], BY_TIME),
        ((KETTLE[0], KETTLE[2], *SPOUT), LOG),
        ((*KETTLE[1:], *LID[1:]), LOG),
    ],
    ids=["appended", "woven in", "put before"],
)
def test_a_roll_back_of_added_lines_restores_the_cases_they_were_added_to(
    office: Office, first: tuple[ImportedEntry, ...], second: tuple[ImportedEntry, ...]
) -> None:
    office.bring(*first, file="first.csv")
    before = contents(office.store, event_ids=False, without=["batches"])
    report = office.bring(*second, file="second.csv")
    done = roll_back(office.desk(), report.batch or 0)
    assert done.restored == report.changed_cases > 0
    assert differences(before, contents(office.store, event_ids=False, without=["batches"])) == {}
    assert office.sound()


def test_a_roll_back_between_two_imports_leaves_what_the_others_said(tmp_path: Path) -> None:
    rows = (line("A", 1, owner="Zoe", level=0), line("A", 2, owner="Yan", level=1), line("A", 3, owner="Yan", level=1))
    office, without = Office(tmp_path), Office(tmp_path)
    numbers = [office.bring(row, file=f"{n}.csv").batch or 0 for n, row in enumerate(rows)]
    roll_back(office.desk(), numbers[1])
    without.bring(rows[0], rows[2])
    assert office.states() == without.states()


def test_a_roll_back_keeps_cases_that_people_worked_on_and_says_so(office: Office) -> None:
    report = office.bring(*LOG)
    touched = office.known_as("A").number
    execution.execute(office.desk("Ben"), "note", Note(text="called Carla"), [touched])
    done = roll_back(office.desk(), report.batch or 0)
    assert (done.removed, done.kept) == (2, (touched,))
    assert office.kinds(touched) == ["recorded"] * 3 + ["noted"]
    names = {p.name for p in office.store.people.roster().people.values()}
    assert {"Zoe", "Yan"} <= names
    assert office.store.customers.find("Carla") is not None
    assert office.store.customers.find("Nils") is None
    assert office.store.batches.all()[0].counts["kept"] == 1
    assert office.sound()


def test_a_roll_back_keeps_cases_that_a_later_import_added_to(office: Office) -> None:
    first = office.bring(*KETTLE[:2], *LID, file="first.csv").batch or 0
    second = office.bring(*KETTLE, file="second.csv").batch or 0
    done = roll_back(office.desk(), first)
    assert (done.removed, done.kept) == (1, (office.known_as("A").number,))
    assert roll_back(office.desk(), second).restored == 1
    assert office.sound()


def test_a_roll_back_keeps_added_lines_where_people_work_on_the_case(office: Office) -> None:
    office.bring(*KETTLE[:2], file="first.csv")
    execution.execute(office.desk(), "note", Note(text="seen"), [1])
    second = office.bring(*KETTLE, file="second.csv").batch or 0
    done = roll_back(office.desk(), second)
    assert (done.removed, done.restored, done.kept) == (0, 0, (1,))


def test_a_roll_back_keeps_customers_that_our_own_history_names(office: Office) -> None:
    report = office.bring(*LOG)
    own = execution.open_case(office.desk(), OpenCase(subject="Another kettle"), customer="Carla").opened or 0
    otto = execution.open_case(office.desk(), OpenCase(subject="Toaster"), customer="Otto").opened or 0
    other = office.case(otto).customer
    execution.execute(office.desk(), "edit", Edit(customer=other), [own])
    roll_back(office.desk(), report.batch or 0)
    undo_redo.undo(office.desk())
    carla = office.store.customers.find("Carla")
    assert carla is not None
    assert office.case(own).customer == carla.number
    assert office.sound()


def test_a_roll_back_keeps_imported_people_who_have_joined_the_team(office: Office) -> None:
    report = office.bring(*LOG)
    number = members.add(office.desk(), "Zoe", "agent")
    office.ids["Zoe"] = number
    execution.open_case(office.desk("Zoe"), OpenCase(subject="Her own"))
    members.change(office.desk(), "Zoe", active=False)
    roll_back(office.desk(), report.batch or 0)
    assert office.store.people.roster().people[number].name == "Zoe"
    assert office.sound()


def test_only_a_lead_rolls_an_import_back(office: Office) -> None:
    report = office.bring(*LOG)
    with pytest.raises(Refused, match="Only a lead"):
        roll_back(office.desk("Ben"), report.batch or 0)


def test_a_roll_back_happens_once(office: Office) -> None:
    report = office.bring(*LOG)
    roll_back(office.desk(), report.batch or 0)
    with pytest.raises(Refused, match="rolled back already"):
        roll_back(office.desk(), report.batch or 0)
    with pytest.raises(WrongUse, match="no batch 99"):
        roll_back(office.desk(), 99)


def test_an_import_that_is_rolled_back_while_it_runs_stops(office: Office, parts_of: Any) -> None:
    parts_of(1)
    before = contents(office.store, without=["batches"])
    lead = office.another("Dora")

    def rows() -> Iterator[ImportedEntry]:
        yield from LOG[:4]
        roll_back(lead, 1)
        yield from LOG[4:]

    with pytest.raises(Conflict, match="Batch 1 was rolled back"):
        recording.record(office.desk(), rows(), source="old", file="log.csv")
    lead.store.close()
    assert differences(before, contents(office.store, without=["batches"])) == {}
