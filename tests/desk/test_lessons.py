"""What an exception teaches is said in one form: with the decision, with the resolution, or in a review."""

from __future__ import annotations

import pytest

from careconsole.desk.cases import execution, undo_redo
from careconsole.desk.cases.execution import Outcome
from careconsole.desk.notices import addresses
from careconsole.domain.case.acknowledgement import Acknowledge
from careconsole.domain.case.command import Command
from careconsole.domain.case.escalation import Deescalate, Escalate
from careconsole.domain.case.lessons import Agree, Review
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.errors import Refused, WrongUse
from tests.desk.office import HOUR, Office


def do(office: Office, name: str, verb: str, command: Command, number: int) -> Outcome:
    office.later(0.1)
    return execution.execute(office.desk(name), verb, command, [number])


def raised(office: Office, cause: str = "refund limit", reason: str = "exception") -> int:
    """A case of Ben's, escalated to Ana; its customer waits for nothing."""
    opening = OpenCase(subject="Kettle", owner=office.ids["Ben"], channel="phone")
    number = execution.open_case(office.desk("Ben"), opening).opened or 0
    do(office, "Ben", "escalate", Escalate(reason=reason, need="a refund", cause=cause), number)
    return number


def test_the_decision_says_the_lesson_and_the_case_can_be_resolved(office: Office) -> None:
    number = raised(office)
    do(office, "Ana", "de-escalate", Deescalate(decided="refund it this once"), number)
    (review,) = office.case(number).reviews
    assert (review.cause, review.change, review.nothing_because) == ("refund limit", "", "")
    do(office, "Ben", "resolve", Resolve(said="refunded"), number)
    assert office.case(number).status == "resolved"


def test_a_decision_may_come_with_a_change_and_a_cause(office: Office) -> None:
    number, due = raised(office, ""), office.now + 99 * HOUR
    change = Deescalate(decided="refund it", cause="Refund limit", change="refund up to 200", owner=1, due=due)
    do(office, "Ana", "de-escalate", change, number)
    (review,) = office.case(number).reviews
    assert (review.cause, review.change, review.owner, review.due) == ("refund limit", "refund up to 200", 1, due)
    with pytest.raises(WrongUse, match="needs somebody who makes it"):
        do(office, "Ana", "de-escalate", Deescalate(decided="so", change="a list"), raised(office))


def test_without_a_cause_the_review_is_still_owed_after_the_decision(office: Office) -> None:
    number = raised(office, "")
    do(office, "Ana", "de-escalate", Deescalate(decided="refund it this once"), number)
    with pytest.raises(Refused, match="has not been reviewed"):
        do(office, "Ben", "resolve", Resolve(said="refunded"), number)
    do(office, "Ben", "resolve", Resolve(said="refunded", cause="refund limit"), number)
    assert office.case(number).status == "resolved"


def test_without_words_the_decision_is_as_it_was_the_last_time_with_this_cause(office: Office) -> None:
    first = raised(office)
    with pytest.raises(WrongUse, match="What was decided is missing"):
        do(office, "Ana", "de-escalate", Deescalate(), first)
    do(office, "Ana", "de-escalate", Deescalate(decided="refund it this once"), first)
    second = raised(office, "Refund-limit")
    do(office, "Ana", "de-escalate", Deescalate(), second)
    assert office.case(second).occurrences[0].decided == "refund it this once"


def test_a_review_after_a_decision_takes_the_place_of_what_came_with_it(office: Office) -> None:
    number = raised(office)
    do(office, "Ana", "de-escalate", Deescalate(decided="refund it this once"), number)
    do(office, "Ben", "review", Review(cause="goodwill", nothing_because="it is rare"), number)
    assert [review.cause for review in office.case(number).reviews] == ["goodwill"]
    assert [one.cause for one in office.case(number).occurrences] == ["goodwill"]
    undo_redo.undo(office.desk("Ben"))
    assert [review.cause for review in office.case(number).reviews] == ["refund limit"]


def test_another_cause_than_the_escalations_counts_and_offers_a_merge(office: Office) -> None:
    number = raised(office)
    outcome = do(office, "Ben", "review", Review(cause="goodwill", nothing_because="it is rare"), number)
    assert outcome.notices == (
        "It was escalated for “refund limit” and counts as “goodwill”. If the two are one cause, merge them.",
    )


@pytest.mark.parametrize("reason", ["customer request", "overdue"])
def test_a_wish_and_an_overdue_case_owe_no_review(office: Office, reason: str) -> None:
    number = raised(office, "", reason)
    do(office, "Ana", "de-escalate", Deescalate(decided="called her"), number)
    do(office, "Ben", "resolve", Resolve(said="done so"), number)
    assert office.case(number).reviews == ()


def test_resolving_before_anybody_acknowledged_asks_and_withdraws_the_call_and_tells(office: Office) -> None:
    addresses.save_address(office.desk("Ana"), "Ana", "json://localhost/hook")
    number = raised(office)
    with pytest.raises(Refused, match="Nobody has acknowledged the call on case 1 yet: Ana may be at work on it"):
        do(office, "Ben", "resolve", Resolve(said="found it", cause="refund limit"), number)
    do(office, "Ben", "resolve", Resolve(said="found it", cause="refund limit", without_help=True), number)
    assert office.kinds(number)[-3:] == ["call withdrawn", "reviewed", "resolved"]
    words = [row[0] for row in office.store.engine.fetch_all("select words from notices order by id")]
    assert words[-1] == "Ben solved case 1 (Kettle) without help; you need do nothing more."
    other = raised(office)
    do(office, "Ana", "resolve", Resolve(said="refunded", cause="refund limit"), other)
    assert "call withdrawn" not in office.kinds(other), "who is called is the help"
    third = raised(office)
    do(office, "Ana", "acknowledge", Acknowledge(until=office.now + HOUR), third)
    do(office, "Ben", "resolve", Resolve(said="refunded", cause="refund limit"), third)
    assert "call withdrawn" not in office.kinds(third)


def test_the_third_time_that_nothing_changes_asks_a_lead_and_one_word_answers(office: Office) -> None:
    addresses.save_address(office.desk("Ana"), "Ana", "json://localhost/hook")
    nothing = Review(cause="refund limit", nothing_because="it is rare")
    numbers = [raised(office) for _ in range(4)]
    asks = []
    for number in numbers[:3]:
        do(office, "Ben", "review", nothing, number)
        asks.append(office.case(number).reviews[-1].asks_lead)
    assert asks == [False, False, True]
    words = [row[0] for row in office.store.engine.fetch_all("select words from notices order by id")]
    assert words[-1] == "Ben says that nothing changes after case 3 (Kettle), once more: agree, or review it."
    with pytest.raises(Refused, match="Only a lead can agree"):
        do(office, "Ben", "agree", Agree(), numbers[2])
    do(office, "Dora", "agree", Agree(), numbers[2])
    assert not office.case(numbers[2]).reviews[-1].asks_lead
    with pytest.raises(Refused, match="No review of case 3 waits for a lead to agree"):
        do(office, "Ana", "agree", Agree(), numbers[2])
    do(office, "Ana", "review", nothing, numbers[3])
    assert not office.case(numbers[3]).reviews[-1].asks_lead, "a lead knows"


def test_who_had_nothing_to_do_with_a_case_does_not_review_it(office: Office) -> None:
    number = raised(office)
    with pytest.raises(Refused, match="You had nothing to do with case 1"):
        do(office, "Cleo", "review", Review(cause="refund limit", nothing_because="it is rare"), number)
    do(office, "Dora", "review", Review(cause="refund limit", nothing_because="it is rare"), number)


@pytest.mark.parametrize("word", [".", "...", "-", "?!", "n/a", "TBD", "🙂"])
def test_what_says_nothing_is_refused_as_a_reason(office: Office, word: str) -> None:
    number = raised(office)
    for command in (
        Review(cause="refund limit", nothing_because=word),
        Review(cause=word, nothing_because="it is rare"),
        Deescalate(decided=word),
        Resolve(said=word, cause="refund limit"),
    ):
        with pytest.raises(WrongUse, match="says nothing") as caught:
            do(office, "Ana", "x", command, number)
        assert "others will read it" in str(caught.value.hint)
