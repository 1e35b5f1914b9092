"""Imports: what is known stays as it is, whatever order rows come in, and an import can be taken back."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from careconsole.desk.cases import execution, undo_redo
from careconsole.desk.imports import record as recording
from careconsole.desk.imports.report import Report
from careconsole.desk.imports.rollback import roll_back
from careconsole.domain.case.import_events import Imported
from careconsole.domain.case.merging import Merge
from careconsole.domain.case.notes import Note
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.ownership import Reassign
from careconsole.domain.errors import Refused, RowsRejected
from careconsole.domain.imported_record import ImportedEntry, Message, RejectedRecord
from tests.desk.office import BY_TIME, KETTLE, LID, LOG, SPOUT, UPSIDE_DOWN, Office, contents, counts, differences, line

# The same rows again


@pytest.mark.parametrize("log", [LOG, BY_TIME, UPSIDE_DOWN], ids=["by case", "by time", "upside down"])
@pytest.mark.parametrize("rows", [1, 2, 5000])
def test_the_same_log_again_changes_nothing(
    office: Office, parts_of: Any, log: tuple[ImportedEntry, ...], rows: int
) -> None:
    parts_of(rows)
    assert counts(office.bring(*log)) == (3, 0, 0, 7)
    before = contents(office.store)
    again = office.bring(*log)
    assert counts(again) == (0, 0, 3, 0)
    assert again.batch is None
    assert differences(before, contents(office.store)) == {}


@pytest.mark.parametrize("rows", [1, 2, 3, 5000])
@pytest.mark.parametrize("log", [LOG, BY_TIME], ids=["by case", "by time"])
def test_neither_the_order_of_a_log_nor_its_parts_make_a_difference(
    tmp_path: Path, parts_of: Any, log: tuple[ImportedEntry, ...], rows: int
) -> None:
    whole = Office(tmp_path)
    whole.bring(*LOG)
    parts_of(rows)
    other = Office(tmp_path)
    other.bring(*log)
    assert other.states() == whole.states()
    assert other.sound()


def test_another_file_with_the_same_rows_changes_nothing(office: Office) -> None:
    office.bring(*LOG)
    assert counts(office.bring(*UPSIDE_DOWN, file="copy.jsonl")) == (0, 0, 3, 0)


def test_the_same_names_in_another_system_are_other_cases(office: Office) -> None:
    office.bring(*LOG)
    assert counts(office.bring(*LOG, source="older")) == (3, 0, 0, 7)


# More rows later


def test_a_case_split_over_two_files_is_one_case(office: Office) -> None:
    office.bring(*KETTLE[:2])
    assert counts(office.bring(*KETTLE[2:], file="next.csv")) == (0, 1, 0, 1)
    case = office.known_as("A")
    assert (case.status, case.moves, case.version) == ("resolved", 1, 3)
    assert counts(office.bring(*KETTLE, file="both.csv")) == (0, 0, 1, 0)


def test_a_longer_log_later_brings_what_is_new(tmp_path: Path) -> None:
    whole, twice = Office(tmp_path), Office(tmp_path)
    whole.bring(*LOG)
    twice.bring(*BY_TIME[:4])
    assert counts(twice.bring(*BY_TIME)) == (1, 2, 0, 3)
    assert twice.states() == whole.states()
    assert twice.sound()


def test_rows_that_come_late_take_their_place_in_time(tmp_path: Path) -> None:
    whole, twice = Office(tmp_path), Office(tmp_path)
    whole.bring(*KETTLE)
    twice.bring(KETTLE[0], KETTLE[2])
    twice.bring(KETTLE[1], file="late.csv")
    assert [event.at for event in twice.history(1)] == [row.at for row in KETTLE]
    assert [event.number for event in twice.history(1)] == [1, 2, 3]
    assert twice.states() == whole.states()
    assert twice.sound()


def test_a_row_from_before_the_first_one_opens_the_case(tmp_path: Path) -> None:
    whole, twice = Office(tmp_path), Office(tmp_path)
    whole.bring(*KETTLE)
    twice.bring(*KETTLE[1:])
    twice.bring(KETTLE[0], file="early.csv")
    assert twice.known_as("A").opened_at == KETTLE[0].at
    assert twice.states() == whole.states()


def test_a_row_woven_in_does_not_undo_what_a_later_row_says_again(tmp_path: Path) -> None:
    rows = (
        line("A", 1, owner="Zoe", level=1, status="open", label="New", subject="Kettle", fields={"team": "G1"}),
        line("A", 2, owner="Yan", level=0, status="parked", label="Wait", subject="Lid", fields={"team": "G2"}),
        line("A", 3, owner="Zoe", level=1, status="open", label="New", subject="Kettle", fields={"team": "G1"}),
    )
    whole, twice = Office(tmp_path), Office(tmp_path)
    whole.bring(*rows)
    twice.bring(rows[0], rows[2])
    twice.bring(rows[1], file="late.csv")
    assert twice.states() == whole.states()


def test_ties_keep_the_order_of_the_file(office: Office) -> None:
    office.bring(line("A", 1, owner="Zoe"), line("A", 1, owner="Yan"), line("A", 1, owner="Xu"))
    assert office.store.people.roster().name(office.known_as("A").owner) == "Xu"
    assert office.known_as("A").moves == 2


# Rows that are the same in everything


@pytest.mark.parametrize("rows", [1, 2, 5000])
def test_rows_that_are_the_same_in_everything_are_counted_by_their_rank(
    office: Office, parts_of: Any, rows: int
) -> None:
    parts_of(rows)
    row, other = line("A", 1, owner="Zoe"), line("B", 1, owner="Yan")
    office.bring(row, other, row, other, row)
    assert (office.known_as("A").version, office.known_as("B").version) == (3, 2)
    assert counts(office.bring(row, row, row, other, other)) == (0, 0, 2, 0)
    assert counts(office.bring(row, other, row, row, row, other)) == (0, 1, 1, 1)
    assert office.known_as("A").version == 4


@pytest.mark.parametrize("rows", [1, 2, 5000])
def test_a_row_that_comes_back_far_away_is_a_repeat(office: Office, parts_of: Any, rows: int) -> None:
    parts_of(rows)
    row = line("A", 1, owner="Zoe")
    office.bring(row, line("B", 2), row, line("C", 3), row)
    assert office.known_as("A").version == 1


def test_many_rows_of_one_moment_do_not_pile_up(office: Office, parts_of: Any) -> None:
    parts_of(10)
    watcher = office.another()
    stored = []

    def rows() -> Iterator[ImportedEntry]:
        for i in range(60):
            stored.append(len(watcher.store.cases.states("1 = 1", {})))
            yield line(f"C{i}", 1)

    office.bring(*())
    recording.record(office.desk(), rows(), source="old", file="day.csv")
    watcher.store.close()
    assert max(read - done for read, done in enumerate(stored)) <= 11


# Cases that people work on


def test_late_rows_of_a_case_that_people_work_on_change_nothing(office: Office) -> None:
    office.bring(*KETTLE[:2])
    execution.execute(office.desk(), "reassign", Reassign(to=office.ids["Cleo"]), [1])
    before = office.case(1)
    report = office.bring(*KETTLE)
    assert (report.new_events, report.late_events, report.changed_cases) == (1, 1, 1)
    fact = office.history(1)[-1].fact
    assert isinstance(fact, Imported)
    assert (fact.inert, fact.status) == (True, "resolved")
    after = office.case(1)
    assert (after.status, after.owner, after.waiting_since) == ("open", office.ids["Cleo"], before.waiting_since)
    assert counts(office.bring(*KETTLE)) == (0, 0, 1, 0)
    assert office.sound()


def test_rows_of_a_case_we_opened_for_it_change_nothing(office: Office) -> None:
    execution.open_case(office.desk(), OpenCase(subject="Kettle", external=("old", "A")))
    assert office.bring(*KETTLE).late_events == 3
    assert office.known_as("A").owner is None
    assert counts(office.bring(*KETTLE)) == (0, 0, 1, 0)


def merged(office: Office) -> tuple[int, int]:
    """Cases A and B are imported, and A goes on as B."""
    office.bring(*KETTLE, *LID)
    loser, winner = office.known_as("A").number, office.known_as("B").number
    execution.execute(office.desk(), "merge", Merge(into=winner, confirm=True), [loser])
    return loser, winner


def test_after_a_merge_the_rows_of_both_are_known(office: Office) -> None:
    _, winner = merged(office)
    before = contents(office.store)
    assert counts(office.bring(*KETTLE, *LID)) == (0, 0, 1, 0)
    assert differences(before, contents(office.store)) == {}
    assert office.known_as("A").number == winner


def test_after_a_merge_new_rows_of_either_go_to_the_one_that_goes_on(office: Office) -> None:
    loser, winner = merged(office)
    more = (*KETTLE, line("A", 9, owner="Xu"), *LID, line("B", 9, owner="Xu"))
    report = office.bring(*more)
    assert (counts(report), report.late_events) == ((0, 1, 0, 2), 2)
    assert office.kinds(loser) == ["recorded", "recorded", "recorded", "merged"]
    assert office.kinds(winner)[-2:] == ["recorded", "recorded"]
    assert counts(office.bring(*more)) == (0, 0, 1, 0)
    assert office.sound()


def test_after_a_merge_of_merged_cases_the_rows_of_all_are_known(office: Office) -> None:
    _, winner = merged(office)
    office.bring(*SPOUT)
    last = office.known_as("C").number
    execution.execute(office.desk(), "merge", Merge(into=last, confirm=True), [winner])
    assert counts(office.bring(*LOG)) == (0, 0, 1, 0)
    assert {office.known_as(name).number for name in "ABC"} == {last}


def test_an_undone_merge_gives_the_names_back(office: Office) -> None:
    loser, winner = merged(office)
    undo_redo.undo(office.desk())
    assert counts(office.bring(*KETTLE, *LID)) == (0, 0, 2, 0)
    assert (office.known_as("A").number, office.known_as("B").number) == (loser, winner)
    undo_redo.redo(office.desk())
    assert counts(office.bring(*KETTLE, *LID)) == (0, 0, 1, 0)
    assert office.known_as("A").number == winner


def test_a_merge_undone_and_made_the_other_way_round(office: Office) -> None:
    office.bring(*SPOUT, *LID)
    spout, lid = office.known_as("C").number, office.known_as("B").number
    execution.execute(office.desk(), "merge", Merge(into=lid, confirm=True), [spout])
    undo_redo.undo(office.desk())
    execution.execute(office.desk(), "merge", Merge(into=spout, confirm=True), [lid])
    assert counts(office.bring(*LID, line("B", 9, owner="Xu"), *SPOUT)) == (0, 1, 0, 1)
    assert office.known_as("B").number == spout


def test_rows_of_a_case_whose_opening_was_undone_open_another(office: Office) -> None:
    first = execution.open_case(office.desk(), OpenCase(subject="Kettle", external=("old", "A"))).opened
    undo_redo.undo(office.desk())
    assert counts(office.bring(*KETTLE)) == (1, 0, 0, 3)
    assert office.known_as("A").number != first
    with pytest.raises(Refused, match="old:A is now case 2"):
        undo_redo.redo(office.desk())
    assert office.sound()


# Looking first


def test_a_dry_run_writes_nothing(office: Office) -> None:
    office.bring(*KETTLE[:2])
    before = contents(office.store)
    assert office.bring(*LOG, dry_run=True).batch is None
    assert differences(before, contents(office.store)) == {}


@pytest.mark.parametrize("rows", [1, 3, 5000])
@pytest.mark.parametrize("log", [LOG, BY_TIME, UPSIDE_DOWN], ids=["by case", "by time", "upside down"])
@pytest.mark.parametrize("before", [(), KETTLE[:2], (KETTLE[0], KETTLE[2], *SPOUT), LOG])
def test_a_dry_run_predicts_the_very_counts(
    office: Office, parts_of: Any, before: tuple[ImportedEntry, ...], log: tuple[ImportedEntry, ...], rows: int
) -> None:
    parts_of(rows)
    office.bring(*before, file="before.csv")
    if before:
        execution.execute(office.desk(), "note", Note(text="seen"), [1])
    log = (*log, log[-1])  # the last row twice
    predicted = office.bring(*log, dry_run=True)
    done = office.bring(*log)
    done.batch = None
    assert predicted == done


# Rows that cannot be taken


BAD = RejectedRecord(3, "change_date", "'soon' is no time", "A,soon")


def test_rejects_are_handed_on_and_the_rest_goes_in(office: Office) -> None:
    kept: list[RejectedRecord] = []
    report = office.bring(KETTLE[0], BAD, *KETTLE[1:], on_reject=kept.append)
    assert kept == [BAD]
    assert (report.rows, report.rejected, report.new_events) == (4, 1, 3)


def test_strict_stops_at_the_first_reject_and_can_be_taken_up(office: Office, parts_of: Any) -> None:
    parts_of(1)
    kept: list[RejectedRecord] = []
    with pytest.raises(RowsRejected, match="Line 3 was rejected: change_date"):
        office.bring(*LID, *KETTLE, BAD, *SPOUT, strict=True, on_reject=kept.append)
    assert kept == [BAD]
    assert [(b.status, b.counts["cases"]) for b in office.store.batches.all()] == [("done", 1)]
    assert counts(office.bring(*LOG)) == (2, 0, 1, 4)
    assert [(b.status, b.counts["cases"]) for b in office.store.batches.all()] == [("done", 2), ("done", 1)]


# Names that are not known yet


def test_unknown_owners_come_in_as_people_who_do_not_work_here(office: Office) -> None:
    report = office.bring(*LOG)
    assert (report.new_people, report.new_customers) == (2, 2)
    roster = office.store.people.roster()
    zoe = roster.people[office.known_as("C").owner or 0]
    assert (zoe.name, zoe.active) == ("Zoe", False)
    assert roster.answerable(zoe.number) == office.ids["Ana"]


def test_a_known_owner_is_found_whatever_the_letters(office: Office) -> None:
    report = office.bring(line("A", 1, owner="  BEN "), line("B", 1, owner="ben", customer="CARLA"))
    assert report.new_people == 0
    assert office.known_as("A").owner == office.known_as("B").owner == office.ids["Ben"]


def test_nobody_is_called_by_an_import(office: Office) -> None:
    office.bring(*KETTLE[:2])
    case = office.known_as("A")
    assert (case.level, case.escalation, case.review_owed) == (1, None, False)
    assert case.clocks_from == office.now


# Beside others


def test_an_import_makes_small_steps_while_others_write(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "LARGE", 500)
    monkeypatch.setattr(recording, "SMALL", 20)
    monkeypatch.setattr(recording, "PAUSE", 0)
    case = execution.open_case(office.desk("Ben"), OpenCase(subject="Kettle", owner=office.ids["Ben"])).opened or 0
    other = office.another("Ben")
    stored = []

    def rows() -> Iterator[ImportedEntry]:
        for i in range(1500):
            if i == 600:
                execution.execute(other, "note", Note(text="here I am"), [case])
            stored.append(len(other.store.engine.fetch_numbers("select id from cases where batch_id is not null")))
            yield line(f"C{i}", i)

    recording.record(office.desk(), rows(), source="old", file="log.csv")
    other.store.close()
    steps = {after - before for before, after in pairwise(stored)} - {0}
    assert steps == {500, 20}


# Whatever the log


OWNERS = st.sampled_from(("Ben", "Zoe", "Yan", None))
WORDS = st.builds(
    Message,
    way=st.sampled_from(("in", "out", "note")),
    text=st.sampled_from(("Where is it?", "Thanks!", "On its way")),
    by=st.sampled_from((None, "Zoe", "Xu")),
    sort=st.sampled_from(("", "message", "auto")),
)
SAID = st.fixed_dictionaries(
    {},
    optional={
        "owner": OWNERS,
        "nobody": st.just(True),
        "level": st.integers(0, 2),
        "status": st.sampled_from(("open", "parked", "resolved", "closed")),
        "label": st.sampled_from(("New", "Wait")),
        "customer": st.sampled_from(("Carla", "Nils")),
        "subject": st.sampled_from(("Kettle", "Lid")),
        "priority": st.sampled_from(("low", "high")),
        "channel": st.sampled_from(("email", "phone")),
        "tags": st.sampled_from(((), ("lid",), ("lid", "vip"))),
        "fields": st.sampled_from(({"team": "G1"}, {"team": "G2", "org": "B"})),
        "said": WORDS,
        "deleted": st.booleans(),
    },
)


@st.composite
def logs(draw: st.DrawFn, merges: bool = False) -> list[ImportedEntry]:
    """A log by time; no two rows of a case at the same time, unless they are the same in everything."""
    rows = []
    for at in range(draw(st.integers(1, 12))):
        said: dict[str, Any] = draw(SAID)
        if merges and draw(st.integers(0, 4)) == 0:
            said["merged_into"] = draw(st.sampled_from("ABCD"))
        if "owner" in said:
            said.pop("nobody", None)
        row = line(draw(st.sampled_from("ABC")), at, **said)
        rows += [row] * draw(st.sampled_from((1, 1, 1, 2)))
    return rows


MERGED_TWICE = [
    line("B", 0),
    line("A", 1, merged_into="B"),
    line("A", 2, merged_into="A"),
    *(line("A", at) for at in range(3, 7)),
]
"""Mixed by seed 0, the line that names B comes last."""
ROUND_AND_ON = [
    line("B", 1, merged_into="A"),
    line("A", 2, merged_into="B"),
    line("C", 3),
    line("B", 4, merged_into="C"),
]
"""A and B lead round in a circle until B goes on as C."""


@settings(max_examples=100)
@given(log=logs(), data=st.data())
def test_however_a_log_comes_in_it_means_the_same(log: list[ImportedEntry], data: st.DataObject) -> None:
    """Split into files and parts, in any order of its rows (the same rows staying together), and any of it again."""
    rows = {row.key: [r for r in log if r.key == row.key] for row in log}
    order = data.draw(st.permutations(list(rows)))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(order)), max_size=3)))
    again = data.draw(st.lists(st.sampled_from(order), max_size=3, unique=True))
    files = [order[a:b] for a, b in zip([0, *cuts], [*cuts, len(order)], strict=True)] + [again]
    size = data.draw(st.sampled_from((1, 2, 5000)))
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        whole, split = Office(Path(folder)), Office(Path(folder))
        whole.bring(*log)
        patch.setattr(recording, "LARGE", size)
        patch.setattr(recording, "SMALL", size)
        for n, keys in enumerate(files):
            split.bring(*(row for key in keys for row in rows[key]), file=f"{n}.csv")
        assert split.states() == whole.states()
        assert counts(split.bring(*log)) == (0, 0, len(whole.states()), 0)
        assert split.sound()
        whole.store.close()
        split.store.close()


@settings(max_examples=100)
@given(log=logs(merges=True), seed=st.integers(0, 5), known=st.integers(0, 6), size=st.sampled_from((1, 3, 5000)))
@example(log=list(BY_TIME), seed=0, known=3, size=1)
@example(log=MERGED_TWICE, seed=0, known=3, size=1)
@example(log=ROUND_AND_ON, seed=0, known=2, size=1)
def test_whatever_the_log_a_dry_run_predicts_and_a_roll_back_restores(
    log: list[ImportedEntry], seed: int, known: int, size: int
) -> None:
    keys = list(dict.fromkeys(row.key for row in log))
    random.Random(seed).shuffle(keys)
    mixed = [row for key in keys for row in log if row.key == key]
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        office = Office(Path(folder))
        patch.setattr(recording, "LARGE", size)
        patch.setattr(recording, "SMALL", size)
        office.bring(*log[:known], file="known.csv")
        before = contents(office.store, event_ids=False, without=["batches"])
        predicted = office.bring(*mixed, dry_run=True)
        assert differences(before, contents(office.store, event_ids=False, without=["batches"])) == {}
        done = office.bring(*mixed)
        assert predicted == Report(**{**{n: getattr(done, n) for n in done.__struct_fields__}, "batch": None})
        if done.batch is not None:
            roll_back(office.desk(), done.batch)
        assert differences(before, contents(office.store, event_ids=False, without=["batches"])) == {}
        office.store.close()
