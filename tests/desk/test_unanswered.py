"""Cases resolved while their customers waited: what that leaves behind in filters, measures and the team's page."""

from __future__ import annotations

import pytest

from careconsole.desk.cases import execution, undo_redo
from careconsole.desk.cases.execution import Outcome
from careconsole.desk.queries import case_queries, shown_case
from careconsole.desk.queries.workload import workload
from careconsole.domain.case.measures import measure
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.resolution import Reopen, Resolve
from careconsole.domain.errors import Refused
from careconsole.present.case_sheet import head
from tests.desk.office import Office


@pytest.fixture
def three(office: Office) -> list[int]:
    """Three cases of Ben's: on the last of them nobody waits."""
    numbers = []
    for _ in range(3):
        opened = execution.open_case(office.desk("Ben"), OpenCase(subject="Kettle", owner=office.ids["Ben"])).opened
        assert opened is not None
        numbers.append(opened)
    execution.execute(office.desk("Ben"), "log", LogMessage(text="on its way"), numbers[2:])
    return numbers


def resolve(office: Office, numbers: list[int], answer: str | None) -> Outcome:
    return execution.execute(office.desk("Ben"), "resolve", Resolve(said="done", answer=answer), numbers)


def found(office: Office, text: str) -> list[int]:
    return case_queries.numbers(office.desk(), text)


def test_many_at_once_say_it_once_and_only_where_somebody_waits(office: Office, three: list[int]) -> None:
    with pytest.raises(Refused, match="2 of 3 cases were refused, and nothing was changed"):
        resolve(office, three, None)
    resolve(office, three, "unanswered")
    assert [office.case(number).answer for number in three] == ["unanswered", "unanswered", ""]


def test_what_was_resolved_unanswered_is_found_until_it_is_reopened_or_undone(office: Office, three: list[int]) -> None:
    resolve(office, three[:2], "unanswered")
    resolve(office, three[2:], None)
    assert found(office, "is:unanswered") == three[:2]
    assert found(office, "-is:unanswered is:resolved") == three[2:]
    assert workload(office.desk()).unanswered == 2
    execution.execute(office.desk("Ben"), "reopen", Reopen(reason="so not"), three[:1])
    assert found(office, "is:unanswered") == three[1:2]
    office.later(24 * 8)
    assert workload(office.desk()).unanswered == 0, "it shows the last week"
    assert found(office, "is:unanswered") == three[1:2]


def test_who_was_answered_afterwards_is_unanswered_no_more(office: Office, three: list[int]) -> None:
    resolve(office, three[:2], "unanswered")
    office.later(1)
    execution.execute(office.desk("Ben"), "log", LogMessage(text="It is lid 22."), three[:1])
    assert found(office, "is:unanswered") == three[1:2]
    assert workload(office.desk()).unanswered == 1
    assert measure([(number, office.history(number)) for number in three], office.now)["resolved_unanswered"] == 1
    status = dict(head(shown_case.show(office.desk("Ben"), three[0])))["status"]
    assert status.endswith(": done (the customer was answered later)")
    undo_redo.undo(office.desk("Ben"))
    assert found(office, "is:unanswered") == three[:2], "the message is taken back"
    execution.execute(office.desk("Ben"), "log", LogMessage(text="thanks", inbound=True, sort="thanks"), three[:1])
    assert found(office, "is:unanswered") == three[:2], "what the customer says is no answer"
    assert office.sound()


@pytest.mark.parametrize(
    ("answer", "waits"), [("told", False), ("unanswered", True), ("spam", True), ("duplicate", True)]
)
def test_a_case_that_we_open_again_waits_for_an_answer_only_if_its_customer_still_does(
    office: Office, three: list[int], answer: str, waits: bool
) -> None:
    resolve(office, three[:1], answer)
    execution.execute(office.desk("Ben"), "reopen", Reopen(reason="I forgot the form"), three[:1])
    case = office.case(three[0])
    assert (case.is_open, case.waiting_since is not None) == (True, waits)
    (row,) = office.store.queue.get_many(three[:1])
    assert row.due_kind == ("first answer" if waits and answer != "told" else "next step")
    resolve(office, three[1:2], "unanswered")
    office.later(1)
    execution.execute(office.desk("Ben"), "log", LogMessage(text="It is lid 22."), three[1:2])
    execution.execute(office.desk("Ben"), "reopen", Reopen(reason="not yet"), three[1:2])
    assert office.case(three[1]).waiting_since is None, "they were answered meanwhile"


def test_one_undo_brings_every_wait_back(office: Office, three: list[int]) -> None:
    resolve(office, three, "spam")
    undo_redo.undo(office.desk("Ben"))
    assert all(office.case(number).is_open for number in three)
    assert found(office, "is:waiting") == three[:2]
    assert found(office, "is:unanswered") == []
    undo_redo.redo(office.desk("Ben"))
    assert [office.case(number).answer for number in three] == ["spam", "spam", ""]
    assert office.sound()


@pytest.mark.parametrize(("answer", "told"), [("unanswered", True), ("told", False), ("spam", False)])
def test_whoever_leaves_a_customer_unanswered_is_told_so(
    office: Office, three: list[int], answer: str, told: bool
) -> None:
    notices = resolve(office, three[:1], answer).notices
    assert bool(notices) is told
    assert all("was not answered on case" in notice for notice in notices)


def test_the_queue_as_it_was_knows_it_too(office: Office, three: list[int]) -> None:
    before = office.now
    office.later(1)
    resolve(office, three[:1], "unanswered")
    rows = case_queries.queue_as_of(office.desk(), office.now, "is:unanswered").rows
    assert [row.number for row in rows] == three[:1]
    assert case_queries.queue_as_of(office.desk(), before, "is:unanswered").rows == []


def test_spam_makes_no_measure_better(office: Office, three: list[int]) -> None:
    office.later(5)
    resolve(office, three[2:], None)
    before = case_queries.measures(office.desk(), f"number:{three[2]}")
    resolve(office, three[:2], "spam")
    after = case_queries.measures(office.desk())
    assert after.pop("no_answer_needed") == {"spam": 2}
    assert before.pop("no_answer_needed") == {}
    assert after == before
