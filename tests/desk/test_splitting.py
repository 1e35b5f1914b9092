"""Splitting a case at the desk: one command on two cases, and both come back with one undo."""

from __future__ import annotations

import pytest

from careconsole.desk.cases import execution, undo_redo
from careconsole.desk.cases.execution import Outcome
from careconsole.desk.console import visits
from careconsole.desk.queries import case_queries, shown_case
from careconsole.domain.case.command import Command
from careconsole.domain.case.merging import Merge
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.notes import Note
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.promises import Promise
from careconsole.domain.case.splitting import Carried, Split
from careconsole.domain.case.state import VOID
from careconsole.domain.errors import Conflict, Refused, WrongUse
from careconsole.present.case_sheet import history_lines
from careconsole.present.summary import case_summary
from tests.desk.office import HOUR, MONDAY, Office, line

pytestmark = pytest.mark.usefixtures("undo_is_foretold")

INVOICE = LogMessage(text="The invoice is wrong.", inbound=True, channel="email")


def give(office: Office, who: str, verb: str, command: Command, number: int = 1, **how: object) -> Outcome:
    office.later()
    return execution.execute(office.desk(who), verb, command, [number], **how)  # type: ignore[arg-type]


def two_matters(office: Office) -> None:
    """Ben's case 1, which he has answered; after that comes the invoice (3), and he promises a new one (4)."""
    execution.open_case(
        office.desk("Ben"), OpenCase(subject="Kettle", channel="email", owner=office.ids["Ben"]), "Carla Neri"
    )
    give(office, "Ben", "log", LogMessage(text="on its way"))
    give(office, "Ben", "log", INVOICE)
    give(office, "Ben", "promise", Promise(text="a new one", due=office.now + 9 * HOUR))


def split(office: Office, who: str = "Ben", first: int = 3, **how: object) -> Outcome:
    return give(office, who, "split", Split(first=first), **how)


def test_a_split_is_one_command_on_two_cases(office: Office) -> None:
    two_matters(office)
    outcome = split(office)
    assert (outcome.opened, outcome.cases) == (2, (2, 1))
    assert {event.command for _, event in outcome.events} == {outcome.command}
    assert office.kinds(2) == ["split from", "carried", "promised"]
    assert (office.case(1).followed_by, office.case(2).follows) == ((2,), 1)
    assert office.case(1).waiting_since is None
    assert office.case(2).waiting_since == MONDAY + 2 * HOUR
    assert office.sound()


def test_a_search_finds_words_on_the_case_where_they_count(office: Office) -> None:
    two_matters(office)

    def found(moment: int | None = None) -> list[int]:
        desk = office.desk("Ben")
        if moment is None:
            return [row.number for row in case_queries.queue(desk, "invoice wrong", sort="number").rows]
        return [row.number for row in case_queries.queue_as_of(desk, moment, "invoice wrong", sort="number").rows]

    before = office.now
    split(office)
    assert found() == [2]
    during = office.now
    office.later()
    undo_redo.undo(office.desk("Ben"))
    assert found() == [1]
    assert (found(before), found(during), found(office.now)) == ([1], [2], [1])
    give(office, "Ben", "note", Note(text="a giraffe"))
    assert case_queries.queue(office.desk("Ben"), "giraffe").total == 1
    undo_redo.undo(office.desk("Ben"))
    assert case_queries.queue(office.desk("Ben"), "giraffe").total == 0
    undo_redo.redo(office.desk("Ben"))
    assert case_queries.queue(office.desk("Ben"), "giraffe").total == 1


def test_a_refusal_changes_nothing_and_takes_no_number(office: Office) -> None:
    two_matters(office)
    before = office.case(1)
    with pytest.raises(Refused, match="has no entry 9"):
        split(office, first=9)
    assert office.case(1) == before
    assert execution.open_case(office.desk("Ben"), OpenCase(subject="Lid")).opened == 2
    assert office.sound()


def test_undo_and_redo_turn_both_cases(office: Office) -> None:
    two_matters(office)
    before = office.case(1)
    split(office)
    after = (office.case(1), office.case(2))
    assert undo_redo.undo(office.desk("Ben")).turned == "split"
    assert office.case(2).status == VOID
    assert (office.case(1).unanswered, office.case(1).promises) == (before.unanswered, before.promises)
    assert office.case(1).followed_by == ()
    undo_redo.redo(office.desk("Ben"))
    assert [office.case(n).unanswered for n in (1, 2)] == [case.unanswered for case in after]
    assert [office.case(n).promises for n in (1, 2)] == [case.promises for case in after]
    assert office.sound()


def test_what_others_did_on_the_new_case_stands_in_the_way_of_an_undo(office: Office) -> None:
    two_matters(office)
    split(office)
    give(office, "Cleo", "log", LogMessage(text="corrected"), 2)
    with pytest.raises(Refused, match="Case 2 has changed since: Cleo recorded"):
        undo_redo.undo(office.desk("Ben"))


def test_words_that_moved_are_not_taken_back_where_they_came_from(office: Office) -> None:
    two_matters(office)
    give(office, "Cleo", "log", LogMessage(text="we correct it"))
    split(office)
    with pytest.raises(Refused, match="Case 1 has changed since: Ben split case 2 off"):
        undo_redo.undo(office.desk("Cleo"))


def test_a_split_on_a_case_that_has_changed_since_it_was_seen_is_a_conflict(office: Office) -> None:
    two_matters(office)
    seen = office.case(1).version
    give(office, "Cleo", "log", LogMessage(text="we correct it"))
    with pytest.raises(Conflict, match="has changed since you saw it: Cleo recorded"):
        split(office, seen=seen)
    assert office.store.cases.get(2) is None


def test_a_command_based_on_the_case_before_a_split_is_a_conflict(office: Office) -> None:
    two_matters(office)
    seen = office.case(1).version
    split(office)
    with pytest.raises(Conflict, match="Ben split case 2 off"):
        give(office, "Ana", "split", Split(first=2), seen=seen)


def test_a_request_that_is_repeated_splits_once_and_names_the_case(office: Office) -> None:
    two_matters(office)
    first = split(office, request_key="k-1")
    again = split(office, request_key="k-1")
    assert (again.repeated, again.opened, again.command) == (True, first.opened, first.command)
    assert office.store.cases.get(3) is None
    with pytest.raises(Conflict, match="for another request"):
        split(office, first=2, request_key="k-1")


def test_one_case_is_split_at_a_time(office: Office) -> None:
    two_matters(office)
    execution.open_case(office.desk("Ben"), OpenCase(subject="Lid"))
    with pytest.raises(WrongUse, match="Split one case at a time"):
        execution.execute(office.desk("Ben"), "split", Split(first=2), [1, 2])


def test_a_number_that_leads_to_another_case_is_not_split_for_its_entries_are_others(office: Office) -> None:
    two_matters(office)
    execution.open_case(office.desk("Ben"), OpenCase(subject="Same kettle", owner=office.ids["Ben"]), "Carla Neri")
    give(office, "Ben", "merge", Merge(into=1), 2)
    with pytest.raises(Refused, match="Case 2 was merged into case 1 already") as refused:
        give(office, "Ben", "split", Split(first=3), 2)
    assert refused.value.hint.suggestions[0].cases == (1,)


def test_the_sheet_says_on_which_case_the_words_count(office: Office) -> None:
    two_matters(office)
    split(office)
    listed = history_lines(shown_case.show(office.desk("Ben"), 1))
    assert [(entry.number, entry.undone) for entry in listed][1:4] == [(2, False), (3, True), (4, False)]
    assert listed[2].told.endswith("The invoice is wrong. (moved to case 2)")


def test_the_customer_hears_of_each_word_on_one_case_and_with_its_own_time(office: Office) -> None:
    two_matters(office)
    split(office)
    told = [case_summary(shown_case.show(office.desk("Ben"), number), office.now) for number in (1, 2)]
    assert "The invoice is wrong" not in told[0]
    assert "The invoice is wrong" in told[1]


def test_a_search_finds_the_new_case_by_the_words(office: Office) -> None:
    two_matters(office)
    split(office)
    assert 2 in {row.number for row in case_queries.queue(office.desk("Ben"), "invoice").rows}


def test_before_the_split_the_case_stood_as_it_did(office: Office) -> None:
    two_matters(office)
    moment = office.now
    waits = office.case(1).waiting_since
    split(office)
    page = case_queries.queue_as_of(office.desk("Ben"), moment, "is:open")
    assert [(row.number, row.waiting_since) for row in page.rows] == [(1, waits)]


def test_a_later_import_and_its_roll_back_leave_what_was_split_off(office: Office) -> None:
    office.bring(line("A", 1, owner="Ben", status="open"))
    give(office, "Ana", "log", INVOICE)
    give(office, "Ana", "split", Split(first=2))
    office.bring(line("A", 2, owner="Ben", status="open"), file="later.csv")
    assert [event.kind for event in office.history(2)] == ["split from", "carried"]
    assert office.case(1).waiting_since != office.case(2).waiting_since
    assert office.sound()


def test_a_case_that_somebody_split_off_counts_as_opened_while_one_was_away(office: Office) -> None:
    two_matters(office)
    visits.leave(office.desk("Cleo"))
    split(office)
    since = visits.since(office.desk("Cleo"))
    assert since is not None
    assert since.opened == [2]
    undo_redo.undo(office.desk("Ben"))
    since = visits.since(office.desk("Cleo"))
    assert since is None or since.opened == 0


def test_a_note_on_the_new_case_keeps_nobody_from_taking_the_split_back(office: Office) -> None:
    two_matters(office)
    split(office)
    give(office, "Cleo", "note", Note(text="billing knows"), 2)
    undo_redo.undo(office.desk("Ben"))
    assert office.case(1).waiting_since == MONDAY + 2 * HOUR
    assert office.sound()


def test_who_said_the_words_stays_known(office: Office) -> None:
    two_matters(office)
    give(office, "Cleo", "log", LogMessage(text="we correct it"))
    split(office)
    said = [event.fact.by for event in office.history(2) if isinstance(event.fact, Carried)]
    assert said == [office.ids["Ben"], office.ids["Cleo"]]
