"""Words, merges, conflicts and rejects of an import: nothing is lost, nobody is overruled, and it can be taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from careconsole.desk.cases import execution, undo_redo
from careconsole.desk.imports import record as recording
from careconsole.desk.imports.outcome import conflicts, later_work
from careconsole.desk.imports.rollback import roll_back
from careconsole.desk.queries import shown_case
from careconsole.domain.case.editing import Edit
from careconsole.domain.case.import_events import Imported
from careconsole.domain.case.notes import Note
from careconsole.domain.case.ownership import Reassign, TakeOver
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.errors import Conflict, Refused, RowsRejected
from careconsole.domain.imported_record import ImportedEntry, Message, RejectedRecord
from careconsole.store.imports import rejects as store_of_rejects
from tests.desk.office import KETTLE, LOG, Office, contents, counts, differences, line

WROTE = Message("in", "Where is my kettle?")
ANSWERED = Message("out", "The parcel is on its way", by="Zoe")
NOTED = Message("note", "He calls every day", by="Xu")

TALK = (
    line("A", 1, owner="Zoe", status="open", subject="Kettle cracked", customer="Carla"),
    line("A", 2, said=WROTE),
    line("A", 3, said=ANSWERED),
    line("A", 4, said=NOTED),
    line("A", 5, said=Message("in", "Thanks!")),
    line("A", 6, said=Message("out", "Thanks!")),
)


def words(office: Office, number: int) -> list[tuple[str, str]]:
    return [(e.fact.way, e.fact.said) for e in office.history(number) if isinstance(e.fact, Imported) and e.fact.way]


# Words


def test_words_come_in_with_who_said_them_and_whether_the_customer_knows(office: Office) -> None:
    report = office.bring(*TALK)
    assert (counts(report), report.new_people) == ((1, 0, 0, 6), 2)
    case = office.known_as("A")
    history = office.history(case.number)
    assert words(office, case.number) == [(said.way, said.text) for row in TALK if (said := row.said)]
    assert [event.fact.is_public for event in history] == [False, True, True, False, True, True]
    sorts = [event.fact.sort for event in history if isinstance(event.fact, Imported)]
    assert sorts == ["", "message", "", "", "thanks", ""], "guessed, of what came in"
    xu = office.history(case.number)[3].fact
    assert isinstance(xu, Imported)
    roster = office.store.people.roster()
    assert (roster.name(xu.by), roster.people[xu.by or 0].active) == ("Xu", False)
    assert office.sound()


def test_words_are_found_by_a_search(office: Office) -> None:
    office.bring(*TALK)
    for text in ("Where is my kettle?", "The parcel is on its way", "He calls every day"):
        assert dict(office.store.engine.words_like(text, 5)), text


def test_the_same_words_twice_are_two_events(office: Office) -> None:
    office.bring(line("A", 1), line("A", 2, said=WROTE), line("A", 3, said=WROTE))
    assert words(office, 1) == [("in", WROTE.text)] * 2
    assert len(office.case(1).unanswered) == 3


def test_a_later_export_of_the_case_adds_the_words_that_are_new(tmp_path: Path) -> None:
    whole, twice = Office(tmp_path), Office(tmp_path)
    whole.bring(*TALK)
    twice.bring(*TALK[:2], TALK[3])
    assert counts(twice.bring(*TALK, file="later.json")) == (0, 1, 0, 3)
    assert words(twice, 1) == words(whole, 1), "in the order of time"
    assert twice.states() == whole.states()
    assert counts(twice.bring(*TALK, file="later.json")) == (0, 0, 1, 0)
    assert twice.sound()


def test_a_document_that_comes_twice_in_a_row_is_one(office: Office) -> None:
    assert counts(office.bring(*TALK, *TALK, ranked=False)) == (1, 0, 0, 6)
    row = line("B", 1, subject="Lid")
    assert counts(office.bring(row, row, ranked=False)) == (1, 0, 0, 1)


def test_a_roll_back_removes_messages_and_the_people_who_wrote_them(office: Office) -> None:
    office.bring(*TALK[:2])
    before = contents(office.store, event_ids=False, without=["batches"])
    report = office.bring(*TALK, file="later.json")
    assert roll_back(office.desk(), report.batch or 0).restored == 1
    assert differences(before, contents(office.store, event_ids=False, without=["batches"])) == {}
    assert office.sound()


def test_a_roll_back_keeps_people_who_wrote_other_messages(office: Office) -> None:
    first = office.bring(line("A", 1, said=NOTED)).batch or 0
    office.bring(line("B", 1, said=NOTED), file="other.json")
    roll_back(office.desk(), first)
    assert "Xu" in {person.name for person in office.store.people.roster().people.values()}
    assert office.sound()


def test_words_of_a_case_that_people_work_on_count_and_its_state_does_not(office: Office) -> None:
    office.bring(*TALK[:3])
    execution.execute(office.desk(), "note", Note(text="looked at it"), [1])
    later = (*TALK, line("A", 900, status="closed"), line("A", 901, said=Message("in", "And where is the lid?")))
    report = office.bring(*later)
    assert (report.late_events, report.conflicts) == (5, 1)
    case = office.case(1)
    assert (case.status, case.waiting_since) == ("open", later[-1].at)
    assert counts(office.bring(*later)) == (0, 0, 1, 0)
    assert office.sound()


def test_a_late_word_stands_in_the_way_of_an_undo_and_a_late_state_does_not(office: Office) -> None:
    office.bring(*TALK[:3])
    execution.execute(office.desk(), "reassign", Reassign(to=office.ids["Cleo"]), [1])
    office.bring(*TALK[:3], line("A", 900, status="closed"), line("A", 901, said=NOTED), file="next.json")
    undo_redo.undo(office.desk())
    undo_redo.redo(office.desk())
    office.bring(line("A", 902, said=Message("in", "Still nothing")), file="last.json")
    with pytest.raises(Refused, match="Still nothing"):
        undo_redo.undo(office.desk())


def test_a_late_state_is_no_conflict_for_who_looked_before(office: Office) -> None:
    office.bring(*TALK[:3])
    execution.execute(office.desk(), "note", Note(text="looked at it"), [1])
    seen = office.case(1).version
    office.bring(*TALK[:3], line("A", 900, status="closed"), file="next.json")
    execution.execute(office.desk(), "edit", Edit(priority="high"), [1], seen=seen)
    office.bring(line("A", 902, said=Message("in", "Still nothing")), file="last.json")
    with pytest.raises(Conflict, match="Still nothing"):
        execution.execute(office.desk(), "edit", Edit(priority="low"), [1], seen=seen + 2)


# What the source merged or deleted

GONE_ON = line("A", 7, merged_into="B")
OTHER = line("B", 2, owner="Ben", status="open", subject="Lid lost")


@pytest.mark.parametrize("order", [(*TALK, GONE_ON, OTHER), (OTHER, *TALK, GONE_ON)], ids=["before", "after"])
@pytest.mark.parametrize("rows", [1, 5000])
def test_a_case_that_was_merged_there_leads_to_the_other(
    office: Office, parts_of: Any, order: tuple[ImportedEntry, ...], rows: int
) -> None:
    parts_of(rows)
    office.bring(*order)
    loser, winner = office.known_as("A"), office.known_as("B")
    assert (loser.status, loser.merged_into, loser.label) == ("merged", winner.number, "merged into B")
    assert winner.status == "open"
    assert shown_case.show(office.desk(), loser.number).case.number == winner.number
    before = contents(office.store)
    assert counts(office.bring(*order)) == (0, 0, 2, 0)
    assert differences(before, contents(office.store)) == {}
    assert office.sound()


def test_a_case_that_was_merged_into_an_unknown_one_is_closed_until_that_one_comes(office: Office) -> None:
    office.bring(*TALK, GONE_ON)
    assert (office.case(1).status, office.case(1).label) == ("closed", "merged into B")
    assert counts(office.bring(*TALK, GONE_ON, OTHER, file="more.json")) == (1, 0, 1, 1)
    assert office.case(1).merged_into == office.known_as("B").number
    assert office.sound()


def test_cases_that_were_merged_into_each_other_do_not_lead_round_in_a_circle(office: Office) -> None:
    office.bring(*TALK, GONE_ON, OTHER, line("B", 6, merged_into="A"), line("C", 1, merged_into="C"))
    led = {name: office.known_as(name).merged_into for name in "ABC"}
    assert led == {"A": office.known_as("B").number, "B": None, "C": None}
    assert shown_case.show(office.desk(), office.known_as("A").number).case.number == office.known_as("B").number


@pytest.mark.parametrize("turn", [1, -1], ids=["in order", "upside down"])
def test_of_several_merges_the_last_in_time_counts(office: Office, turn: int) -> None:
    merged = (*TALK, GONE_ON, line("A", 8, merged_into="C"))
    office.bring(*(OTHER, line("C", 3), *merged)[::turn])
    assert (office.known_as("A").merged_into, office.known_as("A").label) == (
        office.known_as("C").number,
        "merged into C",
    )
    assert office.bring(GONE_ON, file="part.json").batch is None
    assert office.known_as("A").merged_into == office.known_as("C").number


def test_an_earlier_merge_that_comes_late_does_not_count(office: Office) -> None:
    office.bring(*TALK, OTHER, line("A", 8, merged_into="C"))
    office.bring(GONE_ON, file="late.json")
    assert (office.case(1).status, office.case(1).merged_into) == ("closed", None), "C is not known"
    assert office.sound()


def test_a_merge_the_other_way_round_counts_once_the_first_is_over(office: Office) -> None:
    office.bring(*TALK, GONE_ON, OTHER)
    before = contents(office.store, event_ids=False, without=["batches"])
    turned = office.bring(line("A", 8, status="open"), line("B", 9, merged_into="A"), file="turned.json").batch or 0
    assert (office.known_as("A").status, office.known_as("B").merged_into) == ("open", office.known_as("A").number)
    roll_back(office.desk(), turned)
    assert differences(before, contents(office.store, event_ids=False, without=["batches"])) == {}


def test_a_roll_back_never_lets_cases_lead_round_in_a_circle(office: Office) -> None:
    office.bring(*TALK, GONE_ON, OTHER)
    opened = office.bring(line("A", 8, status="open"), file="opened.json").batch or 0
    office.bring(line("B", 9, merged_into="A"), file="turned.json")
    roll_back(office.desk(), opened)
    a, b = office.known_as("A"), office.known_as("B")
    assert ((a.status, a.merged_into), (b.status, b.merged_into)) == (("closed", None), ("merged", a.number))
    assert shown_case.show(office.desk(), b.number).case.number == a.number
    assert office.sound()


def test_a_roll_back_of_the_other_lets_a_merged_case_stand_alone_again(office: Office) -> None:
    office.bring(*TALK, GONE_ON)
    before = contents(office.store, event_ids=False, without=["batches"])
    second = office.bring(GONE_ON, OTHER, file="more.json").batch or 0
    assert office.case(1).status == "merged"
    roll_back(office.desk(), second)
    assert differences(before, contents(office.store, event_ids=False, without=["batches"])) == {}
    assert office.sound()


def test_what_the_source_deleted_is_closed_and_says_so(office: Office) -> None:
    office.bring(*TALK, line("A", 7, deleted=True))
    assert (office.case(1).status, office.case(1).label) == ("closed", "deleted")


# Where the source and we differ


def test_conflicts_tell_what_the_source_says_and_what_holds(office: Office) -> None:
    office.bring(*KETTLE[:2])
    execution.execute(office.desk(), "reassign", Reassign(to=office.ids["Cleo"]), [1])
    more = (
        line("A", 7, owner="Zoe", priority="high", fields={"team": "G0", "floor": "2"}),
        line("A", 8, owner="Xu", status="closed", label="Done", fields={"team": "G1", "lift": ""}),
    )
    report = office.bring(*KETTLE[:2], *more, file="next.csv")
    assert report.conflicts == 1
    (conflict,) = conflicts(office.desk(), report.batch or 0)
    roster = office.store.people.roster()
    told = {d.what: (d.said, d.holds) for d in conflict.differences}
    said, holds = told.pop("owner")
    assert (roster.name(said), roster.name(holds)) == ("Xu", "Cleo")  # type: ignore[arg-type]
    assert conflict.case == 1
    assert told == {
        "status": ("Done", "open"),
        "priority": ("high", "normal"),
        "team": ("G1", None),
        "floor": ("2", None),
    }
    assert office.store.batches.all()[0].counts["conflicts"] == 1


def test_a_conflict_is_over_when_we_say_the_same(office: Office) -> None:
    office.bring(*KETTLE[:2])
    execution.execute(office.desk(), "note", Note(text="looked at it"), [1])
    batch = office.bring(line("A", 7, priority="high"), file="next.csv").batch or 0
    assert [one.case for one in conflicts(office.desk(), batch)] == [1]
    execution.execute(office.desk(), "edit", Edit(priority="high"), [1])
    assert conflicts(office.desk(), batch) == []


def test_what_both_ended_or_say_alike_is_no_conflict(office: Office) -> None:
    office.bring(*KETTLE[:2])
    execution.execute(office.desk("Dora"), "take-over", TakeOver(reason="mine"), [1])
    execution.execute(office.desk("Dora"), "resolve", Resolve(said="a new one", answer="told"), [1])
    report = office.bring(line("A", 7, status="closed", owner="Dora", subject="Kettle cracked"), file="next.csv")
    assert (report.late_events, report.conflicts) == (1, 0)


def test_the_last_word_of_the_source_on_each_thing_counts(office: Office, parts_of: Any) -> None:
    parts_of(1)
    office.bring(*KETTLE[:2])
    execution.execute(office.desk(), "note", Note(text="looked at it"), [1])
    rows = (line("A", 7, priority="high"), line("Z", 1), line("A", 8, priority="normal"))
    assert office.bring(*rows, dry_run=True).conflicts == 0
    assert office.bring(*rows).conflicts == 0


def test_what_people_did_since_is_told(office: Office) -> None:
    batch = office.bring(*LOG).batch or 0
    number = office.known_as("B").number
    execution.execute(office.desk("Ben"), "note", Note(text="one"), [number])
    execution.execute(office.desk("Ben"), "note", Note(text="two"), [number])
    (told,) = later_work(office.desk(), office.store.batches.worked_on_since(batch))
    assert (told.case, told.entries, told.last.number) == (number, 2, office.case(number).version)


# What could not be taken

BAD = RejectedRecord(3, "change_date", "'soon' is no time", "A,soon")
WORSE = RejectedRecord(9, "id", "holds \ud800 and \0", "\ud800\0" + "x" * 5000, "b.csv")


def test_rejects_are_kept_with_their_import(office: Office) -> None:
    batch = office.bring(*KETTLE, BAD, WORSE).batch or 0
    first, second = office.store.batches.rejects.of(batch)
    assert first == BAD
    assert (second.line, second.file, second.reason) == (9, "b.csv", "holds \\ud800 and \\x00")
    assert second.raw.startswith("\\ud800\\x00xxx")
    assert len(second.raw) < 1100


def test_rejects_are_kept_where_nothing_else_was_new(office: Office) -> None:
    office.bring(*KETTLE)
    report = office.bring(*KETTLE, BAD)
    assert report.batch is not None
    assert office.store.batches.rejects.of(report.batch) == [BAD]
    again = office.bring(*KETTLE, BAD)
    assert again.batch is None, "the same rejects of the same file are known"
    assert office.bring(*KETTLE, BAD, WORSE).batch is not None


def test_a_dry_run_keeps_no_rejects(office: Office) -> None:
    before = contents(office.store)
    office.bring(*KETTLE, BAD, dry_run=True)
    assert differences(before, contents(office.store)) == {}


def test_the_first_rejects_of_very_many_are_kept(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "MOST", 5)
    assert store_of_rejects.MOST == 10_000
    batch = office.bring(*(RejectedRecord(n, "x", "no", "") for n in range(9)), *KETTLE).batch or 0
    assert [reject.line for reject in office.store.batches.rejects.of(batch)] == [0, 1, 2, 3, 4]
    assert office.store.batches.all()[0].counts["rejected"] == 9


def test_an_import_that_is_taken_up_keeps_each_reject_once(office: Office, parts_of: Any) -> None:
    parts_of(1)

    def killed() -> Any:
        yield BAD
        yield from LOG[:4]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        recording.record(office.desk(), killed(), source="old", file="log.csv")
    assert office.store.batches.rejects.of(1) == [BAD]
    assert office.bring(BAD, *LOG, WORSE).batch == 1
    assert [reject.line for reject in office.store.batches.rejects.of(1)] == [3, 9]


def test_a_strict_import_keeps_the_reject_that_stopped_it(office: Office) -> None:
    with pytest.raises(RowsRejected):
        office.bring(BAD, *LOG, strict=True)
    assert office.store.batches.rejects.of(1) == [BAD]
    assert office.store.cases.states("1 = 1", {}) == []
