"""What customers say of cases: recorded, imported, asked for; found by filters, merged and rolled back."""

from __future__ import annotations

from typing import Any

import pytest

from careconsole.desk.cases import execution, undo_redo
from careconsole.desk.imports.rollback import roll_back
from careconsole.desk.queries import case_queries, shown_case
from careconsole.desk.receipts.settings import change, settings
from careconsole.domain.case.command import Command
from careconsole.domain.case.merging import Merge
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.notes import Note
from careconsole.domain.case.notification_recipients import notifications_for
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.ratings import Rate
from careconsole.domain.case.resolution import Reopen, Resolve
from careconsole.domain.case.state import Rating
from careconsole.domain.errors import WrongUse
from careconsole.domain.imported_record import ImportedEntry, Message
from careconsole.present.receipts.reading import receipt_for
from tests.desk.office import Office, line

ADDRESS = "answers@shop.example"


def opened(office: Office, customer: str = "Carla", **new: Any) -> int:
    office.later()
    command = OpenCase(subject="Kettle", channel="email", owner=office.ids["Ben"], **new)
    number = execution.open_case(office.desk("Ben"), command, customer).opened
    assert number is not None
    return number


def do(office: Office, who: str, verb: str, command: Command, *numbers: int) -> execution.Outcome:
    office.later()
    return execution.execute(office.desk(who), verb, command, list(numbers))


def resolved(office: Office, customer: str = "Carla", answer: str = "told") -> int:
    number = opened(office, customer)
    do(office, "Ben", "resolve", Resolve(said="sent a new one", answer=answer), number)
    return number


def is_asked(office: Office, number: int) -> bool:
    return any(part.id == "asked" and part.items for part in receipt_for(office.desk(), number).sections)


def found(office: Office, filter: str) -> list[int]:
    return case_queries.numbers(office.desk(), filter)


# Recording


def test_an_answer_neither_reopens_nor_answers_and_another_replaces_it(office: Office) -> None:
    number = resolved(office)
    do(office, "Cleo", "rate", Rate(rating="no"), number)
    do(office, "Cleo", "rate", Rate(rating="partly", channel="visit"), number)
    case = office.case(number)
    assert (case.status, case.rating.answer, case.rating.channel) == ("resolved", "partly", "visit")
    assert case.rating.by == office.ids["Cleo"]


@pytest.mark.parametrize(
    ("command", "status", "sort"),
    [
        (Rate(rating="yes", said="You saved our party", channel="email"), "resolved", "thanks"),
        (Rate(rating="yes", said="But where is the bill?", channel="email", sort="message"), "open", "message"),
        (Rate(rating="no", said="It leaks again", channel="email"), "open", "message"),
        (Rate(rating="partly", said="Thank you", channel="email"), "resolved", "thanks"),
    ],
)
def test_the_words_are_a_message_of_the_customer(office: Office, command: Rate, status: str, sort: str) -> None:
    number = resolved(office)
    outcome = do(office, "Ben", "rate", command, number)
    message = outcome.events[-1][1].fact
    assert (office.case(number).status, message.sort, message.text) == (status, sort, command.said)


def test_everybody_who_spoke_there_is_told(office: Office) -> None:
    number = opened(office)
    do(office, "Cleo", "log", LogMessage(text="We look for it"), number)
    do(office, "Dora", "note", Note(text="a good customer"), number)
    do(office, "Ben", "resolve", Resolve(said="sent a new one"), number)
    outcome = do(office, "Ana", "rate", Rate(rating="no"), number)
    rated = outcome.events[0][1]
    assert rated.fact.spoke == (office.ids["Cleo"],)
    before = office.case(number)
    told = notifications_for(before, rated, office.store.people.roster(), office.ids.values())
    assert {one.person for one in told} == {office.ids["Ben"], office.ids["Cleo"]}
    assert {one.words for one in told} == {
        f"The customer answered on case {number} (Kettle): no, we did not do what we promised."
    }


@pytest.mark.parametrize(
    "command",
    [Rate(rating="five stars"), Rate(rating="yes", channel="fax"), Rate(rating="no", said="Hm", sort="praise")],
)
def test_another_answer_is_refused_with_those_there_are(office: Office, command: Rate) -> None:
    number = resolved(office)
    with pytest.raises(WrongUse):
        do(office, "Ben", "rate", command, number)


def test_filters_find_cases_by_what_the_customer_says_whatever_became_of_them(office: Office) -> None:
    answers = {answer: resolved(office, f"Customer {answer}") for answer in ("yes", "partly", "no")}
    for answer, number in answers.items():
        do(office, "Ben", "rate", Rate(rating=answer), number)
    opened(office)
    assert found(office, "is:rated") == sorted(answers.values())
    assert found(office, "rating:no,partly") == sorted([answers["partly"], answers["no"]])
    assert found(office, "-is:rated is:resolved") == []


def test_a_merge_takes_it_along_and_an_undo_brings_it_back(office: Office) -> None:
    loser, winner = opened(office), opened(office)
    do(office, "Ben", "rate", Rate(rating="no"), loser)
    do(office, "Ben", "merge", Merge(into=winner), loser)
    assert found(office, "is:rated") == [winner]
    undo_redo.undo(office.desk("Ben"))
    assert found(office, "is:rated") == [loser]


# Asking


def test_nobody_is_asked_without_an_address_for_answers(office: Office) -> None:
    number = resolved(office)
    change(office.desk(), answers=ADDRESS)
    assert not is_asked(office, number)  # it was resolved without a question


def test_a_receipt_asks_once_in_thirty_days_whatever_becomes_of_the_case(office: Office) -> None:
    change(office.desk(), answers=ADDRESS)
    first = resolved(office)
    second, other = resolved(office), resolved(office, "Omar")
    assert [is_asked(office, number) for number in (first, second, other)] == [True, False, True]
    do(office, "Ben", "reopen", Reopen(reason="it broke again"), first)
    assert not is_asked(office, first)
    third = resolved(office)
    assert not is_asked(office, third)
    do(office, "Ben", "resolve", Resolve(said="mended it", answer="told"), first)
    assert is_asked(office, first)  # it is still the case that they were asked about
    do(office, "Ben", "rate", Rate(rating="yes"), first)
    assert not is_asked(office, first)
    office.later(30 * 24)
    assert is_asked(office, resolved(office))


def test_what_was_said_unasked_counts_as_asked(office: Office) -> None:
    change(office.desk(), answers=ADDRESS)
    do(office, "Ben", "rate", Rate(rating="yes"), opened(office))
    assert not is_asked(office, resolved(office))


@pytest.mark.parametrize("answer", ["spam", "duplicate", "wrong address", "test"])
def test_nobody_is_asked_about_a_mistake(office: Office, answer: str) -> None:
    change(office.desk(), answers=ADDRESS)
    assert not is_asked(office, resolved(office, answer=answer))


def test_nobody_is_asked_after_a_merge_or_without_a_customer(office: Office) -> None:
    change(office.desk(), answers=ADDRESS)
    winner = opened(office)
    loser = opened(office)
    do(office, "Ben", "merge", Merge(into=winner), loser)
    assert not is_asked(office, loser)
    do(office, "Ben", "resolve", Resolve(said="sent", answer="told"), winner)
    assert is_asked(office, winner)
    office.later()
    alone = execution.open_case(office.desk("Ben"), OpenCase(subject="Who was it?", channel="phone")).opened
    assert alone is not None
    do(office, "Ana", "resolve", Resolve(said="nobody", answer="told"), alone)
    assert not is_asked(office, alone)


def test_a_case_that_is_opened_and_resolved_at_once_asks_as_well(office: Office) -> None:
    change(office.desk(), answers=ADDRESS)
    number = opened(office, then="resolve", said="told them the price", answer="told")
    assert is_asked(office, number)


def test_the_key_of_the_tags_is_made_once_and_not_shown(office: Office) -> None:
    change(office.desk(), answers=ADDRESS)
    key = settings(office.desk()).key
    assert len(key) == 64
    change(office.desk(), answers="")
    change(office.desk(), answers="others@shop.example")
    assert settings(office.desk()).key == key
    journal = office.store.engine.fetch_all("select data from journal")
    assert all(key not in row[0] for row in journal)


@pytest.mark.parametrize("address", ["not an address", "a@b@c", "a@b\nBcc: d@e", "<a@b>"])
def test_what_is_no_address_is_refused(office: Office, address: str) -> None:
    with pytest.raises(WrongUse):
        change(office.desk(), answers=address)


# Imports


def rating(at: float, said: str, words: str = "") -> ImportedEntry:
    message = Message("in", words, sort="thanks") if words else None
    return line("T-1", at, fields={"satisfaction": said}, said=message)


TICKET = (
    line("T-1", 1, subject="Kettle", customer="Carla", status="open"),
    line("T-1", 9, status="resolved", label="Solved"),
)


def test_the_rating_of_another_system_is_one_and_the_same_import_changes_nothing(office: Office) -> None:
    office.bring(*TICKET, rating(12, "good", "So kind"))
    (case,) = found(office, "rating:yes")
    assert office.case(case).rating == Rating(answer="yes", at=rating(12, "good").at)
    version = office.case(case).version
    office.bring(*TICKET, rating(12, "good", "So kind"))
    assert office.case(case).version == version
    office.bring(*TICKET, rating(12, "good", "So kind"), rating(20, "bad"))
    assert found(office, "rating:no") == [case]


def test_a_rating_that_comes_after_people_worked_on_the_case_counts_unless_they_heard_a_later_one(
    office: Office,
) -> None:
    office.bring(*TICKET)
    do(office, "Ana", "note", Note(text="called them"), 1)
    office.bring(*TICKET, rating(12, "bad"))
    assert found(office, "rating:no") == [1]
    told = shown_case.show(office.desk(), 1).history[-1].sentence(Narrator(office.store.people.roster()))
    assert told == "imported: rated by the customer: bad"
    do(office, "Ana", "rate", Rate(rating="yes"), 1)
    office.bring(*TICKET, rating(12, "bad"), rating(13, "3 of 5"))
    assert found(office, "rating:yes") == [1]


def test_a_rating_that_is_rolled_back_or_removed_is_gone(office: Office) -> None:
    office.bring(*TICKET)
    later = office.bring(*TICKET, rating(12, "good"))
    assert found(office, "is:rated") == [1]
    roll_back(office.desk(), later.batch)
    assert found(office, "is:rated") == []
    office.bring(*TICKET, rating(12, "good"), rating(14, ""))
    assert found(office, "is:rated") == []


def test_an_answer_on_a_case_that_is_still_open_says_so_and_claims_no_channel(office: Office) -> None:
    number = opened(office)
    outcome = do(office, "Ana", "rate", Rate(rating="partly"), number)
    assert outcome.notices == (f"Case {number} is still open; what its customer says in the end replaces this answer.",)
    assert office.case(number).rating.channel == ""
    again = do(office, "Ben", "rate", Rate(rating="no", said="it never came", channel="email"), resolved(office))
    assert not [one for one in again.notices if "still open" in one]
