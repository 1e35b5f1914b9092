"""A mail that is being sent while the customer writes answers what was there when it was written, and no more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from careconsole.desk.mail import sending
from careconsole.domain.mail.outgoing import Outcome
from careconsole.domain.reply_states import SENT, UNCERTAIN
from tests.desk.office import HOUR, Office
from tests.desk.test_sending import arrived, reply
from tests.intake.mails import mail

TAKEN = Outcome(state=SENT, said="250 OK")


@pytest.fixture
def office(office: Office) -> Iterator[Office]:
    office.box()
    yield office
    assert office.sound()


def claimed(office: Office) -> sending.ClaimedMail:
    office.later()
    mail, _ = sending.claim(office.desk())
    assert mail is not None
    return mail


def wrote_again(office: Office, case: int) -> int:
    """When the customer writes again, which is now."""
    office.later()
    again = mail("It burns!", Message_ID="<2@home.example>", In_Reply_To="<1@home.example>")
    assert office.mail(again).case == case
    return office.now


def test_the_customer_waits_for_an_answer_to_what_they_wrote_meanwhile(office: Office) -> None:
    case = arrived(office)
    reply(office, case)
    one = claimed(office)
    since = wrote_again(office, case)
    office.later()
    sending.record(office.desk(), one, TAKEN)
    after = office.case(case)
    assert (after.waiting_since, after.answered_at, after.told_at) == (since, office.now, office.now)
    assert [message.at for message in after.unanswered] == [since]
    reply(office, case, "Pull the plug.")
    sending.record(office.desk(), claimed(office), TAKEN)
    assert office.case(case).waiting_since is None


@pytest.mark.parametrize("then", [{"then": "resolve"}, {"then": "park", "on": "customer", "until": 900}])
def test_what_would_end_or_rest_the_case_does_not_happen(office: Office, then: dict[str, object]) -> None:
    case = arrived(office)
    if "until" in then:
        then = {**then, "until": office.now + 48 * HOUR}
    reply(office, case, **then)
    one = claimed(office)
    wrote_again(office, case)
    sending.record(office.desk(), one, TAKEN)
    after = office.case(case)
    assert (after.status, after.parked) == ("open", None)
    assert office.kinds(case)[-2:] == ["reply sent", "reply failed"]
    assert office.history(case)[-1].fact.said == "The customer wrote while it was being sent."  # type: ignore[attr-defined]


def test_a_promise_is_made_all_the_same(office: Office) -> None:
    case = arrived(office)
    reply(office, case, then="promise", due=office.now + 48 * HOUR)
    one = claimed(office)
    since = wrote_again(office, case)
    sending.record(office.desk(), one, TAKEN)
    assert [one.text for one in office.case(case).promises] == ["A new lid is on its way."]
    assert office.case(case).waiting_since == since


def test_an_uncertain_mail_that_was_sent_after_all_answers_no_more_than_that(office: Office) -> None:
    case = arrived(office)
    reply(office, case)
    one = claimed(office)
    sending.record(office.desk(), one, Outcome(state=UNCERTAIN, said="The connection was lost."))
    since = wrote_again(office, case)
    sending.say_sent(office.desk("Ben"), one.reply.number)
    assert office.case(case).waiting_since == since
